"""Requests in files, as OpenAI's Batch API, `vllm run-batch` and others take them: a JSON object a line, and so the
answers. Knows no study: what a request is called is the caller's.

Format: https://platform.openai.com/docs/guides/batch (read 2026-11-26).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

from suggest.errors import BadInput

URL: Final = "/v1/chat/completions"
MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000
"""What one file may hold; what is more goes into the next."""

LONGEST_LINE = 8_000_000
"""A longer line is no answer to a question of ours."""


class RequestFiles:
    """Writes requests to FILE, and what its limits do not allow to FILE-2, FILE-3 and so on.

    Nothing is under these names before `finish`, so a call that fails leaves no half-written file. Use as a context.
    """

    def __init__(self, path: Path, *, most_requests: int = MOST_REQUESTS, most_bytes: int = MOST_BYTES) -> None:
        """Nothing is opened yet: that is done by the context, which raises BadInput where that cannot be."""
        self._path, self._most_requests, self._most_bytes = path, most_requests, most_bytes
        self._parts: list[tuple[Path, Path]] = []
        self._stream: BinaryIO | None = None
        self._requests = self._bytes = 0
        self.requests = 0
        """How many were written in all."""

    def __enter__(self) -> RequestFiles:
        """BadInput where the file is there already, or cannot be written: before anything else is done."""
        self._begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stream is not None:
            self._stream.close()
        for temporary, _ in self._parts:
            temporary.unlink(missing_ok=True)

    def write(self, name: str, body: Mapping[str, Any]) -> None:
        """Add a request. `name` comes back with its answer."""
        request = {"custom_id": name, "method": "POST", "url": URL, "body": body}
        line = json.dumps(request, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        full = self._requests == self._most_requests or self._bytes + len(line) > self._most_bytes
        if full and self._requests:
            self._begin()
        assert self._stream is not None
        self._stream.write(line)
        self._requests += 1
        self._bytes += len(line)
        self.requests += 1

    def finish(self) -> tuple[Path, ...]:
        """Put the files, complete and on disk, under their names, and give these; none where nothing was written."""
        self._end()
        if not self.requests:
            return ()
        for temporary, path in self._parts:
            temporary.rename(path)
        written, self._parts = tuple(path for _, path in self._parts), []
        return written

    def _begin(self) -> None:
        self._end()
        number = len(self._parts) + 1
        path = self._path if number == 1 else self._path.with_stem(f"{self._path.stem}-{number}")
        if path.exists():
            raise BadInput("the file is there already, and is not overwritten.", file=path.name,
                           advice="Name another one, or move it away.")  # fmt: skip
        temporary = path.with_name(f".{path.name}.part")
        try:
            # For nobody but its owner: it holds what participants said.
            self._stream = os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        except OSError as error:
            raise BadInput(f"the file cannot be written ({error.strerror}).", file=path.name) from None
        self._parts.append((temporary, path))
        self._requests = self._bytes = 0

    def _end(self) -> None:
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._stream = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request: the endpoint's status, and its answer's body (JSON) or None where there is none.
    `error` is the error's code as the file tells it, made of letters, digits and underscores only."""

    status: int
    body: bytes | None
    error: str = ""

    @property
    def answered(self) -> bool:
        return self.body is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Results:
    """Answers and errors in files, found by the name of their request. Only where each stands is kept in memory.

    `lines` are those read; `repeated` said again what another says; `unreadable` names the place of each line that is
    none of the format, the first hundred of them, and `bad` counts all.
    """

    lines: int = 0
    repeated: int = 0
    bad: int = 0
    unreadable: list[str] = field(default_factory=list)
    _files: list[Path] = field(default_factory=list)
    _places: dict[str, tuple[int, int, bool]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __len__(self) -> int:
        return len(self._places)

    def names(self) -> Iterator[str]:
        return iter(self._places)

    def get(self, name: str) -> Result | None:
        """What came of a request; None where no file tells."""
        place = self._places.get(name)
        if place is None:
            return None
        number, offset, _ = place
        with self._files[number].open("rb") as stream:
            stream.seek(offset)
            found = _result(stream.readline(LONGEST_LINE))
        return None if found is None else found[1]


def read_results(paths: Sequence[Path]) -> Results:
    """Look through files of results and of errors, in any order, partial or repeated: an answer goes before an error,
    and the first answer before others. BadInput for a file that cannot be read, or in which no line is a result."""
    found = Results()
    for number, path in enumerate(paths):
        found._files.append(path)
        try:
            with path.open("rb") as stream:
                read = _look_through(stream, number, path.name, found)
        except OSError as error:
            raise BadInput(f"the file cannot be read ({error.strerror}).", file=path.name) from None
        if not read and path.stat().st_size:
            raise BadInput(
                "no line of this file is a result of a batch.",
                file=path.name,
                advice='A result is a JSON object with "custom_id", "response" and "error", one a line.',
            )
    return found


def _look_through(stream: BinaryIO, number: int, name: str, found: Results) -> int:
    """Note where each result stands; how many there are in this file."""
    read = line_number = 0
    offset = stream.tell()
    while line := stream.readline(LONGEST_LINE):
        at, offset, line_number = offset, stream.tell(), line_number + 1
        if not line.strip():
            continue
        found.lines += 1
        result = None if len(line) == LONGEST_LINE else _result(line)
        if result is None:
            found.bad += 1
            if len(found.unreadable) < 100:
                found.unreadable.append(f"{name}, line {line_number}")
            while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                line, offset = stream.readline(LONGEST_LINE), stream.tell()
            continue
        read += 1
        custom, what = result
        before = found._places.get(custom)
        found.repeated += before is not None
        if before is None or (what.answered and not before[2]):
            found._places[custom] = (number, at, what.answered)
    return read


def _result(line: bytes) -> tuple[str, Result] | None:
    """A line's request and what came of it; None where it is no line of the format."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(name := told.get("custom_id"), str):
        return None
    response, error = told.get("response"), told.get("error")
    if isinstance(response, dict):
        status, body = response.get("status_code", 200), response.get("body")
        if type(status) is not int:
            return None
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            error = body["error"]
        shown = json.dumps(body).encode() if isinstance(body, dict) else None
        return name, Result(status, shown, _code(error))
    return (name, Result(0, None, _code(error))) if isinstance(error, dict) else None


def _code(error: Any) -> str:
    """An error's code where it is a plain word: none of its sentences, which may quote the prompt."""
    code = error.get("code") or error.get("type") if isinstance(error, dict) else None
    return (
        code if isinstance(code, str) and len(code) <= 60 and code.replace("_", "").isalnum() and code.isascii() else ""
    )
