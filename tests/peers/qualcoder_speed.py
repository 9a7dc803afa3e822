"""One project of ours brought in by us and by QualCoder's own code: seconds and memory, for 10,000 and 100,000 codings.

Usage: qualcoder_speed.py --tools FOLDER --qualcoder SRC --python PYTHON [--patience SECONDS] [codings ...]

FOLDER, SRC and PYTHON are as for qualcoder.py. Each 200 codings have a document of 200 turns, by four coders with 20
codes. Each import is a process of its own, told without the start of the interpreter: seconds by the clock, seconds of
a core, and the most memory that the process held. An import that takes longer than the patience (240 s) is ended.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "benchmarks"), str(HERE.parents[1])]

import bench_exchange  # noqa: E402

PER_DOCUMENT = 200


def own(project: Path, folder: Path) -> None:
    """Our import, timed; runs in a process of its own."""
    began, worked = time.perf_counter(), time.process_time()
    bench_exchange.read(folder / "back.db", project)
    took, work = time.perf_counter() - began, time.process_time() - worked
    from suggest.study.study import Study

    with Study.open(folder / "back.db") as study:
        (count,) = study.db.execute("SELECT count(*) FROM coding").fetchone()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (folder / "took").write_text(f"{took} {work} {memory} {count}")


def timed(command: list[str], folder: Path, patience: float) -> str:
    """What one import took, as a line."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        found = list(folder.glob("project*/data.qda"))
        stored = sqlite3.connect(found[0]).execute("SELECT count(*) FROM code_text").fetchone()[0] if found else 0
        return f"not done after {patience:.0f} s, with {stored:,} codings stored"
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    took, work, memory, count = (float(value) for value in (folder / "took").read_text().split())
    return f"{took:>7.1f} s {work:>7.1f} s of a core {memory:>6.0f} MB {count:>9,.0f} codings"


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--tools", type=Path, required=True)
    given.add_argument("--qualcoder", type=Path, required=True)
    given.add_argument("--python", required=True)
    given.add_argument("--patience", type=float, default=240)
    given.add_argument("codings", type=int, nargs="*", default=[10_000, 100_000])
    asked = given.parse_args()
    for codings in asked.codings:
        with tempfile.TemporaryDirectory(prefix="secondcoder-peer-") as name:
            folder = Path(name)
            os.environ["SECONDCODER_HOME"] = str(folder / "data")
            bench_exchange.fill(folder / "study.db", codings, codings // PER_DOCUMENT)
            project = folder / "project.qdpx"
            bench_exchange.write(folder / "study.db", project)
            ours = [sys.executable, "-P", __file__, "--own", str(project), name]
            script = [asked.python, str(HERE / "qualcoder_import.py"), str(asked.tools.resolve())]
            theirs = [*script, str(asked.qualcoder.resolve()), str(project), name]
            for who, command in (("ours", ours), ("QualCoder", theirs)):
                print(f"{codings:>9,} {who:<10} {timed(command, folder, asked.patience)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--own"]:
        own(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
