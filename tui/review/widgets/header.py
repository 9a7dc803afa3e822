"""The line at the top: study, document, coder, how far one is."""

from __future__ import annotations

from rich.cells import cell_len

from tui.review.card import Card
from tui.terminal.lines import Line, Lines
from tui.terminal.wrap import cut

BAR = 16


class Header(Lines):
    """Drops what matters least where there is little room; done and total stay."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title, self._coder, self._beside = "", "", ""
        self._card: Card | None = None
        self._counts: tuple[int, int] | None = None
        """(completed, to code), as far as they are known."""

    def study(self, title: str, coder: str) -> None:
        """Say which study it is and who reviews."""
        self._title, self._coder = title, coder
        self.laid_out()

    def show(self, card: Card | None) -> None:
        """Say where one is."""
        self._card = card
        if card is not None:
            self._counts = card.done, card.total
        self.laid_out()

    def count(self, done: int, total: int) -> None:
        """Say how far one is where no segment is on screen."""
        self._counts = (done, total) if total else None
        self.laid_out()

    def beside(self, words: str) -> None:
        """Say what goes on beside the review; "" for nothing."""
        if words != self._beside:
            self._beside = words
            self.laid_out()

    def laid_out(self) -> None:
        """One line for the present width."""
        card, width = self._card, self.size.width
        if self._counts is None:
            self.put([[(f" {self._title}", "strong")]])
            return
        done, total = self._counts
        state = f"{done}/{total} "
        bar = ""
        if width >= 60 and total:
            full = done * BAR // total
            bar = f"▐{'█' * full}{'░' * (BAR - full)}▌ "
        marks = "" if card is None else _marks(card, width)
        note = f"{self._beside}  " if self._beside and width >= 60 else ""
        right = f"{note}{marks}{bar}{state}"
        room = width - cell_len(right) - 1
        label, coder = "" if card is None else cut(card.segment.label, 20), cut(self._coder, 16)
        rest = f"   {label}   {coder}" if label else f"   {coder}"
        title = cut(self._title, max(0, room - cell_len(rest) - 2))
        if width < 60:
            title, rest = label or cut(self._title, 12), f" {coder}"
        left = cut(f" {title}{rest}", room)
        gap = " " * (room - cell_len(left) + 1)
        line: Line = [(left, "strong"), (gap, ""), (note, "soft"), (marks, ""), (bar, "bar"), (state, "")]
        self.put([line])


def _marks(card: Card, width: int) -> str:
    """What is to be known of the segment besides its codes."""
    memos = len(card.memos)
    marks = ["⚑ flagged" if card.flagged else "", "✓ done" if card.completed else ""]
    marks.append(f"{memos} memo{'' if memos == 1 else 's'}" if memos and width >= 60 else "")
    return "".join(f"{mark}  " for mark in marks if mark)
