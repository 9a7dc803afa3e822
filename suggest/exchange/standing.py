"""Where codes stand: in how many segments of each document, and in how many two of them do together.

What counts is said in `gathering.counted_codings`; matrices and plots are made from these counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggest.exchange.gathering import counted_codings
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.passages import Passages, in_site_order, withheld
from suggest.study.codes import Code, read_codes
from suggest.study.documents import Document
from suggest.study.outflow import any_completed
from suggest.study.study import Study


@dataclass(frozen=True)
class ByDocument:
    """Today's codes in the order of the tree, the documents in the study's order, and by both (ids) the data segments
    that carry the code. `worked` are the documents of which something is known; in all others no count means nothing.
    `speakers` are distinct voices with the code, each within its document."""

    codes: Sequence[Code]
    documents: Sequence[Document]
    worked: frozenset[str]
    cells: Mapping[str, Counter[str]]
    speakers: Mapping[str, int]

    def count(self, code: str, document: str) -> int | None:
        """The segments of a document with the code; None where nothing is known of the document."""
        return self.cells[code][document] if document in self.worked else None


@dataclass(frozen=True)
class Together:
    """Today's codes in the order of the tree, and for each two (ids) the segments in which both stand; for a code with
    itself those in which it does."""

    codes: Sequence[Code]
    both: Counter[tuple[str, str]]


def by_document(study: Study, options: OutOptions) -> ByDocument:
    """In how many segments of each document a code stands, whoever applied it."""
    return standing(study, options)[0]


def together(study: Study, options: OutOptions) -> Together:
    """In how many segments two codes both stand, whoever applied them."""
    return standing(study, options)[1]


def standing(study: Study, options: OutOptions) -> tuple[ByDocument, Together]:
    """Both counts, for which each document is read once."""
    codes, documents = read_codes(study), in_site_order(study)
    cells: dict[str, Counter[str]] = {code.id: Counter() for code in codes}
    speakers: dict[str, int] = dict.fromkeys(cells, 0)
    both: Counter[tuple[str, str]] = Counter()
    worked = {item.id for item in documents if withheld(item, None) != "exclude" and any_completed(study, item)}
    for document in documents:
        on: dict[int, list[str]] = {}
        for code, (numbers, voices) in _stands(study, document, options).items():
            if code in cells:
                worked.add(document.id)
                cells[code][document.id] = len(numbers)
                speakers[code] += len(voices)
                for number in numbers:
                    on.setdefault(number, []).append(code)
        for held in on.values():
            both.update((a, b) for a in held for b in held)
    return ByDocument(codes, documents, frozenset(worked), cells, speakers), Together(codes, both)


def _stands(study: Study, document: Document, options: OutOptions) -> dict[str, tuple[set[int], set[str]]]:
    """By code (an id): the data segments (numbers) of a document that carry it, and who speaks in them."""
    found: dict[str, tuple[set[int], set[str]]] = {}
    if withheld(document, None) == "exclude":
        return found
    passages: Passages | None = None
    for item in counted_codings(study, document, options):
        passages = passages or Passages(study, document)
        numbers, voices = found.setdefault(item.code, (set(), set()))
        for spot in passages.touched(item.start, item.end):
            if spot.segment.role == "data" and spot.withheld != "exclude":
                numbers.add(spot.segment.number)
                voices.update({spot.speaker} if spot.speaker is not None else ())
    return found
