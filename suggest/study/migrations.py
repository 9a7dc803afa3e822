"""How an older study file becomes one of today: one step per version, each in its own transaction.

A step changes the ground tables only; projections are dropped and computed anew whenever the fold has changed.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from suggest.study.local_state import set_state
from suggest.study.schema import (
    APPLICATION_ID,
    GROUND_1,
    GROUND_2,
    GROUND_3,
    SOFTWARE,
    VERSION,
    make_projections,
    statements,
)

MIGRATIONS = Migrations("secondcoder")


@MIGRATIONS()
def version_1(db: Database) -> None:
    """The log, content, and this copy's own tables."""
    for statement in statements(GROUND_1):
        db.conn.execute(statement)


@MIGRATIONS()
def version_2(db: Database) -> None:
    """Room for vectors of text, which an embedded model would else compute again."""
    for statement in statements(GROUND_2):
        db.conn.execute(statement)


@MIGRATIONS()
def version_3(db: Database) -> None:
    """Claims: who has which segment open, in this copy and for a while."""
    for statement in statements(GROUND_3):
        db.conn.execute(statement)


def lay_out(connection: sqlite3.Connection) -> None:
    """Make a new study file's tables."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrate(connection)
    # In one transaction: sixty of their own would each wait for the disk.
    connection.execute("BEGIN IMMEDIATE")
    make_projections(connection)
    connection.execute("COMMIT")


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that the file does not have yet and stamp it with today's version."""
    MIGRATIONS.apply(Database(connection, execute_plugins=False))
    connection.execute(f"PRAGMA user_version = {VERSION}")
    set_state(connection, "software", SOFTWARE)
