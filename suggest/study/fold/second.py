"""Folding second texts: the original of a translation, or a translation of the original, part by part, and what
people say of each part."""

from __future__ import annotations

from suggest.study.fold.core import Entry, Fold, folds


@folds("second_text_added")
def second_text_added(fold: Fold, entry: Entry) -> None:
    """Of several second texts of a document, brought in on several copies, the first is the one in use."""
    payload = entry.payload
    text, document = payload["text"], payload["document"]
    fold.db.execute(
        "INSERT OR IGNORE INTO second_text (text, document, ord, side, language, name) VALUES (?, ?, ?, ?, ?, ?)",
        (text, document, fold.position, payload["side"], _now(fold, payload["language"]), _now(fold, payload["name"])),
    )
    base, _ = fold.span(document)
    for n, (first, last, words) in enumerate(payload["parts"], payload["first"]):
        gone = any(fold.pages.has("erased", base + k) for k in range(first, last + 1))
        if gone:
            fold.withdraw(entry, [words])
        words = None if gone else _now(fold, words)
        fold.db.execute(
            "INSERT OR IGNORE INTO second_part (text, n, first, last, added, words, withdrawn) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (text, n, first, last, words, words, int(gone)),
        )


def _now(fold: Fold, content: str | None) -> str | None:
    return None if content is None else fold.resolve(content)


@folds("second_text_corrected")
def second_text_corrected(fold: Fold, entry: Entry) -> None:
    """The words that come last stand, whoever wrote them; what was said of others then holds no more."""
    payload = entry.payload
    if not _stands(fold, payload["text"], payload["part"]):
        fold.withdraw(entry, [payload["words"]])
        return
    words = fold.resolve(payload["words"])
    fold.db.execute(
        "UPDATE second_part SET words = ? WHERE text = ? AND n = ?", (words, payload["text"], payload["part"])
    )
    _say(fold, entry, payload["text"], payload["part"], "corrected", words=words)


@folds("second_text_marked")
def second_text_marked(fold: Fold, entry: Entry) -> None:
    from suggest.study.fold.units import remember_ref

    payload = entry.payload
    text, part = payload["text"], payload["part"]
    remember_ref(fold, entry)
    if not _stands(fold, text, part):
        fold.withdraw(entry, [payload["words"]])
        return
    changes = fold.db.execute(
        "SELECT replica, seq FROM second_act WHERE text = ? AND n = ? AND action LIKE 'changed:%'", (text, part)
    ).fetchall()
    seen = all(fold.knows(entry.replica, replica, seq) for replica, seq in changes)
    _say(fold, entry, text, part, payload["action"], of=payload["of"], words=_now(fold, payload["words"]), seen=seen)
    (first,) = fold.db.execute("SELECT first FROM second_part WHERE text = ? AND n = ?", (text, part)).fetchone()
    fold.db.execute(
        "INSERT INTO act (ord, replica, seq, coder, kind, segment, action, live) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        (
            fold.position,
            entry.replica,
            entry.seq,
            entry.actor,
            entry.kind,
            fold.span(payload["document"])[0] + first,
            f"translation_{payload['action']}",
        ),
    )


@folds("second_text_removed")
def second_text_removed(fold: Fold, entry: Entry) -> None:
    text = entry.payload["text"]
    fold.withdraw(entry, _contents(fold, text))
    _drop(fold, text)


def _stands(fold: Fold, text: str, part: int) -> bool:
    """Whether the part is there still; a text that was removed, or a part that was withdrawn, takes nothing more."""
    row = fold.db.execute("SELECT withdrawn FROM second_part WHERE text = ? AND n = ?", (text, part)).fetchone()
    return row is not None and not row[0]


def _say(
    fold: Fold,
    entry: Entry,
    text: str,
    part: int,
    action: str,
    *,
    of: str | None = None,
    words: str | None = None,
    seen: bool = True,
) -> None:
    fold.db.execute(
        "INSERT OR IGNORE INTO second_act (replica, seq, ord, text, n, actor, action, of, words, seen, live) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (entry.replica, entry.seq, fold.position, text, part, entry.actor, action, of, words, int(seen)),
    )


