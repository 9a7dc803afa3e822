"""Proposed codes: a line for each idea, what speaks for the chosen one, and the keys with which a person settles it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from suggest.errors import BadInput
from suggest.printable import counted
from suggest.review import proposals
from suggest.review.proposals import Joined, Support, Worklist
from suggest.study.study import Study
from suggest.study.units import last_act, last_undone
from tui.proposals.commands import REGISTRY, SUPPORTS
from tui.proposals.telling import about, place, quote
from tui.review.bench import Bench
from tui.review.telling import named
from tui.terminal.finder import FinderScreen
from tui.terminal.form import Field, FormScreen
from tui.terminal.lines import Lines
from tui.terminal.listing import ListScreen
from tui.terminal.meaning import Meaning
from tui.terminal.paragraphs import paragraphs
from tui.terminal.registry import Registry
from tui.terminal.table import Column, Table
from tui.terminal.tree_words import told_of
from tui.tree.again import UNSTORED
from tui.tree.view import read_tree

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

COLUMNS = (
    Column("segments", 8, right=True), Column("docs", 4, right=True, most=3), Column("proposed code", least=24),
    Column("would be under", 28, most=2), Column("much like", 24, most=1),
)  # fmt: skip
NOTHING = "Nothing is proposed. Run 'secondcoder suggest STUDY --profile P --propose' to ask a model."
KEPT_BACK = "what is blind for you comes later"
OURS = ("code_changed", "proposal_settled")


class ProposalsScreen(ListScreen):
    """The worklist, and the chosen idea below it."""

    REGISTRY: ClassVar[Registry] = REGISTRY
    HEADING: ClassVar[str] = "Proposed codes"
    CSS_PATH = "screen.tcss"

    def body(self) -> ComposeResult:
        """The ideas, and what speaks for the chosen one."""
        self._found = Worklist((), False)
        self._codes: tuple[Meaning, ...] = ()
        self._changed = False
        with Vertical(id="body"):
            yield Table(COLUMNS, id="list")
            yield Lines(id="about")

    @property
    def chosen(self) -> Joined | None:
        """The idea that the cursor is on."""
        cursor = self.table.cursor
        return self._found.joined[cursor] if cursor < len(self._found.joined) else None

    def opened(self) -> None:
        """Ask for the worklist and the tree."""
        self._read()

    def renewed(self) -> None:
        """Others may have settled something meanwhile."""
        self._read()

    def _read(self) -> None:
        coder = self.owner.coder
        self.look(lambda study: proposals.worklist(study, coder), self._listed, "worklist")
        self.look(read_tree, self._known, "tree")

    def _known(self, codes: tuple[Meaning, ...]) -> None:
        self._codes = codes

    def _listed(self, found: Worklist) -> None:
        self._found = found
        rows = [
            (str(one.segments), str(one.documents), one.name, place(one), "; ".join(code.name for code in one.near))
            for one in found.joined
        ]
        table = self.table
        table.cursor = min(table.cursor, max(0, len(rows) - 1))
        table.put(rows, empty=NOTHING)
        counted = f"{len(rows)} wait" if rows else ""
        self.entitle(" · ".join(part for part in (counted, KEPT_BACK if found.kept_back else "") if part))
        self._draw()

    def _draw(self) -> None:
        below, one = self.query_one("#about", Lines), self.chosen
        below.put([] if one is None else paragraphs(about(one, self._found.joined), max(20, below.size.width), " "))
        self.show_keys()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    def on_table_chosen(self) -> None:
        """Another idea is under the cursor."""
        self._draw()

    # Settling

    def do_make(self) -> None:
        """A code of it: the words are one's own to change."""
        one = self.chosen
        if one is None:
            return

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            under = given["under"].strip().replace(" › ", " > ")
            act = partial(_make, refs=one.ids, given=given, under=under)
            self._settle(act, lambda path: f"made: {path}", form)

        fields = [
            Field("name", "Name", one.name),
            Field("definition", "What it means", one.definition, 3),
            Field("under", "Below", place(one), hint="a code by its path or name; empty for the top of the tree"),
        ]
        title = f"Make a code that {counted(one.segments, 'segment speaks', 'segments speak')} for"
        self.app.push_screen(FormScreen(title, fields, submit))

    def do_merge(self) -> None:
        """A code that there is covers it."""
        one = self.chosen
        if one is None:
            return

        def take(code: str | None) -> None:
            if code is not None:
                self._settle(partial(_merge, refs=one.ids, code=code), lambda path: f"merged into {path}")

        near = [code.id for code in one.near]
        first = sorted(self._codes, key=lambda code: near.index(code.id) if code.id in near else len(near))
        self.app.push_screen(FinderScreen(f"Which code covers “{one.name}”", first), take)

    def do_dismiss(self) -> None:
        """Not a code of this study."""
        one = self.chosen
        if one is None:
            return

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            act = partial(_dismiss, refs=one.ids, reason=given["reason"].strip())
            self._settle(act, lambda _: f"dismissed: {one.name}", form)

        field = Field("reason", "Why", hint="may stay empty; Enter dismisses")
        self.app.push_screen(FormScreen(f"Dismiss “{one.name}”", [field], submit))

    def _settle(self, act: Callable[[Bench], str], said: Callable[[str], str], form: FormScreen | None = None) -> None:
        def stored(path: str) -> None:
            if form is not None:
                form.done()
            self._changed = True
            self.say(said(path.replace(" > ", " › ")))
            self._read()

        failed = self._failed if form is None else form.complain
        self.owner.session.ask(act, stored, failed)

    def do_undo(self) -> None:
        """One's own last entry, if it settled a proposal or changed the tree."""
        self.ask(partial(_step, action="undo"), self._stepped)

    def do_redo(self) -> None:
        """What was undone last, if it was such an entry."""
        self.ask(partial(_step, action="redo"), self._stepped)

    def _stepped(self, said: tuple[str, bool]) -> None:
        self.say(said[0], warn=not said[1])
        if said[1]:
            self._changed = True
            self._read()

    # Looking

    def do_enter(self) -> None:
        """The segments that speak for it."""
        if self.chosen is not None:
            self.app.push_screen(SupportsScreen(self.owner, self.chosen))

    def on_unmount(self) -> None:
        """The review below knows the tree as it is now."""
        if self._changed and self.owner.is_running:
            self.owner.review.renew()


