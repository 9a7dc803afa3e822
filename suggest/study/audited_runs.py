"""The runs of a study about the whole tree, as an audit scores them: what each answered, and whether it can have
learned from a round's blind core."""

from __future__ import annotations

import json
from dataclasses import dataclass

from suggest.study.audited import released_at, version_of
from suggest.study.cores import runs_too_early
from suggest.study.study import Study


@dataclass(frozen=True)
class WholeRun:
    """A run about all codes; `answered` segments have a suggestion set of it. `model` is a coder's id; `tree_version`
    that of the tree it was given; `after_release`: it began when the round's core had been released; `learned`: from
    people's codings; `tainted`: what it learned from may hold answers of the round's core."""

    id: str
    number: int
    model: str
    identity: str
    prompt: str | None
    tree_version: int
    answered: int
    learned: bool
    after_release: bool
    tainted: bool


def whole_runs(study: Study, round_: str) -> list[WholeRun]:
    """The runs about the whole tree, oldest first, beside the core of a round (an id)."""
    early = runs_too_early(study)
    released = released_at(study, round_)
    found = []
    for run, number, model, identity, prompt, view, ord_, training, answered in study.db.execute(
        "SELECT run, n, model, identity, prompt, view, ord, training, suggested + no_code FROM run "
        "WHERE codes IS NULL ORDER BY n"
    ).fetchall():
        after, learned = released is not None and ord_ > released, training is not None
        heads = study.db.execute("SELECT heads FROM tree_view WHERE view = ?", (view,)).fetchone()
        version = 0 if heads is None else version_of(study, json.loads(heads[0]))
        name = study.contents.text(identity)
        found.append(
            WholeRun(
                run, number, model, name, prompt, version, answered, learned, after, learned and (after or run in early)
            )
        )
    return found


def sets_of(study: Study, run: str) -> dict[int, str]:
    """The hash of the suggestion set that a run (an id) gave each segment, by number."""
    rows = study.db.execute("SELECT segment, hash FROM suggestion_set WHERE run = ?", (run,))
    return dict(rows.fetchall())
