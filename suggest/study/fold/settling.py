"""Folding what coders settled: each settlement is kept; the last one about a segment in a round is the one that
stands."""

from __future__ import annotations

import json

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.used_codes import keep_used


@folds("settled")
def settled(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    keep_used(fold, payload["codes"] or ())
    fold.db.execute(
        "INSERT INTO settlement (replica, seq, ord, round, segment, actor, codes, coders, view, reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.replica,
            entry.seq,
            fold.position,
            payload["round"],
            fold.segment(payload["segment"]),
            entry.actor,
            None if payload["codes"] is None else json.dumps(payload["codes"]),
            json.dumps(payload["with"]),
            fold.view(entry.replica),
            payload["reason"] and fold.resolve(payload["reason"]),
        ),
    )
