"""A text of several lines to write, below what was written before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import TextArea

from tui.terminal.heading import Heading
from tui.terminal.lines import Lines
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs

OTHER_KIND = "ctrl+t"
KEEP = ("ctrl+s", "ctrl+enter", "f2")
BEFORE = 6
"""Of what was written before at most so many lines are in sight."""


@dataclass(frozen=True)
class Written:
    """What was written, and of which of the kinds that were offered."""

    text: str
    kind: int


class WritingScreen(Modal[Written | None]):
    """Gives what was written, or None where nothing was kept. `draft` is told what stood there at leaving without
    keeping, so that no words are lost by a key. Of `kinds` one is chosen, at first the first."""

    def __init__(
        self, title: str, before: Sequence[str], given: str, draft: Callable[[str], None], kinds: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._kinds, self._kind = tuple(kinds), 0
        self._title, self._before, self._given, self._draft = title, tuple(before), given, draft

    def compose(self) -> ComposeResult:
        """What was written, and room for more."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Lines(id="before", classes="many")
            yield Lines(id="kinds")
            yield TextArea(self._given, id="text", soft_wrap=True, show_line_numbers=False, compact=True)
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for writing, at the end of what is there."""
        hint = [("ctrl+s", "key"), (" keep  ", ""), ("⏎", "key"), (" new line  ", ""), ("esc", "key"), (" back", "")]
        if self._kinds:
            hint += [("  ctrl+t", "key"), (" type", "")]
        self.query_one("#hint", Lines).put([hint])
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)
        self.call_after_refresh(self._draw)

    def _draw_kinds(self) -> None:
        line = self.query_one("#kinds", Lines)
        line.display = bool(self._kinds)
        line.put([[(f"Type: {self._kinds[self._kind]}", "")]] if self._kinds else [])

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        self._draw_kinds()
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
            text = self.query_one(TextArea).text.strip()
            self.dismiss(Written(text, self._kind) if text else None)
        elif event.key == OTHER_KIND and self._kinds:
            event.stop()
            event.prevent_default()
            self._kind = (self._kind + 1) % len(self._kinds)
            self._draw_kinds()
        elif event.key == "escape":
            event.stop()
            event.prevent_default()
            self._draft(self.query_one(TextArea).text)
            self.dismiss(None)
