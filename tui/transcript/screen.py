"""The transcript of one document, with codings in the margin that this coder may see."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical

from suggest.study.segments import Segment
from suggest.study.study import Study
from suggest.study.transcript import Hit
from tui.terminal.lines import Lines
from tui.terminal.registry import ALWAYS
from tui.terminal.study_screen import StudyScreen
from tui.terminal.wrap import cut
from tui.transcript.commands import TRANSCRIPT, TURN
from tui.transcript.margin import Legend, signs
from tui.transcript.sheet import Sheet
from tui.transcript.view import Head, Mark, Pages, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.terminal.app import StudyApp

T = TypeVar("T")
QUOTE = 60


class TranscriptScreen(StudyScreen):
    """Asks for the parts in sight, and for what is found; the sheet draws them."""

    REGISTRY = TRANSCRIPT
    HEADING = "Transcript"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp, document: str, ordinal: int = 0, said: str = "") -> None:
        """Opens a document (an id) at a turn. `said` stands on the line for what happened."""
        super().__init__(owner)
        self._document, self._ordinal, self._first_said = document, ordinal, said
        self._pages: Pages | None = None
        self._head: Head | None = None
        self._asked: set[int] = set()
        self._words = ""
        self._hit: Hit | None = None
        self._mark: Mark | None = None

    @property
    def state(self) -> str:
        """Whether there is a turn to do something with."""
        return TURN if self._head is not None and self._head.document.count else ALWAYS

    def body(self) -> ComposeResult:
        """Whose column is which, the text, the codes in sight."""
        with Vertical(id="body"):
            yield Lines(id="heads")
            yield Sheet(id="sheet")
            yield Lines(id="legend")

    def opened(self) -> None:
        """Ask what there is."""
        self.reload(self._first_said)

    def reload(self, said: str = "") -> None:
        """Read all of it again: words, roles or codings may be others."""
        if said:
            self.say(said)
            self.owner.review.stale = True
        self.read(lambda pages: pages.head(), self._arrived, "head")

    def read(self, job: Callable[[Pages], T], then: Callable[[T], object], lane: str) -> None:
        """Have something read of the transcript, in the thread that reads."""
        self.look(lambda study: job(self._opened_pages(study)), then, lane)

    def _opened_pages(self, study: Study) -> Pages:
        """Made at the first use, in the thread that reads."""
        if self._pages is None:
            self._pages = Pages(study, self._document, self.owner.coder)
        return self._pages

    def _arrived(self, head: Head) -> None:
        new, self._head = self._head is None, head
        codes = self.owner.review.hand.codes
        sheet = self.query_one(Sheet)
        sheet.show(head, Legend(signs(codes), {code.id: code.name for code in codes}), self.owner.coder)
        self._asked.clear()
        if new:
            sheet.go(self._ordinal)
        self.show_keys()
        self.on_sheet_moved()
        if not head.document.count:
            self.say("There is no segment in this document.")

    def on_sheet_moved(self) -> None:
        """Other lines are in sight: read what is missing, and say where one is."""
        sheet = self.query_one(Sheet)
        shown = sheet.ordinals or [sheet.cursor]
        if self._head is not None and self._head.document.count:
            for number in sheet.roll.missing(shown[0], shown[-1]):
                if number not in self._asked:
                    self._asked.add(number)
                    self.read(partial(Pages.part, number=number), partial(self._part, number), f"part {number}")
        self._draw_around()

    def _part(self, number: int, part: Part) -> None:
        self._asked.discard(number)
        sheet = self.query_one(Sheet)
        sheet.roll.put(number, part)
        sheet.arrived()
        self.on_sheet_moved()

    def _draw_around(self) -> None:
        sheet, head = self.query_one(Sheet), self._head
        if head is None:
            return
        turn = self.turn
        place = f"{head.document.label}   {turn.paragraph_from if turn else '…'} of {head.last_paragraph}"
        self.entitle(place)
        self.query_one("#heads", Lines).put([[(sheet.heads(), "soft")]])
        self.query_one("#legend", Lines).put([[(sheet.legend(), "soft")]])

    def on_resize(self) -> None:
        """What is in sight is another question now."""
        self.call_after_refresh(self.on_sheet_moved)

    def on_sheet_taken(self) -> None:
        """A click on the turn under the cursor goes to it."""
        self.do_review()

    @property
    def turn(self) -> Segment | None:
        """The turn under the cursor, once it was read."""
        sheet = self.query_one(Sheet)
        return sheet.roll.turn(sheet.cursor)

    # Moving

    def do_review(self) -> None:
        """To this segment in the review."""
        if self.turn is None:
            return
        if self.turn.role != "data":
            self.say(f"{self.turn.cite} is context ({self.turn.role}) and is not coded; o gives it another role.")
        elif not self.owner.to_segment(self.turn.id):
            self.say("A decision in the review is not stored yet: esc goes back to it.", warn=True)

    def do_down(self) -> None:
        """The next turn."""
        self.query_one(Sheet).step(1)

    def do_up(self) -> None:
        """The turn before."""
        self.query_one(Sheet).step(-1)

    def do_page_down(self) -> None:
        """A page on."""
        self.query_one(Sheet).page(1)

    def do_page_up(self) -> None:
        """A page back."""
        self.query_one(Sheet).page(-1)

    def do_first(self) -> None:
        """The beginning."""
        self.query_one(Sheet).go(0)

    def do_last(self) -> None:
        """The end."""
        sheet = self.query_one(Sheet)
        sheet.go(sheet.roll.count - 1)

    def do_go(self) -> None:
        """To a paragraph."""
        last = 0 if self._head is None else self._head.last_paragraph
        self.ask_words(f"Go to paragraph (up to {last})", self._go, verb="go")

    def _go(self, typed: str) -> None:
        number = typed.split()[-1]
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            self.say("A paragraph is a number, such as 51.", warn=True)
            return

        def found(ordinal: int | None) -> None:
            if ordinal is None:
                self.say(f"There is no segment at paragraph {number}.", warn=True)
            else:
                self.say("")
                self.query_one(Sheet).go(ordinal)

        self.read(lambda pages: pages.paragraph(int(number)), found, "find")

    # Looking

    def do_find(self) -> None:
        """Type the words."""
        self.ask_words("Find in this transcript", self._find, self._words, verb="find")

    def _find(self, words: str) -> None:
        self._words, self._hit = words, None
        sheet = self.query_one(Sheet)
        self._search(0 if self.turn is None else self.turn.start if sheet.cursor else 0)

    def do_find_next(self) -> None:
        """The next place."""
        if not self._words:
            self.do_find()
        else:
            self._search(self._offset if self._hit is None else self._hit.start + 1)

    def do_find_previous(self) -> None:
        """The place before."""
        if not self._words:
            self.do_find()
        else:
            self._search(self._offset if self._hit is None else self._hit.start, backwards=True)

    @property
    def _offset(self) -> int:
        return 0 if self.turn is None else self.turn.start

    def _search(self, offset: int, *, backwards: bool = False) -> None:
        words = self._words
        self.say("looking ...")
        self.read(lambda pages: pages.find(words, offset, backwards=backwards), self._found, "find")

    def _found(self, hit: Hit | None) -> None:
        if hit is None:
            self.say(f"“{cut(self._words, 40)}” stands nowhere in what is said here.", warn=True)
            return
        self._hit, self._mark = hit, None
        sheet = self.query_one(Sheet)
        sheet.mark = (hit.start, hit.end)
        sheet.go(hit.ordinal, hit.start)
        self.say(f"“{cut(self._words, 40)}” · n next, N before")

    def do_mark(self) -> None:
        """The next coding."""
        self._to_mark(backwards=False)

    def do_mark_back(self) -> None:
        """The coding before."""
        self._to_mark(backwards=True)

    def _to_mark(self, *, backwards: bool) -> None:
        mark, sheet = self._mark, self.query_one(Sheet)
        if mark is not None and mark.ordinal != sheet.cursor:
            mark = None
        offset = 0 if self.turn is None else self.turn.start
        self.read(
            lambda pages: pages.next_mark(mark, offset, backwards=backwards), partial(self._marked, backwards), "mark"
        )

    def _marked(self, backwards: bool, mark: Mark | None) -> None:
        if mark is None:
            self.say("There is no coding before this one." if backwards else "There is no coding after this one.")
            return
        self._mark = mark
        sheet = self.query_one(Sheet)
        sheet.mark = (mark.start, mark.end)
        sheet.go(mark.ordinal, mark.start)
        self.read(lambda pages: pages.words(mark.start, mark.end, QUOTE), partial(self._tell, mark), "words")

    def _tell(self, mark: Mark, words: str) -> None:
        code = self.owner.review.hand.by_id.get(mark.code)
        name = "a code out of use" if code is None else code.name
        coders = {} if self._head is None else dict(self._head.coders)
        who = "you" if mark.coder == self.owner.coder else coders.get(mark.coder, "a colleague")
        self.say(f"{cut(name, 30)} · {cut(who, 16)} · “{words}”")

    def do_beside(self) -> None:
        """Original and translation, at this turn."""
        from tui.beside.screen import BesideScreen

        self.app.push_screen(BesideScreen(self.owner, self._document, self.query_one(Sheet).cursor))

    # Changing

    def do_correct(self) -> None:
        """The segment's words, to be edited."""
        from tui.transcript.correcting import EditScreen

        sheet, head = self.query_one(Sheet), self._head
        if self.turn is not None and head is not None:
            top = sheet.window[0][1].start if sheet.top.ordinal == sheet.cursor and sheet.window else 0
            self.app.push_screen(EditScreen(self.owner, head.document, self.turn, top, self.reload))

    def do_role(self) -> None:
        """Its role."""
        from tui.documents.roles import SegmentRoleScreen

        turn = self.turn
        if turn is not None:
            changed = partial(self.reload, f"{turn.cite} has another role now.")
            self.app.push_screen(
                SegmentRoleScreen(self.owner, turn.document, turn.ordinal, turn.cite, turn.role, changed)
            )
