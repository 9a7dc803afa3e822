"""Codings read by where they stand, by code and by coder, for whoever then decides what of them a reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from suggest.study.study import Study
from suggest.study.unit import SECOND
from suggest.study.units import StoredCoding, read_codings

AT_ONCE = 500


def codings_on(study: Study, document: str, start: int, end: int) -> list[StoredCoding]:
    """All codings that stand in a document (an id) and touch a range of its text, in the order of the text."""
    return read_codings(
        study,
        'WHERE document = ? AND start < ? AND "end" > ? AND lost = 0 ORDER BY start, "end", replica, seq, i',
        (document, end, start),
    )


def codings_with(
    study: Study, code: str, *, coder: str | None = None, rounds: Sequence[str] | None = None
) -> Iterator[StoredCoding]:
    """The codings of a code (an id) in the order of the text, of one coder or in some rounds; read as they are asked
    for, so that the first ones cost no more than they are."""
    where, values = "code = ? AND lost = 0", [code]
    if coder is not None:
        where, values = where + " AND coder = ?", [*values, coder]
    if rounds is not None:
        where, values = where + f" AND round IN ({','.join('?' * len(rounds))})", [*values, *rounds]
    after = -1
    while True:
        numbers = [
            number
            for (number,) in study.db.execute(
                f"SELECT DISTINCT segment FROM coding WHERE {where} AND segment > ? ORDER BY segment LIMIT ?",
                (*values, after, AT_ONCE),
            )
        ]
        if not numbers:
            return
        order = 'ORDER BY segment, start, "end", replica, seq, i'
        yield from read_codings(
            study, f"WHERE {where} AND segment BETWEEN ? AND ? {order}", [*values, numbers[0], numbers[-1]]
        )
        after = numbers[-1]


def round_codings(study: Study, round_: str, coder: str) -> list[StoredCoding]:
    """The codings of a coder in a round (ids), in the order of the text."""
    return read_codings(
        study, "WHERE round = ? AND coder = ? AND lost = 0 ORDER BY segment, start, replica, seq, i", (round_, coder)
    )


def all_codings(study: Study, *, but: str) -> Iterator[StoredCoding]:
    """The codings of everybody but one coder (an id), a document at a time."""
    for (document,) in study.db.execute("SELECT document FROM document WHERE count > 0 ORDER BY first").fetchall():
        yield from read_codings(study, "WHERE document = ? AND coder <> ? AND lost = 0", (document, but))


@dataclass(frozen=True)
class OwnCounts:
    """In how many segments and documents a coder's own codings of a code stand."""

    segments: int
    documents: int


def own_counts(study: Study, coder: str) -> dict[str, OwnCounts]:
    """By code (an id), over all rounds."""
    rows = study.db.execute(
        "SELECT code, count(DISTINCT segment), count(DISTINCT document) FROM coding WHERE coder = ? AND lost = 0 "
        "GROUP BY code",
        (coder,),
    )
    return {code: OwnCounts(segments, documents) for code, segments, documents in rows}


def own_decisions(study: Study, coder: str, *, but: Iterable[int] = ()) -> Counter[str]:
    """The coder's own decisions that stand, by action; without the first answers to some segments (numbers)."""
    decided = "SELECT action, count(*) FROM act WHERE coder = ? AND live = 1 AND kind = 'decided'"
    found = Counter(dict(study.db.execute(f"{decided} GROUP BY action ORDER BY action", (coder,)).fetchall()))
    first = f"{decided} AND segment = ? AND round NOT IN (SELECT round FROM round WHERE purpose = ?) GROUP BY action"
    for number in but:
        found -= Counter(dict(study.db.execute(first, (coder, number, SECOND)).fetchall()))
    return found


def touched(study: Study, coding: StoredCoding) -> list[int]:
    """The segments (numbers) that a coding runs over, ascending: its own, and where it goes on, its neighbours."""
    row = study.db.execute('SELECT start, "end" FROM segment WHERE n = ?', (coding.segment,)).fetchone()
    found = [coding.segment]
    if row is None:
        return found
    if coding.start < row[0]:
        query = 'SELECT n, "end" FROM segment WHERE n < ? AND document = ? ORDER BY n DESC'
        for number, end in study.db.execute(query, (coding.segment, coding.document)):
            if end <= coding.start:
                break
            found.insert(0, number)
    if coding.end > row[1]:
        query = "SELECT n, start FROM segment WHERE n > ? AND document = ? ORDER BY n"
        for number, start in study.db.execute(query, (coding.segment, coding.document)):
            if start >= coding.end:
                break
            found.append(number)
    return found
