"""The list under the talk: ranked suggestions and one's own codes, or the palette of a blind segment."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.events import Click
from textual.message import Message

from tui.review.board import Board, Row
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.wrap import cut, end_of, fill, fill_left

WORD = 12
NARROW = 60
"""In fewer cells notes are shorter."""


class Suggestions(Lines):
    """Draws a board. Digits stand before the lines that they choose: of more than nine, those in sight."""

    class Pointed(Message):
        """A line was clicked."""

        def __init__(self, line: int) -> None:
            self.line = line
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._board = Board()
        self._palette: Sequence[Meaning | None] = ()
        self._first = 0
        self._notes = 0
        self._skipped = 0
        """Lines above those in sight, where "no code fits" stands below them."""

    def show(self, board: Board, palette: Sequence[Meaning | None]) -> None:
        """Draw the board; the palette where it is blind."""
        self._board, self._palette = board, palette
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        board = self._board
        card, self._notes = board.card, 0
        if card is None:
            self.put([])
            return
        rows = board.rows
        if board.blind:
            head = self._head(board)
            self._first, self._skipped = -len(head), 0
            self.put([*head, *(self._row(board, row, i) for i, row in enumerate(rows)), *self._digits()])
            return
        notes: list[Line] = []
        if not card.proposals:
            nothing = "no suggestion here" if card.suggested else "no suggestions yet: press S"
            notes.append([(f"     {nothing}; c adds a code, 0 says that none fits", "soft")])
        if board.folded:
            notes.append(self._folded(board, rows))
        if card.no_code:
            notes.insert(0, [("   0 no code fits", "strong")])
        cursor, self._notes = max(0, board.chosen), len(notes)
        room = self.size.height - 1
        if card.no_code and len(rows) > room > 1:
            self._put_with_answer(board, rows, cursor, room)
            return
        self._skipped = 0
        self._first = self.window(len(rows) + len(notes), cursor) if len(rows) > 9 else 0
        self.put([*(self._row(board, row, i) for i, row in enumerate(rows)), *notes], cursor)

    def _put_with_answer(self, board: Board, rows: Sequence[Row], cursor: int, room: int) -> None:
        """As many lines as leave room for "no code fits" below them: an answer is never out of sight."""
        self._skipped = max(0, min(self._skipped, cursor), cursor - room + 1)
        self._first = self._skipped if len(rows) > 9 else 0
        shown = range(self._skipped, min(len(rows), self._skipped + room))
        answer: Line = [("   0 no code fits", "strong"), (f"   ▼ {len(rows) - len(shown)} more", "soft")]
        self.put([*(self._row(board, rows[i], i) for i in shown), answer])

    def _folded(self, board: Board, rows: Sequence[Row]) -> Line:
        """What is not shown, and what leads to it."""
        more = board.folded
        if any(row.proposal is not None and row.proposal.fits for row in rows):
            return [("   o ", "key"), (f"{more} more that {'do' if more > 1 else 'does'} not seem to fit", "soft")]
        if self.size.width < NARROW:
            return [("     nothing seems to fit, ", "soft"), ("o", "key"), (f" {more} more", "soft")]
        return [("     nothing seems to fit; ", "soft"), ("1", "key"), (" chooses the nearest, ", "soft"), ("o", "key"),
                (f" shows {more} more", "soft")]  # fmt: skip

    @property
    def wanted(self) -> int:
        """How many lines there are to show."""
        return max(len(self._board.rows) + self._notes, len(self.plain))

    def note(self, more: int) -> str:
        """Below the lines, where their codes begin."""
        return f"     ▼ {more} more"

    def line_at(self, digit: int) -> int:
        """The line that a digit means, from 0."""
        return max(0, self._first) + digit - 1

    def on_click(self, event: Click) -> None:
        """A click points at a line."""
        line = self._top + self._skipped + event.y + min(0, self._first)
        if 0 <= line < len(self._board.rows):
            self.post_message(self.Pointed(line))

    def _head(self, board: Board) -> list[Line]:
        card = board.card
        if card is None:
            return []
        if card.exposure == "blind":
            words = "blind: yours only, the model's stay hidden until the round ends "
        else:
            words = "blind: yours first, then the model's "
        if card.second:
            words = "once more: it came back; answer it afresh, nothing of the first time shows "
        if card.completed:
            words = "blind: your answer is committed "
        head: list[Line] = [[(" " * max(0, self.size.width - cell_len(words)), ""), (words, "soft")]]
        return [*head, [("   0 no code fits", "strong")]] if card.no_code else head

    def _row(self, board: Board, row: Row, place: int) -> Line:
        chosen = place == board.chosen
        digit = place - self._first + 1
        shown = str(digit) if 1 <= digit <= 9 and not board.blind else " "
        head = f" {'▸' if chosen else ' '} {shown} {row.sign} "
        room = max(4, self.size.width - cell_len(head) - WORD - 1)
        path = fill(_named(row, room), room)
        style = "chosen" if chosen else "soft" if row.sign in "–✗" else ""
        return [(head, style), (path, style), (" ", style), (fill_left(row.word, WORD - 1) + " ", style)]

    def _digits(self) -> list[Line]:
        """The palette, as many codes on a line as there is room for."""
        lines: list[Line] = []
        now: list[tuple[str, str]] = [("  ", "")]
        used = 2
        for n, code in enumerate(self._palette[:9], start=1):
            if code is None:
                continue
            name = cut(code.name, 24)
            wide = cell_len(name) + 4
            if used + wide > self.size.width and len(now) > 1:
                lines.append(now)
                now, used = [("  ", "")], 2
            now += [(f" {n}", "key"), (f" {name} ", "")]
            used += wide
        return [*lines, now] if len(now) > 1 else lines


def _named(row: Row, room: int) -> str:
    """A line's code in so many cells: where its path is too long the last names stay, by which codes differ."""
    path = row.path.replace(" > ", " › ")
    if cell_len(path) <= room:
        return path
    if row.proposal is not None and row.proposal.became:
        return end_of(row.proposal.became.replace(" > ", " › "), room)
    code = row.proposal.path if row.proposal is not None else row.own.path if row.own is not None else row.path
    where = row.path.removeprefix(code)
    return end_of(code.replace(" > ", " › "), room - cell_len(where)) + where
