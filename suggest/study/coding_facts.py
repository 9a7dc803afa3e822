"""Codings with all that is on record of how each came about: the act, the suggestion behind it, when, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from suggest.study.log import EntryRef
from suggest.study.study import Study


@dataclass(frozen=True, slots=True)
class SuggestedAs:
    """What a model had proposed: the run and model (ids), rank from 0, code (an id), evidence range, confidence in
    millionths with how it came about."""

    run: str
    model: str
    rank: int
    code: str
    evidence: tuple[int, int] | None
    confidence: int | None
    method: str


@dataclass(frozen=True, slots=True)
class CodingFacts:
    """A coding that stands. `origin` is "accept", "edit", "add" or "import"; `at` is UTC ISO 8601, None where no time
    is kept; `actual` is what the coder had seen of the segment ("shown", "blind" ...); ids throughout."""

    entry: EntryRef
    coder: str
    round: str
    segment: int
    start: int
    end: int
    code: str
    origin: str
    at: str | None
    actual: str | None
    reason: str
    suggested: SuggestedAs | None


_QUERY = (
    'SELECT c.replica, c.seq, c.i, c.coder, c.round, c.segment, c.start, c."end", c.code, c.origin, l.at, u.actual, '
    "a.reason, s.run, r.model, c.rank, s.candidates, CASE WHEN c.origin = 'import' THEN l.payload END "
    "FROM coding c JOIN log l ON l.replica = c.replica AND l.seq = c.seq "
    "LEFT JOIN unit u ON u.round = c.round AND u.coder = c.coder AND u.segment = c.segment "
    "LEFT JOIN act a ON a.replica = c.replica AND a.seq = c.seq "
    'LEFT JOIN suggestion_set s ON s.hash = c."set" LEFT JOIN run r ON r.run = s.run '
    'WHERE c.document = ? AND c.lost = 0 ORDER BY c.start, c."end", c.replica, c.seq, c.i'
)


def coding_facts(study: Study, document: str) -> Iterator[CodingFacts]:
    """The codings of everybody that stand in a document (an id), in the order of the text."""
    times: dict[EntryRef, list[int | None]] = {}
    for row in study.db.execute(_QUERY, (document,)):
        replica, seq, i, coder, round_, segment, start, end, code, origin, at = row[:11]
        if row[17] is not None:
            known = times.get((replica, seq))
            if known is None:
                known = times[replica, seq] = json.loads(row[17]).get("times", [])
            at = _iso(known[i]) if i < len(known) else at
        suggested = None
        if row[13] is not None and row[15] is not None:
            suggested = _suggested(row[13], row[14], row[15], json.loads(row[16]))
        reason = study.contents.text(row[12]) if row[12] else ""
        yield CodingFacts(
            (replica, seq), coder, round_, segment, start, end, code, origin, at, row[11], reason, suggested
        )


def _suggested(run: str, model: str, rank: int, candidates: list[dict[str, object]]) -> SuggestedAs | None:
    if not 0 <= rank < len(candidates):
        return None
    one = candidates[rank]
    evidence, confidence = one["evidence"], one["confidence"]
    return SuggestedAs(
        run,
        model,
        rank,
        str(one["code"]),
        (int(evidence[0]), int(evidence[1])) if isinstance(evidence, list) else None,
        confidence if isinstance(confidence, int) else None,
        str(one["method"]),
    )


def _iso(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lost_codings(study: Study) -> int:
    """How many codings stand on words that a correction or a withdrawal has removed."""
    return int(study.db.execute("SELECT count(*) FROM coding WHERE lost = 1").fetchone()[0])


@dataclass(frozen=True)
class Added:
    """Who brought a document in (a coder's id) and when."""

    actor: str
    at: str | None


def documents_added(study: Study) -> dict[str, Added]:
    """By document (an id)."""
    rows = study.db.execute(
        "SELECT json_extract(payload, '$.document'), actor, at FROM log WHERE kind = 'document_added'"
    )
    return {document: Added(actor, at) for document, actor, at in rows}
