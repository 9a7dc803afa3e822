"""The hand at the review: which segment lies on the board, what is asked of the study, and what came of it.

What each key does stands in the modules beside this one, one for each group of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from string import ascii_lowercase
from typing import Any, Protocol

from suggest.review.visible import Example
from tui.review.board import Board
from tui.review.card import Card, Outcome, Proposal, Start
from tui.review.commands import REVIEW
from tui.review.deciding import Deciding
from tui.review.looking import Looking
from tui.review.moving import Moving
from tui.review.naming import Naming
from tui.review.noting import Noting
from tui.review.palette import Places, keep_palette, on_digits
from tui.review.ranging import Ranging
from tui.review.viewing import Viewing
from tui.terminal.form import Field, FormScreen
from tui.terminal.meaning import Meaning
from tui.terminal.registry import Command, Registry
from tui.terminal.session import SLOW, SLOW_AFTER, Session, Ticket

RECENT = 9
WHY_BLIND = "Some segments are blind: only unseen answers show how good the model is."

GROUPS = (Deciding, Naming, Ranging, Noting, Moving, Looking, Viewing)
"""The groups of commands, each with a method for every one of its own."""

Job = Callable[[Any], Outcome]
"""What is asked of the bench."""


@dataclass(frozen=True)
class _Request:
    """What was asked, and what is to be done once it is stored and drawn."""

    job: Job
    after: Callable[[], object] | None = None
    declined: Callable[[Outcome], object] | None = None


def reason_letters(reasons: Sequence[str], registry: Registry = REVIEW) -> dict[str, str]:
    """A letter for each reason: of its own where no command has that, else the first one that is free."""
    taken, found = set(registry.keymap()), dict[str, str]()
    for reason in reasons:
        letters = [letter for letter in reason.casefold() if letter.isascii() and letter.isalpha()]
        free = (letter for letter in [*letters, *ascii_lowercase] if letter not in taken)
        letter = next(free, None)
        if letter is not None:
            found[letter] = reason
            taken.add(letter)
    return found


class View(Protocol):
    """The screen, as far as the commands need it."""

    def draw(self) -> None: ...
    def say(self, sentence: str, *, warn: bool = False) -> None: ...
    def ask_code(
        self, title: str, codes: list[Meaning], then: Callable[[str], None], making: Callable[[str], None] | None = None
    ) -> None: ...
    def ask_words(self, title: str, then: Callable[[str], None], *, verb: str = "keep") -> None: ...
    def ask_text(
        self, title: str, before: Sequence[str], given: str, kinds: Sequence[str], then: Callable[[str, int], None],
        left: Callable[[str], None],
    ) -> None: ...  # fmt: skip
    def ask_name(self, name: str, under: str | None, then: Callable[[str, str | None], None]) -> None: ...
    def choose(self, title: str, told: str, answers: Sequence[str], then: Callable[[int], None]) -> None: ...
    def show_examples(self, code: Meaning, found: Sequence[Example]) -> None: ...
    def show_palette(self) -> None: ...
    def show_tour(self) -> None: ...
    def line_at(self, digit: int) -> int: ...
    def ask_form(
        self, title: str, fields: Sequence[Field], submit: Callable[[FormScreen, Mapping[str, str]], None]
    ) -> None: ...
    def ordered(self, order: str) -> None: ...
    def search(self) -> None: ...
    def show_help(self) -> None: ...
    def show_definition(self, code: str) -> None: ...
    def show_transcript(self, document: str, ordinal: int) -> None: ...
    def show_beside(self, document: str, ordinal: int) -> None: ...
    def end_seen(self) -> bool: ...
    def further(self) -> None: ...
    def page(self, by: int) -> None: ...
    def changing(self) -> None: ...
    def decided(self, count: int) -> None: ...
    def later(self, seconds: float, do: Callable[[], object]) -> None: ...
    def go_to(self, place: str) -> None: ...
    def leave(self) -> None: ...


class Hand:
    """One request is under way at a time; what failed is kept until it is stored."""

    def __init__(self, session: Session, view: View, registry: Registry = REVIEW) -> None:
        self.session, self.view, self.registry = session, view, registry
        self.board = Board()
        self.codes: tuple[Meaning, ...] = ()
        self.by_id: dict[str, Meaning] = {}
        self.reasons: dict[str, str] = {}
        self.ready = False
        self.coder = ""
        """Whose review it is: an id, once the study is open."""
        self._footnoted = False
        self.recent: list[str] = []
        self.own_palette: Places | None = None
        self.ranging = Ranging(self)
        self.naming, self.deciding = Naming(self), Deciding(self)
        known = (self.deciding, self.naming, self.ranging)
        self._groups = (*known, *(group(self) for group in GROUPS if group not in [type(one) for one in known]))
        self._awaited: Ticket | None = None
        self._asked: _Request | None = None
        self._failed: _Request | None = None
        self._token, self._refs = token_hex(8), 0

    # What the study says

    def begin(self, start: Start) -> None:
        """The study is open: ask for the first segment."""
        self.ready, self.coder = True, start.coder_id
        self._know(start.codes)
        self.offer_reasons(start.reasons)
        self.own_palette = start.palette
        self.ask(lambda bench: bench.next())

    def _arrived(self, outcome: Outcome) -> None:
        self._awaited = self._failed = None
        asked, self._asked = self._asked or _Request(lambda bench: outcome), None
        if outcome.codes is not None:
            self._know(outcome.codes)
        rejected, self.board.rejected = self.board.rejected, None
        if outcome.card is None:
            self.board = Board()
        elif self.board.same(outcome.card):
            self.board.renew(outcome.card)
            self.board.rejected = None if outcome.declined else rejected
        else:
            self.board = Board(outcome.card)
            self.view.changing()  # also where nobody asked for another one: no key was meant for it yet
        self.view.draw()
        self.view.say(outcome.said or self._reasons_offered() or self._footnote(), warn=outcome.declined)
        if outcome.decisions:
            self.view.decided(outcome.decisions)
        if outcome.declined and asked.declined is not None:
            asked.declined(outcome)
        elif asked.after is not None and not outcome.declined:
            asked.after()

    def _not_stored(self, sentence: str) -> None:
        """Say so, and keep what was asked."""
        self._awaited, self._failed = None, self._asked
        self.view.draw()
        self.view.say(f"Not stored: {sentence} ⏎ tries again, esc drops it.", warn=True)

    def _know(self, codes: tuple[Meaning, ...]) -> None:
        self.codes, self.by_id = codes, {code.id: code for code in codes}

    def offer_reasons(self, reasons: Sequence[str]) -> None:
        """Let these be the reasons that a letter stands for after a reject."""
        self.reasons = reason_letters(reasons, self.registry)

    def renew(self) -> None:
        """Look at the segment again: something was done on another screen."""
        if self.ready and self._awaited is None and self._failed is None:
            self._awaited = self.session.ask(lambda bench: bench.again(), self._arrived, self._unseen)

    def _unseen(self, sentence: str) -> None:
        self._awaited = None
        self.view.say(sentence, warn=True)

    @property
    def palette(self) -> list[Meaning | None]:
        """The codes under the digits of a blind segment.

        They come from the tree, or from the coder's own hand, so that neither suggestions nor what was done with them
        decide the order.
        """
        return on_digits(self.codes, self.own_palette)

    def keep_palette(self, places: Places | None) -> None:
        """Put these codes on the digits from now on."""

        def kept(places: Places | None) -> None:
            self.own_palette = places
            self.view.draw()

        self.session.ask(lambda bench: keep_palette(bench, places), kept, lambda said: self.view.say(said, warn=True))

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._awaited is not None

    @property
    def pending(self) -> bool:
        """Whether a request failed and is kept."""
        return self._failed is not None

    # Running commands

    @property
    def state(self) -> str:
        """The state by which commands apply: "always" without a segment, "shown" or "blind" with one."""
        return self.board.when

    def run(self, command: Command) -> None:
        """Carry a command out, if it applies now."""
        if command.id == "quit":
            self.view.leave()
        elif command.id == "drop":
            self.drop()
        elif command.id.startswith("to_"):
            self.view.go_to(command.id.removeprefix("to_"))
        elif self._failed is not None and command.id == "complete":
            self.ask(self._failed.job, self._failed.after, self._failed.declined, self.board.rejected)
        elif self._failed is not None and command.decides:
            self.view.say("The decision before is not stored yet: ⏎ tries again, esc drops it.", warn=True)
        elif self._awaited is None and self.ready and self.registry.applies(command, self.state):
            digit = command.id.removeprefix("digit_")
            if digit.isdigit():
                self._does("digit")(int(digit))
            else:
                self._does(command.handler)()

    def _does(self, handler: str) -> Callable[..., None]:
        """The method behind a command, in whichever group it stands."""
        found: Callable[..., None] = next(getattr(group, handler) for group in self._groups if hasattr(group, handler))
        return found

    def letter(self, key: str) -> bool:
        """Take a letter as the reason for the reject just made; whether it was one."""
        reason, rejected = self.reasons.get(key), self.board.rejected
        if reason is None or rejected is None or self._awaited is not None or self._failed is not None:
            return False
        self.board.rejected = None
        self.act({"action": "reject", "suggestion": rejected.id, "reason": reason}, f"reason: {reason}")
        return True

    def drop(self) -> None:
        """Give up a request that failed, else the range."""
        if self._failed is not None:
            self._failed = None
            self.view.say("Dropped: nothing of it was stored.")
            self.view.draw()
        elif self.board.span is not None and self._awaited is None:
            self.ranging.drop()

    # Time passes

    def beat(self) -> None:
        """Keep what is on screen one's own; where nothing is, look whether something has come back."""
        if self.ready:
            self.session.ask(lambda bench: bench.beat(), self._beaten, lambda sentence: None)

    def _beaten(self, sentence: str) -> None:
        if sentence:
            self.view.say(sentence, warn=True)
        elif self.board.card is None and not self.busy and not self.pending:
            self.ask(lambda bench: bench.next())

    # Asking the study

    def ask(
        self,
        job: Job,
        after: Callable[[], object] | None = None,
        declined: Callable[[Outcome], object] | None = None,
        rejected: Proposal | None = None,
    ) -> None:
        """Ask something of the bench; what comes of it is drawn, and then `after` is done, or `declined`. A reason may
        follow only where it rejects a suggestion: `rejected`."""
        self._asked, self.board.rejected = _Request(job, after, declined), rejected
        ticket = self._awaited = self.session.ask(job, self._arrived, self._not_stored)

        def slow() -> None:
            if self._awaited is ticket:
                self.view.say(SLOW, warn=True)

        self.view.later(SLOW_AFTER, slow)

    def ref(self) -> str:
        """A name for a request, so that sending it again after a failure cannot store it twice."""
        self._refs += 1
        return f"{self._token}-{self._refs}"

    def act(self, line: Mapping[str, Any], said: str = "", after: Callable[[], object] | None = None) -> None:
        """One decide object about the segment on the board; `said` is the sentence about it once it is stored, and
        `after` is done then."""
        card = self.board.card
        if card is None:
            return
        segment, named = card.segment.id, {**line, "ref": self.ref()}
        self.ask(lambda bench: bench.act(segment, named, said), after)

    def finish(self, line: Mapping[str, Any]) -> None:
        """One decide object that ends the work on the segment: the next one comes."""
        card = self.board.card
        if card is not None:
            segment, named = card.segment.id, {**line, "ref": self.ref()}
            self.view.changing()
            self.ask(lambda bench: bench.finish(segment, named))

    def move(self, job: Job) -> None:
        """Go to another segment."""
        self.view.changing()
        self.ask(job)

    @property
    def shown(self) -> str | None:
        """The id of the segment on the board."""
        return None if self.board.card is None else self.board.card.segment.id

    @property
    def card(self) -> Card | None:
        """The card on the board."""
        return self.board.card

    def add(self, code: str) -> None:
        """Apply a code (its id) that nobody suggested."""
        self.deciding.add(code)

    def used(self, code: str) -> None:
        """A code (its id) was applied: the finder offers it early from now on."""
        self.recent = [code, *(known for known in self.recent if known != code)][:RECENT]

    def _footnote(self) -> str:
        """Why some segments are blind, once, on the first of them."""
        if self._footnoted or not self.board.blind:
            return ""
        self._footnoted = True
        return WHY_BLIND

    def _reasons_offered(self) -> str:
        rejected = self.board.rejected
        if rejected is None:
            return ""
        offered = "  ".join(f"{key} {reason}" for key, reason in self.reasons.items())
        return f"rejected · why? {offered}  R type it".replace("?   R", "? R")
