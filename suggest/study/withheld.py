"""Words that a copy was made without: reflexive memos are their writers' own.

Their entries stay in the log, with their commitments, so that the chain is whole; the words stay in the study that the
copy was made from, and come together with their entries again where the two are merged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from suggest.study.local_state import get_state, set_state
from suggest.study.study import Study

_STATE = "withheld"
_PRIVATE = "SELECT text FROM memo WHERE type = 'reflexive'"


def withhold(copy: sqlite3.Connection, kept: Collection[str]) -> bool:
    """Take the words of reflexive memos out of a copy, but for those of the coders `kept` (ids); whether any went."""
    marks = ",".join("?" * len(kept))
    went = copy.execute(
        f"DELETE FROM content WHERE id IN ({_PRIVATE} AND coder NOT IN ({marks}))", tuple(kept)
    ).rowcount
    if went:
        set_state(copy, _STATE, "reflexive")
    return went > 0


def is_withheld(connection: sqlite3.Connection) -> bool:
    """Whether this file, or one whose log it took in, was made without some words."""
    return get_state(connection, _STATE) is not None


def count_withheld(study: Study) -> int:
    """Of how many reflexive memos the words are not in this copy."""
    query = f"SELECT count(*) FROM ({_PRIVATE} AND text NOT IN (SELECT id FROM content))"
    return int(study.db.execute(query).fetchone()[0]) if is_withheld(study.db) else 0


def note_withheld(study: Study, source: Study) -> None:
    """What came from a copy without some words is without them here as well."""
    if is_withheld(source.db):
        set_state(study.db, _STATE, "reflexive")


def may_be_missing(file: sqlite3.Connection, projections: sqlite3.Connection, content: str) -> bool:
    """Whether a content row that is not there can be one of those: a reflexive memo's words, in a file made without."""
    return is_withheld(file) and (projections.execute(f"{_PRIVATE} AND text = ?", (content,)).fetchone() is not None)
