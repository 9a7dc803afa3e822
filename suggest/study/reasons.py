"""Why somebody decided as they did, where they said so."""

from __future__ import annotations

import json
from dataclasses import dataclass

from suggest.study.study import Study


@dataclass(frozen=True)
class Reason:
    """The reason of a decision that stands: its action, the code concerned (an id, None for none) and whether it was a
    verdict on a suggestion, whose code it then is."""

    action: str
    code: str | None
    verdict: bool
    words: str


def reasons(study: Study, round_: str, coder: str, number: int) -> list[Reason]:
    """The reasons that a coder gave on a segment (its number) in a round (ids), oldest first; without those whose words
    were withdrawn."""
    rows = study.db.execute(
        'SELECT action, code, "set", rank, reason FROM act WHERE segment = ? AND coder = ? AND round = ? AND live = 1 '
        "AND reason IS NOT NULL ORDER BY ord",
        (number, coder, round_),
    ).fetchall()
    found = []
    for action, code, hash_, rank, content in rows:
        if (words := study.contents.body(content)) is not None:
            found.append(Reason(action, code or _suggested(study, hash_, rank), hash_ is not None, words))
    return found


def _suggested(study: Study, hash_: str | None, rank: int | None) -> str | None:
    row = study.db.execute("SELECT candidates FROM suggestion_set WHERE hash = ?", (hash_,)).fetchone()
    listed = json.loads(row[0]) if row is not None else []
    return str(listed[rank]["code"]) if rank is not None and rank < len(listed) else None
