"""The finder: a code of the tree by a few typed letters of its name, path or definition; or a name for a new one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Click, Key
from textual.widgets import Input

from tui.terminal.finding import matching
from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs
from tui.terminal.wrap import end_of

ROWS = 8


class NewName(str):
    """A name that no code has, typed for a new one."""


class FinderScreen(Modal[str | None]):
    """Gives the chosen code's id, or None. The codes come in the order in which they are offered.

    With `making` the last line offers to make a new code of the typed name, if there is none of just that name: taken,
    the finder gives a `NewName`.
    """

    def __init__(self, title: str, codes: Sequence[Meaning], *, making: bool = False) -> None:
        super().__init__()
        self._title, self._codes, self._making = title, codes, making
        self._found = [*codes]
        self._new = ""
        self._chosen = self._top = 0

    def compose(self) -> ComposeResult:
        """Title, the typed words, what matches, the chosen one's definition."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Input(placeholder="type to find a code", id="typed", compact=True)
            yield Lines(id="found", classes="many")
            yield Lines(id="about", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for typing."""
        self.query_one("#hint", Lines).put([[("⏎", "key"), (" take  ", ""), ("↑↓", "key"), (" choose  ", ""),
                                             ("esc", "key"), (" back", "")]])  # fmt: skip
        self.query_one(Input).focus()
        self.call_after_refresh(self._draw)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing filters."""
        self._found, self._chosen, self._top = matching(self._codes, event.value), 0, 0
        name = event.value.strip()
        known = any(code.name.casefold() == name.casefold() for code in self._found)
        self._new = name if self._making and not known else ""
        self._draw()

    @property
    def _count(self) -> int:
        return len(self._found) + bool(self._new)

    def on_input_submitted(self) -> None:
        """Enter takes the chosen code, or the new name."""
        if self._chosen < len(self._found):
            self.dismiss(self._found[self._chosen].id)
        elif self._new:
            self.dismiss(NewName(self._new))

    def on_key(self, event: Key) -> None:
        """Up and down choose, escape goes back; all else is typing."""
        steps = {"down": 1, "up": -1, "pagedown": ROWS, "pageup": -ROWS}
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in steps and self._count:
            event.stop()
            self._chosen = max(0, min(self._count - 1, self._chosen + steps[event.key]))
            self._draw()

    def on_click(self, event: Click) -> None:
        """A click chooses; it takes nothing."""
        if event.widget is self.query_one("#found", Lines) and self._top + event.y < self._count:
            self._chosen = self._top + event.y
            self._draw()

    def _line(self, place: int) -> Line:
        chosen = place == self._chosen
        if place == len(self._found):
            return [("▸ " if chosen else "  ", "key"), (f"+ a new code: {self._new}", "chosen" if chosen else "soft")]
        room = max(20, self.query_one("#found", Lines).size.width - 3)
        path = end_of(self._found[place].path.replace(" > ", " › "), room)
        return [("▸ " if chosen else "  ", "key"), (path, "chosen" if chosen else "")]

    def _draw(self) -> None:
        found = self.query_one("#found", Lines)
        self._top = max(min(self._top, self._chosen), self._chosen - ROWS + 1)
        shown = range(self._top, min(self._top + ROWS, self._count))
        found.styles.height = max(1, len(shown))
        found.put([self._line(place) for place in shown] or [[("  no code matches; esc goes back", "soft")]])
        about = self.query_one("#about", Lines)
        told = self._found[self._chosen].definition if self._chosen < len(self._found) else ""
        if self._chosen == len(self._found) and self._new:
            told = "Enter goes on to where in the tree it stands."
        more = self._count - len(shown) - self._top
        rows = paragraphs([("", told)], max(20, about.size.width), "  ")[:4]
        below: list[Line] = [[(f"  ▼ {more} more", "soft")]] if more > 0 else []
        about.styles.height = max(1, len(rows) + len(below))
        about.put([*below, *rows])
