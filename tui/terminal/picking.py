"""A short list to choose one thing from, with a word about each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal

Option = tuple[str, str]
"""A value, and a word about it."""

IN_SIGHT = 14


class PickScreen(Modal[str | None]):
    """Gives the chosen value, or None. It begins at the present one."""

    def __init__(self, title: str, options: Sequence[Option], present: str = "") -> None:
        super().__init__()
        self._title, self._options = title, [*options]
        self._chosen = next((i for i, (value, _) in enumerate(self._options) if value == present), 0)

    def compose(self) -> ComposeResult:
        """Title, the values, the keys."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Lines(id="found", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.query_one("#hint", Lines).put([[("⏎", "key"), (" take  ", ""), ("↑↓", "key"), (" choose  ", ""),
                                             ("esc", "key"), (" back", "")]])  # fmt: skip
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        wide = max((len(value) for value, _ in self._options), default=0) + 2
        rows: list[Line] = [
            [("▸ " if i == self._chosen else "  ", "key"), (value.ljust(wide), "chosen" if i == self._chosen else ""),
             (words, "soft")]
            for i, (value, words) in enumerate(self._options)
        ]  # fmt: skip
        found = self.query_one("#found", Lines)
        found.styles.height = max(1, min(len(rows), IN_SIGHT, self.room - 1))
        found.put(rows, self._chosen)

    def on_key(self, event: Key) -> None:
        """Choose, take, or go back."""
        event.stop()
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 8, "pageup": -8}
        if event.key in steps:
            self._chosen = max(0, min(len(self._options) - 1, self._chosen + steps[event.key]))
            self._draw()
        elif event.key == "enter" and self._options:
            self.dismiss(self._options[self._chosen][0])
        elif event.key in ("escape", "q"):
            self.dismiss(None)
