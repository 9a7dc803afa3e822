"""The keys that choose what of the study one sees next: search, filter and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.review.hand import Hand


class Viewing:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def do_search(self) -> None:
        """Words in the transcripts."""
        self._hand.view.search()
