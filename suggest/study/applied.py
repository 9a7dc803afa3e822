"""What one coder did with codes, code by code: where each was applied, with which others, and where it was in doubt.

Everything here comes from that coder's own acts and holds nothing of anybody else's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from suggest.study.again import come_back
from suggest.study.study import Study


def applied_segments(study: Study, coder: str, code: str) -> list[int]:
    """The numbers of the segments in which the coder's codings of a code begin, ascending."""
    rows = study.db.execute(
        "SELECT DISTINCT segment FROM coding WHERE code = ? AND coder = ? AND lost = 0 ORDER BY segment", (code, coder)
    )
    return [number for (number,) in rows]


def applied_together(study: Study, coder: str, code: str, limit: int = 8) -> list[tuple[str, int]]:
    """(other code's id, segments) of what the coder applied in the same segments, the most frequent first; without what
    has come back."""
    waiting = json.dumps([*come_back(study, coder)])
    return study.db.execute(
        "SELECT other.code, count(DISTINCT other.segment) AS n FROM coding one JOIN coding other "
        "ON other.coder = one.coder AND other.segment = one.segment AND other.code <> one.code AND other.lost = 0 "
        "WHERE one.code = ? AND one.coder = ? AND one.lost = 0 "
        "AND one.segment NOT IN (SELECT value FROM json_each(?)) "
        "GROUP BY other.code ORDER BY n DESC, other.code LIMIT ?",
        (code, coder, waiting, limit),
    ).fetchall()


@dataclass(frozen=True)
class Doubt:
    """A segment (number) in which a coder was at the border of a code. `why` is "rejected", "unsure", "edited" (to
    `other`) or "together" (with `other`)."""

    number: int
    why: str
    other: str | None = None


_VERDICTS = (
    'SELECT a.segment, a."set", a.rank, a.action, a.code, a.ord FROM act a JOIN suggestion_set s ON s.hash = a."set" '
    "WHERE a.coder = ? AND a.live = 1 AND a.action IN ('accept', 'edit', 'reject', 'unsure') "
    "AND json_extract(s.candidates, '$[' || a.rank || '].code') IN ({marks}) ORDER BY a.ord"
)


def doubts(study: Study, coder: str, code: str, beside: Iterable[str] = (), limit: int = 40) -> list[Doubt]:
    """Where the coder was at the border of a code, the newest first: suggestions of it that were rejected, edited into
    another or left unsure, then segments that bear it together with one of the codes `beside`."""
    standing = {code, *(old for (old,) in study.db.execute("SELECT code FROM code WHERE heir = ?", (code,)))}
    query = _VERDICTS.format(marks=",".join("?" * len(standing)))
    last = {(row[0], row[1], row[2]): row for row in study.db.execute(query, (coder, *sorted(standing)))}
    found = []
    for number, _, _, action, became, _ in sorted(last.values(), key=lambda row: -row[5]):
        if action in ("reject", "unsure"):
            found.append(Doubt(number, {"reject": "rejected"}.get(action, action)))
        elif action == "edit" and became not in standing:
            found.append(Doubt(number, "edited", became))
    return _once([*found, *_together(study, coder, code, sorted(beside), limit)])[:limit]


def _together(study: Study, coder: str, code: str, beside: list[str], limit: int) -> list[Doubt]:
    if not beside:
        return []
    marks = ",".join("?" * len(beside))
    rows = study.db.execute(
        "SELECT DISTINCT one.segment, other.code FROM coding one JOIN coding other "
        "ON other.coder = one.coder AND other.segment = one.segment AND other.lost = 0 "
        f"WHERE one.code = ? AND one.coder = ? AND one.lost = 0 AND other.code IN ({marks}) "
        "ORDER BY one.segment LIMIT ?",
        (code, coder, *beside, limit),
    )
    return [Doubt(number, "together", other) for number, other in rows]


def _once(items: list[Doubt]) -> list[Doubt]:
    found: dict[int, Doubt] = {}
    for item in items:
        found.setdefault(item.number, item)
    return list(found.values())


def reading_length(study: Study, numbers: Iterable[int]) -> int:
    """How many characters these segments have together."""
    wanted, total = sorted(set(numbers)), 0
    for begin in range(0, len(wanted), 500):
        some = wanted[begin : begin + 500]
        query = f'SELECT coalesce(sum("end" - start), 0) FROM segment WHERE n IN ({",".join("?" * len(some))})'
        total += study.db.execute(query, some).fetchone()[0]
    return total
