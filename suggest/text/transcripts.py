"""What a reader gives: documents with their stored text, and segments as ranges in it.

Apart from the readers, so that every reader and the preview can name these types without importing one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["data", "prompt", "other"]
Unit = Literal["turn", "paragraph", "sentence", "line", "row"]
UNITS: tuple[Unit, ...] = ("turn", "paragraph", "sentence", "line", "row")
Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a document offered for coding.

    `start` and `end` are half-open code-point offsets into the stored text, without speaker label and printed
    paragraph number; paragraph numbers are inclusive; times are milliseconds; `external` is the file's own id.
    """

    start: int
    end: int
    role: Role
    speaker: str | None
    paragraph_from: int
    paragraph_to: int
    external: str | None = None
    time_from: int | None = None
    time_to: int | None = None
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a table or a project gives in another language: `side` is "original" or "translation", cells are (start,
    end, words) with the range of the row, or of the part, in the stored text."""

    side: str
    cells: tuple[tuple[int, int, str], ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One transcript as it will be stored, with what the preview says about it.

    Segments are in the order of the text and never overlap. `counted` says how paragraphs are numbered.
    """

    label: str
    text: str
    segments: tuple[Segment, ...]
    unit: Unit
    attributes: Attributes = ()
    notices: tuple[str, ...] = ()
    paragraphs: int = 0
    counted: str = ""
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a line of one, as a reader found it: a range of the text with what its format says about it.

    `number` is the format's own paragraph number; `bold_to` ends a leading run of bold type (0: none);
    `continues` marks a line of the same block as the line before; times, in milliseconds, are the format's own.
    """

    start: int
    end: int
    heading: bool = False
    number: int | None = None
    bold_to: int = 0
    continues: bool = False
    time_from: int | None = None
    time_to: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """One paragraph's talk after speakers and numbers are settled: the words without label and number.

    `fresh` says that a label or number stands before it, so that no range may run over from the talk before.
    """

    start: int
    end: int
    paragraph: int
    speaker: str | None
    role: Role
    fresh: bool
    time_from: int | None = None
    time_to: int | None = None
