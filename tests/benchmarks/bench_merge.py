"""`merge`: seconds and memory for taking in 100,000 entries of another copy, and for a merge that brings a few.

Usage: bench_merge.py [entries ...]. The study has as many entries as come in; `verify` of the result stands beside.
Each step is a process of its own; memory is the most that it held.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import studies

MEASURE = """
import json, resource, sys, time
from pathlib import Path
from suggest.study.merge import merge
from suggest.study.people import ensure_coder
from suggest.study.study import Study
from suggest.study.verify import verify
step, path, other = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
with Study.open(path, write=True) as study:
    actor = ensure_coder(study, "bench")
    start, work = time.perf_counter(), time.process_time()
    if step == "merge":
        done = merge(study, other, actor).entries
    else:
        verdict = verify(study)
        assert verdict.ok, verdict.first_bad
        done = verdict.entries
    seconds, work = time.perf_counter() - start, time.process_time() - work
print(json.dumps([done, seconds, work, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def step(name: str, path: Path, other: Path) -> tuple[int, float, float, float]:
    """(entries, seconds, seconds of a processor, megabytes) of a merge or a verification."""
    command = [sys.executable, "-c", MEASURE, name, str(path), str(other)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    done, seconds, work, memory = json.loads(shown.stdout)
    return done, seconds, work, memory


def main(sizes: list[int]) -> None:
    from suggest.study.copies import make_copy
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    print(f"{'what':<34} {'entries':>9} {'seconds':>9} {'processor':>10} {'memory':>8}")
    for size in sizes:
        with studies.workplace() as folder:
            path, other = folder / "study.db", folder / "site.db"
            with studies.make_study(path, size) as study:
                make_copy(study, other, ensure_coder(study, "bench"))
                studies.fill(study, size, complete=False)
            with Study.open(other, write=True) as site:
                studies.fill(site, size, complete=True, coder="site")
            tell(f"much, into one of {size:,} entries", *step("merge", path, other))
            tell("the same again: nothing", *step("merge", path, other))
            tell("verify of the result", *step("verify", path, other))
            with Study.open(other, write=True) as site:
                ensure_coder(site, "somebody new")
            tell("one entry more", *step("merge", path, other))


def tell(what: str, entries: int, seconds: float, work: float, memory: float) -> None:
    print(f"{what:<34} {entries:>9,} {seconds:>7.1f} s {work:>8.1f} s {memory:>5.0f} MB", flush=True)


if __name__ == "__main__":
    main([int(value.replace(",", "")) for value in sys.argv[1:]] or [100_000])
