"""A page over a screen with a few rows to choose from, each of which a key changes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from suggest.study.study import Study
from tui.review.guard import REPEAT, KeyGuard, Verdict
from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal
from tui.terminal.paragraphs import paragraphs

if TYPE_CHECKING:
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

T = TypeVar("T")
Hint = Sequence[tuple[str, str]]
"""(key, what it does) pairs."""
STEPS = {"down": 1, "up": -1, "pagedown": 10, "pageup": -10, "home": -(10**9), "end": 10**9}
TURNING = ("left", "right", "tab")
"""Keys that go to and fro in a row: they change nothing, and may be held."""


class PageScreen(Modal[None]):
    """Rows with a cursor, below them what the chosen one means, what happened, and the keys.

    A subclass says what the rows are and what a key does; while something is being stored no key does anything.
    """

    def __init__(self, owner: StudyApp, title: str) -> None:
        super().__init__()
        self.owner = owner
        self.cursor = 0
        self._title = title
        self._told: tuple[str, bool] = ("", False)
        self._busy = False
        self.guard = KeyGuard()

    def compose(self) -> ComposeResult:
        """Title, rows, meaning, what happened, keys."""
        with Vertical(classes="box"):
            yield Heading(self._title)
            yield Lines(id="rows", classes="many")
            yield Lines(id="meaning", classes="many")
            yield Lines(id="told", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.call_after_refresh(self.draw)
        self.opened()
        self.call_after_refresh(lambda: self.guard.painted(self.owner.clock.now()))

    def opened(self) -> None:
        """The page is there: ask for what it shows."""

    def rows(self, width: int) -> Sequence[Line]:
        """The rows, for a width in cells; the first `head` of them are no rows to choose."""
        raise NotImplementedError

    @property
    def head(self) -> int:
        """How many lines stand above the rows."""
        return 0

    @property
    def count(self) -> int:
        """How many rows there are to choose from."""
        raise NotImplementedError

    def meaning(self) -> str:
        """What the chosen row is, and what changing it means."""
        return ""

    def hint(self) -> Hint:
        """The keys."""
        return ()

    def press(self, key: str) -> None:
        """What another key does."""

    def tell(self, sentence: str, *, warn: bool = False) -> None:
        """Say what happened."""
        self._told = (sentence, warn)
        self.draw()

    def draw(self) -> None:
        """Draw all of it anew."""
        if not self.is_mounted:
            return
        self.cursor = max(0, min(self.cursor, self.count - 1))
        page = self.query_one("#rows", Lines)
        width = max(20, page.size.width)
        rows = self.rows(width)
        below = paragraphs([("", self.meaning())], width, "")
        told = paragraphs([("", self._told[0])], width, "") if self._told[0] else []
        room = self.room - 1 - self.query_one(Heading).more - len(below) - bool(below) - len(told)
        page.styles.height = max(1, min(len(rows), room))
        page.put(rows, self.cursor + self.head)
        self._fit("#meaning", [[("", "")], *below] if below else [])
        self._fit("#told", [[(text, "warn" if self._told[1] else "strong") for text, _ in line] for line in told])
        keys = [part for key, words in self.hint() for part in ((key, "key"), (f" {words}  ", ""))]
        self.query_one("#hint", Lines).put([[*keys, ("esc", "key"), (" back", "")]])

    def _fit(self, which: str, lines: Sequence[Line]) -> None:
        widget = self.query_one(which, Lines)
        widget.display = bool(lines)
        widget.styles.height = max(1, len(lines))
        widget.put(lines)

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self.draw)

    def on_key(self, event: Key) -> None:
        """Move, go back, or do what the page says."""
        event.stop()
        key, verdict = event.key, self.guard.press(event.key, self.owner.clock.at(event))
        if self._busy:
            return
        if key == "escape":
            self.dismiss(None)
        elif key in STEPS:
            self.cursor = max(0, min(self.count - 1, self.cursor + STEPS[key]))
            self._told = ("", False)
            self.draw()
        elif key in TURNING or verdict is Verdict.NOW:
            self.press(key)
        elif verdict is Verdict.WAIT:
            self.owner.clock.later(self, REPEAT, partial(self._ripe, key, self.guard.presses))

    def _ripe(self, key: str, presses: int) -> None:
        if self.guard.ripe(presses) and not self._busy:
            self.press(key)

    def decides(self, key: str) -> bool:
        """Whatever does not move may change something."""
        return key != "escape" and key not in STEPS and key not in TURNING

    def look(self, job: Callable[[Study], T], then: Callable[[T], object]) -> None:
        """Have something read."""
        self.owner.session.look(job, then, self._failed)

    def ask(self, job: Callable[[Bench], T], then: Callable[[T], object]) -> None:
        """Have something stored; until it is, no key does anything."""
        self._busy = True

        def stored(given: T) -> None:
            self._busy = False
            then(given)

        self.owner.session.ask(job, stored, self._failed)

    def _failed(self, sentence: str) -> None:
        self._busy = False
        self.tell(sentence, warn=True)
