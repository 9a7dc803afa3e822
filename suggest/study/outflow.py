"""All that stands on record about one document, read in bulk for what leaves the study: never more than one document
at a time, so that memory does not grow with the study.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suggest.study.documents import Document
from suggest.study.log import EntryRef
from suggest.study.positions import map_range
from suggest.study.study import Study
from suggest.study.suggestion_sets import suggestion_id
from suggest.study.unit import SECOND


@dataclass(frozen=True, slots=True)
class CodingRecord:
    """A coding that stands, with the time of the entry that made it (None where no times are kept).

    `code` is what the applied code has become; `suggestion` is the id of the one that it came from, if any.
    """

    entry: EntryRef
    at: str | None
    coder: str
    round: str
    segment: int
    start: int
    end: int
    code: str
    code_applied: str
    origin: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision or completion as it was made; `stands` is false where it was taken back.

    `code` and the range are what the coder settled on, `suggested` the code that the suggestion proposed.
    """

    entry: EntryRef
    at: str | None
    coder: str
    round: str | None
    segment: int
    action: str
    code: str | None
    suggested: str | None
    range: tuple[int, int] | None
    suggestion: str | None
    set: str | None
    rank: int | None
    reason: str | None
    bulk: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class SuggestionRecord:
    """A candidate of a suggestion set, or with `rank` None a set that names no code at all.

    `confidence` in millionths; the evidence lies in today's text, None where it is gone. `current`: of the latest set;
    `anew`: the model was asked about this code once more since, and that set stands for it.
    `context` are the ids of the segments whose words the model had before it: the rationale may repeat them. `offered`
    are the codes that it could choose from, None for all of its run.
    """

    set: str
    run: str
    segment: int
    rank: int | None
    id: str | None
    code: str | None
    fits: bool
    confidence: int | None
    method: str | None
    evidence: tuple[int, int] | None
    rationale: str
    current: bool
    context: tuple[str, ...] = ()
    offered: tuple[str, ...] | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """A segment that a run has no answer for, and the typed reason."""

    run: str
    segment: int
    reason: str


@dataclass(frozen=True, slots=True)
class ExposureRecord:
    """A coder's work on a segment in a round: what was drawn beforehand, and what was really on screen.

    `probability` of the assignment in millionths (1000000 where nothing was left to chance), None for imported work.
    """

    round: str
    coder: str
    segment: int
    assigned: str | None
    actual: str | None
    core: bool
    probability: int | None
    revealed: bool
    completed: bool
    no_code: bool
    flagged: bool
    seen_elsewhere: bool


def coding_records(study: Study, document: Document) -> Iterator[CodingRecord]:
    """The codings that stand in a document, in the order of the text; those whose words were removed are left out."""
    rows = study.db.execute(
        'SELECT c.replica, c.seq, l.at, c.coder, c.round, c.segment, c.start, c."end", c.code, c.code_applied, '
        'c.origin, c."set", c.rank FROM coding c JOIN log l ON l.replica = c.replica AND l.seq = c.seq '
        'WHERE c.document = ? AND c.lost = 0 ORDER BY c.start, c."end", c.replica, c.seq, c.i',
        (document.id,),
    )
    for replica, seq, at, coder, round_, segment, start, end, code, applied, origin, set_, rank in rows:
        suggestion = None if set_ is None or rank is None else suggestion_id(set_, rank)
        yield CodingRecord(
            (replica, seq), at, coder, round_, segment, start, end, code, applied, origin, suggestion
        )  # fmt: skip


def decision_records(study: Study, document: Document) -> Iterator[DecisionRecord]:
    """The decisions and completions on a document's segments in the order of the log, undone ones included."""
    proposed = _Proposed(study)
    rows = study.db.execute(
        'SELECT a.replica, a.seq, l.at, a.coder, a.round, a.segment, a.action, a.code, a.start, a."end", a."set", '
        "a.rank, a.reason, a.bulk, a.live FROM act a JOIN log l ON l.replica = a.replica AND l.seq = a.seq "
        "WHERE a.segment BETWEEN ? AND ? AND a.kind IN ('decided', 'completed', 'flagged') ORDER BY a.ord",
        _span(document),
    )
    for replica, seq, at, coder, round_, number, action, code, start, end, set_, rank, reason, bulk, live in rows:
        yield DecisionRecord(
            (replica, seq), at, coder, round_, number, action, code,
            None if set_ is None or rank is None else proposed.code(set_, rank),
            None if start is None else (start, end),
            None if set_ is None or rank is None else suggestion_id(set_, rank),
            set_, rank, study.contents.text(reason) if reason else None, bulk is not None, bool(live),
        )  # fmt: skip


