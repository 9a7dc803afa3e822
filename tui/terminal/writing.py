"""A text of several lines to write, below what was written before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import TextArea

from tui.terminal.heading import Heading
from tui.terminal.lines import Lines
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs

KEEP = ("ctrl+s", "ctrl+enter", "f2")
BEFORE = 6
"""Of what was written before at most so many lines are in sight."""


class WritingScreen(Modal[str | None]):
    """Gives the written text, or None where nothing was kept. `draft` is told what stood there at leaving without
    keeping, so that no words are lost by a key."""

    def __init__(self, title: str, before: Sequence[str], given: str, draft: Callable[[str], None]) -> None:
        super().__init__()
        self._title, self._before, self._given, self._draft = title, tuple(before), given, draft

    def compose(self) -> ComposeResult:
        """What was written, and room for more."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Lines(id="before", classes="many")
            yield TextArea(self._given, id="text", soft_wrap=True, show_line_numbers=False, compact=True)
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for writing, at the end of what is there."""
        hint = [("ctrl+s", "key"), (" keep  ", ""), ("⏎", "key"), (" new line  ", ""), ("esc", "key"), (" back", "")]
        self.query_one("#hint", Lines).put([hint])
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        before = self.query_one("#before", Lines)
        parts = [(f"{n}  ", text) for n, text in enumerate(self._before, start=1)]
        rows = paragraphs(parts, max(20, before.size.width), "")
        before.styles.height = min(BEFORE, len(rows))
        before.put(rows, max(0, len(rows) - 1))

    def on_key(self, event: Key) -> None:
        """Keep, or go back; the draft stays."""
        if event.key in KEEP:
            event.stop()
            event.prevent_default()
            self.dismiss(self.query_one(TextArea).text.strip() or None)
        elif event.key == "escape":
            event.stop()
            event.prevent_default()
            self._draft(self.query_one(TextArea).text)
            self.dismiss(None)
