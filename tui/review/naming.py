"""The keys that make new codes: in the participant's words, or by a name that the finder did not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.review.card import Outcome
from tui.review.span import words_in

if TYPE_CHECKING:
    from tui.review.hand import Hand

LONGEST = 500
"""A name has at most so many characters."""


class Naming:
    """The handlers of the group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def do_in_vivo(self) -> None:
        """A new code whose name are the words of the range, to be shortened or typed, applied at once."""
        hand = self._hand
        card, span = hand.card, hand.board.span
        if card is not None:
            self.name(words_in(card, *span.range)[:LONGEST] if span is not None else "", None)

    def name(self, name: str, under: str | None, suggestion: str | None = None) -> None:
        """Ask for the name and the place in the tree (a code's id) of a new code; make it, and apply it to the range or
        in the place of a suggestion. "Theme > Name" names its place itself."""
        hand = self._hand
        path, _, last = name.replace(" › ", " > ").rpartition(" > ")
        parent = next((code.id for code in hand.codes if path and code.path.casefold() == path.casefold()), None)
        if parent is not None:
            name, under = last, parent

        def named(name: str, under: str | None) -> None:
            line: dict[str, Any] = {"name": name, **hand.board.given_range}
            line |= {} if under is None else {"under": under}
            line |= {} if suggestion is None else {"suggestion": suggestion}
            self._make(line)

        hand.view.ask_name(name, under, named)

    def _make(self, line: dict[str, Any]) -> None:
        hand = self._hand
        segment = hand.shown
        if segment is None:
            return
        named = {**line, "ref": hand.ref()}
        hand.ask(
            lambda bench: bench.make(segment, named),
            after=hand.ranging.spent,
            declined=lambda outcome: self._doubted(line, outcome),
        )

    def _doubted(self, line: dict[str, Any], outcome: Outcome) -> None:
        """Codes are called nearly so: show them before a new one is made."""
        hand = self._hand
        near = [hand.by_id[code] for code in outcome.near if code in hand.by_id]
        if not near:
            return
        told = f"Of nearly the same name as “{line['name']}”:"
        answers = [f"take {code.path.replace(' > ', ' › ')}: {code.definition}".rstrip(": ") for code in near]

        def chosen(place: int) -> None:
            if place == len(near):
                self._make({**line, "sure": True})
            elif "suggestion" in line:
                hand.act({"action": "edit", "suggestion": line["suggestion"], "code": near[place].id,
                          **hand.board.given_range}, after=hand.ranging.spent)  # fmt: skip
            else:
                hand.add(near[place].id)

        hand.view.choose("Is it one of these?", told, [*answers, f"make “{line['name']}” all the same"], chosen)
