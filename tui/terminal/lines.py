"""A widget that draws lines of plain text: the one way in which the other widgets reach the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment as Piece
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.wrap import cut

Part = tuple[str, str]
"""Words and the name of their style: "", "key", "soft", "strong", "chosen", "warn", "bar"."""
Line = Sequence[Part]


class Lines(Widget):
    """Draws lines of parts, each made safe and cut to the width. `cursor` is a line to keep in sight."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--key", "lines--soft", "lines--strong", "lines--chosen", "lines--warn", "lines--bar",
    }  # fmt: skip
    DEFAULT_CSS = """
    Lines {
        height: 1;
        .lines--key { text-style: bold; color: $accent; }
        .lines--soft { color: $text-muted; }
        .lines--strong { text-style: bold; }
        .lines--chosen { text-style: bold; background: $panel; }
        .lines--warn { text-style: bold; color: $warning; }
        .lines--bar { color: $primary; }
    }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self._cursor: int | None = None
        self._top = 0

    def put(self, lines: Sequence[Line], cursor: int | None = None) -> None:
        """Draw these lines."""
        self._lines, self._cursor = [*lines], cursor
        self.refresh()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.laid_out()

    def laid_out(self) -> None:
        """Called when the size has changed; for widgets whose lines depend on it."""

    def note(self, more: int) -> str:
        """What the last line says where so many lines are not drawn."""
        return f" ▼ {more} more"

    def window(self, count: int, cursor: int | None) -> int:
        """The first of `count` lines that is in sight, with the cursor's line in sight too."""
        height = max(1, self.size.height)
        if cursor is not None:
            room = height - 1 if cursor == count - 1 or height < 3 else height - 2
            self._top = max(min(self._top, cursor), cursor - room)
        self._top = max(0, min(self._top, count - height))
        return self._top

    @property
    def plain(self) -> list[str]:
        """The words of each line, for tests and for those who read the screen by other means."""
        return ["".join(text for text, _ in line) for line in self._lines]

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        height = max(1, self.size.height)
        place = y + self.window(len(self._lines), self._cursor)
        if place >= len(self._lines):
            return Strip.blank(width, base)
        more = len(self._lines) - place - 1
        if y == height - 1 and more > 0 and height > 2:
            soft = base + self.get_component_rich_style("lines--soft", partial=True)
            return Strip([Piece(cut(self.note(more + 1), width), soft)]).adjust_cell_length(width, base)
        pieces, used = [], 0
        for text, name in self._lines[place]:
            part = cut(text, width - used)
            used += cell_len(part)
            style = base + self.get_component_rich_style(f"lines--{name}", partial=True) if name else base
            pieces.append(Piece(part, style))
        return Strip(pieces).adjust_cell_length(width, base)
