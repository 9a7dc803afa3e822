"""Lists the benchmarks beside this file and runs those named, each under a line that says what was measured, and where.

A benchmark is a script `bench_NAME.py` whose docstring begins with what it measures. `run.py` lists, `run.py NAME ...`
runs, `run.py all` runs all.
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def benches() -> dict[str, Path]:
    """The benchmark scripts by name, in alphabetical order."""
    return {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}


def measures(script: Path) -> str:
    """The first line of the script's docstring."""
    return (ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def commit() -> str:
    """The commit being measured, with a plus sign where files differ from it."""
    try:
        shown = subprocess.run(
            ["git", "describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "no commit"
    return shown.stdout.strip()


def machine() -> str:
    """Interpreter, system and cores, without the machine's name."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores"
    )


def main(names: list[str]) -> int:
    known = benches()
    if not names:
        width = max(map(len, known), default=0)
        for name, script in known.items():
            print(f"{name:<{width}}  {measures(script)}")
        return 0
    if names == ["all"]:
        names = list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(known) or 'none'}.", file=sys.stderr)
        return 2
    failed = 0
    for name in names:
        print(f"# make bench BENCH={name} | {datetime.now(UTC):%Y-%m-%d} | {commit()} | {machine()}", flush=True)
        failed |= subprocess.run([sys.executable, str(known[name])], cwd=ROOT, check=False).returncode
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
