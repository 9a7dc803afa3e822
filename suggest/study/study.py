"""The open study file: where reading and writing begin."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from suggest.errors import BadInput, SecondCoderError
from suggest.study import local_state
from suggest.study.connect import connect, explain, immediate
from suggest.study.contents import ContentRows
from suggest.study.log import Writer
from suggest.study.place import check_place
from suggest.study.rebuild import rebuild
from suggest.study.replica import Binding, bind, bound, remember
from suggest.study.schema import FOLD, VERSION
from suggest.study.sources import Sources, SystemSources, new_id


class Study:
    """A study file, open in this thread. Make one with `create` or `open`; use it as a context manager.

    `db` is the connection (only `suggest.study` speaks SQL), `contents` gives free strings by id.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, sources: Sources, *, writable: bool) -> None:
        self.path = path
        self.db = connection
        self.contents = ContentRows(connection)
        self.sources = sources
        self.writable = writable
        self._binding: Binding | None = None
        self._opened = False
        self._changes = 0
        self.warnings: list[str] = []

    @classmethod
    def create(cls, path: Path, title: str, coder: str, sources: Sources | None = None) -> Study:
        """A new, empty study with one open round `main`. Refuses to overwrite; leaves nothing behind if it fails."""
        sources = sources or SystemSources()
        path = Path(path)
        check_place(path)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            raise BadInput(
                "exists already; nothing was changed.", file=path.name, advice="Choose another name."
            ) from None
        except OSError as error:
            raise BadInput(f"cannot be made: {error.strerror}.", file=path.name) from None
        try:
            # Imported where a file is made or brought up to date: what it stands on takes long to import.
            from suggest.study import migrations

            connection = sqlite3.connect(path, isolation_level=None)
            try:
                migrations.lay_out(connection)
            except sqlite3.DatabaseError as error:
                raise explain(error, path) from error
            finally:
                connection.close()
            study = cls(path, connect(path, write=True), sources, writable=True)
            study._opened = True
            study._begin(title, coder)
        except BaseException:
            for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                part.unlink(missing_ok=True)
            raise
        return study

    def _begin(self, title: str, coder: str) -> None:
        study, person = new_id("s", self.sources), new_id("c", self.sources)
        with immediate(self.db, self.path):
            self._binding = bind(self.db, self.path, self.sources)
            writer = Writer(self.db, self.contents, self.sources, self._binding.replica, person)
            writer.append("replica_started", {"grown_from": []})
            writer.append(
                "study_created",
                {
                    "study": study,
                    "title": writer.content("title", title),
                    "secret": writer.content("secret", self.sources.chance(32).hex()),
                },
            )
            writer.append("coder_added", {"coder": person, "type": "person", "name": writer.content("coder", coder)})
            writer.append(
                "round_opened",
                {
                    "round": writer.new_id("r"),
                    "name": writer.content("round", "main"),
                    "purpose": "main",
                    "coders": None,
                    "documents": None,
                    "overlap": 0,
                    "scope": ["all", None],
                },
            )
            writer.fold.flush()
            local_state.set_state(self.db, "fold", str(FOLD))
        self._remember()

    @classmethod
    def open(cls, path: Path, *, write: bool = False, sources: Sources | None = None) -> Study:
        """An existing study. With `write` the place is checked, and an erasure that was cut short is finished; without
        it nothing in the file or its folder changes. A file of older software is backed up beside itself and brought up
        to date first, either way; SecondCoderError where that cannot be done."""
        path = Path(path)
        if write:
            check_place(path)
        study = cls(path, connect(path, write=write), sources or SystemSources(), writable=write)
        try:
            if write:
                study._bring_up_to_date()
            elif local_state.version(study.db) < VERSION or not local_state.fold_is_current(study.db):
                study.db.close()
                cls._renew(path, study.sources)
                return cls.open(path, sources=study.sources)
        except sqlite3.DatabaseError as error:
            study.db.close()
            raise explain(error, path) from error
        except BaseException:
            study.db.close()
            raise
        return study

    @classmethod
    def _renew(cls, path: Path, sources: Sources) -> None:
        """Bring an older file up to date for somebody who only reads it."""
        try:
            cls.open(path, write=True, sources=sources).close()
        except (SecondCoderError, OSError) as error:
            raise SecondCoderError(
                f"{path.name} was written by older software, and cannot be brought up to date where it is. Make a copy "
                f"that you can write to and open that. ({error})"
            ) from error

    def _bring_up_to_date(self) -> None:
        from suggest.study.backup import copy_to
        from suggest.study.erase import finish_scrub

        old = local_state.version(self.db)
        if old < VERSION:
            from suggest.study import migrations

            spare = self.path.with_name(f"{self.path.name}.v{old}.backup")
            if not spare.exists():
                copy_to(self.db, spare)
            with immediate(self.db, self.path):
                migrations.migrate(self.db)
                rebuild(self.db, self.contents)
                local_state.set_state(self.db, "fold", str(FOLD))
        elif not local_state.fold_is_current(self.db):
            with immediate(self.db, self.path):
                rebuild(self.db, self.contents)
                local_state.set_state(self.db, "fold", str(FOLD))
        finish_scrub(self)

    @contextmanager
    def write(self, actor: str) -> Iterator[Writer]:
        """A write transaction as the coder `actor` (an id): at its end all of it is on disk, or none."""
        if not self.writable:
            raise SecondCoderError(f"{self.path.name} is open for reading only.")
        new = False
        try:
            with immediate(self.db, self.path):
                new = self._chain()
                assert self._binding is not None
                writer = Writer(self.db, self.contents, self.sources, self._binding.replica, actor)
                if new:
                    writer.append("replica_started", {"grown_from": writer.heads()})
                yield writer
                writer.fold.flush()
        except BaseException:
            if new:
                self._binding = None  # the chain's beginning was rolled back with the rest
            raise
        self._changes += writer.fold.changes
        if new:
            self._remember()

    def stamp(self) -> tuple[int, int]:
        """Changes when anything may have changed that coders' acts build on: codes, rounds, settings, documents, runs.

        Coders' own acts through this object leave it as it is; any write through another connection changes it.
        """
        return self.others(), self._changes

    def others(self) -> int:
        """Changes when anybody has written to the file through another connection."""
        return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    def _chain(self) -> bool:
        """Settle which chain to write; true if it is a new one."""
        if self._binding is not None:
            return False
        self._binding = bound(self.db, self.id, self.path)
        if self._binding is not None:
            return False
        self._binding = bind(self.db, self.path, self.sources)
        return True

    def _remember(self) -> None:
        assert self._binding is not None
        row = self.db.execute("SELECT size FROM replica WHERE replica = ?", (self._binding.replica,)).fetchone()
        self._binding.head = row[0] if row else 0
        if not remember(self.id, self._binding) and not self.warnings:
            self.warnings.append(
                "Your data folder cannot be written, so each session begins a new chain in the log. "
                "Set SECONDCODER_HOME to a folder of your own."
            )

    @property
    def id(self) -> str:
        return str(self.db.execute("SELECT study FROM study").fetchone()[0])

    @property
    def title(self) -> str:
        return self.contents.text(self.db.execute("SELECT title FROM study").fetchone()[0])

    @property
    def secret(self) -> str:
        """A string that only this study knows: it keys the digests of words in the log, and fences in prompts."""
        return self.contents.text(self.db.execute("SELECT secret FROM study").fetchone()[0])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside comes from one moment, whoever writes meanwhile."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK")

    def close(self) -> None:
        if self._binding is not None and self.writable:
            self._remember()
            self._binding = None
        self.db.close()

    def __enter__(self) -> Study:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
