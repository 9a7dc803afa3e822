"""Does the study file still say what was logged? Chain, content, and every cell of every projection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from suggest.study import events
from suggest.study.canonical import commitment, entry_hash, spell
from suggest.study.checkpoint import Checkpoint
from suggest.study.contents import ContentRows
from suggest.study.fold import Entry, Fold
from suggest.study.log import COLUMNS, ZERO, read_row
from suggest.study.merkle import EMPTY, Roots
from suggest.study.rebuild import BATCH, begin
from suggest.study.schema import make_projections, projection_tables
from suggest.study.study import Study
from suggest.study.withheld import may_be_missing


@dataclass(frozen=True)
class Fault:
    """The first thing that is off: an entry, a content row, a checkpoint, or a cell of a projection."""

    what: str
    entry: tuple[str, int] | None = None
    table: str | None = None
    key: str | None = None
    column: str | None = None


@dataclass
class Verdict:
    """`entries` counts what was read before the first fault; `projections` is "match", "differ" or "not checked";
    `withheld` counts the reflexive memos whose words this copy was made without."""

    entries: int = 0
    head: str = EMPTY
    projections: str = "not checked"
    first_bad: Fault | None = None
    withheld: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.first_bad is None


def verify(
    study: Study, checkpoint: Checkpoint | None = None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Check the whole study against its log, in one pass over the log and one over the projections.

    Each entry's hash, place in its chain and shape; each content row's commitment, and that none is missing or
    unaccounted for; the heads that chains grew from; the projections, computed anew beside the file and
    compared cell by cell; a checkpoint's roots, where one is given. `progress` gets (done, total) entries.
    """
    verdict = Verdict()
    scratch = sqlite3.connect("", isolation_level=None)
    try:
        scratch.execute("PRAGMA journal_mode = OFF")
        scratch.execute("PRAGMA synchronous = OFF")
        scratch.execute("PRAGMA cache_size = -65536")
        make_projections(scratch, for_reading=False)
        scratch.execute("CREATE TABLE expected (id TEXT PRIMARY KEY) WITHOUT ROWID")
        with study.reading():
            try:
                verdict.first_bad = _check_all(study, scratch, verdict, checkpoint, progress)
            except sqlite3.OperationalError:
                # Bytes that are no text stand in the file. Read leniently, they do not fit their hashes.
                return _verify_leniently(study, checkpoint)
    finally:
        scratch.close()
    return verdict


def _verify_leniently(study: Study, checkpoint: Checkpoint | None) -> Verdict:
    if study.db.text_factory is not str:
        return Verdict(first_bad=Fault("the database file is damaged: it cannot be read"))
    study.db.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        return verify(study, checkpoint)
    finally:
        study.db.text_factory = str


