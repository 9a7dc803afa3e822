"""A decision through `secondcoder decide`, fsync included: with no past, with 100,000 decisions, and nearly finished.

Each study is reviewed by a process of its own that gets one line at a time and is timed until its answer line is back.
Usage: bench_decide.py [decisions [segments]] (default 10,000 decisions; 1,000,000 segments, 999,000 of them completed).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import studies

from suggest.study.study import Study
from suggest.study.verify import verify

COMMAND = [sys.executable, "-c", "from tui.cli import main; main()"]


def timed(study: Path, lines: list[str]) -> list[float]:
    """Milliseconds from a line sent to its answer read, for each line."""
    process = subprocess.Popen(
        [*COMMAND, "decide", str(study), "--coder", "bench"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    taken = []
    for line in lines:
        start = time.perf_counter()
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        taken.append((time.perf_counter() - start) * 1000)
        assert json.loads(answer)["ok"], answer
    process.stdin.close()
    process.wait()
    return taken


def decisions(path: Path, count: int) -> list[str]:
    """Codes added and segments completed, in turns, at the far end of the study, where work is left."""
    with Study.open(path) as study:
        code = study.db.execute("SELECT code FROM code ORDER BY n LIMIT 1").fetchone()[0]
        rows = study.db.execute(
            'SELECT document, ord, start, "end" FROM segment ORDER BY n DESC LIMIT ?', (-(-count // 2),)
        ).fetchall()
    lines = []
    for document, ordinal, start, end in reversed(rows):
        segment = f"{document}.{ordinal}"
        lines.append(json.dumps({"segment": segment, "action": "add", "code": code, "range": [start, end]}))
        lines.append(json.dumps({"segment": segment, "action": "complete"}))
    return lines[:count]


def main(count: int, segments: int) -> None:
    print(f"{'study':<44} {'median':>9} {'99th':>9} {'next':>9}")
    with studies.workplace() as folder:
        small, past, large = folder / "small.db", folder / "past.db", folder / "large.db"
        studies.make_study(small, count + 110_000).close()
        shutil.copy(small, past)
        with Study.open(past, write=True) as study:
            studies.fill(study, 100_000, complete=False)
        with studies.make_study(large, segments) as study:
            studies.fill(study, segments - 1_000, complete=True)
        for name, path, number in (
            ("no decision before", small, count),
            ("100,000 decisions before", past, count),
            (f"{segments - 1000:,} of {segments:,} segments completed", large, min(count, 1_900)),
        ):
            os.sync()  # what the making of the studies left to be written is not a decision's cost
            following = next_ms(path)
            taken = sorted(timed(path, decisions(path, number)))
            middle, high = statistics.median(taken), taken[int(len(taken) * 0.99)]
            print(f"{name:<44} {middle:>6.2f} ms {high:>6.2f} ms {following:>6.2f} ms", flush=True)
        with Study.open(large) as study:
            start = time.perf_counter()
            verdict = verify(study)
            seconds = time.perf_counter() - start
            found = "ok" if verdict.ok else verdict.first_bad
            print(f"verify of the last: {found}, {verdict.entries:,} entries, {seconds:.0f} s")


def next_ms(path: Path) -> float:
    """Milliseconds to read what comes next, in this process, the median of 200."""
    from suggest.review.queue import Queue
    from suggest.study.people import ensure_coder
    from suggest.study.rounds import current_round

    with Study.open(path) as study:
        actor = ensure_coder(study, "bench")
        queue = Queue(study, actor, current_round(study, actor))
        taken = []
        for _ in range(200):
            start = time.perf_counter()
            queue.next()
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    given = [int(value.replace(",", "")) for value in sys.argv[1:]]
    main(given[0] if given else 10_000, given[1] if len(given) > 1 else 1_000_000)
