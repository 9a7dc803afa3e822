"""Searching the words of all segments, straight in the stored texts: no index could keep what is withdrawn.

A query is words, each to be found somewhere in the segment, and phrases in quotation marks; case does not count, and a
word is found inside of longer ones. Any text is a query.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
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
    """The words and phrases of a query, ready to be looked for in UTF-8 whose ASCII letters are small."""

    def __init__(self, query: str) -> None:
        parts = [phrase or word for phrase, word in _PARTS.findall(query[:LONGEST])]
        plain = [" ".join(part.lower().split()) for part in parts]
        self.words = tuple(dict.fromkeys(part for part in plain if part))[:MOST]
        self._finders = [_finder(word) for word in self.words]

    def __bool__(self) -> bool:
        return bool(self.words)

    def all_in(self, small: bytes) -> bool:
        """Whether every word is somewhere in a text."""
        return all(finder(small, 0) is not None for finder in self._finders)

    def inside(self, small: bytes, bounds: Sequence[tuple[int, int]]) -> list[int]:
        """The places in `bounds` (ascending stretches of the text, in bytes) of those that hold every word."""
        found: set[int] | None = None
        ends = [end for _, end in bounds]
        for finder in self._finders:
            here, place = set[int](), bounds[0][0] if bounds else 0
            while (span := finder(small, place)) is not None:
                i = bisect_right(ends, span[0])
                if i == len(bounds):
                    break
                start, end = bounds[i]
                if start <= span[0] and span[1] <= end:
                    here.add(i)
                    place = end
                else:
                    place = span[0] + 1
            found = here if found is None else found & here
        return sorted(found or ())

    def ranges(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand in a text, in code points, ascending."""
        small = text.encode().lower()
        found: set[tuple[int, int]] = set()
        for finder in self._finders:
            place = 0
            while (span := finder(small, place)) is not None:
                start = len(small[: span[0]].decode())
                found.add((start, start + len(small[slice(*span)].decode())))
                place = span[1]
        return sorted(found)


_Finder = Callable[[bytes, int], tuple[int, int] | None]


def _finder(word: str) -> _Finder:
    """Finds the word from a place on; white space between the words of a phrase is any, composed letters are both."""
    encoded = word.encode("utf-8", "surrogatepass")
    if word.isascii() and " " not in word:

        def find(small: bytes, place: int) -> tuple[int, int] | None:
            start = small.find(encoded, place)
            return None if start < 0 else (start, start + len(encoded))

        return find
    spelt = dict.fromkeys([word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))])
    pattern = re.compile(b"|".join(b"".join(map(_letter, text)) for text in spelt))

    def match(small: bytes, place: int) -> tuple[int, int] | None:
        found = pattern.search(small, place)
        return None if found is None else found.span()

    return match


def _letter(letter: str) -> bytes:
    """A pattern for a letter, large or small."""
    if letter == " ":
        return rb"(?:\s|\xc2\xa0)+"
    if letter.isascii():
        return re.escape(letter.encode())
    forms = dict.fromkeys([letter, letter.upper(), letter.title()])
    encoded = [re.escape(form.encode("utf-8", "surrogatepass")) for form in forms if len(form) == 1]
    return b"(?:" + b"|".join(encoded) + b")"


def matching(study: Study, query: str, first: int = 0, last: int | None = None) -> SegmentSet:
    """The segments numbered first..last, of whatever role, that hold every word of the query; none for an empty one."""
    terms = Terms(query)
    return gathered(_matches(study, terms, first, last)) if terms else SegmentSet()


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
        for number in _matches(study, terms, first, last) if terms else ():
            if len(hits) == limit:
                return Found(tuple(hits), hits[-1].segment.number)
            segment = reader.number(number)
            if segment is not None:
                places = terms.ranges(segment.text)
                hits.append(Hit(segment, tuple((segment.start + a, segment.start + b) for a, b in places)))
    return Found(tuple(hits), None)


def _matches(study: Study, terms: Terms, first: int, last: int | None) -> Iterator[int]:
    """The numbers of the segments that hold every word, ascending; a document is read when it is its turn."""
    documents = study.db.execute(
        "SELECT first, count, text FROM document WHERE state = 'present' AND first + count > ? AND first >= 0 "
        "AND count > 0 AND (? IS NULL OR first <= ?) ORDER BY first",
        (first, last, last),
    ).fetchall()
    for begin, count, content in documents:
        words = study.contents.encoded(content) or b""
        small = words.lower()
        if not terms.all_in(small):
            continue
        low, high = max(begin, first), begin + count - 1 if last is None else min(begin + count - 1, last)
        rows = study.db.execute(
            'SELECT n, start, "end" FROM segment WHERE n BETWEEN ? AND ? ORDER BY n', (low, high)
        ).fetchall()
        for i in terms.inside(small, _bounds(words, rows)):
            yield rows[i][0]


def _bounds(words: bytes, rows: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """The segments' ranges in bytes."""
    if words.isascii():
        return [(start, end) for _, start, end in rows]
    text, bounds, place, byte = words.decode(), [], 0, 0
    for _, start, end in rows:
        byte += len(text[place:start].encode())
        size = len(text[start:end].encode())
        bounds.append((byte, byte + size))
        place, byte = end, byte + size
    return bounds
