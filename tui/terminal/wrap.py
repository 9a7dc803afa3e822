"""Safe, wrapped text: what documents and people wrote, as lines of a given width in terminal cells."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rich.cells import cell_len

from suggest.printable import printable

OPENS, CLOSES = "▏", "▕"
"""Around marked words, so that the mark does not rest on colour."""
TO_A_CELL = 16
"""So many characters at most come on a line for each of its cells: accents heaped on one letter take no room at all."""


@dataclass(frozen=True)
class Words:
    """Text that is safe to show, and where in it the marked words lie (None: nowhere)."""

    text: str
    mark: tuple[int, int] | None = None


def words(text: str, mark: tuple[int, int] | None = None) -> Words:
    """Make text safe; `mark` is a half-open range in it, in code points, cut to the text."""
    if mark is None:
        return Words(_safe(text))
    start, end = max(0, mark[0]), min(len(text), mark[1])
    if start >= end:
        return Words(_safe(text))
    before, inside, after = _safe(text[:start]), _safe(text[start:end]), _safe(text[end:])
    marked = f"{OPENS}{inside}{CLOSES}"
    return Words(before + marked + after, (len(before), len(before) + len(marked)))


def _safe(text: str) -> str:
    return printable(text).replace("\t", " ")


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Ranges of the text, each a line of at most `width` cells; broken at spaces where there are any."""
    width = max(2, width)
    lines: list[tuple[int, int]] = []
    start = 0
    for part in text.split("\n"):
        lines += _wrapped(text, start, start + len(part), width)
        start += len(part) + 1
    return lines


def _wrapped(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    lines = []
    while end - start > width or cell_len(text[start:end]) > width:
        fits = _fitting(text, start, end, width)
        space = text.rfind(" ", start + 1, fits + 1)
        stop = space if space > start else _whole(text, start, fits)
        lines.append((start, stop))
        start = stop
        while start < end and text[start] == " ":
            start += 1
        if start == end:
            return lines
    lines.append((start, end))
    return lines


def _fitting(text: str, start: int, end: int, width: int) -> int:
    """The furthest place up to which the text is at most `width` cells wide."""
    stop = min(end, start + width)
    piece = text[start:stop]
    if piece.isascii():
        return stop
    while stop > start + 1 and cell_len(text[start:stop]) > width:
        stop -= max(1, (cell_len(text[start:stop]) - width) // 2)
    end, step = min(end, start + width * TO_A_CELL), 1
    while stop < end and step:  # in growing strides while there is room, then in shrinking ones
        further = min(end, stop + step)
        if cell_len(text[start:further]) <= width:
            stop, step = further, step * 2
        else:
            step //= 2
    return stop


def fitting(text: str, width: int) -> int:
    """How many characters of a text lie wholly before the cell `width` of its line: the place of the one there."""
    place = _fitting(text, 0, len(text), width)
    return place - 1 if place and cell_len(text[:place]) > width else place


def _whole(text: str, start: int, stop: int) -> int:
    """A break that leaves accents, variation selectors and joined emoji with what they belong to."""
    place = stop
    while place > start + 1 and place < len(text) and (_joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place if place > start + 1 else stop


def _joins(character: str) -> bool:
    return character in "\u200d\ufe0e\ufe0f" or unicodedata.combining(character) != 0


def cut(text: str, width: int) -> str:
    """One safe line of at most `width` cells, with an ellipsis where something is left out."""
    line = _safe(text).replace("\n", " ")
    if len(line) <= width and cell_len(line) <= width:
        return line
    if width < 2:
        return ""
    stop = _whole(line, 0, _fitting(line, 0, len(line), width - 1))
    while stop and cell_len(line[:stop]) > width - 1:
        stop -= 1
    return line[:stop] + "…"


def end_of(path: str, width: int) -> str:
    """A path of names with "›" between them as one safe line of at most `width` cells: its last names come first of
    all, and an ellipsis stands for what is left out before them."""
    line = _safe(path).replace("\n", " ")
    names = line.split(" › ")
    while len(names) > 1 and cell_len(line) > width:
        names = names[1:]
        line = " › ".join(["…", *names])
    return cut(line, width)


def fill(text: str, width: int) -> str:
    """`cut`, filled up with spaces to exactly `width` cells."""
    line = cut(text, width)
    return line + " " * max(0, width - cell_len(line))


def fill_left(text: str, width: int) -> str:
    """`cut`, set to the right of exactly `width` cells."""
    line = cut(text, width)
    return " " * max(0, width - cell_len(line)) + line
