"""Who knew what: for any entry of the log, which entries of other chains its writer had before them."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right

from suggest.study.log import EntryRef


class Knowledge:
    """Read once from the entries that say what a chain grew from and took in."""

    def __init__(self, log: sqlite3.Connection) -> None:
        self._steps: dict[str, list[int]] = {}
        self._known: dict[str, list[dict[str, int]]] = {}
        for replica, seq, payload in log.execute(
            "SELECT replica, seq, payload FROM log WHERE kind IN ('replica_started', 'merged') ORDER BY replica, seq"
        ):
            stored = json.loads(payload)
            held = self._known.setdefault(replica, [{}])
            new = dict(held[-1])
            for other, size, _ in stored.get("grown_from") or stored.get("heads") or ():
                new[other] = max(size, new.get(other, 0))
            held.append(new)
            self._steps.setdefault(replica, []).append(seq)

    def knew(self, entry: EntryRef, other: EntryRef) -> bool:
        """Whether the writer of an entry had the other one before them."""
        if entry[0] == other[0]:
            return other[1] <= entry[1]
        steps = self._steps.get(entry[0], [])
        known = self._known.get(entry[0], [{}])[bisect_right(steps, entry[1])]
        return known.get(other[0], 0) >= other[1]

    def at_once(self, one: EntryRef, other: EntryRef) -> bool:
        """Whether neither writer knew of the other's entry."""
        return not self.knew(one, other) and not self.knew(other, one)
