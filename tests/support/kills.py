"""Ending the program in the middle of its work: SIGKILL at a chosen SQL statement, so that a seed says where."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from suggest.study.study import Study
from suggest.study.verify import verify

# Counts every statement that any connection runs; at the fatal one the process kills itself, with no time to tidy up.
WRAPPER = """
import os, signal, sys
import suggest.study.connect as connect
fatal, tally = int(sys.argv.pop(1)), sys.argv.pop(1)
seen = 0
plain = connect._plain
def count(statement):
    global seen
    seen += 1
    if seen == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
def traced(uri):
    connection = plain(uri)
    connection.set_trace_callback(count)
    return connection
connect._plain = traced
from tui.cli import main
try:
    main()
finally:
    open(tally, "w").write(str(seen))
"""


def environment(home: Path) -> dict[str, str]:
    """The environment for a program under test, with a user's data folder of its own."""
    return {**os.environ, "SECONDCODER_HOME": str(home), "SECONDCODER_CODER": "anna"}


def command(*arguments: object) -> list[str]:
    """The program, run by this interpreter."""
    return [sys.executable, "-c", "from tui.cli import main; main()", *map(str, arguments)]


def run(home: Path, *arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments), input=stdin, capture_output=True, text=True, env=environment(home), check=False
    )


def run_fatal(home: Path, fatal: int, *arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that is killed at its `fatal`-th SQL statement; 0 lets it end."""
    return subprocess.run(
        [sys.executable, "-c", WRAPPER, str(fatal), str(home / "tally"), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(home),
        check=False,
    )


def statements(home: Path, *arguments: object, stdin: str | None = None) -> int:
    """How many SQL statements a command runs."""
    shown = run_fatal(home, 0, *arguments, stdin=stdin)
    assert shown.returncode == 0, shown.stderr
    return int((home / "tally").read_text())


def fatal_places(total: int, kills: int, seed: int) -> Iterable[int]:
    """Where to kill: spread over all statements, chosen by the seed."""
    rng = random.Random(seed)
    return sorted(rng.randrange(1, total + 1) for _ in range(kills))


def was_killed(shown: subprocess.CompletedProcess[str]) -> bool:
    return shown.returncode == -signal.SIGKILL


def check_whole(path: Path) -> None:
    """The study verifies: nothing half-stored."""
    with Study.open(path) as study:
        verdict = verify(study)
    assert verdict.ok, verdict.first_bad


def log_of(path: Path) -> list[dict[str, object]]:
    """(kind, entry, payload) of the whole log, as `log --json` gives it."""
    shown = subprocess.run(command("log", path, "--json"), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in shown.stdout.splitlines()]


def transcript(number: int, lines: int = 24) -> Iterator[str]:
    """Lines of a made-up talk; every line has words of its own."""
    for n in range(lines):
        speaker = "I" if n % 6 == 0 else f"R{n % 3 + 1}"
        yield f"{speaker}: in talk {number} turn {n} somebody speaks of trust, of work, and of place {number * 100 + n}"
