"""The keys that write about a segment, or take words out of it: memo, flag, mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.review.span import words_in
from tui.terminal.wrap import cut

if TYPE_CHECKING:
    from tui.review.hand import Hand

MASKING = (
    "The words become [masked] in the text, wherever it is read from now on: on every screen, in prompts, in exports; "
    "and in memos, reasons and rationales about this document. Codings stay. This cannot be undone."
)

MEMO_KINDS: dict[str | None, str] = {
    None: "note",
    "analytic": "analytic, an idea about the material",
    "reflexive": "reflexive, yours alone: it leaves in no export",
    "query": "query, a question to the site",
}


class Noting:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._drafts: dict[str, str] = {}

    def do_memo(self) -> None:
        """A note on the segment, below those that the coder wrote before."""
        hand, card = self._hand, self._hand.card
        if card is None:
            return
        segment = card.segment.id

        def kept(text: str, kind: int) -> None:
            type_ = list(MEMO_KINDS)[kind]
            said = "memo kept" if type_ is None else f"{type_} memo kept"
            hand.act(
                {"action": "memo", "text": text, "type": type_}, said, after=lambda: self._drafts.pop(segment, None)
            )

        def left(text: str) -> None:
            if text.strip():
                self._drafts[segment] = text
                hand.view.say("The memo is not kept yet: m goes on with it.")

        kinds = tuple(MEMO_KINDS.values())
        hand.view.ask_text(f"Memo on {card.segment.cite}", card.memos, self._drafts.get(segment, ""), kinds, kept, left)

    def do_flag(self) -> None:
        """Mark the segment, or unmark it."""
        self._hand.act({"action": "flag"})

    def do_mask(self) -> None:
        """Replace the words of the range for good, here or in the whole document."""
        hand, card, span = self._hand, self._hand.card, self._hand.board.span
        if card is None:
            return
        if span is None:
            hand.view.say("Set a range on the name first: [ ] and tab, or with the mouse.")
            return
        words = cut(words_in(card, *span.range), 60)
        # What Enter does by itself must be what can be taken back.
        answers = ("leave it as it is", "mask it here", f"mask it wherever it stands in {card.segment.label}")
        segment, ref, given = card.segment.id, hand.ref(), [*span.range]

        def chosen(place: int) -> None:
            if place > 0:
                line = {"range": given, "throughout": place == 2, "ref": ref}
                hand.ask(lambda bench: bench.mask(segment, line), after=hand.ranging.spent)

        hand.view.choose(f"Mask “{words}”?", MASKING, answers, chosen)
