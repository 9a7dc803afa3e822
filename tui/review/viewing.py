"""The keys that choose what of the study one sees next: search, filter and order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from suggest.review.filtering import STATES
from suggest.review.queue import ORDERS
from tui.terminal.form import Field, FormScreen

if TYPE_CHECKING:
    from tui.review.choice import Choice
    from tui.review.hand import Hand

TOLD = {
    "document": "document: as the talk runs",
    "uncertain": "uncertain: where the model doubts most",
    "code": "code: all that one code is suggested for, then the next",
    "random": "random: by chance, the same for you each time",
}
BLIND = "Blind segments come at a steady rate in every order."


class Viewing:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def do_search(self) -> None:
        """Words in the transcripts."""
        self._hand.view.search()

    def do_order(self) -> None:
        """Another order of what is left."""
        self._hand.view.choose("In which order?", BLIND, [TOLD[order] for order in ORDERS], self._order)

    def _order(self, place: int) -> None:
        order = ORDERS[place]
        self._hand.view.ordered(order)
        self._hand.move(lambda bench: bench.choose(order=order))

    def do_filter(self) -> None:
        """Only what one wants to see."""
        hand = self._hand
        hand.session.ask(lambda bench: bench.choice, self._form, lambda said: hand.view.say(said, warn=True))

    def _form(self, now: Choice) -> None:
        fields = (
            Field("document", "Document", now.document or "", hint="its label"),
            Field("speaker", "Speaker", now.speaker or ""),
            Field("code", "Suggested code", now.code or "", hint="name or path; blind segments come as ever"),
            Field("mine", "Own code", now.mine or "", hint="with which you coded the segment"),
            Field("state", "State", now.state, hint=", ".join(STATES)),
            Field("search", "Words", now.search, hint="that the segment holds"),
        )
        self._hand.view.ask_form("What do you want to see? Leave empty what does not matter.", fields, self._filter)

    def _filter(self, form: FormScreen, given: Mapping[str, str]) -> None:
        form.done()
        wanted = {key: text.strip() or None for key, text in given.items()}
        wanted["state"], wanted["search"] = wanted["state"] or "open", wanted["search"] or ""
        self._hand.move(lambda bench: bench.choose(**wanted))
