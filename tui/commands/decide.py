"""`decide`: the review without a screen, one decision a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from suggest.errors import SecondCoderError
from suggest.printable import counted
from suggest.review.answers import declined
from suggest.review.decisions import Reviewer
from suggest.review.requests import Declined
from suggest.study.study import Study
from tui.commands.common import CODER, STUDY, print_json_line
from tui.commands.numbers import NumbersOptional
from tui.commands.queue import acting_coder

if TYPE_CHECKING:
    from tui.commands.ahead import Learner

MAX_LINE = 10_000_000


@click.command("decide", cls=NumbersOptional)
@STUDY
@CODER
@click.option(
    "--input",
    "source",
    type=click.File("rb"),
    default="-",
    metavar="FILE",
    help="Read the decisions from a file (default: standard input).",
)
@click.option(
    "--learn",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=20,
    metavar="[EVERY]",
    help="After every so many stored decisions (20) suggest anew for what comes next, as 'suggest --ahead' does.",
)
def decide(study: Path, coder: str, source: IO[bytes], learn: int | None) -> None:
    """Decisions as JSON Lines, an answer line each, written when the decision is on disk.

    A line that cannot be carried out is answered with what is wrong with it; it stops nothing and stores nothing.
    """
    lost = 0
    with Study.open(study, write=True) as opened:
        actor = acting_coder(opened, coder)
        reviewer = Reviewer(opened, actor)
        learner = None if learn is None else _learner(opened, reviewer, actor, learn)
        for raw in _lines(source):
            line: Any = None
            try:
                line = _parsed(raw)
                answer = reviewer.act(line)
            except Declined as error:
                answer = declined(error, line)
            except SecondCoderError as error:
                lost += 1
                answer = declined(Declined("not_stored", str(error)), line)
            print_json_line(answer)
            if learner is not None:
                learner.answered(answer)
    if lost:
        raise SecondCoderError(f"{counted(lost, 'decision')} not stored: see the answer lines for the reason.")


def _learner(study: Study, reviewer: Reviewer, actor: str, every: int) -> Learner:
    from tui.commands.ahead import Learner

    return Learner(study, reviewer, actor, every)


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """The lines that are not empty, each cut off behind the longest that is taken."""
    while raw := source.readline(MAX_LINE + 1):
        rest = raw
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE + 1)
        if raw.strip():
            yield raw


def _parsed(raw: bytes) -> Any:
    if len(raw) > MAX_LINE and not raw.endswith(b"\n"):
        raise Declined("invalid", f"The line is longer than {MAX_LINE:,} bytes.")
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once_each)
    except UnicodeDecodeError as error:
        raise Declined("invalid", f"The line is not UTF-8 from byte {error.start + 1} on.") from None
    except RecursionError:
        raise Declined("invalid", "The line is nested too deeply.") from None
    except ValueError as error:
        at = f" at character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Declined("invalid", f"The line is not JSON{at}.") from None


def _no_constant(_: str) -> None:
    raise ValueError


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Declined("invalid", "A key stands twice in the line.")
    return found
