"""By code: everything a code is suggested for in a row, so that like is compared with like."""

from __future__ import annotations

from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical

from suggest.review.by_code import Compared, Page
from tui.by_code import view
from tui.by_code.bulk import BulkScreen
from tui.by_code.commands import LISTED, REGISTRY, SELECTED
from tui.by_code.rows import COLUMNS, SIGN_NOTES, cells
from tui.review.definition import DefinitionScreen
from tui.terminal.finder import FinderScreen
from tui.terminal.finding import nearest
from tui.terminal.help import HelpScreen
from tui.terminal.lines import Line, Lines
from tui.terminal.meaning import Meaning
from tui.terminal.paged import Paged
from tui.terminal.paragraphs import paragraphs
from tui.terminal.passage import Passage
from tui.terminal.registry import ALWAYS, Registry
from tui.terminal.study_screen import StudyScreen
from tui.terminal.table import Table
from tui.terminal.wrap import end_of

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

NOTHING = "Nothing is suggested yet, except perhaps where you code blind: F6, or secondcoder suggest."
NOT_THIS = "This code is suggested nowhere, except perhaps where you code blind: c finds another, > goes on."
MOST = 500
"""So many are decided in bulk at once, so that the list can be read."""


class CodeLines(Lines):
    """The code in brief."""

    def note(self, more: int) -> str:
        """The rest is one key away."""
        return " … d shows all of it"


