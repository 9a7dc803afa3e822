"""Reducing the acts on a unit (one round, one coder, one segment) to what they amount to: codings, whether it is
completed, and its place in the queue."""

from __future__ import annotations

from suggest.study.fold.core import Fold
from suggest.study.fold.rounds import place_unit
from suggest.study.unit import SECOND, Act, UnitState, reduce

ACT_COLUMNS = 'ord, replica, seq, action, "set", rank, code, start, "end", view, scope, scope_code, asked'


def settle(fold: Fold) -> None:
    """Reduce the units whose acts changed, and write what they amount to."""
    if not fold.dirty:
        return
    dirty, fold.dirty = fold.dirty, {}
    if fold.heirs is None:
        fold.heirs = dict(fold.db.execute("SELECT code, heir FROM code WHERE heir IS NOT NULL").fetchall())
    for key in dirty:
        _settle_unit(fold, key, fold.heirs)


def _settle_unit(fold: Fold, key: tuple[str, str, int], heirs: dict[str, str]) -> None:
    round_, coder, segment = key
    rows = fold.db.execute(
        f"SELECT {ACT_COLUMNS} FROM act WHERE coder = ? AND segment = ? AND round = ? AND live = 1 ORDER BY ord",
        (coder, segment, round_),
    )
    state = reduce(Act(*row) for row in rows)
    if fold.purpose(round_) != SECOND:
        _write_codings(fold, key, state, heirs)
    if fold.pages.has(f"imported:{round_}:{coder}", segment):
        fold.db.execute(
            "UPDATE unit SET no_code = ?, flagged = ?, acts = ? WHERE round = ? AND coder = ? AND segment = ?",
            (int(state.no_code), int(state.flagged), state.acts, *key),
        )
        return
    was_done = is_done(fold, key)
    act = state.completed
    fold.db.execute(
        "INSERT INTO unit (round, coder, segment, completed, view, scope, scope_code, asked, no_code, flagged, later, "
        "acts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (round, coder, segment) DO UPDATE SET "
        "completed = excluded.completed, view = excluded.view, scope = excluded.scope, "
        "scope_code = excluded.scope_code, asked = excluded.asked, no_code = excluded.no_code, "
        "flagged = excluded.flagged, later = excluded.later, acts = excluded.acts",
        (
            *key,
            act.ord if act else None,
            act.view if act else None,
            act.scope if act else None,
            act.scope_code if act else None,
            act.asked if act else None,
            int(state.no_code),
            int(state.flagged),
            state.later,
            state.acts,
        ),
    )
    if was_done != (act is not None):
        count_completed(fold, key, -1 if was_done else 1)
    place_unit(fold, round_, coder, segment, act is not None, state.later is not None)


def _write_codings(fold: Fold, key: tuple[str, str, int], state: UnitState, heirs: dict[str, str]) -> None:
    round_, coder, segment = key
    stored = {
        (row[0], row[1])
        for row in fold.db.execute(
            "SELECT replica, seq FROM coding WHERE coder = ? AND segment = ? AND round = ? AND origin <> 'import'",
            (coder, segment, round_),
        )
    }
    wanted = {(coding.act.replica, coding.act.seq): coding for coding in state.codings}
    for replica, seq in stored - wanted.keys():
        fold.db.execute("DELETE FROM coding WHERE replica = ? AND seq = ?", (replica, seq))
    for (replica, seq), coding in wanted.items():
        if (replica, seq) in stored:
            continue
        now = coding.code
        while now in heirs:
            now = heirs[now]
        fold.db.execute(
            'INSERT INTO coding (replica, seq, i, coder, round, segment, document, start, "end", code_applied, code, '
            'origin, "set", rank, lost) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            (
                replica,
                seq,
                coder,
                round_,
                segment,
                fold.document_at(segment),
                coding.start,
                coding.end,
                coding.code,
                now,
                coding.origin,
                coding.act.set,
                coding.act.rank,
                int(coding.start >= coding.end),
            ),
        )


def is_done(fold: Fold, key: tuple[str, str, int]) -> bool:
    """Whether the unit is completed."""
    row = fold.db.execute("SELECT completed FROM unit WHERE round = ? AND coder = ? AND segment = ?", key).fetchone()
    return row is not None and row[0] is not None


def count_completed(fold: Fold, key: tuple[str, str, int], change: int) -> None:
    """Count one completed unit more or less."""
    fold.db.execute("UPDATE membership SET completed = completed + ? WHERE round = ? AND coder = ?", (change, *key[:2]))
    _fill_up(fold, key[0], key[2])


def _fill_up(fold: Fold, round_: str, segment: int) -> None:
    """With a limited overlap, a segment that enough coders have completed is left to nobody else."""
    overlap = fold.overlap(round_)
    if overlap == 0 or fold.pages.has(f"core:{round_}", segment):
        return
    count = fold.db.execute(
        "SELECT count(*) FROM unit WHERE segment = ? AND round = ? AND completed IS NOT NULL", (segment, round_)
    ).fetchone()[0]
    if fold.pages.set(f"full:{round_}", segment, count >= overlap):
        members = fold.db.execute(
            "SELECT m.coder, u.completed, u.later FROM membership m LEFT JOIN unit u "
            "ON u.round = m.round AND u.coder = m.coder AND u.segment = ? WHERE m.round = ?",
            (segment, round_),
        ).fetchall()
        for coder, done, later in members:
            place_unit(fold, round_, coder, segment, done is not None, later is not None)
