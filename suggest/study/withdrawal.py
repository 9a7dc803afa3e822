"""From what the user wants withdrawn to the erasures that do it."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.errors import BadInput
from suggest.study.documents import Document, find_document, get_document, list_documents, ranges
from suggest.study.erase import Erasure
from suggest.study.segments import SegmentReader
from suggest.study.study import Study


def erasures(
    study: Study, label: str | None, speaker: str | None, segments: Sequence[str], reason: str
) -> list[Erasure]:
    """One erasure per document concerned. BadInput if nothing, or more than one speaker, is meant."""
    if speaker is not None:
        return [_speaker(study, label, speaker, reason)]
    if label is not None:
        document = find_document(study, label)
        return [Erasure(document.id, "document", ((0, max(document.count - 1, 0)),), reason=reason)]
    reader = SegmentReader(study)
    by_document: dict[str, list[int]] = {}
    for id_ in segments:
        segment = reader.get(id_.strip())
        if segment is None:
            raise BadInput("no such segment; nothing was erased.", place=id_)
        by_document.setdefault(segment.document, []).append(segment.ordinal)
    return [
        Erasure(document, "segments", _pairs(sorted(set(ordinals))), reason=reason)
        for document, ordinals in by_document.items()
    ]


def _pairs(ordinals: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple((low, high) for low, high in ranges(ordinals))


def _speaker(study: Study, label: str | None, speaker: str, reason: str) -> Erasure:
    chosen = [find_document(study, label)] if label else list_documents(study)
    found: list[tuple[Document, int]] = []
    for document in chosen:
        for number, content in study.db.execute(
            "SELECT n, name FROM speaker WHERE document = ? ORDER BY n", (document.id,)
        ).fetchall():
            if study.contents.text(content) == speaker:
                found.append((document, number))
    if not found:
        raise BadInput("no such speaker; nothing was erased.", place=speaker)
    if len(found) > 1:
        labels = ", ".join(document.label for document, _ in found)
        raise BadInput(
            "speakers of this name are in several documents, and they are different persons.",
            place=speaker,
            advice=f"Say which with --document: {labels}.",
        )
    document, number = found[0]
    rows = study.db.execute(
        "SELECT ord FROM segment WHERE document = ? AND speaker = ? ORDER BY ord", (document.id, number)
    )
    ordinals = [row[0] for row in rows]
    return Erasure(get_document(study, document.id).id, "speaker", _pairs(ordinals), number, reason)
