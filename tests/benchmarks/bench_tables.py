"""Exports, report and manuscript check in small and large studies: seconds, rows, file size and memory.

Usage: bench_tables.py [codings ...] (default: 10000 100000). Documents have 200 segments; two coders' codings, one on
each segment, 20 codes. Each call is a process of its own; memory is the most that it ever held (on Linux).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import studies

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.documents import list_documents
from suggest.study.imports import NewCoding, import_codings
from suggest.study.people import ensure_coder
from suggest.study.study import Study

PER_DOCUMENT = 200
CODES = 20
CHILD = (
    "import json, pathlib, sys, time\n"
    "began = time.perf_counter()\n"
    "from tui.cli import main\n"
    "try:\n    main(sys.argv[1:])\n"
    "except SystemExit:\n    pass\n"
    "status = pathlib.Path('/proc/self/status').read_text()\n"
    "peak = int(status.split('VmHWM:')[1].split()[0]) / 1024\n"
    "print(json.dumps([time.perf_counter() - began, time.process_time(), peak]))\n"
)
CALLS = (
    ("export", "csv", "all.csv"),
    ("export", "xlsx", "all.xlsx"),
    ("export", "jsonl", "all.jsonl"),
    ("export", "matrix", "documents.csv"),
    ("export", "matrix", "segments.csv", "--table", "segments"),
    ("export", "matrix", "together.csv", "--table", "together"),
    ("export", "matrix", "documents.svg"),
    ("export", "quotes", "quotes.csv"),
    ("report", "", "report.html"),
)


def make(path: Path, codings: int) -> None:
    """A study with that many codings by two coders, half of them each."""
    study = Study.create(path, "Benchmark, synthetic", "bench")
    actor = ensure_coder(study, "bench")
    for start in range(0, codings // PER_DOCUMENT, 50):
        add_documents(study, actor, [_document(n) for n in range(start, min(start + 50, codings // PER_DOCUMENT))])
    new = [NewCode(str(n), Wording(f"Code {n}", f"what concerns matter {n}", external=f"C{n}")) for n in range(CODES)]
    codes = list(add_codes(study, actor, new).values())
    made = [
        NewCoding(("ada", "ben")[n % 2], document.id, codes[(n * 7) % CODES], n, n, n)
        for document in list_documents(study)
        for n in range(PER_DOCUMENT)
    ]
    import_codings(study, actor, "all", made, {})
    study.close()


def _document(number: int) -> NewDocument:
    lines = [
        f"R{n % 5}: In place {number} somebody says, as number {n}, what there is to say of support by equals."
        for n in range(PER_DOCUMENT)
    ]
    segments, place = [], 0
    for n, line in enumerate(lines, 1):
        role = "prompt" if n % 12 == 1 else "data"
        segments.append(NewSegment(place + 4, place + len(line), role, f"R{(n - 1) % 5}", n, n, f"{number}-{n}"))
        place += len(line) + 1
    return NewDocument(f"D{number}", "\n".join(lines), "line", segments, {"site": f"Site {number % 6}"})


def run(path: Path, folder: Path, command: str, target: str, name: str, *more: str) -> None:
    """One call, a line of what it took."""
    output = folder / name
    output.unlink(missing_ok=True)
    arguments = [command, str(path), *(["--to", target] if target else []), "--output", str(output), *more, "--json"]
    _told(name, _call(arguments), output)


def _call(arguments: list[str]) -> tuple[float, float, float]:
    done = subprocess.run([sys.executable, "-c", CHILD, *arguments], check=True, capture_output=True, text=True)
    seconds, processor, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, processor, peak


def _told(name: str, took: tuple[float, float, float], output: Path) -> None:
    size = output.stat().st_size / 2**20
    times = f"{took[0]:>6.1f} s, {took[1]:>5.1f} s of a core"
    print(f"  {name:<17} {times} {took[2]:>6.0f} MB, file {size:>6.1f} MB", flush=True)


def check(path: Path, folder: Path) -> None:
    """A manuscript of 200 quotes, every fourth with a wrong paragraph and every tenth with a wrong word, checked."""
    lines = ["# Findings"]
    with Study.open(path) as study:
        documents = list_documents(study)
    for n in range(200):
        document = documents[n * 7 % len(documents)]
        number = document.label[1:]
        cited, word = (n + 30 if n % 4 == 0 else n) % PER_DOCUMENT + 1, "noone" if n % 10 == 0 else "somebody"
        said = f"In place {number} {word} says, as number {n}, what there is (…) equals"
        lines.append(f"> {said} ({document.label} {cited})")
    manuscript = folder / "paper.md"
    manuscript.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    _told("check, 200 quotes", _call(["check-manuscript", str(path), str(manuscript), "--json"]), manuscript)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    with studies.workplace() as folder:
        for size in sizes:
            path = folder / f"{size}.db"
            make(path, size)
            print(f"{size:,} codings in {size // PER_DOCUMENT:,} documents, study {path.stat().st_size / 2**20:.0f} MB")
            for command, target, name, *more in CALLS:
                run(path, folder, command, target, name, *more)
            check(path, folder)


if __name__ == "__main__":
    main()
