"""Looks at the figures of a round that is still being coded. Whoever codes on until a figure suits finds agreement that
is not there, so each look at new work is an entry of the log."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.rounds import Round
from suggest.study.study import Study


@dataclass(frozen=True)
class Look:
    """What had been coded blind by two people when somebody (a coder's id) looked."""

    actor: str
    documents: int
    segments: int


def looks(study: Study, round_: str) -> list[Look]:
    """The looks at a round (an id), in the order they came."""
    rows = study.db.execute("SELECT actor, documents, segments FROM look WHERE round = ? ORDER BY ord", (round_,))
    return [Look(*row) for row in rows]


def log_look(study: Study, actor: str, round_: Round, documents: int, segments: int) -> bool:
    """Log a look, unless the last one was at the same work, or the round is closed. Whether an entry was written."""
    if round_.state != "open" or round_.purpose == "imported":
        return False
    last = next(reversed(looks(study, round_.id)), None)
    if last is not None and (last.documents, last.segments) == (documents, segments):
        return False
    with study.write(actor) as writer:
        writer.append("looked", {"round": round_.id, "documents": documents, "segments": segments})
    return True
