"""Folding rounds: who codes what, what is left for each, and which stretches are blind."""

from __future__ import annotations

import json
import sqlite3

from suggest.study.draw import MILLION, draw_blocks, in_arm, sampled
from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.pages import PAGE, positions, span
from suggest.study.unit import SECOND, second_id


@folds("round_opened")
def round_opened(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.overlaps.pop(payload["round"], None)
    fold.purposes.pop(payload["round"], None)
    # What comes back on a copy that did not know that the round itself was over: see `round_closed`.
    closed = {second_id(id_) for (id_,) in fold.db.execute("SELECT round FROM round WHERE state = 'closed'")}
    fold.db.execute(
        "INSERT OR IGNORE INTO round (round, n, name, purpose, overlap, scope, scope_code, coders, documents, state, "
        "released) SELECT ?, count(*), ?, ?, ?, ?, ?, ?, ?, ?, 0 FROM round",
        (
            payload["round"],
            payload["name"],
            payload["purpose"],
            payload["overlap"],
            *payload["scope"],
            _list(payload["coders"]),
            _list(payload["documents"]),
            "closed" if payload["purpose"] == SECOND and payload["round"] in closed else "open",
        ),
    )


def _list(ids: list[str] | None) -> str | None:
    return None if ids is None else json.dumps(ids)


@folds("round_closed")
def round_closed(fold: Fold, entry: Entry) -> None:
    """A round ends, and with it what came back in it, wherever that was."""
    round_ = entry.payload["round"]
    fold.db.execute("UPDATE round SET state = 'closed' WHERE round IN (?, ?)", (round_, second_id(round_)))


@folds("core_released")
def core_released(fold: Fold, entry: Entry) -> None:
    fold.db.execute("UPDATE round SET released = 1 WHERE round = ?", (entry.payload["round"],))


@folds("round_assigned")
def round_assigned(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.db.execute(
        "INSERT INTO assignment (round, coder, documents, segments) VALUES (?, ?, ?, ?) ON CONFLICT (round, coder) "
        "DO UPDATE SET documents = excluded.documents, segments = excluded.segments",
        (
            payload["round"],
            payload["coder"],
            _list(payload["documents"]),
            json.dumps(payload["segments"]) if "segments" in payload else None,
        ),
    )
    if _is_member(fold, payload["round"], payload["coder"]):
        _fill_scope(fold, payload["round"], payload["coder"])


@folds("joined")
def joined(fold: Fold, entry: Entry) -> None:
    ensure_member(fold, entry.payload["round"], entry.payload["coder"])


def _is_member(fold: Fold, round_: str, coder: str) -> bool:
    key = (round_, coder)
    if key not in fold.members:
        row = fold.db.execute("SELECT 1 FROM membership WHERE round = ? AND coder = ?", key).fetchone()
        if row is None:
            return False
        fold.members.add(key)
    return True


def ensure_member(fold: Fold, round_: str, coder: str) -> None:
    """The coder takes part in the round: what is left is laid out once."""
    if _is_member(fold, round_, coder):
        return
    fold.members.add((round_, coder))
    fold.db.execute("INSERT INTO membership (round, coder, remaining, completed) VALUES (?, ?, 0, 0)", (round_, coder))
    _fill_scope(fold, round_, coder)
    for document, seed, arm, opening in fold.db.execute(
        "SELECT document, seed, arm, opening FROM draw WHERE round = ? ORDER BY document", (round_,)
    ).fetchall():
        _mark_arm(fold, round_, coder, document, seed, arm, opening)


def _mark_arm(fold: Fold, round_: str, coder: str, document: str, seed: str, arm: int, opening: int) -> None:
    """Mark the segments that, outside of the core and of the opening, are blind for this coder alone."""
    first, count = fold.span(document)
    for ordinal in range(opening, count) if arm else ():
        if in_arm(seed, coder, f"{document}.{ordinal}", arm):
            fold.pages.set(f"arm:{round_}:{coder}", first + ordinal, True)


def _mark_unsampled(fold: Fold, round_: str, document: str, seed: str, share: int) -> None:
    """Mark the segments that come into the queue only if something is suggested for them."""
    first, count = fold.span(document)
    for ordinal in range(count) if share < MILLION else ():
        if not sampled(seed, f"{document}.{ordinal}", share):
            fold.pages.set(f"unsampled:{round_}", first + ordinal, True)


def spans_of(db: sqlite3.Connection, round_: str, coder: str) -> list[tuple[str, int, int]]:
    """(document, first, last) of the stretches that the coder codes in the round, as segment numbers; none in a round
    of second answers, where single segments come back."""
    row = db.execute("SELECT documents, purpose FROM round WHERE round = ?", (round_,)).fetchone()
    assigned = db.execute(
        "SELECT documents, segments FROM assignment WHERE round = ? AND coder = ?", (round_, coder)
    ).fetchone()
    if row is None or row[1] in ("imported", SECOND):
        return []
    chosen = [set(json.loads(ids)) for ids in (row[0], assigned[0] if assigned else None) if ids is not None]
    parts = None if assigned is None or assigned[1] is None else dict(json.loads(assigned[1]))
    return [
        (document, first + low, first + min(high, count - 1))
        for document, first, count in db.execute(
            "SELECT document, first, count FROM document WHERE first >= 0 AND count > 0 AND state = 'present' "
            "ORDER BY first"
        )
        if all(document in ids for ids in chosen)
        for low, high in ([(0, count - 1)] if parts is None else parts.get(document, ()))
        if low <= min(high, count - 1)
    ]


def _spans(fold: Fold, round_: str, coder: str) -> list[tuple[str, int, int]]:
    """The same while folding; in a round of second answers each segment that came back is a stretch."""
    purpose = fold.db.execute("SELECT purpose FROM round WHERE round = ?", (round_,)).fetchone()
    if purpose != (SECOND,):
        return spans_of(fold.db, round_, coder)
    return [(fold.document_at(number), number, number) for number in fold.pages.numbers(f"arm:{round_}:{coder}")]


@folds("came_back")
def came_back(fold: Fold, entry: Entry) -> None:
    """A segment is the coder's to code once more: the coder's own draw, and so blind. Twice is once."""
    from suggest.study.fold.reducing import settle

    round_, coder, number = entry.payload["round"], entry.payload["coder"], fold.segment(entry.payload["segment"])
    ensure_member(fold, round_, coder)
    if not fold.pages.set(f"arm:{round_}:{coder}", number, True):
        return
    settle(fold)
    if fold.pages.has("data", number) and not _is_kept_out(fold, number):
        fold.pages.set(f"scope:{round_}:{coder}", number, True)
        row = fold.db.execute(
            "SELECT completed, later FROM unit WHERE round = ? AND coder = ? AND segment = ?", (round_, coder, number)
        ).fetchone()
        completed, later = row or (None, None)
        place_unit(fold, round_, coder, number, completed is not None, later is not None)


def _fill_scope(fold: Fold, round_: str, coder: str) -> None:
    from suggest.study.fold.reducing import settle

    settle(fold)
    fold.pages.flush()
    scope = f"scope:{round_}:{coder}"
    wanted: dict[int, int] = {}
    for _, first, last in _spans(fold, round_, coder):
        for page, mask in span(first, last):
            wanted[page] = wanted.get(page, 0) | (mask & fold.pages.get("data", page))
    for page, mask in kept_out(fold.db):
        wanted[page] = wanted.get(page, 0) & ~mask
    old = {page for (page,) in fold.db.execute("SELECT page FROM pages WHERE name = ?", (scope,))}
    touched = old | wanted.keys()
    for page in touched:
        fold.pages.put(scope, page, wanted.get(page, 0))
    done = _done(fold, round_, coder)
    _relay(fold, round_, coder, touched, done)


def _done(fold: Fold, round_: str, coder: str) -> list[tuple[int, bool, bool]]:
    """(segment, completed, put off) for the units of the coder that are either."""
    return [
        (segment, completed is not None, later is not None)
        for segment, completed, later in fold.db.execute(
            "SELECT segment, completed, later FROM unit WHERE round = ? AND coder = ? "
            "AND (completed IS NOT NULL OR later IS NOT NULL)",
            (round_, coder),
        )
    ]


def _relay(fold: Fold, round_: str, coder: str, touched: set[int], done: list[tuple[int, bool, bool]]) -> None:
    """Lay out what is left and what comes next on whole pages, from the scope and what is done."""
    left_out: dict[int, int] = {}
    later: dict[int, int] = {}
    for segment, completed, _ in done:
        target = left_out if completed else later
        target[segment // PAGE] = target.get(segment // PAGE, 0) | 1 << segment % PAGE
    change = 0
    for page in touched:
        scope = fold.pages.get(f"scope:{round_}:{coder}", page)
        left = scope & ~left_out.get(page, 0) & ~fold.pages.get(f"full:{round_}", page)
        change += left.bit_count() - fold.pages.get(f"left:{round_}:{coder}", page).bit_count()
        fold.pages.put(f"left:{round_}:{coder}", page, left)
        fold.pages.put(f"next:{round_}:{coder}", page, left & ~later.get(page, 0))
    _remaining(fold, round_, coder, change)


def _remaining(fold: Fold, round_: str, coder: str, change: int) -> None:
    if change:
        fold.db.execute(
            "UPDATE membership SET remaining = remaining + ? WHERE round = ? AND coder = ?", (change, round_, coder)
        )


def kept_out(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """(page, bits) of the segments that consent keeps out of the work."""
    # Flags first: the other way round every segment of the study is read.
    rows = db.execute(
        "SELECT s.n FROM consent c CROSS JOIN document d USING (document) CROSS JOIN segment s "
        "ON s.n BETWEEN d.first AND d.first + d.count - 1 AND (c.speaker = -1 OR c.speaker = s.speaker) "
        "WHERE c.flag = 'exclude'"
    )
    return [(n // PAGE, 1 << n % PAGE) for (n,) in rows]


def _is_kept_out(fold: Fold, number: int) -> bool:
    """Whether consent keeps one segment out of the work."""
    row = fold.db.execute(
        "SELECT 1 FROM segment s CROSS JOIN consent c USING (document) "
        "WHERE s.n = ? AND c.flag = 'exclude' AND (c.speaker = -1 OR c.speaker = s.speaker)",
        (number,),
    ).fetchone()
    return row is not None


def widen_scopes(fold: Fold, document: str) -> None:
    """A document was added: it is left to everybody who codes it."""
    if not fold.span(document)[1]:
        return
    for round_, coder in fold.db.execute("SELECT round, coder FROM membership ORDER BY round, coder").fetchall():
        change = 0
        spans = [row[1:] for row in _spans(fold, round_, coder) if row[0] == document]
        for page, mask in (part for low, high in spans for part in span(low, high)):
            new = fold.pages.get("data", page) & mask
            change += new.bit_count()
            for name in ("scope", "left", "next"):
                key = f"{name}:{round_}:{coder}"
                fold.pages.put(key, page, fold.pages.get(key, page) | new)
        _remaining(fold, round_, coder, change)


def place_span(fold: Fold, first: int, last: int) -> None:
    """Roles or consent of segments changed: scope and what is left follow."""
    from suggest.study.fold.reducing import settle

    if last < first:
        return
    settle(fold)
    excluded: dict[int, int] = {}
    for page, mask in kept_out(fold.db):
        excluded[page] = excluded.get(page, 0) | mask
    for round_, coder in fold.db.execute("SELECT round, coder FROM membership ORDER BY round, coder").fetchall():
        assigned: dict[int, int] = {}
        for _, begin, end in _spans(fold, round_, coder):
            for page, mask in span(begin, end):
                assigned[page] = assigned.get(page, 0) | mask
        touched = set()
        for page, mask in span(first, last):
            scope = f"scope:{round_}:{coder}"
            new = fold.pages.get("data", page) & assigned.get(page, 0) & ~excluded.get(page, 0)
            fold.pages.put(scope, page, (fold.pages.get(scope, page) & ~mask) | (new & mask))
            touched.add(page)
        _relay(fold, round_, coder, touched, _done(fold, round_, coder))


def place_unit(fold: Fold, round_: str, coder: str, segment: int, completed: bool, later: bool) -> None:
    """A unit changed: take it out of what is left, or put it back."""
    fold.pages.set(f"done:{round_}:{coder}", segment, completed)
    eligible = fold.pages.has(f"scope:{round_}:{coder}", segment) and not fold.pages.has(f"full:{round_}", segment)
    left = eligible and not completed
    if fold.pages.set(f"left:{round_}:{coder}", segment, left):
        _remaining(fold, round_, coder, 1 if left else -1)
    fold.pages.set(f"next:{round_}:{coder}", segment, left and not later)


@folds("queue_drawn")
def queue_drawn(fold: Fold, entry: Entry) -> None:
    """The first draw of a document in a round stands; a later one, from another copy, is void for it."""
    from suggest.study.fold.reducing import settle

    payload = entry.payload
    settle(fold)
    for k, document in enumerate(payload["documents"]):
        numbers = data_numbers(fold, document)
        opening = min(payload["opening"], len(numbers)) if k == 0 else 0
        shown = numbers[opening - 1] + 1 - fold.span(document)[0] if opening else 0
        drawn = fold.db.execute(
            "INSERT OR IGNORE INTO draw (round, document, seed, core, arm, unsuggested, opening, ord, replica, seq) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                payload["round"],
                document,
                payload["seed"],
                payload["core"],
                payload["arm"],
                payload["unsuggested"],
                shown,
                fold.position,
                entry.replica,
                entry.seq,
            ),
        )
        if not drawn.rowcount:
            continue
        for block in draw_blocks(payload["seed"], document, len(numbers), payload["core"], opening):
            first, last = numbers[block.first], numbers[block.last]
            fold.db.execute(
                "INSERT INTO core_block (round, first, last, exposure, probability) VALUES (?, ?, ?, ?, ?)",
                (payload["round"], first, last, block.exposure, block.probability),
            )
            for page, mask in span(first, last):
                name = f"core:{payload['round']}"
                fold.pages.put(name, page, fold.pages.get(name, page) | mask)
            # All code the core, whatever the overlap: what was full before is left to everybody again.
            if fold.pages.clear_span([f"full:{payload['round']}"], first, last):
                place_span(fold, first, last)
        _mark_unsampled(fold, payload["round"], document, payload["seed"], payload["unsuggested"])
        members = fold.db.execute("SELECT coder FROM membership WHERE round = ? ORDER BY coder", (payload["round"],))
        for (coder,) in members.fetchall():
            _mark_arm(fold, payload["round"], coder, document, payload["seed"], payload["arm"], shown)


def data_numbers(fold: Fold, document: str) -> list[int]:
    """The numbers of a document's data segments, ascending."""
    first, count = fold.span(document)
    found: list[int] = []
    for page, mask in span(first, first + count - 1) if count else ():
        found.extend(page * PAGE + position for position in positions(fold.pages.get("data", page) & mask))
    return found
