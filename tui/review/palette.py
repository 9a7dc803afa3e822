"""The codes under the digits of a blind segment: each coder's own, in fixed places, and never from suggestions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from suggest.study.notes import get_note, keep_note
from tui.terminal.finder import FinderScreen
from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.modal import Modal

if TYPE_CHECKING:
    from tui.review.bench import Bench

SIZE = 9
NOTE = "palette"

Places = tuple[str | None, ...]
"""The codes (ids) on the digits from 1 on, None where there is none."""


def own_palette(bench: Bench) -> Places | None:
    """What the coder put on the digits in this study; None where nothing was ever put there."""
    kept = get_note(bench.study, bench.coder, NOTE)
    return None if kept is None else tuple(json.loads(kept))[:SIZE]


def keep_palette(bench: Bench, places: Places | None) -> Places | None:
    """Keep it with the study, for this coder; None goes back to the tree's first codes."""
    keep_note(bench.study, bench.coder, NOTE, None if places is None else json.dumps(places))
    return places


def on_digits(codes: Sequence[Meaning], own: Places | None) -> list[Meaning | None]:
    """The codes on the digits: the coder's own, else the first nine of the tree that have none below them."""
    if own is None:
        found: list[Meaning | None] = [code for code in codes if code.leaf]
        return found[:SIZE]
    by_id = {code.id: code for code in codes}
    return [None if id_ is None else by_id.get(id_) for id_ in own]


class PaletteScreen(Modal[None]):
    """Shows what is on the digits; a digit asks for another code. `keep` is told each change, None for the tree's own
    first codes."""

    def __init__(self, codes: Sequence[Meaning], own: Places | None, keep: Callable[[Places | None], None]) -> None:
        super().__init__()
        self._codes, self._own, self._keep = codes, own, keep

    def compose(self) -> ComposeResult:
        """Nine lines."""
        with Vertical(classes="box"):
            yield Heading("The codes on the digits of blind segments")
            yield Lines(id="digits", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw."""
        self.query_one("#hint", Lines).put(
            [[("1-9", "key"), (" change  ", ""), ("del", "key"), (" reset  ", ""), ("esc", "key"),
              (" back", "")]]
        )  # fmt: skip
        self._draw()

    @property
    def _now(self) -> list[Meaning | None]:
        now = on_digits(self._codes, self._own)
        return now + [None] * (SIZE - len(now))

    def _draw(self) -> None:
        digits = self.query_one("#digits", Lines)
        digits.styles.height = SIZE
        digits.put([self._line(digit, code) for digit, code in enumerate(self._now, start=1)])

    def _line(self, digit: int, code: Meaning | None) -> Line:
        if code is None:
            return [(f" {digit} ", "key"), ("–", "soft")]
        above = code.path.rpartition(" > ")[0].replace(" > ", " › ")
        return [(f" {digit} ", "key"), (code.name, ""), (f"  {above}", "soft")]

    def on_key(self, event: Key) -> None:
        """A digit asks for its code."""
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in ("delete", "backspace"):
            self._put(None)
        elif event.key.isdigit() and event.key != "0":
            digit = int(event.key)
            self.app.push_screen(
                FinderScreen(f"Which code on {digit}?", self._codes), lambda code: self._chosen(digit, code)
            )

    def _chosen(self, digit: int, code: str | None) -> None:
        if code is not None:
            places = [None if known is None or known.id == code else known.id for known in self._now]
            places[digit - 1] = code
            self._put(tuple(places))

    def _put(self, places: Places | None) -> None:
        self._own = places
        self._keep(places)
        self._draw()
