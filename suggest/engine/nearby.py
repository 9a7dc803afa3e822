"""Decided segments as examples for a question: those nearest to its segment, and never one that gives it away."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from suggest.models.embedded.encoding import Encoder
from suggest.models.embedded.vectors import VectorStore
from suggest.models.interface import Example, OfferedCode, Scalar, Task
from suggest.models.near import ByMeaning, ByWords, Nearness, Written
from suggest.study.segments import SegmentReader, segment_number
from suggest.study.selecting import text_version
from suggest.study.study import Study
from suggest.study.to_come import blind_blocks

LONGEST = 1_200
"""Longer segments (code points) are no examples: each would cost as much as the question itself."""
EXAMPLES_BY = "examples_by"
"""The parameter by which a run says how its examples are chosen. Runs from before it was said chose by words."""

By: TypeAlias = Callable[[Sequence[Written]], Nearness]


@dataclass(frozen=True)
class Decided:
    """A decided segment: what people said of it, and the version of its document's text that was read."""

    number: int
    document: str
    version: int
    said: tuple[Example, ...]

    @property
    def text(self) -> str:
        return self.said[0].text


def way_of_choosing(
    parameters: Mapping[str, Scalar] | None, encoder: Encoder | None, store: VectorStore | None
) -> tuple[By, bool]:
    """How examples are chosen, and whether the run says so: by meaning where there is an encoder, else by words.

    A run that goes on with these `parameters` chooses as it began, or it would ask other questions than it did: by
    words where it says so, or says nothing.
    """
    said = None if parameters is None else str(parameters.get(EXAMPLES_BY, ""))
    if encoder is None or (said is not None and not said.startswith("meaning")):
        return ByWords, said != ""
    return (lambda texts: ByMeaning(texts, encoder, store)), True


class Nearby:
    """The decided segments, to be looked through for those that are nearest to another one."""

    def __init__(
        self, study: Study, lessons: Iterable[Example], codes: Sequence[OfferedCode], most: int, by: By = ByWords
    ) -> None:
        """`most` examples (segments) are shown with a question. What coders contradict one another in is left out, and
        what says nothing about a code on offer."""
        self._study, self._most = study, most
        with study.reading():
            self._decided = _decided(study, lessons, {code.id for code in codes})
            self._blocks = blind_blocks(study)
        self._nearness = by([Written(one.text, one.document) for one in self._decided])
        self.identity = self._nearness.identity
        self.prepare = self._nearness.prepare
        self.near = lru_cache(maxsize=512)(self._near)

    def __len__(self) -> int:
        return len(self._decided)

    def of(self, task: Task) -> tuple[Decided, ...]:
        """The examples for a question, the nearest last: what stands nearest to the segment is heeded most."""
        return self.near(task.segment, task.text)

    def _near(self, segment: str, text: str) -> tuple[Decided, ...]:
        number = segment_number(self._study, segment)
        block = None if number is None else self._block(number)

        def may(place: int) -> bool:
            other = self._decided[place].number
            return other != number and (block is None or self._block(other) != block)

        chosen = self._nearness.nearest(Written(text, segment.partition(".")[0]), self._most, may)
        return tuple(self._decided[place] for place in reversed(chosen))

    def _block(self, number: int) -> tuple[int, int] | None:
        """The blind block that a segment lies in, of whatever round."""
        at = bisect_right(self._blocks, (number, 2**62)) - 1
        return self._blocks[at] if at >= 0 and self._blocks[at][1] >= number else None


def _decided(study: Study, lessons: Iterable[Example], offered: set[str]) -> list[Decided]:
    by_segment: defaultdict[str, list[Example]] = defaultdict(list)
    for lesson in lessons:
        by_segment[lesson.segment].append(lesson)
    reader = SegmentReader(study)
    found = []
    for segment in sorted(by_segment):
        said = _agreed(by_segment[segment], offered)
        held = reader.get(segment)
        version = None if held is None else text_version(study, held.document)
        if not said or held is None or version is None:
            continue
        if held.text == said[0].text and len(held.text) <= LONGEST:
            found.append(Decided(held.number, held.document, version, said))
    return found


def _agreed(lessons: Sequence[Example], offered: set[str]) -> tuple[Example, ...]:
    """What nobody contradicts, once each: codes applied, codes refused, or that none fits."""
    applied = {one.code for one in lessons if one.verdict in ("accepted", "added")}
    refused = {one.code for one in lessons if one.verdict == "rejected"}
    none = [one for one in lessons if one.verdict == "no_code"]
    once: dict[str, Example] = {}
    for one in lessons:
        disputed = one.code in refused if one.verdict != "rejected" else one.code in applied
        if one.code in offered and not disputed and not (none and one.code in applied):
            once.setdefault(one.code, one)
    if not once and none and not applied and all(offered.isdisjoint(one.but) for one in none):
        return (none[0],)
    fits_first = sorted(once.values(), key=lambda one: (one.verdict == "rejected", one.code))
    return tuple(fits_first)
