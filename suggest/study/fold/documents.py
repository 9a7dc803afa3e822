"""Folding documents: their text versions, segments, speakers, roles and consent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from suggest.study.events import ROLES
from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.reducing import settle
from suggest.study.fold.rounds import place_span, widen_scopes
from suggest.study.fold.second import text_changed
from suggest.study.positions import inverse, map_range


@folds("document_added")
def document_added(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.db.execute(
        "INSERT OR IGNORE INTO document (document, n, label, name, attributes, text, length, version, unit, first, "
        "count, data, state) SELECT ?, count(*), ?, ?, ?, ?, ?, 0, '', -1, 0, 0, 'present' FROM document",
        (
            payload["document"],
            payload["label"],
            payload["name"],
            payload["attributes"],
            payload["text"],
            payload["length"],
        ),
    )


@folds("segments_made")
def segments_made(fold: Fold, entry: Entry) -> None:
    """Segments take the next free numbers; where a chunk of the list was erased, its numbers stay empty."""
    payload = entry.payload
    document, count = payload["document"], payload["count"]
    first = fold.db.execute("SELECT coalesce(max(first + count), 0) FROM document WHERE first >= 0").fetchone()[0]
    made = fold.db.execute(
        "UPDATE document SET unit = ?, first = ?, count = ? WHERE document = ? AND first < 0",
        (payload["unit"], first, count, document),
    )
    if not made.rowcount:
        return
    fold.spans_moved(document, first, count)
    fold.db.executemany(
        "INSERT INTO speaker (document, n, name) VALUES (?, ?, ?)",
        [(document, n, fold.resolve(name)) for n, name in enumerate(payload["speakers"])],
    )
    data = 0
    for k, chunk in enumerate(payload["chunks"]):
        chunk = fold.resolve(chunk)
        fold.db.execute("INSERT INTO chunk (document, k, content) VALUES (?, ?, ?)", (document, k, chunk))
        body = fold.contents.body(chunk)
        if body is None:
            continue
        rows = [
            (first + ordinal, document, ordinal, ROLES[role], speaker, start, end, low, high, begin, finish)
            for ordinal, start, end, role, speaker, low, high, begin, finish, _, _ in json.loads(body)
        ]
        fold.db.executemany(
            'INSERT INTO segment (n, document, ord, role, speaker, start, "end", paragraph_from, paragraph_to, '
            "time_from, time_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        for row in rows:
            if row[3] == "data":
                data += 1
                fold.pages.set("data", row[0], True)
    fold.db.execute("UPDATE document SET data = ? WHERE document = ?", (data, document))
    widen_scopes(fold, document)


@folds("document_described")
def document_described(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.db.execute(
        "UPDATE document SET label = coalesce(?, label), attributes = coalesce(?, attributes) "
        "WHERE document = ? AND state = 'present'",
        (payload["label"], payload["attributes"], payload["document"]),
    )


@folds("role_set")
def role_set(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    first, count = fold.span(payload["document"])
    for low, high in payload["segments"]:
        low, high = first + low, first + min(high, count - 1)
        for (n,) in fold.db.execute("SELECT n FROM segment WHERE n BETWEEN ? AND ?", (low, high)).fetchall():
            if not fold.pages.has("erased", n):
                fold.db.execute("UPDATE segment SET role = ? WHERE n = ?", (payload["role"], n))
                fold.pages.set("data", n, payload["role"] == "data")
        place_span(fold, low, high)
    recount(fold, payload["document"])


def recount(fold: Fold, document: str) -> None:
    """Store how many segments of the document are data."""
    fold.db.execute(
        "UPDATE document SET data = (SELECT count(*) FROM segment WHERE segment.document = ? AND role = 'data') "
        "WHERE document = ?",
        (document, document),
    )


@folds("consent_set")
def consent_set(fold: Fold, entry: Entry) -> None:
    """A flag protects somebody: lifting it lifts what its writer knew of, and none that was set on another copy."""
    payload = entry.payload
    speaker = -1 if payload["speaker"] is None else payload["speaker"]
    key = (payload["document"], speaker, payload["flag"])
    where = "document = ? AND speaker = ? AND flag = ?"
    row = fold.db.execute(f"SELECT marks FROM consent WHERE {where}", key).fetchone()
    marks: list[list[Any]] = json.loads(row[0]) if row else []
    if payload["on"]:
        marks.append([entry.replica, entry.seq])
    else:
        marks = [mark for mark in marks if not fold.knows(entry.replica, *mark)]
    fold.db.execute(f"DELETE FROM consent WHERE {where}", key)
    if marks:
        fold.db.execute(
            "INSERT INTO consent (document, speaker, flag, marks) VALUES (?, ?, ?, ?)", (*key, json.dumps(marks))
        )
    if payload["flag"] == "exclude":
        first, count = fold.span(payload["document"])
        place_span(fold, first, first + count - 1)


@folds("text_corrected")
def text_corrected(fold: Fold, entry: Entry) -> None:
    """A new version of the text; every stored range of the document moves with the words it marks.

    Void if its writer had not seen an earlier correction of the same document: its edits would hit other words.
    """
    from suggest.study.fold.units import remember_ref

    payload = entry.payload
    document = payload["document"]
    settle(fold)
    remember_ref(fold, entry)
    earlier = _corrections(fold, document)
    unseen = [item.version for item in earlier if not fold.knows(entry.replica, item.replica, item.seq)]
    live = not any(item.live and item.version in unseen for item in earlier)
    edits = payload["edits"]
    number = len(earlier)
    fold.db.execute(
        "INSERT INTO correction (document, version, replica, seq, live, reason, text, edits, unseen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document,
            number + 1,
            entry.replica,
            entry.seq,
            int(live),
            payload["reason"],
            payload["text"],
            json.dumps(edits),
            json.dumps(unseen),
        ),
    )
    if not live:
        if any(item.reason == "withdrawal" for item in earlier):
            fold.withdraw(entry, [payload["text"]])  # it was made from the words that are withdrawn
        return
    fold.db.execute(
        "UPDATE document SET text = ?, length = ?, version = ? WHERE document = ?",
        (payload["text"], payload["length"], number + 1, document),
    )
    first, count = fold.span(document)
    text_changed(fold, entry)
    _move(fold, "segment", "n", "WHERE document = ?", (document,), edits)
    _move(fold, "act", "ord", "WHERE segment BETWEEN ? AND ? AND start IS NOT NULL", (first, first + count - 1), edits)
    _move(fold, "coding", "rowid", "WHERE document = ?", (document,), edits)
    _move(
        fold, "snapshot", "rowid", "WHERE segment BETWEEN ? AND ? AND start IS NOT NULL",
        (first, first + count - 1), edits,
    )  # fmt: skip
    fold.db.execute('UPDATE coding SET lost = (start >= "end") WHERE document = ?', (document,))
    # Ranges that were apart may be one now, so that what the acts amount to is worked out again.
    for key in fold.db.execute(
        "SELECT DISTINCT round, coder, segment FROM act WHERE segment BETWEEN ? AND ? AND start IS NOT NULL "
        "ORDER BY round, coder, segment",
        (first, first + count - 1),
    ).fetchall():
        fold.dirty[key] = None


def _move(fold: Fold, table: str, key: str, where: str, values: tuple[object, ...], edits: list[list[int]]) -> None:
    rows = fold.db.execute(f'SELECT {key}, start, "end" FROM {table} {where}', values).fetchall()
    moved = [(*map_range(start, end, edits), rowid) for rowid, start, end in rows]
    fold.db.executemany(f'UPDATE {table} SET start = ?, "end" = ? WHERE {key} = ?', moved)


@dataclass(frozen=True)
class Correction:
    """One correction of a document: whether it stands, and which earlier versions its writer had not seen."""

    version: int
    replica: str
    seq: int
    live: bool
    reason: str
    edits: list[list[int]]
    unseen: list[int]


def _corrections(fold: Fold, document: str) -> list[Correction]:
    rows = fold.db.execute(
        "SELECT version, replica, seq, live, reason, edits, unseen FROM correction WHERE document = ? ORDER BY version",
        (document,),
    )
    return [
        Correction(version, replica, seq, bool(live), reason, json.loads(edits), json.loads(unseen))
        for version, replica, seq, live, reason, edits, unseen in rows
    ]


def versions(fold: Fold, document: str, replica: str) -> tuple[list[Correction], list[Correction], int]:
    """The corrections that stand in what `replica` sees, those that stand, and how many first ones the two share."""
    known = _corrections(fold, document)
    standing: list[Correction] = []
    for item in known:
        seen = fold.knows(replica, item.replica, item.seq)
        if seen and not any(other.version in item.unseen for other in standing):
            standing.append(item)
    live = [item for item in known if item.live]
    common = 0
    while common < min(len(standing), len(live)) and standing[common] is live[common]:
        common += 1
    return standing, live, common


def to_current(fold: Fold, document: str, replica: str, start: int, end: int) -> tuple[int, int]:
    """A range that `replica` has just written, in offsets of the document's current version.

    What stood in the writer's text and is void is undone first; what the writer had not seen is applied.
    """
    standing, live, common = versions(fold, document, replica)
    for item in reversed(standing[common:]):
        start, end = map_range(start, end, inverse(item.edits))
    for item in live[common:]:
        start, end = map_range(start, end, item.edits)
    return start, end
