"""The list under the talk: ranked suggestions and one's own codes, or the palette of a blind segment."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui.review.board import Board
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.wrap import cut, fill

WORD = 12


class Suggestions(Lines):
    """Draws a board. Digits stand before the lines that they choose."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._board = Board()
        self._palette: Sequence[Meaning] = ()

    def show(self, board: Board, palette: Sequence[Meaning]) -> None:
        """Draw the board; the palette where it is blind."""
        self._board, self._palette = board, palette
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        board = self._board
        card = board.card
        if card is None:
            self.put([])
            return
        lines = [self._row(board, i) for i in range(len(board.rows))]
        if board.blind:
            self.put([*self._head(board), *lines, *self._digits()])
            return
        notes: list[Line] = []
        if not card.proposals:
            nothing = "no suggestion here" if card.suggested else "no suggestions yet: press S"
            notes.append([(f"     {nothing}; c adds a code, 0 says that none fits", "soft")])
        if board.folded:
            fits = any(row.proposal is not None and row.proposal.fits for row in board.rows)
            if fits:
                words = f"{board.folded} more that {'do' if board.folded > 1 else 'does'} not seem to fit"
            else:
                words = f"nothing seems to fit; this is the nearest, {board.folded} more"
            notes.append([(f"     {words}", "soft"), ("  o", "key")])
        if card.no_code:
            notes.insert(0, [("   0 no code fits", "strong")])
        self.put([*lines, *notes], board.chosen)

    def _head(self, board: Board) -> list[Line]:
        card = board.card
        if card is None:
            return []
        if card.exposure == "blind":
            words = "blind: yours only, the model's stay hidden until the round ends "
        else:
            words = "blind: yours first, then the model's "
        if card.completed:
            words = "blind: your answer is committed "
        head: list[Line] = [[(" " * max(0, self.size.width - cell_len(words)), ""), (words, "soft")]]
        return [*head, [("   0 no code fits", "strong")]] if card.no_code else head

    def _row(self, board: Board, place: int) -> Line:
        row = board.rows[place]
        chosen = place == board.chosen
        digit = str(place + 1) if place < 9 and not board.blind else " "
        head = f" {'▸' if chosen else ' '} {digit} {row.sign} "
        room = max(4, self.size.width - cell_len(head) - WORD - 1)
        path = fill(row.path.replace(" > ", " › "), room)
        style = "chosen" if chosen else "soft" if row.sign in "–✗" else ""
        return [(head, style), (path, style), (" ", style), (fill(row.word, WORD), style)]

    def _digits(self) -> list[Line]:
        """The palette, as many codes on a line as there is room for."""
        lines: list[Line] = []
        now: list[tuple[str, str]] = [("  ", "")]
        used = 2
        for n, code in enumerate(self._palette[:9], start=1):
            name = cut(code.name, 24)
            wide = cell_len(name) + 4
            if used + wide > self.size.width and len(now) > 1:
                lines.append(now)
                now, used = [("  ", "")], 2
            now += [(f" {n}", "key"), (f" {name} ", "")]
            used += wide
        return [*lines, now] if len(now) > 1 else lines
