"""The name of a new code, and where in the tree it stands."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input

from tui.terminal.finder import FinderScreen
from tui.terminal.heading import Heading
from tui.terminal.lines import Lines
from tui.terminal.meaning import Meaning
from tui.terminal.modal import Modal

TOP = Meaning("", None, "the top of the tree", "the top of the tree", 0, False, "Beside the themes.", "", "", ())


class NameScreen(Modal[tuple[str, str | None] | None]):
    """Gives the name and the id of the code under which it stands (None: the top), or None where nothing was typed."""

    def __init__(self, name: str, under: str | None, codes: Sequence[Meaning]) -> None:
        super().__init__()
        self._given, self._under, self._codes = name, under, codes

    def compose(self) -> ComposeResult:
        """Name and place."""
        with Vertical(classes="box"):
            yield Heading("A new code, applied at once")
            yield Input(self._given, placeholder="its name", compact=True, select_on_focus=False, max_length=500)
            yield Lines(id="under")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Ready for typing."""
        self.query_one("#hint", Lines).put(
            [[("⏎", "key"), (" make it  ", ""), ("tab", "key"), (" place  ", ""), ("esc", "key"),
              (" back", "")]]
        )  # fmt: skip
        self.query_one(Input).focus()
        self._draw()

    def _draw(self) -> None:
        code = next((code for code in self._codes if code.id == self._under), TOP)
        self.query_one("#under", Lines).put([[("under ", "soft"), (code.path.replace(" > ", " › "), "")]])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter makes it."""
        name = " ".join(event.value.split())
        self.dismiss((name, self._under) if name else None)

    def on_key(self, event: Key) -> None:
        """Tab chooses the place, escape goes back."""
        if event.key == "tab":
            event.stop()
            event.prevent_default()
            self.app.push_screen(FinderScreen("Under which code?", [TOP, *self._codes]), self._placed)
        elif event.key == "escape":
            event.stop()
            self.dismiss(None)

    def _placed(self, code: str | None) -> None:
        if code is not None:
            self._under = code or None
            self._draw()
