"""Folding where text may go and where it went, and the model profiles and prompts that the study keeps."""

from __future__ import annotations

import json

from suggest.study.fold.core import Entry, Fold, folds


@folds("profile_kept")
def profile_kept(fold: Fold, entry: Entry) -> None:
    """The newest entry about a name stands; one without a specification takes the profile away."""
    payload = entry.payload
    fold.db.execute(
        "INSERT INTO profile (name, spec) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET spec = excluded.spec",
        (payload["name"], payload["spec"]),
    )


@folds("prompt_kept")
def prompt_kept(fold: Fold, entry: Entry) -> None:
    """Every version stays; one without words puts those before it away. Of two made at once the later is the newer."""
    payload = entry.payload
    fold.db.execute(
        "INSERT INTO prompt (ord, replica, seq, name, sha256, text) VALUES (?, ?, ?, ?, ?, ?)",
        (
            fold.position,
            entry.replica,
            entry.seq,
            payload["name"],
            payload["sha256"],
            payload["text"] and fold.resolve(payload["text"]),
        ),
    )


@folds("host_allowed")
def host_allowed(fold: Fold, entry: Entry) -> None:
    """Text may go there, but for where it was taken back on another copy, unknown to whoever allows it."""
    payload = entry.payload
    unseen = json.dumps([mark for mark in _revoked(fold, payload["host"]) if not fold.knows(entry.replica, *mark)])
    fold.db.execute(
        "INSERT INTO host (host, name, allowed, revoked, requests, characters) VALUES (?1, ?2, 1, '[]', 0, 0) "
        "ON CONFLICT (host) DO UPDATE SET allowed = (?3 = '[]'), revoked = ?3, name = excluded.name",
        (payload["host"], payload["name"], unseen),
    )


@folds("host_revoked")
def host_revoked(fold: Fold, entry: Entry) -> None:
    host = entry.payload["host"]
    revoked = json.dumps([*_revoked(fold, host), [entry.replica, entry.seq]])
    fold.db.execute("UPDATE host SET allowed = 0, revoked = ? WHERE host = ?", (revoked, host))


def _revoked(fold: Fold, host: str) -> list[tuple[str, int]]:
    """The entries that took a host back and that nobody who knew of them has overruled."""
    row = fold.db.execute("SELECT revoked FROM host WHERE host = ?", (host,)).fetchone()
    return [(replica, seq) for replica, seq in json.loads(row[0])] if row else []


@folds("text_sent")
def text_sent(fold: Fold, entry: Entry) -> None:
    """Two copies may both have been the first to send to a host: the name that came first stands."""
    payload = entry.payload
    if payload["name"] is not None:
        fold.db.execute(
            "INSERT OR IGNORE INTO host (host, name, allowed, revoked, requests, characters) "
            "VALUES (?, ?, 0, '[]', 0, 0)",
            (payload["host"], payload["name"]),
        )
    fold.db.execute(
        "UPDATE host SET requests = requests + ?, characters = characters + ? WHERE host = ?",
        (payload["requests"], payload["characters"], payload["host"]),
    )
    fold.db.executemany(
        "INSERT OR IGNORE INTO sent (host, segment) VALUES (?, ?)",
        [(payload["host"], segment) for segment in payload["segments"]],
    )
