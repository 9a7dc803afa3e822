"""What is left for a coder in a round, read from pages of bits: no query here walks over what is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suggest.study.pages import PAGE, lowest, positions, span, unpack
from suggest.study.study import Study


@dataclass(frozen=True)
class Progress:
    """Segments left and completed for one coder in one round."""

    remaining: int
    completed: int


def progress(study: Study, round_: str, coder: str) -> Progress:
    """From stored counters."""
    row = study.db.execute(
        "SELECT remaining, completed FROM membership WHERE round = ? AND coder = ?", (round_, coder)
    ).fetchone()
    return Progress(*row) if row else Progress(0, 0)


def members(study: Study, round_: str) -> dict[str, Progress]:
    """The progress of each coder (an id) who has joined the round."""
    rows = study.db.execute(
        "SELECT coder, remaining, completed FROM membership WHERE round = ? ORDER BY coder", (round_,)
    ).fetchall()
    return {coder: Progress(remaining, completed) for coder, remaining, completed in rows}


class Pending:
    """The segments that come next for a coder (numbers), in the orders that a queue needs.

    `first` and `last` limit it to a stretch of the study, such as one document; `also` names further sets of
    segments that a number must be in ("fits:CODE", "doubt:07", "suggested", "core:ROUND").
    """

    def __init__(self, study: Study, round_: str, coder: str, first: int = 0, last: int | None = None) -> None:
        self._study = study
        self._round, self._coder = round_, coder
        self._name = f"next:{round_}:{coder}"
        self._first = first
        self._last = last

    def _pages(self, start: int, also: Sequence[str]) -> Iterator[tuple[int, int]]:
        low = max(self._first, start)
        query = "SELECT page, bits FROM pages WHERE name = ? AND page >= ? ORDER BY page"
        for page, blob in self._study.db.execute(query, (self._name, low // PAGE)):
            if self._last is not None and page * PAGE > self._last:
                return
            bits = unpack(blob) & self._limits(page, low)
            for name in also:
                bits &= self._bits(name, page)
            if bits:
                yield page, bits

    def _limits(self, page: int, low: int) -> int:
        high = page * PAGE + PAGE - 1 if self._last is None else min(self._last, page * PAGE + PAGE - 1)
        low = max(low, page * PAGE)
        if high < low:
            return 0
        return dict(span(low, high))[page]

    def _bits(self, name: str, page: int) -> int:
        if name.startswith("!"):
            return ~self._bits(name[1:], page)
        row = self._study.db.execute("SELECT bits FROM pages WHERE name = ? AND page = ?", (name, page)).fetchone()
        return unpack(row[0]) if row else 0

    def ascending(self, start: int = 0, also: Sequence[str] = ()) -> Iterator[int]:
        """Numbers from `start` on, in the order of the study. A name with "!" before it means: not in that set."""
        for page, bits in self._pages(start, also):
            for position in positions(bits):
                yield page * PAGE + position

    def next(self, start: int = 0, also: Sequence[str] = ()) -> int | None:
        """The first number from `start` on."""
        for page, bits in self._pages(start, also):
            return page * PAGE + lowest(bits)
        return None

    def count(self, also: Sequence[str] = ()) -> int:
        """How many there are: adds up pages, so it costs the same whatever is done."""
        return sum(bits.bit_count() for _, bits in self._pages(0, also))

    def nth(self, k: int, also: Sequence[str] = ()) -> int | None:
        """The number with k others before it."""
        for page, bits in self._pages(0, also):
            size = bits.bit_count()
            if k < size:
                for i, position in enumerate(positions(bits)):
                    if i == k:
                        return page * PAGE + position
            k -= size
        return None

    def put_off(self) -> Iterator[int]:
        """What the coder put to the end of the queue, in that order."""
        rows = self._study.db.execute(
            "SELECT segment FROM unit WHERE round = ? AND coder = ? AND later IS NOT NULL ORDER BY later",
            (self._round, self._coder),
        )
        left = f"left:{self._round}:{self._coder}"
        for (number,) in rows:
            inside = self._first <= number and (self._last is None or number <= self._last)
            if inside and self._bits(left, number // PAGE) >> (number % PAGE) & 1:
                yield number


def set_names(study: Study, prefix: str) -> list[str]:
    """The names of the non-empty sets of segments that begin so."""
    rows = study.db.execute(
        "SELECT DISTINCT name FROM pages WHERE name >= ? AND name < ? ORDER BY name", (prefix, prefix + "\x7f")
    )
    return [row[0] for row in rows]
