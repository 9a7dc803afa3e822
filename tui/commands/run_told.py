"""What came of a run, told: in a sentence, as JSON, and by the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from suggest.errors import Refused, SecondCoderError
from suggest.printable import counted, one_line
from tui.commands.common import say
from tui.commands.dry_run import dollars
from tui.commands.progress import DOLLAR

if TYPE_CHECKING:
    from suggest.engine.runs import RunReport

INTERRUPTED = 130


def finish(context: click.Context, report: RunReport) -> None:
    """Say what is left, and leave with the exit code that fits."""
    if report.failed:
        kinds = ", ".join(f"{number} {kind}{_detail(report, kind)}" for kind, number in report.failed.items())
        say(f"Failed: {kinds}. The same command asks for these again.")
    if report.answered_as:
        names = ", ".join(one_line(name) for name in report.answered_as)
        say(
            f"By the endpoint's word another model answered than was asked for: {names}. That is kept with each answer."
        )
    if uncounted := _uncounted(report):
        say(uncounted)
    if report.ended == "stopped":
        say(f"Interrupted with {_left(report)}. The same command goes on where this stopped.")
        context.exit(INTERRUPTED)
    if report.ended in ("ceiling", "refused"):
        raise Refused(f"{report.why} {_left(report)}; what was answered is stored.")
    if report.ended == "halted":
        raise SecondCoderError(f"{report.why} {_left(report)}; what was answered is stored.")
    if report.ended == "failed":
        raise SecondCoderError(
            f"The model broke down time and again, so it was not asked any further. {_left(report)}; "
            "what was answered is stored."
        )
    if report.left:
        changed = f"The text or the consent of {counted(report.left, 'segment')} changed meanwhile."
        say(f"{changed} The same command asks again for those that may be asked about.")


def _left(report: RunReport) -> str:
    return f"{counted(report.left, 'segment')} left"


def sentence(report: RunReport) -> str:
    """The report in words."""
    parts = [
        f"{report.suggested:,} with codes that fit",
        f"{report.no_code:,} without",
        f"{sum(report.failed.values()):,} failed",
        f"{report.resumed:,} answered before",
    ]
    head = f"Run {report.number} by {report.profile}: {counted(report.segments, 'segment')} in {report.seconds:.1f} s"
    tail = ""
    if report.resumed == report.segments and not report.left:
        tail = ". Nothing was left to do; --redo begins a new run that learns from the decisions made so far"
    return f"{head}: {', '.join(parts)}{tail}.{_spent(report)}"


def _spent(report: RunReport) -> str:
    """Tokens and price, for a model that was asked through an endpoint."""
    spent = report.spent
    if not any(spent.tokens):
        free = "" if spent.cost is None else " It is free."
        return f" The endpoint counts no tokens, so what this came to is not known.{free}" if spent.answered else ""
    price = "their price is not known" if spent.cost is None else f"{_amount(spent.cost)} US dollars"
    return f" {spent.tokens[0]:,} tokens in and {spent.tokens[1]:,} out: {price}."


def _uncounted(report: RunReport) -> str:
    """What calls may have cost that the endpoint did not count; nothing where there are none."""
    spent = report.spent
    if not spent.answered + spent.unanswered:
        return ""
    kinds = [(spent.answered, "were answered without a count of tokens"),
             (spent.unanswered, "ended without an answer and may be charged for all the same")]  # fmt: skip
    which = " and ".join(f"{number} {what}" for number, what in kinds if number)
    most = "" if spent.perhaps_cost is None else f", {_amount(spent.perhaps_cost)} US dollars"
    return f"Of the calls, {which}: at most {spent.perhaps[0]:,} tokens in and {spent.perhaps[1]:,} out{most}."


def _amount(millionths: int) -> str:
    return f"{millionths / DOLLAR:.4f}".rstrip("0").ljust(4, "0") if millionths else "0"


def _detail(report: RunReport, kind: str) -> str:
    detail = one_line(report.details.get(kind, ""))
    most = "most often: " if report.failed[kind] > 1 else ""
    return f" ({most}{detail})" if detail else ""


def report_json(report: RunReport) -> dict[str, Any]:
    """The report under the keys of the contract."""
    return {
        "run": report.run,
        "number": report.number,
        "profile": report.profile,
        "model": report.model,
        "segments": report.segments,
        "suggested": report.suggested,
        "no_code": report.no_code,
        "failed": report.failed,
        "resumed": report.resumed,
        "left": report.left,
        "tokens": {"input": report.tokens[0], "output": report.tokens[1], "method": report.token_method},
        "cost": dollars(report.cost),
        "uncounted": {
            "answered": report.spent.answered,
            "unanswered": report.spent.unanswered,
            "tokens": {"input": report.spent.perhaps[0], "output": report.spent.perhaps[1]},
            "cost": dollars(report.spent.perhaps_cost),
        },
        "failed_details": report.details,
        "answered_as": list(report.answered_as),
        "seconds": round(report.seconds, 3),
        "samples": report.samples,
        "confidence": report.confidence,
        "ended": report.ended,
        "new_run": report.began,
        "learned_from": report.learned,
        "warnings": list(report.warnings),
    }
