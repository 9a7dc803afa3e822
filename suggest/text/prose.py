"""Plain text and Markdown: the stored text is the file's own text, and paragraphs are its lines or blocks."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from suggest.text.analysis import Analysis, analyse
from suggest.text.decoding import Decoded, read_text
from suggest.text.paragraphs import plain_paragraphs
from suggest.text.segmentation import segments_of
from suggest.text.transcripts import ReadDocument, Segment, Unit


def read_prose(
    path: Path,
    *,
    markdown: bool,
    unit: Unit | None,
    label: str,
    language: str | None,
    encoding: str | None,
    named: Collection[str],
) -> ReadDocument:
    """One text file as one document; Markdown stays as it is written, its headings have the role `other`."""
    decoded: Decoded = read_text(path, encoding=encoding)
    paragraphs, how = plain_paragraphs(decoded.text, markdown=markdown)
    found = analyse(decoded.text, paragraphs, how, named)
    return prose_document(decoded.text, found, unit=unit, label=label, language=language, notices=decoded.notices)


def prose_document(
    text: str, found: Analysis, *, unit: Unit | None, label: str, language: str | None, notices: tuple[str, ...]
) -> ReadDocument:
    """The document of an analysed text: turns where speakers are found, else paragraphs, unless a unit is named."""
    chosen: Unit = unit or ("turn" if found.speakers else "paragraph")
    segments = segments_of(text, found.talks, chosen, language)
    said = (*notices, *_timed(segments), *found.notices)
    return ReadDocument(label, text, segments, chosen, (), said, found.paragraphs, found.counted)


def _timed(segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """How many segments have a time code, where any has."""
    timed = sum(one.time_from is not None for one in segments)
    return (f"Time codes: {timed} of {len(segments)} segments have one.",) if timed else ()
