"""Studies for the benchmarks, written by the product's own path: documents stored, acts logged and folded."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes, read_codes, tree_head
from suggest.study.people import ensure_coder
from suggest.study.rounds import current_round, make_ready
from suggest.study.runs import NewCandidate, end_run, start_run, store_set
from suggest.study.settings import set_setting
from suggest.study.study import Study

PER_DOCUMENT = 1_000
CODES = 20
IN_ONE = 20_000
"""So many entries are logged in one transaction."""


@contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder, with the user's data folder moved into it."""
    with tempfile.TemporaryDirectory(prefix="secondcoder-bench-") as folder:
        os.environ["SECONDCODER_HOME"] = str(Path(folder) / "home")
        yield Path(folder)


def make_study(path: Path, segments: int, **settings: str) -> Study:
    """A study with that many segments, 1,000 to a document, 20 codes, and the coder `bench` ready to begin."""
    study = Study.create(path, "Benchmark, synthetic", "bench")
    actor = ensure_coder(study, "bench")
    for key, value in settings.items():
        set_setting(study, actor, key, value)
    numbers = range(-(-segments // PER_DOCUMENT))
    for batch in itertools.batched(numbers, 50) if hasattr(itertools, "batched") else _batches(numbers, 50):
        documents = [_document(n, min(PER_DOCUMENT, segments - n * PER_DOCUMENT)) for n in batch]
        add_documents(study, actor, documents)
    add_codes(study, actor, [NewCode(str(n), Wording(f"Code {n}", f"what concerns matter {n}")) for n in range(CODES)])
    make_ready(study, actor, current_round(study, actor))
    return study


def _batches(numbers: range, size: int) -> Iterator[range]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def _document(number: int, size: int) -> NewDocument:
    lines = [f"In place {number} person {n} says something about support." for n in range(size)]
    segments, place = [], 0
    for n, line in enumerate(lines, 1):
        segments.append(
            NewSegment(place, place + len(line), paragraph_from=n, paragraph_to=n, external=f"{number}-{n}")
        )
        place += len(line) + 1
    return NewDocument(f"D{number}", "\n".join(lines), "line", segments)


def fill(study: Study, acts: int, *, complete: bool, coder: str = "bench") -> None:
    """Log that many acts of a coder in large transactions: on each segment a code, or its completion."""
    actor = ensure_coder(study, coder)
    make_ready(study, actor, current_round(study, actor))
    round_ = current_round(study, actor).id
    codes = [code.id for code in read_codes(study)]
    head = tree_head(study)
    rows = study.db.execute("SELECT document, count FROM document ORDER BY n").fetchall()
    ids = ((f"{document}.{n}", n) for document, count in rows for n in range(count))
    left = acts
    while left:
        size = min(left, IN_ONE)
        with study.write(actor) as writer:
            for segment, n in itertools.islice(ids, size):
                unit = {"round": round_, "coder": actor, "segment": segment, "ref": None}
                if complete:
                    scope = {"scope": ["all", None], "tree": list(head) if head else None, "end_seen": None}
                    writer.append("completed", {**unit, **scope})
                else:
                    code = {"action": "add", "set": None, "rank": None, "code": codes[n % CODES], "reason": None}
                    writer.append("decided", {**unit, **code, "range": [n * 10, n * 10 + 8]})
        left -= size


def suggest_for_all(study: Study) -> None:
    """A run of the model `lexical` that answers every segment: five candidates of which two fit."""
    actor = ensure_coder(study, "bench")
    codes = [code.id for code in read_codes(study)]
    rows = study.db.execute("SELECT document, count FROM document ORDER BY n").fetchall()
    ids = enumerate(f"{document}.{n}" for document, count in rows for n in range(count))
    run = start_run(
        study, actor, profile="lexical", identity="lexical, synthetic", parameters={}, prompt=None, threshold=None,
        training=None, codes=None, segments=sum(count for _, count in rows),
    )  # fmt: skip
    while some := list(itertools.islice(ids, IN_ONE)):
        with study.write(actor) as writer:
            for n, segment in some:
                store_set(writer, run, segment, "0" * 64, [_candidate(codes[(n + k) % CODES], k) for k in range(5)])
    end_run(study, actor, run, "done")


def _candidate(code: str, rank: int) -> NewCandidate:
    return NewCandidate(code, rank < 2, 600_000 - 100_000 * rank, "rank", None, "none", "")
