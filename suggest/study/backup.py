"""A safe copy of the study while it is in use."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from suggest.errors import BadInput, SecondCoderError
from suggest.study.connect import explain
from suggest.study.local_state import set_state
from suggest.study.study import Study


def copy_to(connection: sqlite3.Connection, target: Path, *, with_vectors: bool = True) -> None:
    """Copy the database to a new file (mode 0600), whole or not at all; it is bound to nobody's chain."""
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        copy = sqlite3.connect(part, isolation_level=None)
        try:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("PRAGMA secure_delete = ON")
            copy.execute("DELETE FROM local_binding")
            _forget_claims(copy)
            if not with_vectors and copy.execute("DELETE FROM cache_vector").rowcount:
                copy.execute("VACUUM")
        finally:
            copy.close()
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except sqlite3.DatabaseError as error:
        raise explain(error, target) from error
    except OSError as error:
        raise SecondCoderError(f"{target.name}: cannot be written: {error.strerror}.") from error
    finally:
        for file in (part, part.with_name(part.name + "-journal"), part.with_name(part.name + "-wal")):
            file.unlink(missing_ok=True)


def _forget_claims(copy: sqlite3.Connection) -> None:
    """Nobody works in the copy yet. A file that is copied before it is migrated may have no room for claims."""
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'local_claim'").fetchone() is not None:
        copy.execute("DELETE FROM local_claim")


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder last; where a system cannot do so to a folder, the file itself is safe already."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backup(study: Study, target: Path, actor: str, *, purpose: str = "backup") -> None:
    """Copy the study to `target`; the log remembers where, so that an erasure reaches the copy. Never overwrites."""
    target = Path(target)
    if target.exists():
        raise BadInput("exists already; nothing was copied.", file=target.name, advice="Choose another name.")
    if not target.parent.is_dir():
        raise BadInput("there is no such folder.", file=str(target.parent))
    with study.write(actor) as writer:
        writer.append("exported", {"target": purpose, "path": writer.content("path", str(target.resolve()))})
    # What others get holds what was said, not what a model made of it on this machine.
    copy_to(study.db, target, with_vectors=purpose == "backup")
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        set_state(copy, "copied_for", purpose)
    finally:
        copy.close()
