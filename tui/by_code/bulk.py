"""Before several suggestions are decided at once: a page that lists exactly which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from suggest.review.by_code import Compared
from tui.by_code.rows import evidence, state
from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal

VERDICTS = {"a": "accept", "r": "reject"}


class BulkScreen(Modal[str | None]):
    """Gives "accept" or "reject" for all that is listed, or None. A long list is read to its end first."""

    DECIDING: ClassVar[frozenset[str]] = frozenset(VERDICTS)

    def __init__(self, code: str, listed: Sequence[Compared]) -> None:
        super().__init__()
        self._code, self._listed = code, listed
        self._top, self._height = 0, 1

    def compose(self) -> ComposeResult:
        """What it is about, the list, the keys."""
        with Vertical(classes="box"):
            yield Heading(f"Decide these {len(self._listed)}: {self._code}")
            yield Lines(id="about")
            yield Lines(id="page", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.query_one("#about", Lines).put([[("Logged as bulk, and left out of agreement.", "soft")]])
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        page = self.query_one("#page", Lines)
        self._height = max(2, min(len(self._listed), self.room - 2 - self.query_one(Heading).more))
        page.styles.height = page.styles.max_height = self._height
        self._top = max(0, min(self._top, len(self._listed) - self._height))
        shown = self._listed[self._top : self._top + self._height]
        rows: list[Line] = [
            [(f"{line.cite:<12} ", "key"), (f"{state(line):<14} ", ""), (evidence(line), "")] for line in shown
        ]
        page.put(rows)
        more = len(self._listed) - self._top - self._height
        hint: list[tuple[str, str]] = [("a", "key"), (" accept all  ", ""), ("r", "key"), (" reject all  ", "")]
        if more > 0:
            hint = [("space", "key"), (f" {more} more to read  ", "warn")]
        self.query_one("#hint", Lines).put([[*hint, ("↑↓", "key"), (" move  ", ""), ("esc", "key"), (" back", "")]])

    @property
    def _read(self) -> bool:
        return self._top + self._height >= len(self._listed)

    def on_key(self, event: Key) -> None:
        """Decide what was read to its end; anything else moves or goes back."""
        event.stop()
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": self._height, "space": self._height,
                 "pageup": -self._height, "b": -self._height}  # fmt: skip
        if event.key in VERDICTS and self._read:
            self.dismiss(VERDICTS[event.key])
        elif event.key in steps:
            self._top += steps[event.key]
            self._draw()
        elif event.key in ("escape", "q"):
            self.dismiss(None)
