"""The encoder in a child process, so that a screen or a run in this one stays quick, small and alive.

The child is started when something is first to be encoded. It has a session of its own, so that Ctrl-C in the terminal
reaches this process only, and it ends when this one ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from suggest.children import child_environment
from suggest.errors import SecondCoderError
from suggest.models.embedded.encoding import Passage, Vectors
from suggest.models.embedded.frames import (
    BrokenFrame,
    await_greeting,
    passages_to_json,
    receive,
    send,
    vectors_from_bytes,
)
from suggest.models.embedded.minilm import NO_TELEMETRY, identity

COMMAND = ("-P", "-m", "suggest.models.embedded.worker")
MOST_PASSAGES = 512
MOST_CHARACTERS = 200_000
"""A request holds no more passages and, unless a single one is longer, no more characters than this."""
PATIENCE = 3.0
"""Seconds that a child gets to end by itself, and again after being told to."""
_CHANCES = 2
_CLOSED = "The embedded model was closed."


class ProcessEncoder:
    """The Encoder in a child process. Safe to call from several threads: one call is served at a time."""

    def __init__(
        self,
        weights: Path | None = None,
        *,
        threads: int | None = None,
        nice: int = 0,
        command: Sequence[str] | None = None,
    ) -> None:
        """`weights` and `threads` as `MiniLM` takes them, `nice` lowers the child's priority by so many steps.

        `command` stands in for the child's command line in tests. Nothing is started or looked for yet.
        """
        self._opening = {
            "do": "open",
            "weights": str(weights.resolve()) if weights else None,
            "threads": threads,
            "nice": nice,
        }
        self._command = tuple(command) if command else None
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._closed = False

    @property
    def identity(self) -> str:
        return identity()

    def encode(self, passages: Sequence[Passage]) -> list[Vectors]:
        """See `Encoder`. Long requests go over in parts.

        A child that dies raises SecondCoderError, and the next call starts another; when that one dies as well
        without having answered, every further call fails at once.
        """
        made: list[Vectors] = []
        with self._lock:
            for part in _parts(passages):
                made += self._encode_part(part)
        return made

    def close(self) -> None:
        """End the child: by closing its input, then by asking, then by force; within three times PATIENCE."""
        self._closed = True
        self._end_child()

    def _encode_part(self, passages: Sequence[Passage]) -> list[Vectors]:
        child = self._child or self._start()
        try:
            body = self._ask(child, {"do": "encode", "passages": passages_to_json(passages)})
            vectors = vectors_from_bytes(body, passages)
        except (OSError, EOFError, BrokenFrame) as error:
            raise self._died(child) from error
        except SecondCoderError:
            raise
        except BaseException as error:
            # Interrupted in the middle of a frame: the rest of the answer would be taken for the next one's.
            self._end_child()
            if self._closed and isinstance(error, ValueError):
                raise SecondCoderError(_CLOSED) from error
            raise
        self._deaths = 0
        return vectors

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise SecondCoderError(_CLOSED)
        if self._deaths >= _CHANCES:
            raise SecondCoderError(
                "The embedded model's process ended twice without an answer and is not started again."
                " Suggest with the profile 'lexical', or make room in memory and run the command once more."
            )
        try:
            child = subprocess.Popen(
                self._command or (sys.executable, *COMMAND),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("SECONDCODER_DEBUG") == "1" else subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise SecondCoderError(
                f"The embedded model's process cannot be started: {error.strerror or type(error).__name__}."
            ) from error
        self._child = child
        try:
            if self._closed:
                raise SecondCoderError(_CLOSED)
            await_greeting(_stream(child.stdout))
            self._ask(child, self._opening)
        except (OSError, EOFError, BrokenFrame) as error:
            raise self._died(child) from error
        except BaseException:
            # Interrupted, or the child cannot open the model: it is of no use then.
            self._end_child()
            raise
        return child

    @staticmethod
    def _ask(child: subprocess.Popen[bytes], request: dict[str, Any]) -> bytes:
        """The body of the child's answer. Raises SecondCoderError where the child says that it failed."""
        send(_stream(child.stdin), request)
        header, body = receive(_stream(child.stdout))
        if header.get("ok") is not True:
            raise SecondCoderError(str(header.get("error", "The embedded model failed.")))
        return body

    def _died(self, child: subprocess.Popen[bytes]) -> SecondCoderError:
        self._end_child()
        if self._closed:
            return SecondCoderError(_CLOSED)
        self._deaths += 1
        code = child.returncode
        how = f"by signal {-code}, perhaps for want of memory" if code < 0 else f"with exit code {code}"
        return SecondCoderError(f"The embedded model's process ended unexpectedly ({how}). Run the command again.")

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        # What was still to be written finds nobody.
        with suppress(OSError):
            _stream(child.stdin).close()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.terminate()
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        finally:
            _stream(child.stdout).close()


def _parts(passages: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    """The passages in order, in requests of bounded size."""
    begin, characters = 0, 0
    for number, passage in enumerate(passages):
        length = len(passage.text)
        if number > begin and (number - begin >= MOST_PASSAGES or characters + length > MOST_CHARACTERS):
            yield passages[begin:number]
            begin, characters = number, 0
        characters += length
    if begin < len(passages):
        yield passages[begin:]


def _environment() -> dict[str, str]:
    """The child's environment: it uses no threads but the network's, and phones nobody."""
    return child_environment(
        **{
            NO_TELEMETRY: "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
        }
    )


def _stream(stream: IO[bytes] | None) -> Any:
    return cast(Any, stream)
