"""Claims: who has which segment open, in this very file and for a while.

They lie outside of the log, the fold and `verify`, and a copy of the study has none. With an overlap of N in the round,
outside of the blind core, at most N coders have completed a segment or hold it; with overlap 0, and in the core, all
code everything, and a claim only says who is where. A claim ends by itself when its lease is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suggest.study.rounds import Round
from suggest.study.sets import in_set
from suggest.study.study import Study

LEASE = 120
"""Seconds that a claim lasts unless it is prolonged."""
BEAT = 40
"""Seconds after which whoever works on a segment prolongs the claim: one small write each time."""


@dataclass(frozen=True)
class Hold:
    """A coder (an id) who has a segment open; `until`: when the lease ends, in seconds since 1970-01-01 UTC."""

    number: int
    coder: str
    until: int


def who_holds(study: Study, round_: str) -> list[Hold]:
    """Whoever has a segment open in a round (an id) now, by segment; a coder in two terminals once."""
    now = _now(study)
    # No honest claim lasts longer than a lease from now: one that does was made before a clock was set back.
    rows = study.db.execute(
        "SELECT segment, coder, max(until) FROM local_claim WHERE round = ? AND file = ? AND until > ? AND until <= ? "
        "GROUP BY segment, coder ORDER BY segment, coder",
        (round_, _file(study), now, now + LEASE),
    )
    return [Hold(number, coder, until) for number, coder, until in rows]


def taken(study: Study, round_: Round, coder: str) -> dict[int, tuple[Hold, ...]]:
    """The segments (numbers) that others hold so that no place is left for this coder, and by whom.

    What enough others have completed is not among them: nothing of it is left for the coder at all.
    """
    if not round_.overlap:
        return {}
    others: dict[int, list[Hold]] = {}
    for hold in who_holds(study, round_.id):
        if hold.coder != coder:
            others.setdefault(hold.number, []).append(hold)
    return {number: tuple(holds) for number, holds in others.items() if _full(study, round_, coder, number, holds)}


def taken_by(study: Study, round_: Round, coder: str, number: int) -> tuple[Hold, ...]:
    """The others who hold a segment so that no place is left for this coder; empty if there is one."""
    if not round_.overlap:
        return ()
    holds = [hold for hold in who_holds(study, round_.id) if hold.number == number and hold.coder != coder]
    return tuple(holds) if holds and _full(study, round_, coder, number, holds) else ()


def _full(study: Study, round_: Round, coder: str, number: int, holds: Sequence[Hold]) -> bool:
    if in_set(study, f"core:{round_.id}", number):
        return False
    rows = study.db.execute(
        "SELECT coder FROM unit WHERE segment = ? AND round = ? AND completed IS NOT NULL", (number, round_.id)
    )
    done = {who for (who,) in rows}
    return coder not in done and len(done | {hold.coder for hold in holds}) >= round_.overlap


def put_claims(study: Study, round_: str, coder: str, session: str, numbers: Iterable[int]) -> None:
    """Claim segments, or prolong the claims on them, inside the caller's write transaction; old claims are cleared."""
    now, file = _now(study), _file(study)
    study.db.execute("DELETE FROM local_claim WHERE until <= ? OR until > ? OR file <> ?", (now, now + LEASE, file))
    study.db.executemany(
        "INSERT INTO local_claim (round, segment, coder, session, file, until) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (round, segment, coder, session) DO UPDATE SET until = excluded.until",
        [(round_, number, coder, session, file, now + LEASE) for number in numbers],
    )


def drop_claims(study: Study, coder: str, *, session: str | None = None, number: int | None = None) -> None:
    """Take a coder's claims away, inside the caller's write transaction: those of one session, or on one segment."""
    study.db.execute(
        "DELETE FROM local_claim WHERE coder = ? AND (? IS NULL OR session = ?) AND (? IS NULL OR segment = ?)",
        (coder, session, session, number, number),
    )


def needs_prolonging(study: Study, round_: str, coder: str, session: str, number: int) -> bool:
    """Whether a claim is gone, or more than half of a beat old."""
    row = study.db.execute(
        "SELECT until FROM local_claim WHERE round = ? AND segment = ? AND coder = ? AND session = ? AND file = ?",
        (round_, number, coder, session, _file(study)),
    ).fetchone()
    return row is None or not LEASE - BEAT // 2 < row[0] - _now(study) <= LEASE


def _now(study: Study) -> int:
    return int(study.sources.now())


def _file(study: Study) -> str:
    """Names this very file: a copy of it, or a backup in its place, is another one."""
    stat = study.path.stat()
    return f"{stat.st_dev}:{stat.st_ino}"
