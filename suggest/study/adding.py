"""Bringing documents into the study, all of a call or none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from suggest.errors import BadInput
from suggest.study.canonical import keyed_digest
from suggest.study.documents import Document, check_label, get_document, list_documents
from suggest.study.events import ROLES
from suggest.study.log import Writer
from suggest.study.people import check_text
from suggest.study.second_writing import NewSecond, add_second_within
from suggest.study.segments import CHUNK
from suggest.study.study import Study


@dataclass(frozen=True)
class NewSegment:
    """A segment to be stored: half-open range in code points of the text, paragraphs counted from 1, times in ms.

    `speaker` is the speaker's name or None; `external` the file's own id; attributes are (name, value) pairs.
    """

    start: int
    end: int
    role: str = "data"
    speaker: str | None = None
    paragraph_from: int = 1
    paragraph_to: int = 1
    external: str | None = None
    time_from: int | None = None
    time_to: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NewDocument:
    """A document to be stored. Segments are ascending and do not overlap; `second` is the same in another language."""

    label: str
    text: str
    unit: str
    segments: Sequence[NewSegment]
    attributes: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    second: NewSecond | None = None


def add_documents(study: Study, actor: str, documents: Sequence[NewDocument], *, again: bool = False) -> list[str]:
    """Store documents, all or none; their ids. BadInput if a label is taken or the same text is here already."""
    check_documents(documents)
    with study.write(actor) as writer:
        return add_documents_within(study, writer, documents, again=again)


def check_documents(documents: Sequence[NewDocument]) -> None:
    """BadInput for a document that cannot be stored."""
    for document in documents:
        _check(document)


def add_documents_within(
    study: Study, writer: Writer, documents: Sequence[NewDocument], *, again: bool = False
) -> list[str]:
    """As `add_documents`, inside an open transaction, of documents that were checked."""
    taken = {item.label for item in list_documents(study)}
    ids = []
    for document in documents:
        known = None if again else same_text(study, document.text)
        if known is not None:
            raise BadInput(
                f"the same text is in the study already as {known.label}; nothing was stored.",
                file=document.label,
                advice="Say --again to take it a second time.",
            )
        if document.label in taken:
            raise BadInput(
                "the label is taken; nothing was stored.", file=document.label, advice="Give another with --label."
            )
        taken.add(document.label)
        ids.append(_store(writer, document))
        digest = keyed_digest(study.secret, document.text)
        study.db.execute("INSERT OR IGNORE INTO cache_digest (digest, document) VALUES (?, ?)", (digest, ids[-1]))
    return ids


def same_text(study: Study, text: str) -> Document | None:
    """The document that has, or had before a correction, exactly this text."""
    row = study.db.execute(
        "SELECT document FROM cache_digest WHERE digest = ? AND document NOT IN "
        "(SELECT document FROM document WHERE state = 'erased')",
        (keyed_digest(study.secret, text),),
    ).fetchone()
    return get_document(study, row[0]) if row else None


def _check(document: NewDocument) -> None:
    check_label(document.label)
    for text in (document.text, *document.attributes, *document.attributes.values()):
        check_text(text)
    place = 0
    for segment in document.segments:
        if not place <= segment.start < segment.end <= len(document.text) or segment.role not in ROLES:
            raise BadInput("a segment overlaps another, is empty or lies outside of the text.", file=document.label)
        place = segment.end


def _store(writer: Writer, document: NewDocument) -> str:
    id_ = writer.new_id("d")
    attributes = json.dumps(dict(document.attributes), sort_keys=True) if document.attributes else None
    writer.append(
        "document_added",
        {
            "document": id_,
            "label": writer.content("label", document.label),
            "text": writer.content("text", document.text),
            "name": writer.content("name", document.name) if document.name else None,
            "attributes": writer.content("attributes", attributes) if attributes else None,
            "length": len(document.text),
        },
    )
    speakers: dict[str, int] = {}
    rows = []
    for ordinal, segment in enumerate(document.segments):
        speaker = None
        if segment.speaker is not None:
            speaker = speakers.setdefault(segment.speaker, len(speakers))
        rows.append(
            [
                ordinal,
                segment.start,
                segment.end,
                ROLES.index(segment.role),
                speaker,
                segment.paragraph_from,
                segment.paragraph_to,
                segment.time_from,
                segment.time_to,
                segment.external,
                [list(pair) for pair in segment.attributes],
            ]
        )
    writer.append(
        "segments_made",
        {
            "document": id_,
            "unit": document.unit,
            "count": len(rows),
            "speakers": [writer.content("speaker", name) for name in speakers],
            "chunks": [
                writer.content("segments", json.dumps(rows[i : i + CHUNK], separators=(",", ":")))
                for i in range(0, len(rows), CHUNK)
            ],
        },
    )
    if document.second is not None:
        add_second_within(writer, id_, len(rows), document.second)
    return id_
