"""How a line of the list reads: sign and word for what became of it, and its evidence in one line."""

from __future__ import annotations

from suggest.review.by_code import Compared
from tui.review.board import NOT_APPLIED, OPEN, SAME, SIGNS, WORDS
from tui.terminal.table import Column
from tui.terminal.wrap import words

COLUMNS = (
    Column("", 1), Column("where", 11), Column("who", 6, most=1),
    Column("words that the suggestion rests on", least=20), Column("state", 13, slim=1),
)  # fmt: skip
SHOWN = 400
"""No line on any screen is longer."""

SIGN_NOTES = (
    ("✓ ✎ ✗ ?", "accepted, edited, rejected, unsure"),
    (f"{OPEN} {NOT_APPLIED} {SAME}", "open, not applied when the segment was done, applied by you otherwise"),
    ("●", "selected for deciding in bulk"),
)


def state(line: Compared) -> str:
    """Sign and word."""
    if line.verdict is not None:
        return f"{SIGNS[line.verdict]} {WORDS[line.verdict]}"
    if line.applied:
        return f"{SAME} as yours"
    return f"{NOT_APPLIED} not applied" if line.completed else f"{OPEN} open"


def evidence(line: Compared) -> str:
    """The words that the suggestion rests on and what follows them, or how the segment begins."""
    if line.mark is None:
        return line.words[:SHOWN]
    start, end = line.mark
    said = words(line.words[start : start + SHOWN], (0, end - start)).text
    return f"…{said}" if start or line.cut else said


def cells(line: Compared, selected: bool) -> tuple[str, ...]:
    """A row of the table."""
    return ("●" if selected else "", line.cite, line.speaker or "", evidence(line), state(line))
