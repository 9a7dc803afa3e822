"""A safe copy of the study while it is in use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path

from suggest.errors import BadInput, SecondCoderError
from suggest.study.connect import explain
from suggest.study.local_state import set_state
from suggest.study.study import Study
from suggest.study.withheld import withhold


def copy_to(connection: sqlite3.Connection, target: Path, *, private_of: Collection[str] | None = None) -> None:
    """Copy the database to a new file (mode 0600), whole or not at all; it is bound to nobody's chain.

    `private_of`: the copy is for others, so it goes without vectors and without the words of reflexive memos, but for
    those of these coders (ids). None: it holds all.
    """
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
            if private_of is not None:
                vectors = copy.execute("DELETE FROM cache_vector").rowcount > 0
                if withhold(copy, private_of) or vectors:
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


def check_target(target: Path) -> None:
    """BadInput where no new file can be made under that name."""
    if target.exists():
        raise BadInput("exists already; nothing was copied.", file=target.name, advice="Choose another name.")
    if not target.parent.is_dir():
        raise BadInput("there is no such folder.", file=target.parent.name)


def backup(
    study: Study, target: Path, actor: str, *, purpose: str = "backup", private_of: Collection[str] = ()
) -> None:
    """Copy the study to `target`; the log remembers where, so that an erasure reaches the copy. Never overwrites.

    A `copy` goes without the words of reflexive memos, but for those of the coders `private_of` (ids).
    """
    target = Path(target)
    check_target(target)
    with study.write(actor) as writer:
        writer.append("exported", {"target": purpose, "path": writer.content("path", str(target.resolve()))})
    # What others get holds what was said, not what a model made of it on this machine.
    copy_to(study.db, target, private_of=None if purpose == "backup" else private_of)
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        set_state(copy, "copied_for", purpose)
    finally:
        copy.close()