class _Proposed:
    """The codes that a suggestion set proposes, the last few sets kept at hand."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._held: dict[str, list[str]] = {}

    def code(self, set_: str, rank: int) -> str | None:
        if set_ not in self._held:
            if len(self._held) > 1000:
                self._held.clear()
            row = self._study.db.execute("SELECT candidates FROM suggestion_set WHERE hash = ?", (set_,)).fetchone()
            self._held[set_] = [item["code"] for item in json.loads(row[0])] if row else []
        codes = self._held[set_]
        return codes[rank] if rank < len(codes) else None


def suggestion_records(study: Study, document: Document) -> Iterator[SuggestionRecord]:
    """All that models have suggested for a document's segments, segment by segment, older runs first."""
    corrections: list[tuple[int, list[list[int]]]] = [
        (version, json.loads(edits))
        for version, edits in study.db.execute(
            "SELECT version, edits FROM correction WHERE document = ? AND live = 1 ORDER BY version", (document.id,)
        )
    ]
    rows = study.db.execute(
        "SELECT s.hash, s.run, s.segment, s.version, s.candidates, s.notes, s.context, s.offered, "
        "EXISTS (SELECT 1 FROM current_set k WHERE k.segment = s.segment AND k.hash = s.hash), "
        "(SELECT json_group_array(json(coalesce(o.offered, n.codes))) FROM current_set k "
        "JOIN suggestion_set o ON o.hash = k.hash JOIN run n ON n.run = o.run WHERE k.segment = s.segment "
        "AND n.model = r.model AND n.n > r.n AND n.codes IS NOT NULL) "
        "FROM suggestion_set s JOIN run r ON r.run = s.run "
        "WHERE s.segment BETWEEN ? AND ? ORDER BY s.segment, r.n, s.hash",
        _span(document),
    )
    for hash_, run, number, version, candidates, notes, context, listed, current, since_asked in rows:
        offered = None if listed is None else tuple(json.loads(listed))
        since = [edits for corrected, edits in corrections if corrected > version]
        body = study.contents.body(notes) if notes else None
        rationales: list[str] = json.loads(body) if body else []
        items: list[dict[str, Any]] = json.loads(candidates)
        anew = {code for codes in json.loads(since_asked) for code in codes}
        for rank, item in enumerate(items):
            yield SuggestionRecord(
                hash_, run, number, rank, suggestion_id(hash_, rank), item["code"], item["fits"], item["confidence"],
                item["method"], _now(item["evidence"], since), rationales[rank] if rank < len(rationales) else "",
                bool(current), tuple(json.loads(context)), offered, item["code"] in anew,
            )  # fmt: skip
        if not items:
            yield SuggestionRecord(
                hash_, run, number, None, None, None, False, None, None, None, "", bool(current), (), offered
            )  # fmt: skip


def _now(evidence: list[int] | None, since: list[list[list[int]]]) -> tuple[int, int] | None:
    if evidence is None:
        return None
    start, end = evidence
    for edits in since:
        start, end = map_range(start, end, edits)
    return (start, end) if start < end else None


def failure_records(study: Study, document: Document) -> Iterator[FailureRecord]:
    """The segments of a document that runs failed on."""
    rows = study.db.execute(
        "SELECT f.run, f.segment, f.reason FROM failure f JOIN run r ON r.run = f.run "
        "WHERE f.segment BETWEEN ? AND ? ORDER BY f.segment, r.n",
        _span(document),
    )
    yield from (FailureRecord(*row) for row in rows)


def exposure_records(study: Study, document: Document) -> Iterator[ExposureRecord]:
    """Who worked on which segment of a document under which exposure, segment by segment."""
    blocks: dict[str, list[tuple[int, int, int]]] = {}
    arms: dict[str, tuple[int, int]] = {}
    for round_, first, last, chance in study.db.execute(
        "SELECT round, first, last, probability FROM core_block WHERE first <= ? AND last >= ? ORDER BY first",
        (_span(document)[1], document.first),
    ):
        blocks.setdefault(round_, []).append((first, last, chance))
    for round_, arm, opening in study.db.execute(
        "SELECT round, arm, opening FROM draw WHERE document = ?", (document.id,)
    ):
        arms[round_] = (arm, opening)
    rows = study.db.execute(
        "SELECT round, coder, segment, assigned, actual, revealed, completed, no_code, flagged, seen FROM unit "
        "WHERE segment BETWEEN ? AND ? ORDER BY segment, round, coder",
        _span(document),
    )
    for round_, coder, number, assigned, actual, revealed, completed, no_code, flagged, seen in rows:
        core = _block(blocks.get(round_, []), number)
        probability: int | None = core
        if core is None and round_ in arms:
            arm, opening = arms[round_]
            drawn = number - document.first >= opening
            probability = 1_000_000 if not drawn else arm if assigned == "blind_then_shown" else 1_000_000 - arm
        yield ExposureRecord(
            round_, coder, number, assigned, actual, core is not None, probability, revealed is not None,
            completed is not None, bool(no_code), bool(flagged), bool(seen),
        )  # fmt: skip


def _block(blocks: list[tuple[int, int, int]], number: int) -> int | None:
    """The probability of the blind block that a segment lies in; None outside."""
    at = bisect_right(blocks, (number, 2**62, 0)) - 1
    return blocks[at][2] if at >= 0 and blocks[at][1] >= number else None


def _span(document: Document) -> tuple[int, int]:
    return document.first, document.first + document.count - 1


