"""An audit from end to end: seconds and memory of `audit`, its page and its text-free record, by size of the study.

By default 30,825 segments in 63 documents (the size of the TalkMoves test set), 20 codes, five people who coded them
all blind, and two runs of a model. Each step runs in a process of its own. Usage: bench_audit.py [segments ...].
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy
from studies import CODES, workplace

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.imports import NewCoding, import_codings
from suggest.study.people import ensure_coder
from suggest.study.runs import NewCandidate, end_run, start_run, store_set
from suggest.study.study import Study

PEOPLE, DOCUMENTS = 5, 63
STEPS = {
    "audit": ["audit", "--json"],
    "audit --compare 1,2 --plan": ["audit", "--json", "--compare", "1,2", "--plan"],
    "audit --html": ["audit", "--html", "audit.html"],
    "export --to audit": ["export", "--to", "audit", "--output", "audit.zip"],
}


def make(path: Path, segments: int) -> None:
    """The study: each code applied to one segment in six, by people who differ in one case in ten."""
    dice = numpy.random.default_rng(3)
    study = Study.create(path, "Benchmark, synthetic", "bench")
    actor = ensure_coder(study, "bench")
    sizes = [segments // DOCUMENTS + (n < segments % DOCUMENTS) for n in range(DOCUMENTS)]
    documents = add_documents(study, actor, [_document(n, size) for n, size in enumerate(sizes)])
    codes = list(add_codes(study, actor, [NewCode(str(n), Wording(f"Code {n}")) for n in range(CODES)]).values())
    shares = 1 / numpy.arange(2, CODES + 2)
    truth = [dice.random((size, CODES)) < shares / 3 for size in sizes]
    new, done = [], {}
    for person in (f"person {n}" for n in range(PEOPLE)):
        for document, there in zip(documents, truth, strict=True):
            done[person, document] = list(range(len(there)))
            places = zip(*numpy.nonzero(there ^ (dice.random(there.shape) < 0.01)), strict=True)
            new += [NewCoding(person, document, codes[code], int(at), int(at), int(at)) for at, code in places]
    import_codings(study, actor, "elsewhere", new, done)
    for number in (1, 2):
        run = start_run(
            study, actor, profile="lexical", identity=f"bench {number}", parameters={}, prompt=None,
            threshold=None, training=None, codes=None, segments=segments,
        )  # fmt: skip
        for document, there in zip(documents, truth, strict=True):
            fits = there ^ (dice.random(there.shape) < 0.02 * number)
            sure = dice.integers(1, 1_000_000, there.shape)
            with study.write(actor) as writer:
                for at, row in enumerate(fits):
                    order = numpy.lexsort((-sure[at], ~row))[:5].tolist()
                    listed = [
                        NewCandidate(codes[c], bool(row[c]), int(sure[at, c]), "rank", None, "none", "") for c in order
                    ]
                    store_set(writer, run, f"{document}.{at}", "0" * 64, listed)
        end_run(study, actor, run, "done")
    study.close()


def _document(number: int, size: int) -> NewDocument:
    lines = [f"In place {number} person {n} says something." for n in range(size)]
    found, place = [], 0
    for n, line in enumerate(lines, 1):
        found.append(NewSegment(place, place + len(line), paragraph_from=n, paragraph_to=n))
        place += len(line) + 1
    return NewDocument(f"D{number}", "\n".join(lines), "turn", found)


def timed(command: list[str], folder: Path) -> str:
    begun = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere, (folder / "out.json").open("wb") as out:
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=nowhere)
        _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    return f"{seconds:7.1f} s {used.ru_maxrss / 1024:6.0f} MB" + ("" if status == 0 else f"  exit {status >> 8}")


def main(sizes: list[int]) -> None:
    command = [str(Path(sys.executable).with_name("secondcoder"))]
    for segments in sizes:
        with workplace() as folder:
            begun = time.perf_counter()
            make(folder / "s.db", segments)
            print(f"{segments:,} segments, {DOCUMENTS} documents, {CODES} codes, {PEOPLE} people "
                  f"(made in {time.perf_counter() - begun:.0f} s)")  # fmt: skip
            for name, step in STEPS.items():
                print(f"  {name:30} {timed([*command, step[0], 's.db', *step[1:]], folder)}")
            print(f"  the page: {(folder / 'audit.html').stat().st_size / 1e6:.1f} MB, the record: "
                  f"{(folder / 'audit.zip').stat().st_size / 1e6:.1f} MB")  # fmt: skip
            with tempfile.TemporaryDirectory() as beside:
                with zipfile.ZipFile(folder / "audit.zip") as record:
                    record.extractall(beside)
                subprocess.run([*command, "audit", "s.db", "--json"], cwd=folder, check=True,
                               stdout=(Path(beside) / "report.json").open("wb"), stderr=subprocess.DEVNULL)  # fmt: skip
                figures = len(json.loads((Path(beside) / "report.json").read_text())["pairs"])
                script = [sys.executable, "-I", str(Path(beside) / "recompute.py"), str(Path(beside) / "report.json")]
                print(f"  recompute.py, {figures} pairs {timed(script, folder):>28}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    main([int(size) for size in sys.argv[1:]] or [30_825])
