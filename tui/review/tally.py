"""What was done and what is left, counted in parts when no segment is left to show: nobody waits for the sum."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from suggest.study.own_work import OwnWork
from tui.progress.view import Standing, more_work, standing

if TYPE_CHECKING:
    from tui.review.hand import Hand
    from tui.terminal.session import Ticket

Show = Callable[[Standing | None, OwnWork], object]


class Tally:
    """One count at a time; a new one takes the place of the last. `show` gets each sum as it grows."""

    def __init__(self, hand: Hand, show: Show) -> None:
        self._hand, self._show = hand, show
        self._ticket: Ticket | None = None

    def begin(self) -> None:
        """Count anew."""
        self.drop()
        coder = self._hand.coder
        self._ticket = self._hand.session.look(lambda study: standing(study, coder, None), self._stands, _unseen)

    def drop(self) -> None:
        """Nobody waits for it any more."""
        if self._ticket is not None:
            self._ticket.drop()
        self._ticket = None

    def _stands(self, found: Standing | None) -> None:
        self._counted(found, OwnWork())

    def _counted(self, found: Standing | None, work: OwnWork) -> None:
        self._show(found, work)
        self._ticket = None
        if found is not None and not work.whole:
            job = partial(more_work, round_=found.round, coder=self._hand.coder, work=work)
            self._ticket = self._hand.session.look(job, lambda more: self._counted(found, more), _unseen)


def _unseen(sentence: str) -> None:
    """A sum that could not be read is left out: what is stored is not touched by it."""
