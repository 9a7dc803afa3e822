"""What a disk, another program or a wrong file can do to a study: a clear sentence, and no damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.study import backup, migrations, place, schema
from suggest.study import connect as connecting
from suggest.study import study as studies
from suggest.study.study import Study
from suggest.study.verify import verify

ROOT = Path(__file__).parents[2]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Permissions of files and folders


def test_the_study_its_write_ahead_log_and_its_backup_are_the_users_alone(work: Any) -> None:
    work.code("Support")
    spare = work.study.path.with_name("spare.db")
    backup.backup(work.study, spare, work.anna)
    for file in (work.study.path, work.study.path.with_name("study.db-wal"), spare):
        assert mode(file) == 0o600


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that other users can reach, since the superuser may write anywhere."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


READ = """
import os, sys
import platformdirs, psutil, sqlite_utils
import suggest.study.backup, suggest.study.erase
from pathlib import Path
from suggest.study.study import Study
from suggest.study.verify import verify
from suggest.errors import SecondCoderError
path = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
before = sorted(item.name for item in path.parent.iterdir())
with Study.open(path) as study:
    assert verify(study).ok
    print(study.title)
assert sorted(item.name for item in path.parent.iterdir()) == before
try:
    with Study.open(path, write=True) as study, study.write("c" + "a" * 12) as writer:
        writer.append("round_closed", {"round": "r" + "a" * 12})
except SecondCoderError as error:
    print(error)
"""


def as_nobody(script: str, *arguments: str) -> str:
    """Run a script without the superuser's rights, and give what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", "SECONDCODER_HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others on Windows")
@pytest.mark.parametrize("folder_mode", [0o755, 0o555])
def test_a_read_only_file_is_read_and_verified_and_not_written(work: Any, shelf: Path, folder_mode: int) -> None:
    work.study.close()
    path = shelf / "study.db"
    shutil.copy(work.study.path, path)
    path.chmod(0o444)
    shelf.chmod(folder_mode)
    printed = as_nobody(READ, str(path))
    assert "A study of peer support" in printed
    assert "study.db is read-only" in printed
    shelf.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others on Windows")
def test_a_writable_file_in_a_folder_that_is_not_gets_a_clear_sentence(work: Any, shelf: Path) -> None:
    work.study.close()
    path = shelf / "study.db"
    shutil.copy(work.study.path, path)
    path.chmod(0o666)
    shelf.chmod(0o555)
    printed = as_nobody(READ, str(path))
    assert "A study of peer support" in printed
    assert "study.db" in printed.splitlines()[1]
    shelf.chmod(0o755)


# Another program is writing


def test_a_locked_file_is_said_to_be_locked(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "BUSY_MS", 50)
    with Study.open(work.study.path, write=True, sources=work.sources) as other:
        work.study.db.execute("BEGIN IMMEDIATE")
        with pytest.raises(SecondCoderError, match="another program is writing"), other.write(work.anna):
            pass
        work.study.db.execute("ROLLBACK")
    assert verify(work.study).ok


