"""The stretch of the log that is at hand: it grows at both ends as one goes there, and stays of a bounded size."""

from __future__ import annotations

from suggest.study.log_pages import Place
from tui.log.view import Row, Rows

KEPT = 2_000
"""So many lines are kept; those furthest from where one is go first, and come back when one does."""


class Window:
    """Lines in order. `before` and `after` are where to read on at the two ends; None where there is nothing more, or,
    at the end, where only what is yet to come is missing; that is read on from `tail`."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.before: Place | None = None
        self.after: Place | None = None
        self.tail: Place | None = None

    def begin(self, found: Rows, *, backwards: bool) -> None:
        """A page read from one of the log's ends."""
        self.rows = [*found.rows]
        self.before = found.further if backwards else None
        self.after = None if backwards else found.further
        self.tail = found.first if backwards else self._last(None)

    def earlier(self, found: Rows) -> int:
        """A page before the first line; by how many lines those that were here have moved down."""
        self.rows[:0] = found.rows
        self.before = found.further
        if len(self.rows) > KEPT:
            del self.rows[KEPT:]
            self.after = self.rows[-1].place
        return len(found.rows)

    def later(self, found: Rows) -> int:
        """A page after the last line; by how many lines those that were here have moved up."""
        self.rows += found.rows
        self.after = found.further
        self.tail = found.further or self._last(self.tail)
        gone = max(0, len(self.rows) - KEPT)
        if gone:
            del self.rows[:gone]
            self.before = self.rows[0].place
        return gone

    def _last(self, otherwise: Place | None) -> Place | None:
        """The later of the last line's place and another."""
        if not self.rows:
            return otherwise
        return self.rows[-1].place if otherwise is None else max(otherwise, self.rows[-1].place)
