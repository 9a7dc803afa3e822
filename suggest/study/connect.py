"""One way to open a study file and one way to write to it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.study.schema import APPLICATION_ID, VERSION

BUSY_MS = 15_000
EAGER, STEP = 0.25, 0.001
"""Seconds for which a write that finds another one in its way asks again and again, and between two times. SQLite by
itself soon asks every 50 ms only, and so misses the short pauses that a run leaves for those who review meanwhile."""


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection with all pragmas set. Reading opens nothing for writing, so a read-only copy can be read."""
    if not path.exists():
        raise BadInput(
            "no such study file.", file=path.name, advice="Make one with 'secondcoder new', or check the path."
        )
    if path.is_dir():
        raise BadInput("is a folder, not a study file.", file=path.name)
    if write and not os.access(path, os.W_OK):
        raise SecondCoderError(
            f"{path.name} is read-only: it can be read and verified, but nothing can be stored in it. "
            "Change the file's permissions or work on a copy."
        )
    try:
        connection = _open(path, write)
        _check_kind(connection, path)
    except sqlite3.DatabaseError as error:
        raise explain(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a damaged schema in its message, which then is no text.
        raise explain(sqlite3.DatabaseError("malformed"), path) from error
    return connection


def _open(path: Path, write: bool) -> sqlite3.Connection:
    if write:
        connection = _plain(path.resolve().as_uri() + "?mode=rw")
        _check_kind(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")  # a restored backup is not in this mode
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
    connection = _plain(path.resolve().as_uri() + "?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # A file in write-ahead mode in a folder that cannot be written has no shared-memory file to read through.
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        connection.close()
        connection = _plain(path.resolve().as_uri() + "?immutable=1")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _plain(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        connection.close()
        raise BadInput("is not a study file of Second Coder.", file=path.name)
    if version > VERSION:
        row = connection.execute("SELECT value FROM local_state WHERE key = 'software'").fetchone()
        connection.close()
        raise Refused(
            f"{path.name} was written by newer software (secondcoder {row[0] if row else 'unknown'}, file version "
            f"{version}; this one reads up to {VERSION}). Update secondcoder on this machine."
        )


@contextmanager
def immediate(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """A write transaction from the start; committed and on disk at the end, or nothing of it happened."""
    try:
        _begin(connection)
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.DatabaseError as error:
        raise explain(error, path) from error


def _begin(connection: sqlite3.Connection) -> None:
    patience = int(connection.execute("PRAGMA busy_timeout").fetchone()[0])
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        until = time.monotonic() + min(EAGER, patience / 1000)
        while time.monotonic() < until:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(STEP)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
    connection.execute("BEGIN IMMEDIATE")


def explain(error: sqlite3.Error, path: Path) -> SecondCoderError:
    """What happened to the file, for its user."""
    text = str(error)
    if "disk I/O error" in text:
        what = (
            "it could not be written: the disk or your share of it is full, or the disk fails. "
            "Nothing of this was stored; make room and do it again."
        )
    elif "full" in text:
        what = "there is no room left to write. Nothing of this was stored; free some space and do it again."
    elif "locked" in text or "busy" in text:
        what = "another program is writing and did not finish in time. Nothing of this was stored; try again."
    elif "readonly" in text or "read-only" in text or "query_only" in text:
        what = "is read-only. Nothing of this was stored."
    elif "malformed" in text or "not a database" in text:
        what = "is damaged or not a study file. Check the path; if it is your study, restore a backup."
    elif "unable to open" in text:
        what = "cannot be opened. Check the permissions of the file and its folder."
    else:
        what = f"the database refused: {text}. Nothing of this was stored."
    return SecondCoderError(f"{path.name}: {what}")
