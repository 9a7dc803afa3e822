"""The ZIP archive of a project, read in place: nothing is unpacked to the disk, and no path leads out of it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from suggest.errors import BadInput

MAX_ENTRIES = 50_000
MAX_XML = 512 * 2**20
MAX_TEXT = 50 * 2**20
MAX_TEXTS = 1024 * 2**20
_MAX_RATIO = 250
_RATIO_FROM = 8 * 2**20
_DAMAGED = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error, OSError)
_AGAIN = "Export it anew from the program that it came from."


class Archive:
    """A .qdpx file, or a bare .qde, which has no texts beside it. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        self._zip: zipfile.ZipFile | None = None
        self._by_name: dict[str, zipfile.ZipInfo] = {}
        self._by_end: dict[str, zipfile.ZipInfo | None] = {}
        try:
            if path.is_dir():
                raise BadInput("this is a folder.", file=path.name, advice="Name the file in it.")
            with path.open("rb") as stream:
                head = stream.read(4)
            if head[:2] == b"PK":
                self._zip = zipfile.ZipFile(path)
                self._index(self._zip)
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name.") from None
        except _DAMAGED:
            raise self._damaged() from None
        if not head:
            raise BadInput("the file is empty.", file=path.name, advice=_AGAIN)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def _damaged(self) -> BadInput:
        return BadInput("the ZIP archive is damaged, cut off or protected.", file=self.path.name, advice=_AGAIN)

    def _index(self, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise BadInput(f"the archive has {len(entries)} entries; the limit is {MAX_ENTRIES}.", file=self.path.name)
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            parts = name.split("/")
            if entry.is_dir() or name.startswith("/") or ".." in parts or ":" in parts[0]:
                continue
            self._by_name.setdefault(name.casefold(), entry)
            end = parts[-1].casefold()
            self._by_end[end] = None if end in self._by_end else entry

    @contextmanager
    def project(self) -> Iterator[IO[bytes]]:
        """The XML of the project: `project.qde`, or whatever .qde there is. BadInput if there is none or it is huge."""
        if self._zip is None:
            if self.path.stat().st_size > MAX_XML:
                raise self._too_large(self.path.stat().st_size, MAX_XML)
            with self.path.open("rb") as stream:
                yield stream
            return
        named = sorted(
            (name.count("/"), name != "project.qde", name) for name in self._by_name if name.endswith(".qde")
        )
        if not named:
            what = "the archive holds no project (.qde), so it is no REFI-QDA."
            raise BadInput(what, file=self.path.name, advice="Export the project as REFI-QDA (.qdpx).")
        entry = self._by_name[named[0][2]]
        self._check(entry, MAX_XML)
        try:
            with self._zip.open(entry) as stream:
                yield stream
        except _DAMAGED:
            raise self._damaged() from None

    def entry(self, name: str) -> zipfile.ZipInfo | None:
        """The entry of exactly that name, in either case."""
        return self._by_name.get(name.casefold())

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of an entry, one at a time; none if there is no such entry."""
        entry = self.entry(name)
        if entry is None or self._zip is None:
            return
        self._check(entry, MAX_XML)
        try:
            with self._zip.open(entry) as stream:
                yield from iter(stream.readline, b"")
        except _DAMAGED:
            raise self._damaged() from None

    def text(self, path: str) -> bytes | None:
        """The bytes of the text file that a source names, as programs write such names; None if it is not here.

        BadInput for one that is too large, out of proportion or damaged.
        """
        entry = self._find(path)
        if entry is None or self._zip is None:
            return None
        self._check(entry, MAX_TEXT)
        self._read += entry.file_size
        if self._read > MAX_TEXTS:
            raise self._too_large(self._read, MAX_TEXTS)
        try:
            return self._zip.read(entry)
        except _DAMAGED:
            raise self._damaged() from None

    def _find(self, path: str) -> zipfile.ZipInfo | None:
        """Names are looked up inside the archive only, whatever folder of whose computer they name."""
        for given in dict.fromkeys((path, unquote(path))):
            name = given.replace("\\", "/").casefold()
            for scheme in ("internal://", "relative:///", "relative://", "absolute:///", "absolute://", "file:///"):
                name = name.removeprefix(scheme)
            name = name.lstrip("/")
            for full in (f"sources/{name}", name):
                if full in self._by_name:
                    return self._by_name[full]
            if (found := self._by_end.get(name.rpartition("/")[2])) is not None:
                return found
        return None

    def _check(self, entry: zipfile.ZipInfo, limit: int) -> None:
        """zipfile reads no more than an entry announces, so what is announced can be relied on."""
        if entry.file_size > limit:
            raise self._too_large(entry.file_size, limit)
        if entry.file_size > _RATIO_FROM and entry.file_size > _MAX_RATIO * max(1, entry.compress_size):
            what = (
                f"an entry of the archive unpacks to {entry.file_size / 2**20:.0f} MB, out of proportion (a zip bomb?)."
            )
            raise BadInput(what, file=self.path.name, advice=_AGAIN)

    def _too_large(self, size: int, limit: int) -> BadInput:
        what = f"what is to be read has {size / 2**20:.0f} MB; the limit is {limit // 2**20} MB."
        return BadInput(what, file=self.path.name, advice="Split the project.")
