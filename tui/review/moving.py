"""The keys that go from segment to segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.review.hand import Hand


class Moving:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def do_later(self) -> None:
        """To the end of the queue."""
        self._hand.finish({"action": "skip"})

    def do_next(self) -> None:
        """On, leaving the segment as it is."""
        self._hand.move(lambda bench: bench.next(passing=True))

    def do_previous(self) -> None:
        """Back to the segment before."""
        self._hand.move(lambda bench: bench.previous())

    def do_go(self) -> None:
        """To a citation."""
        card = self._hand.card
        such = "BU 51" if card is None else card.segment.cite
        self._hand.view.ask_words(
            f'Go to (such as "{such}")', lambda cite: self._hand.move(lambda bench: bench.go(cite)), verb="go"
        )
