"""Files of newer and of older software: refused by name, or backed up and brought up to date."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from suggest.errors import Refused, SecondCoderError
from suggest.study import connect as connecting
from suggest.study import migrations, schema
from suggest.study import study as studies
from suggest.study.study import Study
from suggest.study.verify import verify


def as_version(path: Path, version: int, software: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("UPDATE local_state SET value = ? WHERE key = 'software'", (software,))
    connection.commit()
    connection.close()


@pytest.mark.parametrize("write", [False, True])
def test_a_newer_file_is_refused_by_name_and_version(work: Any, write: bool) -> None:
    work.study.close()
    as_version(work.study.path, schema.VERSION + 3, "7.5")
    with pytest.raises(Refused, match=rf"7\.5.*file version {schema.VERSION + 3}"):
        Study.open(work.study.path, write=write)


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Database], None]], None]:
    """Make this software one version newer, with a step of its own."""

    def newer(step: Callable[[Database], None]) -> None:
        following = Migrations("secondcoder")
        for known in (migrations.version_1, migrations.version_2, migrations.version_3, step):
            following()(known)
        monkeypatch.setattr(migrations, "MIGRATIONS", following)
        for module in (schema, migrations, connecting, studies):
            monkeypatch.setattr(module, "VERSION", schema.VERSION + 1 if module is schema else schema.VERSION)

    return newer


@pytest.mark.parametrize("write", [True, False])
def test_an_older_file_is_backed_up_beside_itself_and_then_migrated(
    rich_file: Path, tmp_path: Path, next_version: Callable[[Callable[[Database], None]], None], write: bool
) -> None:
    path = tmp_path / "old.db"
    shutil.copy(rich_file, path)

    def version_4(db: Database) -> None:
        db.conn.execute("ALTER TABLE local_state ADD COLUMN note TEXT")

    next_version(version_4)
    with Study.open(path, write=write) as study:
        assert study.db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert [row[1] for row in study.db.execute("PRAGMA table_info(local_state)")] == ["key", "value", "note"]
        assert verify(study).ok
    spare = path.with_name("old.db.v3.backup")
    assert spare.stat().st_mode & 0o777 == 0o600
    connection = sqlite3.connect(spare)
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    assert connection.execute("SELECT count(*) FROM log").fetchone()[0] > 50
    connection.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(
    rich_file: Path, tmp_path: Path, next_version: Callable[[Callable[[Database], None]], None]
) -> None:
    path = tmp_path / "old.db"
    shutil.copy(rich_file, path)

    def version_4(db: Database) -> None:
        db.conn.execute("ALTER TABLE local_state ADD COLUMN note TEXT")
        db.conn.execute("INSERT INTO no_such_table VALUES (1)")

    next_version(version_4)
    with pytest.raises(SecondCoderError):
        Study.open(path, write=True)
    with pytest.raises(SecondCoderError, match=r"older software, and cannot be brought up to date"):
        Study.open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    assert [row[1] for row in connection.execute("PRAGMA table_info(local_state)")] == ["key", "value"]
    before = sqlite3.connect(rich_file)
    for table in ("log", "content", "unit", "coding", "act"):
        query = f"SELECT * FROM {table}"
        assert connection.execute(query).fetchall() == before.execute(query).fetchall()
    connection.close()
    before.close()


@pytest.mark.parametrize("write", [True, False])
def test_a_fold_that_changed_computes_the_projections_anew(rich_file: Path, tmp_path: Path, write: bool) -> None:
    path = tmp_path / "old.db"
    shutil.copy(rich_file, path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE local_state SET value = '0' WHERE key = 'fold'")
    connection.execute("DROP TABLE tally")
    connection.commit()
    connection.close()
    with Study.open(path, write=write) as study:
        assert study.writable == write
        assert verify(study).ok


def test_todays_schema_is_the_frozen_one() -> None:
    """Add tests/study/schemas/000N.sql and a migration when the tables of the ground change; raise FOLD when only
    the projections do, and renew the newest file."""
    frozen = Path(__file__).with_name("schemas") / f"{schema.VERSION:04d}.sql"
    assert frozen.read_text() == f"-- fold {schema.FOLD}\n{schema.GROUND}{schema.PROJECTIONS}"


@pytest.mark.parametrize("file", sorted(Path(__file__).with_name("schemas").glob("*.sql")), ids=lambda file: file.stem)
def test_a_file_of_every_old_schema_becomes_one_of_today(file: Path, work: Any, tools: Any, tmp_path: Path) -> None:
    """A log written under the old tables; its projections are made anew."""
    work.code("Support")
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in schema.statements(file.read_text()):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {int(file.stem)}")
    db = Database(connection)
    migrations.MIGRATIONS.ensure_migrations_table(db)
    for step in [item.name for item in migrations.MIGRATIONS.pending(db)][: int(file.stem)]:
        db["_sqlite_migrations"].insert({"migration_set": "secondcoder", "name": step, "applied_at": "2026-01-01"})
    for name, columns in (("log", 10), ("content", 4)):
        marks = ", ".join("?" * columns)
        connection.executemany(
            f"INSERT INTO {name} VALUES ({marks})", work.study.db.execute(f"SELECT * FROM {name}").fetchall()
        )
    connection.execute("INSERT INTO local_state VALUES ('fold', '0')")
    connection.close()
    with Study.open(path, write=True) as study:
        assert verify(study).ok
        assert tools.rows(study.db) == tools.rows(work.study.db)
