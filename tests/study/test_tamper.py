"""Tampering with the file behind the program's back: `verify` names what is off, and a checkpoint tells the rest."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suggest.study.canonical import canonical, entry_hash
from suggest.study.checkpoint import read_checkpoint
from suggest.study.schema import projection_tables
from suggest.study.study import Study
from suggest.study.verify import Verdict, verify

COLUMNS = ("replica", "seq", "clock", "tick", "at", "actor", "kind", "payload", "prev", "hash")
Row = dict[str, Any]


def doctored(source: Path, target: Path, change: Callable[[sqlite3.Connection], None]) -> Path:
    """A copy of the file, changed with its triggers dropped."""
    shutil.copy(source, target)
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    change(connection)
    connection.close()
    return target


def verdict_of(path: Path, checkpoint: Path | None = None) -> Verdict:
    with Study.open(path) as study:
        return verify(study, read_checkpoint(checkpoint) if checkpoint else None)


def read_log(connection: sqlite3.Connection) -> list[Row]:
    rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM log ORDER BY replica, seq").fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def write_log(connection: sqlite3.Connection, rows: list[Row]) -> None:
    connection.execute("DELETE FROM log")
    connection.executemany(
        f"INSERT INTO log ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
        [tuple(row[column] for column in COLUMNS) for row in rows],
    )


def rehash(row: Row) -> None:
    row["hash"] = entry_hash(*(row[column] for column in COLUMNS[:-1]))


def rehash_chains(rows: list[Row]) -> None:
    """Number and link every chain anew and compute all its hashes, as a careful forger would."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["replica"], row["seq"])):
        before = last.get(row["replica"])
        row["seq"] = before["seq"] + 1 if before else 1
        row["prev"] = before["hash"] if before else "0" * 64
        rehash(row)
        last[row["replica"]] = row


def find(rows: list[Row], kind: str, number: int = 0) -> Row:
    return [row for row in rows if row["kind"] == kind][number]


def with_payload(row: Row, **changes: Any) -> None:
    row["payload"] = canonical({**json.loads(row["payload"]), **changes})


def edit_payload(rows: list[Row]) -> None:
    with_payload(find(rows, "decided"), action="unsure")


def edit_actor(rows: list[Row]) -> None:
    row = find(rows, "decided")
    row["actor"] = "c" + "z" * 12


def edit_at(rows: list[Row]) -> None:
    find(rows, "decided")["at"] = "2001-01-01T00:00:00Z"


def edit_clock(rows: list[Row]) -> None:
    find(rows, "decided")["tick"] += 1_000


def edit_kind(rows: list[Row]) -> None:
    row = find(rows, "round_closed")
    row["kind"] = "core_released"


def delete(rows: list[Row]) -> None:
    rows.remove(find(rows, "flagged"))


def reorder(rows: list[Row]) -> None:
    one, other = find(rows, "decided", 0), find(rows, "decided", 1)
    for column in ("actor", "kind", "payload", "at"):
        one[column], other[column] = other[column], one[column]


def insert(rows: list[Row]) -> None:
    row = dict(find(rows, "decided", 2))
    for later in rows:
        if later["replica"] == row["replica"] and later["seq"] > row["seq"]:
            later["seq"] += 1
    row["seq"] += 1
    row["prev"] = row["hash"]
    rows.append(row)
    for later in rows:
        if later["seq"] >= row["seq"] and later["replica"] == row["replica"]:
            later["tick"] += 1


def truncate(rows: list[Row]) -> None:
    first = max(row["seq"] for row in rows if row["replica"] == rows[0]["replica"]) - 3
    rows[:] = [row for row in rows if row["replica"] != rows[0]["replica"] or row["seq"] < first]


EDITS = [edit_payload, edit_actor, edit_at, edit_clock, edit_kind, delete, reorder, insert]


def apply(connection: sqlite3.Connection, edit: Callable[[list[Row]], None], rehashed: str) -> None:
    rows = read_log(connection)
    before = {(row["replica"], row["seq"]): dict(row) for row in rows}
    edit(rows)
    if rehashed == "row":
        for row in rows:
            if before.get((row["replica"], row["seq"])) != row:
                rehash(row)
    elif rehashed == "chain":
        rehash_chains(rows)
    write_log(connection, rows)


@pytest.mark.parametrize("rehashed", ["none", "row"])
@pytest.mark.parametrize("edit", EDITS)
def test_a_changed_log_is_named_by_its_entry(
    rich_file: Path, tmp_path: Path, edit: Callable[[list[Row]], None], rehashed: str
) -> None:
    path = doctored(rich_file, tmp_path / "t.db", lambda connection: apply(connection, edit, rehashed))
    found = verdict_of(path)
    assert not found.ok
    assert found.first_bad is not None and found.first_bad.entry is not None