def _check_all(
    study: Study,
    scratch: sqlite3.Connection,
    verdict: Verdict,
    checkpoint: Checkpoint | None,
    progress: Callable[[int, int], None] | None,
) -> Fault | None:
    damage = study.db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        return Fault(f"the database file is damaged: {damage}")
    ours = {"log", "content", *projection_tables()}
    held = {row[0] for row in study.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in sorted(ours ^ held):
        if table in ours:
            return Fault("the table is missing", table=table)
        if not table.startswith(_OUTSIDE):
            return Fault("the table is none of a study's", table=table)
    return (
        _check_log(study.db, scratch, study.contents, verdict, checkpoint, progress)
        or _check_content(study.db, scratch, verdict)
        or _check_projections(study.db, scratch, verdict)
    )


_OUTSIDE = ("cache_", "local_", "sqlite_", "_sqlite_migrations")
"""How the names of tables begin that say nothing about the study."""


class _Chains:
    """The state of every chain while the log is read in the fold's order, which keeps each chain's own order."""

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self.last: dict[str, tuple[int, str]] = {}
        self.roots = {replica: Roots() for replica in checkpoint.sizes()} if checkpoint else {}
        self.checkpoint = checkpoint

    def fault(self, row: tuple[Any, ...]) -> Fault | None:
        replica, seq, clock, tick, at, actor, kind, payload, prev, hash_ = row
        size, head = self.last.get(replica, (0, ZERO))
        entry = (replica, seq)
        if seq != size + 1:
            return Fault(f"entry {size + 1} of this chain is missing or out of its place", entry)
        if prev != head:
            return Fault("does not continue the entry before it", entry)
        if entry_hash(replica, seq, clock, tick, at, actor, kind, payload, prev) != hash_:
            return Fault("was changed after it was written: its hash does not fit", entry)
        self.last[replica] = (seq, hash_)
        if replica in self.roots and self.checkpoint:
            roots = self.roots[replica]
            roots.add(hash_)
            for root in self.checkpoint.roots(replica, seq):
                if roots.root() != root:
                    return Fault(f"the first {seq} entries of this chain are not those of the checkpoint", entry)
        return None

    def missing(self) -> Fault | None:
        """A chain that is shorter than a checkpoint says."""
        for replica, size in (self.checkpoint.sizes() if self.checkpoint else {}).items():
            held = self.last.get(replica, (0, ZERO))[0]
            if held < size:
                return Fault(f"the chain ends at {held}, the checkpoint saw {size} entries", (replica, held + 1))
        return None


def _check_log(
    log: sqlite3.Connection,
    scratch: sqlite3.Connection,
    contents: ContentRows,
    verdict: Verdict,
    checkpoint: Checkpoint | None,
    progress: Callable[[int, int], None] | None,
) -> Fault | None:
    chains = _Chains(checkpoint)
    total = log.execute("SELECT count(*) FROM log").fetchone()[0]
    scratch.execute("BEGIN")
    try:
        fold = begin(log, scratch, contents)
    except (sqlite3.Error, ValueError, KeyError, TypeError):
        fold = Fold(scratch, contents)  # an erasure was changed, which is found below and named
    expected: list[tuple[str]] = []
    for row in log.execute(f"SELECT {COLUMNS} FROM log ORDER BY clock, tick, replica, seq"):
        fault = chains.fault(row)
        if fault is not None:
            return fault
        entry = _parse(row, log)
        if isinstance(entry, Fault):
            return entry
        expected.extend((content,) for content in events.contents(entry.kind, entry.payload))
        try:
            fold.apply(entry)
        except (sqlite3.Error, ValueError, KeyError, TypeError, IndexError) as error:
            return Fault(f"cannot be folded ({type(error).__name__})", (entry.replica, entry.seq))
        verdict.entries += 1
        if verdict.entries % BATCH == 0:
            fold.flush()
            scratch.executemany("INSERT OR IGNORE INTO expected VALUES (?)", expected)
            expected.clear()
            if progress:
                progress(verdict.entries, total)
    fold.flush()
    scratch.executemany("INSERT OR IGNORE INTO expected VALUES (?)", expected)
    scratch.execute("COMMIT")
    verdict.heads = chains.last
    verdict.head = combined_head(chains.last)
    return chains.missing()


def combined_head(heads: dict[str, tuple[int, str]]) -> str:
    """One hash for the heads of all chains: the head itself where there is one chain, else their Merkle root."""
    roots = Roots()
    for replica in sorted(heads):
        roots.add(heads[replica][1])
    return roots.root()


def _parse(row: tuple[Any, ...], log: sqlite3.Connection) -> Entry | Fault:
    entry = (row[0], row[1])
    try:
        parsed = read_row(row)
        events.check(parsed.kind, parsed.payload)
        events.ID.check(parsed.actor, "actor")
        if spell(parsed.payload) != row[7]:
            return Fault("its payload is not canonical", entry)
    except ValueError as error:
        return Fault(f"its payload is not of its kind's shape ({error})", entry)
    for replica, seq, hash_ in parsed.payload.get("grown_from") or parsed.payload.get("heads") or ():
        if parsed.kind in ("replica_started", "merged") and seq:
            held = log.execute("SELECT hash FROM log WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
            if held is None or held[0] != hash_:
                return Fault(f"it grew from an entry {seq} of chain {replica} that is not the one here", entry)
    return parsed


def _check_content(log: sqlite3.Connection, scratch: sqlite3.Connection, verdict: Verdict) -> Fault | None:
    gone = {row[0] for row in scratch.execute("SELECT content FROM tombstone")}
    for content, salt, kind, body in log.execute("SELECT id, salt, kind, body FROM content ORDER BY id"):
        if len(salt) != 16 or commitment(salt, kind, body) != content:
            return Fault("was changed: it does not fit its commitment in the log", table="content", key=content)
        if not scratch.execute("SELECT 1 FROM expected WHERE id = ?", (content,)).fetchone():
            return Fault("no entry accounts for it", table="content", key=content)
        if content in gone:
            return Fault("was erased and is here again", table="content", key=content)
    for (content,) in scratch.execute("SELECT id FROM expected ORDER BY id"):
        if content in gone or log.execute("SELECT 1 FROM content WHERE id = ?", (content,)).fetchone():
            continue
        if not may_be_missing(log, scratch, content):
            return Fault("is missing and was not erased", table="content", key=content)
        verdict.withheld += 1
    return None


def _check_projections(log: sqlite3.Connection, scratch: sqlite3.Connection, verdict: Verdict) -> Fault | None:
    verdict.projections = "differ"
    for table in projection_tables():
        try:
            fault = _compare(table, log, scratch)
        except sqlite3.OperationalError:
            fault = Fault("the table is missing or has other columns", table=table)
        if fault is not None:
            return fault
    verdict.projections = "match"
    return None


def _compare(table: str, log: sqlite3.Connection, scratch: sqlite3.Connection) -> Fault | None:
    columns = [row[1] for row in scratch.execute(f'PRAGMA table_info("{table}")')]
    keys = [row[1] for row in scratch.execute(f'PRAGMA table_info("{table}")') if row[5]]
    named = ", ".join(f'"{column}"' for column in columns)
    order = ", ".join(f'"{key}"' for key in keys)
    query = f'SELECT {named} FROM "{table}" ORDER BY {order}'
    stored: Iterator[tuple[Any, ...]] = log.execute(query)
    computed: Iterator[tuple[Any, ...]] = scratch.execute(query)
    places = [columns.index(key) for key in keys]
    while True:
        here, there = next(stored, None), next(computed, None)
        if here == there:
            if here is None:
                return None
            continue
        row = here if here is not None else there
        assert row is not None
        key = ", ".join(str(row[place]) for place in places)
        if here is None:
            return Fault("a row that the log leads to is missing", table=table, key=key)
        if there is None:
            return Fault("a row that the log does not lead to", table=table, key=key)
        column = next(name for name, one, other in zip(columns, here, there, strict=True) if one != other)
        return Fault("is not what the log leads to", table=table, key=key, column=column)
