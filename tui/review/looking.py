"""The keys that only look: they change what is chosen or in sight, and never the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggest.review.visible import Example
from tui.review.examples import seen_examples
from tui.terminal.finding import nearest

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
        """The chosen code in full; without one, a code to be found."""
        hand = self._hand
        row = hand.board.row
        if row is not None and row.code in hand.by_id:
            hand.view.show_definition(row.code)
        else:
            hand.view.ask_code("What does which code mean?", nearest(hand.codes, None), hand.view.show_definition)

    def do_examples(self) -> None:
        """Examples of the chosen code; without one, of a code to be found."""
        hand = self._hand
        row = hand.board.row
        if row is not None and row.code in hand.by_id:
            self._examples(row.code)
        else:
            hand.view.ask_code("Examples of which code?", nearest(hand.codes, None), self._examples)

    def _examples(self, code: str) -> None:
        hand = self._hand
        coder, here = hand.coder, hand.shown or ""

        def found(examples: list[Example]) -> None:
            if hand.shown == here and code in hand.by_id:
                hand.view.show_examples(hand.by_id[code], examples)

        hand.session.look(
            lambda study: seen_examples(study, coder, code, here), found, lambda said: hand.view.say(said, warn=True)
        )

    def do_palette(self) -> None:
        """What is on the digits of blind segments."""
        self._hand.view.show_palette()

    def do_tour(self) -> None:
        """The first steps."""
        self._hand.view.show_tour()

    def do_transcript(self) -> None:
        """The whole transcript, at this segment."""
        if self._hand.card is not None:
            segment = self._hand.card.segment
            self._hand.view.show_transcript(segment.document, segment.ordinal)

    def do_beside(self) -> None:
        """Original and translation, at this segment."""
        if self._hand.card is not None:
            segment = self._hand.card.segment
            self._hand.view.show_beside(segment.document, segment.ordinal)

    def do_page_down(self) -> None:
        """Further down in the talk."""
        self._hand.view.page(1)

    def do_page_up(self) -> None:
        """Further up in the talk."""
        self._hand.view.page(-1)

    def do_help(self) -> None:
        """All keys."""
        self._hand.view.show_help()
