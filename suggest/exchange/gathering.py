"""Passages by code over the whole study: each coded stretch once, whoever coded it, in the study's order of sites.

The passages wait in a temporary file and only their places in it are in memory, since they are found document by
document and wanted code by code.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from suggest.exchange.outgoing import OutOptions
from suggest.exchange.passages import Passages, in_site_order, site_of
from suggest.exchange.records import chosen
from suggest.study.documents import Document
from suggest.study.outflow import CodingRecord, coding_records, memo_records, settled_segments
from suggest.study.people import coders
from suggest.study.study import Study
from suggest.text.citations import Citation

QUOTE_MARK = "#quote"
"""A memo with this word chooses the segment's passages to be quoted in reports."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document that carries a code; overlapping codings of the code are one passage.

    `segment` is the id of its first one that is data. `words` is None where they may not be quoted, and `withheld` the
    consent flag of any part of it. `coders` are ids, `speakers` names inside the document; `marked`: somebody chose it
    by a memo with `#quote`. The range is in code points.
    """

    document: str
    site: str
    segment: str
    first: int
    last: int
    start: int
    end: int
    speakers: tuple[str, ...]
    asked: bool | None
    coders: tuple[str, ...]
    segments: int
    words: str | None
    withheld: str | None
    marked: bool

    @property
    def citation(self) -> Citation:
        return Citation(self.document, self.first, self.last)


def counted_codings(study: Study, document: Document, options: OutOptions) -> Iterator[CodingRecord]:
    """The codings of a document that figures and quotes are made from: persons', all rounds.

    Where coders settled a segment in a consensus round, what they settled counts and nothing else, unless the options
    name a round. Excluded documents have none.
    """
    only_coders, only_round = chosen(study, options)
    persons = {coder.id for coder in coders(study) if coder.type == "person"}
    settled = settled_segments(study, document) if only_round is None else {}
    for item in coding_records(study, document):
        if item.coder not in (only_coders or persons) or (only_round is not None and item.round != only_round):
            continue
        if item.segment in settled and item.round not in settled[item.segment]:
            continue
        yield item


class Gathered:
    """All passages of a study. Use it as a context manager: the temporary file goes with it."""

    def __init__(self, study: Study, options: OutOptions, *, labels: bool = True) -> None:
        self._file = tempfile.TemporaryFile(prefix="secondcoder-")  # noqa: SIM115
        self._places: dict[str, array[int]] = {}
        self.documents: list[Document] = in_site_order(study)
        self.excluded = 0
        for document in self.documents:
            self._read(study, document, options, labels)

    def __enter__(self) -> Gathered:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read(self, study: Study, document: Document, options: OutOptions, labels: bool) -> None:
        by_code: dict[str, list[CodingRecord]] = {}
        for item in counted_codings(study, document, options):
            by_code.setdefault(item.code, []).append(item)
        if not by_code:
            return
        pages = Passages(study, document, pseudonyms=options.pseudonyms)
        marked = {number for number, _, text in memo_records(study, document) if QUOTE_MARK in text.split()}
        for code, items in by_code.items():
            for start, end, group in _merged(items):
                if pages.excluded(start, end):
                    self.excluded += 1
                    continue
                self._add(code, _passage(pages, start, end, group, marked, words=options.words, labels=labels))

    def _add(self, code: str, passage: Passage) -> None:
        places = self._places.setdefault(code, array("q"))
        places.append(self._file.seek(0, 2))
        self._file.write(json.dumps(asdict(passage)).encode("ascii") + b"\n")

    def of(self, *codes: str) -> Iterator[Passage]:
        """The passages of the codes (ids), code by code, in the order of sites and of the text."""
        for code in codes:
            for place in self._places.get(code, ()):
                self._file.seek(place)
                held = json.loads(self._file.readline())
                held["speakers"], held["coders"] = tuple(held["speakers"]), tuple(held["coders"])
                yield Passage(**held)


def _merged(items: list[CodingRecord]) -> Iterator[tuple[int, int, list[CodingRecord]]]:
    """Codings of one code, in the order of the text, as stretches that do not overlap."""
    group: list[CodingRecord] = []
    end = -1
    for item in items:
        if group and item.start < end:
            group.append(item)
            end = max(end, item.end)
            continue
        if group:
            yield group[0].start, end, group
        group, end = [item], item.end
    if group:
        yield group[0].start, end, group


def _passage(
    pages: Passages,
    start: int,
    end: int,
    group: list[CodingRecord],
    marked: set[int],
    *,
    words: bool,
    labels: bool,
) -> Passage:
    cited = pages.citation(start, end)
    touched = pages.touched(start, end)
    return Passage(
        pages.document.label,
        site_of(pages.document),
        next(
            (spot.segment.id for spot in touched if spot.segment.role == "data"),
            pages.spot(group[0].segment).segment.id,
        ),
        cited.first,
        cited.last,
        start,
        end,
        tuple(pages.speakers(start, end)),
        pages.asked(start, end),
        tuple(sorted({item.coder for item in group})),
        sum(spot.segment.role == "data" for spot in touched),
        pages.quote(start, end, labels=labels) if words else None,
        pages.kept_back(start, end),
        any(spot.segment.number in marked for spot in touched),
    )
