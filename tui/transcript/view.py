"""What the transcript shows, read by the thread that reads: turns, and codings that this coder may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suggest.review.sight import Sight
from suggest.review.visible import codings_in
from suggest.study.documents import Document
from suggest.study.headway import companions, rounds_of
from suggest.study.people import coders
from suggest.study.rounds import rounds
from suggest.study.segments import Segment
from suggest.study.sets import read_set
from suggest.study.settings import get_setting
from suggest.study.study import Study
from suggest.study.transcript import Hit, TranscriptReader
from suggest.study.units import StoredCoding

LEAST, MOST, CHARACTERS = 4, 64, 400_000
"""A part has so many turns, or fewer if they are long."""


@dataclass(frozen=True)
class Mark:
    """A coding: whose it is and of which code (ids), and its half-open range in the document's text."""

    coder: str
    code: str
    start: int
    end: int
    place: tuple[int, int, str, int, str]
    """Where it stands in the order of the text."""
    ordinal: int = 0


@dataclass(frozen=True)
class Part:
    """Some turns by their ordinal, and the marks that share words with them. `done` are the ordinals that this coder
    has completed, but for what came back and is to be answered once more."""

    turns: Mapping[int, Segment]
    marks: tuple[Mark, ...]
    done: frozenset[int]
    others: frozenset[tuple[str, int]] = frozenset()
    """(coder, ordinal) of what colleagues have completed, as far as this coder may see what they did there."""


@dataclass(frozen=True)
class Head:
    """What holds for the whole transcript. `coders` are (id, name) of those with a column, this coder first; `later`:
    colleagues' work is seen after one's own."""

    document: Document
    speakers: tuple[str, ...]
    last_paragraph: int
    coders: tuple[tuple[str, str], ...]
    size: int
    later: bool


class Pages:
    """One transcript for one coder (an id). Made and used in the thread that reads."""

    def __init__(self, study: Study, document: str, coder: str) -> None:
        self._study, self._coder = study, coder
        self._reader = TranscriptReader(study, document)
        self._size = MOST
        self._members: list[str] = []

    def head(self) -> Head:
        """The document as it is now."""
        with self._study.reading():
            document = self._reader.refresh()
            average = document.length // max(1, document.count) + 1
            self._size = max(LEAST, min(MOST, CHARACTERS // average))
            joined = rounds_of(self._study, self._coder)
            names = {item.id: item.name for item in coders(self._study)}
            # Who takes part in a round has a column, whether there is something in it or not: it tells nothing.
            near = companions(self._study, joined[0], self._coder) if joined else []
            others = [coder for item in rounds(self._study) for coder in companions(self._study, item, self._coder)]
            members = [*dict.fromkeys((self._coder, *near, *others))]
            self._members = members[1:]
            return Head(
                document, tuple(self._reader.speakers()), self._reader.last_paragraph(),
                tuple((member, names.get(member, "")) for member in members), self._size,
                get_setting(self._study, "peers") != "shown",
            )  # fmt: skip

    def part(self, number: int) -> Part:
        """A part of the transcript."""
        with self._study.reading():
            self._reader.refresh()
            turns = self._reader.turns(number * self._size, self._size)
            if not turns:
                return Part({}, (), frozenset())
            sight = Sight(self._study, self._coder)
            marks = self._marks(codings_in(sight, self._reader.document.id, turns[0].start, turns[-1].end))
            first = self._reader.document.first
            done = {
                ordinal
                for ordinal in self._reader.completed_by(self._coder, number * self._size, self._size)
                if first + ordinal not in sight.come_back  # to be answered once more, without the first answer in sight
            }
            return Part({turn.ordinal: turn for turn in turns}, marks, frozenset(done), self._others(sight, turns))

    def _others(self, sight: Sight, turns: list[Segment]) -> frozenset[tuple[str, int]]:
        first, last = turns[0].number, turns[-1].number
        found = set()
        for coder, round_ in ((coder, round_) for coder in self._members for round_ in sight.rounds):
            done = read_set(self._study, f"done:{round_}:{coder}", first, last)
            found |= {
                (coder, number - self._reader.document.first) for number in done if sight.codings(coder, round_, number)
            }
        return frozenset(found)

    def _marks(self, codings: list[StoredCoding]) -> tuple[Mark, ...]:
        first = self._reader.document.first
        seen: dict[tuple[str, str, int, int], Mark] = {}
        for coding in codings:
            key = (coding.coder, coding.code, coding.start, coding.end)
            place = (coding.start, coding.end, *coding.entry, coding.code)
            seen.setdefault(key, Mark(*key, place, coding.segment - first))
        return tuple(seen.values())

    def next_mark(self, mark: Mark | None, offset: int, *, backwards: bool = False) -> Mark | None:
        """The mark after another one in the order of the text, or before it; without one, the first from an offset."""
        place = (offset, -1, "", 0, "") if mark is None else mark.place
        with self._study.reading():
            self._reader.refresh()
            after, sight = 0, Sight(self._study, self._coder)
            while found := self._reader.codings_from(place, backwards=backwards, after=after):
                for one in self._marks([coding for coding in found if sight.coding(coding)]):
                    if mark is None or one != mark:
                        return one
                after += len(found)
        return None

    def words(self, start: int, end: int, most: int) -> str:
        """The words of a range, at most so many characters of them."""
        with self._study.reading():
            self._reader.refresh()
            return self._reader.words(start, end, most)

    def paragraph(self, number: int) -> int | None:
        """The ordinal of the first turn of a paragraph."""
        with self._study.reading():
            self._reader.refresh()
            return self._reader.paragraph(number)

    def find(self, words: str, offset: int, *, backwards: bool = False) -> Hit | None:
        """The next place of the words from an offset on, or before it."""
        with self._study.reading():
            self._reader.refresh()
            return self._reader.find(words, offset, backwards=backwards)