def settled_segments(study: Study, document: Document) -> dict[int, list[str]]:
    """The segments (numbers) of a document that were completed in a consensus round, and the ids of these rounds."""
    found: dict[int, list[str]] = {}
    for number, round_ in study.db.execute(
        "SELECT DISTINCT u.segment, u.round FROM unit u JOIN round r ON r.round = u.round "
        "WHERE u.segment BETWEEN ? AND ? AND r.purpose = 'consensus' AND u.completed IS NOT NULL ORDER BY u.segment",
        _span(document),
    ):
        found.setdefault(number, []).append(round_)
    return found


def memo_records(study: Study, document: Document) -> Iterator[tuple[int, str, str]]:
    """(segment number, coder's id, text) of the memos on a document's segments that stand, in the order of the text;
    no reflexive ones."""
    rows = study.db.execute(
        "SELECT segment, coder, text FROM memo WHERE segment BETWEEN ? AND ? AND live = 1 "
        "AND type IS NOT 'reflexive' ORDER BY segment, rowid",
        _span(document),
    )
    for number, coder, text in rows:
        yield number, coder, study.contents.text(text)


def how_answered(study: Study, document: Document) -> Iterator[tuple[str, str, int, bool, bool]]:
    """(round, coder, segment number, whether it was completed under all codes, whether suggestions were on screen or
    were decided on in bulk) of a document's segments that were worked on, segment by segment; no second answers."""
    rows = study.db.execute(
        "SELECT round, coder, segment, completed IS NOT NULL AND scope = 'all', "
        "coalesce(actual IN ('shown', 'blind_then_shown'), 0) OR seen OR EXISTS (SELECT 1 FROM act a WHERE "
        "a.coder = unit.coder AND a.segment = unit.segment AND a.round = unit.round AND a.live = 1 "
        "AND a.bulk IS NOT NULL) FROM unit WHERE segment BETWEEN ? AND ? "
        "AND round NOT IN (SELECT round FROM round WHERE purpose = ?) ORDER BY segment, round, coder",
        (*_span(document), SECOND),
    )
    yield from ((round_, coder, number, bool(done), bool(shown)) for round_, coder, number, done, shown in rows)


def run_views(study: Study) -> dict[str, int]:
    """The tree view that each run (an id) was asked under."""
    return dict(study.db.execute("SELECT run, view FROM run ORDER BY n").fetchall())


def worked_units(study: Study, document: Document) -> list[tuple[str, str]]:
    """(round, coder), ids, of everybody who worked on a document or coded in it, in the order of rounds and coders;
    second answers are no such work."""
    rows = study.db.execute(
        "SELECT w.round, w.coder FROM (SELECT DISTINCT round, coder FROM unit WHERE segment BETWEEN ? AND ? UNION "
        "SELECT DISTINCT round, coder FROM coding WHERE document = ?) w JOIN round r ON r.round = w.round "
        "JOIN coder c ON c.coder = w.coder WHERE r.purpose <> ? ORDER BY r.n, c.n",
        (*_span(document), document.id, SECOND),
    )
    return [(round_, coder) for round_, coder in rows]


def any_completed(study: Study, document: Document) -> bool:
    """Whether somebody has completed a segment of the document in any round."""
    query = "SELECT 1 FROM unit WHERE segment BETWEEN ? AND ? AND completed IS NOT NULL LIMIT 1"
    return study.db.execute(query, _span(document)).fetchone() is not None


def coded_by_how_many(study: Study) -> dict[int, int]:
    """How many segments were completed by one person, by two, and so on."""
    rows = study.db.execute(
        "SELECT people, count(*) FROM (SELECT u.segment, count(DISTINCT u.coder) people FROM unit u JOIN coder c "
        "ON c.coder = u.coder WHERE u.completed IS NOT NULL AND c.type = 'person' GROUP BY u.segment) "
        "GROUP BY people ORDER BY people"
    )
    return dict(rows.fetchall())


def completed_under(study: Study) -> dict[str, int]:
    """How many segments persons completed under each exposure ("none": nothing had been suggested)."""
    rows = study.db.execute(
        "SELECT coalesce(u.actual, 'none'), count(*) FROM unit u JOIN coder c ON c.coder = u.coder "
        "JOIN round r ON r.round = u.round WHERE u.completed IS NOT NULL AND c.type = 'person' AND r.purpose <> ? "
        "GROUP BY 1 ORDER BY 1",
        (SECOND,),
    )
    return dict(rows.fetchall())


def persons_at_work(study: Study) -> dict[str, tuple[int, int]]:
    """Persons (ids) with completed segments or codings: (segments completed, codings that stand)."""
    rows = study.db.execute(
        "SELECT c.coder, (SELECT count(DISTINCT u.segment) FROM unit u WHERE u.coder = c.coder "
        "AND u.completed IS NOT NULL), (SELECT count(*) FROM coding k WHERE k.coder = c.coder) FROM coder c "
        "WHERE c.type = 'person' ORDER BY c.n"
    )
    return {coder: (done, coded) for coder, done, coded in rows.fetchall() if done or coded}
