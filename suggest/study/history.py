"""What coders had said by a place in the log: codes applied and refused, and segments read and left without a code.

One pass over the acts and one over what was imported; nothing is asked of the file act by act.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from suggest.study.log import EntryRef
from suggest.study.study import Study
from suggest.study.unit import SECOND, Act, UnitState, reduce

Verdict = Literal["accepted", "rejected", "added"]


@dataclass(frozen=True, slots=True)
class Said:
    """One code that a coder applied to a range, or refused in a segment, under a tree view.

    `anchor` is the number of the segment in which it was said. A range that lost its words is empty.
    """

    coder: str
    anchor: int
    code: str
    verdict: Verdict
    view: int | None
    range: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """A segment (number) that a coder read under a tree view and gave no code in that round."""

    coder: str
    number: int
    view: int | None


def said_by(study: Study, upto: EntryRef) -> Iterator[Said | Silent]:
    """All that stood at that entry, in no order to rely on. Use it inside `study.reading()`."""
    position = position_of(study, upto)
    yield from _decided(study, position)
    yield from _imported(study, upto, position)


def position_of(study: Study, upto: EntryRef) -> int:
    """How many entries come up to and with this one: the `ord` of its act."""
    row = study.db.execute(
        "SELECT count(*) FROM log WHERE (clock, tick, replica, seq) <= "
        "(SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?)",
        upto,
    ).fetchone()
    return int(row[0])


def _undone(study: Study, position: int) -> set[EntryRef]:
    """The acts that were undone at that place in the log, by the fold's own rules."""
    dead: set[EntryRef] = set()
    standing: dict[EntryRef, tuple[str, EntryRef]] = {}
    for replica, seq, coder, target_replica, target_seq, owner in study.db.execute(
        "SELECT r.replica, r.seq, r.coder, r.target_replica, r.target_seq, a.coder FROM revert r "
        "LEFT JOIN act a ON a.replica = r.target_replica AND a.seq = r.target_seq WHERE r.ord <= ? ORDER BY r.ord",
        (position,),
    ):
        target = (target_replica, target_seq)
        if owner is not None:
            if owner == coder and target not in dead:
                dead.add(target)
                standing[replica, seq] = (coder, target)
        elif target in standing and standing[target][0] == coder:
            dead.discard(standing.pop(target)[1])
    return dead


_ACTS = (
    'SELECT a.coder, a.segment, a.round, a.ord, a.replica, a.seq, a.action, a."set", a.rank, '
    # A refusal names a place in a suggestion set; its code is looked up in the same pass.
    "CASE WHEN a.action = 'reject' AND a.code IS NULL THEN (SELECT json_extract(s.candidates, "
    "'$[' || a.rank || '].code') FROM suggestion_set s WHERE s.hash = a.\"set\") ELSE a.code END, "
    'a.start, a."end", a.view, a.scope, a.scope_code FROM act a '
    "WHERE a.kind IN ('decided', 'completed') AND a.ord <= ? "
    # What somebody answered once more says nothing new.
    f"AND a.round NOT IN (SELECT round FROM round WHERE purpose = '{SECOND}') "
    "ORDER BY a.coder, a.segment, a.round, a.ord"
)
_UNIT = itemgetter(0, 1, 2)


def _decided(study: Study, position: int) -> Iterator[Said | Silent]:
    dead = _undone(study, position)
    whole = {round_ for (round_,) in study.db.execute("SELECT round FROM round WHERE scope = 'all'")}
    for (coder, number, round_), group in groupby(study.db.execute(_ACTS, (position,)), key=_UNIT):
        acts = [Act(*row[3:]) for row in group if (row[4], row[5]) not in dead]
        state = reduce(acts)
        yield from _of_unit(coder, number, acts, state)
        if round_ in whole and not state.codings:
            yield from _silence(coder, number, acts, state)


def _of_unit(coder: str, number: int, acts: list[Act], state: UnitState) -> Iterator[Said]:
    for coding in state.codings:
        verdict: Verdict = "added" if coding.origin == "add" else "accepted"
        yield Said(coder, number, coding.code, verdict, coding.act.view, (coding.start, coding.end))
    if "reject" not in state.verdicts.values():
        return
    last = {(act.set, act.rank): act for act in acts if act.set is not None}
    for suggestion, action in state.verdicts.items():
        act = last[suggestion]
        if action == "reject" and act.code is not None:
            yield Said(coder, number, act.code, "rejected", act.view)


def _silence(coder: str, number: int, acts: list[Act], state: UnitState) -> Iterator[Silent]:
    """That no code fits was said, or the segment was completed without a code and without a doubt left open."""
    done = state.completed
    if done is not None and done.scope == "all" and (state.no_code or "unsure" not in state.verdicts.values()):
        yield Silent(coder, number, done.view)
    elif done is None and state.no_code:
        yield Silent(coder, number, next(act.view for act in reversed(acts) if act.action == "no_code"))


def _imported(study: Study, upto: EntryRef, position: int) -> Iterator[Said | Silent]:
    newest = study.db.execute("SELECT max(view) FROM tree_view").fetchone()[0]
    views: dict[tuple[str, str, int], Any] = {}
    for round_, coder, number, view in study.db.execute(
        "SELECT u.round, u.coder, u.segment, u.view FROM round r JOIN unit u ON u.round = r.round "
        "WHERE r.purpose = 'imported' AND u.completed <= ? AND u.scope = 'all'",
        (position,),
    ):
        views[round_, coder, number] = view
        yield Silent(coder, number, view)
    within = set(
        study.db.execute(
            "SELECT replica, seq FROM log WHERE kind = 'codings_imported' AND (clock, tick, replica, seq) <= "
            "(SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?)",
            upto,
        )
    )
    for replica, seq, round_, coder, number, code, start, end in study.db.execute(
        "SELECT replica, seq, round, coder, segment, code_applied, start, \"end\" FROM coding WHERE origin = 'import' "
        "ORDER BY document, replica, seq"
    ):
        if (replica, seq) in within:
            yield Said(coder, number, code, "added", views.get((round_, coder, number), newest), (start, end))
