"""The study's side of a manuscript check: what stands in cited paragraphs, who said it, and how it is coded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suggest.exchange.gathering import counted_codings
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.passages import Passages, withheld
from suggest.study.documents import Document, document_text, list_documents
from suggest.study.study import Study
from suggest.text.citations import Citation
from suggest.text.verbatim import Levelled, Piece, find, level

_AT_HAND = 16
_INNER = re.compile(r"(?<=[ ])[^\W_]{4,}(?=[ ])")


@dataclass
class _Held:
    """One document at hand; `whole` and `coded` are made when they are needed."""

    passages: Passages
    whole: Levelled | None = None
    coded: list[tuple[int, int, str]] | None = None


class Evidence:
    """Answers questions about paragraphs; the last few documents asked about are kept at hand."""

    def __init__(self, study: Study, options: OutOptions) -> None:
        self._study = study
        self._options = options
        self._documents: dict[str, Document] = {}
        for document in list_documents(study):
            self._documents.setdefault(document.label, document)
        self._held: dict[str, _Held] = {}

    @property
    def labels(self) -> list[str]:
        """The labels of the documents in the order in which they came."""
        return list(self._documents)

    def _of(self, label: str) -> _Held:
        if label not in self._held:
            while len(self._held) >= _AT_HAND:
                self._held.pop(next(iter(self._held)))
            self._held[label] = _Held(Passages(self._study, self._documents[label]))
        return self._held[label]

    def speakers(self, labels: Iterable[str]) -> list[str]:
        """The names of the speakers of documents."""
        known = [label for label in dict.fromkeys(labels) if label in self._documents]
        return [name for label in known for name in self._of(label).passages.names]

    def _range(self, cited: Citation) -> tuple[int, int] | None:
        """The range of the cited paragraphs in their document's text."""
        touched = [
            spot.segment
            for spot in self._of(cited.label).passages.spots
            if spot.segment.paragraph_from <= cited.last and spot.segment.paragraph_to >= cited.first
        ]
        return (touched[0].start, touched[-1].end) if touched else None

    def has(self, cited: Citation) -> bool:
        """Whether the first and the last cited paragraph are there."""
        if cited.label not in self._documents:
            return False
        ends = (Citation(cited.label, number, number) for number in (cited.first, cited.last))
        return all(self._range(end) is not None for end in ends)

    def last_paragraph(self, label: str) -> int:
        """The number of a document's last paragraph."""
        return max((spot.segment.paragraph_to for spot in self._of(label).passages.spots), default=0)

    def excluded(self, cited: Citation) -> bool:
        """Whether all of the cited paragraphs is excluded from the study."""
        place = self._range(cited)
        return place is not None and self._of(cited.label).passages.excluded(*place)

    def levelled(self, cited: Citation) -> Levelled:
        """The words of the cited paragraphs, made alike for comparing."""
        place = self._range(cited)
        return level("" if place is None else self._of(cited.label).passages.text[slice(*place)])

    def parted(self, cited: Citation) -> tuple[str | None, Levelled, Levelled]:
        """The cited paragraphs parted by consent: the flag that keeps some of them back, their words, and the words
        that may be shown. Without such a flag these are all words."""
        place = self._range(cited)
        passages = self._of(cited.label).passages
        flag = None if place is None else passages.kept_back(*place)
        if place is None or flag is None:
            return None, level(""), self.levelled(cited)
        parts: tuple[list[str], list[str]] = ([], [])
        for spot in passages.touched(*place):
            parts[spot.withheld is None].append(passages.text[spot.segment.start : spot.segment.end])
        return flag, level("\n".join(parts[0])), level("\n".join(parts[1]))

    def find(self, cited: Citation, wanted: Sequence[Piece]) -> list[tuple[int, int]]:
        """Where the pieces stand in the cited paragraphs, in document offsets; empty if they do not."""
        place = self._range(cited)
        found = None if place is None else find(wanted, self.levelled(cited))
        return [] if found is None or place is None else [(place[0] + start, place[0] + end) for start, end in found]

    def everywhere(
        self, wanted: Sequence[Piece], *, first: Iterable[str]
    ) -> tuple[Citation, list[tuple[int, int]]] | None:
        """The first place in the study where the pieces stand close together, the named documents looked through
        first; None if there is none."""
        # Most documents are passed over by words that they do not have, before they are read in earnest.
        needed = {word for piece in wanted for word in _INNER.findall(piece.words)}
        for label in dict.fromkeys([*(name for name in first if name in self._documents), *self._documents]):
            if label not in self._held:
                text = document_text(self._study, self._documents[label].id)
                if any(word not in text for word in needed):
                    continue
            held = self._of(label)
            held.whole = held.whole or level(held.passages.text)
            found = find(wanted, held.whole)
            if found is None or not held.passages.spots:
                continue
            cited = held.passages.citation(found[0][0], found[-1][1])
            if len(held.passages.touched(found[0][0], found[-1][1])) <= 2 * len(wanted) + 20:
                return cited, found
        return None

    def kept_back(self, label: str, found: Sequence[tuple[int, int]]) -> str | None:
        """The consent flag that keeps any of the ranges back."""
        passages = self._of(label).passages
        flags = {passages.kept_back(start, end) for start, end in found} | {withheld(passages.document, None)}
        return "exclude" if "exclude" in flags else "no_quote" if "no_quote" in flags else None

    def codes_on(self, cited: Citation) -> set[str]:
        """The codes (ids) of all codings that touch the cited paragraphs."""
        held = self._of(cited.label)
        if held.coded is None:
            held.coded = []
            for item in counted_codings(self._study, held.passages.document, self._options):
                place = held.passages.citation(item.start, item.end)
                held.coded.append((place.first, place.last, item.code))
        return {code for first, last, code in held.coded if first <= cited.last and last >= cited.first}
