"""Chat models that a study keeps as profiles: how a profile is written, and how a model is made of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from functools import partial
from math import ceil, inf
from typing import Any

from suggest.engine.checks import parse_chat_answer
from suggest.engine.context import prompt_for
from suggest.engine.decisions import reading
from suggest.engine.narrowing import Narrowing, Room, encoder_here, narrowing
from suggest.engine.nearby import EXAMPLES_BY, Decided, Nearby, way_of_choosing
from suggest.engine.profiles import Making, Profile
from suggest.engine.prompts import Prompt, PromptTemplate
from suggest.engine.prompts import Task as PromptTask
from suggest.engine.study_prompts import find_prompt
from suggest.engine.tasks import Scope
from suggest.engine.wordings import readable
from suggest.errors import BadInput
from suggest.models.chat.calls import Said
from suggest.models.chat.endpoint import Endpoint, checked_url
from suggest.models.chat.questions import Ask, Question, in_order
from suggest.models.chat.suggester import THRESHOLD, Chat, ChatSuggester
from suggest.models.embedded.encoding import Encoder
from suggest.models.hashes import training_hash
from suggest.models.interface import Example, OfferedCode, Price, Suggester, Task
from suggest.study.hosts import checked_host
from suggest.study.kept_profiles import keep_profile, kept_profiles
from suggest.study.log import EntryRef
from suggest.study.study import Study

PROMPT = "deductive"
BILINGUAL = "bilingual"
PROMPTS: Mapping[str, str] = {"chat": PROMPT, "decisions": "decisions"}
MOST_QUESTIONS = 400
"""So many questions the Decisions API takes at once (documented with the client, 2026-11)."""
NEIGHBOURS = 3
MOST_EXAMPLES = MOST_PER_CALL = 20
LEAST_CONTEXT = 2_000
OWN = ("embedded", "lexical")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}\Z")
"""Capitals only: the keys of some services are made of small letters and would else pass for a name."""

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "openai": {"base_url": "https://api.openai.com/v1", "key_env": "OPENAI_API_KEY"},
    "vllm": {"base_url": "http://127.0.0.1:8000/v1", "output_limit": "max_tokens"},
    "llama.cpp": {"base_url": "http://127.0.0.1:8080/v1", "output_limit": "max_tokens", "concurrency": 4},
    "ollama": {"base_url": "http://127.0.0.1:11434/v1", "output_limit": "max_tokens", "concurrency": 2},
    "lmstudio": {"base_url": "http://127.0.0.1:1234/v1", "output_limit": "max_tokens", "concurrency": 2},
    "litellm": {"base_url": "http://127.0.0.1:4000/v1", "output_limit": "max_tokens", "forwards": True},
    "llama-cpp-python": {"base_url": "http://127.0.0.1:8000/v1", "output_limit": "max_tokens",
                         "schema": "json_object_schema", "concurrency": 1},
    "transformers": {"base_url": "http://127.0.0.1:8000/v1", "output_limit": "max_tokens", "schema": "none",
                     "concurrency": 2},
}  # fmt: skip
"""What endpoints of a kind have in common. `suggest.engine.tried` says which were tried against a real server."""


@dataclass(frozen=True)
class KeptEndpoint:
    """A profile as the study keeps it. `prices` are in US dollars for a million tokens in and out, as the user gave
    them, None where they are unknown; `preset` is the kind of endpoint that it was made from; `probed` what was found
    out about it, with the date, None where it was not tried; `prompt` what it is asked with (see `find_prompt`), None
    for what is usual: see `asked_with`. `examples` is how many decided segments a question shows, `per_call` about how
    many segments it asks at most; `beside`: it reads each segment in another language, too, where the study has it."""

    name: str
    endpoint: Endpoint
    prices: tuple[float, float] | None = None
    preset: str | None = None
    neighbours: int = NEIGHBOURS
    probed: Mapping[str, Any] | None = None
    prompt: str | None = None
    examples: int = 0
    per_call: int = 1
    beside: bool = False

    @property
    def asked_with(self) -> str:
        """The prompt: its own, or what is usual for the way in which it is asked."""
        usual = BILINGUAL if self.beside and self.endpoint.api == "chat" else PROMPTS[self.endpoint.api]
        return self.prompt or usual

    @property
    def price(self) -> Price | None:
        """In millionths of a US dollar, rounded up: a price is never thought lower than it is."""
        if self.prices is None:
            return None
        given, made = (Decimal(str(price)) * 1_000_000 for price in self.prices)
        return Price(ceil(given), ceil(made))


def forwards(preset: str | None, model: str) -> bool:
    """Whether what answers is known to hand text on: a proxy for many services, or a model that runs elsewhere."""
    stated = PRESETS.get(preset or "", {}).get("forwards", False)
    return bool(stated) or (preset == "ollama" and model.strip().casefold().endswith(("-cloud", ":cloud")))


def keep_endpoint(study: Study, actor: str, kept: KeptEndpoint) -> EntryRef:
    """Keep a profile in the study, in the place of one of that name. BadInput for a name, an address or a figure that
    cannot be."""
    spec = specification(kept)
    template = prompt_of(study, kept.asked_with, "code")
    _refuse_what_is_not_told(kept, template)
    return keep_profile(study, actor, kept.name, spec)


def specification(kept: KeptEndpoint) -> dict[str, Any]:
    """A profile as it is kept, in JSON. BadInput for a name, an address or a figure that cannot be."""
    if not _NAME.match(kept.name) or kept.name in OWN:
        raise BadInput(
            "the name of a profile is made of small letters, digits, '.', '_' and '-', and is none of the models that "
            "come with the program.",
            place=kept.name,
        )
    endpoint = replace(kept.endpoint, base_url=checked_url(kept.endpoint.base_url))
    checked_host(endpoint.host)
    if not 0 < endpoint.seconds < inf:
        raise BadInput("the longest that a call may take is a number of seconds.")
    if endpoint.key_env is not None and not _VARIABLE.match(endpoint.key_env):
        raise BadInput(
            "--key-env takes the name of an environment variable (capitals, digits and '_'), never the key itself; "
            "nothing was kept.",
            advice="Put the key into a variable and name that.",
        )
    if endpoint.context is not None and endpoint.context < kept.per_call * endpoint.most_output + LEAST_CONTEXT:
        raise BadInput(
            f"the context must have {LEAST_CONTEXT:,} tokens more than the longest answer, for instructions and talk.",
            advice="Say the model's own with --context, or a shorter answer with --max-output"
            + (": each of the segments that are asked about together has one." if kept.per_call > 1 else "."),
        )
    if not endpoint.model.strip():
        raise BadInput("the model's name is empty.", advice="Say which with --model.")
    if kept.prices is not None and not all(0 <= price < 1_000_000 for price in kept.prices):
        raise BadInput("a price is a number of US dollars for a million tokens, from 0 on.")
    if not 0 <= kept.examples <= MOST_EXAMPLES:
        raise BadInput(f"a question shows 0 to {MOST_EXAMPLES} decided segments as examples.")
    if not 1 <= kept.per_call <= MOST_PER_CALL:
        raise BadInput(f"a question asks about 1 to {MOST_PER_CALL} segments.")
    if kept.per_call > 1 and endpoint.api == "decisions":
        raise BadInput("decisions are made about one segment at a time.", advice="Leave out --per-call.")
    if endpoint.context is not None and endpoint.api == "decisions":
        raise BadInput("decisions are made about all codes at once.", advice="Leave out --context.")
    if kept.per_call > 1 and kept.examples:
        raise BadInput(
            "examples are chosen for one segment, so a question with examples asks about no more.",
            advice="Leave out --examples or --per-call.",
        )
    prices = None if kept.prices is None else list(kept.prices)
    return {"endpoint": asdict(endpoint), "prices": prices, "preset": kept.preset, "neighbours": kept.neighbours,
            "probed": kept.probed and dict(kept.probed), "prompt": kept.prompt, "examples": kept.examples,
            "per_call": kept.per_call, **({"beside": True} if kept.beside else {})}  # fmt: skip


def kept_endpoints(study: Study) -> dict[str, KeptEndpoint]:
    """The chat profiles that the study keeps, by name."""
    return {name: read_endpoint(name, spec) for name, spec in kept_profiles(study).items()}


def read_endpoint(name: str, spec: Mapping[str, Any]) -> KeptEndpoint:
    """A profile from what is kept of it."""
    known = {field.name for field in fields(Endpoint)}
    stated = {key: value for key, value in spec["endpoint"].items() if key in known}
    # Profiles that were kept before this was asked.
    stated.setdefault("forwards", forwards(spec.get("preset"), stated["model"]))
    if stated.get("key_env") is not None and not _VARIABLE.match(stated["key_env"]):
        stated["key_env"] = ""  # may be a key: it is neither used nor shown
    endpoint = Endpoint(**stated)
    prices = spec.get("prices")
    pair = None if prices is None else (float(prices[0]), float(prices[1]))
    return KeptEndpoint(name, endpoint, pair, spec.get("preset"), int(spec.get("neighbours", NEIGHBOURS)),
                        spec.get("probed"), spec.get("prompt"), int(spec.get("examples", 0)),
                        int(spec.get("per_call", 1)), bool(spec.get("beside", False)))  # fmt: skip


def profile_of(study: Study, kept: KeptEndpoint, *, prompt: str | None = None) -> Profile:
    """The profile as `suggest` takes it, asked with its own prompt or this one. What may only stay on this machine is
    never asked of another host."""
    api = kept.endpoint.api
    template = prompt_of(study, prompt or kept.asked_with, "code")
    _refuse_what_is_not_told(kept, template)
    scope = Scope(kept.neighbours, leaving=kept.endpoint.leaving, aloud=kept.examples > 0, beside=kept.beside)

    def make(codes: Sequence[OfferedCode], examples: Iterable[Example], making: Making) -> Suggester:
        if kept.per_call > 1 and making.samples > 1:
            raise BadInput(
                "this profile asks about several segments at once, and samples are of one at a time.",
                place=kept.name,
                advice="Keep another profile without --per-call for them.",
            )
        shown, quoted = readable(study, codes, leaving=scope.leaving)
        if api == "decisions" and len(shown) > MOST_QUESTIONS:
            raise BadInput(
                f"the Decisions API takes {MOST_QUESTIONS} questions at a time, and there are {len(shown)} codes.",
                place=kept.name,
                advice="Ask about some of them with --codes.",
            )
        learned = list(examples) if kept.examples else []
        encoder = encoder_here() if learned or kept.endpoint.context is not None else None
        by, said = way_of_choosing(making.parameters, encoder, making.vectors)
        near = Nearby(study, learned, shown, kept.examples, by) if learned else None
        ask, two_steps = asking(study, kept, template, shown, quoted, near, encoder)
        chosen_by = ((EXAMPLES_BY, near.identity),) if near is not None and said else ()
        chat = Chat(
            kept.name,
            kept.endpoint,
            shown,
            ask,
            parse_chat_answer if api == "chat" else reading(in_order(shown), THRESHOLD),
            template.prompt_version,
            kept.price,
            making.ceiling,
            training=training_hash(learned),
            samples=making.samples,
            examples=kept.examples,
            per_call=kept.per_call,
            parameters=(
                *(two_steps.parameters if two_steps else ()),
                *((("beside", True),) if kept.beside else ()),
                *chosen_by,
            ),
            prepare=partial(near.prepare, making.progress) if near else lambda: None,
            close=encoder.close if encoder else lambda: None,
        )
        return ChatSuggester(chat)

    return Profile(
        kept.name,
        api,
        make,
        scope,
        template.sha256,
        learns=kept.examples > 0,
        host=kept.endpoint.host,
        price=kept.price,
        prompt=f"{template.name}@{template.version}",
    )


def prompt_of(study: Study, ref: str, task: PromptTask) -> PromptTemplate:
    """The prompt of that name, if it is for that task; BadInput if not."""
    template = find_prompt(study, ref).template
    if template.task != task:
        told = {"code": "asks for codes of the tree", "propose": "asks for new codes"}
        raise BadInput(f"this prompt {told[template.task]}, and one is needed that {told[task]}.", place=ref)
    return template


def _refuse_what_is_not_told(kept: KeptEndpoint, template: PromptTemplate) -> None:
    if kept.examples:
        refuse_without_examples(template)
    if kept.beside and "beside" not in template.variables:
        raise BadInput(
            "the profile shows segments in another language, too, and this prompt never uses {{beside}}.",
            place=f"{template.name}@{template.version}",
            advice=f"Take another prompt, such as {BILINGUAL}, or a profile without --with-original.",
        )


def refuse_without_examples(template: PromptTemplate) -> None:
    """BadInput where a prompt has no place for what was decided on other segments."""
    if "examples" not in template.variables:
        raise BadInput(
            "the profile shows decided segments with its questions, and this prompt never uses {{examples}}.",
            place=f"{template.name}@{template.version}",
            advice="Take another prompt, or a profile without --examples.",
        )


def asking(
    study: Study,
    kept: KeptEndpoint,
    template: PromptTemplate,
    codes: Sequence[OfferedCode],
    quoted: tuple[str, ...],
    near: Nearby | None = None,
    encoder: Encoder | None = None,
) -> tuple[Ask, Narrowing | None]:
    """What makes the question for a task: the prompt, with the codes, what was decided nearby, and the fence; and what
    narrows the codes down for it (with the encoder, where there is one), None where all of them have room."""
    secret, title = study.secret.encode(), study.title

    def decided(task: Task) -> tuple[Decided, ...]:
        return near.of(task) if near is not None and task.segment else ()

    def rendered(task: Task, offered: Sequence[OfferedCode]) -> Prompt:
        said = [example for one in decided(task) for example in one.said]
        if two_steps is not None and offered:
            ids = {code.id for code in offered}
            said = [example for example in said if example.verdict == "no_code" or example.code in ids]
        return prompt_for(template, task, offered, secret=secret, examples=said, study=title)

    two_steps: Narrowing | None = None
    if kept.endpoint.context is not None and codes:
        two_steps = narrowing(rendered, codes, Room(kept.endpoint.context, kept.endpoint.most_output), encoder)

    def ask(task: Task) -> Question:
        nearest = codes if two_steps is None else two_steps.offered(task)
        prompt = rendered(task, nearest)
        messages = tuple(Said(message.role, message.content) for message in prompt.messages)
        offered = None if two_steps is None else tuple(code.id for code in nearest)
        versions = tuple(dict.fromkeys((one.document, one.version) for one in decided(task)))
        return Question(messages, template.schema, prompt.segments, quoted, versions, offered=offered)

    return ask, two_steps
