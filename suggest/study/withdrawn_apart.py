"""Withdrawn words that stand in work of another copy, whose writer did not know of the withdrawal, or in notes that the
copy went without: the merge of the two takes them out of that as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from suggest.study.eraser import Eraser, Erasure, overlaps, still_there
from suggest.study.log import Writer, entries
from suggest.study.masking import put_away
from suggest.study.masks_apart import is_mask, without
from suggest.study.overlap import Shingles
from suggest.study.second_erasing import MaskedParts
from suggest.study.study import Study

WordsApart = Mapping[str, list[str]]
"""By document (an id): what was withdrawn on one copy and is still held by the other."""


def withdrawn_apart(study: Study, source: Study, writer: Writer, held: dict[str, int]) -> WordsApart:
    """What one of two copies withdrew, as the other has it: in the middle of a merge, while the projections of this one
    are still those of before. `held` as in `masks_apart`."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in [*entries(study.db, kind="erased")]:
        holder = None if is_mask(entry) else without(study, source, entry, held)
        what = None if holder is None else _what(holder, entry.payload)
        if holder is not None and what is not None:
            found[what.document] += Eraser(holder, writer, what).gather_words()
    return found


def _what(holder: Study, payload: dict[str, Any]) -> Erasure | None:
    """The same withdrawal in another copy; None where it holds nothing of it."""
    document, whole = payload["document"], payload["scope"] == "document"
    row = holder.db.execute("SELECT state FROM document WHERE document = ?", (document,)).fetchone()
    pairs = tuple(still_there(holder, document, payload["segments"]))
    if row is None or row[0] == "erased" or not (whole or pairs):
        return None
    return Erasure(document, "document" if whole else "segments", () if whole else pairs)


def mask_what_repeats(study: Study, writer: Writer, words: WordsApart) -> None:
    """Take runs of these words out of notes, reasons, rationales and wordings; inside the merge's transaction, after
    its entry."""
    for document, texts in words.items():
        found = overlaps(study, Shingles(texts))
        replaced = {content: writer.content(kind, masked) for content, kind, masked in [*found] if masked is not None}
        if replaced:
            put_away(study, writer, document, [], replaced, MaskedParts())
            writer.fold.flush()
