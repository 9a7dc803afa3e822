"""Folding runs: suggestion sets, failures, and which segments a code is suggested for."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from suggest.study.canonical import SET, canonical, digest
from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.documents import versions
from suggest.study.fold.proposing import proposing_started
from suggest.study.fold.study import one_coder

DOUBT_LEVELS = 64


@folds("run_started")
def run_started(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    if payload.get("proposes"):
        proposing_started(fold, entry)
        return
    fold.db.execute(
        "INSERT OR IGNORE INTO run (run, n, model, identity, parameters, prompt, threshold, training, codes, segments, "
        "state, suggested, no_code, failed, tokens_in, tokens_out, view, ord, documents, unaware, baseline) "
        "SELECT ?, count(*) + 1, ?, ?, ?, ?, ?, ?, ?, ?, 'running', 0, 0, 0, 0, 0, ?, ?, "
        "(SELECT coalesce(max(n), 0) FROM document), ?, ? FROM run",
        (
            payload["run"],
            one_coder(fold, payload["model"]),
            payload["identity"],
            payload["parameters"],
            payload["prompt"],
            payload["threshold"],
            _json(payload["training"]),
            _json(payload["codes"]),
            payload["segments"],
            fold.view(entry.replica),
            fold.position,
            json.dumps(_unknown_draws(fold, entry.replica)),
            int(payload.get("baseline", False)),
        ),
    )


def _unknown_draws(fold: Fold, replica: str) -> list[int]:
    """The draws of blind cores (by their place in the fold's order) that were made elsewhere, unknown to this copy."""
    made = fold.db.execute("SELECT DISTINCT ord, replica, seq FROM draw WHERE replica <> ? ORDER BY ord", (replica,))
    return [ord_ for ord_, other, seq in made.fetchall() if not fold.knows(replica, other, seq)]


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)


@folds("run_ended")
def run_ended(fold: Fold, entry: Entry) -> None:
    for table in ("run", "proposal_run"):
        fold.db.execute(f"UPDATE {table} SET state = ? WHERE run = ?", (entry.payload["state"], entry.payload["run"]))


def set_hash(payload: dict[str, Any]) -> str:
    """The hash that names a suggestion set for ever: SHA-256 over its tag and canonical payload."""
    return digest(SET, canonical(payload))


@folds("suggested")
def suggested(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    segment = fold.segment(payload["segment"])
    document = payload["segment"].partition(".")[0]
    _, live, common = versions(fold, document, entry.replica)
    version = live[common - 1].version if common else 0
    hash_ = set_hash(payload)
    made = fold.db.execute(
        "INSERT OR IGNORE INTO suggestion_set (hash, run, segment, task, version, candidates, notes, raw, context, "
        "offered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            hash_,
            payload["run"],
            segment,
            payload["task"],
            version,
            json.dumps(payload["candidates"], sort_keys=True),
            payload["notes"] and fold.resolve(payload["notes"]),
            payload["raw"] and fold.resolve(payload["raw"]),
            json.dumps(payload["context"]),
            _json(payload.get("offered")),
        ),
    )
    if not made.rowcount:
        return
    keep_words(fold, entry, segment, payload["context"], [payload["notes"], payload["raw"]], [payload.get("served")])
    fits = any(candidate["fits"] for candidate in payload["candidates"])
    tokens = payload["tokens"] or [0, 0]
    fold.db.execute(
        "UPDATE run SET suggested = suggested + ?, no_code = no_code + ?, tokens_in = tokens_in + ?, "
        "tokens_out = tokens_out + ? WHERE run = ?",
        (int(fits), int(not fits), *tokens, payload["run"]),
    )
    # What failed at first and was answered later has not failed.
    over = fold.db.execute("DELETE FROM failure WHERE run = ? AND segment = ?", (payload["run"], segment)).rowcount
    if over:
        fold.db.execute("UPDATE run SET failed = failed - ? WHERE run = ?", (over, payload["run"]))
    fold.count("suggestion", "candidates", len(payload["candidates"]))
    _make_current(fold, segment, payload, hash_)


def keep_words(
    fold: Fold, entry: Entry, segment: int, context: list[str], held: list[str | None], more: list[str | None]
) -> None:
    """What a model said in words (content ids): `more` of it stands in no other table, and is found here by segment and
    context when it has to go."""
    if fold.any_erasure() and any(fold.pages.has("erased", fold.segment(id_)) for id_ in context):
        # It comes from a copy that still had the words: the candidates stand, what the model said in words goes.
        fold.withdraw(entry, [*held, *more])
        fold.stands_on_erased = True
    fold.db.executemany(
        "INSERT OR IGNORE INTO model_words (content, segment, context) VALUES (?, ?, ?)",
        [(fold.resolve(content), segment, json.dumps(context)) for content in more if content],
    )


