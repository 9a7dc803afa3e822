"""A program in a terminal of its own: a pty that answers what a terminal is asked, reads what is drawn, sends keys."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
}
"""What kind of terminal it is, its background, and that it draws a frame at once."""
SIZE = {b"\x1b[?2048$p": b"\x1b[?2048;0$y"}
"""Whether it tells its size of its own accord: it knows nothing of that."""
_QUESTIONS = re.compile(b"|".join(map(re.escape, ANSWERS | SIZE)))
_LONGEST = max(map(len, ANSWERS))
FRAME = b"\x1b[?2026l"
"""The end of a frame."""
_CONTROL = re.compile(rb"\x1b\[[0-9;?<>=$]*[a-zA-Z~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()=>78]?.?")


def words(drawn: bytes) -> str:
    """What was drawn without the sequences that colour it and move the cursor."""
    return _CONTROL.sub(b"", drawn).decode("utf-8", "replace")


class Terminal:
    """Use it as a context manager: at its end the program is killed if it still runs."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int = 80, lines: int = 24
    ) -> None:
        self.drawn = bytearray()
        """Everything that the program wrote, from the beginning."""
        self.ended: int | None = None
        """How the program ended: its exit code, or a signal's number below zero; None while it runs."""
        self._answered = 0
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys: str | bytes) -> None:
        """Send what these keys send, in one piece."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def read(self, seconds: float) -> bool:
        """Take in what is drawn within that time; False once there is nothing to come any more."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return True
        try:
            piece = os.read(self._master, 1 << 16)
        except OSError:
            piece = b""
        self.drawn += piece
        for question in _QUESTIONS.finditer(self.drawn, max(0, self._answered - _LONGEST)):
            if question.end() > self._answered:
                self.asked((ANSWERS | SIZE)[question.group()])
        self._answered = len(self.drawn)
        return bool(piece)

    def asked(self, answer: bytes) -> None:
        """The program asked something: answer at once."""
        self.press(answer)

    def until(self, there: Callable[[bytes], bool], since: int = 0, seconds: float = 30.0) -> float:
        """The moment (`time.perf_counter`) at which what was drawn `since` (a length of `drawn`) first satisfies
        `there` and its frame is whole. TimeoutError if it does not come."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            drawn = bytes(self.drawn[since:])
            if drawn.endswith(FRAME) and there(drawn):
                return time.perf_counter()
            if not self.read(left):
                break
        raise TimeoutError(f"not drawn within {seconds} s; since then: {words(bytes(self.drawn[since:]))[-2000:]}")

    def shows(self, text: bytes, seconds: float = 30.0) -> None:
        """Take in what is drawn until this text was, whether or not its frame has an end: it has none before the
        terminal has said that it knows frames. TimeoutError if it does not come."""
        end = time.monotonic() + seconds
        while text not in self.drawn:
            if not self.read(0.5) or time.monotonic() > end:
                raise TimeoutError(f"not drawn: {text!r}")

    def quiet(self, seconds: float) -> None:
        """Take in what is drawn until nothing was for so long."""
        size = -1
        while size != len(self.drawn):
            size = len(self.drawn)
            if not self.read(seconds):
                return

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the program by a signal, and wait for that."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        self.wait()

    def hang_up(self) -> None:
        """Close the terminal."""
        os.close(self._master)
        self._master = -1

    def wait(self, seconds: float = 30.0) -> int:
        """How the program ended. TimeoutError if it does not."""
        end = time.monotonic() + seconds
        while self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise TimeoutError("The program goes on.")
            elif self._master < 0 or not self.read(0.01):
                time.sleep(0.01)
        return self.ended

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.ended is None:
            self.kill()
        if self._master >= 0:
            self.hang_up()


class SlowTerminal(Terminal):
    """A terminal behind a slow line: each answer comes `late` seconds after the question, its first `split` bytes one
    by one with `gap` seconds between them."""

    def __init__(self, *given: Any, late: float, gap: float, split: int) -> None:
        self._due: list[tuple[float, bytes]] = []
        self._late, self._gap, self._split = late, gap, split
        super().__init__(*given)

    def asked(self, answer: bytes) -> None:
        """The answer is on its way, behind those before it."""
        when = max([time.monotonic() + self._late, *(due + self._gap for due, _ in self._due)])
        pieces = [answer[n : n + 1] for n in range(self._split)] + [answer[self._split :]]
        self._due += [(when + n * self._gap, piece) for n, piece in enumerate(pieces)]

    @property
    def answered(self) -> bool:
        """Whether nothing is on its way."""
        return not self._due

    def read(self, seconds: float) -> bool:
        """As ever; what is due meanwhile is sent."""
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                self.press(self._due.pop(0)[1])
            left = max(0.0, end - now)
            wait = min(left, max(0.0, self._due[0][0] - now)) if self._due else left
            size = len(self.drawn)
            if not super().read(wait):
                return False
            if len(self.drawn) > size or time.monotonic() >= end:
                return True
