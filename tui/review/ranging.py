"""The keys that set a range by hand: by word, by sentence, over turns. They change nothing in the study but `put`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.review.card import Card
from tui.review.span import Span, begun, by_turn, by_unit, cited, dragged, other_end, turns_of, words_in
from tui.terminal.registry import key_text

if TYPE_CHECKING:
    from suggest.text.stops import Unit
    from tui.review.hand import Hand

COUNTED = 5_000
"""Of a range of more characters the words are not counted."""


class Ranging:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def do_range_on(self) -> None:
        """The moving end a word on."""
        self._by(1, "word")

    def do_range_back(self) -> None:
        """The moving end a word back."""
        self._by(-1, "word")

    def do_range_on_sentence(self) -> None:
        """The moving end a sentence on."""
        self._by(1, "sentence")

    def do_range_back_sentence(self) -> None:
        """The moving end a sentence back."""
        self._by(-1, "sentence")

    def do_range_turns(self) -> None:
        """A range over whole turns, beginning with this segment; pressed again, it is dropped."""
        board, card = self._hand.board, self._hand.card
        if card is None:
            return
        if board.span is not None and board.span.over:
            self.drop()
            return
        here = card.segment
        self._set(card, Span(here.start, here.end, over=True))

    def do_range_turn_on(self) -> None:
        """A turn further on."""
        self._change(lambda span, card: by_turn(span, card, 1))

    def do_range_turn_back(self) -> None:
        """A turn further back."""
        self._change(lambda span, card: by_turn(span, card, -1))

    def do_range_other(self) -> None:
        """The other end moves from now on."""
        self._change(lambda span, card: other_end(span))

    def do_range_put(self) -> None:
        """Give the chosen line's coding the range."""
        hand = self._hand
        board, row, card = hand.board, hand.board.row, hand.card
        if board.span is None or card is None:
            hand.view.say(f"Set a range first, {self._key('range_back')} {self._key('range_on')} or with the mouse.")
        elif row is None or row.coding is None:
            hand.view.say("Choose a code that is applied first; the range goes with the next code you accept or add.")
        elif row.proposal is not None:
            coding = row.coding
            line = {"action": "edit", "suggestion": row.proposal.id, "code": coding.code, "range": [*board.span.range]}
            hand.act(line, "the code lies on the range now", after=self.spent)
        else:
            old, new = row.coding, board.span.range
            segment, refs = card.segment.id, (hand.ref(), hand.ref())
            hand.ask(lambda bench: bench.lay(segment, old.code, (old.start, old.end), new, refs), after=self.spent)

    def spent(self) -> None:
        """The range was used: it is gone."""
        if self._hand.board.span is not None:
            self._hand.board.span = None
            self._hand.view.draw()

    def drop(self) -> None:
        """No range any more."""
        self.spent()
        self._hand.view.say("Range dropped: the next code lies on the suggestion's words, or the whole segment.")

    def drag(self, anchor: int, place: int) -> None:
        """The range that the mouse drew, in whole words."""
        card = self._hand.card
        found = None if card is None else dragged(card, anchor, place)
        if card is not None and found is not None:
            self._set(card, found)

    def _by(self, by: int, unit: Unit) -> None:
        self._change(lambda span, card: by_unit(span, card, by, unit))

    def _change(self, move: Callable[[Span, Card], Span]) -> None:
        card = self._hand.card
        if card is not None:
            self._set(card, move(self._now(card), card))

    def _now(self, card: Card) -> Span:
        board = self._hand.board
        return board.span or begun(card, None if board.row is None else board.row.range)

    def _set(self, card: Card, span: Span) -> None:
        hand = self._hand
        hand.board.span = span
        hand.view.draw()
        hand.view.say(self._told(card, span))

    def _told(self, card: Card, span: Span) -> str:
        """What the range is, and which keys move it."""
        size = ""
        if span.end - span.start <= COUNTED:
            count = len(words_in(card, *span.range).split())
            size = f"{count} word{'' if count == 1 else 's'} of "
        ends = f"the {span.edge} moves, {self._key('range_other')} the {span.other}"
        if span.over:
            last = span.edge == "end" and span.end >= turns_of(card)[-1].end
            first = span.edge == "start" and span.start <= turns_of(card)[0].start
            ends = "no more of the talk is at hand" if last or first else ends
            return f"range: {cited(card, *span.range)} · {self._pair('turn_back', 'turn_on')} turns · {ends}"
        return f"range: {size}{card.segment.cite} · {ends} · {self._key('drop')} drops it"

    def _pair(self, one: str, other: str) -> str:
        return f"{self._key(f'range_{one}')} {self._key(f'range_{other}')}"

    def _key(self, command: str) -> str:
        found = next(c for c in self._hand.registry.commands if c.id == command)
        return key_text(found.keys[0]) if found.keys else "(no key)"
