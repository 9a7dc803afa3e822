"""Memos of everybody on anything, for whoever takes the study as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.log import EntryRef
from suggest.study.study import Study


@dataclass(frozen=True)
class StoredMemo:
    """A memo that stands. `about` is "study", "document", "segment", "code" or "coding"; `subject` is the id of the
    document or code, `segment` a segment's number, `coding` the entry that made the coding, `type` one of
    MEMO_TYPES."""

    entry: EntryRef
    coder: str
    about: str
    subject: str | None
    segment: int | None
    coding: EntryRef | None
    text: str
    at: str | None
    type: str | None = None

    @property
    def private(self) -> bool:
        """Whether it is its writer's alone: a reflexive memo leaves in no file and is told to nobody else."""
        return self.type == "reflexive"


def all_memos(study: Study) -> list[StoredMemo]:
    """The memos that stand, oldest first; those whose words were withdrawn are left out."""
    rows = study.db.execute(
        "SELECT m.replica, m.seq, m.coder, m.about, m.subject, m.segment, m.coding_replica, m.coding_seq, m.text, "
        "l.at, m.type FROM memo m JOIN log l ON l.replica = m.replica AND l.seq = m.seq WHERE m.live = 1 "
        "ORDER BY l.clock, l.tick, l.replica, l.seq"
    )
    found = []
    for replica, seq, coder, about, subject, segment, coding_replica, coding_seq, text, at, type_ in rows.fetchall():
        if (body := study.contents.body(text)) is not None:
            coding = None if coding_replica is None else (coding_replica, coding_seq)
            found.append(StoredMemo((replica, seq), coder, about, subject, segment, coding, body, at, type_))
    return found
