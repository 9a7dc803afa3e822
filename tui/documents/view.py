"""What the screen of the documents shows, read from the study; of colleagues only how much they have completed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from suggest.study.catalogue import Listed, Speaking, catalogue, speaking
from suggest.study.documents import get_document
from suggest.study.headway import Headway, companions, headway, rounds_of
from suggest.study.study import Study
from tui.terminal.bars import bar

BAR = 10


@dataclass(frozen=True)
class Shelf:
    """All documents, and this coder's own headway (None before the first round was joined) in the round `round`."""

    listed: list[Listed]
    round: str
    own: Headway | None

    @property
    def segments(self) -> int:
        """How many segments all documents have."""
        return sum(item.count for item in self.listed)


def shelf(study: Study, coder: str) -> Shelf:
    """The documents as they are now, for one coder (an id)."""
    with study.reading():
        joined = rounds_of(study, coder)
        own = headway(study, joined[0], coder) if joined else None
        return Shelf(catalogue(study), joined[0].name if joined else "", own)


class Rows(Sequence[Sequence[str]]):
    """The rows of the list, each made when it comes into sight: a hundred thousand documents are as quick as ten."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __len__(self) -> int:
        return len(self._shelf.listed)

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        item = self._shelf.listed[place]
        done, total = (0, 0) if self._shelf.own is None else self._shelf.own.within(item.first, item.count)
        flags = ", ".join(dict.fromkeys(flag for _, flag in item.flags))
        attributes = ", ".join(f"{key} {value}" for key, value in item.attributes.items())
        mine = bar(done, total, BAR) if total else ""
        return (item.label, mine, f"{done}/{total}" if total else "–", str(item.count), attributes, flags)


@dataclass(frozen=True)
class About:
    """One document in full. `coders` are (name, completed, to code), this coder first; `consent` (name, flag) with
    None for the whole document."""

    id: str
    label: str
    unit: str
    count: int
    version: int
    characters: int
    attributes: tuple[tuple[str, str], ...]
    consent: tuple[tuple[str | None, str], ...]
    speakers: tuple[Speaking, ...]
    coders: tuple[tuple[str, int, int], ...]

    def role(self, role: str) -> int:
        """How many segments have a role."""
        return sum(int(getattr(item, role)) for item in self.speakers)


def about(study: Study, coder: str, document: str) -> About:
    """A document (an id) as it is now, for one coder (an id). Of others only completed segments are counted."""
    with study.reading():
        held = get_document(study, document)
        joined = rounds_of(study, coder)
        members = companions(study, joined[0], coder) if joined else []
        last = held.first + held.count - 1
        far = [headway(study, joined[0], member, held.first, last) for member in members]
        return About(
            held.id, held.label, held.unit, held.count, held.version, held.length, tuple(held.attributes.items()),
            held.consent, tuple(speaking(study, document)),
            tuple((item.name, *item.within(held.first, held.count)) for item in far),
        )  # fmt: skip
