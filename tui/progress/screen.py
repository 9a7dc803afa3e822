"""The progress: done and left, by coder, by day and by document; one's own pace only when one asks for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container

from suggest.study.own_work import OwnWork
from tui.progress.telling import coded_twice, days, own_pace, own_work, totals
from tui.progress.view import Rows, Standing, more_work, standing
from tui.terminal.lines import Line, Lines
from tui.terminal.registry import ALWAYS, Command
from tui.terminal.study_screen import StudyScreen, registry
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

JOINED = "joined"
"""The coder has joined a round."""

PROGRESS = registry(
    "progress",
    Command("pace", ("y",), "your own pace, for you alone; again hides it", "Looking", JOINED, footer=1, short="pace"),
    Command("round", ("r",), "another round of yours", "Looking", JOINED, footer=2, short="round"),
    Command("documents", ("d", "enter"), "the documents", "Looking", JOINED, footer=3, short="documents"),
    Command("down", ("down", "j"), "further down in the documents", "Looking", JOINED),
    Command("up", ("up", "k"), "further up in the documents", "Looking", JOINED),
    Command("page_down", ("pagedown", "space"), "a page further down", "Looking", JOINED),
    Command("page_up", ("pageup", "b"), "a page further up", "Looking", JOINED),
    Command("figures_down", ("J",), "further down in the figures", "Looking", JOINED),
    Command("figures_up", ("K",), "further up in the figures", "Looking", JOINED),
    states={JOINED: frozenset()},
)
COLUMNS = (
    Column("document"),
    Column("yours", 14, most=2, style="bar"),
    Column("done", 8, right=True),
    Column("left", 8, right=True),
)
NOTHING = "There is nothing to count yet: open the review and begin, or add documents with n on the documents' screen."


class ProgressScreen(StudyScreen):
    """Counters are there at once; what has to be added up comes part by part, in the thread that reads."""

    REGISTRY = PROGRESS
    HEADING = "Progress"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._standing: Standing | None = None
        self._work = OwnWork()
        self._round: str | None = None
        self._pace = False
        self._top = 0
        """The line of the figures that is drawn first."""

    @property
    def state(self) -> str:
        """Whether the coder has joined a round."""
        return JOINED if self._standing is not None else ALWAYS

    def body(self) -> ComposeResult:
        """What was added up, and the documents."""
        with Container(id="body"):
            yield Lines(id="sums")
            yield Table(COLUMNS, id="documents")

    def opened(self) -> None:
        """Ask how things stand."""
        self._reload()

    def _reload(self) -> None:
        coder, round_ = self.owner.coder, self._round
        self.look(lambda study: standing(study, coder, round_), self._arrived, "standing")

    def _arrived(self, found: Standing | None) -> None:
        self._standing, self._work = found, OwnWork()
        self.show_keys()
        if found is None:
            self.query_one("#sums", Lines).put([[(f" {NOTHING}", "soft")]])
            return
        total = found.totals[0]
        self.entitle(f"round {found.round.name}   {total.completed}/{total.to_code}")
        self.query_one("#documents", Table).put(Rows(found), empty="No document has anything for you to code.")
        self._more()
        self._draw()

    def _more(self) -> None:
        """Add up the next part; each is a request of its own, so that nobody waits for all of them."""
        if self._standing is not None and not self._work.whole:
            job = partial(more_work, round_=self._standing.round, coder=self.owner.coder, work=self._work)
            self.look(job, self._added, "work")

    def _added(self, work: OwnWork) -> None:
        self._work = work
        self._draw()
        self._more()

    def _draw(self) -> None:
        found = self._standing
        if found is None or not self.is_mounted:
            return
        sums = self.query_one("#sums", Lines)
        width = max(20, sums.size.width)
        lines: list[Line] = totals(found, width)
        if self._pace:
            lines += own_pace(found, self._work, width)
        lines += own_work(found, self._work, width)
        lines += coded_twice(found, width)
        lines += days(self._work, width)
        self._top = max(0, min(self._top, len(lines) - sums.size.height))
        sums.put(lines[self._top :])

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def do_pace(self) -> None:
        """Show one's own pace, or hide it."""
        self._pace, self._top = not self._pace, 0
        self._draw()

    def do_round(self) -> None:
        """The next of one's rounds."""
        if self._standing is None:
            return
        ids = [item.id for item in self._standing.rounds]
        if len(ids) < 2:
            self.say("You take part in one round only.")
            return
        self._round = ids[(ids.index(self._standing.round.id) + 1) % len(ids)]
        self._reload()

    def do_documents(self) -> None:
        """The screen of the documents."""
        self.owner.go_to("documents")

    def do_down(self) -> None:
        """The next document."""
        self.query_one("#documents", Table).move(1)

    def do_up(self) -> None:
        """The document before."""
        self.query_one("#documents", Table).move(-1)

    def do_page_down(self) -> None:
        """A page on."""
        table = self.query_one("#documents", Table)
        table.move(table.page)

    def do_page_up(self) -> None:
        """A page back."""
        table = self.query_one("#documents", Table)
        table.move(-table.page)

    def do_figures_down(self) -> None:
        """What did not fit below."""
        self._top += 3
        self._draw()

    def do_figures_up(self) -> None:
        """And back."""
        self._top -= 3
        self._draw()
