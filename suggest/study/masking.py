"""Masking a name: the words go from the text and from what was said of it, at once and for good.

A mask is a correction of reason `withdrawal` and, next to it in the chain, an `erased` entry of no segments that takes
the older versions of the text away. It is not undone: there is nothing left that could be brought back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from suggest.errors import BadInput, SecondCoderError
from suggest.study.contents import MASKED, WITHDRAWN
from suggest.study.correcting import correct_within
from suggest.study.documents import Document, document_text, get_document
from suggest.study.eraser import SAID
from suggest.study.fold import Entry
from suggest.study.local_state import set_state
from suggest.study.log import EntryRef, Writer, entries, entry_at
from suggest.study.overlap import mask_strings
from suggest.study.positions import Edits, inverse, map_range
from suggest.study.second_erasing import MaskedParts, masked_parts
from suggest.study.second_text import parts_to_look_at
from suggest.study.study import Study
from suggest.study.vectors import drop_vectors

REASON = "withdrawal"


@dataclass(frozen=True)
class Masked:
    """What a mask did: its entry, how many places of the text it replaced, and how many more there are in the document
    with the same words; `look`, how many parts of its second text need another look. `scrubbed`: the file's bytes are
    rewritten already, not only at the next opening."""

    entry: EntryRef
    places: int
    elsewhere: int
    scrubbed: bool = False
    look: int = 0


def mask(study: Study, actor: str, document: Document, start: int, end: int, *, throughout: bool = False) -> Masked:
    """Replace a range of a document's text (in code points) by "[masked]"; codings move with the words around it.

    `throughout` masks the same words wherever they stand in the document. In what was said of the document (memos,
    reasons, rationales, raw answers) and in the examples of codes they are masked in any case. BadInput for a range
    outside of the text, or one in which nothing is left to mask.
    """
    with study.write(actor) as writer:
        done = mask_within(study, writer, document, start, end, throughout=throughout)
    return replace(done, scrubbed=finish_mask(study))


def finish_mask(study: Study) -> bool:
    """Rewrite the file's bytes after a mask; whether that was done. Else the next command that writes does it."""
    from suggest.study.erase import finish_scrub

    study.contents.forget()
    try:
        finish_scrub(study)
    except SecondCoderError:  # another program reads just now: the words are out of reach, and soon out of the bytes
        return False
    return True


def mask_within(
    study: Study,
    writer: Writer,
    document: Document,
    start: int,
    end: int,
    *,
    throughout: bool = False,
    ref: str | None = None,
) -> Masked:
    """As `mask`, inside an open transaction; `finish_mask` follows it. `ref` is the digest of a client's own id."""
    text = document_text(study, document.id)
    if not 0 <= start < end <= len(text):
        raise BadInput(f"the range lies outside of the text, which has {len(text)} characters.", file=document.label)
    chosen = _pieces(study, document, text, start, end)
    if not chosen:
        raise BadInput("there is nothing left to mask in this range.", file=document.label)
    words = Words(text[first:last] for first, last in chosen)
    again = [place for place in words.places(text) if not any(a < place[1] and place[0] < b for a, b in chosen)]
    ranges = sorted([*chosen, *again]) if throughout else chosen
    beside = None if throughout else _ordinals(study, document, chosen)
    entry = correct_within(study, writer, document, [(a, b, MASKED) for a, b in ranges], REASON, ref=ref).entry
    gone = _take_away(study, writer, document, words, beside)
    return Masked(entry, len(ranges), 0 if throughout else len(again), look=parts_to_look_at(study, entry, gone))


