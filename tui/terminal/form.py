"""A form: a few fields to fill in, kept on screen until what is in them has been stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import Input

from suggest.printable import printable
from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs

if TYPE_CHECKING:
    from textual.widgets import TextArea

MOST_WRONG = 4
"""So many lines at most say what is wrong."""


@dataclass(frozen=True)
class Field:
    """One thing to fill in: a line, or a text of several `lines` in sight. `hint` says what belongs there."""

    key: str
    label: str
    value: str = ""
    lines: int = 1
    hint: str = ""


class FormScreen(Modal[None]):
    """Hands what was filled in to `submit`, which ends the form with `done`, or says with `complain` what is wrong.

    A stored text with control characters is shown with visible signs in their place; where it is left as it was, the
    text as stored is what `submit` gets.
    """

    DEFAULT_CSS = """
    FormScreen .fields { height: auto; }
    """

    def __init__(
        self, title: str, fields: Sequence[Field], submit: Callable[[FormScreen, Mapping[str, str]], None]
    ) -> None:
        super().__init__()
        self._title, self._fields, self._submit = title, fields, submit
        self._dropping = False

    def compose(self) -> ComposeResult:
        """Title, a label and a place to write for each field, and the keys."""
        with Vertical(classes="box form"):
            yield Heading(self._title)
            with VerticalScroll(classes="fields", can_focus=False):
                for field in self._fields:
                    yield Lines(id=f"label_{field.key}")
                    if field.lines == 1:
                        yield Input(self._shown(field), id=f"field_{field.key}", compact=True, select_on_focus=False)
                    else:
                        yield self._area(field)
            yield Lines(id="wrong")
            yield Lines(id="hint")

    def _area(self, field: Field) -> TextArea:
        from textual.widgets import TextArea  # which not every session needs

        area = TextArea(self._shown(field), id=f"field_{field.key}", compact=True, tab_behavior="focus", soft_wrap=True)
        area.styles.height = field.lines
        return area

    def _shown(self, field: Field) -> str:
        return printable(field.value)

    def on_mount(self) -> None:
        """Ready for typing."""
        for field in self._fields:
            label = self.query_one(f"#label_{field.key}", Lines)
            label.put([[(field.label, "strong"), (f"  {field.hint}" if field.hint else "", "soft")]])
        self.query_one("#hint", Lines).put([[*self._ways_on, ("esc", "key"), (" back", "")]])
        self.query_one(f"#field_{self._fields[0].key}").focus()
        self._fit()

    @property
    def _ways_on(self) -> Line:
        """The keys that go on: from a single line Enter does."""
        if len(self._fields) > 1:
            return [("tab", "key"), (" next  ", ""), ("ctrl+s", "key"), (" go on  ", "")]
        return [("⏎" if self._fields[0].lines == 1 else "ctrl+s", "key"), (" go on  ", "")]

    def on_resize(self) -> None:
        """What fits is another question now."""
        self._fit()

    def _fit(self) -> None:
        """The fields are as high as they need, and scroll where that is more than there is room for."""
        room = self.size.height * 9 // 10 - 5 - self.query_one(Heading).more
        self.query_one(VerticalScroll).styles.max_height = max(3, room)

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields now, by key."""
        found = {}
        for field in self._fields:
            widget = self.query_one(f"#field_{field.key}")
            typed = widget.value if isinstance(widget, Input) else cast("TextArea", widget).text
            found[field.key] = field.value if typed == self._shown(field) else typed
        return found

    def complain(self, sentence: str) -> None:
        """Say what is wrong; what was typed stays."""
        if self.is_mounted:
            wrong = self.query_one("#wrong", Lines)
            rows = paragraphs([("", sentence)], max(20, wrong.size.width), "")[:MOST_WRONG]
            wrong.styles.height = max(1, len(rows))
            wrong.put([[(text, "warn") for text, _ in line] for line in rows])

    def done(self) -> None:
        """It is stored: the form goes away."""
        if self.is_mounted:
            self.dismiss(None)

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field; in the only one it is the end."""
        if len(self._fields) == 1:
            self._submit(self, self.values)
        else:
            self.focus_next()

    def on_key(self, event: Key) -> None:
        """`ctrl+s` hands it over; escape goes back, the second time if something was typed."""
        if event.key == "ctrl+s":
            event.stop()
            self.complain("")
            self._submit(self, self.values)
        elif event.key == "escape":
            event.stop()
            changed = any(self.values[field.key] != field.value for field in self._fields)
            if changed and not self._dropping:
                self._dropping = True
                self.complain("esc once more drops what you have typed")
            else:
                self.dismiss(None)
        else:
            self._dropping = False
