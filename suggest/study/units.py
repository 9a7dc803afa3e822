"""Reading what one coder did with one segment, and what can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from suggest.study.canonical import keyed_digest
from suggest.study.fold.reducing import ACT_COLUMNS
from suggest.study.log import EntryRef
from suggest.study.study import Study
from suggest.study.unit import Act, UnitState, reduce


@dataclass(frozen=True)
class Unit:
    """A coder's work on a segment in a round. `sets`: hashes of what was on screen last; None if never opened.

    `seen`: suggestions for it had been on the coder's screen in another round when it was opened blind in this one.

    `actual` is "none", "blind", "shown" or "blind_then_shown"; None if never opened.
    """

    assigned: str | None
    actual: str | None
    sets: tuple[str, ...] | None
    revealed: bool
    state: UnitState
    seen: bool = False

    @property
    def completed(self) -> bool:
        return self.state.completed is not None


def read_unit(study: Study, round_: str, coder: str, number: int) -> Unit:
    """The unit's state from its acts that stand; an empty one if there are none."""
    row = study.db.execute(
        "SELECT assigned, actual, sets, revealed, seen FROM unit WHERE round = ? AND coder = ? AND segment = ?",
        (round_, coder, number),
    ).fetchone()
    acts = study.db.execute(
        f"SELECT {ACT_COLUMNS} FROM act WHERE coder = ? AND segment = ? AND round = ? AND live = 1 ORDER BY ord",
        (coder, number, round_),
    )
    state = reduce(Act(*act) for act in acts)
    if row is None:
        return Unit(None, None, None, False, state)
    sets = None if row[2] is None else tuple(json.loads(row[2]))
    return Unit(row[0], row[1], sets, row[3] is not None, state, bool(row[4]))


@dataclass(frozen=True)
class Undoable:
    """The act that undo or redo would touch: its entry, kind, action, and segment number where it has one.

    `bulk` is the id of the bulk act that it is a part of: that is undone, and redone, as a whole.
    """

    entry: EntryRef
    target: EntryRef
    kind: str
    action: str
    segment: int | None
    round: str | None
    bulk: str | None


def last_act(study: Study, coder: str) -> Undoable | None:
    """The coder's newest act that stands: what undo takes back."""
    row = study.db.execute(
        "SELECT replica, seq, kind, action, segment, round, bulk FROM act WHERE coder = ? AND live = 1 "
        "ORDER BY ord DESC LIMIT 1",
        (coder,),
    ).fetchone()
    return Undoable((row[0], row[1]), (row[0], row[1]), *row[2:]) if row else None


def last_undone(study: Study, coder: str) -> Undoable | None:
    """The newest undo that stands, unless the coder has acted since: what redo brings back."""
    row = study.db.execute(
        "SELECT r.ord, r.replica, r.seq, a.replica, a.seq, a.kind, a.action, a.segment, a.round, a.bulk "
        "FROM revert r "
        "JOIN act a ON a.replica = r.target_replica AND a.seq = r.target_seq "
        "WHERE r.coder = ? AND r.live = 1 ORDER BY r.ord DESC LIMIT 1",
        (coder,),
    ).fetchone()
    if row is None:
        return None
    newer = study.db.execute("SELECT 1 FROM act WHERE coder = ? AND live = 1 AND ord > ?", (coder, row[0])).fetchone()
    if newer is not None:
        return None
    return Undoable((row[1], row[2]), (row[3], row[4]), *row[5:])


def bulk_acts(study: Study, coder: str, bulk: str) -> list[EntryRef]:
    """The acts of a coder's bulk act that stand, newest first."""
    rows = study.db.execute(
        "SELECT replica, seq FROM act WHERE bulk = ? AND coder = ? AND live = 1 ORDER BY ord DESC", (bulk, coder)
    )
    return [(replica, seq) for replica, seq in rows]


def bulk_undone(study: Study, coder: str, bulk: str) -> list[EntryRef]:
    """The undoings, which stand, of the parts of a coder's bulk act, oldest part first."""
    rows = study.db.execute(
        "SELECT r.replica, r.seq FROM act a JOIN revert r ON r.target_replica = a.replica AND r.target_seq = a.seq "
        "WHERE a.bulk = ? AND r.coder = ? AND r.live = 1 ORDER BY a.ord",
        (bulk, coder),
    )
    return [(replica, seq) for replica, seq in rows]


