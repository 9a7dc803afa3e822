"""What a coder may see of a segment, and the log entry that pins what was really on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggest.study.blindness import blind_elsewhere
from suggest.study.cores import unbiased
from suggest.study.log import Writer
from suggest.study.rounds import Round, exposure
from suggest.study.sets import in_set
from suggest.study.study import Study
from suggest.study.units import Unit, read_unit


@dataclass(frozen=True)
class View:
    """A coder's unit and what may be seen of it.

    `assigned` is the exposure drawn for it in this round, `exposure` the one that holds: `blind` where another open
    round has the segment blind and waits for the coder's answer. `visible`: whether suggestions may be seen now.
    """

    unit: Unit
    exposure: str
    visible: bool
    assigned: str


def look(study: Study, round_: Round, coder: str, number: int, segment: str) -> View:
    """What the coder may see of a segment now.

    A blind segment shows its suggestions once they were revealed, once the round is closed, or, completed, once the
    round's core is released. While it is blind in another open round, it is blind in this one.
    """
    unit = read_unit(study, round_.id, coder, number)
    assigned = unit.assigned or exposure(study, round_, coder, number, segment).assigned
    if blind_elsewhere(study, coder, round_, number) and not unit.revealed:
        return View(unit, "blind", False, assigned)
    over = round_.state == "closed" or (unit.completed and (round_.released or assigned == "blind_then_shown"))
    return View(unit, assigned, assigned == "shown" or unit.revealed or over, assigned)


def sets_for(study: Study, round_: Round, number: int, view: View, hashes: Sequence[str]) -> tuple[str, ...]:
    """What of a segment's current suggestion sets this unit may ever meet, now or after its answer.

    Beside a blind answer in the core stands nobody who learned from the core. A segment that its coder has begun to
    decide on keeps the sets on record until it is completed: nothing changes under somebody's hands.
    """
    unit = view.unit
    if view.visible and unit.sets and unit.state.acts and not unit.completed:
        return unit.sets
    if view.assigned == "shown" or not in_set(study, f"core:{round_.id}", number):
        return tuple(hashes)
    return unbiased(study, round_, hashes)


def open_item(writer: Writer, round_: Round, coder: str, segment: str, view: View, hashes: Sequence[str]) -> bool:
    """Log what is on screen if that is new for the unit; whether it was.

    `hashes` are what `sets_for` gives of the current suggestion sets, shown or withheld: the first opening pins them,
    and so does every later one at which they are others. A blind answer that was committed keeps what was pinned.
    """
    if not is_new(view, hashes):
        return False
    place = {"round": round_.id, "coder": coder, "segment": segment}
    if _reveals(view):
        writer.append("revealed", {**place, "sets": list(hashes)})
    else:
        writer.append("opened", {**place, "exposure": view.assigned, "sets": list(hashes), "shown": view.visible})
    return True


def is_new(view: View, hashes: Sequence[str]) -> bool:
    """Whether what is on screen is not on record for the unit yet."""
    unit = view.unit
    if _reveals(view) or unit.sets is None:
        return True
    committed = unit.completed and not view.visible
    return not committed and sorted(unit.sets) != sorted(hashes)


def _reveals(view: View) -> bool:
    return view.visible and not view.unit.revealed and (view.assigned != "shown" or view.unit.actual == "blind")
