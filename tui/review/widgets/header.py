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

    def study(self, title: str, coder: str) -> None:
        """Say which study it is and who reviews."""
        self._title, self._coder = title, coder
        self.laid_out()

    def show(self, card: Card | None) -> None:
        """Say where one is."""
        self._card = card or self._card
        self.laid_out()

    def beside(self, words: str) -> None:
        """Say what goes on beside the review; "" for nothing."""
        if words != self._beside:
            self._beside = words
            self.laid_out()

    def laid_out(self) -> None:
        """One line for the present width."""
        card, width = self._card, self.size.width
        if card is None:
            self.put([[(f" {self._title}", "strong")]])
            return
        state = f"{card.done}/{card.total} "
        bar = ""
        if width >= 60 and card.total:
            full = card.done * BAR // card.total
            bar = f"▐{'█' * full}{'░' * (BAR - full)}▌ "
        marks = "⚑ flagged  " if card.flagged else ""
        note = f"{self._beside}  " if self._beside and width >= 60 else ""
        right = f"{note}{marks}{bar}{state}"
        room = width - cell_len(right) - 1
        label, coder = cut(card.segment.label, 20), cut(self._coder, 16)
        rest = f"   {label}   {coder}"
        title = cut(self._title, max(0, room - cell_len(rest) - 2))
        if width < 60:
            title, rest = label, f" {coder}"
        left = cut(f" {title}{rest}", room)
        gap = " " * (room - cell_len(left) + 1)
        line: Line = [(left, "strong"), (gap, ""), (note, "soft"), (right.removeprefix(note), "")]
        self.put([line])
