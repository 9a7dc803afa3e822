"""What a page over a screen is about: a line, or two where the words need them."""

from __future__ import annotations

from tui.terminal.lines import Line, Lines
from tui.terminal.wrap import cut, words, wrap

MOST = 2
"""So many lines at most."""


class Heading(Lines):
    """Bold words, wrapped to the page; what is more than two lines ends in an ellipsis."""

    def __init__(self, told: str = "", id: str = "title") -> None:
        super().__init__(id=id)
        self._told = told

    def tell(self, told: str) -> None:
        """Say this."""
        self._told = told
        self.laid_out()

    @property
    def more(self) -> int:
        """How many lines it takes besides the first."""
        return max(0, len(self._lines) - 1)

    def laid_out(self) -> None:
        """The lines for the present width."""
        text, width = words(self._told).text.replace("\n", " "), self.size.width
        places = wrap(text, width) if width else [(0, len(text))]
        told = [text[start:end] for start, end in places]
        if len(told) > MOST:
            told = [*told[: MOST - 1], cut(text[places[MOST - 1][0] :], width)]
        lines: list[Line] = [[(line, "strong")] for line in told]
        self.styles.height = max(1, len(lines))
        self.put(lines)
