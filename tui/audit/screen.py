"""The audit on screen: its headline, then what the report says, a section at a time. A process beside counts it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from suggest.audit.blocks import Section
from suggest.audit.told import Told, told_from
from suggest.errors import BadInput
from suggest.study.blindness import left_to_code_blind
from tui.audit.asking import FORMATS, Asked, asked_of, fields, write_report
from tui.audit.commands import BOTH, COUNTING, REGISTRY, SHOWN
from tui.audit.drawing import Sorting, heads, section_lines
from tui.commands.audit import blind_words
from tui.errands.errands import auditing
from tui.errands.state import State, bar, progress_words
from tui.terminal.asking import AskScreen
from tui.terminal.form import FormScreen
from tui.terminal.lines import Line, Lines
from tui.terminal.paragraphs import paragraphs
from tui.terminal.picking import PickScreen
from tui.terminal.registry import ALWAYS, Registry
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

BAR = 14
ROOMY, TALL = 30, 36
"""The heights from which on all sentences of the headline are told, and the state of the log too, which every file that
is written from here names. Below, the first and the last are: the rest stands in the sections."""
NOT_HERE = "Nothing can be started from here: run 'secondcoder audit'."
NOT_YET = "Nothing is counted yet: r counts."
CLIMB = "Code what is blind first, or read the audit all the same with r."


class Page(Lines):
    """A section; it is laid out anew at another width."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._section: Section | None = None
        self._sorting: Sorting | None = None
        self._all: list[Line] = []
        self._first = 0

    def show(self, section: Section | None, sorting: Sorting | None, *, anew: bool = True) -> None:
        """Draw a section, from its beginning if `anew`."""
        self._section, self._sorting = section, sorting
        self._first = 0 if anew else self._first
        self.laid_out()

    def laid_out(self) -> None:
        """The lines for the present width."""
        self._all = []
        if self._section is not None and self.size.width:
            self._all = section_lines(self._section, self.size.width, self._sorting)
        self.move(0)

    def move(self, by: int) -> None:
        """Lines further, or back."""
        self._first = max(0, min(self._first + by, len(self._all) - self.size.height))
        self.put(self._all[self._first :])

    @property
    def whole(self) -> list[str]:
        """All lines of the section, in sight or not."""
        return ["".join(text for text, _ in line) for line in self._all]


