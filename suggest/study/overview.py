"""The study at a glance, from stored counters: what is in it, how far everybody is, where the log stands."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.codes import tree_version
from suggest.study.hosts import hosts
from suggest.study.not_begun import not_begun
from suggest.study.people import coders
from suggest.study.proposals import proposal_counts
from suggest.study.runs import Run, runs
from suggest.study.study import Study
from suggest.study.unit import SECOND
from suggest.study.units import decision_counts
from suggest.study.verify import combined_head


@dataclass(frozen=True)
class Overview:
    """Counts of what stands. `completed` are segments by coder's name over all rounds, `remaining` those left
    in open ones; `not_begun` are the open rounds (by name) that a coder has yet to begin in, with what is left there.

    `segments` counts all, `data` those that are coded; `suggestions` counts candidates in `sets`, and
    `codings` those that stand, imported ones included; `proposals` are codes that models proposed, as
    `proposal_counts` has them; `sent` is requests and characters by host.
    """

    title: str
    documents: int
    segments: int
    data: int
    codes: int
    tree_version: int
    runs: tuple[Run, ...]
    sets: int
    suggestions: int
    codings: int
    decisions: dict[str, int]
    completed: dict[str, int]
    remaining: dict[str, int]
    not_begun: dict[str, dict[str, int]]
    proposals: dict[str, int]
    sent: dict[str, tuple[int, int]]
    entries: int
    head: str


def overview(study: Study) -> Overview:
    """Read in one moment; costs the same whatever has been decided."""
    with study.reading():
        names = {coder.id: coder.name for coder in coders(study)}
        documents, segments, data = study.db.execute(
            "SELECT count(*), coalesce(sum(count), 0), coalesce(sum(data), 0) FROM document WHERE state = 'present'"
        ).fetchone()
        standing, waiting = _standing(study), not_begun(study)
        for coder, places in waiting.items():
            completed, remaining = standing.get(coder, (0, 0))
            standing[coder] = (completed, remaining + sum(places.values()))
        people = [coder for coder in names if coder in standing]
        suggestions = study.db.execute(
            "SELECT n FROM tally WHERE name = 'suggestion' AND key = 'candidates'"
        ).fetchone()
        heads = {
            replica: (size, head)
            for replica, size, head in study.db.execute("SELECT replica, size, head FROM replica").fetchall()
        }
        held = tuple(runs(study))
        return Overview(
            study.title,
            documents,
            segments,
            data,
            study.db.execute("SELECT count(*) FROM code WHERE state = 'live'").fetchone()[0],
            tree_version(study),
            held,
            sum(run.suggested + run.no_code for run in held),
            suggestions[0] if suggestions else 0,
            study.db.execute("SELECT count(*) FROM coding").fetchone()[0],
            decision_counts(study),
            {names[coder]: standing[coder][0] for coder in people},
            {names[coder]: standing[coder][1] for coder in people},
            {names[coder]: waiting[coder] for coder in people if coder in waiting},
            proposal_counts(study),
            {host.name: (host.requests, host.characters) for host in hosts(study) if host.requests},
            sum(size for size, _ in heads.values()),
            combined_head(heads),
        )


def _standing(study: Study) -> dict[str, tuple[int, int]]:
    """By coder (an id): segments completed, and left in open rounds; second answers count for nothing."""
    rows = study.db.execute(
        "SELECT m.coder, sum(m.completed), sum(m.remaining * (r.state = 'open')) FROM membership m "
        "JOIN round r USING (round) WHERE r.purpose <> ? GROUP BY m.coder",
        (SECOND,),
    )
    return {coder: (completed, remaining) for coder, completed, remaining in rows}
