"""What the screen of the progress shows, read from the study; of colleagues only how much they have completed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from suggest.study.again import Again, own_again
from suggest.study.catalogue import Listed, catalogue
from suggest.study.headway import Headway, companions, headway, rounds_of
from suggest.study.own_work import OwnWork, add_part
from suggest.study.rounds import Round
from suggest.study.study import Study
from tui.terminal.bars import bar

BAR = 14


@dataclass(frozen=True)
class Total:
    """How much one coder has completed, of all and in the blind core."""

    name: str
    completed: int
    to_code: int
    core: tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """A round as it is now: this coder's own headway, and everybody's totals, this coder's first; `again` is what came
    back for this coder."""

    round: Round
    rounds: tuple[Round, ...]
    own: Headway
    totals: tuple[Total, ...]
    listed: list[Listed]
    segments: int
    again: Again | None = None


def standing(study: Study, coder: str, round_: str | None) -> Standing | None:
    """One of the coder's rounds (an id, or None for the newest); None before the coder has joined any."""
    with study.reading():
        joined = rounds_of(study, coder)
        if not joined:
            return None
        chosen = next((item for item in joined if item.id == round_), joined[0])
        far = [headway(study, chosen, member) for member in companions(study, chosen, coder)]
        totals = tuple(Total(item.name, item.completed.count(), item.to_code.count(), item.in_core) for item in far)
        listed = [item for item in catalogue(study) if far[0].to_code.within(item.first, item.first + item.count - 1)]
        last = max((item.first + item.count for item in listed), default=0)
        again = own_again(study, chosen, coder)
        return Standing(chosen, tuple(joined), far[0], totals, listed, last, again)


def more_work(study: Study, round_: Round, coder: str, work: OwnWork) -> OwnWork:
    """The counts with the next part of the coder's own work."""
    return add_part(study, round_, coder, work)


class Rows(Sequence[Sequence[str]]):
    """One row for each document with something to code, made when it comes into sight."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def __len__(self) -> int:
        return len(self._standing.listed)

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        item = self._standing.listed[place]
        done, total = self._standing.own.within(item.first, item.count)
        return (item.label, bar(done, total, BAR), str(done), str(total - done))
