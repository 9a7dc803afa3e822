"""REFI-QDA out and in: seconds and memory for projects of 10,000 and 100,000 codings, and what ten times as much costs.

Usage: bench_exchange.py [codings ...]. The codings stand in 500 synthetic documents of 200 turns, by four coders with
20 codes. Each step is a process of its own; memory is the most that it held.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import studies

DOCUMENTS, TURNS = 500, 200
CODERS = ("anna", "ben", "chris", "dana")
BENCH = Path(__file__)


def fill(path: Path, codings: int, documents: int = DOCUMENTS) -> None:
    """A study with that many codings in so many documents, ranges inside of turns and over several."""
    from suggest.study.adding import NewDocument, NewSegment
    from suggest.study.codes import NewCode, Wording
    from suggest.study.people import ensure_coder
    from suggest.study.project_import import Project, ProjectDocument, RangeCoding, import_project
    from suggest.study.study import Study

    chance = random.Random(7)
    per_document = codings // documents
    made = []
    for number in range(documents):
        lines = [f"R{n % 5}: In place {number} person {n} says something about support." for n in range(TURNS)]
        segments, at = [], 0
        for n, line in enumerate(lines, 1):
            segments.append(NewSegment(at + 4, at + len(line), "data", f"R{(n - 1) % 5}", n, n, f"{number}-{n}"))
            at += len(line) + 1
        text = "\n".join(lines)
        held: dict[tuple[str, str, int, int], RangeCoding] = {}
        while len(held) < per_document:
            start = chance.randrange(len(text) - 150)
            key = (chance.choice(CODERS), str(chance.randrange(20)), start, start + chance.randrange(10, 150))
            held[key] = RangeCoding(*key, 1_700_000_000 + 60 * len(held))
        new = NewDocument(f"D{number}", text, "turn", segments, {"site": f"site {number % 6}"})
        made.append(ProjectDocument(new, codings=list(held.values())))
    codes = [NewCode(str(n), Wording(f"Code {n}", f"what concerns matter {n}")) for n in range(20)]
    with Study.create(path, "Benchmark, synthetic", "bench") as study:
        import_project(study, ensure_coder(study, "bench"), Project("main coding", made, codes))


def write(path: Path, out: Path) -> None:
    """Export the study."""
    from suggest.exchange.outgoing import OutOptions
    from suggest.exchange.refi.project_out import write_project
    from suggest.study.exports import export_file
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(path, write=True) as study:
        actor = ensure_coder(study, "bench")
        export_file(study, actor, out, lambda part: write_project(study, part, OutOptions()))


def read(path: Path, out: Path) -> None:
    """Bring the project into an empty study."""
    from suggest.exchange.bring_in import Wish
    from suggest.exchange.refi.project_in import read_project
    from suggest.exchange.refi.project_stored import bring_project_in
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.create(path, "Benchmark, synthetic", "bench") as study:
        done = bring_project_in(study, ensure_coder(study, "bench"), read_project(out, Wish()))
    print(done.codings, end=" ")


def step(name: str, *arguments: object) -> tuple[float, float]:
    """Seconds and megabytes of one step in a process of its own."""
    began = time.perf_counter()
    shown = subprocess.run(
        [sys.executable, str(BENCH), "--step", name, *map(str, arguments)], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - began, float(shown.stdout.split()[-1])


def main(sizes: list[int]) -> None:
    print(f"{'codings':>9} {'export':>9} {'memory':>9} {'file':>9} {'import':>9} {'memory':>9} {'study':>9}")
    with studies.workplace() as folder:
        for size in sizes:
            study, out, back = (folder / f"{size}{end}" for end in (".db", ".qdpx", "-back.db"))
            step("fill", study, size)
            there, here = step("write", study, out), step("read", back, out)
            print(
                f"{size:>9,} {there[0]:>7.1f} s {there[1]:>6.0f} MB {out.stat().st_size / 2**20:>6.1f} MB "
                f"{here[0]:>7.1f} s {here[1]:>6.0f} MB {back.stat().st_size / 2**20:>6.0f} MB",
                flush=True,
            )


def run_step(name: str, path: Path, more: str) -> None:
    if name == "fill":
        fill(path, int(more))
    elif name == "write":
        write(path, Path(more))
    else:
        read(path, Path(more))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        run_step(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        main([int(value.replace(",", "")) for value in sys.argv[1:]] or [10_000, 100_000])
