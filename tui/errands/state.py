"""An errand and how far it is: what its process says on standard error and output, as values and as words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal["run", "ahead", "count", "verify", "audit"]
"""A run, a look ahead in a coder's queue, the counting of what a run would do, a check of the study, or an audit."""

End = Literal["", "done", "stopped", "failed"]
"""How an errand ended; "" while it goes on."""

PREFIX = "Error: "
INTERRUPTED = 130
MOST_NARRATION = 20


@dataclass(frozen=True)
class Errand:
    """What is to be done: `words` follow `COMMAND STUDY` on the command line, `title` says it to people."""

    kind: Kind
    words: tuple[str, ...]
    title: str
    command: str = "suggest"


@dataclass(frozen=True)
class State:
    """How far an errand is. `total` is None while it is not known; `seconds` run from its beginning, `since` is when
    its phase began; `cost` in US dollars, None where it is not known.

    `told` are sentences that the process had for people; `report` is the document that it ended with.
    """

    errand: Errand
    phase: str = "preparing"
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    since: float = 0.0
    failed: int = 0
    cost: float | None = None
    stopping: bool = False
    ended: End = ""
    told: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)

    def heard(self, line: str) -> State:
        """The state after a line on standard error: progress as JSON, or a sentence for people."""
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            sentence = line.strip()
            return replace(self, told=(*self.told, sentence)[-MOST_NARRATION:]) if sentence else self
        phase, seconds = str(said.get("phase", self.phase)), _number(said.get("seconds"), self.seconds)
        total = said.get("total")
        cost = said.get("cost")
        return replace(
            self,
            phase=phase,
            done=int(_number(said.get("done"), self.done)),
            total=total if isinstance(total, int) else None,
            seconds=seconds,
            since=self.since if phase == self.phase else seconds,
            failed=int(_number(said.get("failed"), self.failed)),
            cost=float(cost) if isinstance(cost, int | float) else None,
        )

    def over(self, code: int, output: str) -> State:
        """The state after the process has ended with an exit code and this on standard output."""
        try:
            report = json.loads(output)
        except ValueError:
            report = None
        known = report if isinstance(report, dict) else {}
        ended: End = "done" if code == 0 else "stopped" if code == INTERRUPTED or self.stopping else "failed"
        return replace(self, ended=ended, report=known)

    @property
    def per_second(self) -> float:
        """Outcomes a second in this phase; 0.0 while that cannot be said."""
        passed = self.seconds - self.since
        return self.done / passed if passed > 0 and self.done else 0.0

    @property
    def left(self) -> float | None:
        """Seconds until the phase is over at this rate; None while that cannot be said."""
        if self.total is None or not self.per_second:
            return None
        return max(0, self.total - self.done) / self.per_second

    @property
    def share(self) -> float | None:
        """How much of the phase is done, from 0 to 1; None while that cannot be said."""
        return None if not self.total else min(1.0, self.done / self.total)

    @property
    def error(self) -> str:
        """Why it failed, in a sentence; "" where it did not."""
        if self.ended != "failed":
            return ""
        said = [sentence.removeprefix(PREFIX) for sentence in self.told if sentence.startswith(PREFIX)]
        return said[-1] if said else "its process ended without a word. Run 'secondcoder suggest' to see why."


def _number(value: object, otherwise: float) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def bar(state: State, width: int) -> str:
    """A bar of so many cells; dots where it is not known how much there is."""
    if state.share is None:
        return "·" * width
    full = int(state.share * width)
    return "█" * full + "░" * (width - full)


def progress_words(state: State) -> str:
    """How far it is: phase, counts, rate, time left, failures, price."""
    if state.stopping and not state.ended:
        return "stopping: what was answered is being stored"
    phases = {
        "preparing": "preparing",
        "reading": "reading what was decided",
        "suggesting": "suggesting",
        "verifying": "entries",
        "counting": "counting",
    }
    parts = [phases.get(state.phase, state.phase)]
    if state.total is not None:
        parts.append(f"{state.done}/{state.total}")
    if state.per_second:
        parts.append(f"{_rate(state.per_second)}/s")
    if state.left is not None and state.done < (state.total or 0):
        parts.append(f"{duration(state.left)} left")
    if state.failed:
        parts.append(f"{state.failed} failed")
    if state.cost:
        parts.append(f"${state.cost:.2f}")
    return "  ".join(parts)


def _rate(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def duration(seconds: float) -> str:
    """A time in words: seconds below two minutes, minutes below two hours, hours."""
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def outcome_words(state: State) -> str:
    """What came of an errand that has ended, in a sentence."""
    if state.ended == "failed":
        return f"{state.errand.title} failed: {state.error}"
    report = state.report
    if state.ended == "stopped" and not report:
        return f"{state.errand.title} was stopped before anything was asked."
    name = f"Run {report['number']}" if isinstance(report.get("number"), int) else state.errand.title
    answered = int(report.get("suggested", 0)) + int(report.get("no_code", 0))
    failures = report.get("failed")
    failed = sum(failures.values()) if isinstance(failures, dict) else 0
    # Not how many found a code that fits: that is a sum over suggestions, some of which may be blind for the reader.
    counts = [f"{answered} answered", *([f"{failed} failed"] if failed else [])]
    if state.ended == "stopped":
        left = report.get("left", 0)
        return f"{name} was stopped: {', '.join(counts)}, {left} left. It can be gone on with."
    if report.get("run") is None:
        return f"{state.errand.title}: nothing new was learned since, so there was nothing to suggest anew."
    if report.get("resumed"):
        counts.append(f"{report['resumed']} answered before")
    return f"{name} is done: {', '.join(counts)}."
