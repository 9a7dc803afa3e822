"""The line at the top of a screen: the study's title gives way where there is little room."""

from __future__ import annotations

from rich.cells import cell_len

from tui.terminal.lines import Lines
from tui.terminal.wrap import cut, words

LEAST = 8
"""With fewer cells for the title of the study it is left out."""


class Title(Lines):
    """Names the study, the screen, and what is particular now."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._told = ("", "", "")

    def tell(self, study: str, heading: str, more: str) -> None:
        """Draw these, so far as there is room."""
        self._told = (study, heading, more)
        self.laid_out()

    def laid_out(self) -> None:
        """The title of the study is cut first, and left out where little of it would stay."""
        study, heading, more = self._told
        behind = f"   {heading}   {more}" if more else f"   {heading}"
        room = self.size.width - 2 - cell_len(words(behind).text) if self.size.width else cell_len(study)
        if room < min(LEAST, cell_len(study)):
            self.put([[(f" {heading}", "strong"), (f"   {more}" if more else "", "soft")]])
            return
        self.put([[(f" {cut(study, room)}", "strong"), (f"   {heading}", ""), (f"   {more}", "soft")]])
