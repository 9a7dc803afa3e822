"""What a disk, another program or a wrong file can do to a study: a clear sentence, and no damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.study import backup, migrations, place
from suggest.study import connect as connecting
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
