"""The widget that draws a transcript: citation, speaker, words, margin; as quick with 50,000 turns as with ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment as Piece
from rich.style import Style
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from suggest.study.segments import Segment
from tui.terminal.wrap import cut, fill
from tui.transcript.margin import BROAD, HIDDEN, NOTHING, Column, Legend, cell, columns
from tui.transcript.roll import Laid, Place, Roll
from tui.transcript.view import Head, Mark, Part

CITE, SPEAKER, SLIM = 14, 10, 60
MOST = 96
"""Longer lines of words are hard to read."""
WHEEL = 3
LOADING = "…"

Range = tuple[int, int]


class Sheet(Widget):
    """Draws a roll from a place on. `Moved` tells that other parts may be needed, or that the cursor is on another
    turn; `Taken` that the turn under the cursor was clicked."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sheet--head", "sheet--soft", "sheet--here", "sheet--mark", "sheet--own", "sheet--key",
    }  # fmt: skip
    DEFAULT_CSS = """
    Sheet {
        height: 1fr;
        .sheet--head { text-style: bold; }
        .sheet--soft { color: $text-muted; }
        .sheet--here { background: $boost; }
        .sheet--mark { text-style: bold underline; background: $warning-muted; }
        .sheet--own { text-style: bold; }
        .sheet--key { text-style: bold; color: $accent; }
    }
    """

    class Moved(Message):
        """Other lines are in sight, or the cursor is elsewhere."""

    class Taken(Message):
        """The turn under the cursor was clicked."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.roll = Roll(0, 1)
        self.cursor = 0
        self.mark: Range | None = None
        self._head: Head | None = None
        self._legend = Legend({}, {})
        self._columns: list[Column] = []
        self._top = Place(0)
        self._wanted: tuple[int, int | None] | None = None
        self._window: list[tuple[Place, Laid]] | None = None
        self._cite = self._speaker = 0
        self._own = ""
        self._beyond = 0

    def show(self, head: Head, legend: Legend, own: str) -> None:
        """Draw another transcript, or the same one after something changed; the place stays."""
        if self._head is None or (self._head.document.count, self._head.size) != (head.document.count, head.size):
            self.roll = Roll(head.document.count, head.size)
        self.roll.forget()
        self._head, self._legend, self._own = head, legend, own
        self.cursor = max(0, min(self.cursor, head.document.count - 1))
        self._lay_out()

    def arrived(self) -> None:
        """A part was read."""
        self._anew()
        if self._wanted is not None and self.roll.turn(self._wanted[0]) is not None:
            ordinal, offset = self._wanted
            self._wanted = None
            self._put(ordinal, offset)

    def go(self, ordinal: int, offset: int | None = None) -> None:
        """Put the cursor on a turn, and the turn (or one place in it) in sight."""
        self.cursor = max(0, min(ordinal, self.roll.count - 1))
        if self.roll.turn(self.cursor) is None:
            self._wanted, self._top = (self.cursor, offset), Place(self.cursor)
            self._anew()
        else:
            self._put(self.cursor, offset)
        self.post_message(self.Moved())

    def _put(self, ordinal: int, offset: int | None) -> None:
        wanted = Place(ordinal) if offset is None else self.roll.at(ordinal, offset)
        inside = self._in_sight(wanted)
        if offset is None and inside:
            last = self._last(ordinal)
            inside = self._in_sight(last) or self._window is None
        if not inside:
            self._top = self.roll.moved(wanted, -(self.size.height // 3))
        self._anew()
        self._not_beyond()

    def _last(self, ordinal: int) -> Place:
        piece = len(self.roll.bounds(ordinal)) - 1
        return Place(ordinal, piece, len(self.roll.lines(ordinal, piece)) - 1)

    def _in_sight(self, place: Place) -> bool:
        window = self.window
        return bool(window) and window[0][0] <= place <= window[-1][0]

    def step(self, by: int) -> None:
        """The next turn, or the one before; a turn that goes on beyond the screen is read on first."""
        window = self.window
        if not window:
            return
        if by > 0 and self._goes_on(window[-1][0]):
            self.scroll_lines(WHEEL)
        elif by < 0 and self.cursor == window[0][0].ordinal and window[0][0] > Place(self.cursor):
            self.scroll_lines(-WHEEL)
        else:
            self.go(self.cursor + by)

    def _goes_on(self, last: Place) -> bool:
        return last.ordinal == self.cursor and last < self._last(self.cursor)

    def scroll_lines(self, by: int) -> None:
        """Move the text; the cursor goes with it where it would be out of sight."""
        self._top = self.roll.moved(self._top, by)
        self._anew()
        self._not_beyond()
        window = self.window
        if window:
            self.cursor = max(window[0][0].ordinal, min(self.cursor, window[-1][0].ordinal))
        self.post_message(self.Moved())

    def page(self, by: int) -> None:
        """A page on or back, and the cursor to the turn at its head."""
        self.scroll_lines(by * max(1, self.size.height - 2))
        if self.window:
            top = self.window[0][0]
            self.cursor = top.ordinal if top <= Place(top.ordinal) or len(self.ordinals) == 1 else self.ordinals[1]
            self._anew()
            self.post_message(self.Moved())

    def _not_beyond(self) -> None:
        """The last line stays at the foot of the screen."""
        spare = self.size.height - len(self.window)
        if spare > 0 and self._top > Place(0):
            self._top = self.roll.moved(self._top, -spare)
            self._anew()

    @property
    def window(self) -> list[tuple[Place, Laid]]:
        """The lines in sight."""
        if self._window is None:
            found = []
            if self.roll.count and self.size.height:
                for place, line in self.roll.from_(self._top):
                    found += self._heading(place)
                    found.append((place, line))
                    if len(found) >= self.size.height:
                        break
            self._window = found[: self.size.height]
        return self._window

    def _heading(self, place: Place) -> list[tuple[Place, Laid]]:
        """Where there is little room, the citation has a line of its own."""
        begin = self._begin(place.ordinal)
        return [(begin, Laid("", 0, 0))] if begin.piece < 0 and place == Place(place.ordinal) else []

    @property
    def ordinals(self) -> list[int]:
        """The turns in sight."""
        return [*dict.fromkeys(place.ordinal for place, _ in self.window)]

    @property
    def top(self) -> Place:
        """The line at the top."""
        return self._top

    @property
    def plain(self) -> list[str]:
        """The words of each line, for tests and for those who read the screen by other means."""
        return ["".join(piece.text for piece in self.render_line(y)) for y in range(self.size.height)]

    def _anew(self) -> None:
        self._window = None
        self.refresh()

    # Drawing

    def on_resize(self, event: Resize) -> None:
        """Lay out anew."""
        self._lay_out()
        self._put(self.cursor, None)
        self.post_message(self.Moved())

    def _lay_out(self) -> None:
        head, width = self._head, self.size.width
        if head is None or not width:
            return
        self._columns = columns(head.coders, width, self._own)
        longest = f"{head.document.label} {head.last_paragraph}"
        self._cite = 0 if width < SLIM else min(CITE, cell_len(cut(longest, CITE)))
        names = max((cell_len(cut(name, SPEAKER)) for name in head.speakers), default=0)
        self._speaker = 0 if width < SLIM else names
        left = 2 + (self._cite + 1 if self._cite else 0) + (self._speaker + 1 if self._speaker else 0)
        words = min(MOST, max(8, width - left - self._margin - 2))
        self._beyond = left + words + 1
        self.roll.set_width(words)
        self._anew()

    @property
    def _margin(self) -> int:
        return sum(column.width + 1 for column in self._columns)

    def heads(self) -> str:
        """The line above the text: whose column is which."""
        names = "".join(f" {fill(column.head, column.width)}" for column in self._columns)
        return " " * self._beyond + names

    def legend(self) -> str:
        """The codes in sight."""
        marks = [mark for ordinal in self.ordinals for mark in self._marks(ordinal)]
        wanted = {column.coder for column in self._columns}
        lines = [line for _, line in self.window if line.end]
        low, high = min((line.start for line in lines), default=0), max((line.end for line in lines), default=0)
        shown = [mark for mark in marks if mark.coder in wanted and mark.start < high and mark.end > low]
        turns = [turn for ordinal in self.ordinals if (turn := self.roll.turn(ordinal)) is not None]
        bare = {self._bare(column, turn) for column in self._columns for turn in turns}
        return self._legend.line(shown, bare, self.size.width)

    def _marks(self, ordinal: int) -> Sequence[Mark]:
        part = self.roll.part_of(ordinal)
        return () if part is None else part.marks

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        if y >= len(self.window):
            return Strip.blank(width, base)
        place, line = self.window[y]
        turn, here = self.roll.turn(place.ordinal), place.ordinal == self.cursor
        style = base + self._style("here") if here else base
        if turn is not None and turn.role != "data":
            style = style + self._style("soft")
        sign = "▸" if here and place == self._begin(place.ordinal) else "▌" if here else " "
        pieces = [Piece(sign, style + self._style("key")), Piece(self._left(place, turn), style + self._style("head"))]
        if place.piece < 0:
            return self._barred(y, Strip(pieces).adjust_cell_length(width - 1, style))
        pieces += self._words(line, style, turn is None)
        words = Strip(pieces).adjust_cell_length(self._beyond, style)
        text = Strip([*words, *self._beside(place, line, turn, style)]).adjust_cell_length(width - 1, style)
        return self._barred(y, text)

    def _barred(self, y: int, text: Strip) -> Strip:
        return Strip([*text, Piece(self._bar(y), self.rich_style + self._style("soft"))])

    def _begin(self, ordinal: int) -> Place:
        """The first line of a turn: where there is little room, its citation."""
        return Place(ordinal, -1) if self.size.width < SLIM else Place(ordinal)

    def _left(self, place: Place, turn: Segment | None) -> str:
        if place.piece < 0:
            return "" if turn is None else cut(" ".join(part for part in (turn.cite, turn.speaker) if part),
                                               self.size.width - 3)  # fmt: skip
        first = place == Place(place.ordinal) and turn is not None
        cite = f"{fill(turn.cite if first and turn else '', self._cite)} " if self._cite else ""
        speaker = f"{fill((turn.speaker or '') if first and turn else '', self._speaker)} " if self._speaker else ""
        return f"{cite}{speaker}"

    def _words(self, line: Laid, style: Style, waiting: bool) -> list[Piece]:
        if waiting:
            return [Piece(LOADING, style + self._style("soft"))]
        low, high = (0, 0) if self.mark is None else line.cells(*self.mark)
        marked = style + self._style("mark")
        parts = ((line.text[:low], style), (line.text[low:high], marked), (line.text[high:], style))
        return [Piece(text, how) for text, how in parts if text]

    def _beside(self, place: Place, line: Laid, turn: Segment | None, style: Style) -> list[Piece]:
        part = self.roll.part_of(place.ordinal)
        found = []
        for column in self._columns:
            text = " " * column.width
            if part is not None and turn is not None:
                text = cell(
                    column, part.marks, (line.start, line.end), self._legend,
                    first=place == Place(place.ordinal), empty=self._empty(column, part, turn),
                )  # fmt: skip
            name = "own" if column.coder == self._own else "soft" if column.width == BROAD else ""
            found.append(Piece(f" {text}", style + self._style(name) if name else style))
        return found

    def _bare(self, column: Column, turn: Segment) -> str:
        """The sign beside a turn without a mark of this coder, empty where there is one."""
        part = self.roll.part_of(turn.ordinal)
        if part is None or any(
            mark.coder == column.coder and mark.start < turn.end and mark.end > turn.start for mark in part.marks
        ):
            return ""
        return self._empty(column, part, turn)

    def _empty(self, column: Column, part: Part, turn: Segment) -> str:
        """Why nothing stands beside a turn: it was read and left without a code, or is not to be seen before one's own
        answer, whatever there is."""
        if turn.role != "data":
            return ""
        if column.coder == self._own:
            return NOTHING if turn.ordinal in part.done else ""
        if (column.coder, turn.ordinal) in part.others:
            return NOTHING
        later = self._head is not None and self._head.later
        return HIDDEN if later and turn.ordinal not in part.done else ""

    def _bar(self, y: int) -> str:
        """Where in the whole transcript the screen is."""
        if self._head is None or not self._head.document.length or self.size.height < 3:
            return " "
        turn = self.roll.turn(self._top.ordinal)
        line = self.window[0][1] if self.window else None
        place = line.start if line is not None and line.end else turn.start if turn is not None else 0
        at = min(self.size.height - 1, place * self.size.height // self._head.document.length)
        return "┃" if y == at else "│"

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"sheet--{name}", partial=True)

    # The mouse

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel moves the text."""
        event.stop()
        self.scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel moves the text."""
        event.stop()
        self.scroll_lines(-WHEEL)

    def on_click(self, event: Click) -> None:
        """A click puts the cursor on a turn; on the one that has it, it takes that."""
        event.stop()
        if event.y < len(self.window):
            ordinal = self.window[event.y][0].ordinal
            if ordinal == self.cursor:
                self.post_message(self.Taken())
            else:
                self.cursor = ordinal
                self._anew()
                self.post_message(self.Moved())