def _pieces(study: Study, document: Document, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """What of a range is to be replaced: its part in each segment that it touches, without white space around it."""
    rows = study.db.execute(
        'SELECT max(start, ?), min("end", ?) FROM segment WHERE n BETWEEN ? AND ? AND start < ? AND "end" > ? '
        "ORDER BY n",
        (start, end, document.first, document.first + document.count - 1, end, start),
    ).fetchall()
    found = []
    for first, last in rows or [(start, end)]:
        piece = text[first:last]
        first, last = first + len(piece) - len(piece.lstrip()), last - len(piece) + len(piece.rstrip())
        if first < last and text[first:last] not in (MASKED, WITHDRAWN):
            found.append((first, last))
    return found


def _ordinals(study: Study, document: Document, chosen: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The segments (ordinals, each as a range) that these ranges of the text lie in."""
    low, high = document.first, document.first + document.count - 1
    query = 'SELECT ord FROM segment WHERE n BETWEEN ? AND ? AND start < ? AND "end" > ? ORDER BY n'
    return [(n, n) for start, end in chosen for (n,) in study.db.execute(query, (low, high, end, start)).fetchall()]


class Words:
    """The masked words, found again as whole words whatever their case and the white space between them."""

    def __init__(self, pieces: Iterable[str]) -> None:
        texts = {" ".join(piece.split()) for piece in pieces}
        chosen = sorted((text for text in texts if len(re.findall(r"\w", text)) > 1), key=len, reverse=True)
        spelt = (r"\s+".join(re.escape(word) for word in text.split()) for text in chosen)
        self._pattern = re.compile("|".join(rf"(?<!\w){text}(?!\w)" for text in spelt) or r"(?!)", re.IGNORECASE)

    def places(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in self._pattern.finditer(text)]

    def mask(self, text: str) -> str:
        return self._pattern.sub(MASKED, text)


def _take_away(
    study: Study, writer: Writer, document: Document, words: Words, beside: list[tuple[int, int]] | None
) -> EntryRef:
    """Older versions of the text go; what was said of it, examples of codes, and what stands `beside` these segments
    (ordinals; None: beside all of them) in another language are kept without the words."""
    current = study.db.execute("SELECT text FROM document WHERE document = ?", (document.id,)).fetchone()[0]
    older = {
        entry.payload["text"]: None
        for kind in ("document_added", "text_corrected")
        for entry in entries(study.db, kind=kind)
        if entry.payload["document"] == document.id and entry.payload["text"] != current
    }
    replaced = said_without(study, writer, document, words)
    gone = [content for content in older if study.contents.body(content) is not None]
    second = masked_parts(study, document, beside, words.mask)
    return put_away(study, writer, document.id, gone, replaced, second)


def said_without(study: Study, writer: Writer, document: Document, words: Words) -> dict[str, str]:
    """The contents of what was said of a document, and of codes' examples, that hold the words, and those without."""
    replaced: dict[str, str] = {}
    for content, kind, body in [*_said(study, document), *_wordings(study)]:
        masked = _mask_body(kind, body, words)
        if masked != body and content not in replaced:
            replaced[content] = writer.content(kind, masked)
    return replaced


def put_away(
    study: Study, writer: Writer, document: str, gone: Sequence[str], replaced: dict[str, str], second: MaskedParts
) -> EntryRef:
    """The entry of a mask in a document (an id): what goes, what is replaced (content by content), and what it does to
    second texts."""
    new = {content: writer.content(_kind(study, content), body) for content, body in second.replaced.items()}
    replaced = {**replaced, **new}
    entry = writer.append(
        "erased",
        {
            "scope": "segments",
            "document": document,
            "segments": [],
            "gone": sorted({*gone, *second.gone, *replaced}),
            "replaced": sorted([old, new] for old, new in replaced.items()),
            "reason": None,
            **({"second": [list(part) for part in second.parts]} if second.parts else {}),
        },
    )
    study.db.execute(
        "DELETE FROM content WHERE id IN (SELECT content FROM tombstone WHERE replica = ? AND seq = ?)", entry
    )
    drop_vectors(study, document, nobodys=True)
    set_state(study.db, "scrub", "pending")
    return entry


def _kind(study: Study, content: str) -> str:
    return str(study.db.execute("SELECT kind FROM content WHERE id = ?", (content,)).fetchone()[0])


def _said(study: Study, document: Document) -> Iterator[tuple[str, str, str]]:
    """(id, kind, body) of what people and models said of the document, or with its words before them."""
    between = (document.first, document.first + document.count - 1)
    named = [row[0] for query in SAID for row in study.db.execute(query, between).fetchall()]
    for notes, raw in study.db.execute(
        "SELECT notes, raw FROM suggestion_set WHERE context LIKE ?1 "
        "UNION ALL SELECT content, NULL FROM model_words WHERE context LIKE ?1",
        (f"%{document.id}.%",),
    ).fetchall():
        named += [notes, raw]
    query = "SELECT text FROM memo WHERE about = 'document' AND subject = ?"
    named += [row[0] for row in study.db.execute(query, (document.id,)).fetchall()]
    for content in dict.fromkeys(named):
        row = study.db.execute("SELECT id, kind, body FROM content WHERE id = ?", (content,)).fetchone()
        if row is not None:
            yield row[0], row[1], row[2]


def _wordings(study: Study) -> list[tuple[str, str, str]]:
    return study.db.execute("SELECT id, kind, body FROM content WHERE kind = 'wording'").fetchall()


def _mask_body(kind: str, body: str, words: Words) -> str:
    if kind == "wording":  # what a code is called and means is the researchers' own, its examples are not
        wording: dict[str, Any] = json.loads(body)
        examples = [words.mask(example) for example in wording["examples"]]
        if examples == wording["examples"]:
            return body
        return json.dumps({**wording, "examples": examples}, sort_keys=True, ensure_ascii=False)
    return mask_strings(body, words.mask) if kind == "notes" else words.mask(body)


# Masks that met other work: on another copy, or in a backup


@dataclass(frozen=True)
class _Version:
    """A correction of a document as one file has it: its entry, edits, and which earlier ones its writer had seen."""

    entry: EntryRef
    live: bool
    edits: Edits
    number: int
    unseen: tuple[int, ...]


def finish_masks_after_merge(study: Study, writer: Writer) -> None:
    """A mask is void where a correction on another copy came before it: mask the same words in the text of today.

    Inside the merge's transaction, after its entry."""
    for document, entry in _masks(study):
        known = _versions(study, document)
        mine = next((version for version in known if version.entry == entry), None)
        if mine is not None and not mine.live:
            ranges = [*_carried(mine, known, known)]
            _mask_again(study, writer, document, ranges)


def masks_missing_in(study: Study, copy: Study) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """(actor, document, ranges in the copy's text) of every mask that a copy of the study does not have yet."""
    for document, entry in _masks(study):
        held = copy.db.execute("SELECT 1 FROM log WHERE replica = ? AND seq = ?", entry).fetchone()
        there = copy.db.execute("SELECT 1 FROM document WHERE document = ? AND state = 'present'", (document,))
        if held is not None or there.fetchone() is None:
            continue
        known = _versions(study, document)
        mine = next(version for version in known if version.entry == entry)
        (actor,) = study.db.execute("SELECT actor FROM log WHERE replica = ? AND seq = ?", entry).fetchone()
        yield actor, document, [*_carried(mine, known, _versions(copy, document))]


def mask_in_copy(copy: Study, actor: str, document: str, ranges: Sequence[tuple[int, int]]) -> None:
    """Mask ranges that `masks_missing_in` gave."""
    with copy.write(actor) as writer:
        _mask_again(copy, writer, document, ranges)


def _mask_again(study: Study, writer: Writer, document: str, ranges: Sequence[tuple[int, int]]) -> None:
    for start, end in sorted(ranges, reverse=True):
        held = get_document(study, document)
        if start < end and _pieces(study, held, document_text(study, document), start, end):
            mask_within(study, writer, held, start, end)


def _masks(study: Study) -> list[tuple[str, EntryRef]]:
    """(document, entry of the correction) of every mask in the log."""
    return [
        (entry.payload["document"], (entry.replica, entry.seq - 1))
        for entry in [*entries(study.db, kind="erased")]
        if not entry.payload["segments"] and entry.payload["scope"] == "segments" and of_text(study, entry)
    ]


def of_text(study: Study, entry: Entry) -> bool:
    """Whether a mask is one of the text, which follows the text's correction; else it is one of a second text alone."""
    before = entry_at(study.db, entry.replica, entry.seq - 1)
    return (
        before is not None
        and before.kind == "text_corrected"
        and before.payload["reason"] == REASON
        and before.payload["document"] == entry.payload["document"]
    )


def _versions(study: Study, document: str) -> list[_Version]:
    rows = study.db.execute(
        "SELECT replica, seq, live, edits, version, unseen FROM correction WHERE document = ? ORDER BY version",
        (document,),
    )
    return [
        _Version((replica, seq), bool(live), json.loads(edits), number, tuple(json.loads(unseen)))
        for replica, seq, live, edits, number, unseen in rows
    ]


def _carried(mine: _Version, known: Sequence[_Version], target: Sequence[_Version]) -> Iterator[tuple[int, int]]:
    """Where the words of a mask stand in the text that the corrections `target` lead to."""
    standing: list[_Version] = []
    for version in known:
        seen = version.number < mine.number and version.number not in mine.unseen
        if seen and not any(other.number in version.unseen for other in standing):
            standing.append(version)
    live = [version for version in target if version.live]
    common = 0
    while common < min(len(standing), len(live)) and standing[common].entry == live[common].entry:
        common += 1
    for start, end, _ in mine.edits:
        for version in reversed(standing[common:]):
            start, end = map_range(start, end, inverse(version.edits))
        for version in live[common:]:
            start, end = map_range(start, end, version.edits)
        yield start, end
