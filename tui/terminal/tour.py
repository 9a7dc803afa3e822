"""The first steps in five lines, shown once to each user, and again on request."""

from __future__ import annotations

from collections.abc import Sequence

from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen

STEPS = (
    ("1  ", "One segment at a time: yours to code is what stands between the two lines, with the talk around it."),
    (
        "2  ",
        "a takes a suggestion, e puts another code in its place, r refuses it, c adds a code that nobody suggested.",
    ),
    ("3  ", "Enter: done. What is open then counts as not applied; 0 says that no code fits."),
    ("4  ", "Some segments are blind: you code first, and the model's suggestions come up afterwards, or at the end."),
    ("5  ", "u undoes everything, step by step; what is on screen is on disk. ? shows all keys, q leaves."),
)


class TourScreen(ReadingScreen):
    """Five lines; any key goes on."""

    HINT: Sequence[tuple[str, str]] = (
        ("any key", "key"),
        (" goes on  ", ""),
        ("f12", "key"),
        (" shows this again", ""),
    )

    def lines(self, width: int) -> Sequence[Line]:
        """The steps."""
        return [[("Second Coder in five lines", "strong")], [("", "")], *paragraphs([*STEPS], width, "")]
