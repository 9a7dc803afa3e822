"""Suggestions that come while a segment lies on the board: taken in only where nothing moves under anybody's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggest.study.segments import segment_number
from suggest.study.study import Study
from suggest.study.suggestion_sets import current_hashes, current_runs
from tui.review.board import Board
from tui.review.card import Outcome

if TYPE_CHECKING:
    from tui.review.hand import Hand


def takes_in(board: Board) -> bool:
    """Whether the segment on the board may get its first suggestions now: it is a shown one, not completed, without
    any, and its coder has not pressed Enter yet. A blind one never changes, nor does one that has suggestions."""
    card = board.card
    if card is None or not card.visible or card.exposure != "shown" or card.completed:
        return False
    return not card.proposals and not board.declined and not card.no_code


class Arrivals:
    """Looks whether there is something for the segment on the board, and has it laid there."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._looking = False

    def look(self) -> None:
        """Something was suggested somewhere. What is read here is only whether it concerns this segment."""
        hand = self._hand
        card = hand.card
        if card is None or self._looking or not takes_in(hand.board):
            return
        segment = card.segment.id
        self._looking = True
        hand.session.look(lambda study: _anything(study, segment), self._found, self._nothing)

    def _nothing(self, sentence: str = "") -> None:
        self._looking = False

    def _found(self, anything: bool) -> None:
        hand = self._hand
        card = hand.card
        if card is None or not anything or hand.busy or hand.pending or not takes_in(hand.board):
            self._nothing()
            return
        segment = card.segment.id
        # Not the hand's own asking: no key has to wait for this, and none is lost.
        hand.session.ask(lambda bench: bench.look_again(segment), self._arrived, self._nothing)

    def _arrived(self, outcome: Outcome) -> None:
        hand = self._hand
        self._nothing()
        if outcome.card is None or hand.busy or hand.pending or not takes_in(hand.board):
            return
        if not hand.board.same(outcome.card):
            return
        hand.view.changing()
        hand.board.renew(outcome.card)
        hand.view.draw()


def _anything(study: Study, segment: str) -> bool:
    number = segment_number(study, segment)
    return number is not None and bool(current_hashes(study, number, current_runs(study)))
