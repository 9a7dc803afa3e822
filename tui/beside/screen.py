"""Original and translation side by side: read, check, ask."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.beside.commands import BESIDE, PART
from tui.beside.sheet import Sheet
from tui.beside.view import AROUND, Stretch, next_open, stretch, stretch_at
from tui.terminal.registry import ALWAYS, Registry
from tui.terminal.study_screen import StudyScreen

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

NONE = "Nothing stands beside this document: 'secondcoder add STUDY FILE --original-of LABEL' brings an original in."
NEAR = AROUND // 4
"""Where fewer parts than these are left at hand, the next are read."""


class BesideScreen(StudyScreen):
    """Asks for the parts around the chosen one; the sheet draws them."""

    REGISTRY: ClassVar[Registry] = BESIDE
    HEADING: ClassVar[str] = "Original and translation"
    DEFAULT_CSS = "BesideScreen #beside { height: 1fr; }"

    def __init__(self, owner: StudyApp, document: str, ordinal: int = 0) -> None:
        """Opens a document (an id) at a segment."""
        super().__init__(owner)
        self._document, self._ordinal = document, ordinal
        self._asked: int | None = None

    @property
    def state(self) -> str:
        """Whether there is a part to do something with."""
        return PART if self._sheet is not None and self._sheet.pair is not None else ALWAYS

    @property
    def _sheet(self) -> Sheet | None:
        found = self.query(Sheet)
        return found.first() if found else None

    def body(self) -> ComposeResult:
        """Both texts."""
        with Vertical(id="body"):
            yield Sheet(id="beside")

    def opened(self) -> None:
        """Ask for what stands around the place."""
        document, ordinal = self._document, self._ordinal
        self.look(lambda study: stretch_at(study, document, ordinal), partial(self._arrived, None), "stretch")

    def _read(self, number: int) -> None:
        """Have the parts around one read, which is chosen then."""
        self._asked, document = number, self._document
        self.look(lambda study: stretch(study, document, number), partial(self._arrived, number), "stretch")

    def _arrived(self, asked: int | None, found: Stretch | None) -> None:
        self._asked = None
        sheet = self.query_one(Sheet)
        if found is None:
            self.say(NONE, warn=True)
            return
        sheet.show(found, found.here if asked is None else asked)
        self._draw_around()

    def _draw_around(self) -> None:
        sheet = self.query_one(Sheet)
        pair, held = sheet.pair, sheet.stretch
        if pair is not None and held is not None:
            self.entitle(f"{held.label} and its {held.named}   {pair.number + 1} of {held.total}")
        self.show_keys()

    def on_sheet_moved(self) -> None:
        """Another part is chosen: near the end of what is at hand, read on."""
        sheet = self.query_one(Sheet)
        held = sheet.stretch
        self._draw_around()
        if held is None or self._asked is not None:
            return
        end = held.first + len(held.pairs)
        if (sheet.chosen - held.first < NEAR and held.first > 0) or (end - sheet.chosen <= NEAR and end < held.total):
            self._read(sheet.chosen)

    # Moving

    def do_down(self) -> None:
        """The next part."""
        self.query_one(Sheet).step(1)

    def do_up(self) -> None:
        """The part before."""
        self.query_one(Sheet).step(-1)

    def do_page_down(self) -> None:
        """A page on."""
        self.query_one(Sheet).page(1)

    def do_page_up(self) -> None:
        """A page back."""
        self.query_one(Sheet).page(-1)

    def do_first(self) -> None:
        """The beginning."""
        self._read(0)

    def do_last(self) -> None:
        """The end."""
        held = self.query_one(Sheet).stretch
        if held is not None:
            self._read(held.total - 1)

    def do_next_open(self) -> None:
        """The next one that is not checked."""
        document, after = self._document, self.query_one(Sheet).chosen

        def found(number: int | None) -> None:
            if number is None:
                self.say("None after this one is left to check.")
            else:
                self.say("")
                self._read(number)

        self.look(lambda study: next_open(study, document, after), found, "open")

    def do_review(self) -> None:
        """To this place in the review."""
        pair = self.query_one(Sheet).pair
        if pair is None:
            return
        if pair.segment is None:
            self.say(f"{pair.cite} is context and is not coded.")
        elif not self.owner.to_segment(pair.segment):
            self.say("A decision in the review is not stored yet: esc goes back to it.", warn=True)

    # Checking

    def do_check(self) -> None:
        """Both say the same."""
        self._mark("check", "checked")

    def do_query(self) -> None:
        """Ask about it."""
        pair = self.query_one(Sheet).pair
        if pair is not None:
            self.ask_words(f"What is in question at {pair.cite}?", lambda words: self._mark("query", "asked", words))

    def do_answer(self) -> None:
        """All questions are answered."""
        self._mark("answer", "answered")

    def do_draft(self) -> None:
        """Take one's own word back."""
        self._mark("draft", "taken back")

    def _mark(self, action: str, said: str, words: str | None = None) -> None:
        """Have it stored; `of` are the words on screen, so that nobody checks others than were read."""
        pair = self.query_one(Sheet).pair
        if pair is None:
            return
        segment = pair.beside.segments[0]
        line = {"action": f"translation_{action}", "segment": segment, "text": words, "of": pair.beside.of}

        def stored(answer: dict[str, Any]) -> None:
            if answer["ok"]:
                self.say(f"{pair.cite}: {said} · u in the review undoes it")
                self.owner.review.stale = True
            else:
                self.say(str(answer["error"]), warn=True)
            self._read(pair.number)

        self.ask(lambda bench: bench.reviewer.act(line), stored)
