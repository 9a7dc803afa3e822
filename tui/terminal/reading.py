"""A page to read over the review, left with almost any key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from tui.terminal.lines import Line, Lines


class ReadingScreen(ModalScreen[None]):
    """Shows lines; up and down move through them, every other key goes back. `HINT` says so."""

    HINT: ClassVar[Line] = [("↑↓", "key"), (" move  ", ""), ("esc", "key"), (" back", "")]

    def __init__(self) -> None:
        super().__init__()
        self._cursor = 0
        self._more = False
        """Whether there is more than is in sight."""

    def compose(self) -> ComposeResult:
        """The lines, and how to go back."""
        with Vertical(classes="box"):
            yield Lines(id="page", classes="many")
            yield Lines(id="hint")

    def lines(self, width: int) -> Sequence[Line]:
        """The page for a width in cells."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.query_one("#hint", Lines).put([self.HINT])
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        page = self.query_one("#page", Lines)
        rows = self.lines(max(20, page.size.width))
        height = max(1, min(len(rows), self.size.height - 6))
        page.styles.height, page.styles.max_height = height, height
        self._cursor = max(0, min(self._cursor, len(rows) - height))
        self._more = len(rows) > height
        page.put(rows[self._cursor :])

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def on_key(self, event: Key) -> None:
        """Move, or go back."""
        event.stop()
        if not self.is_current:  # the key before it has closed the page
            return
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "space": 10, "pageup": -10}
        if event.key in steps and self._more:
            self._cursor += steps[event.key]
            self._draw()
        elif event.key not in steps or event.key == "space":
            self.dismiss(None)
