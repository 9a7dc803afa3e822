"""Correcting a document's text: redaction, transcription, translation. Every coding moves with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.printable import counted
from suggest.study.canonical import keyed_digest
from suggest.study.corrections import Replacement, apply_edits, find_edits
from suggest.study.documents import Document, document_text, get_document
from suggest.study.log import EntryRef, Writer
from suggest.study.people import check_text
from suggest.study.second_text import parts_to_look_at
from suggest.study.study import Study
from suggest.study.vectors import drop_vectors


@dataclass(frozen=True)
class Correction:
    """What a correction did: its entry, codings that lost all of their words (entry and coder's id), and how many parts
    of its second text need another `look`."""

    entry: EntryRef
    lost: tuple[tuple[EntryRef, str], ...]
    look: int = 0


def correct(
    study: Study,
    actor: str,
    document: Document,
    *,
    after: str | None = None,
    edits: Sequence[Replacement] | None = None,
    reason: str = "transcription",
) -> Correction:
    """Store a new version of the text, given whole or as edits; ranges of all codings move with their words.

    BadInput if nothing changes, if a segment would lose all of its words (a redaction leaves something in place), and
    for edits of a version (that of `document`) which is not the present one any more.
    """
    with study.write(actor) as writer:
        if edits is not None and get_document(study, document.id).version != document.version:
            raise BadInput(
                "the text was corrected in the meantime; nothing was stored.",
                file=document.label,
                advice="Look at it again, and make the correction in what stands there now.",
            )
        changes = list(edits) if edits is not None else find_edits(document_text(study, document.id), after or "")
        return correct_within(study, writer, document, changes, reason)


def correct_within(
    study: Study,
    writer: Writer,
    document: Document,
    edits: Sequence[Replacement],
    reason: str,
    *,
    ref: str | None = None,
) -> Correction:
    """As `correct`, inside an open transaction. `ref` is the digest of a client's own id for it."""
    before = document_text(study, document.id)
    try:
        text = apply_edits(before, edits)
    except ValueError as error:
        raise BadInput(f"{error}.", file=document.label) from None
    check_text(text)
    if text == before:
        raise BadInput("the text is the same as before; nothing was stored.", file=document.label)
    known = _lost(study, document.id)
    entry = writer.append(
        "text_corrected",
        {
            "document": document.id,
            "text": writer.content("text", text),
            "length": len(text),
            "edits": [[start, end, len(new)] for start, end, new in edits],
            "reason": reason,
            **({} if ref is None else {"ref": ref}),
        },
    )
    writer.fold.flush()
    empty = study.db.execute(
        'SELECT count(*) FROM segment WHERE document = ? AND start >= "end"', (document.id,)
    ).fetchone()[0]
    if empty:
        raise BadInput(
            f"{counted(empty, 'segment')} would be left without a word; nothing was stored.",
            file=document.label,
            advice="Put something in their place, such as [removed].",
        )
    digest = keyed_digest(study.secret, text)
    study.db.execute("INSERT OR IGNORE INTO cache_digest (digest, document) VALUES (?, ?)", (digest, document.id))
    drop_vectors(study, document.id, nobodys=False)
    lost = tuple(item for item in _lost(study, document.id) if item not in known)
    return Correction(entry, lost, parts_to_look_at(study, entry))


def _lost(study: Study, document: str) -> list[tuple[EntryRef, str]]:
    rows = study.db.execute(
        "SELECT replica, seq, coder FROM coding WHERE document = ? AND lost = 1 ORDER BY replica, seq", (document,)
    )
    return [((replica, seq), coder) for replica, seq, coder in rows]
