"""Documents in from the screen: a file is read, looked at as `add --preview` shows it, and stored if one likes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from suggest.exchange.bring_in import Incoming, Wish, bring_in, objections, read_files
from suggest.printable import counted
from suggest.study.study import Study
from tui.incoming import preview_lines
from tui.terminal.lines import Line
from tui.terminal.page import Hint, PageScreen
from tui.terminal.paragraphs import paragraphs
from tui.terminal.words import WordsScreen

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

UNITS = (None, "turn", "paragraph", "sentence", "line", "row")


@dataclass(frozen=True)
class Seen:
    """What a file holds, and what would be refused of it."""

    incoming: tuple[Incoming, ...]
    refused: tuple[str, ...]


def look_at(study: Study, path: Path, wish: Wish) -> Seen:
    """Read a file as `add` does; nothing is stored."""
    incoming = read_files([path], wish)
    return Seen(tuple(incoming), tuple(objections(study, incoming)))


class AddScreen(PageScreen):
    """The preview of a file; with other units or another label it is read again. `added` hears what was stored."""

    def __init__(self, owner: StudyApp, path: Path, added: Callable[[str], object]) -> None:
        super().__init__(owner, f"Add {path.name}?")
        self._path, self._added = path, added
        self._wish = Wish()
        self._seen: Seen | None = None
        self._lines: list[str] = []

    def opened(self) -> None:
        """Read it."""
        self._seen, self._lines = None, ["reading ..."]
        path, wish = self._path, self._wish
        self.look(lambda study: look_at(study, path, wish), self._arrived)

    def _arrived(self, seen: Seen) -> None:
        self._seen = seen
        self._lines = [line for item in seen.incoming for line in preview_lines(item)]
        self.tell(" ".join(f"Would be refused: {sentence}" for sentence in seen.refused), warn=bool(seen.refused))

    def _failed(self, sentence: str) -> None:
        if self._seen is None:
            self._lines = ["Nothing was stored."]
        super()._failed(sentence)

    @property
    def count(self) -> int:
        return max(1, len(self._lines))

    def rows(self, width: int) -> Sequence[Line]:
        """The preview; the cursor scrolls it."""
        lines: list[Line] = []
        for line in self._lines:
            indent = " " * (len(line) - len(line.lstrip()))
            lines += paragraphs([("", line.lstrip())], width, indent)
        return lines

    def meaning(self) -> str:
        """What storing means."""
        unit = self._wish.unit or "by the kind of file"
        return (
            f"Unit: {unit}. Stored, the document is left to everybody who codes it; its text and its "
            "places stay as they are from then on."
        )

    def hint(self) -> Hint:
        store = (("⏎", "add"),) if self._seen is not None and not self._seen.refused else ()
        return (*store, ("u", "unit"), ("l", "label"), ("↑↓", "read on"))

    def press(self, key: str) -> None:
        """Store it, or read it in another way."""
        if key == "u":
            here = UNITS.index(self._wish.unit)
            self._wish = replace(self._wish, unit=UNITS[(here + 1) % len(UNITS)])
            self.opened()
            self.tell("")
        elif key == "l":
            self.app.push_screen(WordsScreen("Label, with which citations begin"), self._label)
        elif key == "enter" and self._seen is not None and not self._seen.refused:
            self._store(self._seen.incoming)

    def _label(self, words: str | None) -> None:
        if words:
            self._wish = replace(self._wish, label=words)
            self.opened()
            self.tell("")

    def _store(self, incoming: Sequence[Incoming]) -> None:
        def store(bench: Bench) -> str:
            bring_in(bench.study, bench.coder, incoming)
            count = sum(item.preview.segments for item in incoming)
            labels = ", ".join(item.preview.label for item in incoming[:3])
            more = f" and {len(incoming) - 3} more" if len(incoming) > 3 else ""
            return f"{labels}{more}: added with {counted(count, 'segment')}."

        def stored(said: str) -> None:
            self._added(said)
            self.dismiss(None)

        self.ask(store, stored)
