"""The tour of the first start: five lines, and any key goes on to the first segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen

FIVE = (
    ("Read ", "the segment between the two lines; below it stand the codes that a model suggests for it."),
    ("Answer ", "with a key: a accepts the chosen one, r rejects it, e takes another code instead, c adds one."),
    ("Enter ", "is done with the segment, and the next one comes. u undoes, as far back as you like."),
    ("Blind ", "segments show no suggestion before your own answer: that is how agreement is measured."),
    ("? ", "lists all keys of a screen, and q leaves. Everything you see acknowledged is on disk."),
)


class TourScreen(ReadingScreen):
    """Five lines."""

    HINT: ClassVar[Line] = [("any key", "key"), (" goes on  ", ""), ("F12", "key"), (" again", "")]
    MORE: ClassVar[Line] = [("↑↓", "key"), (" move  ", ""), *HINT[:1], (" goes on", "")]

    def lines(self, width: int) -> Sequence[Line]:
        """The lines, wrapped."""
        return [[("Second Coder", "strong")], [("", "")], *paragraphs(list(FIVE), width, "")]
