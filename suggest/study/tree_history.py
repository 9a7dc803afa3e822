"""The changes of the code tree as they were made: told one by one, taken up to any of them, and which of them somebody
knew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from suggest.study.carry import TreeChange, tree_seen
from suggest.study.codes import read_wording
from suggest.study.log import EntryRef
from suggest.study.study import Study
from suggest.study.tree import CodeTree


@dataclass(frozen=True)
class HistoryItem:
    """One change of the tree: its number, entry, actor's id, time, whether it stands, and what it did in words.

    `before`: what a code that was renamed was called until then; `under`: the code below which one was moved, or all
    that the change added were; "" for the top. Both are "" where they say nothing.
    """

    number: int
    entry: EntryRef
    actor: str
    at: str | None
    live: bool
    op: str
    codes: tuple[str, ...]
    before: str = ""
    under: str = ""


def history(study: Study) -> list[HistoryItem]:
    """All changes of the tree in the fold's order, undone ones included; `codes` holds the codes' names then."""
    found = []
    rows = study.db.execute(
        "SELECT t.n, t.replica, t.seq, t.actor, l.at, t.live, t.change FROM tree_change t "
        "JOIN log l ON l.replica = t.replica AND l.seq = t.seq ORDER BY t.n"
    ).fetchall()
    names: dict[str, str] = {}
    for number, replica, seq, actor, at, live, text in rows:
        change = json.loads(text)
        parts = [*change.get("codes", ()), *change.get("parts", ())]
        before = names.get(change["code"], "") if change["op"] == "rename" else ""
        for part in [*parts, *([change] if "wording" in change else [])]:
            names[part["code"]] = read_wording(study, part["wording"]).name
        touched = [part["code"] for part in parts] or [change[k] for k in ("code", "into") if change.get(k)]
        if change["op"] == "split":
            touched = [change["code"], *touched]
        named = tuple(names.get(code, code) for code in touched)
        above = {item.get("parent") for item in (change if change["op"] == "move" else None, *parts) if item}
        under = names.get(above.pop() or "", "") if len(above) == 1 else ""
        found.append(HistoryItem(number, (replica, seq), actor, at, bool(live), change["op"], named, before, under))
    return found


def tree_at(study: Study, number: int) -> CodeTree:
    """The tree after the change of that number; changes undone since are left out."""
    rows = study.db.execute("SELECT n, change FROM tree_change WHERE live = 1 AND n <= ? ORDER BY n", (number,))
    return CodeTree.after((n, json.loads(change)) for n, change in rows)


def tree_of_run(study: Study, run: str) -> CodeTree:
    """The tree that a run (an id) was begun with; changes undone since are in it. The words of an example that were
    withdrawn since are not."""
    row = study.db.execute("SELECT view FROM run WHERE run = ?", (run,)).fetchone()
    return tree_seen(changes_for(study, None if row is None else row[0]))


def changes_for(study: Study, view: int | None) -> list[TreeChange]:
    """All tree changes, each with whether it stood in the given tree view (of a completion)."""
    row = study.db.execute("SELECT heads FROM tree_view WHERE view = ?", (view,)).fetchone()
    heads = json.loads(row[0]) if row else {}
    undone = _undone_in(study, heads)
    return [
        TreeChange(n, json.loads(change), bool(live), seq <= heads.get(replica, 0) and (replica, seq) not in undone)
        for n, replica, seq, live, change in study.db.execute(
            "SELECT n, replica, seq, live, change FROM tree_change ORDER BY n"
        )
    ]


# Changes of the tree are few: CROSS JOIN has SQLite begin with them, and not read all that was ever undone.
_TREE_REVERTS = """
SELECT r.ord, r.replica, r.seq, r.coder, r.target_replica, r.target_seq FROM tree_change t
  CROSS JOIN revert r ON r.target_replica = t.replica AND r.target_seq = t.seq
UNION SELECT again.ord, again.replica, again.seq, again.coder, again.target_replica, again.target_seq FROM tree_change t
  CROSS JOIN revert r ON r.target_replica = t.replica AND r.target_seq = t.seq
  CROSS JOIN revert again ON again.target_replica = r.replica AND again.target_seq = r.seq
ORDER BY 1
"""


def _undone_in(study: Study, heads: Mapping[str, int]) -> set[EntryRef]:
    """The changes that somebody who knew these heads knew to be undone, by the fold's own rules."""
    by: dict[EntryRef, EntryRef] = {}
    actors = {
        (replica, seq): actor for replica, seq, actor in study.db.execute("SELECT replica, seq, actor FROM tree_change")
    }
    for _, replica, seq, coder, target_replica, target_seq in study.db.execute(_TREE_REVERTS):
        if seq > heads.get(replica, 0):
            continue
        target = (target_replica, target_seq)
        if target in actors:
            if actors[target] == coder and target not in by:
                by[target] = (replica, seq)
        else:
            by = {change: entry for change, entry in by.items() if entry != target or actors[change] != coder}
    return set(by)
