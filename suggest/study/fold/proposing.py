"""Folding the beginning of a run that proposes new codes: it stands apart, since it suggests no code of the tree."""

from __future__ import annotations

from suggest.study.fold.core import Entry, Fold
from suggest.study.fold.study import one_coder


def proposing_started(fold: Fold, entry: Entry) -> None:
    """One more such run."""
    payload = entry.payload
    fold.db.execute(
        "INSERT OR IGNORE INTO proposal_run (run, n, model, identity, parameters, prompt, segments, state, tokens_in, "
        "tokens_out) SELECT ?, count(*) + 1, ?, ?, ?, ?, ?, 'running', 0, 0 FROM proposal_run",
        (
            payload["run"],
            one_coder(fold, payload["model"]),
            payload["identity"],
            payload["parameters"],
            payload["prompt"],
            payload["segments"],
        ),
    )
