"""The review: the segment in its talk, what is suggested for it, and a key for every answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.screen import Screen

from suggest.review.visible import Example
from suggest.study.own_work import OwnWork
from tui.progress.view import Standing
from tui.review.arrivals import Arrivals
from tui.review.board import Row
from tui.review.card import Start
from tui.review.commands import REVIEW
from tui.review.definition import DefinitionScreen
from tui.review.examples import FEW, ExamplesScreen, seen_examples
from tui.review.guard import REPEAT, KeyGuard, Verdict
from tui.review.hand import Hand
from tui.review.name_screen import NameScreen
from tui.review.palette import PaletteScreen
from tui.review.tally import Tally
from tui.review.widgets.aside import Aside
from tui.review.widgets.below import Below
from tui.review.widgets.detail import Detail
from tui.review.widgets.ending import Ending
from tui.review.widgets.header import Header
from tui.review.widgets.suggestions import Suggestions
from tui.review.widgets.talk import Talk
from tui.review.widgets.tree import Tree
from tui.terminal.choosing import ChoosingScreen
from tui.terminal.finder import FinderScreen, NewName
from tui.terminal.form import Field, FormScreen
from tui.terminal.help import HelpScreen
from tui.terminal.keys import Keys
from tui.terminal.meaning import Meaning
from tui.terminal.registry import Command
from tui.terminal.said import PASTED, Said
from tui.terminal.tour import TourScreen
from tui.terminal.words import WordsScreen

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp

PAUSE = 0.25
"""Seconds for which a line stays chosen before examples of its code are read."""
SIGNS = (
    ("✓ ✎ ✗ ?", "accepted, edited, rejected, unsure"),
    ("· – + =", "open, not applied, added by you, as your own coding"),
)


class ReviewScreen(Screen[None]):
    """Draws the board of a `Hand` and gives it the keys. It holds no state of the study itself."""

    CSS_PATH = "screen.tcss"

    def __init__(self, owner: StudyApp) -> None:
        super().__init__()
        self.owner = owner
        self.HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-plain"), (120, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-usual"), (36, "-tall")]
        self.hand = Hand(owner.session, self, owner.rebound(REVIEW))
        self.arrivals = Arrivals(self.hand)
        self.tally = Tally(self.hand, self._tallied)
        self.guard = KeyGuard()
        self._clock = owner.clock
        self._keys = self.hand.registry.keymap()
        self._changing = True
        self._exemplified: tuple[str, str] | None = None
        """The code and the segment for which examples are wanted, by their ids."""
        self.searched = ""
        """What was looked for last."""
        self.stale = False
        """Something was changed on another screen since this one was drawn."""

    def on_screen_resume(self) -> None:
        """Back on top: what was changed elsewhere shows."""
        if self.stale:
            self.stale = False
            self.renew()

    def changed_elsewhere(self) -> None:
        """Something was stored by a screen that is gone: it shows here now, or when this screen is on top again."""
        self.stale = True
        if self.app.screen is self:
            self.on_screen_resume()

    def compose(self) -> ComposeResult:
        """Tree, middle and meaning side by side; only the middle where there is little room."""
        yield Header(id="header")
        with Horizontal(id="body"):
            yield Tree(id="tree")
            with Vertical(id="middle"):
                yield Talk(id="talk")
                yield Said(id="said")
                yield Ending(id="ending")
                yield Below(id="below")
            with Vertical(id="right"):
                yield Aside(id="aside")
                yield Detail(id="meaning", brief=False)
        yield Keys(id="keys")

    def begin(self, start: Start) -> None:
        """The study is open."""
        self.query_one(Header).study(start.title, start.coder)
        self.hand.begin(start)

    @property
    def offered(self) -> list[Command]:
        """The commands that apply now, for the palette."""
        applying = self.hand.registry.applying(self.hand.state)
        return [command for command in applying if not command.id.startswith("digit_")]

    def run(self, command: Command) -> None:
        """Carry a command out."""
        self.hand.run(command)

    def on_key(self, event: Key) -> None:
        """Every key goes by the guard; those of the registry do what they say."""
        verdict = self.guard.press(event.key, self._clock.at(event))
        command = self._keys.get(event.key)
        if self.hand.letter(event.key) if verdict is Verdict.NOW else False:
            event.stop()
        elif command is not None:
            event.stop()
            if not self._decides(command) or verdict is Verdict.NOW:
                self.hand.run(command)
            elif verdict is Verdict.WAIT:
                self._clock.later(self, REPEAT, partial(self._ripe, command, self.guard.presses))

    def on_paste(self) -> None:
        """What is pasted is no answer."""
        self.tell(PASTED, warn=True)

    def on_keys_clicked(self, event: Keys.Clicked) -> None:
        """A click on the footer does what the key does, and is guarded like it."""
        command = event.command
        verdict = self.guard.press(f"click {command.id}", self._clock.now())
        if not self._decides(command) or verdict is not Verdict.DEAD:
            self.hand.run(command)

    def on_suggestions_pointed(self, event: Suggestions.Pointed) -> None:
        """A click on a line chooses it; to decide takes a key."""
        self.hand.board.choose(event.line)
        self.draw()

    def on_talk_drawn(self, event: Talk.Drawn) -> None:
        """The mouse set a range."""
        self.hand.ranging.drag(event.anchor, event.place)

    def _decides(self, command: Command) -> bool:
        """Whether the key writes something; a digit does so in a blind segment only."""
        return command.decides or (self.hand.board.blind and command.id.startswith("digit_"))

    def _ripe(self, command: Command, presses: int) -> None:
        if self.guard.ripe(presses):
            self.hand.run(command)

    # What the hand asks for

    def draw(self) -> None:
        """Draw the board; once it is painted, keys may decide."""
        board, hand = self.hand.board, self.hand
        row = board.row
        with self.app.batch_update():
            self.set_class(board.blind, "-hidden")
            self._end(ended=board.card is None and hand.ready and not hand.busy and not hand.pending)
            self.query_one(Header).show(board.card)
            self.set_class(board.card is not None and board.card.beside is not None, "-beside")
            self.query_one(Aside).show(None if board.card is None else board.card.beside)
            self.query_one(Talk).show(board.card, board.mark, board.span)
            self.query_one(Suggestions).show(board, hand.palette)
            self.query_one(Keys).offer(hand.registry.footer(hand.state))
            lit = None if board.blind else self._code(row)
            self.query_one(Tree).show(hand.codes, lit)
            for detail in self.query(Detail):
                detail.show(None if board.blind else row, lit)
            self.query_one(Below).share()
            self._exemplify(lit)
        if self._changing:
            self._changing = False
            self.call_after_refresh(lambda: self.guard.painted(self._clock.now()))

    def _end(self, *, ended: bool) -> None:
        """Where no segment is left, say what was done and what is left for whom, as the counts come in."""
        self.set_class(ended, "-ended")
        if ended:
            self.query_one(Ending).begin(self.hand.registry)
            self.tally.begin()
        else:
            self.tally.drop()

    def _tallied(self, found: Standing | None, work: OwnWork) -> None:
        if self.is_mounted and self.hand.board.card is None:
            self.query_one(Ending).count(found, work)
            own = None if found is None else found.totals[0]
            self.query_one(Header).count(*((0, 0) if own is None else (own.completed, own.to_code)))

    def _exemplify(self, code: Meaning | None) -> None:
        """Have examples of the lit code read for the right side, once nobody moves on for a moment."""
        wanted = None if code is None or not self.has_class("-wide") else (code.id, self.hand.shown or "")
        if wanted != self._exemplified:
            self._exemplified = wanted
            self.query_one("#meaning", Detail).exemplify(())
            if wanted is not None:
                self._clock.later(self, PAUSE, partial(self._look_for_examples, wanted))

    def _look_for_examples(self, wanted: tuple[str, str]) -> None:
        def found(examples: Sequence[Example]) -> None:
            if wanted == self._exemplified:
                self.query_one("#meaning", Detail).exemplify(examples)

        if wanted == self._exemplified:
            self.hand.session.look(
                lambda study: seen_examples(study, self.hand.coder, *wanted, FEW), found, lambda said: None
            )

    def _code(self, row: Row | None) -> Meaning | None:
        return None if row is None else self.hand.by_id.get(row.code)

    def say(self, sentence: str, *, warn: bool = False) -> None:
        """One line for what happened."""
        self.query_one(Said).tell(sentence, warn=warn)

    def tell(self, sentence: str, *, warn: bool = False) -> None:
        """A line for what happened elsewhere; where a decision is not stored yet, that stays in its place."""
        if not self.hand.pending:
            self.say(sentence, warn=warn)

    def note(self, words: str) -> None:
        """A word in the header for what goes on beside the review."""
        if self.is_mounted:
            self.query_one(Header).beside(words)

    def decided(self, count: int) -> None:
        """So many decisions are on disk."""
        self.owner.decided(count)

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Do something after some time."""
        self._clock.later(self, seconds, do)

    def changing(self) -> None:
        """Another segment is on its way."""
        self._changing = True
        self.guard.changing()

    def end_seen(self) -> bool:
        """Whether the segment was on screen to its end."""
        return self.query_one(Talk).end_seen

    def further(self) -> None:
        """Scroll on to the segment's end."""
        self.query_one(Talk).further()

    def page(self, by: int) -> None:
        """Scroll the talk."""
        self.query_one(Talk).page(by)

    def ask_code(
        self, title: str, codes: list[Meaning], then: Callable[[str], None], making: Callable[[str], None] | None = None
    ) -> None:
        """Let a code be chosen, or with `making` a name be typed that no code has."""

        def found(code: str | None) -> None:
            if isinstance(code, NewName) and making is not None:
                making(code)
            elif code:
                then(code)

        self.app.push_screen(FinderScreen(title, codes, making=making is not None), found)

    def ask_name(self, name: str, under: str | None, then: Callable[[str, str | None], None]) -> None:
        """Let a new code be named and placed."""
        screen = NameScreen(name, under, self.hand.codes)
        self.app.push_screen(screen, lambda named: then(*named) if named else None)

    def ask_text(
        self, title: str, before: Sequence[str], given: str, kinds: Sequence[str], then: Callable[[str, int], None],
        left: Callable[[str], None],
    ) -> None:  # fmt: skip
        """Let several lines be written."""
        from tui.terminal.writing import WritingScreen  # brings the text area along, which not every session needs

        screen = WritingScreen(title, before, given, left, kinds)
        self.app.push_screen(screen, lambda made: then(made.text, made.kind) if made else None)

    def choose(self, title: str, told: str, answers: Sequence[str], then: Callable[[int], None]) -> None:
        """Let one of a few answers be chosen."""
        screen = ChoosingScreen(title, told, answers)
        self.app.push_screen(screen, lambda place: then(place) if place is not None else None)

    def show_examples(self, code: Meaning, found: Sequence[Example]) -> None:
        """Examples of a code, unless another page lies over the segment by now."""
        if self.app.screen is self:
            self.app.push_screen(ExamplesScreen(code, found))

    def show_palette(self) -> None:
        """What is on the digits."""
        self.app.push_screen(PaletteScreen(self.hand.codes, self.hand.own_palette, self.hand.keep_palette))

    def show_tour(self) -> None:
        """The first steps."""
        self.app.push_screen(TourScreen())

    def line_at(self, digit: int) -> int:
        """The line of the list that a digit means."""
        return self.query_one(Suggestions).line_at(digit)

    def ask_words(self, title: str, then: Callable[[str], None], *, verb: str = "keep") -> None:
        """Let a line be typed."""
        self.app.push_screen(WordsScreen(title, verb=verb), lambda words: then(words) if words else None)

    def show_help(self) -> None:
        """All keys."""
        self.app.push_screen(HelpScreen(self.hand.registry, SIGNS))

    def show_definition(self, code: str) -> None:
        """A code (its id) in full, with the reason for suggesting it where the chosen line does."""
        row = self.hand.board.row
        if code in self.hand.by_id:
            chosen = row if row is not None and row.code == code else None
            self.app.push_screen(DefinitionScreen(chosen, self.hand.by_id[code]))

    def show_transcript(self, document: str, ordinal: int) -> None:
        """The whole text of a document (an id), at a turn."""
        from tui.transcript.screen import TranscriptScreen

        self.app.push_screen(TranscriptScreen(self.owner, document, ordinal))

    def show_beside(self, document: str, ordinal: int) -> None:
        """Original and translation of a document (an id), at a turn."""
        from tui.beside.screen import BesideScreen

        self.app.push_screen(BesideScreen(self.owner, document, ordinal))

    def go_to(self, place: str) -> None:
        """Open another screen over this one."""
        self.owner.go_to(place)

    def ask_form(
        self, title: str, fields: Sequence[Field], submit: Callable[[FormScreen, Mapping[str, str]], None]
    ) -> None:
        """Let a form be filled in."""
        self.app.push_screen(FormScreen(title, fields, submit))

    def ordered(self, order: str) -> None:
        """What goes on beside the review looks ahead in this order from now on."""
        self.owner.order = order

    def search(self) -> None:
        """Look for words in the transcripts."""
        from tui.search.screen import SearchScreen

        self.app.push_screen(SearchScreen(self.owner))

    def open_segment(self, segment: str) -> bool:
        """Go to a segment (its id) that was chosen on another screen; False while a decision is not stored yet."""
        if self.hand.busy or self.hand.pending:
            return False
        self.hand.move(lambda bench: bench.open(segment))
        return True

    def renew(self) -> None:
        """Show how things stand now: work was done on another screen."""
        self.hand.renew()

    def leave(self) -> None:
        """Leave the application; everything is stored already."""
        self.app.exit()
