"""What stands beside the segment in another language, in a column of its own where there is much room."""

from __future__ import annotations

from suggest.review.beside import Beside
from tui.terminal.lines import Line, Lines
from tui.terminal.paragraphs import paragraphs

LONGEST = 4_000
"""So many characters are laid out: more than the column ever holds."""


class Aside(Lines):
    """Which text it is and how far it is checked, its words, and open questions about them."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._beside: Beside | None = None

    def show(self, beside: Beside | None) -> None:
        """Draw it; nothing without one."""
        if beside != self._beside:
            self._beside = beside
            self._top = 0
            self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        beside = self._beside
        if beside is None:
            self.put([])
            return
        parts = [(f"{beside.named}: ", beside.told), *((f"{who} asks: ", asked) for who, asked in beside.queries)]
        lines: list[Line] = paragraphs(parts, self.size.width, " ")
        self.put([*lines, [("", "")], *paragraphs([("", beside.text[:LONGEST])], self.size.width, " ")])

    def note(self, more: int) -> str:
        """The rest is one key away."""
        return " … l shows all of it"
