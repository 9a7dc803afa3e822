"""What an action asks of the database: its statements, the steps they take, and the tables that they read whole."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable

# Read whole on purpose: a row per copy, coder or change of the tree, never one per segment, suggestion or act.
SMALL = {
    "replica",
    "known",
    "tree_change",
    "code",
    "study",
    "round",
    "setting",
    "run",
    "coder",
    "membership",
    "t",
    "local_claim",
    "u",
}
"""`local_claim` has a row for each segment that somebody has open now; `t` is tree_change where it is joined, and `u`
what one run did not know."""


def traced(db: sqlite3.Connection, action: Callable[[], object]) -> tuple[list[str], int]:
    """The statements that an action runs on a connection, and the steps of SQLite's machine."""
    statements: list[str] = []
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    db.set_trace_callback(statements.append)
    db.set_progress_handler(step, 1)
    try:
        action()
    finally:
        db.set_trace_callback(None)
        db.set_progress_handler(None, 0)
    return [s for s in statements if not s.startswith("--")], steps


def scanned(db: sqlite3.Connection, statements: Iterable[str]) -> set[str]:
    """The tables that these statements read from one end to the other, by SQLite's own plans."""
    found = set()
    for statement in statements:
        if statement.split()[0] not in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"):
            continue
        for row in db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            if (match := re.match(r"SCAN (\w+)", row[3])) and "LIMIT 1" not in statement:
                found.add(match[1])
    return found
