"""What a site answered on its quotes: memos on the segments, all of a file or none, each answer once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggest.study.people import check_text
from suggest.study.study import Study
from suggest.study.units import entry_of_ref, ref_digest


@dataclass(frozen=True)
class SegmentMemo:
    """A memo to be written on a segment (an id). The same `ref` by the same person is stored once."""

    segment: str
    text: str
    ref: str


def store_memos(study: Study, coder: str, memos: Sequence[SegmentMemo]) -> int:
    """Write the memos of a coder (an id) in one transaction; how many were new. BadInput for a NUL."""
    for memo in memos:
        check_text(memo.text)
    stored = 0
    with study.write(coder) as writer:
        for memo in memos:
            if entry_of_ref(study, coder, memo.ref) is not None:
                continue
            writer.append(
                "memo_written",
                {
                    "coder": coder,
                    "about": "segment",
                    "subject": memo.segment,
                    "coding": None,
                    "text": writer.content("memo", memo.text),
                    "ref": ref_digest(study, memo.ref),
                },
            )
            stored += 1
    return stored