class AuditScreen(StudyScreen):
    """Draws what the report says; it counts nothing, and rounds nothing."""

    REGISTRY: ClassVar[Registry] = REGISTRY
    HEADING: ClassVar[str] = "Audit"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._asked = Asked()
        self._told: Told | None = None
        self._report: Mapping[str, Any] = {}
        self._shown_for = Asked()
        self._place = 0
        self._sorting: Sorting | None = None

    def body(self) -> ComposeResult:
        """The headline, the sections, the one that is read, and how far the counting is."""
        yield Lines(id="head")
        with Horizontal(id="body"):
            yield Table((Column("section"),), id="sections")
            yield Page("page")
        yield Lines(id="going")

    @property
    def state(self) -> str:
        """Whether there are figures, and whether some are counted."""
        if self._going is not None:
            return BOTH if self._told is not None else COUNTING
        return SHOWN if self._told is not None else ALWAYS

    @property
    def _going(self) -> State | None:
        beside = self.owner.beside
        return None if beside is None else beside.errands.under_way("audit")

    @property
    def page(self) -> Page:
        """The section that is read."""
        return self.query_one(Page)

    # Counting

    def opened(self) -> None:
        """Whoever still codes blind is asked first; then count."""
        self._draw()
        self._weigh()

    def _weigh(self) -> None:
        coder = self.owner.coder
        self.look(lambda study: left_to_code_blind(study, coder), self._allowed, "blind")

    def _allowed(self, left: int) -> None:
        if not left:
            self._begin()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._begin()
            else:
                self.say(CLIMB, warn=True)

        told = [
            ("", f"You have {blind_words(left)}, and an audit tells what others did there."),
            ("", "What you answer after reading it is blind no more, whatever the study counts it as."),
        ]
        self.app.push_screen(AskScreen("Code before you read it", told, yes="read it all the same"), answered)

    def _begin(self) -> None:
        """Count, unless it was counted for this question already and is at hand."""
        beside = self.owner.beside
        if beside is None:
            self.say(NOT_HERE, warn=True)
            return
        errand = auditing(self._asked.options(), self.owner.coder_name)
        held = beside.errands.state("audit")
        if self._told is None and held is not None and held.errand == errand:
            self.errand(held)
            return
        self._start()

    def _start(self) -> None:
        beside = self.owner.beside
        if beside is None:
            self.say(NOT_HERE, warn=True)
            return
        self.say("")
        if why_not := beside.errands.start(auditing(self._asked.options(), self.owner.coder_name)):
            self.say(why_not.replace("with c", "with x"), warn=True)
        self._draw_going()

    def errand(self, state: State) -> None:
        """How far the counting is, and what came of it."""
        if state.errand.kind != "audit" or not self._there:
            return
        self._draw_going()
        if not state.ended:
            return
        if state.ended == "stopped":
            self.say("Counting was stopped." + (" What is shown was counted before." if self._told else ""))
        elif state.ended == "failed":
            self.say(f"It could not be counted: {state.error}", warn=True)
        else:
            self._arrived(state)

    def _arrived(self, state: State) -> None:
        try:
            self._told = told_from(state.report.get("told", {}))
        except ValueError:
            self.say("The audit ended without a report: run 'secondcoder audit' to see why.", warn=True)
            return
        self._report, self._shown_for = state.report, self._asked
        self._place = min(self._place, len(self._told.sections) - 1)
        self._draw()

    # Drawing

    def _draw(self) -> None:
        """All of it anew."""
        if not self._there:
            return
        given = self._told
        self._draw_head()
        self._draw_going()
        if given is None:
            self.page.show(None, None)
            return
        self.query_one(Table).put([(section.title,) for section in given.sections])
        self.query_one(Table).choose(self._place)
        self._draw_section()

    def _draw_head(self) -> None:
        head = self.query_one("#head", Lines)
        width = max(20, self.size.width - 1)
        if self._told is None:
            rows: list[Line] = [[(f" {NOT_YET}", "soft")]] if self._going is None else [[(" Counting …", "soft")]]
        else:
            rows = []
            said = self._told.headline
            for sentence in said if self.size.height >= ROOMY else dict.fromkeys((said[0], said[-1])):
                rows += [[(text, "strong") for text, _ in line] for line in paragraphs([("", sentence)], width, " ")]
            told = f"{self._told.subtitle} {self._told.source}" if self.size.height >= TALL else self._told.subtitle
            rows += [[(text, "soft") for text, _ in line] for line in paragraphs([("", told)], width, " ")]
        head.styles.height = min(6, len(rows))
        head.put(rows)

    def _draw_section(self, *, anew: bool = True) -> None:
        if self._told is None:
            return
        section = self._told.sections[self._place]
        self.entitle(f"{self._place + 1} of {len(self._told.sections)}: {section.title}")
        self.page.show(section, self._sorting, anew=anew)
        self.show_keys()

    def _draw_going(self) -> None:
        going = self._going
        self.set_class(going is not None, "-counting")
        line: Line = [] if going is None else [(" counting ", "strong"), (bar(going, BAR), "key"),
                                               (f" {progress_words(going)}", "")]  # fmt: skip
        self.query_one("#going", Lines).put([line] if line else [])
        if self._told is None:
            self._draw_head()
        self.show_keys()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw_head)

    # Moving

    def _to(self, place: int) -> None:
        if self._told is not None and 0 <= place < len(self._told.sections):
            self._place = place
            self.query_one(Table).choose(place)
            self._draw_section()

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """A click on a section."""
        if message.row != self._place:
            self._to(message.row)

    def do_next(self) -> None:
        """The next section."""
        self._to(self._place + 1)

    def do_previous(self) -> None:
        """The section before."""
        self._to(self._place - 1)

    def do_choose(self) -> None:
        """A section from a list."""
        if self._told is None:
            return
        titles = [section.title for section in self._told.sections]

        def take(title: str | None) -> None:
            if title is not None:
                self._to(titles.index(title))

        self.app.push_screen(PickScreen("Section", [(t, "") for t in titles], titles[self._place]), take)

    def do_down(self) -> None:
        """A line on."""
        self.page.move(1)

    def do_up(self) -> None:
        """A line back."""
        self.page.move(-1)

    def do_page_down(self) -> None:
        """A page on."""
        self.page.move(max(1, self.page.size.height - 2))

    def do_page_up(self) -> None:
        """A page back."""
        self.page.move(-max(1, self.page.size.height - 2))

    def do_first(self) -> None:
        """The beginning."""
        self.page.move(-(10**9))

    def do_last(self) -> None:
        """The end."""
        self.page.move(10**9)

    # Asking, sorting, writing

    def do_again(self) -> None:
        """Count the same from the study as it is now."""
        if self._told is None:
            self._weigh()
        else:
            self._start()

    def do_stop(self) -> None:
        """Stop counting."""
        if self.owner.beside is not None:
            self.owner.beside.errands.stop("audit")
            self._draw_going()

    def do_ask(self) -> None:
        """Another question."""

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            wanted = asked_of(given)
            try:
                wanted.options()
            except BadInput as error:
                form.complain(str(error))
                return
            form.done()
            self._asked = wanted
            self._weigh() if self._told is None else self._start()

        self.app.push_screen(FormScreen("What to audit", fields(self._asked, self._report), submit))

    def do_sort(self) -> None:
        """By a column of the section's tables."""
        if self._told is None:
            return
        found = heads(self._told.sections[self._place])
        if not found:
            self.say("This section has no table.")
            return
        before = self._sorting

        def take(head: str | None) -> None:
            if head is not None:
                falling = not (before is not None and before.head == head and before.falling)
                self._sorting = Sorting(head, falling)
                self._draw_section(anew=False)

        present = before.head if before is not None else ""
        self.app.push_screen(PickScreen("In order by", [(head, "") for head in found], present), take)

    def do_export(self) -> None:
        """What is on screen, to a file."""
        if self._told is not None:
            self.ask_words("Write it to which file? (.html, .md or .json)", self._write, verb="write")

    def _write(self, words: str) -> None:
        path, given = Path(words).expanduser(), self._told
        if given is None:
            return
        job = partial(write_report, path, given=given, report=self._report, command=self._shown_for.command)

        def write(yes: bool | None) -> None:
            if yes:
                self.look(lambda study: job(study=study.path), self.say, "write")

        if path.suffix.lower() in FORMATS and path.exists():
            told = [("", f"{path.name} is there already and would be replaced.")]
            self.app.push_screen(AskScreen("Write the audit", told, yes="replace it"), write)
        else:
            write(True)
