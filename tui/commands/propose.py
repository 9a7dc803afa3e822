"""`suggest --propose`: a run that proposes new codes, told as runs that suggest are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from suggest.errors import Refused, SecondCoderError
from suggest.printable import counted, one_line
from tui.commands.common import print_json, say, show
from tui.commands.progress import DOLLAR, Form, run_progress

if TYPE_CHECKING:
    from suggest.engine.proposing import ProposalReport, ProposingDryRun
    from suggest.engine.tasks import Selection
    from suggest.models.chat.budget import Ceiling
    from suggest.study.study import Study

INTERRUPTED = 130


def show_dry_run(study: Study, profile: str, selection: Selection, as_json: bool, **given: Any) -> None:
    """What a run would do and cost, with the prompt for the first segment."""
    from suggest.engine.proposing import dry_run_proposing

    planned = dry_run_proposing(study, profile, selection, **given)
    if as_json:
        print_json(_dry_json(planned))
        return
    price = "the price is unknown" if planned.cost is None else f"at most {planned.cost / DOLLAR:.2f} US dollars"
    say(
        f"{counted(planned.segments, 'segment')}, {planned.resumed} of them answered before. "
        f"{counted(planned.calls, 'call')} to "
        f"{planned.host}, about {planned.tokens[0]:,} tokens in ({planned.token_method}) and at most "
        f"{planned.tokens[1]:,} out: {price}."
    )
    say(f"The model would read this of the first segment ({planned.prompt_version}):")
    for role, content in planned.messages:
        show(f"--- {role}")
        show(content)


def _dry_json(planned: ProposingDryRun) -> dict[str, Any]:
    return {
        "profile": planned.profile,
        "segments": planned.segments,
        "resumed": planned.resumed,
        "calls": planned.calls,
        "tokens": {"input": planned.tokens[0], "output": planned.tokens[1], "method": planned.token_method},
        "cost": None if planned.cost is None else planned.cost / DOLLAR,
        "example_prompt": [{"role": role, "content": content} for role, content in planned.messages],
        "prompt_version": planned.prompt_version,
    }


def run(
    context: click.Context,
    study: Study,
    actor: str,
    profile: str,
    selection: Selection,
    as_json: bool,
    form: Form,
    *,
    redo: bool,
    prompt: str | None,
    ceiling: Ceiling,
) -> None:
    """A run, told as it goes on, and how it ended."""
    from suggest.engine.proposing import propose

    telling = run_progress(form, f"proposing ({profile})")
    try:
        report = propose(
            study, actor, profile, selection, redo=redo, prompt=prompt, progress=telling.suggesting, ceiling=ceiling
        )
    finally:
        telling.close()
    print_json(_report_json(report)) if as_json else show(_sentence(report))
    _finish(context, report)


def _sentence(report: ProposalReport) -> str:
    spent = report.spent
    tokens = f" {spent.tokens[0]:,} tokens in and {spent.tokens[1]:,} out" if any(spent.tokens) else ""
    price = "" if spent.cost is None or not tokens else f": {spent.cost / DOLLAR:.4f} US dollars"
    return (
        f"Proposals, run {report.number} by {report.profile} ({report.prompt}): "
        f"{counted(report.segments, 'segment')} in {report.seconds:.1f} s: "
        f"{counted(report.proposals, 'code')} proposed for {counted(report.proposed, 'segment')}, nothing for "
        f"{report.nothing}, {sum(report.failed.values())} failed, {report.resumed} answered before.{tokens}{price}"
        f"{'.' if tokens else ''}"
    )


def _report_json(report: ProposalReport) -> dict[str, Any]:
    spent = report.spent
    return {
        "run": report.run,
        "number": report.number,
        "profile": report.profile,
        "model": report.model,
        "prompt": report.prompt,
        "segments": report.segments,
        "proposed": report.proposed,
        "nothing": report.nothing,
        "proposals": report.proposals,
        "failed": report.failed,
        "failed_details": report.details,
        "resumed": report.resumed,
        "left": report.left,
        "tokens": {"input": spent.tokens[0], "output": spent.tokens[1], "method": spent.method},
        "cost": None if spent.cost is None else spent.cost / DOLLAR,
        "seconds": round(report.seconds, 3),
        "ended": report.ended,
        "new_run": report.began,
    }


def _finish(context: click.Context, report: ProposalReport) -> None:
    if report.failed:
        kinds = ", ".join(
            f"{number} {kind} ({one_line(report.details.get(kind, ''))})" for kind, number in report.failed.items()
        )
        say(f"Failed: {kinds}. The same command asks for these again.")
    left = f"{counted(report.left, 'segment')} left; what was answered is stored."
    if report.ended == "stopped":
        say(f"Interrupted: {left} The same command goes on.")
        context.exit(INTERRUPTED)
    if report.ended in ("ceiling", "refused"):
        raise Refused(f"{report.why} {left}")
    if report.ended in ("halted", "failed"):
        raise SecondCoderError(f"{report.why or 'The model broke down time and again.'} {left}")
    if report.proposals:
        say("'secondcoder proposals STUDY list' shows them, near duplicates joined.")
