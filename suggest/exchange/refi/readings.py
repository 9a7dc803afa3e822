"""How a program counted the positions in a text: the standard's way, or one of those that are met in its stead.

The selections' names say which: they mostly repeat the words that were marked.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from suggest.exchange.refi.found import FoundSelection

Unit = Literal["points", "utf16", "utf8"]
_BREAK = re.compile("\r\n|\r|\n")
_CUT = 40


@dataclass(frozen=True)
class Reading:
    """Counted in code points, UTF-16 units or UTF-8 bytes; line ends as 1 ("one"), as 2 ("two"), or as the file has
    them ("file"); with the byte-order mark as a character or not."""

    unit: Unit = "points"
    breaks: Literal["one", "two", "file"] = "one"
    mark: bool = False

    def __str__(self) -> str:
        said = {"points": "characters", "utf16": "UTF-16 units", "utf8": "UTF-8 bytes"}[self.unit]
        if self.breaks != "one":
            said += ", a line end as two" if self.breaks == "two" else ", CR LF as two"
        return said + (", the byte-order mark counted" if self.mark else "")


STANDARD = Reading()


@dataclass(frozen=True)
class Taken:
    """The reading taken for a document, and how many names of selections fit and do not fit with it."""

    reading: Reading
    places: Places
    fitting: int
    not_fitting: int


class Places:
    """From positions as a file counts them to offsets in the stored text."""

    def __init__(self, raw: str, text: str, reading: Reading) -> None:
        self._length = len(text)
        self._at: array[int] | None = None
        if reading != STANDARD:
            self._at = array("q", accumulate(_widths(raw, text, reading), initial=_mark_width(reading)))

    def of(self, position: int) -> int | None:
        """The offset, rounded down within a character; None outside of the text."""
        if self._at is None:
            return position if 0 <= position <= self._length else None
        if not 0 <= position <= self._at[-1]:
            return None
        return max(0, bisect_right(self._at, position) - 1)

    def range_of(self, selection: FoundSelection) -> tuple[int, int] | None:
        """The half-open range of a selection, None where it has none in this text."""
        if selection.start is None or selection.end is None:
            return None
        start, end = self.of(selection.start), self.of(selection.end)
        return None if start is None or end is None or start > end else (start, end)


def _mark_width(reading: Reading) -> int:
    return (3 if reading.unit == "utf8" else 1) if reading.mark else 0


def _widths(raw: str, text: str, reading: Reading) -> list[int]:
    """How far each character of the stored text moves the file's count."""
    if reading.unit == "points":
        widths = [1] * len(text)
    elif reading.unit == "utf16":
        widths = [2 if character > "\uffff" else 1 for character in text]
    else:
        widths = [len(character.encode("utf-8", "replace")) for character in text]
    if reading.breaks != "one":
        at = -1
        for found in _BREAK.finditer(raw):
            at = text.find("\n", at + 1)
            if at < 0:
                break
            widths[at] = 2 if reading.breaks == "two" else len(found.group())
    return widths


def _readings(raw: str, text: str) -> list[Reading]:
    """The standard's reading first, then those that differ from it in this text, the likelier first."""
    breaks: list[Literal["one", "two", "file"]] = ["one"]
    if "\r\n" in raw:
        breaks.append("file")
    if "\n" in text and raw.count("\r\n") < text.count("\n"):
        breaks.append("two")
    units: list[Unit] = ["points"]
    if any(character > "\uffff" for character in text):
        units.append("utf16")
    units.append("utf8")  # differs in plain letters, too, where the mark of three bytes is counted
    return [Reading(unit, one, mark) for unit in units for one in breaks for mark in (False, True)]


def take_reading(raw: str, text: str, selections: Sequence[FoundSelection]) -> Taken:
    """The reading under which most names fit the words marked; the standard's where none fits better.

    `raw` is the text as the file has it, `text` as it is stored: LF, no byte-order mark.
    """
    named = [(_plain(one.name), one) for one in selections if one.name.strip()]
    best: Taken | None = None
    for reading in _readings(raw, text):
        places = Places(raw, text, reading)
        fitting = sum(_fits(name, places, one, text) for name, one in named)
        if best is None or fitting > best.fitting:
            best = Taken(reading, places, fitting, len(named) - fitting)
        if best.not_fitting == 0:
            break
    assert best is not None
    return best


def standard_reading(text: str) -> Taken:
    """The standard's reading, for a text of our own."""
    return Taken(STANDARD, Places(text, text, STANDARD), 0, 0)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2029", " ").replace("\ufeff", "").replace("\ufffc", "").split())


def _fits(name: str, places: Places, selection: FoundSelection, text: str) -> bool:
    held = places.range_of(selection)
    if held is None or not name:
        return False
    words = _plain(text[held[0] : held[1]])
    if words == name:
        return True
    for dots in ("…", "..."):
        if name.endswith(dots) and len(name) > 8:
            return words.startswith(name[: -len(dots)].rstrip())
    return len(name) >= _CUT and words.startswith(name)
