"""The fold itself: entries in their order, one handler per kind, and what they share while a transaction lasts."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from suggest.study import events
from suggest.study.pages import PageBuffer


@dataclass(frozen=True, slots=True)
class Entry:
    """One log entry. `at` is UTC ISO 8601 or None, `payload` is of the kind's shape in `events`."""

    replica: str
    seq: int
    clock: int
    tick: int
    at: str | None
    actor: str
    kind: str
    payload: dict[str, Any]
    prev: str
    hash: str


class Contents(Protocol):
    """Free strings by id; None where they were erased."""

    def body(self, content: str) -> str | None: ...


# What a tree view knows or does not: changes, what undid them, and what undid the undoing. CROSS JOIN keeps SQLite
# to this order: changes of the tree are few, and the table of what was undone is never read whole.
_TREE_ENTRIES = """
SELECT replica, seq FROM tree_change
UNION SELECT r.replica, r.seq FROM tree_change t
  CROSS JOIN revert r ON r.target_replica = t.replica AND r.target_seq = t.seq
UNION SELECT again.replica, again.seq FROM tree_change t
  CROSS JOIN revert r ON r.target_replica = t.replica AND r.target_seq = t.seq
  CROSS JOIN revert again ON again.target_replica = r.replica AND again.target_seq = r.seq
ORDER BY seq
"""

# Chain by chain, so that deciding in a shared file searches an index.
_TEXTS = "SELECT r.replica, coalesce((SELECT max(seq) FROM correction c WHERE c.replica = r.replica), 0) FROM replica r"
_DRAWS = "SELECT replica, max(seq) FROM draw GROUP BY replica"
_SECOND = "SELECT replica, max(seq) FROM second_act WHERE action LIKE 'changed:%' GROUP BY replica"
_MARKS = (
    "SELECT json_extract(m.value, '$[0]'), json_extract(m.value, '$[1]') FROM host, json_each(revoked) m",
    "SELECT json_extract(m.value, '$[0]'), json_extract(m.value, '$[1]') FROM consent, json_each(marks) m",
)
_JUDGED_BY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("decided", "completed", "settled", "codings_imported", "text_corrected"), (_TEXTS,)),
    **dict.fromkeys(("suggested", "proposed"), (_TEXTS,)),
    "run_started": (_TEXTS, _DRAWS),
    "second_text_marked": (_SECOND,),
    **dict.fromkeys(("host_allowed", "consent_set"), _MARKS),
}
"""By kind: where (chain, number) of entries stand that it matters to have known, beside those about the tree."""


