"""A page to read over the review, left with almost any key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal


class ReadingScreen(Modal[None]):
    """Shows lines; up and down move through them, every other key goes back. `HINT` says so, and `MORE` where there is
    more than is in sight."""

    HINT: ClassVar[Line] = [("any key", "key"), (" goes back", "")]
    MORE: ClassVar[Line] = [("↑↓", "key"), (" move  ", ""), ("space", "key"), (" page  ", ""), ("esc", "key"),
                            (" back", "")]  # fmt: skip

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
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        page = self.query_one("#page", Lines)
        rows = self.lines(max(20, page.size.width))
        height = max(1, min(len(rows), self.room))
        page.styles.height, page.styles.max_height = height, height
        self._cursor = max(0, min(self._cursor, len(rows) - height))
        self._more = len(rows) > height
        page.put(rows[self._cursor :])
        self.query_one("#hint", Lines).put([self.MORE if self._more else self.HINT])

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def on_key(self, event: Key) -> None:
        """Move, or go back."""
        event.stop()
        page = max(1, self.query_one("#page", Lines).size.height - 1)
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "space": page, "pageup": -page, "b": -page}
        if event.key in steps and self._more:
            self._cursor += steps[event.key]
            self._draw()
        elif event.key not in steps or event.key in ("space", "b"):
            self.dismiss(None)
