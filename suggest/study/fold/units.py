"""Folding what coders do: acts on segments, taken back or not, and codings from elsewhere. What they amount to per
unit is reduced in a module of its own."""

from __future__ import annotations

from typing import Any

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.documents import to_current
from suggest.study.fold.reducing import count_completed, is_done, settle
from suggest.study.fold.rounds import ensure_member, place_unit
from suggest.study.fold.tree import load_tree, names_tree_change, tree_reverted
from suggest.study.fold.used_codes import keep_used, used_unseen


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
    if payload["code"] is not None:
        keep_used(fold, [payload["code"]])
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


@folds("reverted")
def reverted(fold: Fold, entry: Entry) -> None:
    """One's own act is taken back, or a taking back is; void if it is not one's own or does not stand any more, or made
    a code that another copy has used meanwhile."""
    replica, seq = entry.payload["entry"]
    target = fold.db.execute("SELECT coder, live FROM act WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    stands = 0
    if target is not None:
        if target == (entry.actor, 1) and not used_unseen(fold, entry, replica, seq):
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
    elif kind == "second_text_marked":
        fold.db.execute("UPDATE second_act SET live = ? WHERE replica = ? AND seq = ?", (int(live), *key))
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
    keep_used(fold, payload["codes"])
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
    was_done = is_done(fold, key)
    fold.db.execute(
        "INSERT INTO unit (round, coder, segment, assigned, actual, completed, view, scope, no_code, flagged, acts) "
        "VALUES (?, ?, ?, 'blind', 'blind', ?, ?, 'all', 0, 0, 0) ON CONFLICT (round, coder, segment) DO UPDATE SET "
        "completed = excluded.completed, view = excluded.view, scope = excluded.scope, scope_code = NULL, later = NULL",
        (*key, fold.position, view),
    )
    if not was_done:
        count_completed(fold, key, 1)
    place_unit(fold, round_, coder, segment, True, False)
