"""Folding what coders do: acts on segments, reduced per unit (one round, one coder, one segment)."""

from __future__ import annotations

import json
from typing import Any

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.documents import to_current
from suggest.study.fold.rounds import ensure_member, place_unit
from suggest.study.fold.tree import load_tree, names_tree_change, tree_reverted
from suggest.study.unit import Act, UnitState, reduce

ACT_COLUMNS = 'ord, replica, seq, action, "set", rank, code, start, "end", view, scope, scope_code, asked'


def _act(fold: Fold, entry: Entry, action: str, **given: Any) -> None:
    payload = entry.payload
    segment = fold.segment(payload["segment"])
    ensure_member(fold, payload["round"], payload["coder"])
    start, end = given.get("range") or (None, None)
    if start is not None and end is not None:
        start, end = to_current(fold, payload["segment"].partition(".")[0], entry.replica, start, end)
    scope, scope_code = given.get("scope", (None, None))
    fold.db.execute(
        'INSERT INTO act (ord, replica, seq, coder, kind, round, segment, action, "set", rank, code, start, "end", '
        "reason, view, scope, scope_code, asked, bulk, live) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            fold.position,
            entry.replica,
            entry.seq,
            payload["coder"],
            entry.kind,
            payload["round"],
            segment,
            action,
            given.get("set"),
            given.get("rank"),
            given.get("code"),
            start,
            end,
            given.get("reason"),
            given.get("view"),
            scope,
            scope_code,
            given.get("asked"),
            payload.get("bulk"),
        ),
    )
    fold.dirty[payload["round"], payload["coder"], segment] = None
    remember_ref(fold, entry)


def remember_ref(fold: Fold, entry: Entry) -> None:
    """A client's own id leads to the first entry that bore it."""
    if entry.payload.get("ref"):
        fold.db.execute(
            "INSERT OR IGNORE INTO ref (coder, digest, replica, seq) VALUES (?, ?, ?, ?)",
            (entry.actor, entry.payload["ref"], entry.replica, entry.seq),
        )


