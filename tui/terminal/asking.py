"""A question before something is done: what it changes, and a key that does it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs

Told = Sequence[tuple[str, str]]
"""(label, text) pairs, a paragraph each; two empty strings are an empty line."""


class AskScreen(Modal[bool]):
    """Gives True if the user said yes. What the question rests on may come later: until then there is no yes.

    Only `y` says yes, so that an Enter too many decides nothing.
    """

    def __init__(self, title: str, told: Told | None = None, *, yes: str = "do it", waiting: str = "") -> None:
        """`told` is what to show; without it `waiting` stands there until `tell` is called."""
        super().__init__()
        self._title, self._told, self._yes, self._waiting = title, told, yes, waiting
        self._refused = ""
        self._top = 0

    def compose(self) -> ComposeResult:
        """Title, what is told, the answers."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Lines(id="page", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def tell(self, told: Told) -> None:
        """Show what the question rests on; yes is possible from now on."""
        self._told = told
        self._draw()

    def refuse(self, sentence: str) -> None:
        """Say why it cannot be done."""
        self._refused = sentence
        self._draw()

    @property
    def _ready(self) -> bool:
        return self._told is not None and not self._refused

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        page = self.query_one("#page", Lines)
        told = [("", self._refused)] if self._refused else self._told or [("", self._waiting)]
        rows: list[Line] = []
        for part in told:
            rows += paragraphs([part], max(20, page.size.width), "") if any(part) else [[("", "")]]
        height = max(1, min(len(rows), self.room - 1 - self.query_one(Heading).more))
        page.styles.height, page.styles.max_height = height, height
        self._top = max(0, min(self._top, len(rows) - height))
        page.put(rows[self._top :])
        answers: Line = [("y", "key"), (f" {self._yes}   ", ""), ("esc", "key"), (" leave it", "")]
        self.query_one("#hint", Lines).put([answers if self._ready else [("esc", "key"), (" back", "")]])

    def on_key(self, event: Key) -> None:
        """Yes, no, or read on."""
        event.stop()
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "space": 10, "pageup": -10}
        if event.key in steps:
            self._top += steps[event.key]
            self._draw()
        elif event.key == "y" and self._ready:
            self.dismiss(True)
        elif event.key in ("escape", "n", "q"):
            self.dismiss(False)
