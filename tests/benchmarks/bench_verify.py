"""`verify`: seconds and memory for 100,000 and 1,000,000 entries, each in a process of its own.

Usage: bench_verify.py [entries ...].
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
from suggest.study.study import Study
from suggest.study.verify import verify
with Study.open(Path(sys.argv[1])) as study:
    start = time.perf_counter()
    verdict = verify(study)
    seconds = time.perf_counter() - start
    scan = time.perf_counter()
    for _ in study.db.execute("SELECT * FROM log ORDER BY clock, tick, replica, seq"): pass
    scan = time.perf_counter() - scan
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([verdict.ok, verdict.entries, seconds, peak / 1024, scan]))
"""


def main(sizes: list[int]) -> None:
    print(f"{'entries':>10} {'file':>9} {'verify':>9} {'per second':>11} {'memory':>9} {'only reading the log':>21}")
    for size in sizes:
        with studies.workplace() as folder:
            path = folder / "study.db"
            with studies.make_study(path, size // 2) as study:
                studies.fill(study, size // 2, complete=False)
                studies.fill(study, size - size // 2, complete=True)
            shown = subprocess.run(
                [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
            )
            ok, entries, seconds, peak, scan = json.loads(shown.stdout)
            assert ok
            megabytes = path.stat().st_size / 2**20
            print(
                f"{entries:>10,} {megabytes:>6.0f} MB {seconds:>7.1f} s {entries / seconds:>11,.0f} {peak:>6.0f} MB "
                f"{scan:>19.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main([int(value.replace(",", "")) for value in sys.argv[1:]] or [100_000, 1_000_000])
