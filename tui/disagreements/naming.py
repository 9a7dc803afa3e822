"""What coders are called on screen: by name, or by letters where the group wants none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tui.disagreements.view import Case, Given

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MODEL = "(model)"


@dataclass(frozen=True)
class Naming:
    """`names` by coder (an id); `own` is the reader; `hidden`: letters stand for people, dealt anew for each segment so
    that nobody is recognised by theirs."""

    names: Mapping[str, str]
    own: str
    hidden: bool

    def columns(self, case: Case) -> list[Given]:
        """Who stands side by side: people, the reader first, or in the order of their letters; models last."""
        people = case.people
        people.sort(key=lambda one: (self._deal(case, one), one.coder != self.own))
        return [*people, *(one for one in case.given if one.model)]

    def title(self, case: Case, one: Given) -> str:
        """What stands above a column."""
        if one.model:
            return f"{one.name} {MODEL}"
        return self.name(case, one.coder)

    def name(self, case: Case, coder: str) -> str:
        """What a person (an id) is called beside a case."""
        if not self.hidden:
            return "you" if coder == self.own else self.names.get(coder, coder)
        ordered = [one.coder for one in self.columns(case) if not one.model]
        if coder not in ordered:
            return "somebody else"
        return letter(ordered.index(coder))

    def agreed(self, case: Case, coders: tuple[str, ...]) -> str:
        """Who settled something."""
        if self.hidden:
            return f"{len(coders)} {'person' if len(coders) == 1 else 'people'}"
        return ", ".join(self.names.get(coder, coder) for coder in coders) or "nobody by name"

    def _deal(self, case: Case, one: Given) -> bytes:
        return hashlib.sha256(f"{case.segment} {one.coder}".encode()).digest() if self.hidden else b""


def letter(place: int) -> str:
    """ "A", "B" ... and "A2" after "Z"."""
    turn, at = divmod(place, len(LETTERS))
    return LETTERS[at] + (str(turn + 1) if turn else "")
