"""Search: words in the transcripts, where they stand, and the way there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from suggest.study.searching import Found, Hit, Terms, search
from tui.search.excerpt import excerpt
from tui.terminal import places
from tui.terminal.passage import Passage
from tui.terminal.registry import Command, Registry
from tui.terminal.study_screen import PROGRAM, StudyScreen
from tui.terminal.table import Column, Table

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

PAGE, AHEAD = 50, 25
"""Hits that are read at once, and how many rows before the last one the next are asked for."""
COLUMNS = (Column("where", 12), Column("who", 9, most=1), Column("words"))
TYPING, FOUND = "typing", "found"
HOW = 'Type words that all stand in one turn, or a "phrase" in quotation marks; ⏎ looks for them.'
NONE = "Nowhere. Fewer words find more; a word is found inside of longer ones, too."

SEARCH = Registry(
    "search",
    (
        Command("enter", ("enter",), "look for the words; then go to the chosen place in the review", "Search",
                footer=1, short="look, then go there"),
        Command("down", ("down",), "the next hit", "Search", FOUND, footer=2, short="next"),
        Command("up", ("up",), "the one before", "Search", FOUND),
        Command("page_down", ("pagedown",), "further down", "Search", FOUND),
        Command("page_up", ("pageup",), "further up", "Search", FOUND),
        # Letters and "?" are words here.
        Command("help", ("f1",), "all keys of this screen", PROGRAM, footer=90, short="all"),
        Command("back", ("escape",), "back to where you came from", PROGRAM, footer=91, short="back"),
        *places.commands(letters=False),
    ),
    {},
)  # fmt: skip


class SearchScreen(StudyScreen):
    """Hits are words of transcripts and nothing else: no suggestion, coding or count of either comes here."""

    REGISTRY: ClassVar[Registry] = SEARCH
    HEADING: ClassVar[str] = "Search"
    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__(owner)
        self._asked = ""
        self._hits: list[Hit] = []
        self._further: int | None = None
        self._waiting = False

    def body(self) -> ComposeResult:
        """The line to type, the hits, the whole of the chosen one."""
        with Vertical(id="body"):
            yield Input(self.owner.review.searched, placeholder="words", id="typed", compact=True)
            yield Table(COLUMNS, id="hits")
            yield Passage(id="passage")

    def opened(self) -> None:
        """Ready for typing, with what was looked for last."""
        self.query_one(Input).focus()
        self.query_one("#hits", Table).put([], empty=HOW)
        if self.owner.review.searched:
            self.do_look()

    @property
    def state(self) -> str:
        """Whether Enter looks or goes: by whether the words are those that were looked for."""
        return FOUND if self._hits and self.query_one(Input).value == self._asked else TYPING

    def on_input_changed(self) -> None:
        """Other words: Enter looks again."""
        self.show_keys()

    def do_enter(self) -> None:
        """Look, or go there."""
        if self.state == FOUND:
            self.do_open()
        else:
            self.do_look()

    def do_look(self) -> None:
        """Look for the words from the beginning of the study."""
        self._asked = self.owner.review.searched = self.query_one(Input).value
        self._hits, self._further = [], None
        if not Terms(self._asked):
            self._show(empty=HOW)
            return
        self._show(empty="Looking …")
        self._next(-1)

    def _next(self, after: int) -> None:
        self._waiting = True
        asked = self._asked
        self.look(lambda study: search(study, asked, after=after, limit=PAGE), partial(self._come, asked), "hits")

    def _come(self, asked: str, found: Found) -> None:
        if asked != self._asked:
            return
        self._waiting = False
        self._hits += found.hits
        self._further = found.more
        self._show(empty=NONE)

    def _failed(self, sentence: str) -> None:
        self._waiting = False
        super()._failed(sentence)

    def _show(self, empty: str) -> None:
        table = self.query_one("#hits", Table)
        if not self._hits:
            table.cursor = 0
        table.put([(hit.segment.cite, hit.segment.speaker or "", excerpt(hit)) for hit in self._hits], empty=empty)
        count = len(self._hits)
        told = f"{count:,} so far, more further down" if self._further is not None else f"{count:,} found"
        self.entitle(told if count else "")
        self._draw()

    def _draw(self) -> None:
        passage, hit = self.query_one(Passage), self.hit
        if hit is None:
            passage.show("", "", None)
        else:
            segment = hit.segment
            start, end = hit.ranges[0] if hit.ranges else (segment.start, segment.start)
            low = max(0, start - segment.start - 500)
            words = segment.text[low : low + 2_000]
            place = (start - segment.start - low, end - segment.start - low)
            passage.show(f"{segment.cite}  {segment.speaker or ''}", words, place)
        self.show_keys()

    @property
    def hit(self) -> Hit | None:
        """The hit under the cursor."""
        place = self.query_one("#hits", Table).cursor
        return self._hits[place] if place < len(self._hits) else None

    def on_table_chosen(self) -> None:
        """Further hits are read before the cursor comes to the last."""
        self._draw()
        cursor = self.query_one("#hits", Table).cursor
        if self._further is not None and not self._waiting and cursor >= len(self._hits) - AHEAD:
            self._next(self._further)

    def on_table_taken(self) -> None:
        """A second click goes there."""
        self.do_open()

    def do_open(self) -> None:
        """To the segment, in the review."""
        hit = self.hit
        if hit is None:
            return
        if self.owner.review.open_segment(hit.segment.id):
            self.dismiss(None)
        else:
            self.say("A decision in the review is not stored yet: go back with esc and see to it.", warn=True)

    def do_down(self) -> None:
        """The next hit."""
        self.query_one("#hits", Table).move(1)

    def do_up(self) -> None:
        """The one before."""
        self.query_one("#hits", Table).move(-1)

    def do_page_down(self) -> None:
        """Further down."""
        table = self.query_one("#hits", Table)
        table.move(table.page)

    def do_page_up(self) -> None:
        """Further up."""
        table = self.query_one("#hits", Table)
        table.move(-table.page)
