"""Folding looks at a round that is still being coded: each is kept, so that an audit can say how often one looked."""

from __future__ import annotations

from suggest.study.fold.core import Entry, Fold, folds


@folds("looked")
def looked(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.db.execute(
        "INSERT INTO look (ord, round, actor, documents, segments) VALUES (?, ?, ?, ?, ?)",
        (fold.position, payload["round"], entry.actor, payload["documents"], payload["segments"]),
    )
