"""How far a run is, on standard error: bars for people, or lines of JSON for the program that started it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

import click

from tui.commands.common import ProgressBar

if TYPE_CHECKING:
    from suggest.engine.pipeline import Progress

Form = Literal["bar", "json", "none"]

PROGRESS = click.option(
    "--progress",
    "form",
    type=click.Choice(("bar", "json", "none")),
    default="bar",
    show_default=True,
    help="How far it is, on standard error: a bar (on a terminal), JSON Lines for a program, or not at all.",
)

EVERY = 0.1
"""Seconds between two lines of JSON, at least, but for the first and last of a phase."""

DOLLAR = 1_000_000


class RunProgress(Protocol):
    """What hears of a run: first how much of what it learns from was read, then how many outcomes are stored."""

    def reading(self, done: int, total: int) -> None: ...

    def suggesting(self, state: Progress) -> None: ...

    def close(self) -> None: ...


def run_progress(form: Form, label: str) -> RunProgress:
    """The progress of a run in this form; `label` names the work beside a bar."""
    return JsonProgress() if form == "json" else BarProgress(label) if form == "bar" else NoProgress()


class NoProgress:
    """Says nothing."""

    def reading(self, done: int, total: int) -> None: ...

    def suggesting(self, state: Progress) -> None: ...

    def close(self) -> None: ...


class BarProgress:
    """A bar for each phase, on a terminal only."""

    def __init__(self, label: str) -> None:
        self._reading, self._suggesting = ProgressBar("reading what was decided"), ProgressBar(label)

    def reading(self, done: int, total: int) -> None:
        self._reading(done, total)

    def suggesting(self, state: Progress) -> None:
        self._suggesting(state.done, state.total or state.done)

    def close(self) -> None:
        self._reading.close()
        self._suggesting.close()


class JsonProgress:
    """A line for each state, at most ten a second; the first and last state of each phase have their lines always.

    A reader that has gone away ends the lines and nothing else: the run is worth more than what is told of it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._written = clock()
        self._waiting: dict[str, Any] | None = None
        self._phase = ""
        self._gone = False
        self._tell("preparing", 0, None)

    def reading(self, done: int, total: int) -> None:
        self._tell("reading", done, total)

    def suggesting(self, state: Progress) -> None:
        self._tell(
            "suggesting",
            state.done,
            state.total,
            failed=state.failed,
            tokens={"input": state.tokens_in, "output": state.tokens_out},
            cost=None if state.cost is None else state.cost / DOLLAR,
        )

    def verifying(self, done: int, total: int) -> None:
        """So many entries of the log are checked."""
        self._tell("verifying", done, total)

    def merging(self, phase: str, done: int, total: int) -> None:
        """So many entries of another copy's log are checked ("verifying"), or of both logs folded ("merging")."""
        self._tell(phase, done, total)

    def auditing(self, phase: str) -> None:
        """An audit has got to another phase; how much of it there is, is not known beforehand."""
        self._tell(phase, 0, None)

    def close(self) -> None:
        """Write the state that still waits."""
        if self._waiting is not None:
            self._write(self._waiting)

    def _tell(self, phase: str, done: int, total: int | None, **more: Any) -> None:
        if self._waiting is not None and phase != self._phase:
            self._write(self._waiting)
        now = self._clock()
        counts = {"failed": 0, "tokens": {"input": 0, "output": 0}, "cost": None}
        line = {"phase": phase, "done": done, "total": total, "seconds": round(now - self._began, 3), **counts, **more}
        if phase != self._phase or done == total or now - self._written >= EVERY:
            self._write(line)
        else:
            self._waiting = line
        self._phase = phase

    def _write(self, line: dict[str, Any]) -> None:
        self._waiting, self._written = None, self._clock()
        if self._gone:
            return
        try:
            sys.stderr.write(json.dumps(line, ensure_ascii=True) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            self._gone = True
