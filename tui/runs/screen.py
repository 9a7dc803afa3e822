"""Runs: a line each, what is known of the chosen one, and the one that goes on with its bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.errands.errands import counting
from tui.errands.state import Errand, State, bar, progress_words
from tui.runs import view
from tui.runs.commands import LISTED, REGISTRY, RUNNING
from tui.runs.facts import STATES, FactsScreen, brief, when
from tui.runs.start import StartScreen
from tui.terminal.lines import Line, Lines
from tui.terminal.paragraphs import paragraphs
from tui.terminal.registry import Registry
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

COLUMNS = (
    Column("run", 4, right=True), Column("model", 18), Column("state", 10), Column("segments", 8, right=True, most=3),
    Column("answered", 8, right=True, most=1), Column("failed", 6, right=True, most=2),
    Column("learned", 7, right=True, most=4), Column("stands", 7, right=True, most=5), Column("begun", most=6),
)  # fmt: skip
NOTHING = "No suggestions yet: press n to start a run, or run 'secondcoder suggest'."
NOT_HERE = "Runs cannot be started from here: run 'secondcoder suggest'."
BAR = 20


class RunsScreen(StudyScreen):
    """The list, the chosen run in brief, and what goes on."""

    REGISTRY: ClassVar[Registry] = REGISTRY
    HEADING: ClassVar[str] = "Runs"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._runs: view.Runs | None = None
        self._start: StartScreen | None = None
        self._counting: Errand | None = None

    def body(self) -> ComposeResult:
        """What was sent where, the runs, the chosen one, the progress."""
        with Vertical(id="body"):
            yield Lines(id="sent")
            yield Table(COLUMNS, id="list")
            yield Lines(id="about")
            yield Lines(id="errand")

    @property
    def state(self) -> str:
        """Whether something can be stopped."""
        return RUNNING if self._going_on is not None else LISTED

    @property
    def _going_on(self) -> State | None:
        beside = self.owner.beside
        return None if beside is None else beside.errands.under_way("run", "ahead")

    def opened(self) -> None:
        """Ask for the runs."""
        self._ask()
        self._show_errand()

    def renewed(self) -> None:
        """More may have been done meanwhile."""
        self._ask()

    def _ask(self) -> None:
        coder = self.owner.coder_name
        self.look(lambda study: view.all_runs(study, coder), self._listed, "runs")

    def _listed(self, found: view.Runs) -> None:
        table = self.query_one(Table)
        chosen = self.item
        self._runs = found
        rows = [_cells(item) for item in found.listed]
        styles = ["" if item.shown else "soft" for item in found.listed]
        kept = next((i for i, item in enumerate(found.listed) if chosen and item.run.id == chosen.run.id), 0)
        table.cursor = kept
        table.put(rows, styles=styles, empty=NOTHING)
        self.entitle(f"{len(rows)} run{'' if len(rows) == 1 else 's'}" if rows else "")
        self.query_one("#sent", Lines).put([[(f" {found.sent}", "soft")]] if rows else [])
        self._draw()

    @property
    def item(self) -> view.Listed | None:
        """The run under the cursor."""
        place = self.query_one(Table).cursor
        return self._runs.listed[place] if self._runs is not None and place < len(self._runs.listed) else None

    def _draw(self) -> None:
        about, item = self.query_one("#about", Lines), self.item
        split = self._runs is not None and self._runs.split
        about.put([] if item is None else paragraphs(brief(item, split), max(20, about.size.width), " "))
        self.show_keys()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def on_table_chosen(self) -> None:
        """Another run is under the cursor."""
        self._draw()

    def on_table_taken(self) -> None:
        """A second click opens."""
        self.do_facts()

    # What goes on

    def errand(self, state: State) -> None:
        """Draw the bar; when it has ended, the runs are others."""
        if state.errand.kind == "count":
            if state.ended and self._start is not None and self._counting is not None:
                self._start.counted(self._counting, state)
            return
        self._show_errand()
        if state.ended or state.done:
            self._ask()

    def _show_errand(self) -> None:
        going = self._going_on
        self.set_class(going is not None, "-running")
        self.query_one("#errand", Lines).put([] if going is None else [_progress(going)])
        self.show_keys()

    # Keys

    def do_start(self) -> None:
        """Choose a model and what it is asked about."""
        beside = self.owner.beside
        if beside is None:
            self.say(NOT_HERE, warn=True)
        elif beside.errands.under_way("run") is not None:
            self.say("A run is under way: it has to end first, or be stopped with c.", warn=True)
        else:
            self.look(view.offers, self._offered, "offers")

    def _offered(self, offers: tuple[view.Offer, ...]) -> None:
        card = self.owner.review.hand.card
        label = None if card is None else card.segment.label
        self._start = StartScreen(offers, self.owner.coder_name, label, self.owner.order, self._count)
        self.app.push_screen(self._start, self._begin)

    def _count(self, errand: Errand) -> None:
        beside, start = self.owner.beside, self._start
        if beside is None or start is None:
            return
        self._counting = errand
        if any(word.startswith("--ahead") for word in errand.words):
            order = self.owner.order
            self.owner.session.ask(
                lambda bench: view.ahead_of(bench, order), lambda count: start.ahead(errand, count), start.failed
            )
            return
        beside.errands.stop("count")
        why_not = beside.errands.start(counting(errand))
        if why_not:
            start.failed("What was asked before is still being counted: go back and try again in a moment.")

    def _begin(self, errand: Errand | None) -> None:
        beside, self._start, self._counting = self.owner.beside, None, None
        if beside is None:
            return
        beside.errands.stop("count")
        if errand is None:
            return
        why_not = beside.errands.start(errand)
        self.say(why_not or f"{errand.title} has begun: the review goes on meanwhile.", warn=bool(why_not))
        beside.note_it()
        self._show_errand()

    def do_stop(self) -> None:
        """Let it store what it has and end."""
        going, beside = self._going_on, self.owner.beside
        if going is not None and beside is not None:
            beside.errands.stop(going.errand.kind)
            self._show_errand()

    def do_facts(self) -> None:
        """All of it, on a page."""
        if self.item is not None and self._runs is not None:
            self.app.push_screen(FactsScreen(self.item, self._runs.split))

    def do_down(self) -> None:
        """The next line."""
        self.query_one(Table).move(1)

    def do_up(self) -> None:
        """The line before."""
        self.query_one(Table).move(-1)

    def do_page_down(self) -> None:
        """Further down."""
        self.query_one(Table).move(self.query_one(Table).page)

    def do_page_up(self) -> None:
        """Further up."""
        self.query_one(Table).move(-self.query_one(Table).page)

    def do_first(self) -> None:
        """To the top."""
        self.query_one(Table).choose(0)

    def do_last(self) -> None:
        """To the end."""
        self.query_one(Table).choose(self.query_one(Table).count - 1)


def _cells(item: view.Listed) -> tuple[str, ...]:
    run = item.run
    learned = str(run.training.count) if run.training else "–"
    return (
        str(run.number), f"{run.profile}{', ahead' if item.ahead else ''}", STATES.get(run.state, run.state),
        str(run.segments), str(item.answered), str(run.failed), learned,
        str(item.facts.standing) if item.shown else "–", when(item.facts.began),
    )  # fmt: skip


def _progress(state: State) -> Line:
    name = "learning" if state.errand.kind == "ahead" else state.errand.title.lower()
    return [(f" {name} ", "strong"), (bar(state, BAR), "key"), (f" {progress_words(state)}", "")]
