"""`suggest --changed`: only the codes that have changed are asked about anew, and what that saves is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from suggest.printable import counted
from tui.commands.ahead import nothing_new
from tui.commands.common import print_json, say, show
from tui.commands.dry_run import dollars, show_dry_run
from tui.commands.progress import DOLLAR, Form, run_progress

if TYPE_CHECKING:
    from suggest.engine.changed import Changed
    from suggest.engine.dry_run import DryRun
    from suggest.engine.runs import RunReport
    from suggest.engine.tasks import Selection
    from suggest.models.chat.budget import Ceiling
    from suggest.study.study import Study

CHANGED = click.option(
    "--changed",
    is_flag=True,
    help="Ask anew only about the codes that have changed since, and a few beside them (a model behind an endpoint).",
)


def run_changed(
    study: Study,
    actor: str,
    profile: str,
    selection: Selection,
    form: Form,
    *,
    ceiling: Ceiling,
    prompt: str | None,
    samples: int,
) -> tuple[dict[str, Any], RunReport | None]:
    """What had changed, under the keys of the contract, and the report of the run; None where nothing had."""
    from suggest.engine.changed import suggest_changed

    telling = run_progress(form, f"suggesting ({profile})")
    try:
        found, report = suggest_changed(
            study, actor, profile, selection, progress=telling.suggesting, ceiling=ceiling, prompt=prompt,
            samples=samples,
        )  # fmt: skip
    finally:
        telling.close()
    say(found.remark)
    for warning in report.warnings if report is not None and report.began else ():
        say(warning)
    return _json(found), report


def show_changed(
    study: Study, profile: str, selection: Selection, as_json: bool, *, prompt: str | None, samples: int
) -> None:
    """What such a run would do and cost, beside what asking the same segments about the whole tree would."""
    from suggest.engine.changed import dry_run_changed

    found, planned, instead = dry_run_changed(study, profile, selection, prompt=prompt, samples=samples)
    if planned is None or instead is None:
        say(found.remark)
        if as_json:
            print_json({**nothing_new(profile, 0), "calls": 0, **_json(found)})
        else:
            show("Nothing to do.")
        return
    whole = {"calls": instead.calls, "tokens": {"input": instead.tokens[0], "output": instead.tokens[1]},
             "cost": dollars(instead.cost)}  # fmt: skip
    show_dry_run(planned, as_json, {**_json(found), "whole_tree": whole})
    if not as_json:
        say(_saved(planned, instead))


def _saved(planned: DryRun, instead: DryRun) -> str:
    price = ""
    if instead.cost is not None and planned.cost is not None:
        price = f", {instead.cost / DOLLAR:.4f} US dollars instead of {planned.cost / DOLLAR:.4f}"
    share = 100 - round(100 * planned.tokens[0] / instead.tokens[0]) if instead.tokens[0] else 0
    return (
        f"About the whole tree it would be {counted(instead.calls, 'call')} and about "
        f"{instead.tokens[0]:,} tokens in{price}: {share} in 100 of the tokens in are saved."
    )


def _json(found: Changed) -> dict[str, Any]:
    return {
        "changed": {
            "codes": list(found.changed),
            "beside": list(found.beside),
            "segments": len(found.numbers),
            "since": list(found.since),
            "other_codes": found.others,
            "unchanged": found.current,
            "left_out": found.never,
        }
    }
