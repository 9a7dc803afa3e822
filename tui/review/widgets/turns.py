"""The talk laid out as lines, apart from the widget that draws them: what is safe to show, and where each line's words
lie in the document."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from rich.cells import cell_len

from suggest.study.segments import Segment
from tui.terminal.wrap import cut, fill, words, wrap

CITE, SPEAKER = 14, 12
"""The citation and the speaker take at most so many cells."""
SLIM = 60
"""Below so many cells the citation has a line of its own."""
SLACK = 2
"""Cells kept free at the end of each line for the signs around marked words: a mark that moves breaks no line anew."""


class Turn:
    """A segment's words, made safe. Places are those in the safe text, which may be longer than the stored one."""

    def __init__(self, segment: Segment) -> None:
        self.start, self.end = segment.start, segment.end
        self._stored = segment.text
        self.text = words(segment.text).text

    @cached_property
    def _places(self) -> list[int] | None:
        """The place of each stored character in the safe text, where the two differ in length."""
        if len(self.text) == len(self._stored):
            return None
        lengths = {character: len(words(character).text) for character in set(self._stored)}
        return [0, *accumulate(lengths[character] for character in self._stored)]

    def place(self, offset: int) -> int:
        """Where a document offset lies in the safe text, cut to the turn."""
        within = max(0, min(len(self._stored), offset - self.start))
        return within if self._places is None else self._places[within]

    def offset(self, place: int) -> int:
        """The document offset of a place in the safe text."""
        if self._places is None:
            return self.start + place
        return self.start + bisect_right(self._places, place) - 1


@dataclass(frozen=True)
class TalkLine:
    """A line of the talk: `kind` is "near", "here" or "rule"; start and end are places in its turn's safe text."""

    kind: str
    head: str = ""
    turn: Turn | None = None
    start: int = 0
    end: int = 0

    def within(self, mark: tuple[int, int] | None) -> tuple[int, int] | None:
        """What of a mark (document offsets) lies on the line, as places in the safe text; None if nothing does."""
        turn = self.turn
        if turn is None or mark is None or mark[1] <= turn.start or mark[0] >= turn.end:
            return None
        low, high = turn.place(mark[0]), turn.place(mark[1])
        return (low, high) if low < high and low < max(self.end, self.start + 1) and high > self.start else None


RULE = TalkLine("rule")


def columns(turns: list[Segment]) -> tuple[int, int]:
    """The cells that citations and speakers of these turns need."""
    cite = max(cell_len(cut(turn.cite, CITE)) for turn in turns)
    return cite, max(cell_len(cut(turn.speaker or "", SPEAKER)) for turn in turns)


def lay_out(segment: Segment, kind: str, width: int, widths: tuple[int, int]) -> list[TalkLine]:
    """A turn's lines for a width in cells; the head of each ends in a blank cell, where a mark's sign may stand."""
    turn = Turn(segment)
    cite, speaker = widths
    if width < SLIM:
        head = " ".join(part for part in (segment.cite, segment.speaker) if part)
        places = wrap(turn.text, width - 2 - SLACK)
        return [
            TalkLine(kind, " " + cut(head, width - 3), turn, 0, 0),
            *(TalkLine(kind, " ", turn, start, end) for start, end in places),
        ]
    named = f"{fill(segment.speaker or '', speaker)}  " if speaker else ""
    head = f"{fill(segment.cite, cite)}  {named}"
    blank = " " * cell_len(head)
    places = wrap(turn.text, width - 1 - len(blank) - SLACK)
    return [TalkLine(kind, head if i == 0 else blank, turn, *place) for i, place in enumerate(places)]
