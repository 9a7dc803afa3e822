"""A list with columns, drawn line by line: as quick with a million rows as with ten, if its rows come lazily."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment as Piece
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.terminal.lines import Line
from tui.terminal.wrap import fill, fill_left, wrap

NARROW = 60
"""A screen of fewer cells is narrow."""


@dataclass(frozen=True)
class Column:
    """A column of a table. `width` in cells; 0 shares what is left over. `right` sets numbers to the right. Of the
    columns with `most` above 0 those with the highest go first where there is not room for all; a column that shares
    the rest gets `least` before that. On a narrow screen a column with `slim` shows so many characters of its cells
    and no title. `style` is that of its cells where their row has none of its own: "", "bar"."""

    title: str
    width: int = 0
    right: bool = False
    most: int = 0
    least: int = 12
    slim: int = 0
    style: str = ""


class Table(ScrollView):
    """Rows of plain text with a cursor. A cell is made safe and cut to its column; a row may name a style for all its
    cells ("", "soft", "strong", "warn"). `Chosen` tells that the cursor moved, `Taken` that a row was clicked twice."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--head", "table--cursor", "table--soft", "table--strong",
                                             "table--warn", "table--key", "table--bar"}  # fmt: skip
    DEFAULT_CSS = """
    Table {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        .table--head { text-style: bold underline; }
        .table--cursor { text-style: bold; background: $panel; }
        .table--soft { color: $text-muted; }
        .table--strong { text-style: bold; }
        .table--warn { text-style: bold; color: $warning; }
        .table--key { text-style: bold; color: $accent; }
        .table--bar { color: $primary; }
    }
    """

    class Chosen(Message):
        """The cursor is on another row."""

        def __init__(self, table: Table, row: int) -> None:
            self.table, self.row = table, row
            super().__init__()

    class Taken(Message):
        """A row was clicked that the cursor was on."""

        def __init__(self, table: Table, row: int) -> None:
            self.table, self.row = table, row
            super().__init__()

    def __init__(self, columns: Sequence[Column], id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: Sequence[Sequence[str]] = ()
        self._styles: Sequence[str] = ()
        self._empty = ""
        self.cursor = 0
        self._idle = False

    def put(self, rows: Sequence[Sequence[str]], *, styles: Sequence[str] = (), empty: str = "") -> None:
        """Draw these rows, each with a cell for every column; `empty` says what to do where there are none. The
        cursor stays on its row as far as there is one."""
        self._rows, self._styles, self._empty = rows, styles, empty
        self.virtual_size = Size(max(1, self.size.width - 1), len(rows) + 1)
        self.cursor = max(0, min(self.cursor, len(rows) - 1))
        self._keep_in_sight()
        self.refresh()

    def idle(self, on: bool) -> None:
        """Whether the keys move elsewhere: the cursor is then drawn without its arrow."""
        self._idle = on
        self.refresh()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def plain(self) -> list[str]:
        """The cells of each row, joined; for tests and for those who read the screen by other means."""
        return [" | ".join(row) for row in self._rows]

    def move(self, by: int) -> None:
        """Move the cursor by rows, stopping at both ends."""
        self.choose(self.cursor + by)

    def choose(self, row: int) -> None:
        """Put the cursor on a row."""
        row = max(0, min(row, len(self._rows) - 1))
        if row != self.cursor and self._rows:
            self.cursor = row
            self._keep_in_sight()
            self.refresh()
            self.post_message(self.Chosen(self, row))

    @property
    def page(self) -> int:
        """How many rows are in sight at once."""
        return max(1, self.size.height - 2)

    def _keep_in_sight(self) -> None:
        height = self.size.height - 1
        top = int(self.scroll_offset.y)
        if height > 0 and not top <= self.cursor < top + height:
            wanted = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=max(0, wanted), animate=False, force=True)

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self.virtual_size = Size(max(1, self.size.width - 1), len(self._rows) + 1)
        self._keep_in_sight()

    def on_click(self, event: Click) -> None:
        """A click puts the cursor on a row; on the row that has it, it takes that."""
        row = int(self.scroll_offset.y) + event.y - 1
        if event.y == 0 or row >= len(self._rows):
            return
        event.stop()
        if row == self.cursor:
            self.post_message(self.Taken(self, row))
        else:
            self.choose(row)

    def _widths(self) -> list[int]:
        """The width of each column; 0 for one that there is no room for."""
        width = self.size.width - 1
        shown = list(range(len(self._columns)))

        def needed() -> int:
            return sum((self._fixed(self._columns[i]) or self._columns[i].least) + 1 for i in shown)

        for i in sorted(shown, key=lambda i: -self._columns[i].most):
            if needed() <= width or not self._columns[i].most:
                break
            shown.remove(i)
        fixed = {i: self._fixed(self._columns[i]) for i in shown}
        sharing = [i for i in shown if not fixed[i]]
        rest = max(0, width - sum(fixed[i] + 1 for i in shown if fixed[i]) - len(sharing))
        found = [0] * len(self._columns)
        for i in shown:
            found[i] = fixed[i] or max(2, rest // len(sharing))
        return found

    def _slim(self, column: Column) -> bool:
        return bool(column.slim) and self.size.width < NARROW

    def _fixed(self, column: Column) -> int:
        return column.slim if self._slim(column) else column.width

    def _cells(self, row: Sequence[str]) -> str:
        return " ".join(cell for cell, _ in self._filled(row))

    def _filled(self, row: Sequence[str]) -> Iterator[tuple[str, Column]]:
        """The cells that there is room for, each as wide as its column."""
        for cell, column, width in zip(row, self._columns, self._widths(), strict=True):
            if not width:
                continue
            if self._slim(column):
                yield fill(cell[:width], width), column
            else:
                yield fill_left(cell, width) if column.right else fill(cell, width), column

    def _parts(self, row: Sequence[str], style: str) -> Line:
        """The cells of a row, those of a column with a style of its own in that too."""
        parts: list[tuple[str, str]] = []
        for cell, column in self._filled(row):
            parts += [(cell, f"{style} {column.style}".strip()), (" ", style)]
        return parts[:-1]

    def render_line(self, y: int) -> Strip:
        """One line of the screen; the first is the head."""
        width, base = self.size.width, self.rich_style
        if y == 0:
            head = self._cells(["" if self._slim(column) else column.title for column in self._columns])
            return self._strip([(f" {head}", "head")], width)
        place = y - 1 + int(self.scroll_offset.y)
        if place >= len(self._rows):
            lines = [] if self._rows else wrap(self._empty, width - 2)
            if place < len(lines):
                return self._strip([(fill(f" {self._empty[slice(*lines[place])]}", width), "soft")], width)
            return Strip.blank(width, base)
        here = place == self.cursor
        style = self._styles[place] if place < len(self._styles) else ""
        if here:
            style = "strong" if self._idle else "cursor"
        sign = ("▸" if here and not self._idle else " ", "key")
        return self._strip([sign, *self._parts(self._rows[place], style)], width)

    def _strip(self, line: Line, width: int) -> Strip:
        base = self.rich_style
        pieces = []
        for text, names in line:
            style = base
            for name in names.split():
                style += self.get_component_rich_style(f"table--{name}", partial=True)
            pieces.append(Piece(text, style))
        return Strip(pieces).adjust_cell_length(width, base)