class Fold:
    """Applies entries to the projections of one database. Use it inside a transaction and `flush` before its end.

    Between `apply` and `flush` the caches hold what is not yet written; nobody else may write meanwhile. `changes`
    counts what changed more than one coder's work on segments: codes, rounds, settings, documents, runs.
    """

    def __init__(self, connection: sqlite3.Connection, contents: Contents) -> None:
        self.db = connection
        self.contents = contents
        self.pages = PageBuffer(connection)
        self.dirty: dict[tuple[str, str, int], None] = {}
        self.tallies: dict[tuple[str, str], int] = {}
        self.members: set[tuple[str, str]] = set()
        self.documents: dict[str, tuple[int, int]] = {}
        self.heirs: dict[str, str] | None = None
        self.overlaps: dict[str, int] = {}
        self.purposes: dict[str, str] = {}
        self._firsts: list[tuple[int, str]] | None = None
        self._erasures: bool | None = None
        self.heads: dict[str, list[Any]] = {
            row[0]: [row[1], row[2]] for row in connection.execute("SELECT replica, size, head FROM replica")
        }
        self.position = sum(size for size, _ in self.heads.values())
        self.stands_on_erased = False
        self.changes = 0
        self._moved: set[str] = set()
        self._known: dict[str, dict[str, int]] | None = None
        self._views: dict[str, int] = {}
        self._tree_heads: dict[str, list[int]] | None = None

    def apply(self, entry: Entry) -> None:
        """Fold one entry: the projections then say what the log says up to and with it."""
        self.position += 1
        self.heads[entry.replica] = [entry.seq, entry.hash]
        self._moved.add(entry.replica)
        self.changes += entry.kind not in events.ACTS and entry.kind != "reverted"
        self.stands_on_erased = self._is_withdrawn(entry)
        if self.stands_on_erased:
            self.withdraw(entry, events.contents(entry.kind, entry.payload))
        else:
            HANDLERS[entry.kind](self, entry)

    def _is_withdrawn(self, entry: Entry) -> bool:
        """Whether the entry stands on a segment or a document that was erased before it: then it has no effect."""
        payload = entry.payload
        if not self.any_erasure():
            return False
        if entry.kind in _ON_SEGMENT or (entry.kind == "memo_written" and payload["about"] == "segment"):
            segment = payload["subject"] if entry.kind == "memo_written" else payload["segment"]
            return self.pages.has("erased", self.segment(segment))
        if entry.kind in _ON_DOCUMENT or (entry.kind == "memo_written" and payload["about"] == "document"):
            document = payload["subject"] if entry.kind == "memo_written" else payload["document"]
            row = self.db.execute("SELECT state FROM document WHERE document = ?", (document,)).fetchone()
            return row is not None and row[0] == "erased"
        return False

    def any_erasure(self) -> bool:
        """Whether anything was erased so far."""
        if self._erasures is None:
            self._erasures = any(
                self.db.execute(f"SELECT 1 FROM {where} LIMIT 1").fetchone()
                for where in ("tombstone", "pages WHERE name = 'erased'")
            )
        return self._erasures

    def withdraw(self, entry: Entry, contents: Iterable[str | None]) -> None:
        """Content that stood on what is erased goes with it; `entry` is the erasure, or came after it."""
        self._erasures = True
        for content in contents:
            if content:
                self.db.execute(
                    "INSERT OR IGNORE INTO tombstone (content, replica, seq) VALUES (?, ?, ?)",
                    (content, entry.replica, entry.seq),
                )

    def flush(self) -> None:
        """Write what is still held back."""
        from suggest.study.fold.reducing import settle

        settle(self)
        self.pages.flush()
        for (name, key), change in self.tallies.items():
            if change:
                self.db.execute(
                    "INSERT INTO tally (name, key, n) VALUES (?, ?, ?) ON CONFLICT (name, key) DO UPDATE SET n = n + ?",
                    (name, key, change, change),
                )
                self.db.execute("DELETE FROM tally WHERE name = ? AND key = ? AND n = 0", (name, key))
        self.tallies.clear()
        for replica in sorted(self._moved):
            self.db.execute(
                "INSERT INTO replica (replica, size, head) VALUES (?, ?, ?) ON CONFLICT (replica) "
                "DO UPDATE SET size = excluded.size, head = excluded.head",
                (replica, *self.heads[replica]),
            )
        self._moved.clear()

    def count(self, name: str, key: str, change: int) -> None:
        """Add to a stored counter."""
        self.tallies[name, key] = self.tallies.get((name, key), 0) + change

    def span(self, document: str) -> tuple[int, int]:
        """(number of the first segment, how many) of a document."""
        if document not in self.documents:
            row = self.db.execute("SELECT first, count FROM document WHERE document = ?", (document,)).fetchone()
            self.documents[document] = (row[0], row[1]) if row else (-1, 0)
        return self.documents[document]

    def segment(self, segment: str) -> int:
        """The number of a segment id ("document.ordinal")."""
        document, _, ordinal = segment.partition(".")
        return self.span(document)[0] + int(ordinal)

    def document_at(self, number: int) -> str:
        """The document that a segment number lies in."""
        if self._firsts is None:
            self._firsts = self.db.execute(
                "SELECT first, document FROM document WHERE first >= 0 AND count > 0 ORDER BY first"
            ).fetchall()
        return self._firsts[bisect_right(self._firsts, number, key=lambda row: row[0]) - 1][1]

    def spans_moved(self, document: str, first: int, count: int) -> None:
        """Segments were made: their places have to be looked up anew."""
        self.documents[document] = (first, count)
        self._firsts = None

    def overlap(self, round_: str) -> int:
        """How many coders code a segment in a round; 0 for all, and for a round that nobody opened."""
        if round_ not in self.overlaps:
            row = self.db.execute("SELECT overlap FROM round WHERE round = ?", (round_,)).fetchone()
            self.overlaps[round_] = row[0] if row else 0
        return self.overlaps[round_]

    def purpose(self, round_: str) -> str:
        """What a round is for; "" for one that nobody opened."""
        if round_ not in self.purposes:
            row = self.db.execute("SELECT purpose FROM round WHERE round = ?", (round_,)).fetchone()
            self.purposes[round_] = row[0] if row else ""
        return self.purposes[round_]

    def resolve(self, content: str) -> str:
        """The content that now stands for this one: itself, or what an erasure put in its place."""
        row = self.db.execute("SELECT new FROM replacement WHERE old = ?", (content,)).fetchone()
        return self.resolve(row[0]) if row else content

    def knows(self, replica: str, other: str, seq: int) -> bool:
        """Whether what is written in `replica` now was written knowing entry `seq` of `other`."""
        return replica == other or self.known().get(replica, {}).get(other, 0) >= seq

    def known(self) -> dict[str, dict[str, int]]:
        if self._known is None:
            self._known = {}
            for replica, other, seq in self.db.execute("SELECT replica, other, seq FROM known"):
                self._known.setdefault(replica, {})[other] = seq
        return self._known

    def learn(self, replica: str, heads: Iterable[tuple[str, int]]) -> None:
        """From now on `replica` is written knowing these heads: those of all chains that its file holds.

        What the others know is no part of it: they may have learned it after these heads, and elsewhere.
        """
        mine = self.known().setdefault(replica, {})
        for other, seq in heads:
            if other != replica and seq > mine.get(other, 0):
                mine[other] = seq
                self.db.execute(
                    "INSERT INTO known (replica, other, seq) VALUES (?, ?, ?) ON CONFLICT (replica, other) "
                    "DO UPDATE SET seq = excluded.seq",
                    (replica, other, seq),
                )
        self._views.clear()

    def unaware(self, replica: str, kind: str) -> bool:
        """Whether other chains in the file hold what an entry of this kind is judged by, and `replica` is not on record
        as knowing it: another user works on the same file."""
        if len(self.heads) < 2 or kind not in _JUDGED_BY:
            return False
        known = self.known().get(replica, {})
        tree = ((other, seqs[-1]) for other, seqs in self._tree_entries().items())
        rest = (row for query in _JUDGED_BY[kind] for row in self.db.execute(query).fetchall())
        return any(other != replica and seq > known.get(other, 0) for other, seq in chain(tree, rest))

    def _tree_entries(self) -> dict[str, list[int]]:
        """The entries about the tree of each chain, ascending."""
        if self._tree_heads is None:
            self._tree_heads = {}
            for other, seq in self.db.execute(_TREE_ENTRIES):
                self._tree_heads.setdefault(other, []).append(seq)
        return self._tree_heads

    def view(self, replica: str) -> int:
        """The number of the tree view that `replica` now writes under: which tree changes it has seen."""
        if replica not in self._views:
            heads = {}
            for other, seqs in self._tree_entries().items():
                limit = self.heads[replica][0] if other == replica else self.known().get(replica, {}).get(other, 0)
                seen = [seq for seq in seqs if seq <= limit]
                if seen:
                    heads[other] = seen[-1]
            text = json.dumps(heads, sort_keys=True, separators=(",", ":"))
            row = self.db.execute("SELECT view FROM tree_view WHERE heads = ?", (text,)).fetchone()
            if row is None:
                row = self.db.execute(
                    "INSERT INTO tree_view (view, heads) SELECT count(*) + 1, ? FROM tree_view RETURNING view", (text,)
                ).fetchone()
            self._views[replica] = row[0]
        return self._views[replica]

    def tree_moved(self) -> None:
        """A tree change was folded, or one was undone or redone: views have to be looked up anew."""
        self.changes += 1
        self._views.clear()
        self._tree_heads = None
        self.heirs = None


_ON_SEGMENT = frozenset(
    (
        "opened",
        "revealed",
        "decided",
        "completed",
        "flagged",
        "settled",
        "suggested",
        "sampled",
        "suggestion_failed",
        "proposed",
        "came_back",
    )
)
_ON_DOCUMENT = frozenset(
    (
        "document_described",
        "segments_made",
        "consent_set",
        "role_set",
        "text_corrected",
        "codings_imported",
        "second_text_added",
        "second_text_corrected",
        "second_text_marked",
        "second_text_removed",
    )
)
Handler = Callable[[Fold, Entry], None]
HANDLERS: dict[str, Handler] = {}


def folds(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of entry."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register
