"""Choosing segments for a model: the `data` segments whose consent allows it, and which of them have an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from suggest.study.documents import ranges
from suggest.study.people import find_coder
from suggest.study.runs import MODEL_PREFIX
from suggest.study.segments import segment_number
from suggest.study.study import Study

PAGE = 1024


def _barred(leaving: bool) -> str:
    flags = "'exclude', 'local_only'" if leaving else "'exclude'"
    return (
        f"SELECT 1 FROM consent c WHERE c.document = s.document AND c.flag IN ({flags}) "
        "AND (c.speaker = -1 OR c.speaker = s.speaker)"
    )


def codable(study: Study, first: int, last: int, *, leaving: bool = False) -> Iterator[int]:
    """The numbers of the `data` segments in first..last that consent does not keep out of the work, ascending.

    `leaving`: the words are to leave this machine, so what may only stay here is kept out as well. Read page by page,
    so that a million of them need no room and nobody's writing is held up.
    """
    while first <= last:
        page = study.db.execute(
            "SELECT s.n FROM segment s WHERE s.n BETWEEN ? AND ? AND s.role = 'data' "
            f"AND NOT EXISTS ({_barred(leaving)}) ORDER BY s.n LIMIT ?",
            (first, last, PAGE),
        ).fetchall()
        for (number,) in page:
            yield number
        if len(page) < PAGE:
            return
        first = page[-1][0] + 1


def is_codable(study: Study, number: int, *, leaving: bool = False) -> bool:
    """Whether the segment of that number is talk to be coded that consent does not keep out: see `codable`."""
    return next(codable(study, number, number, leaving=leaving), None) is not None


def barred(study: Study, first: int, last: int, *, leaving: bool = False) -> set[int]:
    """The numbers in first..last, of whatever role, that consent keeps out of the work: see `codable`."""
    return {
        number
        for (number,) in study.db.execute(
            f"SELECT s.n FROM segment s WHERE s.n BETWEEN ? AND ? AND EXISTS ({_barred(leaving)})", (first, last)
        )
    }


def may_leave(study: Study, segments: Iterable[str], *, leaving: bool = True) -> bool:
    """Whether consent keeps none of these segments (ids) out of the work: see `codable`. One that is not there any more
    is kept out."""
    numbers = {id_: segment_number(study, id_) for id_ in segments}
    known = sorted(number for number in numbers.values() if number is not None)
    if len(known) < len(numbers):
        return False
    return not any(barred(study, first, last, leaving=leaving) for first, last in ranges(known))


def text_version(study: Study, document: str) -> int | None:
    """How many corrections the document's text has had; None where it is gone."""
    row = study.db.execute(
        "SELECT version FROM document WHERE document = ? AND state = 'present'", (document,)
    ).fetchone()
    return None if row is None else int(row[0])


def answers_between(study: Study, runs: Sequence[str], first: int, last: int) -> dict[int, str]:
    """Task hash, keyed with the study's secret, by segment number of what the runs answered in first..last.

    Of several runs the first one named counts.
    """
    found: dict[int, tuple[int, str]] = {}
    marks = ",".join("?" * len(runs))
    for number, run, task in study.db.execute(
        f"SELECT segment, run, task FROM suggestion_set WHERE segment BETWEEN ? AND ? AND run IN ({marks})",
        (first, last, *runs),
    ):
        rank = runs.index(run)
        if number not in found or rank < found[number][0]:
            found[number] = (rank, task)
    return {number: task for number, (_, task) in found.items()}


def tasks_answered(study: Study, runs: Sequence[str], first: int, last: int) -> dict[int, set[str]]:
    """The task hashes (keyed) by segment number of all that the runs answered in first..last."""
    found: dict[int, set[str]] = {}
    for number, task in study.db.execute(
        "SELECT segment, task FROM suggestion_set WHERE segment BETWEEN ? AND ? AND run IN (SELECT value FROM "
        "json_each(?))",
        (first, last, json.dumps(list(runs))),
    ):
        found.setdefault(number, set()).add(task)
    return found


def current_tasks(study: Study, profile: str, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Run and task hash (keyed) by segment number of what the profile suggests now about the whole tree."""
    model = find_coder(study, MODEL_PREFIX + profile)
    found: dict[int, tuple[str, str]] = {}
    for begin in range(0, len(numbers) if model else 0, PAGE // 2):
        some = numbers[begin : begin + PAGE // 2]
        rows = study.db.execute(
            "SELECT k.segment, s.run, s.task FROM current_set k JOIN suggestion_set s ON s.hash = k.hash "
            f"WHERE k.segment IN ({','.join('?' * len(some))}) AND k.model = ? AND k.scope = ''",
            (*some, model.id if model else ""),
        )
        found.update((number, (run, task)) for number, run, task in rows)
    return found


def runs_standing(study: Study, profile: str, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The runs (ids) by segment number of what the profile suggests now: that about the whole tree, and those about a
    few codes that stand beside it, the oldest first. Segments without one about the whole tree are left out."""
    model = find_coder(study, MODEL_PREFIX + profile)
    found: dict[int, tuple[str, ...]] = {}
    whole: set[int] = set()
    for begin in range(0, len(numbers) if model else 0, PAGE // 2):
        some = numbers[begin : begin + PAGE // 2]
        rows = study.db.execute(
            "SELECT k.segment, k.scope, s.run FROM current_set k JOIN suggestion_set s ON s.hash = k.hash "
            f"WHERE k.segment IN ({','.join('?' * len(some))}) AND k.model = ? ORDER BY k.segment, k.run_n",
            (*some, model.id if model else ""),
        )
        for number, scope, run in rows:
            found[number] = (*found.get(number, ()), run)
            if not scope:
                whole.add(number)
    return {number: standing for number, standing in found.items() if number in whole}


def has_failed(study: Study, run: str, segment: str) -> bool:
    """Whether a failure stands in the run for the segment (an id)."""
    number = segment_number(study, segment)
    row = study.db.execute("SELECT 1 FROM failure WHERE run = ? AND segment = ?", (run, number)).fetchone()
    return row is not None


def has_answer(study: Study, run: str, number: int) -> bool:
    """Whether the run has a suggestion set for the segment."""
    row = study.db.execute("SELECT 1 FROM suggestion_set WHERE segment = ? AND run = ?", (number, run)).fetchone()
    return row is not None
