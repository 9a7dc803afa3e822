"""A second text from a file, or from a column of a table, laid beside the text that is coded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.study.documents import Document
from suggest.study.second_writing import NewPart, NewSecond
from suggest.study.segments import segments
from suggest.study.study import Study
from suggest.text.aligning import WITHIN, Stretches, check_alignment, parts_by
from suggest.text.documents import ReadDocument, read_documents


def read_second(
    study: Study,
    document: Document,
    path: Path,
    side: str,
    *,
    language: str | None = None,
    encoding: str | None = None,
    mapping: dict[str, str] | None = None,
) -> NewSecond:
    """The second text of a stored document, read as that was and by the same limits.

    BadInput naming the first place where the two do not go together.
    """
    unit = document.unit
    table = unit == "row"
    found = read_documents(
        path, unit=None if table else unit, language=language, encoding=encoding, mapping=dict(mapping or {})
    )
    if len(found) > 1:
        found = [one for one in found if one.label == document.label]
    if len(found) != 1:
        raise BadInput(f"the file holds no text called {document.label}.", file=path.name)
    first = parts_by(unit, segments(study, document.id)) if document.count else []
    second = parts_by(unit, found[0].segments)
    what = "paragraph" if unit in WITHIN else unit
    name = os.fsencode(path.name).decode("utf-8", "replace")
    check_alignment(first, second, label=document.label, file=name, what=what)
    return NewSecond(side, _beside(first, second, found[0].text), language or "", name)


def _beside(first: Sequence[Stretches], second: Sequence[Stretches], text: str) -> list[NewPart]:
    return [
        NewPart(one.first, one.last, text[other.start : other.end]) for one, other in zip(first, second, strict=True)
    ]


def second_beside(document: ReadDocument, file: str) -> NewSecond | None:
    """What a file gives as the second text of a document, as a table's column does; None if it gives none."""
    if document.beside is None:
        return None
    parts = []
    cells, first = document.beside.cells, 0
    for part in parts_by(document.unit, document.segments):
        while first < len(cells) and cells[first][1] <= part.start:
            first += 1
        words, at = [], first
        while at < len(cells) and cells[at][0] < part.end:
            words.append(cells[at][2])
            at += 1
        parts.append(NewPart(part.first, part.last, "\n".join(cell for cell in words if cell.strip())))
    if not any(part.words.strip() for part in parts):
        return None
    return NewSecond(document.beside.side, parts, document.beside.language, file)


def check_one_file(paths: Sequence[Path]) -> Path:
    """The one file that a second text comes from. UsageError for more."""
    if len(paths) != 1:
        raise UsageError("A second text comes from one file, for one document.")
    return paths[0]
