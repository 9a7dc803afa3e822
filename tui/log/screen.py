"""The log: everything that happened, read in pages from its end, followed, filtered, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from suggest.study.log_pages import Choice, Place
from suggest.study.study import Study
from tui.errands.errands import verifying
from tui.errands.state import State, bar, progress_words
from tui.log import view
from tui.log.checking import checkpoint, verified_words
from tui.log.commands import BOTH, CHECKING, FILTERED, REGISTRY
from tui.log.window import Window
from tui.terminal.lines import Line, Lines
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen
from tui.terminal.registry import ALWAYS, Registry
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

COLUMNS = (Column("when", 16, most=2), Column("who", 12, most=1), Column("what", 17), Column("about"))
NEAR = 40
"""So many lines before an end of what is at hand more is read."""
EVERY = 1.0
"""Seconds between two looks for new entries."""
BAR = 20


class EntryScreen(ReadingScreen):
    """One entry, all of it."""

    def __init__(self, told: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._told = [*told]

    def lines(self, width: int) -> Sequence[Line]:
        """Labelled texts, wrapped."""
        return paragraphs(self._told, width, "")


class LogScreen(StudyScreen):
    """The newest entry is the last line. What its reader may not see yet is not in it."""

    REGISTRY: ClassVar[Registry] = REGISTRY
    HEADING: ClassVar[str] = "Log"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._window = Window()
        self._choice, self._words = Choice(), ""
        self._following = self._asked = self._told_to_wait = False

    def body(self) -> ComposeResult:
        """The entries, and the check that goes on."""
        with Vertical(id="body"):
            yield Table(COLUMNS, id="list")
            yield Lines(id="check")

    @property
    def state(self) -> str:
        """Whether something is filtered or checked."""
        if self._check is not None:
            return BOTH if self._words else CHECKING
        return FILTERED if self._words else ALWAYS

    @property
    def _check(self) -> State | None:
        beside = self.owner.beside
        return None if beside is None else beside.errands.under_way("verify")

    def opened(self) -> None:
        """Begin at the end."""
        self._to_end()
        self._draw_check()

    def renewed(self) -> None:
        """More may have happened meanwhile."""
        if self._window.after is None and not self._asked:
            self._newer()

    # Reading

    def _read(self, place: Place | None, *, backwards: bool) -> None:
        """Ask for a page; what comes is taken in where it was asked for."""
        self._asked = True
        coder, choice, begin = self.owner.coder_name, self._choice, place is None

        def job(study: Study) -> view.Rows:
            return view.rows(study, coder, place, backwards=backwards, choice=choice)

        self.look(job, lambda found: self._come(found, backwards=backwards, begin=begin), "log")

    def _to_end(self) -> None:
        self._read(None, backwards=True)

    def _newer(self) -> None:
        tail = self._window.tail
        if tail is None:
            self._to_end()
        else:
            self._read(tail, backwards=False)

    def _come(self, found: view.Rows, *, backwards: bool, begin: bool) -> None:
        self._asked = False
        window, table = self._window, self.query_one(Table)
        at_end = table.cursor >= table.count - 1
        if begin:
            window.begin(found, backwards=backwards)
            table.cursor = len(window.rows) - 1 if backwards else 0
        elif backwards:
            table.cursor += window.earlier(found)
        else:
            gone = window.later(found)
            table.cursor = len(window.rows) - 1 if at_end and self._following else table.cursor - gone
        rows = [(row.when, row.who, row.what, row.about) for row in window.rows]
        table.put(rows, empty="Nothing here: K shows everything again." if self._words else "")
        if not found.rows and found.further is not None:
            self._told_to_wait = True
            self.say(f"Looking {'back' if backwards else 'on'} …")
            self._read(found.further, backwards=backwards)
            return
        if self._told_to_wait:
            self._told_to_wait = False
            self.say("")
        self._entitle()
        self._near()

    def _near(self) -> None:
        """Read on before one comes to the end of what is at hand."""
        table, window = self.query_one(Table), self._window
        if self._asked:
            return
        if window.before is not None and table.cursor < NEAR:
            self._read(window.before, backwards=True)
        elif window.after is not None and table.cursor > table.count - NEAR:
            self._read(window.after, backwards=False)

    def on_table_chosen(self) -> None:
        """Another line is under the cursor."""
        self._near()

    def on_table_taken(self) -> None:
        """A second click opens."""
        self.do_whole()

    def _entitle(self) -> None:
        parts = [f"only {self._words}" if self._words else "", "following" if self._following else ""]
        self.entitle(" · ".join(part for part in parts if part))
        self.show_keys()

    def _failed(self, sentence: str) -> None:
        self._asked = False
        super()._failed(sentence)

    # Looking

    def do_whole(self) -> None:
        """All of the entry."""
        place, rows, coder = self.query_one(Table).cursor, self._window.rows, self.owner.coder_name
        if place < len(rows):
            chosen = rows[place].place
            self.look(lambda study: view.whole(study, coder, chosen), self._show, "whole")

    def _show(self, told: list[tuple[str, str]]) -> None:
        if told:
            self.app.push_screen(EntryScreen(told))
        else:
            self.say("This entry is not to be seen at present.", warn=True)

    def do_follow(self) -> None:
        """New entries come by themselves, or no longer."""
        self._following = not self._following
        self._entitle()
        if self._following:
            self._to_end()
            self.owner.clock.later(self, EVERY, self._follow)

    def _follow(self) -> None:
        if not self._following or not self.is_attached:
            return
        if not self._asked and self._window.after is None and self.owner.screen is self:
            self._newer()
        self.owner.clock.later(self, EVERY, self._follow)

    def do_filter(self) -> None:
        """Only a kind, a coder, a segment."""
        self.ask_words('Only (such as "decided, anna" or "BU 51")', self._narrow, self._words, verb="show")

    def _narrow(self, words: str) -> None:
        def take(choice: Choice) -> None:
            self._choice, self._words = choice, words
            self._to_end()

        self.look(lambda study: view.chosen(study, words), take, "filter")

    def do_unfilter(self) -> None:
        """Everything again."""
        self._choice, self._words = Choice(), ""
        self._to_end()

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
        """To the beginning of the log."""
        self._following = False
        self._read(None, backwards=False)

    def do_last(self) -> None:
        """To its end."""
        self._to_end()

    # Keeping

    def do_verify(self) -> None:
        """Check everything, in a process beside the review."""
        beside = self.owner.beside
        if beside is None:
            self.say("Nothing can be started from here: run 'secondcoder verify'.", warn=True)
            return
        why_not = beside.errands.start(verifying())
        self.say("It is being verified already." if why_not else "", warn=bool(why_not))
        self._draw_check()

    def errand(self, state: State) -> None:
        """Draw how far the check is, and what came of it."""
        if state.errand.kind != "verify":
            return
        self._draw_check()
        if state.ended:
            words, good = verified_words(state)
            self.say(words, warn=not good)

    def _draw_check(self) -> None:
        going = self._check
        self.set_class(going is not None, "-checking")
        line: Line = [] if going is None else [(" verifying ", "strong"), (bar(going, BAR), "key"),
                                               (f" {progress_words(going)}", "")]  # fmt: skip
        self.query_one("#check", Lines).put([line] if line else [])
        self.show_keys()

    def do_stop(self) -> None:
        """Stop checking."""
        if self.owner.beside is not None:
            self.owner.beside.errands.stop("verify")
            self._draw_check()

    def do_checkpoint(self) -> None:
        """Ask for a file, and write it."""

        def write(path: str) -> None:
            self.ask(lambda bench: checkpoint(bench, Path(path)), self.say)

        self.ask_words("Write a checkpoint to which new file?", write, verb="write")
