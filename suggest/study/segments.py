"""Reading segments: their places, their words, their neighbours, and what their file said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.contents import WITHDRAWN
from suggest.study.documents import get_document
from suggest.study.study import Study

CHUNK = 512
"""Segments listed in one content row."""

_Row = tuple[int, str, int, str, int | None, int, int, int, int, int | None, int | None]


@dataclass(frozen=True)
class Segment:
    """A stored segment. `number` orders all segments of the study; the range is in document offsets."""

    id: str
    number: int
    document: str
    label: str
    ordinal: int
    role: str
    speaker: str | None
    start: int
    end: int
    paragraph_from: int
    paragraph_to: int
    time_from: int | None
    time_to: int | None
    text: str

    @property
    def cite(self) -> str:
        """As the study cites it: "BU 51", "PU 10–14"."""
        last = "" if self.paragraph_from == self.paragraph_to else f"–{self.paragraph_to}"
        return f"{self.label} {self.paragraph_from}{last}"


_SEGMENT = (
    'SELECT n, document, ord, role, speaker, start, "end", paragraph_from, paragraph_to, time_from, time_to '
    "FROM segment"
)


class SegmentReader:
    """Reads segments with their words; keeps the texts of the last few documents at hand."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._documents: dict[str, tuple[str, str, int, dict[int, str]]] = {}
        self._externals: tuple[str, list[str | None]] = ("", [])

    def _held(self, document: str) -> tuple[str, str, int, dict[int, str]]:
        label, text_id, version = self._study.db.execute(
            "SELECT label, text, version FROM document WHERE document = ?", (document,)
        ).fetchone()
        held = self._documents.get(document)
        if held is None or held[2] != version or held[0] != self._study.contents.text(label):
            contents = self._study.contents
            speakers = {
                n: contents.text(name)
                for n, name in self._study.db.execute("SELECT n, name FROM speaker WHERE document = ?", (document,))
            }
            if len(self._documents) >= 8:
                self._documents.pop(next(iter(self._documents)))
            held = (contents.text(label), contents.body(text_id) or "", version, speakers)
            self._documents[document] = held
        return held

    def _segment(self, row: _Row) -> Segment:
        n, document, ordinal, role, speaker, start, end, low, high, begin, finish = row
        label, text, _, speakers = self._held(document)
        name = None if speaker is None else speakers.get(speaker, WITHDRAWN)
        return Segment(
            f"{document}.{ordinal}", n, document, label, ordinal, role, name, start, end, low, high, begin, finish,
            text[start:end],
        )  # fmt: skip

    def number(self, number: int) -> Segment | None:
        """The segment of that number."""
        row = self._study.db.execute(f"{_SEGMENT} WHERE n = ?", (number,)).fetchone()
        return self._segment(row) if row else None

    def get(self, id_: str) -> Segment | None:
        """The segment of that id."""
        number = segment_number(self._study, id_)
        return None if number is None else self.number(number)

    def span(self, first: int, last: int) -> Iterator[Segment]:
        """The segments numbered first..last, ascending."""
        for row in self._study.db.execute(f"{_SEGMENT} WHERE n BETWEEN ? AND ? ORDER BY n", (first, last)):
            yield self._segment(row)

    def around(self, segment: Segment, before: int, after: int) -> tuple[list[Segment], list[Segment]]:
        """The neighbours in the same document, of whatever role, in the order of the talk."""
        low = self._study.db.execute(
            f"{_SEGMENT} WHERE n < ? AND n >= ? AND document = ? ORDER BY n DESC LIMIT ?",
            (segment.number, segment.number - segment.ordinal, segment.document, before),
        ).fetchall()
        high = self._study.db.execute(
            f"{_SEGMENT} WHERE n > ? AND n <= ? AND document = ? ORDER BY n LIMIT ?",
            (segment.number, segment.number + 4 * after + 64, segment.document, after),
        ).fetchall()
        return [self._segment(row) for row in reversed(low)], [self._segment(row) for row in high]

    def external(self, segment: Segment) -> str | None:
        """The segment's id in its file; keeps the last list of such ids at hand."""
        row = self._study.db.execute(
            "SELECT content FROM chunk WHERE document = ? AND k = ?", (segment.document, segment.ordinal // CHUNK)
        ).fetchone()
        if row is None:
            return None
        if row[0] != self._externals[0]:
            body = self._study.contents.body(row[0])
            self._externals = (row[0], [item[9] for item in json.loads(body)] if body else [])
        held = self._externals[1]
        place = segment.ordinal % CHUNK
        return held[place] if place < len(held) else None


def segments(study: Study, document: str) -> Iterator[Segment]:
    """All segments of a document, in the order of the talk."""
    held = get_document(study, document)
    return SegmentReader(study).span(held.first, held.first + held.count - 1)


def spoken_by(study: Study, name: str, first: int = 0, last: int | None = None) -> Iterator[int]:
    """The numbers of the segments from first to last that a speaker of this name says, in whatever document."""
    contents = study.contents
    rows = study.db.execute(
        "SELECT s.n, s.name, d.first, d.first + d.count - 1 FROM document d CROSS JOIN speaker s USING (document) "
        "WHERE d.state = 'present' AND d.first >= 0 AND d.first + d.count > ? AND (? IS NULL OR d.first <= ?) "
        "ORDER BY d.first, s.n",
        (first, last, last),
    ).fetchall()
    for speaker, content, low, high in rows:
        if contents.text(content) == name:
            low, high = max(low, first), high if last is None else min(high, last)
            query = "SELECT n FROM segment WHERE n BETWEEN ? AND ? AND speaker = ? ORDER BY n"
            yield from (number for (number,) in study.db.execute(query, (low, high, speaker)))


def check_speaker(study: Study, name: str) -> str:
    """The name itself; BadInput naming some speakers if nobody in the study is called so."""
    known = speakers(study)
    if name not in known:
        raise BadInput("no speaker is called so.", place=name, advice=f"There are: {', '.join(known[:12]) or 'none'}.")
    return name


def speakers(study: Study) -> list[str]:
    """The names of all speakers, each once, in the order of the documents; those withdrawn are left out."""
    rows = study.db.execute(
        "SELECT s.name FROM document d JOIN speaker s USING (document) ORDER BY d.n, s.n"
    ).fetchall()
    names = dict.fromkeys(study.contents.text(name) for (name,) in rows)
    return [name for name in names if name != WITHDRAWN]


@dataclass(frozen=True)
class Place:
    """Where a segment lies: its number, document, role, half-open range, and the length of its document's text."""

    id: str
    number: int
    document: str
    role: str
    start: int
    end: int
    length: int


def find_place(study: Study, id_: str) -> Place | None:
    """The place of a segment id, without its words; None if there is no such segment."""
    number = segment_number(study, id_)
    if number is None:
        return None
    row = study.db.execute(
        'SELECT s.document, s.role, s.start, s."end", d.length FROM segment s JOIN document d USING (document) '
        "WHERE s.n = ?",
        (number,),
    ).fetchone()
    return Place(id_, number, *row) if row else None


def segment_number(study: Study, id_: str) -> int | None:
    """The number of a segment id, None if there is no such segment."""
    document, dot, ordinal = id_.partition(".")
    if not dot or not ordinal.isascii() or not ordinal.isdigit() or len(ordinal) > 9 or str(int(ordinal)) != ordinal:
        return None
    row = study.db.execute(
        "SELECT first FROM document WHERE document = ? AND first >= 0 AND count > ?", (document, int(ordinal))
    ).fetchone()
    return None if row is None else int(row[0]) + int(ordinal)


def segment_id(study: Study, number: int) -> str:
    """The id of a segment number; KeyError if there is none."""
    row = study.db.execute(
        "SELECT document, first, count FROM document WHERE first BETWEEN 0 AND ? AND count > 0 "
        "ORDER BY first DESC LIMIT 1",
        (number,),
    ).fetchone()
    if row is None or number >= row[1] + row[2]:
        raise KeyError(number)
    return f"{row[0]}.{number - row[1]}"


@dataclass(frozen=True)
class Details:
    """What a segment's file said of it: its own id and further columns."""

    external: str | None
    attributes: tuple[tuple[str, str], ...]


def details(study: Study, segment: Segment) -> Details:
    """The file's own id and attributes of one segment."""
    row = study.db.execute(
        "SELECT content FROM chunk WHERE document = ? AND k = ?", (segment.document, segment.ordinal // CHUNK)
    ).fetchone()
    body = study.contents.body(row[0]) if row else None
    if body is None:
        return Details(None, ())
    item = json.loads(body)[segment.ordinal % CHUNK]
    return Details(item[9], tuple((name, value) for name, value in item[10]))


def all_details(study: Study, document: str) -> dict[int, Details]:
    """What the file said of each segment of a document, by ordinal; each stored list is read once."""
    found: dict[int, Details] = {}
    for (content,) in study.db.execute(
        "SELECT content FROM chunk WHERE document = ? ORDER BY k", (document,)
    ).fetchall():
        for item in json.loads(study.contents.body(content) or "[]"):
            found[item[0]] = Details(item[9], tuple((name, value) for name, value in item[10]))
    return found


def externals(study: Study) -> dict[str, list[str]]:
    """The segment ids behind each of the files' own ids, over the whole study."""
    found: dict[str, list[str]] = {}
    for document, content in study.db.execute("SELECT document, content FROM chunk ORDER BY document, k").fetchall():
        for item in json.loads(study.contents.body(content) or "[]"):
            if item[9] is not None:
                found.setdefault(item[9], []).append(f"{document}.{item[0]}")
    return found
