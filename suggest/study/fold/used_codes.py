"""Codes whose making was undone on one copy while another copy, unknowing, used them: work stands on them, so that the
undoing has no effect. Locally such an undoing is declined; between copies the fold decides alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from suggest.study.fold.core import Entry, Fold
from suggest.study.fold.tree import tree_reverted


def _made(change: dict[str, Any]) -> list[str]:
    return [part["code"] for part in (*change.get("codes", ()), *change.get("parts", ()))]


def named_in(change: dict[str, Any]) -> set[str]:
    """The codes that a change of the tree builds on: not those that it makes."""
    parents = (part["parent"] for part in (*change.get("codes", ()), *change.get("parts", ())))
    return {code for code in (change.get("code"), change.get("into"), change.get("parent"), *parents) if code}


def used_unseen(fold: Fold, entry: Entry, replica: str, seq: int) -> bool:
    """Whether work that the writer of `entry` did not know stands on a code that the change (replica, seq) made."""
    row = fold.db.execute("SELECT change FROM tree_change WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    made = _made(json.loads(row[0])) if row else []
    return bool(made) and any(not fold.knows(entry.replica, *use) for use in _uses(fold, made))


def _uses(fold: Fold, codes: list[str]) -> Iterator[tuple[str, int]]:
    marks = ",".join("?" * len(codes))
    yield from fold.db.execute(f"SELECT replica, seq FROM act WHERE live = 1 AND code IN ({marks})", codes).fetchall()
    yield from fold.db.execute(
        f"SELECT replica, seq FROM coding WHERE origin = 'import' AND code_applied IN ({marks})", codes
    ).fetchall()
    for replica, seq, settled in fold.db.execute("SELECT replica, seq, codes FROM settlement").fetchall():
        if not set(codes).isdisjoint(json.loads(settled or "[]")):
            yield replica, seq
    for replica, seq, change in fold.db.execute("SELECT replica, seq, change FROM tree_change WHERE live = 1"):
        if not named_in(json.loads(change)).isdisjoint(codes):
            yield replica, seq


def keep_used(fold: Fold, codes: Iterable[str | None]) -> None:
    """Codes are used now: where the making of one was undone on another copy, it stands again."""
    for code in {code for code in codes if code is not None}:
        if fold.db.execute("SELECT 1 FROM code WHERE code = ?", (code,)).fetchone() is not None:
            continue
        for replica, seq, change in fold.db.execute(
            "SELECT replica, seq, change FROM tree_change WHERE live = 0 AND instr(change, ?) ORDER BY n", (code,)
        ).fetchall():
            if code in _made(json.loads(change)):
                fold.db.execute("UPDATE act SET live = 1 WHERE replica = ? AND seq = ?", (replica, seq))
                fold.db.execute(
                    "UPDATE revert SET live = 0 WHERE target_replica = ? AND target_seq = ?", (replica, seq)
                )
                tree_reverted(fold, replica, seq, True)
                fold.tree_moved()
