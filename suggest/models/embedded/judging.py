"""What a run learns besides its head: which surroundings to heed, and from which score on a code fits. Frozen with it.

A segment's own decisions must move neither. So each is learned three times: from all lessons, for talk that nobody
decided on, and from either half of them, for the lessons of the other half.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy

from suggest.models.embedded.comparing import Compared
from suggest.models.embedded.fitting import learned_threshold
from suggest.models.embedded.head import READINGS, Head, best_reading
from suggest.models.embedded.lessons import Lesson
from suggest.models.embedded.likeness import Indices, Reading
from suggest.models.interface import Scalar

_NAMED = {reading.name: reading for reading in READINGS}
_HALVES = ("first", "second")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A way of reading, and the threshold (millionths) that goes with it."""

    reading: Reading
    threshold: int


@dataclass(frozen=True, slots=True)
class Judgements:
    """That of all lessons, and those of either half, None without lessons."""

    whole: Judgement
    halves: tuple[Judgement, Judgement] | None = None

    def of_row(self, half: int | None) -> Judgement:
        """The one for a lesson of that half (0 or 1): the other half's. None asks for talk that is no lesson."""
        return self.whole if half is None or self.halves is None else self.halves[1 - half]

    def parameters(self) -> tuple[tuple[str, Scalar], ...]:
        """How a run names them."""
        named: list[tuple[str, Scalar]] = [("threshold", self.whole.threshold), ("reading", self.whole.reading.name)]
        for half, judgement in zip(_HALVES, self.halves or (), strict=False):
            named += [(f"{half}_threshold", judgement.threshold), (f"{half}_reading", judgement.reading.name)]
        return tuple(named)


def frozen(parameters: Mapping[str, Scalar], *, halved: bool) -> Judgements | None:
    """What a run froze, from its parameters; None where they do not say. `halved`: there are lessons."""
    whole, *halves = (_frozen(parameters, prefix) for prefix in ("", *(f"{half}_" for half in _HALVES if halved)))
    if whole is None or None in halves:
        return None
    return Judgements(whole, (halves[0], halves[1]) if halves and halves[0] and halves[1] else None)


def _frozen(parameters: Mapping[str, Scalar], prefix: str) -> Judgement | None:
    threshold, reading = parameters.get(f"{prefix}threshold"), _NAMED.get(str(parameters.get(f"{prefix}reading")))
    return Judgement(reading, threshold) if isinstance(threshold, int) and reading is not None else None


def halves(lessons: Sequence[Lesson]) -> Indices:
    """0 or 1 for each lesson: by document, so that talk which hangs together stays together, or by segment where all
    is from one document. The lot is the SHA-256 of the id, whatever was decided."""
    documents = {lesson.example.document for lesson in lessons}
    ids = [lesson.example.document if len(documents) > 1 else lesson.example.segment for lesson in lessons]
    drawn = sorted(set(ids), key=lambda one: hashlib.sha256(one.encode()).digest())
    half = {one: number % 2 for number, one in enumerate(drawn)}
    return numpy.array([half[one] for one in ids], numpy.int64)


def judge(compared: Compared, half: Indices, untaught: int) -> tuple[Judgements, Head]:
    """What the lessons teach, and the head of them all. `untaught` is the threshold (millionths) that holds before."""
    whole, head = _judgement(compared, untaught)
    if not len(half):
        return Judgements(whole), head
    one, other = (_judgement(compared.some(numpy.flatnonzero(half == number)), untaught)[0] for number in (0, 1))
    return Judgements(whole, (one, other)), head


def _judgement(compared: Compared, untaught: int) -> tuple[Judgement, Head]:
    reading = best_reading(compared)
    head = Head(compared, reading)
    right = compared.teaching.targets >= 0.5
    return Judgement(reading, learned_threshold(head.held_out(), right, untaught)), head
