"""What there is to know of runs beyond their counters: who began them, when, how they failed, what stands of them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from suggest.study.runs import MODEL_PREFIX
from suggest.study.study import Study


@dataclass(frozen=True)
class RunName:
    """How a run is called: its id, its number and its model's profile."""

    id: str
    number: int
    profile: str


@dataclass(frozen=True)
class RunFacts:
    """A run's circumstances. Times are UTC ISO 8601, as finely as the study keeps them, None where it keeps none or
    the run has not ended; `by` is the coder's id; `failed` counts by reason; `tree` is how many of the changes of the
    code tree that stand today it was asked about; `standing` for how many segments its suggestions are the newest of
    their model."""

    began: str | None = None
    ended: str | None = None
    by: str = ""
    failed: dict[str, int] = field(default_factory=dict)
    tree: int = 0
    standing: int = 0


def newest_run(study: Study, baselines: Collection[str] = ()) -> RunName | None:
    """The newest run of all; None in a study without suggestions. Runs of these profiles, which are not shown beside
    others, count only where there is no other."""
    rows = study.db.execute(
        "SELECT r.run, max(r.n), c.name FROM run r JOIN coder c ON c.coder = r.model GROUP BY c.coder ORDER BY 2 DESC"
    ).fetchall()
    newest = [RunName(run, n, study.contents.text(name).removeprefix(MODEL_PREFIX)) for run, n, name in rows]
    return next((run for run in newest if run.profile not in baselines), newest[0] if newest else None)


def any_run(study: Study) -> bool:
    """Whether a model was ever asked in this study."""
    return study.db.execute("SELECT 1 FROM run LIMIT 1").fetchone() is not None


def decisions_since(study: Study, coder: str, run: str, most: int) -> int:
    """How many of a coder's decisions stand that came after a run (an id) began: `most`, if there are more."""
    row = study.db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM act WHERE coder = ? AND live = 1 AND kind IN ('decided', 'completed') "
        "AND ord > (SELECT ord FROM run WHERE run = ?) LIMIT ?)",
        (coder, run, most),
    ).fetchone()
    return int(row[0])


def run_facts(study: Study) -> dict[str, RunFacts]:
    """The circumstances of all runs, by id. It reads each run's suggestion sets' places, so it takes a moment where
    there are millions."""
    with study.reading():
        begun = {run: (at, actor) for run, at, actor in _entries(study, "run_started")}
        ended = {run: at for run, at, _ in _entries(study, "run_ended")}
        failed: dict[str, dict[str, int]] = {}
        for run, reason, count in study.db.execute(
            "SELECT run, reason, count(*) FROM failure GROUP BY run, reason ORDER BY run, reason"
        ):
            failed.setdefault(run, {})[reason] = count
        standing = dict(study.db.execute("SELECT run_n, count(*) FROM current_set GROUP BY run_n").fetchall())
        found = study.db.execute("SELECT r.run, r.n, r.state, v.heads FROM run r JOIN tree_view v ON v.view = r.view")
        return {
            run: RunFacts(
                begun.get(run, (None, ""))[0], None if state == "running" else ended.get(run),
                begun.get(run, (None, ""))[1], failed.get(run, {}), _tree(study, json.loads(heads)),
                standing.get(number, 0),
            )
            for run, number, state, heads in found.fetchall()
        }  # fmt: skip


def served_by(study: Study, run: str) -> dict[tuple[str, str], int]:
    """What endpoints called their model and its fingerprint in a run (an id), with the number of answers; empty strings
    where they said nothing."""
    found: dict[tuple[str, str], int] = {}
    for (content,) in study.db.execute(
        "SELECT json_extract(payload, '$.served') FROM log WHERE kind IN ('suggested', 'sampled', 'suggestion_failed') "
        "AND json_extract(payload, '$.run') = ?",
        (run,),
    ):
        if content and (body := study.contents.body(content)) is not None:
            model, fingerprint, _ = body.split("\n")
            found[model, fingerprint] = found.get((model, fingerprint), 0) + 1
    return found


def _entries(study: Study, kind: str) -> list[tuple[str, str | None, str]]:
    """(run, at, actor) of each entry of a kind that names a run, in the fold's order."""
    return study.db.execute(
        "SELECT json_extract(payload, '$.run'), at, actor FROM log WHERE kind = ? ORDER BY clock, tick, replica, seq",
        (kind,),
    ).fetchall()


def _tree(study: Study, heads: dict[str, int]) -> int:
    counts = (
        study.db.execute(
            "SELECT count(*) FROM tree_change WHERE replica = ? AND seq <= ? AND live = 1", (replica, seq)
        ).fetchone()[0]
        for replica, seq in heads.items()
    )
    return sum(counts)
