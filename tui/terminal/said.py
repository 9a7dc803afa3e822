"""The line for what happened: as many lines as the sentence needs, so that no advice is cut off."""

from __future__ import annotations

from tui.terminal.lines import Lines
from tui.terminal.wrap import words, wrap

MOST = 4
"""So many lines at most; a sentence that needs more ends in "▼"."""

PASTED = "Several keys came at once, as when text is pasted: none of them was taken."


class Said(Lines):
    """One line while there is nothing to say or little; more only where a sentence needs them."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sentence, self._warn = "", False

    def tell(self, sentence: str, *, warn: bool = False) -> None:
        """Say this in the place of what was said before; "" says nothing."""
        self._sentence, self._warn = sentence, warn
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        text = words(self._sentence).text
        style = "warn" if self._warn else "strong"
        places = wrap(text, self.size.width - 2) if self.size.width and text else [(0, len(text))]
        self.styles.height = min(MOST, len(places))
        self.put([[(f" {text[start:end]}" if end > start else "", style)] for start, end in places])

    @property
    def plain(self) -> list[str]:
        """What is said, in one piece."""
        return [f" {words(self._sentence).text}" if self._sentence else ""]