def bulk_decided(study: Study, round_: str, coder: str) -> set[tuple[int, str, int]]:
    """(segment number, set hash, rank) of the suggestions whose verdict that stands was given in bulk: no measure of
    agreement counts them."""
    rows = study.db.execute(
        'SELECT segment, "set", rank FROM act a WHERE bulk IS NOT NULL AND coder = ? AND round = ? AND live = 1 '
        "AND NOT EXISTS (SELECT 1 FROM act b WHERE b.coder = a.coder AND b.segment = a.segment AND b.round = a.round "
        'AND b.live = 1 AND b."set" = a."set" AND b.rank = a.rank AND b.ord > a.ord)',
        (coder, round_),
    )
    return {(number, set_, rank) for number, set_, rank in rows}


def act_code(study: Study, entry: EntryRef) -> str | None:
    """The code that an act applied; None where it applied none, or is no act."""
    row = study.db.execute("SELECT code FROM act WHERE replica = ? AND seq = ?", entry).fetchone()
    return None if row is None else row[0]


def others_stand_on(study: Study, coder: str, act: Undoable) -> bool:
    """Whether work of others stands on a tree change: acts, imports or tree changes of theirs that came after it, with
    its codes; suggestions of a code that it made, or what they settled with it. What was there before it, it can be
    undone under."""
    if act.kind != "code_changed":
        return False
    number, text = study.db.execute(
        "SELECT n, change FROM tree_change WHERE replica = ? AND seq = ?", act.target
    ).fetchone()
    change = json.loads(text)
    made = [part["code"] for part in (*change.get("codes", ()), *change.get("parts", ()))]
    codes = made + [change[key] for key in ("code", "into") if change.get(key)]
    marks = ",".join("?" * len(codes))
    used = study.db.execute(
        f"SELECT 1 FROM act WHERE coder <> ? AND live = 1 AND code IN ({marks}) AND ord > "
        "(SELECT ord FROM act WHERE replica = ? AND seq = ?) LIMIT 1",
        (coder, *codes, *act.target),
    ).fetchone()
    names = [f"fits:{code}" for code in made]
    suggested = study.db.execute(
        f"SELECT 1 FROM pages WHERE name IN ({','.join('?' * len(made))}) LIMIT 1", names
    ).fetchone()
    imported = study.db.execute(
        "SELECT 1 FROM coding c JOIN log l ON l.replica = c.replica AND l.seq = c.seq "
        f"WHERE c.coder <> ? AND c.origin = 'import' AND c.code_applied IN ({marks}) "
        "AND (l.clock, l.tick, l.replica, l.seq) > "
        "(SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?) LIMIT 1",
        (coder, *codes, *act.target),
    ).fetchone()
    changed = study.db.execute(
        "SELECT change FROM tree_change WHERE n > ? AND live = 1 AND actor <> ?", (number, coder)
    ).fetchall()
    later = any(code in text for (text,) in changed for code in codes)
    settled = study.db.execute(
        "SELECT 1 FROM settlement s, json_each(s.codes) c WHERE s.actor <> ? "
        f"AND c.value IN ({','.join('?' * len(made))}) LIMIT 1",
        (coder, *made),
    ).fetchone()
    return any(found is not None for found in (used, suggested, imported, settled)) or later


def entry_of_ref(study: Study, coder: str, ref: str) -> EntryRef | None:
    """The first entry that bore a client's own id."""
    row = study.db.execute(
        "SELECT replica, seq FROM ref WHERE coder = ? AND digest = ?", (coder, ref_digest(study, ref))
    ).fetchone()
    return (row[0], row[1]) if row else None


def ref_digest(study: Study, ref: str) -> str:
    """How a client's own id is named in the log."""
    return keyed_digest(study.secret, ref)


def decision_counts(study: Study) -> dict[str, int]:
    """Decisions that stand, by action, from stored counters."""
    rows = study.db.execute("SELECT key, n FROM tally WHERE name = 'decision' AND n > 0 ORDER BY key")
    return dict(rows)


@dataclass(frozen=True)
class StoredCoding:
    """A coding as it stands: `code` is what the applied code has become, `lost` means that its words were removed."""

    entry: EntryRef
    coder: str
    round: str
    segment: int
    document: str
    start: int
    end: int
    code: str
    code_applied: str
    origin: str
    lost: bool


_CODING = (
    'SELECT replica, seq, coder, round, segment, document, start, "end", code, code_applied, origin, lost FROM coding'
)


def codings(
    study: Study, *, coder: str | None = None, document: str | None = None, code: str | None = None
) -> list[StoredCoding]:
    """Codings that stand, in the order of the text; limited by coder, document or code (ids)."""
    given = {"coder": coder, "document": document, "code": code}
    chosen = {key: value for key, value in given.items() if value is not None}
    where = " AND ".join(f"{key} = ?" for key in chosen) or "1"
    rows = study.db.execute(
        f'{_CODING} WHERE {where} ORDER BY segment, start, "end", replica, seq, i', [*chosen.values()]
    )
    return [_coding(row) for row in rows]