class SupportsScreen(ListScreen):
    """The segments for which an idea was proposed, each with the words that speak for it."""

    REGISTRY: ClassVar[Registry] = SUPPORTS
    HEADING: ClassVar[str] = "Proposed codes"

    def __init__(self, owner: StudyApp, one: Joined) -> None:
        super().__init__(owner)
        self._members: tuple[Support, ...] = one.members
        self._idea = one.name

    def body(self) -> ComposeResult:
        """The segments."""
        yield Table((Column("segment", 12), Column("called", 24, most=1), Column("words")), id="body")

    def opened(self) -> None:
        """All of it is known."""
        self.table.put([(one.segment.cite, one.proposal.name, quote(one)) for one in self._members])
        self.entitle(self._idea)

    def do_enter(self) -> None:
        """To the segment in the review."""
        if not self.owner.to_segment(self._members[self.table.cursor].segment.id):
            self.say(UNSTORED, warn=True)


def _make(bench: Bench, *, refs: tuple[str, ...], given: Mapping[str, str], under: str) -> str:
    made = proposals.make(
        bench.study, bench.coder, refs, name=given["name"], definition=given["definition"],
        under=under or None, top=not under, alone=True,
    )  # fmt: skip
    return made.path_text


def _merge(bench: Bench, *, refs: tuple[str, ...], code: str) -> str:
    return proposals.merge(bench.study, bench.coder, refs, code, alone=True).path_text


def _dismiss(bench: Bench, *, refs: tuple[str, ...], reason: str) -> str:
    proposals.dismiss(bench.study, bench.coder, refs, reason, alone=True)
    return ""


def _step(bench: Bench, *, action: str) -> tuple[str, bool]:
    """What was undone or done again, or why nothing was; and whether something was."""
    study: Study = bench.study
    act = (last_act if action == "undo" else last_undone)(study, bench.coder)
    if act is None:
        return ("There is nothing of yours to undo." if action == "undo" else "There is nothing to redo."), False
    if act.kind not in OURS:
        return "Your last entry is another one: go back to the review, u undoes it there.", False
    answer = bench.reviewer.act({"action": action})
    if not answer["ok"]:
        raise BadInput(str(answer["error"]))
    what = named(act.action) if act.kind == "proposal_settled" else told_of(study, act.target)
    return f"{'undone' if action == 'undo' else 'done again'}: {what}", True
