"""What `add --preview` shows before anything is stored: what was taken for what, and what a second look deserves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from suggest.text.names import NamesHint, likely_names
from suggest.text.speakers import asks
from suggest.text.transcripts import Attributes, ReadDocument, Role, Unit

_FIRST = 5
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """A speaker of one document, how many segments are theirs, and whether they ask or tell."""

    name: str
    segments: int
    role: Role


@dataclass(frozen=True, slots=True)
class DocumentPreview:
    """One document as it would be stored. `first_lines` are the first segments with role and speaker, each cut at
    160 characters; `names` are likely names only. Text is verbatim: show it through `printable()`.
    """

    label: str
    unit: Unit
    characters: int
    segments: int
    roles: tuple[tuple[Role, int], ...]
    speakers: tuple[SpeakerCount, ...]
    paragraphs: int
    counted: str
    first_lines: tuple[tuple[Role, str | None, str], ...]
    names: tuple[NamesHint, ...]
    attributes: Attributes
    notices: tuple[str, ...]


def preview(documents: Iterable[ReadDocument]) -> list[DocumentPreview]:
    """A preview of each document, in their order."""
    return [_preview(document) for document in documents]


def _preview(document: ReadDocument) -> DocumentPreview:
    roles = Counter(segment.role for segment in document.segments)
    counts = Counter(segment.speaker for segment in document.segments if segment.speaker is not None)
    speakers = tuple(
        SpeakerCount(name, segments, "prompt" if asks(name) else "data") for name, segments in counts.most_common()
    )
    all_roles: tuple[Role, ...] = ("data", "prompt", "other")
    first = tuple(
        (segment.role, segment.speaker, _short(document.text[segment.start : segment.end]))
        for segment in document.segments[:_FIRST]
    )
    return DocumentPreview(
        document.label,
        document.unit,
        len(document.text),
        len(document.segments),
        tuple((role, roles[role]) for role in all_roles),
        speakers,
        document.paragraphs,
        document.counted,
        first,
        likely_names(document.text, counts),
        document.attributes,
        document.notices,
    )


def _short(words: str) -> str:
    return words if len(words) <= _WIDTH else f"{words[:_WIDTH]}…"
