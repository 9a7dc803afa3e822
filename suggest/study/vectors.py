"""Vectors of text that a model computed before, kept so that nothing is computed twice.

A cache, and of this copy alone: no entry of the log speaks of it and `verify` leaves it aside. A vector tells about
its words, so it goes with them: by document where the text is one's, and at every erasure where it is nobody's.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from suggest.study.connect import immediate
from suggest.study.study import Study

AT_ONCE = 500
"""Keys looked up in one statement; SQLite takes 999 of them everywhere."""

MOST_KEPT = 500_000
"""Vectors of so many texts are kept, about a gigabyte: those put first go first. They can be computed again."""


@dataclass(frozen=True)
class CacheSize:
    """How many vectors are kept, and their size in bytes."""

    rows: int
    bytes: int


def cache_keys(study: Study, keys: Iterable[bytes]) -> dict[bytes, bytes]:
    """For each key (a hash of words) the one under which the file keeps what belongs to it: HMAC-SHA256, 32 bytes.

    Under the study's secret, as `keyed_digest` names words in the log, so that no guess at a short turn can be tried.
    """
    secret = study.secret.encode()
    return {key: hmac.digest(secret, key, "sha256") for key in keys}


def get_vectors(study: Study, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """What is kept under these keys (as `cache_keys` gives them); those that are not there have no entry."""
    found: dict[bytes, bytes] = {}
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        marks = ",".join("?" * len(some))
        found.update(study.db.execute(f"SELECT key, vectors FROM cache_vector WHERE key IN ({marks})", some))
    return found


def put_vectors(study: Study, items: Mapping[bytes, bytes], documents: Mapping[bytes, str | None], as_of: int) -> bool:
    """Keep vectors under their keys, in a transaction of its own; whether they were. What is there already stays.

    `documents` says by key which document (id) the words are from, None (or nothing) where they are from none.
    `as_of` is what `words_changed` gave before the words were read: where words were withdrawn or corrected since,
    nothing is kept, since it might be theirs. Beyond MOST_KEPT the oldest go. SecondCoderError where the file cannot be
    written.
    """
    with immediate(study.db, study.path):
        if words_changed(study) != as_of:
            return False
        study.db.executemany(
            "INSERT OR IGNORE INTO cache_vector (key, document, vectors) VALUES (?, ?, ?)",
            ((key, documents.get(key), vectors) for key, vectors in items.items()),
        )
        # Row numbers go up as rows come, so their span is how many there are at most, and costs nothing to know.
        study.db.execute(
            "DELETE FROM cache_vector WHERE rowid <= (SELECT max(rowid) FROM cache_vector) - ?", (MOST_KEPT,)
        )
    return True


def words_changed(study: Study) -> int:
    """How often words were withdrawn or corrected in the study so far: the mark for `put_vectors`."""
    row = study.db.execute("SELECT count(*) FROM log WHERE kind IN ('erased', 'text_corrected')").fetchone()
    return int(row[0])


def drop_vectors(study: Study, document: str, *, nobodys: bool) -> int:
    """Forget a document's vectors, and with `nobodys` those of texts that are from no document, such as the wordings
    of codes, which may quote people; how many there were. Inside the caller's transaction."""
    where = "document = ? OR document IS NULL" if nobodys else "document = ?"
    return study.db.execute(f"DELETE FROM cache_vector WHERE {where}", (document,)).rowcount


def drop_all_vectors(study: Study) -> int:
    """Forget all of them; how many there were. Inside the caller's transaction."""
    return study.db.execute("DELETE FROM cache_vector").rowcount


def cache_size(study: Study) -> CacheSize:
    """What the cache holds: all of it is read, so it is not for a screen that waits."""
    rows, size = study.db.execute(
        "SELECT count(*), coalesce(sum(length(key) + length(vectors)), 0) FROM cache_vector"
    ).fetchone()
    return CacheSize(rows, size)
