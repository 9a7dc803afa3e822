"""Folding the code tree: each change is kept, and the codes are what the changes that stand lead to."""

from __future__ import annotations

import json

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.tree import CodeNode, CodeTree


@folds("code_changed")
def code_changed(fold: Fold, entry: Entry) -> None:
    from suggest.study.fold.used_codes import keep_used, named_in

    keep_used(fold, named_in(entry.payload))
    number = fold.db.execute("SELECT coalesce(max(n), 0) + 1 FROM tree_change").fetchone()[0]
    fold.db.execute(
        "INSERT INTO tree_change (n, replica, seq, actor, live, change) VALUES (?, ?, ?, ?, 1, ?)",
        (number, entry.replica, entry.seq, entry.actor, json.dumps(entry.payload, sort_keys=True)),
    )
    fold.db.execute(
        "INSERT INTO act (ord, replica, seq, coder, kind, action, live) VALUES (?, ?, ?, ?, ?, ?, 1)",
        (fold.position, entry.replica, entry.seq, entry.actor, entry.kind, "tree"),
    )
    if proposals := entry.payload.get("proposals"):
        # One made of several proposals stands for all of them, and where it is undone they are open again.
        fold.db.executemany(
            "INSERT OR IGNORE INTO proposal_act (replica, seq, proposal, action, code, reason) "
            "VALUES (?, ?, ?, 'make', ?, NULL)",
            [(entry.replica, entry.seq, id_, entry.payload["codes"][0]["code"]) for id_ in proposals],
        )
    tree = load_tree(fold)
    before = dict(tree.codes)
    tree.apply(number, entry.payload)
    _store(fold, before, tree)
    fold.tree_moved()


def tree_reverted(fold: Fold, replica: str, seq: int, live: bool) -> None:
    """A change was undone, or its undoing was: the tree is made again from the changes that stand."""
    fold.db.execute("UPDATE tree_change SET live = ? WHERE replica = ? AND seq = ?", (int(live), replica, seq))
    before = load_tree(fold).codes
    rows = fold.db.execute("SELECT n, change FROM tree_change WHERE live = 1 ORDER BY n")
    _store(fold, before, CodeTree.after((n, json.loads(change)) for n, change in rows))


def names_tree_change(fold: Fold, replica: str, seq: int) -> bool:
    """Whether the entry is a tree change, or the undoing of one: what undoes it, in effect or void, is in the views."""
    row = fold.db.execute(
        "SELECT 1 FROM tree_change WHERE replica = ? AND seq = ? UNION ALL SELECT 1 FROM revert r "
        "JOIN tree_change t ON t.replica = r.target_replica AND t.seq = r.target_seq "
        "WHERE r.replica = ? AND r.seq = ? LIMIT 1",
        (replica, seq, replica, seq),
    ).fetchone()
    return row is not None


def load_tree(fold: Fold) -> CodeTree:
    """The tree as the projections have it."""
    rows = fold.db.execute("SELECT code, n, parent, wording, state, heir, defined FROM code")
    return CodeTree(CodeNode(*row) for row in rows)


def _store(fold: Fold, before: dict[str, CodeNode], tree: CodeTree) -> None:
    for code in before.keys() - tree.codes.keys():
        fold.db.execute("DELETE FROM code WHERE code = ?", (code,))
    for code, node in tree.codes.items():
        if before.get(code) != node:
            fold.db.execute(
                "INSERT OR REPLACE INTO code (code, n, parent, wording, state, heir, defined) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (code, node.n, node.parent, fold.resolve(node.wording), node.state, node.heir, node.defined),
            )
    heirs = {code: node.heir for code, node in tree.codes.items() if node.heir}
    if {code: node.heir for code, node in before.items() if node.heir} != heirs:
        applied = fold.db.execute("SELECT DISTINCT code_applied FROM coding").fetchall()
        for (code,) in applied:
            now = tree.resolve(code) if code in tree.codes else code
            fold.db.execute("UPDATE coding SET code = ? WHERE code_applied = ? AND code <> ?", (now, code, now))
