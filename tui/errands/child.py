"""One errand's child process: started, heard, stopped, and never left behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock, Thread

from suggest.children import child_environment
from tui.errands.state import Errand, State

WORKER = (sys.executable, "-P", "-m", "tui.errands.worker")
HEARING = ("--progress", "json", "--json")
"""What makes a command tell how far it is, and end with a report."""
NICE = {"run": 5, "ahead": 10, "count": 5, "verify": 5, "audit": 5}
"""By so many steps an errand's priority is lower than the screen's."""
PATIENCE = 6.0
"""Seconds that a child gets to store what it has and to end, when the application ends."""
LONGEST_LINE, MOST_OUTPUT = 65_536, 67_108_864


class Child:
    """An errand under way. `tell` hears each new state, in a thread of the child's own."""

    def __init__(
        self, errand: Errand, study: Path, tell: Callable[[State], object], command: Sequence[str] | None = None
    ) -> None:
        """Starts the process; `command` stands in for the worker's in tests. OSError where it cannot be started."""
        self._state = State(errand)
        self._tell = tell
        self._lock = Lock()
        argv = [
            *(command or WORKER),
            str(NICE[errand.kind]),
            errand.command,
            str(study.resolve()),
            *errand.words,
            *HEARING,
        ]
        # A session of its own: neither the terminal's Ctrl-C nor its hanging up reaches the child but through us.
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=child_environment(),
            start_new_session=True,
        )  # fmt: skip
        self._thread = Thread(target=self._listen, name="errand", daemon=True)
        self._thread.start()

    @property
    def state(self) -> State:
        """How far it is."""
        return self._state

    def stop(self) -> None:
        """Ask it to store what it has and to end. Returns at once."""
        with self._lock:
            if self._state.ended or self._state.stopping:
                return
            self._state = replace(self._state, stopping=True)
        self._let_go()

    def end(self, patience: float = PATIENCE) -> None:
        """Stop it and wait until it has ended: by itself, or by force."""
        self.stop()
        self._let_go()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join(patience)

    def _let_go(self) -> None:
        stream = self._process.stdin
        if stream is not None:
            with suppress(OSError):  # it has ended already
                stream.close()

    def _listen(self) -> None:
        """Hear what it says until it ends. Its report is read beside, since it may be more than a pipe holds."""
        errors, output = self._process.stderr, self._process.stdout
        assert errors is not None and output is not None
        report: list[bytes] = []
        reader = Thread(target=lambda: report.append(output.read(MOST_OUTPUT)), name="report", daemon=True)
        reader.start()
        with errors, output:
            for line in iter(lambda: errors.readline(LONGEST_LINE), b""):
                self._change(partial(State.heard, line=line.decode("utf-8", "replace")))
            reader.join()
        code = self._process.wait()
        self._let_go()
        self._change(partial(State.over, code=code, output=b"".join(report).decode("utf-8", "replace")))

    def _change(self, how: Callable[[State], State]) -> None:
        with self._lock:
            before, self._state = self._state, how(self._state)
            changed = self._state
        if changed != before:
            self._tell(changed)
