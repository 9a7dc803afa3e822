"""Sets of segments as pages of bits, so that "what is next" never walks over what is done.

A set has a name and holds segment numbers; page `p` holds the numbers from `p * PAGE` on, one bit each. A million
segments are 245 pages of 512 bytes, and a change rewrites one of them. Empty pages have no row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

PAGE = 4096
_BYTES = PAGE // 8


def pack(bits: int) -> bytes:
    return bits.to_bytes(_BYTES, "little")


def unpack(blob: bytes) -> int:
    return int.from_bytes(blob, "little")


def lowest(bits: int) -> int:
    """The position of the lowest bit that is set; bits must not be 0."""
    return (bits & -bits).bit_length() - 1


def positions(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def span(first: int, last: int) -> Iterator[tuple[int, int]]:
    """(page, bits) of the numbers first..last, both included."""
    for page in range(first // PAGE, last // PAGE + 1):
        low = max(first - page * PAGE, 0)
        high = min(last - page * PAGE, PAGE - 1)
        yield page, ((1 << (high - low + 1)) - 1) << low


class PageBuffer:
    """Sets being changed inside one transaction: pages are read once and written back by `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._pages: dict[tuple[str, int], int] = {}
        self._changed: set[tuple[str, int]] = set()

    def get(self, name: str, page: int) -> int:
        key = (name, page)
        if key not in self._pages:
            row = self._connection.execute("SELECT bits FROM pages WHERE name = ? AND page = ?", key).fetchone()
            self._pages[key] = unpack(row[0]) if row else 0
        return self._pages[key]

    def put(self, name: str, page: int, bits: int) -> None:
        if self.get(name, page) != bits:
            self._pages[name, page] = bits
            self._changed.add((name, page))

    def set(self, name: str, number: int, on: bool) -> bool:
        """Put a number in or take it out; true if that changed anything."""
        page, bit = divmod(number, PAGE)
        old = self.get(name, page)
        new = old | (1 << bit) if on else old & ~(1 << bit)
        self.put(name, page, new)
        return new != old

    def has(self, name: str, number: int) -> bool:
        page, bit = divmod(number, PAGE)
        return bool(self.get(name, page) >> bit & 1)

    def numbers(self, name: str) -> list[int]:
        """The numbers in a set, ascending, with what is buffered."""
        stored = self._connection.execute("SELECT page FROM pages WHERE name = ?", (name,)).fetchall()
        pages = sorted({page for (page,) in stored} | {page for held, page in self._pages if held == name})
        return [page * PAGE + position for page in pages for position in positions(self.get(name, page))]

    def names(self, prefix: str) -> list[str]:
        """The names of non-empty sets that begin so; buffered changes must be flushed before."""
        rows = self._connection.execute(
            "SELECT DISTINCT name FROM pages WHERE name >= ? AND name < ? ORDER BY name", (prefix, prefix + "\x7f")
        )
        return [row[0] for row in rows]

    def clear_span(self, names: Iterable[str], first: int, last: int) -> dict[str, int]:
        """Take the numbers first..last out of the sets; how many each lost."""
        lost: dict[str, int] = {}
        for name in names:
            for page, mask in span(first, last):
                old = self.get(name, page)
                if old & mask:
                    lost[name] = lost.get(name, 0) + (old & mask).bit_count()
                    self.put(name, page, old & ~mask)
        return lost

    def flush(self) -> None:
        for name, page in sorted(self._changed):
            bits = self._pages[name, page]
            if bits:
                self._connection.execute(
                    "INSERT INTO pages (name, page, bits, count) VALUES (?, ?, ?, ?) ON CONFLICT (name, page) "
                    "DO UPDATE SET bits = excluded.bits, count = excluded.count",
                    (name, page, pack(bits), bits.bit_count()),
                )
            else:
                self._connection.execute("DELETE FROM pages WHERE name = ? AND page = ?", (name, page))
        self._changed.clear()
        self._pages.clear()