def test_a_write_is_made_in_the_first_moment_that_another_leaves(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    with Study.open(work.study.path, write=True, sources=work.sources) as other:

        def wait(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 3:
                work.study.db.execute("ROLLBACK")

        monkeypatch.setattr(connecting.time, "sleep", wait)
        work.study.db.execute("BEGIN IMMEDIATE")
        with other.write(work.anna):
            assert waited == [connecting.STEP] * 3
        assert other.db.execute("PRAGMA busy_timeout").fetchone() == (connecting.BUSY_MS,)


# No room


def fill(work: Any) -> None:
    for n in range(400):
        work.memo(work.anna, 1, f"{n} " + "word " * 400)


def test_when_the_file_may_not_grow_nothing_is_half_stored(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 5))
    pages = work.study.db.execute("PRAGMA page_count").fetchone()[0]
    work.study.db.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(SecondCoderError, match="no room left"):
        fill(work)
    work.study.db.execute(f"PRAGMA max_page_count = {pages + 20_000}")
    assert verify(work.study).ok
    work.memo(work.anna, 1, "room again")
    assert verify(work.study).ok
    assert tools.rows(work.study.db) == tools.folded(work.study)


LIMITED = """
import resource, sys
from pathlib import Path
from suggest.errors import SecondCoderError
from suggest.study import backup, erase, people
from suggest.study.study import Study
path, what = Path(sys.argv[1]), sys.argv[2]
with Study.open(path, write=True) as study:
    anna = people.coders(study)[0].id
    document = study.db.execute("SELECT document FROM document").fetchone()[0]
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        if what == "write":
            with study.write(anna) as writer:
                for n in range(2000):
                    text = writer.content("memo", f"{n} " + "word " * 200)
                    writer.append("memo_written", {"coder": anna, "about": "study", "subject": None, "coding": None,
                                                   "text": text, "ref": None})
        elif what == "erase":
            erase.erase(study, erase.Erasure(document, "document", ()), anna)
        else:
            backup.backup(study, path.with_name("spare.db"), anna)
    except SecondCoderError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit on Windows")
@pytest.mark.parametrize("what", ["write", "erase", "backup"])
def test_a_full_disk_is_said_and_does_no_damage(work: Any, tools: Any, what: str) -> None:
    pytest.importorskip("resource")
    work.add(tools.numbered_talk("BU", 400))
    work.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    work.study.close()
    path = work.study.path
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    limit = path.stat().st_size // 2
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), what, str(limit)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "no room left" in done.stdout or "share of it is full" in done.stdout
    assert not path.with_name("spare.db").exists() and not list(path.parent.glob("*.part*"))
    with Study.open(path, write=True) as study:
        assert verify(study).ok


# Wrong files


def test_what_is_no_study_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database at all " * 100)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE log (a)")
    connection.commit()
    connection.close()
    empty = tmp_path / "empty.db"
    empty.write_bytes(b"")
    for file in (text, other, empty, tmp_path, tmp_path / "missing.db"):
        for write in (False, True):
            with pytest.raises(SecondCoderError) as caught:
                Study.open(file, write=write)
            assert file.name in str(caught.value)
    assert text.read_text().startswith("no database") and empty.read_bytes() == b""


def test_a_truncated_file_is_said_to_be_damaged(rich_file: Path, tmp_path: Path) -> None:
    whole = rich_file.read_bytes()
    for part in (0.9, 0.5, 0.1):
        path = tmp_path / "cut.db"
        path.write_bytes(whole[: int(len(whole) * part)])
        try:
            with Study.open(path) as study:
                assert not verify(study).ok
        except SecondCoderError as error:
            assert "cut.db" in str(error)


def test_bytes_overwritten_anywhere_are_found_or_said(rich_file: Path, tmp_path: Path) -> None:
    whole = rich_file.read_bytes()
    path = tmp_path / "hit.db"
    for place_ in range(4096, len(whole) - 4096, len(whole) // 60):
        path.write_bytes(whole[:place_] + b"\xa5" * 4096 + whole[place_ + 4096 :])
        try:
            with Study.open(path) as study:
                assert not verify(study).ok, place_
        except SecondCoderError as error:
            assert "hit.db" in str(error)


def test_a_study_is_never_overwritten(work: Any) -> None:
    before = work.study.path.read_bytes()
    with pytest.raises(BadInput, match="exists"):
        Study.create(work.study.path, "Another", "anna")
    with pytest.raises(BadInput, match="exists"):
        backup.backup(work.study, work.study.path, work.anna)
    assert work.study.path.read_bytes() == before


def test_a_study_that_cannot_begin_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "make_projections", fails)
    with pytest.raises(SecondCoderError, match="no room left"):
        Study.create(tmp_path / "study.db", "A study", "anna")
    assert list(tmp_path.iterdir()) == []


# Versions


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
    assert mode(spare) == 0o600
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


# Places


@pytest.mark.parametrize("kind", sorted(place.NETWORK))
def test_a_network_share_is_refused_for_writing_and_read(work: Any, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    work.study.close()
    monkeypatch.setattr(place, "file_system", lambda path: kind)
    with pytest.raises(Refused, match="network share"):
        Study.open(work.study.path, write=True)
    with pytest.raises(Refused, match="network share"):
        Study.create(work.study.path.with_name("new.db"), "A study", "anna")
    assert not work.study.path.with_name("new.db").exists()
    with Study.open(work.study.path) as study:
        assert verify(study).ok


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox", "Dropbox"),
        ("OneDrive - A University", "OneDrive"),
        ("Mobile Documents", "iCloud"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_a_sync_folder_is_refused_for_writing_and_read(work: Any, tmp_path: Path, folder: str, service: str) -> None:
    work.study.close()
    below = tmp_path / folder / "studies"
    below.mkdir(parents=True)
    path = below / "study.db"
    shutil.copy(work.study.path, path)
    with pytest.raises(Refused, match=service):
        Study.open(path, write=True)
    with Study.open(path) as study:
        assert verify(study).ok


# The log is append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET actor = 'x'",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT replica, seq, clock, tick, at, 'x', kind, payload, prev, hash "
        "FROM log LIMIT 1",
        "REPLACE INTO log SELECT * FROM log LIMIT 1",
        "UPDATE OR REPLACE log SET seq = 1 WHERE seq = 2",
        "INSERT OR REPLACE INTO log SELECT 'ffffffffffffffff', 1, clock, tick, at, actor, kind, payload, prev, hash "
        "FROM log WHERE seq = 1 AND replica <> 'ffffffffffffffff'",
    ],
)
def test_the_log_takes_no_change(work: Any, statement: str) -> None:
    before = work.study.db.execute("SELECT * FROM log").fetchall()
    if "ffff" in statement:
        work.study.db.execute(statement)  # another chain's entry: added, and nothing replaced
        assert work.study.db.execute("SELECT count(*) FROM log").fetchone()[0] == len(before) + 1
    else:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            work.study.db.execute(statement)
    assert set(before) <= set(work.study.db.execute("SELECT * FROM log").fetchall())
