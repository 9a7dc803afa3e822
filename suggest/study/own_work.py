"""What one coder did in a round, added up part by part, so that nobody waits for a million segments.

It is for the coder's own eyes: what was flagged, put off or left unsure, what became of the suggestions that were on
screen before the answer, and when segments were completed, as finely as the log keeps times.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from suggest.study.fold.reducing import ACT_COLUMNS
from suggest.study.rounds import Round
from suggest.study.sets import in_set
from suggest.study.study import Study
from suggest.study.unit import Act, Suggestion, reduce

PART = 1000
"""Units read in one part."""


@dataclass
class OwnWork:
    """Counts over the units read so far. `last` is the number of the last segment read; `whole`: all are read.

    `shown` counts the suggestions that fitted, or were judged, on completed segments whose suggestions were on screen
    before the answer; `accepted`, `edited`, `rejected` and `unsure` are what became of them, the rest was not applied.
    `showing` counts those segments. `completed_at` counts completed segments by the log's time (None: it has none).
    """

    last: int = -1
    whole: bool = False
    completed: int = 0
    flagged: int = 0
    put_off: int = 0
    unsure_segments: int = 0
    showing: int = 0
    shown: int = 0
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    unsure: int = 0
    completed_at: Counter[str | None] = field(default_factory=Counter)

    @property
    def not_applied(self) -> int:
        """Suggestions that were on screen and got no verdict."""
        return self.shown - self.accepted - self.edited - self.rejected - self.unsure


@dataclass(frozen=True)
class _Unit:
    segment: int
    actual: str | None
    sets: tuple[str, ...]
    completed: bool
    flagged: bool
    later: bool


def add_part(study: Study, round_: Round, coder: str, work: OwnWork, size: int = PART) -> OwnWork:
    """Read the next units of the coder (an id) into the counts: a new object, the one given stays as it is."""
    with study.reading():
        units = _units(study, round_.id, coder, work.last, size)
        done = OwnWork(**{**work.__dict__, "completed_at": Counter(work.completed_at)})
        if not units:
            done.whole = True
            return done
        first, done.last = units[0].segment, units[-1].segment
        verdicts = _verdicts(study, round_.id, coder, first, done.last)
        fitting = _fitting(study, {hash_ for unit in units for hash_ in unit.sets})
        for unit in units:
            _count(study, round_, coder, unit, verdicts.get(unit.segment, {}), fitting, done)
        done.completed_at.update(_times(study, round_.id, coder, first, done.last))
        done.whole = len(units) < size
    return done


def _units(study: Study, round_: str, coder: str, after: int, size: int) -> list[_Unit]:
    rows = study.db.execute(
        "SELECT segment, actual, sets, completed, flagged, later FROM unit WHERE round = ? AND coder = ? "
        "AND segment > ? ORDER BY segment LIMIT ?",
        (round_, coder, after, size),
    ).fetchall()
    return [
        _Unit(segment, actual, tuple(json.loads(sets or "[]")), completed is not None, bool(flagged), later is not None)
        for segment, actual, sets, completed, flagged, later in rows
    ]


def _verdicts(study: Study, round_: str, coder: str, first: int, last: int) -> dict[int, dict[Suggestion, str]]:
    """The verdicts that stand on suggestions, by segment."""
    acts: dict[int, list[Act]] = {}
    for segment, *act in study.db.execute(
        f"SELECT segment, {ACT_COLUMNS} FROM act WHERE coder = ? AND segment BETWEEN ? AND ? AND round = ? "
        "AND live = 1 ORDER BY segment, ord",
        (coder, first, last, round_),
    ):
        acts.setdefault(segment, []).append(Act(*act))
    return {segment: reduce(given).verdicts for segment, given in acts.items()}


def _fitting(study: Study, hashes: Iterable[str]) -> dict[str, set[int]]:
    """The ranks of what fitted, by suggestion set."""
    wanted, found = sorted(hashes), dict[str, set[int]]()
    for begin in range(0, len(wanted), 500):
        some = wanted[begin : begin + 500]
        for hash_, candidates in study.db.execute(
            f"SELECT hash, candidates FROM suggestion_set WHERE hash IN ({','.join('?' * len(some))})", some
        ):
            found[hash_] = {rank for rank, item in enumerate(json.loads(candidates)) if item["fits"]}
    return found


def _count(
    study: Study,
    round_: Round,
    coder: str,
    unit: _Unit,
    verdicts: dict[Suggestion, str],
    fitting: dict[str, set[int]],
    done: OwnWork,
) -> None:
    done.completed += unit.completed
    done.flagged += unit.flagged
    done.put_off += unit.later and not unit.completed and in_set(study, f"left:{round_.id}:{coder}", unit.segment)
    done.unsure_segments += "unsure" in verdicts.values()
    if not unit.completed or unit.actual != "shown":
        return
    given = Counter(verdicts.values())
    done.showing += 1
    offered = {(hash_, rank) for hash_ in unit.sets for rank in fitting.get(hash_, ())}
    done.shown += len(offered | verdicts.keys())
    done.accepted += given["accept"]
    done.edited += given["edit"]
    done.rejected += given["reject"]
    done.unsure += given["unsure"]


def _times(study: Study, round_: str, coder: str, first: int, last: int) -> Counter[str | None]:
    """When the completions that stand were logged, one of each segment."""
    rows = study.db.execute(
        "SELECT l.at FROM unit u JOIN act a ON a.ord = u.completed JOIN log l ON l.replica = a.replica "
        "AND l.seq = a.seq WHERE u.round = ? AND u.coder = ? AND u.segment BETWEEN ? AND ? AND a.action = 'complete'",
        (round_, coder, first, last),
    )
    return Counter(at for (at,) in rows)
