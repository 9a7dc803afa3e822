"""Starting a run: which model, over what; then how much that is; then it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from suggest.printable import counted
from tui.errands.errands import document_run, look_ahead, whole_run
from tui.errands.state import Errand, State
from tui.runs.view import Offer
from tui.terminal.heading import Heading
from tui.terminal.lines import Line, Lines
from tui.terminal.modal import Modal

Count = Callable[[Errand], None]
"""Have it counted what a run would do; `StartScreen.counted` or `StartScreen.failed` hears of it."""


class StartScreen(Modal[Errand | None]):
    """Gives the run to be started, or None. Nothing begins before its size was shown and confirmed."""

    def __init__(self, offers: Sequence[Offer], coder: str, label: str | None, order: str, count: Count) -> None:
        super().__init__()
        self._offers = [*offers]
        self._coder, self._label, self._order, self._count = coder, label, order, count
        self._model = self._place = 0
        self._chosen: Errand | None = None
        self._told: str | None = None
        self._ready = False

    def compose(self) -> ComposeResult:
        """Title, the choices or what was counted, keys."""
        with Vertical(classes="box"):
            yield Heading("Start a run")
            yield Lines(id="choices", classes="many")
            yield Lines(id="hint")

    def on_mount(self) -> None:
        """Draw the choices."""
        self._draw()

    @property
    def offer(self) -> Offer:
        """The chosen model."""
        return self._offers[self._model]

    @property
    def _selections(self) -> list[tuple[str, Errand]]:
        profile, coder = self.offer.profile, self._coder
        found = [("all segments that have no answer yet", whole_run(profile, coder))]
        if self._label is not None:
            found.append((f"those of this document ({self._label})", document_run(profile, coder, self._label)))
        found.append(("all anew, with what was decided since", whole_run(profile, coder, redo=True)))
        if self.offer.here:
            ahead = look_ahead(profile, coder, self._order, asked=True)
            found.append(("what comes next for you, with what was decided since", ahead))
        return found

    def _draw(self) -> None:
        lines: list[Line] = []
        if self._told is not None:
            lines = [[(f"  {part}", "")] for part in self._told.split("\n")]
            hint = [("y", "key"), (" start it  ", "")] if self._ready else []
            hint += [("esc", "key"), (" back", "")]
        else:
            where = "computes on this machine" if self.offer.here else "text is sent to its host"
            more = "   ←→ another" if len(self._offers) > 1 else ""
            lines = [[("  model  ", "soft"), (self.offer.profile, "strong"), (f"  {where}{more}", "soft")], []]
            if self.offer.missing:
                lines.append([(f"  {self.offer.missing}", "warn")])
            else:
                for i, (words, _) in enumerate(self._selections):
                    here = i == self._place
                    lines.append([("▸ " if here else "  ", "key"), (f"{i + 1}  {words}", "chosen" if here else "")])
            hint = [("⏎", "key"), (" count first  ", ""), ("↑↓", "key"), (" over what  ", ""), ("←→", "key"),
                    (" model  ", ""), ("esc", "key"), (" back", "")]  # fmt: skip
        choices = self.query_one("#choices", Lines)
        choices.styles.height = len(lines)
        choices.put(lines)
        self.query_one("#hint", Lines).put([hint])

    def on_key(self, event: Key) -> None:
        """Choose, count, begin, or go back."""
        event.stop()
        if event.key == "escape":
            self._back()
        elif self._told is not None:
            if event.key == "y" and self._ready:  # not Enter, which may still be held down
                self.dismiss(self._chosen)
        elif event.key in ("left", "right", "h", "l"):
            self._model = (self._model + (1 if event.key in ("right", "l") else -1)) % len(self._offers)
            self._place = min(self._place, len(self._selections) - 1)
            self._draw()
        elif event.key in ("down", "j", "up", "k"):
            step = 1 if event.key in ("down", "j") else -1
            self._place = max(0, min(len(self._selections) - 1, self._place + step))
            self._draw()
        elif event.key.isdigit() and 0 < int(event.key) <= len(self._selections):
            self._place = int(event.key) - 1
            self._draw()
        elif event.key == "enter" and not self.offer.missing:
            self._chosen = self._selections[self._place][1]
            self._tell("Counting …")
            self._count(self._chosen)

    def _back(self) -> None:
        if self._told is None:
            self.dismiss(None)
        else:
            self._told, self._ready = None, False
            self._draw()

    def _tell(self, words: str, *, ready: bool = False) -> None:
        self._told, self._ready = words, ready
        if self.is_mounted:
            self._draw()

    def ahead(self, errand: Errand, count: int) -> None:
        """How many segments a look ahead would be about."""
        if errand != self._chosen or self._told is None:
            return
        if not count:
            self._tell("Nothing is left in your queue that you have not seen with a suggestion.")
            return
        come = counted(count, "segment comes", "segments come")
        self._tell(f"{come} next that you have not seen with a suggestion.\n{_HERE}", ready=True)

    def counted(self, errand: Errand, state: State) -> None:
        """What a run would do, as it was counted."""
        if errand != self._chosen or self._told is None:
            return
        if state.ended != "done":
            self._tell(state.error or "The counting was stopped.")
            return
        report = state.report
        asked = int(report.get("segments", 0)) - int(report.get("resumed", 0))
        known = f"{counted(report.get('segments', 0), 'segment')}, {report.get('resumed', 0)} of them answered before"
        if not asked:
            self._tell(f"{known}: nothing is left to ask.")
            return
        self._tell(f"{known}: {asked} to ask.\n{_HERE if self.offer.here else _costs(report)}", ready=True)

    def failed(self, sentence: str) -> None:
        """It could not be counted."""
        if self._told is not None:
            self._tell(sentence)


_HERE = "The model computes on this machine: no price, and nothing is sent."


def _costs(report: Mapping[str, Any]) -> str:
    tokens, cost = report.get("tokens") or {}, report.get("cost")
    price = "its price is not known" if cost is None else f"about ${cost:.2f}"
    return f"{counted(report.get('calls', 0), 'call')}, {tokens.get('input', 0):,} tokens in; {price}."
