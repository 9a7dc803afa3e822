"""SQLite files of other programs, read only: the one door through which their tables come, checked and bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from suggest.errors import BadInput

MAX_BYTES = 2 * 2**30
MAX_CELL = 50 * 2**20
MAX_ROWS = 5_000_000
_HEAD = b"SQLite format 3\x00"
_STEPS = 10_000
_PATIENCE = 200_000
Cell = str | int | float | None


class ForeignFile:
    """Another program's tables by name. Nothing in the file is run: views, triggers and functions are no tables."""

    def __init__(self, connection: sqlite3.Connection, file: str) -> None:
        self._connection, self._file = connection, file
        self._columns: dict[str, frozenset[str]] = {}
        for (name,) in self._all(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        ):
            listed = self._all("SELECT name FROM pragma_table_info(?)", (name,))
            self._columns[str(name)] = frozenset(str(column) for (column,) in listed)

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is such a table with such columns."""
        return table in self._columns and set(columns) <= self._columns[table]

    def rows(self, table: str, *columns: str) -> list[tuple[Cell, ...]]:
        """The rows in the order in which they were made, with None for a column or a table that is not there."""
        if table not in self._columns:
            return []
        chosen = ", ".join(f'"{name}"' if name in self._columns[table] else "NULL" for name in columns)
        return self._all(f'SELECT {chosen} FROM "{table}" ORDER BY rowid LIMIT {MAX_ROWS}')

    def count(self, table: str) -> int:
        """How many rows a table has, 0 where there is none such."""
        return int(self._all(f'SELECT count(*) FROM "{table}"')[0][0] or 0) if table in self._columns else 0

    def _all(self, query: str, values: Sequence[Cell] = ()) -> list[tuple[Cell, ...]]:
        try:
            return [tuple(map(_plain, row)) for row in self._connection.execute(query, values)]
        except (sqlite3.Error, OverflowError, MemoryError):
            raise _damaged(self._file) from None


@contextmanager
def foreign_file(path: Path) -> Iterator[ForeignFile]:
    """The SQLite file, open for reading. BadInput for what is none, is damaged, too large, or in use elsewhere."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(len(_HEAD))
        waiting = path.with_name(path.name + "-wal")
        in_use = waiting.exists() and waiting.stat().st_size > 0
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    if head != _HEAD:
        raise BadInput("this is no SQLite file.", file=path.name, advice="Check that the right file was exported.")
    if size > MAX_BYTES:
        raise BadInput(f"the file has more than {MAX_BYTES // 2**30} GB.", file=path.name, advice="Split the project.")
    if in_use:
        what = "the file is open in another program, or was not closed by it."
        raise BadInput(what, file=path.name, advice="Close it there first.")
    steps = 0

    def passing() -> int:
        nonlocal steps
        steps += 1
        return steps > _PATIENCE

    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        raise _damaged(path.name) from None
    with closing(connection):
        connection.text_factory = lambda held: held.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
        connection.set_progress_handler(passing, _STEPS)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cell_size_check = ON")
        except sqlite3.Error:
            raise _damaged(path.name) from None
        yield ForeignFile(connection, path.name)


def _plain(cell: object) -> Cell:
    return cell if isinstance(cell, str | int | float) else None


def _damaged(file: str) -> BadInput:
    what = "the file is damaged, or a cell or table in it is too large."
    return BadInput(what, file=file, advice="Export it anew from the program that made it.")
