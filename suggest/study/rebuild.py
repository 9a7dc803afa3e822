"""Computing all projections anew from the log: after a merge, after the fold has changed, and to verify."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from suggest.study.contents import ContentRows
from suggest.study.fold import Fold
from suggest.study.local_state import set_state
from suggest.study.log import entries
from suggest.study.schema import drop_projections, make_projections

BATCH = 5_000


Progress = Callable[[int, int], None]
"""What hears of long work: how many entries are done, and of how many."""


def rebuild(connection: sqlite3.Connection, contents: ContentRows, progress: Progress | None = None) -> None:
    """Drop the projections and fold the whole log; inside the caller's transaction.

    Content that turns out to be withdrawn is deleted, and the file's bytes are left to `finish_scrub`.
    """
    drop_projections(connection)
    make_projections(connection)
    fold_all(connection, connection, contents, progress)
    gone = connection.execute("DELETE FROM content WHERE id IN (SELECT content FROM tombstone)")
    if gone.rowcount:
        set_state(connection, "scrub", "pending")


def fold_all(
    log: sqlite3.Connection, target: sqlite3.Connection, contents: ContentRows, progress: Progress | None = None
) -> None:
    """Fold the log of one connection into the empty projections of another."""
    fold = begin(log, target, contents)
    total = log.execute("SELECT count(*) FROM log").fetchone()[0] if progress else 0
    for number, entry in enumerate(entries(log), 1):
        fold.apply(entry)
        if number % BATCH == 0:
            fold.flush()
            if progress:
                progress(number, total)
    fold.flush()


def begin(log: sqlite3.Connection, target: sqlite3.Connection, contents: ContentRows) -> Fold:
    """A fold for empty projections that knows beforehand what erasures put in the place of older content."""
    for (payload,) in log.execute("SELECT payload FROM log WHERE kind = 'erased' ORDER BY clock, tick, replica, seq"):
        target.executemany(
            "INSERT OR REPLACE INTO replacement (old, new) VALUES (?, ?)", json.loads(payload)["replaced"]
        )
    return Fold(target, contents)
