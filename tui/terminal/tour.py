"""The first steps in five lines, shown once to each user, and again on request."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Key

from suggest.places import data_folder
from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen

FILE = "tour-seen"

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


def seen() -> bool:
    """Whether the user has seen the tour; also where that could not be kept, so that it does not come every time."""
    folder = data_folder()
    return (folder / FILE).exists() or not (folder.exists() or _made())


def see() -> None:
    """The user has seen it."""
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        (data_folder() / FILE).touch()
    except OSError:
        return  # a folder that cannot be written is said elsewhere; the tour does no harm twice


def _made() -> bool:
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return True


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

    def on_key(self, event: Key) -> None:
        """Go on."""
        event.stop()
        self.dismiss(None)
