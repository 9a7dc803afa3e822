"""The log page by page, from either end or from any place in it, however long it is.

A page is read by the key of the entry that it begins after; nothing is counted and nothing skipped over by number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from suggest.study.fold import Entry
from suggest.study.log import COLUMNS, read_row
from suggest.study.study import Study

Place = tuple[int, int, str, int]
"""Where an entry stands in the fold's order: clock, tick, replica, seq."""

STEP = 2_000
"""So many entries are looked at for one page, at most, whether they belong on it or not."""


@dataclass(frozen=True)
class Choice:
    """What of the log is wanted: entries of a kind, of an actor (a coder's id), about a segment (an id)."""

    kind: str | None = None
    actor: str | None = None
    segment: str | None = None


@dataclass(frozen=True)
class Page:
    """Entries in the fold's order. `further` is the place to go on from in the direction in which was read, None
    where the log ends; `looked_at` counts the entries read for it, and `first` is the place of the first of them."""

    entries: tuple[Entry, ...]
    further: Place | None
    looked_at: int
    first: Place | None


def place_of(entry: Entry) -> Place:
    """Where an entry stands."""
    return entry.clock, entry.tick, entry.replica, entry.seq


def get_entry(study: Study, replica: str, seq: int) -> Entry | None:
    """One entry by its name."""
    row = study.db.execute(f"SELECT {COLUMNS} FROM log WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    return None if row is None else read_row(row)


def read_page(
    study: Study,
    place: Place | None,
    size: int,
    *,
    backwards: bool,
    choice: Choice | None = None,
    keep: Callable[[Entry], bool] = lambda entry: True,
    step: int = STEP,
) -> Page:
    """Up to `size` entries after a place (backwards: before it) that are wanted and that `keep` lets through. None
    begins at the beginning (backwards: at the end). After `step` entries it returns with what it has."""
    wanted = choice or Choice()
    found: list[Entry] = []
    looked_at = 0
    first: Place | None = None
    last: Place | None = None
    with study.reading():
        for row in study.db.execute(*_query(wanted, place, backwards)):
            looked_at += 1
            last = (row[2], row[3], row[0], row[1])
            first = first or last
            if _fits(row[5], row[7], wanted):
                entry = read_row(row)
                if _about(entry, wanted) and keep(entry):
                    found.append(entry)
            if len(found) == size or looked_at == step:
                break
        else:
            last = None
    return Page(tuple(reversed(found) if backwards else found), last, looked_at, first)


def _query(wanted: Choice, place: Place | None, backwards: bool) -> tuple[str, tuple[object, ...]]:
    sign, order = ("<", "DESC") if backwards else (">", "ASC")
    where: list[str] = []
    values: list[object] = []
    if wanted.kind is not None:
        where.append("kind = ?")
        values.append(wanted.kind)
    if place is not None:
        where.append(f"(clock, tick, replica, seq) {sign} (?, ?, ?, ?)")
        values.extend(place)
    condition = f"WHERE {' AND '.join(where)} " if where else ""
    columns = ", ".join(f"{name} {order}" for name in ("clock", "tick", "replica", "seq"))
    return f"SELECT {COLUMNS} FROM log {condition}ORDER BY {columns}", tuple(values)


def _fits(actor: str, payload: str, wanted: Choice) -> bool:
    """Whether it is worth reading the payload."""
    return wanted.actor in (None, actor) and (wanted.segment is None or f'"{wanted.segment}"' in payload)


def _about(entry: Entry, wanted: Choice) -> bool:
    if wanted.segment is None:
        return True
    return wanted.segment in (entry.payload.get("segment"), entry.payload.get("subject"))
