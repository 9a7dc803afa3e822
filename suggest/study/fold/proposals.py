"""Folding proposals of new codes: what models said, and what people made of it."""

from __future__ import annotations

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.documents import versions
from suggest.study.fold.runs import keep_words


@folds("proposed")
def proposed(fold: Fold, entry: Entry) -> None:
    """A model's proposals for one segment; none is an answer, too. What is said of a segment first in a run stands."""
    payload = entry.payload
    segment = fold.segment(payload["segment"])
    made = fold.db.execute(
        "INSERT OR IGNORE INTO proposal_answer (run, segment, task) VALUES (?, ?, ?)",
        (payload["run"], segment, payload["task"]),
    )
    if not made.rowcount:
        return
    wordings = [one["wording"] for one in payload["proposals"]]
    keep_words(fold, entry, segment, payload["context"], [], [payload["raw"], payload.get("served"), *wordings])
    _, live, common = versions(fold, payload["segment"].partition(".")[0], entry.replica)
    version = live[common - 1].version if common else 0
    fold.db.executemany(
        'INSERT OR IGNORE INTO proposal (proposal, ord, i, run, segment, version, wording, parent, start, "end", '
        "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one["proposal"],
                fold.position,
                i,
                payload["run"],
                segment,
                version,
                fold.resolve(one["wording"]),
                one["parent"],
                *(one["evidence"] or (None, None)),
                one["state"],
            )
            for i, one in enumerate(payload["proposals"])
        ],
    )
    tokens = payload["tokens"] or [0, 0]
    fold.db.execute(
        "UPDATE proposal_run SET tokens_in = tokens_in + ?, tokens_out = tokens_out + ? WHERE run = ?",
        (*tokens, payload["run"]),
    )
    # What failed at first and was answered later has not failed.
    fold.db.execute("DELETE FROM failure WHERE run = ? AND segment = ?", (payload["run"], segment))


@folds("proposal_settled")
def proposal_settled(fold: Fold, entry: Entry) -> None:
    """Merged into a code that there is, or dismissed. Where two copies settled one at once, the later entry stands."""
    payload = entry.payload
    reason = payload["reason"]
    fold.db.executemany(
        "INSERT OR IGNORE INTO proposal_act (replica, seq, proposal, action, code, reason) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (entry.replica, entry.seq, id_, payload["action"], payload["code"], reason and fold.resolve(reason))
            for id_ in payload["proposals"]
        ],
    )
    fold.db.execute(
        "INSERT INTO act (ord, replica, seq, coder, kind, action, live) VALUES (?, ?, ?, ?, ?, 'proposal', 1)",
        (fold.position, entry.replica, entry.seq, entry.actor, entry.kind),
    )
