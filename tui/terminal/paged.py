"""Rows of a table that come page by page, as they are looked at, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")

KEPT = 32
"""So many pages are kept; those looked at longest ago go first."""


class Paged(Sequence[Sequence[str]], Generic[Item]):
    """As many rows as `total`. A row that is not here yet is asked for once, a page at a time, through `wanted`
    (the place of its page's first row), and is blank until `put` brings it. `cells` makes a row of an item."""

    def __init__(
        self, total: int, size: int, columns: int, cells: Callable[[Item], Sequence[str]], wanted: Callable[[int], None]
    ) -> None:
        self.total, self._size = total, size
        self._blank = ("",) * columns
        self._cells, self._wanted = cells, wanted
        self._pages: dict[int, list[Item | None]] = {}
        self._asked: set[int] = set()

    def put(self, start: int, items: Sequence[Item | None]) -> None:
        """A page has come."""
        self._asked.discard(start)
        self._pages.pop(start, None)
        self._pages[start] = [*items]
        while len(self._pages) > KEPT:
            del self._pages[next(iter(self._pages))]

    def change(self, place: int, item: Item | None) -> None:
        """One row has become another."""
        page = self._pages.get(place - place % self._size)
        if page is not None and place % self._size < len(page):
            page[place % self._size] = item

    def forget(self) -> None:
        """Ask for everything anew, as it is looked at."""
        self._pages.clear()
        self._asked.clear()

    def item(self, place: int) -> Item | None:
        """What a row is made of; None if it is not here yet, or nowhere."""
        start = place - place % self._size
        page = self._pages.get(start)
        if page is None:
            if 0 <= place < self.total and start not in self._asked:
                self._asked.add(start)
                self._wanted(start)
            return None
        return page[place - start] if place - start < len(page) else None

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(self.total))]
        if not 0 <= place < self.total:
            raise IndexError(place)
        item = self.item(place)
        return self._blank if item is None else self._cells(item)
