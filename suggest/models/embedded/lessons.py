"""What decisions teach, segment by segment: which codes a segment was given, and by how many of those who read it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from suggest.models.interface import Example

MOST_LESSONS = 1_500
"""The head learns from at most so many segments: the cost of a fit grows with their cube."""

LEAST_PER_CODE = 20
"""Where there are more segments, so many of each code are kept before the rest is filled up at random."""

REFUSAL = 0.25
"""What a refused suggestion counts against its code; an application counts 1 for it, and silence 0."""

Targets = NDArray[numpy.floating[Any]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A segment that people decided on. `targets` gives codes (positions) their share of the votes, -REFUSAL to 1."""

    example: Example
    targets: Mapping[int, float]

    @property
    def applied(self) -> frozenset[int]:
        """The codes that at least half of those who decided applied."""
        return frozenset(code for code, share in self.targets.items() if share >= 0.5)


def gather(examples: Iterable[Example], positions: Mapping[str, int]) -> list[Lesson]:
    """One lesson a segment, by segment. `positions` gives the offered codes theirs; other codes are left aside.

    "No code" is a vote against every code, a refusal a small one against its own; what was neither applied nor refused
    counts as not given. A "no code" that says nothing of some codes is no lesson by itself.
    """
    texts: dict[str, Example] = {}
    votes: defaultdict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    nothing: Counter[str] = Counter()
    but: Counter[tuple[str, str]] = Counter()
    for example in sorted(examples, key=lambda one: (one.segment, one.code, one.verdict, one.text)):
        if example.verdict == "no_code":
            nothing[example.segment] += 1
            but.update((example.segment, code) for code in example.but)
            if example.but:
                # Of a code that is newer than this answer it says nothing, and silence would count against it.
                continue
        elif example.code in positions:
            kind = "no" if example.verdict == "rejected" else "yes"
            votes[example.segment][positions[example.code], kind] += 1
        else:
            continue
        texts.setdefault(example.segment, example)
    ids = {position: code for code, position in positions.items()}
    found = []
    for segment, example in sorted(texts.items()):
        counted = votes[segment]
        targets = {}
        for code in sorted({code for code, _ in counted}):
            yes, no = counted[code, "yes"], counted[code, "no"]
            targets[code] = (yes - REFUSAL * no) / (yes + no + nothing[segment] - but[segment, ids[code]])
        found.append(Lesson(example, targets))
    return found


def chosen(lessons: Sequence[Lesson], most: int = MOST_LESSONS) -> list[Lesson]:
    """At most so many of the lessons, in their order: some of every code, and the rest by lot.

    The lot is the SHA-256 of the segment's id, so that the same lessons are chosen whenever they are asked for.
    """
    if len(lessons) <= most:
        return list(lessons)
    drawn = sorted(lessons, key=lambda lesson: hashlib.sha256(lesson.example.segment.encode()).digest())
    kept: dict[str, None] = {}
    held: Counter[int] = Counter()
    for lesson in drawn:
        wanted = [code for code in lesson.applied if held[code] < LEAST_PER_CODE]
        if wanted and len(kept) < most:
            kept[lesson.example.segment] = None
            held.update(lesson.applied)
    for lesson in drawn:
        if len(kept) == most:
            break
        kept.setdefault(lesson.example.segment)
    return [lesson for lesson in lessons if lesson.example.segment in kept]


def targets(lessons: Sequence[Lesson], codes: int) -> Targets:
    """An array of shape (lessons, codes)."""
    found = numpy.zeros((len(lessons), codes))
    for row, lesson in zip(found, lessons, strict=True):
        for code, share in lesson.targets.items():
            row[code] = share
    return found
