"""Searching the words of all segments, straight in the stored texts: no index could keep what is withdrawn.

A query is words, each to be found somewhere in the segment, and phrases in quotation marks; case does not count, and a
word is found inside of longer ones. Any text is a query.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suggest.study.segments import Segment, SegmentReader
from suggest.study.sets import SegmentSet, gathered
from suggest.study.study import Study

LONGEST, MOST = 1_000, 20
"""Of a query so many characters are read, and so many words and phrases looked for."""
_PARTS = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


@dataclass(frozen=True)
class Hit:
    """A segment that was found, and where in its document the words stand: half-open ranges, ascending."""

    segment: Segment
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Found:
    """A page of hits in the order of the study; `more`: pass it as `after` for the next one, None at the end."""

    hits: tuple[Hit, ...]
    more: int | None


class Terms:
    """The words and phrases of a query, ready to be looked for."""

    def __init__(self, query: str) -> None:
        parts = [phrase or word for phrase, word in _PARTS.findall(query[:LONGEST])]
        lowered = [" ".join(_lower(part).split()) for part in parts]
        self.words = tuple(dict.fromkeys(part for part in lowered if part))[:MOST]
        self._patterns = [_pattern(word) for word in self.words]

    def __bool__(self) -> bool:
        return bool(self.words)

    def everywhere(self, text: str) -> list[list[tuple[int, int]]] | None:
        """The places of each word in a text; None as soon as one of them is nowhere in it."""
        lowered = _lower(text)
        found = []
        for pattern in self._patterns:
            places = [match.span() for match in pattern.finditer(lowered)]
            if not places:
                return None
            found.append(places)
        return found


def _lower(text: str) -> str:
    """In lower case, every character at its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def _pattern(word: str) -> re.Pattern[str]:
    """The word in composed and in decomposed letters; white space between the words of a phrase is any."""
    spelt = dict.fromkeys(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    return re.compile("|".join(r"\s+".join(re.escape(part) for part in text.split()) for text in spelt))


def matching(study: Study, query: str, first: int = 0, last: int | None = None) -> SegmentSet:
    """The segments numbered first..last, of whatever role, that hold every word of the query; none for an empty one."""
    terms = Terms(query)
    return gathered(number for number, _ in _matches(study, terms, first, last)) if terms else SegmentSet()


def search(study: Study, query: str, *, document: str | None = None, after: int = -1, limit: int = 50) -> Found:
    """The first `limit` segments behind the number `after` that hold every word, in one document (id) or in all."""
    terms, first, last = Terms(query), after + 1, None
    if document is not None:
        row = study.db.execute(
            "SELECT first, count FROM document WHERE document = ? AND first >= 0", (document,)
        ).fetchone()
        if row is None:
            return Found((), None)
        first, last = max(first, row[0]), row[0] + row[1] - 1
    reader = SegmentReader(study)
    hits: list[Hit] = []
    with study.reading():
        for number, ranges in _matches(study, terms, first, last) if terms else ():
            if len(hits) == limit:
                return Found(tuple(hits), hits[-1].segment.number)
            segment = reader.number(number)
            if segment is not None:
                hits.append(Hit(segment, tuple(ranges)))
    return Found(tuple(hits), None)


def _matches(study: Study, terms: Terms, first: int, last: int | None) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """(number, ranges) of the segments that hold every word, ascending; a document is read when it is its turn."""
    documents = study.db.execute(
        "SELECT first, count, text FROM document WHERE state = 'present' AND first + count > ? AND first >= 0 "
        "AND count > 0 AND (? IS NULL OR first <= ?) ORDER BY first",
        (first, last, last),
    ).fetchall()
    for begin, count, content in documents:
        places = terms.everywhere(study.contents.body(content) or "")
        if places is None:
            continue
        low, high = max(begin, first), begin + count - 1 if last is None else min(begin + count - 1, last)
        rows = study.db.execute(
            'SELECT n, start, "end" FROM segment WHERE n BETWEEN ? AND ? ORDER BY n', (low, high)
        ).fetchall()
        yield from _in_segments(rows, places)


def _in_segments(
    rows: Sequence[tuple[int, int, int]], places: Sequence[list[tuple[int, int]]]
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The segments in which each word has a place, with all of them; a place across a border is in no segment."""
    starts = [start for _, start, _ in rows]
    held: list[dict[int, list[tuple[int, int]]]] = []
    for spans in places:
        found: dict[int, list[tuple[int, int]]] = {}
        for span in spans:
            i = bisect_right(starts, span[0]) - 1
            if i >= 0 and span[1] <= rows[i][2]:
                found.setdefault(i, []).append(span)
        held.append(found)
    for i in sorted(set(held[0]).intersection(*held[1:])):
        yield rows[i][0], sorted({span for found in held for span in found[i]})
