"""Masking words in a second text alone, where the text that is coded does not have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.contents import MASKED
from suggest.study.documents import Document, document_text, get_document
from suggest.study.knowledge import Knowledge
from suggest.study.local_state import set_state
from suggest.study.log import EntryRef, Writer, entries
from suggest.study.masking import Words, finish_mask, put_away, said_without
from suggest.study.second_erasing import masked_parts
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
        entry = put_away(study, writer, document, [], said_without(study, writer, document, found), done)
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
        pairs = {old: _today(study, new) for old, new in payload["replaced"] if copy.contents.body(old) is not None}
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


def _today(study: Study, content: str) -> str:
    """The content that stands for this one now, which later masks may have replaced in turn."""
    while row := study.db.execute("SELECT new FROM replacement WHERE old = ?", (content,)).fetchone():
        content = row[0]
    return content


@dataclass(frozen=True)
class MaskApart:
    """A mask that one of two copies did not know of: its entry, the parts (text, number) of second texts that it is in,
    and the words, which only the other copy still holds."""

    entry: EntryRef
    document: str
    parts: tuple[tuple[str, int], ...]
    words: Words


def masks_apart(study: Study, source: Study, held: dict[str, int]) -> Iterator[MaskApart]:
    """The masks in second texts that one of two copies has not seen, while a merge has both in hand: the log is joined,
    the words are not deleted yet. `held` is by chain the last entry that was here before."""
    masks = [entry for entry in entries(study.db, kind="erased") if not entry.payload["segments"]]
    became = {old: new for entry in masks for old, new in entry.payload["replaced"]}
    there = "SELECT 1 FROM log WHERE replica = ? AND seq = ?"
    for entry in masks:
        ref, parts = (entry.replica, entry.seq), tuple((text, n) for text, n in entry.payload.get("second", ()))
        here = entry.seq <= held.get(entry.replica, entry.seq)
        if not parts or (here and source.db.execute(there, ref).fetchone() is not None):
            continue
        pieces = [piece for old, _ in entry.payload["replaced"] for piece in _taken(study, source, old, became)]
        if pieces:
            yield MaskApart(ref, entry.payload["document"], parts, Words(pieces))


def _taken(study: Study, source: Study, old: str, became: dict[str, str]) -> list[str]:
    """What a mask took out of a content, as far as it can be told from what stood before and what stands now."""

    def body(content: str) -> str | None:
        held = study.contents.body(content)
        return source.contents.body(content) if held is None else held

    before, new = body(old), became[old]
    while body(new) is None and new in became:
        new = became[new]
    after = body(new)
    if before is None or after is None:
        return []
    found = re.fullmatch("(.+?)".join(map(re.escape, after.split(MASKED))), before, re.DOTALL)
    return [piece for piece in found.groups() if MASKED not in piece] if found else []


def mask_what_came_apart(study: Study, writer: Writer, masks: list[MaskApart]) -> None:
    """Mask the same words in what was written without knowing of a mask; inside the merge's transaction, after its
    entry."""
    known = Knowledge(study.db)
    for mask in masks:
        present = "SELECT 1 FROM document WHERE document = ? AND state = 'present'"
        if study.db.execute(present, (mask.document,)).fetchone() is None:
            continue
        document = get_document(study, mask.document)
        beside = [place for part in mask.parts for place in _written_apart(study, part, mask.entry, known)]
        done = masked_parts(study, document, beside, mask.words.mask)
        said = said_without(study, writer, document, mask.words)
        if done.replaced or done.gone or said:
            put_away(study, writer, document, [], said, done)
            writer.fold.flush()


def _written_apart(study: Study, part: tuple[str, int], mask: EntryRef, known: Knowledge) -> list[tuple[int, int]]:
    """The segments (ordinals) of a part whose words are of somebody who did not know of the mask."""
    row = study.db.execute("SELECT first, last FROM second_part WHERE text = ? AND n = ?", part).fetchone()
    writer = study.db.execute(
        "SELECT replica, seq FROM second_act WHERE text = ? AND n = ? AND action = 'corrected' "
        "ORDER BY ord DESC LIMIT 1",
        part,
    ).fetchone()
    return [row] if row and writer and not known.knew(writer, mask) else []
