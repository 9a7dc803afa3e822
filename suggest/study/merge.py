"""Bringing the log of another copy of the same study back: the union of both, folded in one order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import Refused
from suggest.study.canonical import keyed_digest
from suggest.study.local_state import set_state
from suggest.study.log import COLUMNS, ZERO, EntryRef
from suggest.study.rebuild import rebuild
from suggest.study.study import Study
from suggest.study.vectors import drop_all_vectors, words_changed
from suggest.study.verify import verify


@dataclass(frozen=True)
class Merged:
    """How many entries came in, from which chains; `entry` is None where there was nothing new."""

    entries: int
    chains: tuple[str, ...]
    entry: EntryRef | None


def merge(study: Study, other: Path, actor: str) -> Merged:
    """Take in what the other copy has and this one has not. Whichever copy takes in the other, the same study results.

    The other copy is verified first; Refused if it is another study, does not verify, or if the same chain goes on
    differently in the two (a copy that was written to as if it were the original).
    """
    from suggest.study.erase import finish_after_merge, finish_scrub

    with Study.open(other) as source:
        if source.id != study.id:
            raise Refused(f"{other.name} is a copy of another study; nothing was merged.")
        verdict = verify(source)
        if not verdict.ok:
            raise Refused(f"{other.name} does not verify; nothing was merged. See 'secondcoder verify'.")
        with study.write(actor) as writer, source.reading():
            writer.fold.flush()
            changed = words_changed(study)
            chains, number = _copy_log(study, source)
            if not chains:
                return Merged(0, (), None)
            _copy_content(study, source)
            if words_changed(study) != changed and drop_all_vectors(study):
                set_state(study.db, "scrub", "pending")
            rebuild(study.db, study.contents)
            writer.fold.changes += number  # the fold made anew, and this one has to say so
            fresh = type(writer)(study.db, study.contents, study.sources, writer.replica, actor)
            heads = [[replica, size, hash_] for replica, (size, hash_) in sorted(fresh.fold.heads.items())]
            entry = fresh.append("merged", {"heads": [head for head in heads if head[0] != writer.replica]})
            fresh.fold.flush()
            finish_after_merge(study, fresh)
            fresh.fold.flush()
            _note_digests(study)
    study.contents.forget()
    finish_scrub(study)
    return Merged(number, chains, entry)


def _copy_log(study: Study, source: Study) -> tuple[tuple[str, ...], int]:
    ours = dict(study.db.execute("SELECT replica, max(seq) FROM log GROUP BY replica").fetchall())
    chains, number = [], 0
    for replica, theirs in source.db.execute("SELECT replica, max(seq) FROM log GROUP BY replica").fetchall():
        common = min(ours.get(replica, 0), theirs)
        if _hash_at(study, replica, common) != _hash_at(source, replica, common):
            raise Refused(
                f"Chain {replica} goes on differently in {source.path.name}: one of the two files was altered or "
                "written to as if it were the original. Nothing was merged."
            )
        if theirs <= common:
            continue
        rows = source.db.execute(
            f"SELECT {COLUMNS} FROM log WHERE replica = ? AND seq > ? ORDER BY seq",
            (replica, common),
        ).fetchall()
        study.db.executemany(
            f"INSERT INTO log ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        chains.append(replica)
        number += len(rows)
    return tuple(chains), number


def _note_digests(study: Study) -> None:
    """Texts that came in are known as here already, when somebody brings them a second time."""
    secret = study.secret
    for document, content in study.db.execute(
        "SELECT document, text FROM document WHERE state = 'present' AND document NOT IN "
        "(SELECT document FROM cache_digest)"
    ).fetchall():
        text = study.contents.body(content)
        if text is not None:
            digest = keyed_digest(secret, text)
            study.db.execute("INSERT INTO cache_digest (digest, document) VALUES (?, ?)", (digest, document))


def _hash_at(study: Study, replica: str, seq: int) -> str:
    if seq == 0:
        return ZERO
    row = study.db.execute("SELECT hash FROM log WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    return str(row[0])


def _copy_content(study: Study, source: Study) -> None:
    """Content that is missing here and not withdrawn on either side."""
    gone: set[str] = set()
    for (payload,) in study.db.execute("SELECT payload FROM log WHERE kind = 'erased'"):
        gone.update(json.loads(payload)["gone"])
    rows = (row for row in source.db.execute("SELECT id, salt, kind, body FROM content") if row[0] not in gone)
    study.db.executemany("INSERT OR IGNORE INTO content (id, salt, kind, body) VALUES (?, ?, ?, ?)", rows)
