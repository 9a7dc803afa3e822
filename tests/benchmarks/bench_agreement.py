"""Agreement of up to 1,000,000 ratings: seconds and memory of all coefficients with intervals, beside other libraries.

100 codes, 5 coders, 200 documents, nothing missing. Each side runs in a process of its own. The other libraries need an
environment with krippendorff, nltk and statsmodels: SECONDCODER_AGREEMENT_PYTHON names its interpreter. Without it they
are left out. Usage: bench_agreement.py [ratings ...].
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CODERS, CODES, LIMIT = 5, 100, 300


def ratings(count: int) -> Any:
    """Two coders in three agree with the truth, whose codes are unevenly common."""
    dice = numpy.random.default_rng(7)
    units = count // CODERS
    shares = 1.0 / numpy.arange(1, CODES + 1)
    truth = dice.choice(CODES, size=units, p=shares / shares.sum())
    chance = dice.choice(CODES, size=(units, CODERS), p=shares / shares.sum())
    return numpy.where(dice.random((units, CODERS)) < 0.67, truth[:, None], chance)


def run(python: str, kind: str, path: Path) -> dict[str, Any]:
    command = [python, str(HERE / "agreement_peer.py"), kind, str(path)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not done in {LIMIT} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["ended without a word"])[-1][:90]}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(sizes: list[int]) -> None:
    sides = [("ours", sys.executable)]
    if python := os.environ.get("SECONDCODER_AGREEMENT_PYTHON"):
        sides += [(kind, python) for kind in ("krippendorff", "nltk", "statsmodels")]
    else:
        print("SECONDCODER_AGREEMENT_PYTHON names no interpreter: other libraries are left out.")
    found: dict[tuple[str, str], dict[int, str]] = {}
    memory: dict[str, dict[int, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / "ratings.npy"
            numpy.save(path, ratings(size))
            for kind, python in sides:
                answer = run(python, kind, path)
                if "failed" in answer:
                    memory.setdefault(kind, {})[size] = answer["failed"]
                    continue
                memory.setdefault(kind, {})[size] = f"{answer['peak']:.0f} MB ({answer['before']:.0f} before)"
                for name, value, seconds in answer["done"]:
                    shown = f"{seconds:.3f} s" + (f" ({value:.6f})" if value is not None else "")
                    found.setdefault((kind, name), {})[size] = shown
    heads = [f"{size:,} ratings" for size in sizes]
    print("| Library | Figure | " + " | ".join(heads) + " |")
    print("| --- " * (len(heads) + 2) + "|")
    for (kind, name), cells in found.items():
        print(f"| {kind} | {name} | " + " | ".join(cells.get(size, "-") for size in sizes) + " |")
    for kind, peaks in memory.items():
        print(f"| {kind} | peak memory | " + " | ".join(peaks.get(size, "-") for size in sizes) + " |")


if __name__ == "__main__":
    main([int(value.replace(",", "")) for value in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
