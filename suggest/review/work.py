"""A segment in a coder's round, and whether the coder may work on it."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.review.claims import held_by_others
from suggest.review.opening import View
from suggest.review.requests import Declined, Flag, OnSegment, Remove
from suggest.study.claims import taken_by
from suggest.study.rounds import Round
from suggest.study.segments import Place
from suggest.study.sets import in_set
from suggest.study.study import Study
from suggest.study.unit import UnitState


@dataclass(frozen=True)
class Work:
    """A segment in a coder's round, and what the coder may see of it."""

    round: Round
    place: Place
    view: View

    @property
    def state(self) -> UnitState:
        return self.view.unit.state


def check_queue(study: Study, coder: str, work: Work, request: OnSegment | None) -> None:
    """Declined if the segment is not the coder's to work on; what is completed already may be changed."""
    round_, place = work.round, work.place
    if place.role != "data":
        raise Declined("not_in_queue", f"The segment's role is '{place.role}': only 'data' is coded.")
    if not in_set(study, f"scope:{round_.id}:{coder}", place.number):
        raise Declined("not_in_queue", "The segment is not among what this coder codes in this round.")
    if work.view.unit.completed or isinstance(request, Remove | Flag):
        return
    check_place(study, coder, round_, place.number)


def check_place(study: Study, coder: str, round_: Round, number: int) -> None:
    """Declined if as many others as the round wants have completed the segment, or hold it."""
    if not round_.overlap:
        return
    if in_set(study, f"full:{round_.id}", number):
        raise Declined("not_in_queue", "As many coders as the round wants have completed the segment.")
    if holds := taken_by(study, round_, coder, number):
        raise held_by_others(study, holds)
