"""What a copy of the study file notes for itself: its version, and by which fold its projections were computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggest.study.schema import FOLD

if TYPE_CHECKING:
    import sqlite3


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def get_state(connection: sqlite3.Connection, key: str) -> str | None:
    """A note that this copy of the file keeps for itself."""
    row = connection.execute("SELECT value FROM local_state WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_state(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    if value is None:
        connection.execute("DELETE FROM local_state WHERE key = ?", (key,))
    else:
        connection.execute("INSERT OR REPLACE INTO local_state (key, value) VALUES (?, ?)", (key, value))


def fold_is_current(connection: sqlite3.Connection) -> bool:
    """Whether the projections were computed by today's fold."""
    return get_state(connection, "fold") in (None, str(FOLD))
