"""Who is to code what in a round, as it was assigned, and how much of the round is blind core."""

from __future__ import annotations

import json
from dataclasses import dataclass

from suggest.study.study import Study


@dataclass(frozen=True)
class Assigned:
    """What a coder was given in a round: `documents` (ids; None: all of the round's), or so many single `segments`."""

    documents: tuple[str, ...] | None
    segments: int | None


def assigned(study: Study, round_: str) -> dict[str, Assigned]:
    """By coder (an id); who was given nothing in particular is left out."""
    rows = study.db.execute("SELECT coder, documents, segments FROM assignment WHERE round = ?", (round_,))
    return {
        coder: Assigned(
            None if documents is None else tuple(json.loads(documents)),
            None
            if segments is None
            else sum(high - low + 1 for _, parts in json.loads(segments) for low, high in parts),
        )
        for coder, documents, segments in rows
    }


def core_size(study: Study, round_: str) -> int:
    """How many segments of the round (an id) are blind core, as far as it is drawn."""
    row = study.db.execute("SELECT coalesce(sum(count), 0) FROM pages WHERE name = ?", (f"core:{round_}",)).fetchone()
    return int(row[0])