@pytest.mark.parametrize("edit", [*EDITS, truncate])
def test_a_log_written_anew_is_caught_by_a_checkpoint(
    rich_file: Path, tmp_path: Path, edit: Callable[[list[Row]], None]
) -> None:
    path = doctored(rich_file, tmp_path / "t.db", lambda connection: apply(connection, edit, "chain"))
    found = verdict_of(path, rich_file.with_name("checkpoint.json"))
    assert found.first_bad is not None and found.first_bad.entry is not None


def test_without_a_checkpoint_a_log_and_data_written_anew_verify(rich_file: Path, tmp_path: Path) -> None:
    """The limit that the documentation states: the owner of the file can write both anew."""

    def forge(connection: sqlite3.Connection) -> None:
        apply(connection, edit_at, "chain")
        rows = read_log(connection)
        for kind in ("replica_started", "merged"):
            for row in rows:
                if row["kind"] == kind:
                    payload = json.loads(row["payload"])
                    for head in payload.get("heads", payload.get("grown_from")):
                        head[2] = next(r["hash"] for r in rows if (r["replica"], r["seq"]) == (head[0], head[1]))
                    row["payload"] = canonical(payload)
                    rehash_chains(rows)
        write_log(connection, rows)

    path = doctored(rich_file, tmp_path / "t.db", forge)
    with Study.open(path, write=True) as study:
        from suggest.study.connect import immediate
        from suggest.study.rebuild import rebuild

        with immediate(study.db, path):
            rebuild(study.db, study.contents)
    assert verdict_of(path).ok
    assert not verdict_of(path, rich_file.with_name("checkpoint.json")).ok


def test_a_truncated_chain_with_its_projections_shows_only_with_a_checkpoint(rich_file: Path, tmp_path: Path) -> None:
    def cut(connection: sqlite3.Connection) -> None:
        rows = list(read_log(connection))
        main = rows[0]["replica"] if len({r["replica"] for r in rows}) == 1 else find(rows, "study_created")["replica"]
        checkpointed = find(rows, "checkpointed")["seq"]
        kept = [row for row in rows if row["replica"] == main and row["seq"] < checkpointed - 1]
        write_log(connection, kept)
        # The content of what was cut goes as well: the backup's path, the other copy's memo.
        named = "\n".join(row["payload"] for row in kept)
        for (id_,) in connection.execute("SELECT id FROM content").fetchall():
            if id_ not in named:
                connection.execute("DELETE FROM content WHERE id = ?", (id_,))

    path = doctored(rich_file, tmp_path / "t.db", cut)
    with Study.open(path, write=True) as study:
        from suggest.study.connect import immediate
        from suggest.study.rebuild import rebuild

        with immediate(study.db, path):
            rebuild(study.db, study.contents)
    assert verdict_of(path).ok
    found = verdict_of(path, rich_file.with_name("checkpoint.json")).first_bad
    assert found is not None and "checkpoint saw" in found.what


def test_a_fork_of_a_chain_is_caught(rich_file: Path, tmp_path: Path) -> None:
    """The last entries of a chain in place of others that were there at the checkpoint."""

    def fork(rows: list[Row]) -> None:
        with_payload(find(rows, "exported"), target="copy")

    path = doctored(rich_file, tmp_path / "t.db", lambda connection: apply(connection, fork, "chain"))
    assert not verdict_of(path, rich_file.with_name("checkpoint.json")).ok


def test_the_untouched_study_verifies_with_its_checkpoint_and_fills_every_projection(rich_file: Path) -> None:
    found = verdict_of(rich_file, rich_file.with_name("checkpoint.json"))
    assert found.ok, found.first_bad
    with Study.open(rich_file) as study:
        empty = [t for t in projection_tables() if not study.db.execute(f'SELECT 1 FROM "{t}" LIMIT 1').fetchone()]
    assert empty == []


def cells() -> list[tuple[str, str]]:
    connection = sqlite3.connect(":memory:")
    from suggest.study.schema import GROUND, make_projections, statements

    for statement in statements(GROUND):
        connection.execute(statement)
    make_projections(connection)
    return [
        (table, row[1])
        for table in ["content", *projection_tables()]
        for row in connection.execute(f'PRAGMA table_info("{table}")')
    ]


def tables() -> list[str]:
    return ["content", *projection_tables()]


def _other(value: Any) -> Any:
    if value is None:
        return 7
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value + "x"


def _key_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5]]


