"""Reading the log, and the one way to add to it: inside a write transaction, folded as it is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from suggest.errors import Refused
from suggest.study import events
from suggest.study.canonical import entry_hash, keyed_digest, spell
from suggest.study.contents import ContentRows
from suggest.study.fold import Entry, Fold
from suggest.study.sources import Sources, new_id

ZERO = "0" * 64
COLUMNS = "replica, seq, clock, tick, at, actor, kind, payload, prev, hash"
TIMINGS = ("off", "coarse", "full")
EntryRef = tuple[str, int]


def read_row(row: tuple[Any, ...]) -> Entry:
    replica, seq, clock, tick, at, actor, kind, payload, prev, hash_ = row
    return Entry(replica, seq, clock, tick, at, actor, kind, json.loads(payload), prev, hash_)


def entries(
    connection: sqlite3.Connection, *, kind: str | None = None, after: tuple[int, int, str, int] | None = None
) -> Iterator[Entry]:
    """Entries in the fold's order: clock, tick, replica, seq; only those of a kind, or after a place in the order."""
    where: list[str] = []
    values: list[Any] = []
    if kind is not None:
        where.append("kind = ?")
        values.append(kind)
    if after is not None:
        where.append("(clock, tick, replica, seq) > (?, ?, ?, ?)")
        values.extend(after)
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    query = f"SELECT {COLUMNS} FROM log {condition} ORDER BY clock, tick, replica, seq"
    for row in connection.execute(query, values):
        yield read_row(row)


def entry_at(connection: sqlite3.Connection, replica: str, seq: int) -> Entry | None:
    """The entry of that chain and number; None if there is none."""
    row = connection.execute(f"SELECT {COLUMNS} FROM log WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    return None if row is None else read_row(row)


class Writer:
    """One open write transaction. What is appended here is on disk when the transaction has ended, or never was."""

    def __init__(
        self, connection: sqlite3.Connection, contents: ContentRows, sources: Sources, replica: str, actor: str
    ) -> None:
        events.ID.check(actor, "actor")
        self.fold = Fold(connection, contents)
        self.actor = actor
        self._connection = connection
        self._contents = contents
        self._sources = sources
        self.replica = replica
        self._aware: set[str] = set()
        row = connection.execute(
            "SELECT clock, tick FROM log ORDER BY clock DESC, tick DESC, replica DESC, seq DESC LIMIT 1"
        ).fetchone()
        self._clock: tuple[int, int] = (row[0], row[1]) if row else (0, 0)
        timing = connection.execute("SELECT value FROM setting WHERE key = 'timing'").fetchone()
        self._timing = TIMINGS[timing[0]] if timing else "coarse"

    def new_id(self, prefix: str) -> str:
        """An opaque id that nothing in the study has yet."""
        return new_id(prefix, self._sources)

    def chance(self, size: int) -> bytes:
        return self._sources.chance(size)

    def content(self, kind: str, body: str) -> str:
        """Store a free string; the id to name it by in a payload."""
        return self._contents.put(self._sources.chance(16), kind, body)

    def keyed(self, text: str) -> str:
        """How a payload names words, or a hash of words: under the study's secret, so that no guess can be tried."""
        (secret,) = self._connection.execute("SELECT secret FROM study").fetchone()
        return keyed_digest(self._contents.text(secret), text)

    def heads(self) -> list[list[Any]]:
        """[chain, size, hash of its last entry] of every other chain in the file, by chain."""
        held = sorted(self.fold.heads.items())
        return [[replica, size, hash_] for replica, (size, hash_) in held if replica != self.replica]

    def append(self, kind: str, payload: dict[str, Any]) -> EntryRef:
        """Add an entry to this replica's chain and fold it. ValueError if the payload is not of its kind's shape.

        Where others write the same file in chains of their own, it is first put on record that this one knows theirs.
        """
        events.check(kind, payload)
        if kind not in self._aware:
            # While the transaction lasts nobody else writes, so that one look for each kind is enough.
            self._aware.add(kind)
            if self.fold.unaware(self.replica, kind):
                self.append("merged", {"heads": self.heads()})
        seq, prev = self.fold.heads.get(self.replica, (0, ZERO))
        clock, tick, at = self._tick()
        text = spell(payload)
        hash_ = entry_hash(self.replica, seq + 1, clock, tick, at, self.actor, kind, text, prev)
        self._connection.execute(
            f"INSERT INTO log ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.replica, seq + 1, clock, tick, at, self.actor, kind, text, prev, hash_),
        )
        self.fold.apply(Entry(self.replica, seq + 1, clock, tick, at, self.actor, kind, json.loads(text), prev, hash_))
        if kind != "erased" and self.fold.stands_on_erased:
            raise Refused("The segment or document was withdrawn in the meantime; nothing was stored.")
        if kind == "setting_changed" and payload["key"] == "timing":
            self._timing = TIMINGS[payload["value"]]
        return self.replica, seq + 1

    def _tick(self) -> tuple[int, int, str | None]:
        """The next reading of the hybrid clock, no finer than the setting `timing` allows."""
        now = int(self._sources.now())
        if self._timing == "off":
            now = 0
        elif self._timing == "coarse":
            now -= now % 60
        last, tick = self._clock
        self._clock = (now, 0) if now > last else (last, tick + 1)
        at = None
        if self._timing != "off":
            at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return *self._clock, at
