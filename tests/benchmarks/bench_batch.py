"""Request files: 100,000 segments written as a batch and read back, shuffled, one in a hundred of them an error.

Usage: bench_batch.py [segments ...]. Each command is a process of its own; memory is the most that it held.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import studies

PROGRAM = (sys.executable, "-c", "from tui.cli import main; main()")
ANSWER = json.dumps({"suggestions": []})


def call(*arguments: object) -> tuple[Any, float, float]:
    """A command's JSON answer, its seconds, and the most memory (MB) that it held."""
    began = time.perf_counter()
    code = (
        "import resource, sys\nfrom tui.cli import main\ntry:\n main()\nfinally:\n"
        " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout or "null"), time.perf_counter() - began, int(done.stderr.split()[-1]) / 1024


def results(questions: list[Path], into: Path) -> None:
    """Answers to all questions, shuffled; every hundredth an error."""
    rows = []
    for path in questions:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                name = json.loads(line)["custom_id"]
                rows.append(_row(name, failed=len(rows) % 100 == 0))
    random.Random(1).shuffle(rows)
    into.write_text("".join(rows), encoding="utf-8")


def _row(name: str, *, failed: bool) -> str:
    if failed:
        return json.dumps({"custom_id": name, "response": None, "error": {"code": "server_error"}}) + "\n"
    body = {
        "model": "m", "choices": [{"message": {"content": ANSWER}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 12},
    }  # fmt: skip
    return json.dumps({"custom_id": name, "response": {"status_code": 200, "body": body}, "error": None}) + "\n"


def measure(folder: Path, segments: int) -> None:
    path = folder / f"study{segments}.db"
    studies.make_study(path, segments).close()
    subprocess.run(
        [*PROGRAM, "models", str(path), "add", "bar", "--base-url", "http://127.0.0.1:9/v1", "--model", "m"],
        check=True, capture_output=True,
    )  # fmt: skip
    out = folder / f"q{segments}.jsonl"
    written, seconds, peak = call(
        "suggest", path, "--profile", "bar", "--batch-out", out, "--progress", "none", "--json"
    )
    files = [Path(name) for name in written["files"]]
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"| {segments:,} | written: {written['requests']:,} in {len(files)} files, {size:.0f} MB | {seconds:.1f} s"
          f" | {segments / seconds:,.0f} | {peak:.0f} MB |", flush=True)  # fmt: skip
    back = folder / f"r{segments}.jsonl"
    results(files, back)
    read, seconds, peak = call("suggest", path, "--profile", "bar", "--batch-in", back, "--progress", "none", "--json")
    failed = sum(read["failed"].values())
    came = f"{read['no_code']:,} answers, {failed:,} errors, {read['left']} left"
    print(f"| {segments:,} | read in: {came} | {seconds:.1f} s"
          f" | {segments / seconds:,.0f} | {peak:.0f} MB |", flush=True)  # fmt: skip


def main() -> None:
    print("| Segments | What | Time | Per second | Memory |\n| --- | --- | --- | --- | --- |")
    with studies.workplace() as folder:
        for segments in [int(text) for text in sys.argv[1:]] or [10_000, 100_000]:
            measure(folder, segments)
    print(f"Peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