@pytest.mark.parametrize("table", tables())
def test_one_changed_cell_is_named_by_table_and_column(rich_file: Path, tmp_path: Path, table: str) -> None:
    columns = [column for name, column in cells() if name == table]
    for column in columns:
        for place in ("first", "last"):

            def change(connection: sqlite3.Connection, column: str = column, place: str = place) -> None:
                keys = _key_columns(connection, table)
                order = ", ".join(f'"{key}" {"DESC" if place == "last" else "ASC"}' for key in keys)
                quoted = ", ".join(f'"{key}"' for key in keys)
                row = connection.execute(f'SELECT {quoted}, "{column}" FROM "{table}" ORDER BY {order}').fetchone()
                where = " AND ".join(f'"{key}" = ?' for key in keys)
                new = _other(row[-1])
                kind = next(r[2] for r in connection.execute(f'PRAGMA table_info("{table}")') if r[1] == column)
                if row[-1] is None and kind == "TEXT":
                    new = "x"
                try:
                    connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (new, *row[:-1]))
                except sqlite3.IntegrityError:  # the next number is taken: take one that is not
                    connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (new + 900_000, *row[:-1]))

            found = verdict_of(doctored(rich_file, tmp_path / "t.db", change)).first_bad
            assert found is not None, f"{table}.{column} ({place} row)"
            assert found.table == table, (column, found)
            if column not in _key_columns(sqlite3.connect(rich_file), table) and table != "content":
                assert found.column == column, found


@pytest.mark.parametrize("table", tables())
def test_a_deleted_row_is_named_by_its_table(rich_file: Path, tmp_path: Path, table: str) -> None:
    for order in ("ASC", "DESC"):

        def change(connection: sqlite3.Connection, order: str = order) -> None:
            keys = _key_columns(connection, table)
            quoted = ", ".join(f'"{key}"' for key in keys)
            ordered = ", ".join(f'"{key}" {order}' for key in keys)
            row = connection.execute(f'SELECT {quoted} FROM "{table}" ORDER BY {ordered}').fetchone()
            connection.execute(f'DELETE FROM "{table}" WHERE ' + " AND ".join(f'"{key}" = ?' for key in keys), row)

        found = verdict_of(doctored(rich_file, tmp_path / "t.db", change)).first_bad
        assert found is not None and found.table == table and found.key, (table, order, found)


@pytest.mark.parametrize("table", tables())
def test_an_added_row_is_named_by_its_table(rich_file: Path, tmp_path: Path, table: str) -> None:
    def change(connection: sqlite3.Connection) -> None:
        info = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        row = list(connection.execute(f'SELECT * FROM "{table}" LIMIT 1').fetchone())
        for place, column in enumerate(info):
            if column[5] or column[1] in ("n", "heads", "replica", "seq"):
                row[place] = row[place] + 987_654 if isinstance(row[place], int) else f"{row[place]}zz"
        marks = ", ".join("?" * len(row))
        connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', row)

    found = verdict_of(doctored(rich_file, tmp_path / "t.db", change)).first_bad
    assert found is not None and found.table == table and found.key, (table, found)


@pytest.mark.parametrize("table", [*tables(), "log"])
def test_a_dropped_table_is_a_finding_and_no_crash(rich_file: Path, tmp_path: Path, table: str) -> None:
    path = doctored(rich_file, tmp_path / "t.db", lambda connection: connection.execute(f'DROP TABLE "{table}"'))
    assert not verdict_of(path).ok


def test_a_table_of_ones_own_is_named(rich_file: Path, tmp_path: Path) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE notes (words TEXT)")

    found = verdict_of(doctored(rich_file, tmp_path / "t.db", change)).first_bad
    assert found is not None and found.table == "notes"


def test_text_that_is_no_text_is_a_finding_and_no_crash(rich_file: Path, tmp_path: Path) -> None:
    for statement in (
        "UPDATE code SET wording = CAST(x'ff' AS TEXT)",
        "UPDATE content SET body = CAST(x'ff' AS TEXT) WHERE kind = 'memo'",
        "UPDATE log SET payload = CAST(x'ff' AS TEXT) WHERE kind = 'decided'",
        "UPDATE log SET payload = '[' WHERE kind = 'erased'",
        "UPDATE log SET payload = '{\"replaced\":[[1]]}' WHERE kind = 'erased'",
        "UPDATE log SET payload = '{\"replaced\":{\"a\":1}}' WHERE kind = 'erased'",
    ):
        path = doctored(rich_file, tmp_path / "t.db", lambda connection, s=statement: connection.execute(s))
        found = verdict_of(path).first_bad
        assert found is not None, statement
        assert found.entry or found.table, (statement, found)