def _make_current(fold: Fold, segment: int, payload: dict[str, Any], hash_: str) -> None:
    """The newest run of a model stands, and one about a few codes beside it until all codes are asked about anew. What
    a baseline says stands only where no other model was asked about all codes."""
    model, run_n, codes, baseline = fold.db.execute(
        "SELECT model, n, codes, baseline FROM run WHERE run = ?", (payload["run"],)
    ).fetchone()
    scope = "" if codes is None else " ".join(sorted(json.loads(codes)))
    held, baselines = dict[tuple[str, str], _Held](), set[tuple[str, str]]()
    for other, about, number, candidates, offered, is_baseline in fold.db.execute(
        "SELECT c.model, c.scope, c.run_n, s.candidates, s.offered, r.baseline FROM current_set c "
        "JOIN suggestion_set s ON s.hash = c.hash JOIN run r ON r.run = s.run WHERE c.segment = ?",
        (segment,),
    ):
        held[other, about] = _Held(
            other, number, _asked(about, offered and json.loads(offered)), json.loads(candidates)
        )
        if is_baseline:
            baselines.add((other, about))
    if baseline and any(not about and (other, about) not in baselines for other, about in held):
        return
    if any(key in held and held[key].run_n > run_n for key in ((model, scope), (model, ""))):
        return
    over = [] if scope else [key for key in held if key[0] == model and key[1] and held[key].run_n < run_n]
    if not scope and not baseline:
        over += [key for key in baselines if key[0] != model]
    old = _marks(held.values())
    for key in over:
        del held[key]
        fold.db.execute("DELETE FROM current_set WHERE segment = ? AND model = ? AND scope = ?", (segment, *key))
    held[model, scope] = _Held(model, run_n, _asked(scope, payload.get("offered")), payload["candidates"])
    new = _marks(held.values())
    for name in old - new:
        fold.pages.set(name, segment, False)
    for name in new - old:
        fold.pages.set(name, segment, True)
    fold.db.execute(
        "INSERT INTO current_set (segment, model, scope, run_n, hash) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (segment, model, scope) DO UPDATE SET run_n = excluded.run_n, hash = excluded.hash",
        (segment, model, scope, run_n, hash_),
    )


@dataclass(frozen=True)
class _Held:
    """A current suggestion set: whose, of which run, and which codes it was asked about, None for the whole tree."""

    model: str
    run_n: int
    asked: frozenset[str] | None
    candidates: list[dict[str, Any]]


def _asked(scope: str, offered: list[str] | None) -> frozenset[str] | None:
    """The codes that a set about a few answers; where only some of these had room in the question, those."""
    return frozenset(scope.split() if offered is None else offered) if scope else None


def _marks(sets: Collection[_Held]) -> set[str]:
    """The sets of segments that a segment with these current suggestion sets belongs to. What a newer run of a model
    about a few codes answers is said by that one alone."""
    marks: set[str] = set()
    levels = []
    for one in sets:
        anew = frozenset[str]().union(
            *(other.asked or () for other in sets if other.model == one.model and other.run_n > one.run_n)
        )
        standing = [candidate for candidate in one.candidates if candidate["code"] not in anew]
        fitting = [candidate["code"] for candidate in standing if candidate["fits"]]
        marks.update(f"fits:{code}" for code in fitting)
        if fitting:
            marks.add("suggested")
        levels.append(doubt(standing))
    return marks | ({f"doubt:{min(levels):02d}"} if levels else set())


def doubt(candidates: list[dict[str, Any]]) -> int:
    """0 (the first two candidates are level) to 63 (far apart, or nothing to compare)."""
    known = sorted((c["confidence"] for c in candidates if c["confidence"] is not None), reverse=True)
    if len(known) < 2:
        return DOUBT_LEVELS - 1
    return int(min(DOUBT_LEVELS - 1, (known[0] - known[1]) * DOUBT_LEVELS // 1_000_000))


@folds("sampled")
def sampled(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    segment = fold.segment(payload["segment"])
    fold.db.execute(
        "UPDATE run SET tokens_in = tokens_in + ?, tokens_out = tokens_out + ? WHERE run = ?",
        (*(payload["tokens"] or [0, 0]), payload["run"]),
    )
    keep_words(fold, entry, segment, payload["context"], [], [payload["raw"], payload.get("served")])
    fold.db.execute(
        "UPDATE model_words SET run = ?, task = ? WHERE content = ?",
        (payload["run"], payload["task"], fold.resolve(payload["raw"])),
    )


@folds("suggestion_failed")
def suggestion_failed(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    segment = fold.segment(payload["segment"])
    key = (payload["run"], segment)
    tokens = payload.get("tokens", [0, 0])
    for table in ("run", "proposal_run"):
        fold.db.execute(
            f"UPDATE {table} SET tokens_in = tokens_in + ?, tokens_out = tokens_out + ? WHERE run = ?",
            (*tokens, payload["run"]),
        )
    keep_words(fold, entry, segment, payload.get("context", []), [], [payload.get("raw"), payload.get("served")])
    if fold.db.execute("SELECT 1 FROM suggestion_set WHERE run = ? AND segment = ?", key).fetchone():
        return
    made = fold.db.execute(
        "INSERT OR IGNORE INTO failure (run, segment, task, reason, detail) VALUES (?, ?, ?, ?, ?)",
        (
            payload["run"],
            segment,
            payload["task"],
            payload["reason"],
            payload["detail"] and fold.resolve(payload["detail"]),
        ),
    )
    fold.db.execute("UPDATE run SET failed = failed + ? WHERE run = ?", (made.rowcount, payload["run"]))
