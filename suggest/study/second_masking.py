"""Masking words in a second text alone, where the text that is coded does not have them."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.documents import Document, document_text
from suggest.study.local_state import set_state
from suggest.study.log import EntryRef, entries
from suggest.study.masking import Words, finish_mask, put_away, said_without
from suggest.study.second_erasing import masked_parts, today
from suggest.study.second_writing import standing
from suggest.study.study import Study


@dataclass(frozen=True)
class MaskedBeside:
    """What was masked: the entry, in how many parts, and how often the same words stand in the text that is coded.

    `scrubbed`: the file's bytes are rewritten already, not only at the next opening."""

    entry: EntryRef
    parts: int
    elsewhere: int
    scrubbed: bool


def mask_second(
    study: Study, actor: str, document: Document, part: int, words: str, *, throughout: bool = False
) -> MaskedBeside:
    """Replace words of a part (a number) by "[masked]", whatever their case; `throughout`: in all parts.

    In what was said of the document they are masked in any case, as by `mask`. BadInput where they do not stand there.
    """
    with study.write(actor) as writer:
        _, held = standing(study, document, part)
        found = Words([words])
        if not found.places(held.words):
            raise BadInput(
                "these words do not stand there as whole words, or are a single letter; nothing was masked.",
                file=document.label,
            )
        beside = None if throughout else [(held.first, held.last)]
        done = masked_parts(study, document, beside, found.mask)
        entry = put_away(study, writer, document.id, [], said_without(study, writer, document, found), done)
        elsewhere = len(found.places(document_text(study, document.id)))
    return MaskedBeside(entry, len(done.parts), elsewhere, finish_mask(study))


def second_masks_into(study: Study, copy: Study) -> None:
    """Do in a copy of the study what masks did to second texts here, as far as it has them unmasked still."""
    for entry in [*entries(study.db, kind="erased")]:
        payload = entry.payload
        if not payload.get("second") or payload["segments"]:
            continue
        held = copy.db.execute("SELECT 1 FROM log WHERE replica = ? AND seq = ?", (entry.replica, entry.seq))
        if held.fetchone() is not None:
            continue
        pairs = {old: today(study, new) for old, new in payload["replaced"] if copy.contents.body(old) is not None}
        gone = [content for content in payload["gone"] if copy.contents.body(content) is not None]
        if not gone:
            continue
        with copy.write(entry.actor) as writer:
            brought = []
            for old, new in sorted(pairs.items()):
                row = study.db.execute("SELECT id, salt, kind, body FROM content WHERE id = ?", (new,)).fetchone()
                if row is not None:  # else it was erased since then, and so is this
                    copy.db.execute("INSERT OR IGNORE INTO content (id, salt, kind, body) VALUES (?, ?, ?, ?)", row)
                    brought.append([old, new])
            again = writer.append("erased", {**payload, "gone": sorted(gone), "replaced": brought})
            copy.db.execute(
                "DELETE FROM content WHERE id IN (SELECT content FROM tombstone WHERE replica = ? AND seq = ?)", again
            )
        set_state(copy.db, "scrub", "pending")
