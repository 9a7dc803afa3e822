"""Folding erasure: what was withdrawn is taken out of every projection, and its ids are kept as tombstones."""

from __future__ import annotations

import json

from suggest.study.fold.core import Entry, Fold, folds
from suggest.study.fold.documents import recount
from suggest.study.fold.reducing import settle
from suggest.study.fold.rounds import place_span
from suggest.study.fold.second import changed, drop_texts, of_texts, withdraw_parts
from suggest.study.pages import span

_BY_SEGMENT = (
    "act", "unit", "snapshot", "coding", "settlement", "memo", "suggestion_set", "current_set", "failure",
    "model_words", "proposal", "proposal_answer",
)  # fmt: skip
_REFERENCES = {
    "study": ("title",),
    "setting": ("text",),
    "coder": ("name",),
    "document": ("label", "name", "attributes", "text"),
    "speaker": ("name",),
    "chunk": ("content",),
    "code": ("wording",),
    "round": ("name",),
    "run": ("identity", "parameters"),
    "suggestion_set": ("notes", "raw"),
    "failure": ("detail",),
    "model_words": ("content",),
    "act": ("reason",),
    "settlement": ("reason",),
    "memo": ("text",),
    "exported": ("path",),
    "profile": ("spec",),
    "prompt": ("text",),
    "proposal_run": ("identity", "parameters"),
    "proposal": ("wording",),
    "proposal_act": ("reason",),
    "host": ("name",),
    "second_text": ("language", "name"),
    "second_part": ("added", "words"),
    "second_act": ("words",),
}


@folds("erased")
def erased(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    settle(fold)
    fold.pages.flush()
    first, count = fold.span(payload["document"])
    for low, high in payload["segments"]:
        _withdraw_on(fold, entry, first + low, first + min(high, count - 1))
        _withdraw_contexts(fold, entry, payload["document"], low, high)
        withdraw_parts(fold, entry, payload["document"], low, high)
        forget(fold, first + low, first + min(high, count - 1))
        for page, mask in span(first + low, first + min(high, count - 1)) if count else ():
            fold.pages.put("erased", page, fold.pages.get("erased", page) | mask)
    _withdraw_versions(fold, entry, payload["document"], payload["scope"] == "document")
    for content in payload["gone"]:
        fold.db.execute(
            "INSERT OR IGNORE INTO tombstone (content, replica, seq) VALUES (?, ?, ?)",
            (content, entry.replica, entry.seq),
        )
    for old, new in payload["replaced"]:
        _replace(fold, old, new)
    for text, part in payload.get("second", ()):
        changed(fold, entry, text, part, "masked")
    if payload["scope"] == "document":
        _remove_document(fold, payload["document"], first, count)
    else:
        for low, high in payload["segments"]:
            fold.db.execute("UPDATE segment SET role = 'other' WHERE n BETWEEN ? AND ?", (first + low, first + high))
            fold.pages.clear_span(["data"], first + low, first + high)
            place_span(fold, first + low, first + high)
        recount(fold, payload["document"])


def _withdraw_on(fold: Fold, entry: Entry, first: int, last: int) -> None:
    """What stands on the segments goes, also what the eraser could not know, since it was written on another copy."""
    for query in (
        "SELECT reason FROM act WHERE segment BETWEEN ? AND ?",
        "SELECT reason FROM settlement WHERE segment BETWEEN ? AND ?",
        "SELECT text FROM memo WHERE segment BETWEEN ? AND ?",
        "SELECT notes FROM suggestion_set WHERE segment BETWEEN ? AND ?",
        "SELECT raw FROM suggestion_set WHERE segment BETWEEN ? AND ?",
        "SELECT detail FROM failure WHERE segment BETWEEN ? AND ?",
        "SELECT content FROM model_words WHERE segment BETWEEN ? AND ?",
    ):
        fold.withdraw(entry, [row[0] for row in fold.db.execute(query, (first, last)).fetchall()])


def _withdraw_contexts(fold: Fold, entry: Entry, document: str, low: int, high: int) -> None:
    """What a model said of other segments with these (ordinals) in its context: it may repeat their words."""
    withdrawn = {f"{document}.{ordinal}" for ordinal in range(low, high + 1)}
    for notes, raw, context in fold.db.execute(
        "SELECT notes, raw, context FROM suggestion_set WHERE context <> '[]' "
        "UNION ALL SELECT content, NULL, context FROM model_words WHERE context <> '[]'"
    ).fetchall():
        if not withdrawn.isdisjoint(json.loads(context)):
            fold.withdraw(entry, [notes, raw])


def _withdraw_versions(fold: Fold, entry: Entry, document: str, whole: bool) -> None:
    """Older texts go in any case, and with a whole document all that was said of it."""
    held = fold.db.execute(
        "SELECT text, label, name, attributes FROM document WHERE document = ?", (document,)
    ).fetchone()
    texts = [
        row[0] for row in fold.db.execute("SELECT text FROM correction WHERE document = ?", (document,)).fetchall()
    ]
    if held is None:
        return
    if not whole:
        fold.withdraw(entry, [text for text in texts if text != held[0]])
        return
    memos = fold.db.execute("SELECT text FROM memo WHERE about = 'document' AND subject = ?", (document,)).fetchall()
    fold.withdraw(entry, [*texts, *held, *(row[0] for row in memos), *of_texts(fold, document)])


def _replace(fold: Fold, old: str, new: str) -> None:
    fold.db.execute("INSERT OR REPLACE INTO replacement (old, new) VALUES (?, ?)", (old, new))
    for table, columns in _REFERENCES.items():
        for column in columns:
            fold.db.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (new, old))


