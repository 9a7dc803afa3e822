"""From the paragraphs of a word processor's or a web page's file to a document: one line a paragraph.

Apart from the readers of Word, RTF, OpenDocument, HTML and PDF, which find the paragraphs each in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.text.analysis import analyse
from suggest.text.cues import cues_document
from suggest.text.decoding import refuse_nul
from suggest.text.prose import prose_document
from suggest.text.transcripts import Paragraph, ReadDocument, Unit

_TIME_LINE = re.compile(r"\s*\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->")


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of one paragraph or table row, with what its format says about it.

    `number` is its printed number, `bold` how many characters at its start are bold; times are in milliseconds.
    """

    words: str
    heading: bool = False
    number: int | None = None
    bold: int = 0
    time_from: int | None = None
    time_to: int | None = None


def pieces_document(
    pieces: Sequence[Piece],
    *,
    file: str,
    unit: Unit | None,
    label: str,
    language: str | None,
    named: Collection[str],
    notices: tuple[str, ...],
) -> ReadDocument:
    """The document whose text is the pieces' words joined by line feeds, empty ones included.

    Where most of its lines with times are those of captions it is read as such. BadInput for a NUL character, and
    where there are no words.
    """
    text = "\n".join(piece.words for piece in pieces)
    refuse_nul(text, file)
    if not text.strip():
        raise BadInput("the document holds no words.", file=file, advice="Words in pictures cannot be read.")
    if _are_captions(pieces):
        return cues_document(text, file, unit=unit, label=label, language=language, named=named, notices=notices)
    found = analyse(text, _placed(pieces), "paragraphs that are not empty", named)
    return prose_document(text, found, unit=unit, label=label, language=language, notices=notices)


def _are_captions(pieces: Sequence[Piece]) -> bool:
    """Whether time lines of captions stand in it, as in the transcripts that Teams once wrote as Word files."""
    filled = [piece for piece in pieces if piece.words.strip()]
    timed = sum(_TIME_LINE.match(piece.words) is not None for piece in filled)
    return timed >= 2 and timed * 4 >= len(filled)


def _placed(pieces: Sequence[Piece]) -> list[Paragraph]:
    placed: list[Paragraph] = []
    at = 0
    for piece in pieces:
        end = at + len(piece.words)
        if piece.words.strip():
            bold_to = at + piece.bold if piece.bold else 0
            placed.append(
                Paragraph(
                    at,
                    end,
                    piece.heading,
                    piece.number,
                    bold_to,
                    time_from=piece.time_from,
                    time_to=piece.time_to,
                )
            )
        at = end + 1
    return placed


def counted_notice(counts: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """A notice on what was left out, with how many of each; none where nothing was."""
    said = [f"{count} {what}" for what, count in counts if count]
    return (f"Left out: {', '.join(said)}.",) if said else ()
