"""Folding what was on screen: whether a coder had suggestions before having committed."""

from __future__ import annotations

import json

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.reducing import settle
from suggest.study.fold.rounds import ensure_member


@folds("opened")
def opened(fold: Fold, entry: Entry) -> None:
    """What was really on screen. Exposure only rises: what was once shown stays shown."""
    payload = entry.payload
    key = (payload["round"], payload["coder"], fold.segment(payload["segment"]))
    ensure_member(fold, key[0], key[1])
    settle(fold)
    row = fold.db.execute("SELECT actual FROM unit WHERE round = ? AND coder = ? AND segment = ?", key).fetchone()
    before = row[0] if row else None
    if not payload["shown"]:
        actual = before or "blind"
    elif before in ("shown", "blind_then_shown"):
        actual = before
    else:
        actual = "shown" if payload["sets"] else (before or "none")
    seen = not payload["shown"] and _seen_elsewhere(fold, key)
    fold.db.execute(
        "INSERT INTO unit (round, coder, segment, assigned, actual, sets, no_code, flagged, acts, seen) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, ?) ON CONFLICT (round, coder, segment) DO UPDATE SET "
        "assigned = coalesce(assigned, excluded.assigned), actual = excluded.actual, sets = excluded.sets, "
        "seen = CASE WHEN completed IS NULL THEN max(seen, excluded.seen) ELSE seen END",
        (*key, payload["exposure"], actual, json.dumps(payload["sets"]), int(seen)),
    )


def _seen_elsewhere(fold: Fold, key: tuple[str, str, int]) -> bool:
    """Whether the coder had suggestions for the segment on screen in another round before: then a blind answer in this
    one is not what it would have been."""
    row = fold.db.execute(
        "SELECT 1 FROM unit WHERE segment = ? AND coder = ? AND round <> ? AND actual IN ('shown', 'blind_then_shown') "
        "LIMIT 1",
        (key[2], key[1], key[0]),
    ).fetchone()
    return row is not None


@folds("revealed")
def revealed(fold: Fold, entry: Entry) -> None:
    """The suggestions came up. What had been committed until then is kept as the blind answer, for good."""
    payload = entry.payload
    key = (payload["round"], payload["coder"], fold.segment(payload["segment"]))
    ensure_member(fold, key[0], key[1])
    settle(fold)
    fold.pages.set(f"revealed:{key[0]}:{key[1]}", key[2], True)
    row = fold.db.execute(
        "SELECT actual, completed, view, revealed FROM unit WHERE round = ? AND coder = ? AND segment = ?", key
    ).fetchone()
    actual, done, view, before = row or (None, None, None, None)
    if before is None and done is not None and actual != "shown":
        codings = fold.db.execute(
            'SELECT code_applied, start, "end" FROM coding WHERE round = ? AND coder = ? AND segment = ? '
            "ORDER BY replica, seq, i",
            key,
        ).fetchall()
        for i, coding in enumerate([(None, None, None), *codings]):
            fold.db.execute(
                'INSERT INTO snapshot (round, coder, segment, i, code, start, "end", view) '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*key, i, *coding, view),
            )
        actual = "blind_then_shown"
    else:
        actual = actual if actual in ("shown", "blind_then_shown") else "shown"
    fold.db.execute(
        "INSERT INTO unit (round, coder, segment, actual, sets, revealed, no_code, flagged, acts) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT (round, coder, segment) DO UPDATE SET "
        "actual = excluded.actual, sets = excluded.sets, revealed = coalesce(revealed, excluded.revealed)",
        (*key, actual, json.dumps(payload["sets"]), json.dumps([entry.replica, entry.seq])),
    )
