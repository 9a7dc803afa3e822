"""The keys that only look: they change what is chosen or in sight, and never the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.review.hand import Hand


class Looking:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def do_down(self) -> None:
        """The next line."""
        self._hand.board.move(1)
        self._hand.view.draw()

    def do_up(self) -> None:
        """The line before."""
        self._hand.board.move(-1)
        self._hand.view.draw()

    def do_unfold(self) -> None:
        """Show or hide what does not seem to fit."""
        self._hand.board.unfold()
        self._hand.view.draw()

    def do_definition(self) -> None:
        """The chosen code in full."""
        if self._hand.board.row is not None:
            self._hand.view.show_definition()

    def do_palette(self) -> None:
        """What is on the digits of blind segments."""
        self._hand.view.show_palette()

    def do_tour(self) -> None:
        """The first steps."""
        self._hand.view.show_tour()

    def do_page_down(self) -> None:
        """Further down in the talk."""
        self._hand.view.page(1)

    def do_page_up(self) -> None:
        """Further up in the talk."""
        self._hand.view.page(-1)

    def do_help(self) -> None:
        """All keys."""
        self._hand.view.show_help()
