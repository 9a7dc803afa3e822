"""Paragraphs of plain text and Markdown: what one paragraph is, and whether the file prints their numbers itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from suggest.text.prefixes import printed_number
from suggest.text.transcripts import Paragraph

_HASHES = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\S")
_WRAP_FROM, _WRAP_TO = 45, 130


def nonempty_lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of the lines that hold anything but white space, without their line feed."""
    end = len(text) if end is None else end
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        if not text[at:stop].isspace() and stop > at:
            yield at, stop
        at = stop + 1


def plain_paragraphs(text: str, *, markdown: bool = False) -> tuple[list[Paragraph], str]:
    """The lines of the text as paragraphs, and how they were told apart, for the preview.

    Every line that is not empty is a paragraph, unless the text is wrapped at a line length (and always in Markdown):
    then lines not parted by an empty line belong together, marked `continues`.
    """
    lines = list(nonempty_lines(text))
    first_of_block = [not index or "\n\n" in _between(text, lines, index) for index in range(len(lines))]
    blocks = markdown or _is_wrapped(lines, first_of_block)
    paragraphs: list[Paragraph] = []
    front_matter = _front_matter_end(text) if markdown else 0
    for index, (start, end) in enumerate(lines):
        heading = end <= front_matter or _is_heading(text, start, end)
        underlined = blocks and index + 1 < len(lines) and not first_of_block[index + 1]
        if underlined and not heading and first_of_block[index] and _is_underline(text, lines[index + 1]):
            heading = True
        after_heading = bool(paragraphs) and paragraphs[-1].heading
        continues = blocks and not first_of_block[index] and not heading and not after_heading
        if continues and markdown and _LIST_ITEM.match(text, start, end):
            continues = False
        paragraphs.append(Paragraph(start, end, heading, continues=continues))
    how = "blocks of lines parted by empty lines" if blocks else "lines that are not empty"
    return paragraphs, how


def _between(text: str, lines: Sequence[tuple[int, int]], index: int) -> str:
    return re.sub(r"[^\S\n]+", "", text[lines[index - 1][1] : lines[index][0]])


def _is_wrapped(lines: Sequence[tuple[int, int]], first_of_block: Sequence[bool]) -> bool:
    """Whether lines end because they are full: most lines that are followed by another in their block are long."""
    lengths = [
        end - start
        for index, (start, end) in enumerate(lines)
        if index + 1 < len(lines) and not first_of_block[index + 1]
    ]
    parted = sum(first_of_block) > 1
    if len(lengths) < 2 or not parted or max(end - start for start, end in lines) > _WRAP_TO:
        return False
    return sum(length >= _WRAP_FROM for length in lengths) >= 0.8 * len(lengths)


def _front_matter_end(text: str) -> int:
    if not text.startswith("---\n"):
        return 0
    end = text.find("\n---\n", 3, 20_000)
    return 0 if end < 0 else end + 4


def _is_heading(text: str, start: int, end: int) -> bool:
    return _HASHES.match(text, start, end) is not None


def _is_underline(text: str, line: tuple[int, int]) -> bool:
    return line[1] - line[0] >= 3 and _UNDERLINE.fullmatch(text, *line) is not None


@dataclass(frozen=True, slots=True)
class Numbering:
    """Whether the file prints its own paragraph numbers, and the number and body of each paragraph that has one."""

    printed: bool
    numbers: dict[int, tuple[int, int]]


def find_numbering(text: str, paragraphs: Sequence[Paragraph]) -> Numbering:
    """The numbers that paragraphs begin with, if they are the file's own: on most paragraphs and strictly rising.

    Keys are indexes of `paragraphs`; values the number and the offset at which what follows it begins.
    """
    considered = [index for index, one in enumerate(paragraphs) if not one.continues and not one.heading]
    from_format = {index: paragraphs[index].number for index in considered}
    known = {index: (number, paragraphs[index].start) for index, number in from_format.items() if number is not None}
    if _rises(known, len(considered)):
        return Numbering(True, known)
    numbers: dict[int, tuple[int, int]] = {}
    for index in considered:
        one = paragraphs[index]
        if (found := printed_number(text, one.start, one.end)) is not None:
            numbers[index] = found
    return Numbering(True, numbers) if _rises(numbers, len(considered)) else Numbering(False, {})


def _rises(numbers: dict[int, tuple[int, int]], paragraphs: int) -> bool:
    values = [number for number, _ in numbers.values()]
    if len(values) < 3 or len(values) < 0.6 * paragraphs or values[0] < 1:
        return False
    return all(before < after for before, after in pairwise(values))
