"""A stretch of somebody's words with some of them marked, in as many lines as there are."""

from __future__ import annotations

from tui.terminal.lines import Line, Lines
from tui.terminal.wrap import words, wrap


class Passage(Lines):
    """Draws a text from a line before its mark on, if it does not fit as a whole, and further lines below it."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._head, self._text = "", ""
        self._mark: tuple[int, int] | None = None
        self._below: list[Line] = []

    def show(self, head: str, text: str, mark: tuple[int, int] | None, below: list[Line] | None = None) -> None:
        """`head` says whose words they are; `mark` is a range in the text, `below` is drawn after it."""
        self._head, self._text, self._mark, self._below = head, text, mark, below or []
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present size."""
        if not self._head and not self._text:
            self.put([])
            return
        room = max(1, self.size.height - len(self._below) - 1)
        self.put([[(f" {self._head}", "strong")], *marked(self._text, self._mark, self.size.width - 2, room, " "),
                  *self._below])  # fmt: skip

    def note(self, more: int) -> str:
        """The rest is in the transcript."""
        return " …"


def marked(text: str, mark: tuple[int, int] | None, width: int, room: int, indent: str) -> list[Line]:
    """At most `room` lines of a text with its mark in sight; "…" stands where something is left out."""
    said = words(text, mark)
    places = wrap(said.text, width - len(indent))
    low, high = said.mark or (0, 0)
    here = next((i for i, (_, end) in enumerate(places) if said.mark is not None and end > low), 0)
    first = 0 if len(places) <= room else max(0, min(here - 1, len(places) - room))
    lines: list[Line] = []
    for i, (start, end) in enumerate(places[first : first + room]):
        cut_here = (i == 0 and first > 0, i == room - 1 and first + room < len(places))
        inner, outer = max(start, min(end, low)), max(start, min(end, high))
        lines.append(
            [
                (f"{indent[:-1]}…" if cut_here[0] else indent, ""),
                (said.text[start:inner], ""),
                (said.text[inner:outer], "strong"),
                (said.text[outer:end], ""),
                (" …" if cut_here[1] else "", ""),
            ]
        )
    return lines
