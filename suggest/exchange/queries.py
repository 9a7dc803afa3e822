"""What coders ask a site: memos of the type `query` on segments of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suggest.exchange.passages import OMISSION, Passages, site_of
from suggest.study.documents import Document
from suggest.study.memos import StoredMemo, all_memos
from suggest.study.segments import segment_id
from suggest.study.study import Study


@dataclass(frozen=True)
class Query:
    """A question on a segment. `reference` is "SEGMENT/REPLICA:SEQ" and names the memo that asks, `words` are what was
    said, "(…)" where consent keeps it back."""

    reference: str
    cite: str
    words: str
    text: str


def site_queries(study: Study, documents: Sequence[Document], site: str) -> Iterator[Query]:
    """The questions to a site, in the order of its documents and of their text; none about words that are excluded."""
    asked: dict[str, list[tuple[int, StoredMemo]]] = {}
    for number, memo in _queries(study):
        asked.setdefault(segment_id(study, number).rpartition(".")[0], []).append((number, memo))
    for document in documents:
        if site_of(document) != site or document.id not in asked:
            continue
        passages = Passages(study, document)
        for number, memo in sorted(asked[document.id], key=lambda pair: pair[0]):
            segment = passages.spot(number).segment
            if not passages.excluded(segment.start, segment.end):
                words = passages.quote(segment.start, segment.end, labels=False) or OMISSION
                yield Query(_reference(segment.id, memo), segment.cite, words, memo.text)


def known_queries(study: Study) -> dict[str, str]:
    """The words of all questions that stand, by reference."""
    return {_reference(segment_id(study, number), memo): memo.text for number, memo in _queries(study)}


def _queries(study: Study) -> Iterator[tuple[int, StoredMemo]]:
    for memo in all_memos(study):
        if memo.type == "query" and memo.segment is not None:
            yield memo.segment, memo


def _reference(segment: str, memo: StoredMemo) -> str:
    return f"{segment}/{memo.entry[0]}:{memo.entry[1]}"