@folds("decided")
def decided(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.count("decision", payload["action"], 1)
    _act(
        fold,
        entry,
        payload["action"],
        set=payload["set"],
        rank=payload["rank"],
        code=payload["code"],
        range=payload["range"],
        reason=payload["reason"],
        view=fold.view(entry.replica),
    )


@folds("completed")
def completed(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    view = fold.view(entry.replica)
    _act(fold, entry, "complete", view=view, scope=tuple(payload["scope"]), asked=payload.get("asked"))


@folds("flagged")
def flagged(fold: Fold, entry: Entry) -> None:
    _act(fold, entry, "flag" if entry.payload["on"] else "unflag")


@folds("memo_written")
def memo_written(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    segment = fold.segment(payload["subject"]) if payload["about"] == "segment" else None
    coding = payload["coding"] or [None, None]
    fold.db.execute(
        "INSERT INTO memo (replica, seq, coder, about, subject, segment, coding_replica, coding_seq, text, type, "
        "live) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            entry.replica,
            entry.seq,
            payload["coder"],
            payload["about"],
            payload["subject"],
            segment,
            *coding,
            fold.resolve(payload["text"]),
            payload.get("type"),
        ),
    )
    fold.db.execute(
        "INSERT INTO act (ord, replica, seq, coder, kind, segment, action, live) VALUES (?, ?, ?, ?, ?, ?, 'memo', 1)",
        (fold.position, entry.replica, entry.seq, payload["coder"], entry.kind, segment),
    )
    remember_ref(fold, entry)


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


@folds("reverted")
def reverted(fold: Fold, entry: Entry) -> None:
    """One's own act is taken back, or a taking back is; void if it is not one's own or does not stand any more."""
    replica, seq = entry.payload["entry"]
    target = fold.db.execute("SELECT coder, live FROM act WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    stands = 0
    if target is not None:
        if target == (entry.actor, 1):
            stands = 1
            _set_live(fold, replica, seq, False)
    else:
        undone = fold.db.execute(
            "SELECT coder, live, target_replica, target_seq FROM revert WHERE replica = ? AND seq = ?", (replica, seq)
        ).fetchone()
        if undone is not None and undone[:2] == (entry.actor, 1):
            fold.db.execute("UPDATE revert SET live = 0 WHERE replica = ? AND seq = ?", (replica, seq))
            _set_live(fold, undone[2], undone[3], True)
    fold.db.execute(
        "INSERT INTO revert (ord, replica, seq, coder, target_replica, target_seq, live) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (fold.position, entry.replica, entry.seq, entry.actor, replica, seq, stands),
    )
    if names_tree_change(fold, replica, seq):
        fold.tree_moved()
    remember_ref(fold, entry)


def _set_live(fold: Fold, replica: str, seq: int, live: bool) -> None:
    key = (replica, seq)
    act = fold.db.execute(
        "SELECT kind, action, round, coder, segment FROM act WHERE replica = ? AND seq = ?", key
    ).fetchone()
    if act is None:
        return  # erased in between
    fold.db.execute("UPDATE act SET live = ? WHERE replica = ? AND seq = ?", (int(live), *key))
    kind, action, round_, coder, segment = act
    if kind == "memo_written":
        fold.db.execute("UPDATE memo SET live = ? WHERE replica = ? AND seq = ?", (int(live), *key))
    elif kind == "code_changed":
        tree_reverted(fold, replica, seq, live)
    elif kind == "proposal_settled":
        fold.changes += 1
    else:
        fold.dirty[round_, coder, segment] = None
    if kind == "decided":
        fold.count("decision", action, 1 if live else -1)


@folds("codings_imported")
def codings_imported(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    round_, coder, document = payload["round"], payload["coder"], payload["document"]
    first, _ = fold.span(document)
    ensure_member(fold, round_, coder)
    settle(fold)
    tree = load_tree(fold)
    view = fold.view(entry.replica)
    held = set(
        fold.db.execute(
            'SELECT segment, code_applied, start, "end" FROM coding WHERE document = ? AND coder = ? AND round = ? '
            "AND origin = 'import'",
            (document, coder, round_),
        ).fetchall()
    )
    rows = []
    for i, (code_index, segment, start, end) in enumerate(payload["codings"]):
        code = payload["codes"][code_index]
        start, end = to_current(fold, document, entry.replica, start, end)
        now = tree.resolve(code) if code in tree.codes else code
        coding = (first + segment, code, start, end)
        if coding in held or fold.pages.has("erased", first + segment):
            continue
        held.add(coding)
        rows.append((entry.replica, entry.seq, i, coder, round_, first + segment, document, start, end, code, now))
    fold.db.executemany(
        'INSERT INTO coding (replica, seq, i, coder, round, segment, document, start, "end", code_applied, code, '
        "origin, lost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'import', ?)",
        [(*row, int(row[7] >= row[8])) for row in rows],
    )
    for low, high in payload["completed"]:
        for segment in range(first + low, first + high + 1):
            if not fold.pages.has("erased", segment):
                _complete_imported(fold, (round_, coder, segment), view)
    for low, high in payload.get("shown", ()):
        fold.db.execute(
            "UPDATE unit SET assigned = CASE WHEN assigned = actual THEN 'shown' ELSE assigned END, actual = 'shown' "
            "WHERE round = ? AND coder = ? AND segment BETWEEN ? AND ? AND "
            "coalesce(actual, 'none') IN ('blind', 'none')",
            (round_, coder, first + low, first + high),
        )


def _complete_imported(fold: Fold, key: tuple[str, str, int], view: int) -> None:
    """A unit completed elsewhere. It counts as blind unless its file says that suggestions were on screen; it stays
    completed."""
    round_, coder, segment = key
    if not fold.pages.set(f"imported:{round_}:{coder}", segment, True):
        return
    was_done = _is_done(fold, key)
    fold.db.execute(
        "INSERT INTO unit (round, coder, segment, assigned, actual, completed, view, scope, no_code, flagged, acts) "
        "VALUES (?, ?, ?, 'blind', 'blind', ?, ?, 'all', 0, 0, 0) ON CONFLICT (round, coder, segment) DO UPDATE SET "
        "completed = excluded.completed, view = excluded.view, scope = excluded.scope, scope_code = NULL, later = NULL",
        (*key, fold.position, view),
    )
    if not was_done:
        _count_completed(fold, key, 1)
    place_unit(fold, round_, coder, segment, True, False)


def _is_done(fold: Fold, key: tuple[str, str, int]) -> bool:
    row = fold.db.execute("SELECT completed FROM unit WHERE round = ? AND coder = ? AND segment = ?", key).fetchone()
    return row is not None and row[0] is not None


def _count_completed(fold: Fold, key: tuple[str, str, int], change: int) -> None:
    fold.db.execute("UPDATE membership SET completed = completed + ? WHERE round = ? AND coder = ?", (change, *key[:2]))
    _fill_up(fold, key[0], key[2])


def settle(fold: Fold) -> None:
    """Reduce the units whose acts changed, and write what they amount to."""
    if not fold.dirty:
        return
    dirty, fold.dirty = fold.dirty, {}
    if fold.heirs is None:
        fold.heirs = dict(fold.db.execute("SELECT code, heir FROM code WHERE heir IS NOT NULL").fetchall())
    for key in dirty:
        _settle_unit(fold, key, fold.heirs)


def _settle_unit(fold: Fold, key: tuple[str, str, int], heirs: dict[str, str]) -> None:
    round_, coder, segment = key
    rows = fold.db.execute(
        f"SELECT {ACT_COLUMNS} FROM act WHERE coder = ? AND segment = ? AND round = ? AND live = 1 ORDER BY ord",
        (coder, segment, round_),
    )
    state = reduce(Act(*row) for row in rows)
    _write_codings(fold, key, state, heirs)
    if fold.pages.has(f"imported:{round_}:{coder}", segment):
        fold.db.execute(
            "UPDATE unit SET no_code = ?, flagged = ?, acts = ? WHERE round = ? AND coder = ? AND segment = ?",
            (int(state.no_code), int(state.flagged), state.acts, *key),
        )
        return
    was_done = _is_done(fold, key)
    act = state.completed
    fold.db.execute(
        "INSERT INTO unit (round, coder, segment, completed, view, scope, scope_code, asked, no_code, flagged, later, "
        "acts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (round, coder, segment) DO UPDATE SET "
        "completed = excluded.completed, view = excluded.view, scope = excluded.scope, "
        "scope_code = excluded.scope_code, asked = excluded.asked, no_code = excluded.no_code, "
        "flagged = excluded.flagged, later = excluded.later, acts = excluded.acts",
        (
            *key,
            act.ord if act else None,
            act.view if act else None,
            act.scope if act else None,
            act.scope_code if act else None,
            act.asked if act else None,
            int(state.no_code),
            int(state.flagged),
            state.later,
            state.acts,
        ),
    )
    if was_done != (act is not None):
        _count_completed(fold, key, -1 if was_done else 1)
    place_unit(fold, round_, coder, segment, act is not None, state.later is not None)


def _write_codings(fold: Fold, key: tuple[str, str, int], state: UnitState, heirs: dict[str, str]) -> None:
    round_, coder, segment = key
    stored = {
        (row[0], row[1])
        for row in fold.db.execute(
            "SELECT replica, seq FROM coding WHERE coder = ? AND segment = ? AND round = ? AND origin <> 'import'",
            (coder, segment, round_),
        )
    }
    wanted = {(coding.act.replica, coding.act.seq): coding for coding in state.codings}
    for replica, seq in stored - wanted.keys():
        fold.db.execute("DELETE FROM coding WHERE replica = ? AND seq = ?", (replica, seq))
    for (replica, seq), coding in wanted.items():
        if (replica, seq) in stored:
            continue
        now = coding.code
        while now in heirs:
            now = heirs[now]
        fold.db.execute(
            'INSERT INTO coding (replica, seq, i, coder, round, segment, document, start, "end", code_applied, code, '
            'origin, "set", rank, lost) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            (
                replica,
                seq,
                coder,
                round_,
                segment,
                fold.document_at(segment),
                coding.start,
                coding.end,
                coding.code,
                now,
                coding.origin,
                coding.act.set,
                coding.act.rank,
                int(coding.start >= coding.end),
            ),
        )


def _fill_up(fold: Fold, round_: str, segment: int) -> None:
    """With a limited overlap, a segment that enough coders have completed is left to nobody else."""
    overlap = fold.overlap(round_)
    if overlap == 0 or fold.pages.has(f"core:{round_}", segment):
        return
    count = fold.db.execute(
        "SELECT count(*) FROM unit WHERE segment = ? AND round = ? AND completed IS NOT NULL", (segment, round_)
    ).fetchone()[0]
    if fold.pages.set(f"full:{round_}", segment, count >= overlap):
        members = fold.db.execute(
            "SELECT m.coder, u.completed, u.later FROM membership m LEFT JOIN unit u "
            "ON u.round = m.round AND u.coder = m.coder AND u.segment = ? WHERE m.round = ?",
            (segment, round_),
        ).fetchall()
        for coder, done, later in members:
            place_unit(fold, round_, coder, segment, done is not None, later is not None)
