"""A stand-in for an errand's child process: `python fake_errand.py MODE LOG NICE suggest STUDY WORDS...`.

It writes its words to LOG, a line each start. MODE says what it does then: done (tells of three segments and ends),
waiting (tells of the first and waits until its input ends; then it was stopped), fails (ends with an error), counting
(says how much there is to do if that is all it was asked, else waits), mute (ends without a word, as if killed),
suggesting (stores suggestions for every segment, then ends), waking (the same, but only when its input is closed),
stubborn (heeds nothing but SIGKILL).
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

MODE, LOG, _, COMMAND, STUDY, *WORDS = sys.argv[1:]
COUNTS = {"failed": 0, "tokens": {"input": 0, "output": 0}, "cost": None}


def tell(phase: str, done: int, total: int | None, **more: Any) -> None:
    """A line of progress."""
    line = {"phase": phase, "done": done, "total": total, "seconds": float(done), **COUNTS, **more}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()


def report(code: int, **more: Any) -> None:
    """The document at the end, and the end."""
    given = {"run": "u1", "number": 7, "suggested": 2, "no_code": 1, "failed": {}, "resumed": 0, "left": 0, **more}
    print(json.dumps(given), flush=True)
    os._exit(code)


def store() -> None:
    """Suggestions for all segments of the study, as a run of the lexical profile."""
    from suggest.study.people import ensure_coder
    from suggest.study.runs import NewCandidate, end_run, start_run, store_set
    from suggest.study.study import Study

    with Study.open(Path(STUDY), write=True) as study:
        actor = ensure_coder(study, "anna")
        (code,) = study.db.execute("SELECT code FROM code ORDER BY n LIMIT 1").fetchone()
        found = study.db.execute("SELECT document, ord FROM segment WHERE role = 'data' ORDER BY n").fetchall()
        run = start_run(
            study, actor, profile="lexical", identity="fake", parameters={}, prompt=None, threshold=None,
            training=None, codes=None, segments=len(found),
        )  # fmt: skip
        with study.write(actor) as writer:
            for document, ordinal in found:
                candidate = NewCandidate(code, True, None, "rank", None, "none", "because")
                store_set(writer, run, f"{document}.{ordinal}", "0" * 64, [candidate])
        end_run(study, actor, run, "done")


def main() -> None:
    with Path(LOG).open("a", encoding="utf-8") as log:
        log.write(" ".join([COMMAND, *WORDS]) + "\n")
    tell("preparing", 0, None)
    if MODE == "mute":
        os._exit(3)
    if MODE == "fails":
        sys.stderr.write("Error: there is no room left.\n")
        sys.stderr.flush()
        os._exit(1)
    if MODE == "stubborn":
        threading.Event().wait()
    if "--dry-run" in WORDS:
        report(0, segments=18, resumed=15, calls=0, cost=0.0)
    tell("suggesting", 1, 3, failed=1)
    if MODE in ("waiting", "waking", "counting"):
        sys.stdin.buffer.read()
    if MODE in ("waiting", "counting"):
        report(130, suggested=1, no_code=0, left=2)
    if MODE in ("suggesting", "waking"):
        store()
    tell("suggesting", 3, 3)
    sys.stderr.write("Run 7 learned from 4 decisions.\n")
    report(0)


main()
