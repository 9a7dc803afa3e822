"""Some of a study's segments, by which a model sees how its scores lie there before anything was decided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice

from suggest.engine.tasks import TaskReader
from suggest.models.interface import Task
from suggest.study.cores import drawn_core
from suggest.study.documents import list_documents
from suggest.study.selecting import is_codable
from suggest.study.study import Study

SAMPLE = 256
"""So many, where the study has them. A figure read off them is off by some 6 in 100 of itself."""
TRIES = 8


def sample(study: Study) -> list[Task]:
    """Segments to be coded, drawn by a fixed lot from all of the study, whatever is asked for, in their order.

    Nothing from a blind core is among them, though nothing is learned here but how words lie, and though it may have
    been released. What stands around them is left out.
    """
    last = max((document.first + document.count for document in list_documents(study)), default=0)
    with study.reading():
        hidden = drawn_core(study)
        chosen = islice(
            (number for number in _drawn(last) if number not in hidden and is_codable(study, number)), SAMPLE
        )
        return [task for _, task in TaskReader(study).tasks(sorted(chosen))]


def _drawn(last: int) -> Iterator[int]:
    """Numbers below `last` in the order of the lot, each once: all of a small study, enough of a large one."""
    if last <= TRIES * SAMPLE:
        yield from sorted(range(last), key=_lot)
    else:
        yield from dict.fromkeys(int.from_bytes(_lot(n)[:8], "big") % last for n in range(TRIES * SAMPLE))


def _lot(number: int) -> bytes:
    return hashlib.sha256(f"segments that show how scores lie|{number}".encode()).digest()
