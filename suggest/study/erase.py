"""Withdrawal: a document's, a speaker's or some segments' words go from the file, and the chain still verifies."""

from __future__ import annotations

import glob
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suggest.errors import SecondCoderError
from suggest.study.connect import explain
from suggest.study.contents import WITHDRAWN
from suggest.study.documents import ranges
from suggest.study.eraser import Erased, Eraser, Erasure, still_there
from suggest.study.fold import Entry
from suggest.study.hosts import hosts_that_had
from suggest.study.local_state import get_state, set_state
from suggest.study.log import Writer, entries
from suggest.study.masking import finish_masks_after_merge, mask_in_copy, masks_missing_in
from suggest.study.second_masking import second_masks_into
from suggest.study.study import Study


def erase(study: Study, what: Erasure, actor: str) -> Erased:
    """Erase everywhere in this file and in the backups it made; the words are gone from the bytes afterwards."""
    with study.write(actor) as writer:
        done = Eraser(study, writer, what).run()
        set_state(study.db, "scrub", "pending")
    study.contents.forget()
    copies = finish_scrub(study)
    done.gone += copies.gone
    done.backups, done.beyond = copies.reached, copies.beyond
    done.hosts = hosts_that_had(study, what.document, None if what.scope == "document" else what.segments)
    return done


def finish_after_merge(study: Study, writer: Writer) -> None:
    """Where an erasure here and a correction there met, the withdrawn words may stand in the text again: erase them.

    Inside the merge's transaction, after its entry.
    """
    found: dict[str, list[int]] = {}
    for entry in [*entries(study.db, kind="erased")]:
        document = entry.payload["document"]
        row = study.db.execute(
            "SELECT text, first FROM document WHERE document = ? AND state = 'present'", (document,)
        ).fetchone()
        text = study.contents.body(row[0]) if row else None
        if text is None:
            continue
        for low, high in entry.payload["segments"]:
            for ordinal, start, end in study.db.execute(
                'SELECT ord, start, "end" FROM segment WHERE n BETWEEN ? AND ?', (row[1] + low, row[1] + high)
            ):
                if text[start:end] != WITHDRAWN:
                    found.setdefault(document, []).append(ordinal)
    for document, ordinals in found.items():
        pairs = tuple((low, high) for low, high in ranges(sorted(set(ordinals))))
        Eraser(study, writer, Erasure(document, "segments", pairs), again=True).run()
        set_state(study.db, "scrub", "pending")
    finish_masks_after_merge(study, writer)


@dataclass
class Copies:
    """What an erasure did in the backups that this study made, and the copies it could not reach (paths)."""

    gone: int = 0
    reached: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)


def finish_scrub(study: Study) -> Copies:
    """Finish an erasure that is logged: in the backups, then in the bytes of this file and its write-ahead log.

    Does nothing if none is waiting. One that was cut short is finished by the next command that writes.
    """
    if get_state(study.db, "scrub") is None:
        return Copies()
    copies = _reach_copies(study)
    _rewrite(study)
    return copies


def _rewrite(study: Study) -> None:
    """Nothing of what was deleted is left in the file's bytes afterwards."""
    try:
        study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        study.db.execute("VACUUM")
        busy = study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise explain(error, study.path) from error
    if busy:
        raise SecondCoderError(
            f"{study.path.name}: the words were deleted, but another program has the study open, so traces may still "
            "be in the file. Close it and run any writing command: the clean-up is finished then."
        )
    set_state(study.db, "scrub", None)


def _reach_copies(study: Study) -> Copies:
    """Erase in the backups that this study made what was erased here; list every other copy for the user."""
    done = Copies()
    wanted = [*entries(study.db, kind="erased")]
    for spare in sorted(study.path.parent.glob(f"{glob.escape(study.path.name)}.v*.backup")):
        try:
            spare.unlink()  # made before a migration, for its sake only
        except OSError:
            done.beyond.append(str(spare))
        else:
            done.reached.append(str(spare))
    for target, content in study.db.execute("SELECT target, path FROM exported ORDER BY replica, seq").fetchall():
        path = Path(study.contents.text(content))
        if target == "checkpoint" or str(path) in done.reached:
            continue
        try:
            if target != "backup" or not path.exists() or path.samefile(study.path):
                done.beyond.append(str(path))
                continue
            done.gone += _erase_in_copy(study, path, wanted)
        except (SecondCoderError, OSError):  # a folder that may not be read, a disk that is gone
            done.beyond.append(str(path))
        else:
            done.reached.append(str(path))
    return done


def _erase_in_copy(study: Study, path: Path, wanted: Sequence[Entry]) -> int:
    """Do the same erasures in a copy, as far as it holds what was erased; how many content rows went."""
    gone = 0
    with Study.open(path, write=True, sources=study.sources) as copy:
        if copy.id != study.id:
            raise SecondCoderError(f"{path.name} is another study by now.")
        for entry in wanted:
            document, pairs = (
                entry.payload["document"],
                still_there(copy, entry.payload["document"], entry.payload["segments"]),
            )
            whole = entry.payload["scope"] == "document"
            if not _holds(copy, document) or not (whole or pairs):
                continue
            reason = study.contents.body(entry.payload["reason"]) if entry.payload["reason"] else None
            speaker = _speaker_of(copy, document, pairs) if entry.payload["scope"] == "speaker" else None
            what = Erasure(document, entry.payload["scope"], tuple(pairs), speaker, reason or "")
            with copy.write(entry.actor) as writer:
                gone += Eraser(copy, writer, what).run().gone
                set_state(copy.db, "scrub", "pending")
        for actor, document, ranges in masks_missing_in(study, copy):
            mask_in_copy(copy, actor, document, ranges)
        second_masks_into(study, copy)
        copy.contents.forget()
        if get_state(copy.db, "scrub") is not None:
            _rewrite(copy)
    return gone


def _speaker_of(study: Study, document: str, pairs: Sequence[tuple[int, int]]) -> int | None:
    row = study.db.execute(
        "SELECT speaker FROM segment WHERE document = ? AND ord = ?", (document, pairs[0][0])
    ).fetchone()
    return row[0] if row else None


def _holds(study: Study, document: str) -> bool:
    row = study.db.execute("SELECT state FROM document WHERE document = ?", (document,)).fetchone()
    return row is not None and row[0] == "present"


__all__ = ["Copies", "Erased", "Erasure", "erase", "finish_after_merge", "finish_scrub"]
