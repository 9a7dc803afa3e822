"""How long `secondcoder --help` takes, beside a bare interpreter that imports click."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def seconds(command: list[str], repeats: int = 15) -> float:
    """The median wall time of the command, in seconds."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


base = seconds([sys.executable, "-c", "import click"])
asked = seconds([sys.executable, "-c", "from tui.cli import main; main(['--help'])"])
print(f"import click   {base * 1000:6.0f} ms")
print(f"--help         {asked * 1000:6.0f} ms   {asked / base:.1f} x")
