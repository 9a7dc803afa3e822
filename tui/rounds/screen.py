"""Who codes what: the rounds, how far everybody is in the chosen one, and opening, assigning, closing, releasing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical

from suggest.printable import counted
from suggest.study.rounds import close_round, find_round, release_core
from suggest.study.study import Study
from tui.review.bench import Bench
from tui.rounds import plans
from tui.rounds.commands import CLOSED, OPEN, REGISTRY
from tui.rounds.view import Person, RoundLine, Team, read_rounds
from tui.terminal.asking import AskScreen, Told
from tui.terminal.form import Field, FormScreen
from tui.terminal.lines import Lines
from tui.terminal.listing import ListScreen
from tui.terminal.paragraphs import paragraphs
from tui.terminal.registry import ALWAYS
from tui.terminal.table import Column, Table

ROUNDS = (
    Column("round", least=14),
    Column("purpose", 11),
    Column("state", 6),
    Column("coders", least=14, most=1),
    Column("documents", least=14, most=3),
    Column("overlap", 7, right=True, most=4),
    Column("core", 5, right=True, most=2),
)
PEOPLE = (
    Column("coder", least=12),
    Column("done", 6, right=True),
    Column("left", 6, right=True),
    Column("", 12, most=2, style="bar"),
    Column("assigned", least=14, most=1),
    Column("at work on", least=12, most=3),
)
AGAIN = 15.0
"""Seconds after which it is looked anew who is at work."""

RELEASE = (
    ("", "The blind core is what reliability is computed from. As long as it is not released, no model learns from it, "
     "and no example comes from it, so that a model measured against it knows nothing of it."),
    ("", ""),
    ("", "Released, its answers teach models from now on and serve as examples. What is suggested later is better for "
     "it, but cannot be measured against this core any more: runs made before can. It is not taken back."),
)  # fmt: skip


class RoundsScreen(ListScreen):
    """Draws the team's rounds; each change is told before it is made."""

    REGISTRY = REGISTRY
    HEADING = "Rounds: who codes what"
    CSS_PATH = "screen.tcss"

    def body(self) -> ComposeResult:
        """The rounds, what the chosen one is, and its coders."""
        self._team = Team((), (), ())
        self._changed = False
        with Vertical(id="body"):
            yield Table(ROUNDS, id="rounds")
            yield Lines(id="about")
            yield Table(PEOPLE, id="people")

    @property
    def table(self) -> Table:
        """The table of rounds."""
        return self.query_one("#rounds", Table)

    @property
    def line(self) -> RoundLine | None:
        """The chosen round."""
        lines = self._team.lines
        return lines[self.table.cursor] if self.table.cursor < len(lines) else None

    @property
    def state(self) -> str:
        """By the chosen round."""
        line = self.line
        if line is None or line.imported:
            return ALWAYS
        return OPEN if line.round.state == "open" else CLOSED

    # Reading and drawing

    def opened(self) -> None:
        """Ask for the rounds, and again from time to time."""
        self.query_one("#people", Table).idle(True)
        self.read()
        self.owner.clock.later(self, AGAIN, self._later)

    def _later(self) -> None:
        if self.is_mounted:
            self.read()
            self.owner.clock.later(self, AGAIN, self._later)

    def renewed(self) -> None:
        """Others may have gone on."""
        if self._team.lines:
            self.read()

    def read(self) -> None:
        """Read the rounds again."""
        coder = self.owner.coder
        self.look(lambda study: read_rounds(study, coder), self._arrived, "rounds")

    def _arrived(self, team: Team) -> None:
        first, self._team = not self._team.lines, team
        self.table.put([_row(line) for line in team.lines],
                       styles=["soft" if line.round.state == "closed" else "" for line in team.lines])  # fmt: skip
        now = next((i for i, line in enumerate(team.lines) if line.now), len(team.lines) - 1)
        if first:
            self.table.choose(now)
        self._draw()

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Another round."""
        if message.table is self.table:
            self._draw()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        line, about = self.line, self.query_one("#about", Lines)
        rows = [] if line is None else paragraphs([("", _about(line))], max(20, self.size.width - 1), " ")
        about.styles.height = len(rows) + 1 if rows else 1
        about.put(rows)
        people = () if line is None else line.people
        self.query_one("#people", Table).put(
            [_person(person) for person in people], empty="Nobody has begun: t takes part, a assigns documents."
        )
        self.show_keys()

    # Changing

    def _plan(
        self,
        title: str,
        fields: list[Field],
        plan: Callable[[Study, Mapping[str, str]], Any],
        carry: Callable[..., str],
        yes: str,
    ) -> None:
        """A form, what it would do, and doing it."""

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            def planned(found: Any) -> None:
                self._ask(title, found.told, yes, partial(carry, plan=found), form)

            self.owner.session.look(lambda study: plan(study, given), planned, form.complain)

        self.app.push_screen(FormScreen(title, fields, submit))

    def _ask(
        self, title: str, told: Told, yes: str, job: Callable[[Bench], str], form: FormScreen | None = None
    ) -> None:
        def made(said: str) -> None:
            if form is not None:
                form.done()
            self._changed = True
            self.say(said)
            self.read()

        def answered(given: bool | None) -> None:
            if given:
                self.owner.session.ask(job, made, self._failed if form is None else form.complain)

        self.app.push_screen(AskScreen(title, told, yes=yes), answered)

    def do_new(self) -> None:
        """A new round."""
        people, labels = ", ".join(self._team.people), ", ".join(self._team.labels)
        fields = [
            Field("name", "Name"),
            Field("purpose", "Purpose", "main", hint=", ".join(plans.WHAT_FOR)),
            Field("coders", "Coders", hint=f"empty: everybody; here are {people}"),
            Field("documents", "Documents", hint=f"empty: all; here are {labels}"),
            Field("where", "Only documents with", hint="an attribute, such as site=BU"),
            Field("overlap", "Overlap", hint="coders for each segment; 0: all; empty: as the setting says"),
            Field("scope", "Only the code", hint='empty: all; "Theme..." with what lies under it'),
        ]
        self._plan("Open a round", fields, plans.plan_opening, plans.carry_opening, "open it")

    def do_assign(self) -> None:
        """Documents or segments for one coder."""
        line = self.line
        if line is None:
            return
        fields = [
            Field("coder", "Coder", hint=", ".join(self._team.people)),
            Field("documents", "Documents", hint="labels with commas; empty: all of the round's"),
            Field("where", "Only documents with", hint="an attribute, such as site=BU"),
            Field("segments", "Or only segments", hint="as cited: BU 10–20; CEL 3"),
        ]
        plan = partial(plans.plan_assigning, round_=line.round.id)
        self._plan(f"Assign in the round {line.round.name}", fields, plan, plans.carry_giving, "assign it")

    def do_spread(self) -> None:
        """The round's documents, evenly."""
        line = self.line
        if line is None:
            return
        fields = [
            Field("coders", "Among", ", ".join(self._team.people), hint="names with commas"),
            Field("each", "Coders for each document", str(max(1, line.round.overlap))),
        ]
        plan = partial(plans.plan_spreading, round_=line.round.id)
        self._plan(f"Divide the round {line.round.name}", fields, plan, plans.carry_giving, "assign it so")

    def do_join(self) -> None:
        """Take part."""
        line = self.line
        if line is None:
            return
        if line.joined:
            self.say("You take part in this round already.")
        elif not line.mine:
            self.say("This round names its coders, and you are not among them.", warn=True)
        else:
            told: Told = [
                ("", "Its blind core is drawn for the documents that have none yet, once for all coders, by chance."),
                ("", "You work in the newest open round that you may take part in."),
            ]
            job = partial(plans.carry_joining, round_=line.round)
            self._ask(f"Take part in {line.round.name}", told, "take part", job)

    def do_close(self) -> None:
        """End the round, and ask about its core."""
        line = self.line
        if line is None:
            return
        left = [f"{person.name} {person.remaining}" for person in line.people if person.remaining]
        busy = [f"{person.name} on {person.at}" for person in line.people if person.at]
        told: Told = [
            ("", "Nothing more is coded in it, and what was decided in it cannot be undone. What stayed blind may be "
             "shown from now on, and its coders see one another's codings."),
            ("Left: ", ", ".join(left) + " segments" if left else "nothing"),
            *((("At work now: ", ", ".join(busy)),) if busy else ()),
            ("", "Its blind core stays unreleased: R releases it, now or later."),
        ]  # fmt: skip

        def job(bench: Bench) -> str:
            close_round(bench.study, bench.coder, find_round(bench.study, line.round.id))
            released = "" if line.round.released or not line.core else "; R releases its core"
            return f"round {line.round.name} is closed{released}"

        self._ask(f"Close the round {line.round.name}", told, "close it", job)

    def do_release(self) -> None:
        """Let the core teach and show."""
        line = self.line
        if line is None:
            return
        if line.round.released:
            self.say("The core of this round is released already.")
            return

        def job(bench: Bench) -> str:
            release_core(bench.study, bench.coder, find_round(bench.study, line.round.id))
            return f"the core of {line.round.name} is released"

        self._ask(f"Release the blind core of {line.round.name}", RELEASE, "release it", job)

    def on_unmount(self) -> None:
        """The review below may be in another round now."""
        if self._changed and self.owner.is_running:
            self.owner.review.renew()


def _row(line: RoundLine) -> tuple[str, ...]:
    overlap = "all" if not line.round.overlap else str(line.round.overlap)
    return (f"{line.round.name}{' ●' if line.now else ''}", line.round.purpose, line.round.state, line.coders,
            line.documents, overlap, str(line.core) if line.core else "–")  # fmt: skip


def _person(person: Person) -> tuple[str, ...]:
    done = "–" if person.completed is None else str(person.completed)
    left = "–" if person.completed is None else str(person.remaining)
    return person.name, done, left, person.bar, person.given, person.at


def _about(line: RoundLine) -> str:
    round_ = line.round
    if line.imported:
        return f"{round_.name}: codings that were made elsewhere and brought in."
    core = "no segment is drawn for the blind core yet"
    if line.core:
        core = f"blind core {counted(line.core, 'segment')}, {'released' if round_.released else 'not released'}"
    overlap = "all coders code everything"
    if round_.overlap:
        overlap = f"{counted(round_.overlap, 'coder')} for each segment outside of the core"
    here = "; you work here (●)" if line.now else ""
    return f"{round_.name}: {line.scope}; {overlap}; {core}{here}. Documents: {line.documents}."
