"""Documents in: one function reads every format, one says what `add --preview` shows before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.text.archives import kind_of_archive
from suggest.text.names import NamesHint
from suggest.text.preview import DocumentPreview, SpeakerCount, preview
from suggest.text.segmentation import checked_unit, segment_text
from suggest.text.transcripts import ReadDocument, Role, Segment, Unit

__all__ = [
    "DocumentPreview",
    "NamesHint",
    "ReadDocument",
    "Role",
    "Segment",
    "SpeakerCount",
    "Unit",
    "preview",
    "read_documents",
    "segment_text",
]

PROJECTS = (".qda", ".qde", ".qdpx", ".sqlite", ".sqlite3")
"""Endings of what holds a whole project, with codes and codings: `suggest.exchange` reads these."""
_KINDS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".docx": "docx",
    ".vtt": "cues",
    ".srt": "cues",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".json": "recognised",
    ".rtf": "rtf",
    ".odt": "odt",
    ".html": "web",
    ".htm": "web",
    ".xhtml": "web",
    ".pdf": "pdf",
}
_PROSE_NAMES = {"encoding", "speakers"}
_CUES_START = re.compile(rb"\s*(?:\d+\s*\r?\n\s*)?\d+:\d\d?:\d\d?[,.]\d+\s*-->")
_TSV_START = re.compile(rb"start\tend\t(?:speaker\t)?text\r?\n", re.IGNORECASE)


def read_documents(
    path: Path,
    *,
    unit: str | None = None,
    label: str | None = None,
    mapping: Mapping[str, str] | None = None,
    language: str | None = None,
    encoding: str | None = None,
) -> list[ReadDocument]:
    """The documents in a file: a table gives one per document_id, every other format one.

    `unit` is turn, paragraph, sentence, line or row; by default row for tables, turn where speakers are found, else
    paragraph. `label` names the one document (default: the file's name without its ending). `mapping` names a
    table's columns ({"text": "Answer"}) and may hold "sheet", "encoding" and "speakers" (names parted by commas).
    `language` is an ISO 639 code, for sentences. Raises BadInput for what cannot be read, UsageError for what cannot
    be asked; nothing is returned then.
    """
    path = Path(path)
    named = dict(mapping or {})
    chosen = checked_unit(unit)
    encoding = encoding or named.get("encoding")
    speakers = frozenset(" ".join(name.split()) for name in named.get("speakers", "").split(",") if name.strip())
    if label is not None and not label.strip():
        raise UsageError("A document's label cannot be empty.")
    kind = _kind(path)
    if (
        kind == "recognised"
        and path.suffix.casefold() in (".tsv", ".tab")
        and (chosen == "row" or set(named) - _PROSE_NAMES)
    ):
        kind = "table"
    if kind == "table":
        return _read_table(path, chosen, label, named, language, encoding)
    if kind == "xlsx":
        from suggest.text.workbooks import read_workbook

        return read_workbook(path, unit=chosen, label=label, mapping=named, language=language)
    if unknown := sorted(set(named) - _PROSE_NAMES):
        raise UsageError(f"'{unknown[0]}' cannot be mapped: {path.name} is no table and has no columns.")
    if chosen == "row":
        raise UsageError(f"Rows are the unit of tables; {path.name} is none. Choose turn, paragraph, sentence or line.")
    name = label or " ".join(path.stem.split()) or path.name
    return [_read_one(path, kind, chosen, name, language, encoding, speakers)]


def _read_one(
    path: Path,
    kind: str,
    unit: Unit | None,
    label: str,
    language: str | None,
    encoding: str | None,
    named: frozenset[str],
) -> ReadDocument:
    if kind == "docx":
        from suggest.text.word import read_word

        return read_word(path, unit=unit, label=label, language=language, named=named)
    if kind == "rtf":
        from suggest.text.rtf import read_rtf

        return read_rtf(path, unit=unit, label=label, language=language, named=named)
    if kind == "odt":
        from suggest.text.opendocument import read_opendocument

        return read_opendocument(path, unit=unit, label=label, language=language, named=named)
    if kind == "pdf":
        from suggest.text.pdf import read_pdf

        return read_pdf(path, unit=unit, label=label, language=language, named=named)
    if kind == "web":
        from suggest.text.web import read_web

        return read_web(path, unit=unit, label=label, language=language, encoding=encoding, named=named)
    if kind == "cues":
        from suggest.text.cues import read_cues

        return read_cues(path, unit=unit, label=label, language=language, encoding=encoding, named=named)
    if kind == "recognised":
        from suggest.text.recognised import read_recognised

        return read_recognised(path, unit=unit, label=label, language=language, encoding=encoding, named=named)
    from suggest.text.prose import read_prose

    markdown = kind == "markdown"
    return read_prose(
        path, markdown=markdown, unit=unit, label=label, language=language, encoding=encoding, named=named
    )


def _read_table(
    path: Path,
    unit: Unit | None,
    label: str | None,
    mapping: Mapping[str, str],
    language: str | None,
    encoding: str | None,
) -> list[ReadDocument]:
    from suggest.text.delimited import read_delimited

    return read_delimited(path, unit=unit, label=label, mapping=mapping, language=language, encoding=encoding)


def _kind(path: Path) -> str:
    """The format, by the content where it speaks for itself, else by the file's ending."""
    by_name = _KINDS.get(path.suffix.casefold())
    try:
        if path.is_dir():
            raise BadInput("this is a folder.", file=path.name, advice="Name the files in it.")
        with path.open("rb") as stream:
            head = stream.read(200)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    if head.startswith(b"PK\x03\x04") and (archive := kind_of_archive(path)) is not None:
        return archive
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"%PDF-"):
        return "pdf"
    start = head.removeprefix(b"\xef\xbb\xbf")
    if by_name in (None, "text") and (start.startswith(b"WEBVTT") or _CUES_START.match(start)):
        return "cues"
    if by_name in (None, "text", "table") and _TSV_START.match(start):
        return "recognised"
    if by_name is None:
        if path.suffix.casefold() in PROJECTS:
            advice = "'secondcoder add STUDY FILE' brings all of it in, by itself."
            raise BadInput("this is a project, which holds more than documents.", file=path.name, advice=advice)
        known = ", ".join(sorted((*_KINDS, *PROJECTS)))
        raise BadInput("the format is not known by its ending.", file=path.name, advice=f"Known endings: {known}.")
    return by_name