class ByCodeScreen(StudyScreen):
    """The list of one code. Blind segments are not in it, and it is read through the same door as the review."""

    REGISTRY: ClassVar[Registry] = REGISTRY
    HEADING: ClassVar[str] = "By code"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._code: Meaning | None = None
        self._rows = self._paged(0)
        self._selected: dict[str, Compared] = {}
        self._busy = self._decided = False

    def body(self) -> ComposeResult:
        """What the code means, the list, the chosen line's words."""
        with Vertical(id="body"):
            yield CodeLines(id="code")
            yield Table(COLUMNS, id="list")
            yield Passage(id="passage")

    @property
    def codes(self) -> tuple[Meaning, ...]:
        """The codes in use, in the tree's order."""
        return self.owner.review.hand.codes

    @property
    def state(self) -> str:
        """By what is on screen."""
        return ALWAYS if not self._rows.total else SELECTED if self._selected else LISTED

    def opened(self) -> None:
        """Begin with the code that is chosen in the review, at the segment on its screen."""
        board = self.owner.review.hand.board
        wanted = board.row.code if board.row is not None and not board.blind else None
        segment = None if board.card is None else board.card.segment.id
        self.ask(lambda bench: view.opened(bench, wanted, segment), self._listed)

    def renewed(self) -> None:
        """Codes may have been changed elsewhere, and lines decided."""
        self._rows.forget()
        self.query_one(Table).refresh()

    def _paged(self, total: int) -> Paged[Compared]:
        return Paged(total, view.SIZE, len(COLUMNS), lambda line: cells(line, line.suggestion in self._selected),
                     self._fetch)  # fmt: skip

    # What the study says

    def _listed(self, listed: view.Listed | None) -> None:
        if listed is None:
            self.say("There is no further code with suggestions.")
            return
        self._code = next((code for code in self.codes if code.id == listed.code), None)
        self._rows = self._paged(listed.total)
        self._selected = {}
        table = self.query_one(Table)
        table.cursor = listed.place
        table.put(self._rows, empty=NOTHING if self._code is None else NOT_THIS)
        self.say("")
        self._draw()
        self.guard.changing()
        self.call_after_refresh(self.painted)

    def _fetch(self, start: int) -> None:
        if self._code is not None:
            code = self._code.id
            self.ask(lambda bench: view.page(bench, code, start), partial(self._come, code))

    def _come(self, code: str, page: Page) -> None:
        if self._code is None or self._code.id != code:
            return
        if page.total != self._rows.total:  # a run went on meanwhile
            self._rows = self._paged(page.total)
            self.query_one(Table).put(self._rows, empty=NOT_THIS)
        self._rows.put(page.start, page.lines)
        self.query_one(Table).refresh()
        self._draw()

    def _judged(self, judged: view.Judged) -> None:
        self._busy = False
        table = self.query_one(Table)
        if judged.place is not None:
            self._rows.change(judged.place, judged.line)
            if judged.said and not judged.declined:
                table.choose(judged.place)
            elif not judged.declined:
                table.move(1)
        elif not judged.declined:
            self._selected = {}
            self._rows.forget()
        table.refresh()
        self._draw()
        self.say(judged.said, warn=judged.declined)

    def _failed(self, sentence: str) -> None:
        self._busy = False
        super()._failed(f"Not stored: {sentence}" if self._rows.total else sentence)

    # Drawing

    @property
    def line(self) -> Compared | None:
        """The line under the cursor, once it is here."""
        return self._rows.item(self.query_one(Table).cursor)

    def _draw(self) -> None:
        code, about = self._code, self.query_one("#code", Lines)
        about.put([] if code is None else self._head(code, max(20, about.size.width)))
        line, passage = self.line, self.query_one(Passage)
        if line is None:
            passage.show("", "", None)
        else:
            below: list[Line] = []
            if line.rationale:
                below.append([(f" because: {line.rationale} ({line.profile})", "soft")])
            became = next((other.path for other in self.codes if other.id == line.became), "")
            head = f"{line.cite}  {line.speaker or ''}{f'   ✎ {became}' if became else ''}"
            passage.show(head, line.words, line.mark, below)
        self.show_keys()

    def _head(self, code: Meaning, width: int) -> list[Line]:
        """The code, how much of it there is, and what it means."""
        total = self._rows.total
        chosen = f" · {len(self._selected)} selected" if self._selected else ""
        many = f" · {total:,} suggestion{'' if total == 1 else 's'}{chosen}"
        path = end_of(code.path.replace(" > ", " › "), max(10, width - cell_len(many) - 1))
        told = f"{code.definition}{f'  Not when: {code.exclude}' if code.exclude else ''}"
        return [[(f" {path}", "strong"), (many, "")], *paragraphs([("", told)] if told else [], width, " ")]

    def on_table_chosen(self) -> None:
        """Another line is under the cursor."""
        self._draw()

    def on_table_taken(self) -> None:
        """A second click opens."""
        self.do_open()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._draw)

    # Keys

    def _judge(self, action: str, **given: str) -> None:
        line, code, place = self.line, self._code, self.query_one(Table).cursor
        if line is None or code is None or self._busy:
            return
        self._busy = self._decided = True
        act = {"action": action, "ref": token_hex(8), **given}
        self.ask(lambda bench: view.judge(bench, code.id, line, place, act), self._judged)

    def do_accept(self) -> None:
        """Take the suggestion."""
        self._judge("accept")

    def do_reject(self) -> None:
        """Refuse it."""
        self._judge("reject")

    def do_unsure(self) -> None:
        """Leave it open, in so many words."""
        self._judge("unsure")

    def do_edit(self) -> None:
        """Another code in its place."""
        if self._code is not None:
            codes = nearest(self.codes, self._code.id, self.owner.review.hand.recent)
            self.app.push_screen(
                FinderScreen(f"Instead of {self._code.path}", codes),
                lambda code: self._judge("edit", code=code) if code else None,
            )

    def do_select(self) -> None:
        """For deciding several at once; the cursor goes on."""
        line = self.line
        if line is None:
            return
        if line.suggestion in self._selected:
            del self._selected[line.suggestion]
        elif len(self._selected) == MOST:
            self.say(f"{MOST} are selected: decide them first, so that the list can be read.", warn=True)
            return
        else:
            self._selected[line.suggestion] = line
        table = self.query_one(Table)
        table.move(1)
        table.refresh()
        self._draw()

    def do_unselect(self) -> None:
        """Select nothing."""
        self._selected = {}
        self.query_one(Table).refresh()
        self._draw()

    def do_bulk(self) -> None:
        """List what is selected; then one verdict on all of it."""
        code, listed = self._code, sorted(self._selected.values(), key=lambda line: line.number)
        if code is None or self._busy:
            return

        def store(verdict: str | None) -> None:
            if verdict is not None:
                self._busy = self._decided = True
                ids, ref = [line.suggestion for line in listed], token_hex(8)
                self.ask(lambda bench: view.in_bulk(bench, verdict, ids, ref), self._judged)

        self.app.push_screen(BulkScreen(code.path.replace(" > ", " › "), listed), store)

    def do_undo(self) -> None:
        """Take back what was done last in this list."""
        self._step("undo")

    def do_redo(self) -> None:
        """Bring it back."""
        self._step("redo")

    def _step(self, action: str) -> None:
        code = self._code
        if code is not None and not self._busy:
            self._busy = self._decided = True
            ref = token_hex(8)
            self.ask(lambda bench: view.step(bench, code.id, action, ref), self._judged)

    def do_open(self) -> None:
        """Go to the segment in the review."""
        line = self.line
        if line is None:
            return
        if self.owner.review.open_segment(line.segment):
            self._decided = False  # the review draws anew in any case
            self.dismiss(None)
        else:
            self.say("A decision in the review is not stored yet: go back with esc and see to it.", warn=True)

    def do_code(self) -> None:
        """Another code."""
        self.app.push_screen(
            FinderScreen("By code", self.codes),
            lambda code: self.ask(lambda bench: view.opened(bench, code), self._listed) if code else None,
        )

    def do_next_code(self) -> None:
        """The next one that is suggested."""
        self._beside(1)

    def do_previous_code(self) -> None:
        """The one before."""
        self._beside(-1)

    def _beside(self, by: int) -> None:
        code = None if self._code is None else self._code.id
        self.ask(lambda bench: view.beside(bench, code, by), self._listed)

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
        self.query_one(Table).choose(self._rows.total - 1)

    def do_definition(self) -> None:
        """All that the codebook says."""
        if self._code is not None:
            self.app.push_screen(DefinitionScreen(None, self._code))

    def do_help(self) -> None:
        """All keys."""
        self.app.push_screen(HelpScreen(self._registry, SIGN_NOTES))

    def on_unmount(self) -> None:
        """The review below shows what was decided here."""
        if self._decided and self.owner.is_running:
            self.owner.review.renew()