def read_codings(study: Study, rest: str, values: Sequence[Any]) -> list[StoredCoding]:
    """Codings that stand; `rest` is what follows FROM in the statement, with its values."""
    return [_coding(row) for row in study.db.execute(f"{_CODING} {rest}", values).fetchall()]


def _coding(row: tuple[Any, ...]) -> StoredCoding:
    replica, seq, coder, round_, segment, document, start, end, code, applied, origin, lost = row
    return StoredCoding((replica, seq), coder, round_, segment, document, start, end, code, applied, origin, bool(lost))


def unit_codings(study: Study, round_: str, coder: str, number: int) -> list[StoredCoding]:
    """A coder's codings that stand on one segment in a round, in the order of the text."""
    rows = study.db.execute(
        f'{_CODING} WHERE coder = ? AND segment = ? AND round = ? ORDER BY start, "end", replica, seq, i',
        (coder, number, round_),
    )
    return [_coding(row) for row in rows]


def flagged(study: Study, round_: str, coder: str) -> Iterator[int]:
    """The segments (numbers) that the coder has flagged in the round."""
    query = "SELECT segment FROM unit WHERE round = ? AND coder = ? AND flagged = 1 ORDER BY segment"
    yield from (number for (number,) in study.db.execute(query, (round_, coder)))


def coded_with(study: Study, round_: str, coder: str, code: str) -> Iterator[int]:
    """The segments (numbers) on which the coder's own codings of a code (an id) stand in the round."""
    query = (
        "SELECT DISTINCT segment FROM coding WHERE code = ? AND coder = ? AND round = ? AND lost = 0 ORDER BY segment"
    )
    yield from (number for (number,) in study.db.execute(query, (code, coder, round_)))


def seen_with_suggestions(study: Study, round_: str, coder: str, numbers: Sequence[int]) -> set[int]:
    """Those of the segments (numbers) that the coder has opened in the round while something was suggested for them,
    shown or withheld: what was on record then stands beside the answer."""
    found: set[int] = set()
    for begin in range(0, len(numbers), 500):
        some = numbers[begin : begin + 500]
        rows = study.db.execute(
            f"SELECT segment FROM unit WHERE round = ? AND coder = ? AND segment IN ({','.join('?' * len(some))}) "
            "AND sets IS NOT NULL AND sets <> '[]'",
            (round_, coder, *some),
        )
        found.update(number for (number,) in rows)
    return found


def asked_segments(study: Study, round_: str, coder: str) -> dict[int, str]:
    """The segments (numbers) that the coder has completed after "anything missing?" was asked, and why it was: "drawn"
    by chance, or since suggestions were "open"."""
    rows = study.db.execute(
        "SELECT segment, asked FROM unit WHERE round = ? AND coder = ? AND asked IS NOT NULL ORDER BY segment",
        (round_, coder),
    )
    return dict(rows.fetchall())


def has_completed(study: Study, coder: str, number: int) -> bool:
    """Whether the coder has completed the segment in any round."""
    query = "SELECT 1 FROM unit WHERE segment = ? AND coder = ? AND completed IS NOT NULL LIMIT 1"
    return study.db.execute(query, (number, coder)).fetchone() is not None


def snapshot(study: Study, round_: str, coder: str, number: int) -> list[tuple[str, int, int]] | None:
    """The committed blind answer, for good: (code, start, end) rows; None if nothing was committed blind."""
    rows = study.db.execute(
        'SELECT code, start, "end" FROM snapshot WHERE round = ? AND coder = ? AND segment = ? ORDER BY i',
        (round_, coder, number),
    ).fetchall()
    return [(code, start, end) for code, start, end in rows if code is not None] if rows else None


def own_memos(study: Study, number: int, coder: str) -> list[tuple[str | None, str]]:
    """(type, text) of a coder's memos on a segment that stand, oldest first."""
    rows = study.db.execute(
        "SELECT type, text FROM memo WHERE segment = ? AND coder = ? AND live = 1 ORDER BY rowid", (number, coder)
    ).fetchall()
    return [(type_, study.contents.text(text)) for type_, text in rows]


def memos(study: Study, number: int, reader: str | None = None) -> list[tuple[str, str]]:
    """(coder's id, text) of the memos on a segment that stand, oldest first; reflexive ones only if they are the
    reader's own (an id)."""
    rows = study.db.execute(
        "SELECT coder, text FROM memo WHERE segment = ? AND live = 1 AND (type IS NOT 'reflexive' OR coder = ?) "
        "ORDER BY rowid",
        (number, reader),
    ).fetchall()
    return [(coder, study.contents.text(text)) for coder, text in rows]