def forget(fold: Fold, first: int, last: int) -> None:
    """Take out what stands on the segments first..last, and correct every counter that it was part of."""
    between = (first, last)
    for round_, coder, done in fold.db.execute(
        "SELECT round, coder, count(*) FROM unit WHERE segment BETWEEN ? AND ? AND completed IS NOT NULL "
        "GROUP BY round, coder",
        between,
    ).fetchall():
        fold.db.execute(
            "UPDATE membership SET completed = completed - ? WHERE round = ? AND coder = ?", (done, round_, coder)
        )
    for action, number in fold.db.execute(
        "SELECT action, count(*) FROM act WHERE segment BETWEEN ? AND ? AND kind = 'decided' AND live = 1 "
        "GROUP BY action",
        between,
    ).fetchall():
        fold.count("decision", action, -number)
    for run, candidates in fold.db.execute(
        "SELECT run, candidates FROM suggestion_set WHERE segment BETWEEN ? AND ?", between
    ).fetchall():
        listed = json.loads(candidates)
        fits = any(candidate["fits"] for candidate in listed)
        fold.count("suggestion", "candidates", -len(listed))
        fold.db.execute(
            "UPDATE run SET suggested = suggested - ?, no_code = no_code - ? WHERE run = ?",
            (int(fits), int(not fits), run),
        )
    fold.db.execute(
        "UPDATE run SET failed = failed - (SELECT count(*) FROM failure f WHERE f.run = run.run "
        "AND f.segment BETWEEN ? AND ?)",
        between,
    )
    for table in _BY_SEGMENT:
        fold.db.execute(f"DELETE FROM {table} WHERE segment BETWEEN ? AND ?", between)
    lost = fold.pages.clear_span(
        [name for name in fold.pages.names("") if name not in ("data", "erased") and not name.startswith("core:")],
        first,
        last,
    )
    for name, number in lost.items():
        set_, _, key = name.partition(":")
        if set_ == "left":
            round_, coder = key.split(":")
            fold.db.execute(
                "UPDATE membership SET remaining = remaining - ? WHERE round = ? AND coder = ?",
                (number, round_, coder),
            )


def _remove_document(fold: Fold, document: str, first: int, count: int) -> None:
    drop_texts(fold, document)
    for table in ("segment", "speaker", "chunk", "consent", "correction", "draw"):
        fold.db.execute(f"DELETE FROM {table} WHERE document = ?", (document,))
    fold.db.execute("DELETE FROM core_block WHERE first BETWEEN ? AND ?", (first, first + count - 1))
    fold.db.execute("DELETE FROM memo WHERE about = 'document' AND subject = ?", (document,))
    names = [name for name in fold.pages.names("") if name == "data" or name.startswith("core:")]
    if count:
        fold.pages.clear_span(names, first, first + count - 1)
    fold.db.execute(
        "UPDATE document SET state = 'erased', data = 0, length = 0, version = 0, name = NULL, attributes = NULL "
        "WHERE document = ?",
        (document,),
    )
