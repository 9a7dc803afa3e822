"""What a study shows of clashes by how it stands: names that several things bear, changes that have no effect."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suggest.study.codes import load_tree, read_wording
from suggest.study.log import EntryRef
from suggest.study.study import Study
from suggest.study.tree import CodeTree

Names = frozenset[frozenset[str]]
"""Groups of ids that share a name."""


@dataclass(frozen=True)
class Standing:
    """Ids that share a name: codes under one parent, documents' labels and texts, coders, rounds. Entries that are
    void: changes of the tree by code, corrections by document, undoings of what made a code."""

    codes: Names
    labels: Names
    texts: Names
    coders: Names
    rounds: Names
    void_changes: frozenset[tuple[EntryRef, str]]
    void_corrections: frozenset[tuple[EntryRef, str]]
    void_undoings: frozenset[tuple[EntryRef, str]]


def standing(study: Study) -> Standing:
    """How the study stands now."""
    db, body = study.db, study.contents.body
    present = db.execute("SELECT document, label FROM document WHERE state = 'present'").fetchall()
    texts = db.execute(
        "SELECT document, digest FROM cache_digest WHERE document IN (SELECT document FROM document "
        "WHERE state = 'present')"
    ).fetchall()
    corrections = db.execute("SELECT replica, seq, document FROM correction WHERE live = 0").fetchall()
    return Standing(
        _shared(_code_names(study)),
        _shared((id_, body(label)) for id_, label in present),
        _shared(texts),
        _shared((id_, body(name)) for id_, name in db.execute("SELECT coder, name FROM coder").fetchall()),
        _shared((id_, body(name)) for id_, name in db.execute("SELECT round, name FROM round").fetchall()),
        frozenset(_void_changes(study)),
        frozenset(((replica, seq), document) for replica, seq, document in corrections),
        frozenset(_void_undoings(study)),
    )


def _shared(named: Iterable[tuple[str, object]]) -> Names:
    groups: dict[object, set[str]] = defaultdict(set)
    for id_, name in named:
        if name is not None:
            groups[name].add(id_)
    return frozenset(frozenset(ids) for ids in groups.values() if len(ids) > 1)


def _code_names(study: Study) -> Iterator[tuple[str, object]]:
    """Codes in use, by their parent and their name."""
    for node in load_tree(study).live():
        yield node.code, (node.parent, read_wording(study, node.wording).name.casefold())


def _void_changes(study: Study) -> Iterator[tuple[EntryRef, str]]:
    tree = CodeTree()
    rows = study.db.execute("SELECT n, replica, seq, change FROM tree_change WHERE live = 1 ORDER BY n")
    for number, replica, seq, stored in rows.fetchall():
        change = json.loads(stored)
        if not tree.apply(number, change):
            yield (replica, seq), change.get("code") or change["codes"][0]["code"]


def _void_undoings(study: Study) -> Iterator[tuple[EntryRef, str]]:
    """Undoings that do not hold though nobody took them back, by the first code that was made and stays."""
    for replica, seq, stored in study.db.execute(
        "SELECT r.replica, r.seq, t.change FROM tree_change t CROSS JOIN revert r ON r.target_replica = t.replica "
        "AND r.target_seq = t.seq WHERE t.live = 1 AND r.live = 0 AND r.coder = t.actor AND NOT EXISTS (SELECT 1 "
        "FROM revert again WHERE again.target_replica = r.replica AND again.target_seq = r.seq)"
    ).fetchall():
        change = json.loads(stored)
        for part in (*change.get("codes", ()), *change.get("parts", ())):
            yield (replica, seq), part["code"]
