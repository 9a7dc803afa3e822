"""A line to type: a memo, a reason, a citation to go to."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input

from tui.terminal.heading import Heading
from tui.terminal.lines import Lines
from tui.terminal.modal import Modal


class WordsScreen(Modal[str | None]):
    """Gives what was typed, or None where nothing was."""

    def __init__(self, title: str, given: str = "", *, verb: str = "keep") -> None:
        """`given` stands on the line already; `verb` says what Enter does."""
        super().__init__()
        self._title, self._given, self._verb = title, given, verb

    def compose(self) -> ComposeResult:
        """Title and line."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Input(self._given, compact=True, select_on_focus=False)
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for typing."""
        self.query_one("#hint", Lines).put([[("⏎", "key"), (f" {self._verb}  ", ""), ("esc", "key"), (" back", "")]])
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes it."""
        self.dismiss(event.value.strip() or None)

    def on_key(self, event: Key) -> None:
        """Escape goes back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
