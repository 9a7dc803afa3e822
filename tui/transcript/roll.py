"""The transcript as lines from any place on: only what is looked at is laid out, a long turn piece by piece.

There is no list of all lines, and their number is not known: a place is a turn, a piece of it and a line of that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from suggest.printable import printable
from suggest.study.segments import Segment
from tui.terminal.wrap import words, wrap
from tui.transcript.view import Part

PIECE = 4_000
"""Turns longer than this are laid out in pieces of about so many characters."""
KEPT_PARTS, KEPT_PIECES = 12, 400


class Place(NamedTuple):
    """A line: the turn's ordinal, the piece of the turn, the line of the piece."""

    ordinal: int
    piece: int = 0
    line: int = 0


@dataclass(frozen=True)
class Laid:
    """One line: safe words, and the half-open range that they have in the document's text."""

    text: str
    start: int
    end: int
    offsets: tuple[int, ...] | None = None
    """Where each character of `text` stands in the document, where that is not one after the other from `start` on."""

    def cells(self, start: int, end: int) -> tuple[int, int]:
        """The part of `text` that a range of the document covers."""
        low, high = max(self.start, start), min(self.end, end)
        if low >= high:
            return 0, 0
        if self.offsets is None:
            return low - self.start, min(len(self.text), high - self.start)
        inside = [i for i, place in enumerate(self.offsets) if low <= place < high]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


class Roll:
    """Holds some parts of one transcript, and lays them out for a width of the words in cells."""

    def __init__(self, count: int, size: int) -> None:
        """`count` turns in parts of `size`."""
        self.count, self.size = count, size
        self.width = 40
        self._parts: OrderedDict[int, Part] = OrderedDict()
        self._pieces: OrderedDict[tuple[int, int], list[Laid]] = OrderedDict()
        self._bounds: dict[int, list[tuple[int, int]]] = {}

    def put(self, number: int, part: Part) -> None:
        """A part was read."""
        self._parts[number] = part
        while len(self._parts) > KEPT_PARTS:
            self._parts.popitem(last=False)
        self._relaid()

    def forget(self) -> None:
        """Everything may have changed."""
        self._parts.clear()
        self._relaid()

    def set_width(self, width: int) -> None:
        """Lay out for another width."""
        if width != self.width:
            self.width = width
            self._pieces.clear()

    def _relaid(self) -> None:
        self._pieces.clear()
        self._bounds.clear()

    def part_of(self, ordinal: int) -> Part | None:
        """The part with a turn, if it is at hand."""
        number = ordinal // self.size
        if number in self._parts:
            self._parts.move_to_end(number)
            return self._parts[number]
        return None

    def turn(self, ordinal: int) -> Segment | None:
        """A turn, if it is at hand."""
        part = self.part_of(ordinal)
        return None if part is None else part.turns.get(ordinal)

    def missing(self, first: int, last: int) -> list[int]:
        """The numbers of the parts with these turns, and of one more on either side, that are not at hand."""
        low = max(0, first // self.size - 1)
        high = min((self.count - 1) // self.size, last // self.size + 1)
        near = sorted(range(low, high + 1), key=lambda n: not first // self.size <= n <= last // self.size)
        return [number for number in near if number not in self._parts]

    def lines(self, ordinal: int, piece: int) -> list[Laid]:
        """The lines of a piece of a turn; one empty line for what is not at hand, or has no words."""
        key = (ordinal, piece)
        if key in self._pieces:
            self._pieces.move_to_end(key)
            return self._pieces[key]
        turn = self.turn(ordinal)
        if turn is None:
            return [Laid("", 0, 0)]
        start, end = self.bounds(ordinal)[piece]
        self._pieces[key] = laid(turn.text[start:end], turn.start + start, self.width)
        while len(self._pieces) > KEPT_PIECES:
            self._pieces.popitem(last=False)
        return self._pieces[key]

    def bounds(self, ordinal: int) -> list[tuple[int, int]]:
        """The pieces of a turn, as ranges of its text."""
        if ordinal not in self._bounds:
            turn = self.turn(ordinal)
            if turn is None:
                return [(0, 0)]
            self._bounds[ordinal] = pieces(turn.text)
        return self._bounds[ordinal]

    def from_(self, place: Place) -> Iterator[tuple[Place, Laid]]:
        """The lines from a place to the end of the transcript."""
        for ordinal in range(place.ordinal, self.count):
            for piece in range(place.piece if ordinal == place.ordinal else 0, len(self.bounds(ordinal))):
                lines = self.lines(ordinal, piece)
                first = place.line if (ordinal, piece) == place[:2] else 0
                for line in range(min(first, len(lines) - 1), len(lines)):
                    yield Place(ordinal, piece, line), lines[line]

    def before(self, place: Place) -> Place | None:
        """The line before a place; None at the beginning."""
        if place.line > 0:
            return Place(place.ordinal, place.piece, min(place.line, len(self.lines(*place[:2]))) - 1)
        if place.piece > 0:
            return Place(place.ordinal, place.piece - 1, len(self.lines(place.ordinal, place.piece - 1)) - 1)
        if place.ordinal == 0:
            return None
        ordinal = place.ordinal - 1
        piece = len(self.bounds(ordinal)) - 1
        return Place(ordinal, piece, len(self.lines(ordinal, piece)) - 1)

    def moved(self, place: Place, by: int) -> Place:
        """A place some lines further, or back; it stops at both ends."""
        if by >= 0:
            last = place
            for step, (here, _) in enumerate(self.from_(place)):
                last = here
                if step == by:
                    break
            return last
        for _ in range(-by):
            previous = self.before(place)
            if previous is None:
                break
            place = previous
        return place

    def at(self, ordinal: int, offset: int) -> Place:
        """The line of a turn in which an offset of the document stands."""
        turn = self.turn(ordinal)
        if turn is None:
            return Place(ordinal)
        inside = offset - turn.start
        bounds = self.bounds(ordinal)
        piece = next((n for n, (_, end) in enumerate(bounds) if inside < end), len(bounds) - 1)
        lines = self.lines(ordinal, piece)
        line = next((n for n, item in reversed([*enumerate(lines)]) if item.start <= offset), 0)
        return Place(ordinal, piece, line)


def pieces(text: str) -> list[tuple[int, int]]:
    """Ranges of a text of about `PIECE` characters, cut after a line feed or a space where there is one."""
    found, start = [], 0
    while len(text) - start > PIECE * 3 // 2:
        low, high = start + PIECE * 3 // 4, start + PIECE * 5 // 4
        cut = text.rfind("\n", low, high)
        if cut < 0:
            cut = text.rfind(" ", low, high)
        end = cut + 1 if cut >= 0 else start + PIECE
        found.append((start, end))
        start = end
    return [*found, (start, len(text))]


def laid(text: str, begin: int, width: int) -> list[Laid]:
    """The lines of a text that begins at an offset of the document."""
    body = text.removesuffix("\n")
    safe = words(body).text
    if len(safe) == len(body):
        return [Laid(safe[low:high], begin + low, begin + high) for low, high in wrap(safe, width)]
    # Control characters take more room than they had.
    places = [begin + i for i, character in enumerate(body) for _ in range(len(printable(character)))]
    return [
        Laid(safe[low:high], places[low] if low < high else begin, places[high - 1] + 1 if low < high else begin,
             tuple(places[low:high]))
        for low, high in wrap(safe, width)
    ]  # fmt: skip
