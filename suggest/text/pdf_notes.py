"""Footnotes of a PDF's page: small type at its foot that begins with a number which stands raised in the text above.

They are nobody's talk, and in the middle of a paragraph that goes on over the page they would part it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from suggest.text.pdf_columns import Line

_RAISED = re.compile("[⁰¹²³⁴-⁹]+")
_NUMBER = re.compile(r"([⁰¹²³⁴-⁹]{1,3}|\d{1,3})(?=[\s.)]|[^\W\d])")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SMALL = 0.92


def without_notes(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """The lines without footnotes and their marks, and how many notes there were. All lines where none is marked."""
    body = _size(lines)
    marks = {
        one.translate(_PLAIN)
        for line in lines
        if line.size >= _SMALL * body
        for one in _RAISED.findall(line.words.lstrip()[1:])
    }
    foot: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.height, -line.left)):
        if line.size >= _SMALL * body:
            break
        foot.append(line)
    numbers = [(n, found[1].translate(_PLAIN)) for n, line in enumerate(foot) if (found := _NUMBER.match(line.words))]
    noted = [(n, number) for n, number in numbers if number in marks]
    if not noted:
        return list(lines), 0
    out = {id(line) for line in foot[: noted[-1][0] + 1]}
    known = {number for _, number in noted}

    def unmarked(line: Line) -> Line:
        words = _RAISED.sub(lambda found: "" if found[0].translate(_PLAIN) in known else found[0], line.words)
        return replace(line, words=words, bold=min(line.bold, len(words)))

    return [unmarked(line) for line in lines if id(line) not in out], len(known)


def _size(lines: Sequence[Line]) -> float:
    """The size in which most characters are set."""
    sizes = sorted((line.size, len(line.words)) for line in lines)
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 0.0
