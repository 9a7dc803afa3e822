"""Sets of segments read whole from their pages, to be combined in memory: a million segments are 245 pages each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from suggest.study.pages import PAGE, positions, span, unpack
from suggest.study.study import Study


@dataclass(frozen=True)
class SegmentSet:
    """A set of segment numbers: the bits of each page that has any."""

    pages: Mapping[int, int] = field(default_factory=dict)

    def __and__(self, other: SegmentSet) -> SegmentSet:
        return _kept({page: bits & other.pages.get(page, 0) for page, bits in self.pages.items()})

    def __or__(self, other: SegmentSet) -> SegmentSet:
        both = sorted(self.pages.keys() | other.pages.keys())
        return SegmentSet({page: self.pages.get(page, 0) | other.pages.get(page, 0) for page in both})

    def __sub__(self, other: SegmentSet) -> SegmentSet:
        return _kept({page: bits & ~other.pages.get(page, 0) for page, bits in self.pages.items()})

    def __iter__(self) -> Iterator[int]:
        """The numbers, ascending."""
        for page, bits in self.pages.items():
            for position in positions(bits):
                yield page * PAGE + position

    def __contains__(self, number: int) -> bool:
        return bool(self.pages.get(number // PAGE, 0) >> number % PAGE & 1)

    def __bool__(self) -> bool:
        return bool(self.pages)

    def count(self) -> int:
        """How many there are."""
        return sum(bits.bit_count() for bits in self.pages.values())

    def nth(self, k: int) -> int:
        """The number with `k` others before it; IndexError if there are not as many."""
        for page, bits in self.pages.items():
            size = bits.bit_count()
            if k < size:
                return page * PAGE + _nth(bits, k)
            k -= size
        raise IndexError(k)

    def some(self, start: int, size: int) -> list[int]:
        """At most `size` numbers, ascending, from the one with `start` others before it."""
        found: list[int] = []
        for page, bits in self.pages.items():
            count = bits.bit_count()
            if start < count:
                places = islice(positions(bits), start, start + size - len(found))
                found += [page * PAGE + position for position in places]
                if len(found) >= size:
                    break
            start = max(0, start - count)
        return found

    def before(self, number: int) -> int:
        """How many of them are smaller than a number."""
        here, bit = divmod(number, PAGE)
        low = (1 << bit) - 1
        return sum(
            (bits if page < here else bits & low).bit_count() for page, bits in self.pages.items() if page <= here
        )

    def within(self, first: int, last: int) -> SegmentSet:
        """Those from `first` to `last`, both included."""
        if last < first:
            return SegmentSet()
        return _kept({page: bits & mask for page, mask in span(first, last) if (bits := self.pages.get(page, 0))})


def _kept(pages: dict[int, int]) -> SegmentSet:
    return SegmentSet({page: bits for page, bits in pages.items() if bits})


def _nth(bits: int, k: int) -> int:
    position, width = 0, PAGE
    while width > 1:
        width //= 2
        low = bits & ((1 << width) - 1)
        if k < (size := low.bit_count()):
            bits = low
        else:
            k -= size
            bits >>= width
            position += width
    return position


def single(number: int) -> SegmentSet:
    """The set of one segment."""
    return SegmentSet({number // PAGE: 1 << number % PAGE})


def gathered(numbers: Iterable[int]) -> SegmentSet:
    """The set of these segments."""
    pages: dict[int, int] = {}
    for number in numbers:
        pages[number // PAGE] = pages.get(number // PAGE, 0) | 1 << number % PAGE
    return SegmentSet(dict(sorted(pages.items())))


def gathered_spans(spans: Iterable[tuple[int, int]]) -> SegmentSet:
    """The set of all segments in these stretches, first and last both included."""
    pages: dict[int, int] = {}
    for first, last in spans:
        for page, mask in span(first, last):
            pages[page] = pages.get(page, 0) | mask
    return SegmentSet(dict(sorted(pages.items())))


def read_set(study: Study, name: str, first: int = 0, last: int | None = None) -> SegmentSet:
    """The stored set of that name, or its part from `first` to `last`."""
    final = 2**53 if last is None else last // PAGE
    rows = study.db.execute(
        "SELECT page, bits FROM pages WHERE name = ? AND page BETWEEN ? AND ? ORDER BY page",
        (name, first // PAGE, final),
    )
    pages = {page: unpack(bits) for page, bits in rows}
    for page in {first // PAGE, final} & pages.keys():
        low = max(first - page * PAGE, 0)
        high = PAGE - 1 if last is None else min(last - page * PAGE, PAGE - 1)
        pages[page] &= (1 << high + 1) - (1 << low) if high >= low else 0
    return _kept(pages)


def read_sets(study: Study, prefix: str) -> Iterator[SegmentSet]:
    """The stored sets whose names begin so, by name; read as they are asked for, in one statement."""
    rows = study.db.execute(
        "SELECT name, page, bits FROM pages WHERE name >= ? AND name < ? ORDER BY name, page",
        (prefix, prefix + "\x7f"),
    )
    held, pages = None, dict[int, int]()
    for name, page, bits in rows:
        if name != held and pages:
            yield SegmentSet(pages)
            pages = {}
        held = name
        pages[page] = unpack(bits)
    if pages:
        yield SegmentSet(pages)


def in_set(study: Study, name: str, number: int) -> bool:
    """Whether a segment is in the stored set of that name."""
    row = study.db.execute("SELECT bits FROM pages WHERE name = ? AND page = ?", (name, number // PAGE)).fetchone()
    return row is not None and bool(unpack(row[0]) >> number % PAGE & 1)
