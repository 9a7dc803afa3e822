"""Suggestion sets as they are stored: what now stands for a segment, and what a suggestion's id names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suggest.study.positions import map_range
from suggest.study.runs import profile_of
from suggest.study.segments import segment_id
from suggest.study.settings import get_setting
from suggest.study.study import Study


@dataclass(frozen=True)
class StoredCandidate:
    """A suggestion as stored; `id` is what `decide` takes. The evidence lies in today's text, None if it is gone;
    `votes` says how many of how many samples named the code, None where a single one was asked for."""

    id: str
    rank: int
    code: str
    fits: bool
    confidence: int | None
    method: str
    evidence: tuple[int, int] | None
    state: str
    rationale: str
    basis: tuple[str, ...]
    votes: tuple[int, int] | None = None


@dataclass(frozen=True)
class StoredSet:
    """A suggestion set: what one run said of one segment. `model` is the model's coder id, `number` the run's; `asked`
    are the codes (ids) that it answers, None where it is about the whole tree."""

    hash: str
    run: str
    model: str
    profile: str
    segment: int
    task: str
    candidates: tuple[StoredCandidate, ...]
    number: int = 0
    asked: frozenset[str] | None = None


_SET = (
    "SELECT s.hash, s.run, c.coder, c.name, s.segment, s.task, s.candidates, s.notes, s.version, r.n, "
    "r.codes, s.offered "
    "FROM suggestion_set s JOIN run r ON r.run = s.run JOIN coder c ON c.coder = r.model"
)


def current_sets(study: Study, number: int, only_runs: Sequence[str] = ()) -> list[StoredSet]:
    """The suggestion sets that now stand for a segment: of the named runs, else the newest of each model, a baseline's
    only where no other model was asked.

    A newer run about a few codes alone stands beside the one about the whole tree.
    """
    if only_runs:
        marks = ",".join("?" * len(only_runs))
        rows = study.db.execute(
            f"{_SET} WHERE s.segment = ? AND s.run IN ({marks}) ORDER BY r.n", (number, *only_runs)
        ).fetchall()
    else:
        rows = study.db.execute(
            f"{_SET} JOIN current_set k ON k.segment = s.segment AND k.hash = s.hash WHERE s.segment = ? ORDER BY r.n",
            (number,),
        ).fetchall()
    return [_stored(study, row) for row in rows]


def asked_anew(stored: StoredSet, beside: Sequence[StoredSet]) -> frozenset[str]:
    """The codes (ids) on which a set says nothing any more, since a newer one among these is about a few codes, by the
    same model, and answers them."""
    newer = (other for other in beside if other.model == stored.model and other.number > stored.number)
    return frozenset[str]().union(*(other.asked or () for other in newer))


def current_hashes(study: Study, number: int, only_runs: Sequence[str] = ()) -> tuple[str, ...]:
    """The hashes of `current_sets`, in their order, without reading the sets."""
    if only_runs:
        return tuple(found.hash for found in current_sets(study, number, only_runs))
    rows = study.db.execute("SELECT hash FROM current_set WHERE segment = ? ORDER BY run_n", (number,))
    return tuple(hash_ for (hash_,) in rows)


def current_runs(study: Study) -> tuple[str, ...]:
    """The ids of the runs that the setting `current_runs` names by id or number; none: the latest of each model."""
    wanted = get_setting(study, "current_runs")
    if not wanted:
        return ()
    rows = study.db.execute("SELECT run, n FROM run ORDER BY n").fetchall()
    return tuple(run for run, n in rows if run in wanted or str(n) in wanted)


def get_set(study: Study, hash_: str) -> StoredSet | None:
    """The suggestion set of that hash."""
    row = study.db.execute(f"{_SET} WHERE s.hash = ?", (hash_,)).fetchone()
    return _stored(study, row) if row else None


def set_of_suggestion(study: Study, number: int, suggestion: str) -> tuple[StoredSet, int] | None:
    """The set and rank that a suggestion's id names among a segment's sets."""
    prefix, dot, rank = suggestion.partition(".")
    if not dot or not rank.isascii() or not rank.isdigit() or len(rank) > 4 or len(prefix) != _ID_LENGTH:
        return None
    row = study.db.execute(
        f"{_SET} WHERE s.segment = ? AND substr(s.hash, 1, ?) = ?", (number, _ID_LENGTH, prefix)
    ).fetchone()
    if row is None:
        return None
    stored = _stored(study, row)
    return (stored, int(rank)) if int(rank) < len(stored.candidates) else None


def segment_of_suggestion(study: Study, suggestion: str) -> int | None:
    """The number of the segment that a suggestion was made for; None if there is none of that id."""
    prefix = suggestion.partition(".")[0]
    if len(prefix) != _ID_LENGTH:
        return None
    row = study.db.execute(
        "SELECT segment FROM suggestion_set WHERE hash >= ? AND hash < ? LIMIT 1", (prefix, prefix + "g")
    ).fetchone()
    return None if row is None else int(row[0])


_ID_LENGTH = 20


def suggestion_id(hash_: str, rank: int) -> str:
    """How `queue` and `decide` name a candidate of a set."""
    return f"{hash_[:_ID_LENGTH]}.{rank}"


def _stored(study: Study, row: tuple[Any, ...]) -> StoredSet:
    hash_, run, model, name, number, task, candidates, notes, version, run_n, codes, offered = row
    body = study.contents.body(notes) if notes else None
    rationales: list[str] = json.loads(body) if body else []
    edits = _edits_since(study, number, version)
    found = []
    for rank, item in enumerate(json.loads(candidates)):
        evidence = item["evidence"]
        if evidence is not None:
            start, end = evidence
            for edit in edits:
                start, end = map_range(start, end, edit)
            evidence = (start, end) if start < end else None
        rationale = rationales[rank] if rank < len(rationales) else ""
        found.append(
            StoredCandidate(
                suggestion_id(hash_, rank), rank, item["code"], item["fits"], item["confidence"], item["method"],
                evidence, item["state"], rationale, tuple(item["basis"]), _votes(item),
            )
        )  # fmt: skip
    asked = None if codes is None else frozenset(json.loads(offered or codes))
    profile = profile_of(study.contents.text(name))
    return StoredSet(hash_, run, model, profile, number, task, tuple(found), run_n, asked)


def _votes(item: dict[str, Any]) -> tuple[int, int] | None:
    found = item.get("votes")
    return None if found is None else (found[0], found[1])


def _edits_since(study: Study, number: int, version: int) -> list[list[list[int]]]:
    """The corrections that a segment's document has had since a text version."""
    try:
        document = segment_id(study, number).partition(".")[0]
    except KeyError:
        return []
    rows = study.db.execute(
        "SELECT edits FROM correction WHERE document = ? AND live = 1 AND version > ? ORDER BY version",
        (document, version),
    )
    return [json.loads(edits) for (edits,) in rows]
