"""The widget that draws two texts side by side where there is room, else one under the other."""

from __future__ import annotations

from itertools import zip_longest

from textual.events import Click
from textual.message import Message

from tui.beside.view import LONGEST, Pair, Stretch
from tui.terminal.lines import Line, Lines
from tui.terminal.wrap import fill, words, wrap

BROAD = 100
"""From so many cells on the texts stand side by side."""
SIGN = "┆ "
"""Before the words of the text beside, where it stands below: the difference does not rest on colour."""
WARNED = ("query",)


class Sheet(Lines):
    """Draws a stretch of parts with one of them chosen; `chosen` is its number."""

    class Moved(Message):
        """Another part is chosen, or others are in sight."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.stretch: Stretch | None = None
        self.chosen = 0
        self._blocks: list[tuple[int, int]] = []
        """The first line of each part, and the line behind its last."""

    def show(self, stretch: Stretch, chosen: int) -> None:
        """Draw these parts; a part that was in sight before stays on its line."""
        at = self._begin(chosen)
        row = None if at is None else at - self._top
        self.stretch, self.chosen = stretch, chosen
        self._lay_out()
        now = self._begin(chosen)
        if row is not None and now is not None:
            self._top = now - row
        self._keep_in_sight()

    def laid_out(self) -> None:
        """The lines for the present size."""
        if self.stretch is not None:
            self._lay_out()
            self._keep_in_sight()

    @property
    def pair(self) -> Pair | None:
        """The chosen part."""
        stretch = self.stretch
        place = -1 if stretch is None else self.chosen - stretch.first
        return stretch.pairs[place] if stretch is not None and 0 <= place < len(stretch.pairs) else None

    def choose(self, number: int) -> None:
        """Choose a part by its number, as far as it is at hand."""
        if self.stretch is None:
            return
        last = self.stretch.first + len(self.stretch.pairs) - 1
        number = max(self.stretch.first, min(number, last))
        if number != self.chosen:
            self.chosen = number
            self._lay_out()
        self._keep_in_sight()
        self.post_message(self.Moved())

    def step(self, by: int) -> None:
        """One part on or back; of a part that is longer than the screen, first what is not in sight yet."""
        block, page = self._block(self.chosen), max(1, self.size.height - 2)
        if block is not None and by > 0 and block[1] > self._top + self.size.height - 1 and block[1] - block[0] > page:
            self._scroll(page)
        elif block is not None and by < 0 and block[0] < self._top:
            self._scroll(-page)
        else:
            self.choose(self.chosen + by)

    def page(self, by: int) -> None:
        """A page on or back; the part at its top is the chosen one then."""
        self._scroll(by * max(1, self.size.height - 2))
        if self.stretch is not None:
            in_sight = [n for n, (start, end) in enumerate(self._blocks) if end > self._top]
            self.chosen = self.stretch.first + (in_sight[0] if in_sight else len(self._blocks) - 1)
            self._lay_out()
            self.post_message(self.Moved())

    def on_click(self, event: Click) -> None:
        """A click chooses a part."""
        line = self._top + event.y
        place = next((n for n, (start, end) in enumerate(self._blocks) if start <= line < end), None)
        if self.stretch is not None and place is not None:
            event.stop()
            self.choose(self.stretch.first + place)

    def note(self, more: int) -> str:
        """Whatever comes below is a key away."""
        return " ▼"

    def _scroll(self, lines: int) -> None:
        self._top = max(0, min(self._top + lines, len(self._lines) - self.size.height))
        self.refresh()

    def _block(self, number: int) -> tuple[int, int] | None:
        place = -1 if self.stretch is None else number - self.stretch.first
        return self._blocks[place] if 0 <= place < len(self._blocks) else None

    def _begin(self, number: int) -> int | None:
        block = self._block(number)
        return None if block is None else block[0]

    def _keep_in_sight(self) -> None:
        block, height = self._block(self.chosen), max(1, self.size.height)
        if block is not None:
            room = height - 1 if block[1] < len(self._lines) else height
            self._top = min(max(self._top, block[1] - room), block[0])
            self._top = max(0, min(self._top, len(self._lines) - height))
        self.refresh()

    def _lay_out(self) -> None:
        assert self.stretch is not None
        lines: list[Line] = []
        self._blocks = []
        for pair in self.stretch.pairs:
            start = len(lines)
            lines += laid(pair, self.size.width, chosen=pair.number == self.chosen)
            self._blocks.append((start, len(lines)))
        self.put(lines)


def laid(pair: Pair, width: int, *, chosen: bool) -> list[Line]:
    """The lines of a part: who says it and how far it is checked, both texts, open questions, an empty line."""
    bar = "▌" if chosen else " "
    beside = pair.beside
    warn = "warn" if beside.queries or beside.look else "soft"
    head: Line = [(bar, "key"), (f"{pair.cite}  {pair.speaker}".rstrip(), "strong"), (f"   {beside.told}", warn)]
    lines: list[Line] = [head]
    if width >= BROAD:
        half = (width - 5) // 2
        for one, other in zip_longest(_wrapped(pair.words, half), _wrapped(beside.text, half), fillvalue=""):
            lines.append([(bar, "key"), (fill(one, half), ""), (" │ ", "soft"), (other, "")])
    else:
        lines += [[(bar, "key"), (line, "")] for line in _wrapped(pair.words, width - 2)]
        lines += [[(bar, "key"), (SIGN, "soft"), (line, "")] for line in _wrapped(beside.text, width - 4)]
    for who, asked in beside.queries:
        lines += [[(bar, "key"), (line, "warn")] for line in _wrapped(f"{who} asks: {asked}", width - 2)]
    return [*lines, [("", "")]]


def _wrapped(text: str, width: int) -> list[str]:
    more = "" if len(text) <= LONGEST else " …"
    safe = words(text[:LONGEST] + more).text
    return [safe[start:end] for start, end in wrap(safe, width)]
