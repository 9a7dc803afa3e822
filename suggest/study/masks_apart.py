"""Masks that met work of another copy whose writer did not know of them: when the two are merged, which alone has both
in hand, the same words are masked in that work as well."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from suggest.study.contents import MASKED
from suggest.study.corrections import apply_edits
from suggest.study.documents import Document, get_document
from suggest.study.fold import Entry
from suggest.study.knowledge import Knowledge
from suggest.study.log import EntryRef, Writer, entries, entry_at
from suggest.study.masking import Words, of_text, put_away, said_without
from suggest.study.second_erasing import MaskedParts, masked_parts
from suggest.study.segments import segments
from suggest.study.study import Study

Body = Callable[[str], str | None]


@dataclass(frozen=True)
class MaskApart:
    """A mask that one of two copies did not know of: its entry, the parts (text, number) of second texts that it is in,
    and the words, which only the other copy still holds."""

    entry: EntryRef
    document: str
    parts: frozenset[tuple[str, int]]
    pieces: tuple[str, ...]


def masks_apart(study: Study, source: Study, held: dict[str, int]) -> Iterator[MaskApart]:
    """The masks that one of two copies has not seen, in the middle of a merge: the log is joined, and the words are not
    deleted yet. `held` is, by chain that brings more, the last entry that was here before."""

    between: dict[str, str] = {}

    def body(content: str) -> str | None:
        found = study.contents.body(content) or source.contents.body(content)
        return between.get(content) if found is None else found

    masks = [entry for entry in entries(study.db, kind="erased") if is_mask(entry)]
    became = {old: new for entry in masks for old, new in entry.payload["replaced"]}
    for entry in masks:
        if without(study, source, entry, held) is None:
            continue
        pieces = [piece for old, _ in entry.payload["replaced"] for piece in _replaced(body, old, became)]
        pieces += _of_text(study, entry, body, between)
        if pieces:
            parts = frozenset((text, n) for text, n in entry.payload.get("second", ()))
            yield MaskApart((entry.replica, entry.seq), entry.payload["document"], parts, tuple(pieces))


def without(study: Study, source: Study, entry: Entry, held: dict[str, int]) -> Study | None:
    """Which of the two did not have an entry before the merge; None if both had."""
    if entry.seq > held.get(entry.replica, entry.seq):
        return study
    return source if entry_at(source.db, entry.replica, entry.seq) is None else None


def is_mask(entry: Entry) -> bool:
    """Whether an erasure takes words away and no segment with them."""
    return not entry.payload["segments"] and entry.payload["scope"] == "segments"


def _replaced(body: Body, old: str, became: dict[str, str]) -> list[str]:
    """What was masked in a content, as far as it can be told from what stood before and what stands now."""
    before, new = body(old), became[old]
    while body(new) is None and new in became:
        new = became[new]
    after = body(new)
    if before is None or after is None:
        return []
    found = re.fullmatch("(.+?)".join(map(re.escape, after.split(MASKED))), before, re.DOTALL)
    return [piece for piece in found.groups() if MASKED not in piece] if found else []


def _of_text(study: Study, entry: Entry, body: Body, between: dict[str, str]) -> list[str]:
    """What was masked in the text that is coded, where the text before it is still to be had. Texts that a further mask
    took away at once are made anew in `between`."""
    correction = entry_at(study.db, entry.replica, entry.seq - 1)
    if correction is None or not of_text(study, entry):
        return []
    edits = [(start, end, MASKED) for start, end, _ in correction.payload["edits"]]
    after = body(correction.payload["text"])
    for before in filter(None, map(body, entry.payload["gone"])):
        try:
            made = apply_edits(before, edits)
        except ValueError:
            continue
        if made == after or (after is None and len(made) == correction.payload["length"]):
            between[correction.payload["text"]] = made
            return [before[start:end] for start, end, _ in edits]
    return []


def mask_what_came_apart(study: Study, writer: Writer, masks: list[MaskApart]) -> None:
    """Mask the words in all that was said of the document, and in what was brought in or put right beside it without
    knowing of the mask; inside the merge's transaction, after its entry."""
    by_document: dict[str, list[MaskApart]] = defaultdict(list)
    for mask in masks:
        by_document[mask.document].append(mask)
    known = Knowledge(study.db) if masks else None
    for id_, found in by_document.items():
        present = "SELECT 1 FROM document WHERE document = ? AND state = 'present'"
        if known is None or study.db.execute(present, (id_,)).fetchone() is None:
            continue
        document = get_document(study, id_)
        for mask, places in _written_apart(study, document, found, known):
            _put(study, writer, document, {}, masked_parts(study, document, places, Words(mask.pieces).mask))
        # All of the document at once: what was said of it is read from end to end.
        said = said_without(study, writer, document, Words(piece for mask in found for piece in mask.pieces))
        _put(study, writer, document, said, MaskedParts())


def _put(study: Study, writer: Writer, document: Document, said: dict[str, str], done: MaskedParts) -> None:
    if done.replaced or done.gone or said:
        put_away(study, writer, document.id, [], said, done)
        writer.fold.flush()


def _written_apart(
    study: Study, document: Document, masks: Sequence[MaskApart], known: Knowledge
) -> Iterator[tuple[MaskApart, list[tuple[int, int]]]]:
    """With each mask the segments (ordinals) of parts that were written on another copy at once with it: those that it
    is in, and those beside words that are masked."""
    if study.db.execute("SELECT 1 FROM second_text WHERE document = ?", (document.id,)).fetchone() is None:
        return
    writers = _writers(study, document)
    masked = {one.ordinal for one in segments(study, document.id) if MASKED in one.text}
    for mask in masks:
        yield (
            mask,
            [
                (first, last)
                for part, ((first, last), entry) in writers.items()
                if known.at_once(entry, mask.entry)
                and (part in mask.parts or not masked.isdisjoint(range(first, last + 1)))
            ],
        )


def _writers(study: Study, document: Document) -> dict[tuple[str, int], tuple[tuple[int, int], EntryRef]]:
    """By part (text, number) of the document's second texts: its segments, and the entry that its words came with."""
    found = {
        (entry.payload["text"], n): ((first, last), (entry.replica, entry.seq))
        for entry in entries(study.db, kind="second_text_added")
        if entry.payload["document"] == document.id
        for n, (first, last, _) in enumerate(entry.payload["parts"], entry.payload["first"])
    }
    rows = study.db.execute(
        "SELECT a.text, a.n, a.replica, a.seq FROM second_text s JOIN second_act a ON a.text = s.text "
        "WHERE s.document = ? AND a.action = 'corrected' ORDER BY a.ord",
        (document.id,),
    ).fetchall()
    for text, n, replica, seq in rows:
        found[text, n] = (found[text, n][0], (replica, seq))
    return found
