"""Where a range of the text may begin and end when it is moved by words or by sentences: never within a character as
people see it (a letter with its accents, a joined emoji)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

import regex

from suggest.text.segmentation import parts_of

Edge = Literal["start", "end"]
Unit = Literal["word", "sentence"]

_BOUNDARY = regex.compile(r"(?w)\b")
"""The word boundaries of Unicode (UAX 29); each sign of a script without spaces counts as a word."""
_CHARACTER = regex.compile(r"\X")
NEAR = 2_000
"""So many characters each way are looked at first, and more only where they hold no stop: segments may be long."""


def moved(text: str, place: int, by: int, edge: Edge, unit: Unit, low: int, high: int) -> int:
    """Where an edge comes to lie that is moved on (`by` 1) or back (-1) by a word or a sentence within text[low:high].

    A range's start stops where words or sentences begin, its end where they end; beyond the last stop lies the limit,
    white space left out. What makes the range shorter gives up a word, and not only a full stop. The place itself where
    nothing lies that way.
    """
    low, high = _trimmed(text, low, high)
    far = low if by < 0 else high
    reach = NEAR
    while True:
        first, last = max(low, place - reach), min(high, place + reach)
        found = [stop for stop in _stops(text, first, last, edge, unit) if first < stop < last]
        ahead = [stop for stop in found if (stop > place if by > 0 else stop < place)]
        if unit == "word" and (edge == "end") == (by < 0):
            ahead = [stop for stop in ahead if _gives_up(text, stop, place)]
        if ahead:
            return min(ahead) if by > 0 else max(ahead)
        if (last if by > 0 else first) == far:
            return far if (far > place if by > 0 else far < place) else place
        reach *= 4


def around(text: str, place: int, other: int) -> tuple[int, int]:
    """The range of whole words from one place to another, whichever comes first."""
    first, last = min(place, other), max(place, other)
    low, high = max(0, first - NEAR), min(len(text), last + NEAR)
    start, end = first, last
    for begin, stop in _words(text, low, high):
        if begin <= first < stop:
            start = begin
        if begin <= last < stop:
            end = stop
    return _trimmed(text, start, end)


def _gives_up(text: str, one: int, other: int) -> bool:
    """Whether there is a word between two places."""
    return abs(one - other) > NEAR or _is_word(text[min(one, other) : max(one, other)])


def _stops(text: str, low: int, high: int, edge: Edge, unit: Unit) -> Iterator[int]:
    ranges = _words(text, low, high) if unit == "word" else parts_of(text, low, high, "sentence", None)
    for start, end in ranges:
        place = start if edge == "start" else end
        if _whole(text, place):
            yield place


def _words(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    # A little more than asked for, so that no word begins in the middle only because the look did.
    first, last = max(0, low - 100), min(len(text), high + 100)
    piece = text[first:last]
    before = 0
    for match in _BOUNDARY.finditer(piece):
        place = match.start()
        if place > before and _is_word(piece[before:place]):
            start, end = first + before, first + place
            if low <= start and end <= high:
                yield start, end
        before = place
    if before < len(piece) and _is_word(piece[before:]) and low <= first + before and last <= high:
        yield first + before, last


def _is_word(token: str) -> bool:
    return any(unicodedata.category(character)[0] in "LMNS" for character in token)


def _trimmed(text: str, low: int, high: int) -> tuple[int, int]:
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    while low > 0 and not _whole(text, low):
        low -= 1
    while high < len(text) and not _whole(text, high):
        high += 1
    return low, high


def _whole(text: str, place: int) -> bool:
    """Whether nothing that people see as one character lies on both sides."""
    first = max(0, place - 64)
    return place in (0, len(text)) or any(
        first + match.end() == place for match in _CHARACTER.finditer(text[first : place + 64])
    )
