"""The finder: a code of the tree by a few typed letters of its name, path or definition."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.terminal.finding import matching
from tui.terminal.lines import Lines
from tui.terminal.meaning import Meaning
from tui.terminal.paragraphs import paragraphs
from tui.terminal.wrap import end_of


class FinderScreen(ModalScreen[str | None]):
    """Gives the chosen code's id, or None. The codes come in the order in which they are offered."""

    def __init__(self, title: str, codes: Sequence[Meaning]) -> None:
        super().__init__()
        self._title, self._codes = title, codes
        self._found = [*codes]
        self._chosen = 0

    def compose(self) -> ComposeResult:
        """Title, the typed words, what matches, the chosen one's definition."""
        with Vertical(classes="box"):
            yield Lines(id="title", classes="title")
            yield Input(placeholder="type to find a code", id="typed", compact=True)
            yield Lines(id="found", classes="many")
            yield Lines(id="about", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for typing."""
        self.query_one("#title", Lines).put([[(self._title, "strong")]])
        self.query_one("#hint", Lines).put([[("⏎", "key"), (" take  ", ""), ("↑↓", "key"), (" choose  ", ""),
                                             ("esc", "key"), (" back", "")]])  # fmt: skip
        self.query_one(Input).focus()
        self.call_after_refresh(self._draw)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing filters."""
        self._found, self._chosen = matching(self._codes, event.value), 0
        self._draw()

    def on_input_submitted(self) -> None:
        """Enter takes the chosen code."""
        if self._found:
            self.dismiss(self._found[self._chosen].id)

    def on_key(self, event: Key) -> None:
        """Up and down choose, escape goes back; all else is typing."""
        steps = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in steps and self._found:
            event.stop()
            self._chosen = max(0, min(len(self._found) - 1, self._chosen + steps[event.key]))
            self._draw()

    def _draw(self) -> None:
        found = self.query_one("#found", Lines)
        room = max(20, found.size.width) - 3
        lines = [
            [("▸ " if i == self._chosen else "  ", "key"), (end_of(code.path.replace(" > ", " › "), room),
             "chosen" if i == self._chosen else "")]
            for i, code in enumerate(self._found)
        ]  # fmt: skip
        found.styles.height = max(1, min(len(lines), 8))
        found.put(lines or [[("  no code matches; esc goes back", "soft")]], self._chosen)
        about = self.query_one("#about", Lines)
        chosen = self._found[self._chosen] if self._found else None
        told = [("", chosen.definition)] if chosen is not None else []
        rows = paragraphs(told, max(20, about.size.width), "  ")[:4]
        about.styles.height = max(1, len(rows))
        about.put(rows)
