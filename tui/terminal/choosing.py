"""A question with a few answers to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Click, Key

from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs


class ChoosingScreen(Modal[int | None]):
    """Gives the place of the chosen answer, from 0, or None. `told` stands above the answers, the first of which is
    chosen; Enter takes, and a digit takes its answer at once."""

    def __init__(self, title: str, told: str, answers: Sequence[str]) -> None:
        super().__init__()
        self._title, self._told, self._answers = title, told, tuple(answers)
        self._chosen = 0

    def compose(self) -> ComposeResult:
        """Title, what there is to know, answers."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Lines(id="told", classes="many")
            yield Lines(id="answers", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        hint: Line = [("⏎", "key"), (" take  ", ""), ("↑↓", "key"), (" choose  ", ""), ("esc", "key"), (" back", "")]
        self.query_one("#hint", Lines).put([hint])
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        told = self.query_one("#told", Lines)
        rows = paragraphs([("", self._told)], max(20, told.size.width), "")[:8] if self._told else []
        rows += [[("", "")]] if rows else []
        told.styles.height = len(rows)
        told.put(rows)
        answers = self.query_one("#answers", Lines)
        answers.styles.height = max(1, min(len(self._answers), 12))
        answers.put([self._line(i) for i in range(len(self._answers))], self._chosen)

    def _line(self, i: int) -> Line:
        chosen = i == self._chosen
        digit = f"{i + 1} " if i < 9 else "  "
        return [("▸ " if chosen else "  ", "key"), (digit, "key"), (self._answers[i], "chosen" if chosen else "")]

    def on_click(self, event: Click) -> None:
        """A click chooses; it takes nothing."""
        if event.widget is self.query_one("#answers", Lines) and event.y < len(self._answers):
            self._chosen = event.y
            self._draw()

    def on_key(self, event: Key) -> None:
        """Move, take, or go back."""
        event.stop()
        steps = {"down": 1, "j": 1, "up": -1, "k": -1}
        if event.key in steps:
            self._chosen = max(0, min(len(self._answers) - 1, self._chosen + steps[event.key]))
            self._draw()
        elif event.key == "enter":
            self.dismiss(self._chosen)
        elif event.key == "escape":
            self.dismiss(None)
        elif event.key.isdigit() and 0 < int(event.key) <= len(self._answers):
            self.dismiss(int(event.key) - 1)
