"""A transcript read in parts, from any place on: turns by their ordinal, a paragraph, words that stand somewhere."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from suggest.study.documents import Document, document_text, get_document
from suggest.study.segments import Segment, SegmentReader
from suggest.study.study import Study
from suggest.study.units import StoredCoding, read_codings

STRETCH = 100_000

Place = tuple[int, int, str, int, str]
"""(start, end, replica, seq, code): where a coding stands in the order of the text."""


@dataclass(frozen=True)
class Hit:
    """Words that were found: the ordinal of their segment, and where they stand, in document offsets."""

    ordinal: int
    start: int
    end: int


@dataclass
class _Places:
    version: int
    ordinals: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))


class TranscriptReader:
    """Reads one document (an id) of one study, in the thread that has the study open. KeyError if there is none.

    It keeps the text at hand for as long as that stays the same.
    """

    def __init__(self, study: Study, document: str) -> None:
        self._study = study
        self._reader = SegmentReader(study)
        self._id = document
        self._text: tuple[int, str] = (-1, "")
        self._places = _Places(-1)
        self.document = get_document(study, document)

    def refresh(self) -> Document:
        """The document as it is now."""
        self.document = get_document(self._study, self._id)
        return self.document

    def turns(self, first: int, count: int) -> list[Segment]:
        """The segments with the ordinals first .. first + count - 1, as far as there are any."""
        document = self.document
        if document.first < 0 or first >= document.count:
            return []
        last = min(first + count, document.count) - 1
        return [*self._reader.span(document.first + first, document.first + last)]

    def speakers(self) -> list[str]:
        """The names of all speakers, in the order in which they came."""
        rows = self._study.db.execute("SELECT name FROM speaker WHERE document = ? ORDER BY n", (self._id,))
        return [self._study.contents.text(name) for (name,) in rows.fetchall()]

    def completed_by(self, coder: str, first: int, count: int) -> set[int]:
        """The ordinals, among `count` from `first` on, of the segments that a coder (an id) has completed in any
        round."""
        low = self.document.first + first
        rows = self._study.db.execute(
            "SELECT segment FROM unit WHERE segment BETWEEN ? AND ? AND coder = ? AND completed IS NOT NULL",
            (low, low + count - 1, coder),
        )
        return {number - self.document.first for (number,) in rows}

    def codings_from(self, place: Place, *, backwards: bool = False, after: int = 0) -> list[StoredCoding]:
        """The next 200 codings of everybody beyond a place in the order of the text, or before it; `after` of them are
        left out. Who shows them to a coder has to leave out what that coder may not see."""
        sign, order = ("<", "DESC") if backwards else (">", "ASC")
        return read_codings(
            self._study,
            f'WHERE document = ? AND lost = 0 AND (start, "end", replica, seq, code) {sign} (?, ?, ?, ?, ?) '
            f'ORDER BY start {order}, "end" {order}, replica {order}, seq {order}, code {order} LIMIT 200 OFFSET ?',
            (self._id, *place, after),
        )

    def paragraph(self, number: int) -> int | None:
        """The ordinal of the first segment that touches a paragraph; None if there is none."""
        row = self._study.db.execute(
            "SELECT ord FROM segment WHERE n BETWEEN ? AND ? AND paragraph_from <= ? AND paragraph_to >= ? LIMIT 1",
            (*self._span, number, number),
        ).fetchone()
        return None if row is None else int(row[0])

    def last_paragraph(self) -> int:
        """The number of the last paragraph, 0 if there is none."""
        row = self._study.db.execute(
            "SELECT paragraph_to FROM segment WHERE n BETWEEN ? AND ? ORDER BY n DESC LIMIT 1", self._span
        ).fetchone()
        return 0 if row is None else int(row[0])

    def find(self, words: str, start: int, *, backwards: bool = False) -> Hit | None:
        """The next place, from an offset on, where the words stand in a segment, whatever their case; before the
        offset with `backwards`. At the end it goes on from the other one. None if they stand nowhere."""
        pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()) or r"(?!)", re.IGNORECASE)
        text = self._document_text()
        places = [(start, len(text)), (0, start)]
        if backwards:
            places = [(0, start), (start, len(text))]
        for low, high in places:
            found = self._last(pattern, text, low, high) if backwards else self._first(pattern, text, low, high)
            if found is not None:
                return found
        return None

    def words(self, start: int, end: int, most: int) -> str:
        """The words of a range, at most so many characters of them."""
        part = self._document_text()[start : min(end, start + most)]
        return part if end - start <= most else f"{part}…"

    def _first(self, pattern: re.Pattern[str], text: str, low: int, high: int) -> Hit | None:
        for match in pattern.finditer(text, low):
            if match.start() >= high:
                return None
            hit = self._hit(match)
            if hit is not None:
                return hit
        return None

    def _last(self, pattern: re.Pattern[str], text: str, low: int, high: int) -> Hit | None:
        """Searched in stretches from the end, so that a near one is found without reading all before it."""
        while high > low:
            begin = max(low, high - STRETCH)
            matches = []
            for match in pattern.finditer(text, begin):  # one may reach beyond the stretch, but begins in it
                if match.start() >= high:
                    break
                matches.append(match)
            found = next((hit for match in reversed(matches) if (hit := self._hit(match))), None)
            if found is not None:
                return found
            high = begin
        return None

    def _hit(self, match: re.Match[str]) -> Hit | None:
        """None for words outside of all segments, such as a speaker's label."""
        places = self._segments()
        here = bisect_right(places.starts, match.start()) - 1
        if here < 0 or match.start() >= places.ends[here]:
            return None
        return Hit(places.ordinals[here], *match.span())

    def _segments(self) -> _Places:
        """Where all segments lie, read once for a version of the text."""
        if self._places.version != self.document.version:
            places = _Places(self.document.version)
            for ordinal, start, end in self._study.db.execute(
                'SELECT ord, start, "end" FROM segment WHERE n BETWEEN ? AND ? ORDER BY n', self._span
            ):
                places.ordinals.append(ordinal)
                places.starts.append(start)
                places.ends.append(end)
            self._places = places
        return self._places

    @property
    def _span(self) -> tuple[int, int]:
        return self.document.first, self.document.first + self.document.count - 1

    def _document_text(self) -> str:
        if self._text[0] != self.document.version:
            self._text = (self.document.version, document_text(self._study, self._id))
        return self._text[1]
