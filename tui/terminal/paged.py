"""Rows of a table that are read a page at a time, as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

PAGE, KEPT = 64, 60
"""Rows in a page, and pages kept at hand."""

Row = Sequence[str]


class PagedRows(Sequence[Row]):
    """`count` rows; `fetch(page, first, last)` is called once for each page that comes into sight, and `arrived` takes
    what was read. Until then a row is empty."""

    def __init__(self, count: int, columns: int, fetch: Callable[[int, int, int], None]) -> None:
        self._count, self._blank, self._fetch = count, ("",) * columns, fetch
        self._pages: dict[int, Sequence[Row]] = {}
        self._asked: set[int] = set()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(self._count))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        page = place // PAGE
        if page in self._pages:
            rows = self._pages[page]
            return rows[place % PAGE] if place % PAGE < len(rows) else self._blank
        if page not in self._asked:
            self._asked.add(page)
            self._fetch(page, page * PAGE, min(self._count, (page + 1) * PAGE))
        return self._blank

    def arrived(self, page: int, rows: Sequence[Row]) -> None:
        """The rows of a page were read."""
        self._pages[page] = rows
        while len(self._pages) > KEPT:
            oldest = next(iter(self._pages))
            self._pages.pop(oldest)
            self._asked.discard(oldest)
