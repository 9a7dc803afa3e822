"""Documents in: what the readers found in files becomes what the study stores, all files of a call or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.exchange.second_in import second_beside
from suggest.study.adding import NewDocument, NewSegment, add_documents, same_text
from suggest.study.documents import Document, list_documents
from suggest.study.people import check_text
from suggest.study.second_writing import NewSecond
from suggest.study.study import Study
from suggest.text.documents import DocumentPreview, ReadDocument, preview, read_documents

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """What the user says of the files: unit, label (one document only), mapped columns, attributes, language, encoding.

    `mapping` leads from our column names to the file's; `attributes` hold for every document of the call.
    """

    unit: str | None = None
    label: str | None = None
    mapping: Mapping[str, str] | None = None
    attributes: Mapping[str, str] | None = None
    language: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Incoming:
    """A document as it would be stored, with the name of its file, its preview, and a table's other language of it."""

    file: str
    document: ReadDocument
    attributes: Mapping[str, str]
    preview: DocumentPreview
    second: NewSecond | None = None


def read_files(paths: Sequence[Path], wish: Wish, progress: Progress | None = None) -> list[Incoming]:
    """The documents of all files, in order. BadInput or UsageError for the first file that cannot be taken."""
    if wish.label is not None and len(paths) > 1:
        raise UsageError("--label names one document. Add the files one by one, or let their names be the labels.")
    for key, value in (wish.attributes or {}).items():
        for text in (key, value):
            check_text(text)
    found: list[Incoming] = []
    for n, path in enumerate(paths):
        if progress is not None:
            progress(n, len(paths))
        documents = read_documents(
            path,
            unit=wish.unit,
            label=wish.label,
            mapping=wish.mapping,
            language=wish.language,
            encoding=wish.encoding,
        )
        # A file name may hold bytes that are no text.
        name = os.fsencode(path.name).decode("utf-8", "replace")
        for document, seen in zip(documents, preview(documents), strict=True):
            attributes = {**dict(document.attributes), **(wish.attributes or {})}
            second = second_beside(document, name)
            found.append(Incoming(name, document, attributes, seen, second))
    if progress is not None:
        progress(len(paths), len(paths))
    return found


def objections(study: Study, incoming: Sequence[Incoming], *, again: bool = False) -> list[str]:
    """What `bring_in` would refuse, in words, for the preview: labels that are taken, texts that are here already."""
    said = []
    labels = {document.label for document in list_documents(study)}
    texts: dict[str, str] = {}
    for item in incoming:
        label, text = item.document.label, item.document.text
        if label in labels:
            said.append(f"{label}: the label is taken.")
        labels.add(label)
        known = same_text(study, text)
        twin = known.label if known else texts.get(text)
        if twin is not None and not again:
            said.append(f"{label}: the same text is in the study or in this call already as {twin}.")
        texts.setdefault(text, label)
    return said


def bring_in(study: Study, actor: str, incoming: Sequence[Incoming], *, again: bool = False) -> list[str]:
    """Store the documents, all or none; their ids in order. BadInput for a label or a text that is there already."""
    if not incoming:
        raise BadInput("there is no document to add.")
    return add_documents(study, actor, [new_document(item) for item in incoming], again=again)


def new_document(item: Incoming) -> NewDocument:
    """What the study stores of it."""
    document = item.document
    segments = [
        NewSegment(
            segment.start,
            segment.end,
            segment.role,
            segment.speaker,
            segment.paragraph_from,
            segment.paragraph_to,
            segment.external,
            segment.time_from,
            segment.time_to,
            segment.attributes,
        )
        for segment in document.segments
    ]
    return NewDocument(document.label, document.text, document.unit, segments, item.attributes, item.file, item.second)


def corrected_text(
    document: Document, path: Path, *, mapping: Mapping[str, str] | None = None, encoding: str | None = None
) -> str:
    """The new text of a stored document from a file in the format it came in.

    Of a table with several documents it is the one with this label. BadInput if the file holds none such.
    """
    found = read_documents(path, mapping=mapping, encoding=encoding)
    if len(found) > 1:
        found = [item for item in found if item.label == document.label]
    if len(found) != 1:
        raise BadInput(f"the file holds no document called {document.label}.", file=path.name)
    return found[0].text
