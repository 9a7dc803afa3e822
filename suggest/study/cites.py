"""How segments are cited, without reading their words."""

from __future__ import annotations

from suggest.study.documents import Document
from suggest.study.segments import segment_number
from suggest.study.study import Study


def cite_of(study: Study, segment: str) -> str | None:
    """As `Segment.cite` has it, by the segment's id; None if it is gone."""
    number = segment_number(study, segment)
    row = study.db.execute(
        "SELECT d.label, s.paragraph_from, s.paragraph_to FROM segment s JOIN document d USING (document) "
        "WHERE s.n = ?",
        (-1 if number is None else number,),
    ).fetchone()
    if row is None:
        return None
    label, first, last = study.contents.text(row[0]), row[1], row[2]
    return f"{label} {first}" + ("" if first == last else f"–{last}")


def segment_at(study: Study, document: Document, paragraph: int, last: int | None = None) -> str | None:
    """The id of a document's first segment with that paragraph, and all up to `last` if given; None if there is
    none."""
    row = study.db.execute(
        "SELECT document, ord FROM segment WHERE n BETWEEN ? AND ? AND paragraph_from <= ? AND paragraph_to >= ? "
        "ORDER BY n LIMIT 1",
        (document.first, document.first + document.count - 1, paragraph, paragraph if last is None else last),
    ).fetchone()
    return None if row is None else f"{row[0]}.{row[1]}"
