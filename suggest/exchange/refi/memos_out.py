"""Memos sorted by what they are on, for the elements of a project that refer to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from suggest.study.memos import StoredMemo, all_memos
from suggest.study.segments import segment_id
from suggest.study.study import Study


@dataclass(frozen=True)
class Memos:
    """By kind and subject: ("document", id), ("code", id), ("study", ""), ("coding", "replica/seq"); those on segments
    by the document's id, with the segment's number in the memo. `count` is how many go out, `private` how many stay
    since they are their writers' alone."""

    by_subject: Mapping[tuple[str, str], list[StoredMemo]]
    on_segments: Mapping[str, list[StoredMemo]]
    count: int
    private: int


def gather(study: Study, codes: Collection[str], documents: Collection[str]) -> Memos:
    """The memos on what goes out; those on a coding that has gone find no place later."""
    by_subject: dict[tuple[str, str], list[StoredMemo]] = {}
    on_segments: dict[str, list[StoredMemo]] = {}
    count = private = 0
    for memo in all_memos(study):
        if memo.private:
            private += 1
            continue
        if memo.about == "segment":
            if memo.segment is None or (document := segment_id(study, memo.segment).partition(".")[0]) not in documents:
                continue
            on_segments.setdefault(document, []).append(memo)
        elif memo.about == "coding":
            if memo.coding is None:
                continue
            by_subject.setdefault(("coding", coding_key(memo.coding)), []).append(memo)
        elif memo.about == "study":
            by_subject.setdefault(("study", ""), []).append(memo)
        elif memo.subject in (documents if memo.about == "document" else codes):
            by_subject.setdefault((memo.about, memo.subject or ""), []).append(memo)
        else:
            continue
        count += 1
    return Memos(by_subject, on_segments, count, private)


def coding_key(entry: tuple[str, int]) -> str:
    """How a coding's entry is named among the subjects."""
    return f"{entry[0]}/{entry[1]}"
