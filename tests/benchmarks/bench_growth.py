"""Suggesting with the embedded model in small and large studies: segments per second, memory, and the file's size.

Usage: bench_growth.py [segments of the synthetic studies ...]. The school lessons (30,825 sentences, with
SECONDCODER_SHARED) are suggested for whole; of the synthetic studies a thousand segments at the end. Each call is a
process of its own; memory is the most that it and the child that encodes held together, looked at five times a second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))

import studies

SAMPLE = 1_000
PROGRAM = (sys.executable, "-c", "from tui.cli import main; main()")
EVERY = 0.2


def call(*arguments: object) -> tuple[dict[str, float], float, float]:
    """A command's JSON answer, its seconds, and the most memory (MB) that it and its children held."""
    began = time.perf_counter()
    with subprocess.Popen([*PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, text=True) as process:
        watched, peak = psutil.Process(process.pid), 0
        while process.poll() is None:
            peak = max(peak, _held(watched))
            time.sleep(EVERY)
        assert process.stdout is not None
        answer = json.loads(process.stdout.read() or "{}")
    assert process.returncode == 0
    return answer, time.perf_counter() - began, peak / 2**20


def _held(process: psutil.Process) -> int:
    try:
        return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def line(name: str, answer: dict[str, float], seconds: float, peak: float, path: Path) -> None:
    asked = answer["suggested"] + answer["no_code"]
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*")) / 2**20
    print(
        f"{name:<58} {asked:>7,.0f} {seconds:>8.1f} s {asked / answer['seconds']:>6.0f}/s {peak:>6.0f} MB "
        f"{size:>7.0f} MB",
        flush=True,
    )


def lessons(folder: Path, shared: Path) -> None:
    """The school lessons: nothing learned, then learned from all that people coded there."""
    path, data = folder / "lessons.db", shared / "data" / "talkmoves"
    for arguments in (
        ("new", path),
        ("add", path, data / "segments.csv", "--unit", "row"),
        ("codes", path, "import", data / "codes.csv"),
        ("settings", path, "set", "core", "0"),
    ):
        subprocess.run([*PROGRAM, *map(str, arguments)], check=True, capture_output=True)
    line("school lessons, nothing learned", *call("suggest", path, "--profile", "embedded", "--json"), path)
    coverage = ("--coverage", data / "coverage.csv")
    subprocess.run([*PROGRAM, *map(str, ("codings", path, "import", data / "labels.csv", *coverage))], check=True)
    answer = call("suggest", path, "--profile", "embedded", "--redo", "--json")
    line("the same, vectors kept, learned from people's codings", *answer, path)
    print(f"  learned from {answer[0]['learned_from']:,.0f} lessons")


def sample(folder: Path, segments: int) -> None:
    """A thousand segments at the end of a synthetic study."""
    path = folder / f"{segments}.db"
    studies.make_study(path, segments).close()
    listed = subprocess.run(
        [*PROGRAM, "documents", str(path), "list", "--json"], check=True, capture_output=True, text=True
    )
    last = json.loads(listed.stdout)[-1]["label"]
    arguments = ("--documents", last, "--limit", SAMPLE, "--json")
    line(f"{segments:,} synthetic segments", *call("suggest", path, "--profile", "embedded", *arguments), path)


def main(sizes: list[int]) -> None:
    print(f"{'study':<58} {'asked':>7} {'in all':>10} {'asked':>8} {'memory':>9} {'files':>10}")
    with studies.workplace() as folder:
        if shared := os.environ.get("SECONDCODER_SHARED"):
            lessons(folder, Path(shared))
        else:
            print("SECONDCODER_SHARED names no folder: the school lessons are left out.")
        for size in sizes:
            sample(folder, size)


if __name__ == "__main__":
    main([int(value.replace(",", "")) for value in sys.argv[1:]] or [1_000, 30_000, 1_000_000])