def changed(fold: Fold, entry: Entry, text: str, part: int, why: str) -> None:
    """Something about the part is not as those who checked it saw it: it needs another look."""
    if _stands(fold, text, part):
        _say(fold, entry, text, part, f"changed:{why}")


def text_changed(fold: Fold, entry: Entry) -> None:
    """The first text was corrected: the parts beside the segments that the edits touch need another look.

    Before the segments have moved.
    """
    payload = entry.payload
    texts = fold.db.execute("SELECT text FROM second_text WHERE document = ?", (payload["document"],)).fetchall()
    if not texts:
        return
    low, count = fold.span(payload["document"])
    touched: set[int] = set()
    for start, end, _ in payload["edits"]:
        rows = fold.db.execute(
            'SELECT ord FROM segment WHERE n BETWEEN ? AND ? AND start <= ? AND "end" >= ?',
            (low, low + count - 1, end, start),
        )
        touched.update(ordinal for (ordinal,) in rows.fetchall())
    why = "masked" if payload["reason"] == "withdrawal" else payload["reason"]
    for (text,) in texts:
        parts = {n for ordinal in touched for n in _at(fold, text, ordinal, ordinal)}
        for n in sorted(parts):
            changed(fold, entry, text, n, why)


_FROM = "SELECT n FROM second_part WHERE text = ?1 AND last >= ?{} ORDER BY last LIMIT 1"


def _at(fold: Fold, text: str, low: int, high: int) -> list[int]:
    """The parts that the segments of these ordinals lie in."""
    rows = fold.db.execute(
        "SELECT n FROM second_part WHERE text = ?1 AND first <= ?3 "
        f"AND n >= ({_FROM.format(2)}) AND n <= coalesce(({_FROM.format(3)}), 9007199254740991) ORDER BY n",
        (text, low, high),
    )
    return [n for (n,) in rows.fetchall()]


def withdraw_parts(fold: Fold, entry: Entry, document: str, low: int, high: int) -> None:
    """What stands beside the withdrawn segments (ordinals) goes, with all that was said of it."""
    texts = fold.db.execute("SELECT text FROM second_text WHERE document = ?", (document,)).fetchall()
    for (text,) in texts:
        for n in _at(fold, text, low, high):
            fold.withdraw(entry, _contents(fold, text, n))
            fold.db.execute("DELETE FROM second_act WHERE text = ? AND n = ?", (text, n))
            fold.db.execute(
                "UPDATE second_part SET added = NULL, words = NULL, withdrawn = 1 WHERE text = ? AND n = ?", (text, n)
            )


def of_texts(fold: Fold, document: str) -> list[str]:
    """All content of the document's second texts."""
    texts = fold.db.execute("SELECT text FROM second_text WHERE document = ?", (document,)).fetchall()
    return [content for (text,) in texts for content in _contents(fold, text)]


def _contents(fold: Fold, text: str, part: int | None = None) -> list[str]:
    """The content that a second text, or one part of it, stands on: all versions, and what was said of it."""
    rows = fold.db.execute(
        "SELECT added FROM second_part WHERE text = ?1 AND n = coalesce(?2, n) UNION "
        "SELECT words FROM second_part WHERE text = ?1 AND n = coalesce(?2, n) UNION "
        "SELECT words FROM second_act WHERE text = ?1 AND n = coalesce(?2, n) UNION "
        "SELECT language FROM second_text WHERE text = ?1 AND ?2 IS NULL UNION "
        "SELECT name FROM second_text WHERE text = ?1 AND ?2 IS NULL",
        (text, part),
    )
    return sorted(content for (content,) in rows.fetchall() if content)


def drop_texts(fold: Fold, document: str) -> None:
    """The document was withdrawn, and what stood beside it goes with it."""
    for (text,) in fold.db.execute("SELECT text FROM second_text WHERE document = ?", (document,)).fetchall():
        _drop(fold, text)


def _drop(fold: Fold, text: str) -> None:
    for table in ("second_act", "second_part", "second_text"):
        fold.db.execute(f"DELETE FROM {table} WHERE text = ?", (text,))
