"""The worklist of what tree changes made stale: completed segments in which codes have to be looked at again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from suggest.study.again import come_back
from suggest.study.answers import AnswerReader, answers
from suggest.study.carry import Answer
from suggest.study.sets import SegmentSet, gathered
from suggest.study.study import Study
from suggest.study.unit import SECOND

__all__ = ["StaleSegments", "StaleUnit", "answers", "members", "stale", "stale_in"]


@dataclass(frozen=True)
class StaleUnit:
    """A segment that a coder completed in a round under an older tree, and what is missing in it now.

    `codes` holds (code's id, why): `STALE` for a changed meaning, negatives as well as positives; `OPEN` for a code
    that was split, or a coding that lost its words; `NOT_IN_SCOPE` for a code that is newer than the completion.
    """

    round: str
    coder: str
    number: int
    codes: tuple[tuple[str, Answer], ...]


def stale(study: Study, *, coder: str | None = None, codes: Collection[str] | None = None) -> list[StaleUnit]:
    """All that is stale, by round, coder and place in the text; limited to a coder (an id), or to some codes. Of one
    coder without what has come back: it would tell how that was answered first."""
    with study.reading():
        reader = AnswerReader(study)
        memberships = members(study, coder)
        waiting = SegmentSet() if coder is None else come_back(study, coder)
        found = (unit for round_, who in memberships for unit in _of_member(study, reader, round_, who, codes))
        return [unit for unit in found if unit.number not in waiting]


def members(study: Study, coder: str | None) -> list[tuple[str, str]]:
    """(round, coder) of all who have joined a round, or of one coder, in the order of rounds and coders; without rounds
    of second answers."""
    return study.db.execute(
        "SELECT m.round, m.coder FROM membership m JOIN round r USING (round) JOIN coder c USING (coder) "
        "WHERE (? IS NULL OR m.coder = ?) AND r.purpose <> ? ORDER BY r.n, c.n",
        (coder, coder, SECOND),
    ).fetchall()


class StaleSegments:
    """The segments that are stale for one coder in one round (ids).

    Worked out whole when anything but the coder's own work has changed, else only for what the coder touched since."""

    def __init__(self, study: Study, round_: str, coder: str) -> None:
        self._study, self._round, self._coder = study, round_, coder
        self._stamp: tuple[int, int] | None = None
        self._entries = 0
        self._found = SegmentSet()

    def numbers(self) -> SegmentSet:
        """The segments that are stale now."""
        touched = [] if self._stamp is None else self._touched()
        if self._stamp != self._study.stamp() or len(touched) > AT_ONCE:
            self._stamp, self._entries = self._study.stamp(), self._size()
            reader = AnswerReader(self._study)
            units = _of_member(self._study, reader, self._round, self._coder, None)
            self._found = gathered(unit.number for unit in units)
            touched = []
        if not touched:
            return self._found
        reader = AnswerReader(self._study)
        still = [number for number in touched if stale_in(reader, self._round, self._coder, number)]
        return self._found - gathered(touched) | gathered(still)

    def _touched(self) -> list[int]:
        """The segments that the coder acted on, or undid something on, since the whole was worked out."""
        rows = self._study.db.execute(
            "SELECT segment FROM act WHERE coder = ? AND live = 1 AND ord > ? AND segment IS NOT NULL UNION "
            "SELECT a.segment FROM revert r JOIN act a ON a.replica = r.target_replica AND a.seq = r.target_seq "
            "WHERE r.coder = ? AND r.live = 1 AND r.ord > ? AND a.segment IS NOT NULL",
            (self._coder, self._entries, self._coder, self._entries),
        )
        return [number for (number,) in rows]

    def _size(self) -> int:
        return int(self._study.db.execute("SELECT coalesce(sum(size), 0) FROM replica").fetchone()[0])


AT_ONCE = 500
"""From so many touched segments on it is quicker to work out the whole."""


def _of_member(
    study: Study, reader: AnswerReader, round_: str, coder: str, codes: Collection[str] | None
) -> list[StaleUnit]:
    if not _anything(study, reader, round_, coder):
        return []
    found = []
    for first, last in reader.documents():
        for number, facts in reader.facts(round_, coder, first, last, shown=False).items():
            all_of_it = reader.missing(facts)
            chosen = all_of_it if codes is None else tuple(item for item in all_of_it if item[0] in codes)
            if chosen:
                found.append(StaleUnit(round_, coder, number, chosen))
    return sorted(found, key=lambda unit: unit.number)


def _anything(study: Study, reader: AnswerReader, round_: str, coder: str) -> bool:
    """Whether the member completed anything under an older tree, or has codings that say nothing certain now."""
    views = study.db.execute(
        "SELECT DISTINCT view FROM unit WHERE round = ? AND coder = ? AND completed IS NOT NULL", (round_, coder)
    ).fetchall()
    if any(not reader.view(view).current for (view,) in views):
        return True
    row = study.db.execute(
        "SELECT 1 FROM coding c JOIN code k ON k.code = c.code "
        "WHERE c.round = ? AND c.coder = ? AND (k.state = 'split' OR c.lost = 1) LIMIT 1",
        (round_, coder),
    ).fetchone()
    return row is not None


def stale_in(reader: AnswerReader, round_: str, coder: str, number: int) -> tuple[tuple[str, Answer], ...]:
    """What is missing now in one segment (a number) that the coder completed in the round; nothing where it is not
    completed. The reader may be kept as long as the tree stays as it is."""
    facts = reader.facts(round_, coder, number, number, shown=False).get(number)
    return () if facts is None else reader.missing(facts)
