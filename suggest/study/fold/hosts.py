"""Folding where text may go and where it went, and the model profiles and prompts that the study keeps."""

from __future__ import annotations

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
    payload = entry.payload
    fold.db.execute(
        "INSERT INTO host (host, name, allowed, requests, characters) VALUES (?, ?, 1, 0, 0) "
        "ON CONFLICT (host) DO UPDATE SET allowed = 1, name = excluded.name",
        (payload["host"], payload["name"]),
    )


@folds("host_revoked")
def host_revoked(fold: Fold, entry: Entry) -> None:
    fold.db.execute("UPDATE host SET allowed = 0 WHERE host = ?", (entry.payload["host"],))


@folds("text_sent")
def text_sent(fold: Fold, entry: Entry) -> None:
    """Two copies may both have been the first to send to a host: the name that came first stands."""
    payload = entry.payload
    if payload["name"] is not None:
        fold.db.execute(
            "INSERT OR IGNORE INTO host (host, name, allowed, requests, characters) VALUES (?, ?, 0, 0, 0)",
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
