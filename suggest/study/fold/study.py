"""Folding what concerns the study as a whole: its beginning, its chains, its coders, its settings."""

from __future__ import annotations

from suggest.study.fold.core import Entry, Fold, folds


@folds("study_created")
def study_created(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.db.execute(
        "INSERT OR IGNORE INTO study (study, title, secret) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM study)",
        (payload["study"], payload["title"], payload["secret"]),
    )


@folds("replica_started")
def replica_started(fold: Fold, entry: Entry) -> None:
    fold.learn(entry.replica, [(replica, seq) for replica, seq, _ in entry.payload["grown_from"]])


@folds("merged")
def merged(fold: Fold, entry: Entry) -> None:
    fold.learn(entry.replica, [(replica, seq) for replica, seq, _ in entry.payload["heads"]])


@folds("coder_added")
def coder_added(fold: Fold, entry: Entry) -> None:
    """A person is added as who they are, whatever their name. A profile that two copies used first is one model."""
    payload = entry.payload
    if payload["type"] == "model" and (held := _model_called(fold, payload["name"])) not in (None, payload["coder"]):
        fold.db.execute("INSERT OR IGNORE INTO twin (coder, same_as) VALUES (?, ?)", (payload["coder"], held))
        return
    fold.db.execute(
        "INSERT OR IGNORE INTO coder (coder, n, type, name) SELECT ?, count(*), ?, ? FROM coder",
        (payload["coder"], payload["type"], payload["name"]),
    )


def _model_called(fold: Fold, name: str) -> str | None:
    """The model (an id) whose name is in this content, or says the same."""
    wanted = fold.contents.body(fold.resolve(name))
    for coder, held in fold.db.execute("SELECT coder, name FROM coder WHERE type = 'model' ORDER BY n").fetchall():
        if wanted is not None and fold.contents.body(held) == wanted:
            return str(coder)
    return None


def one_coder(fold: Fold, coder: str) -> str:
    """The coder that an id stands for: itself, or the model that another copy had under the same profile."""
    row = fold.db.execute("SELECT same_as FROM twin WHERE coder = ?", (coder,)).fetchone()
    return coder if row is None else str(row[0])


@folds("setting_changed")
def setting_changed(fold: Fold, entry: Entry) -> None:
    payload = entry.payload
    fold.db.execute(
        "INSERT INTO setting (key, value, text) VALUES (?, ?, ?) ON CONFLICT (key) "
        "DO UPDATE SET value = excluded.value, text = excluded.text",
        (payload["key"], payload["value"], payload["text"]),
    )


@folds("exported")
def exported(fold: Fold, entry: Entry) -> None:
    fold.db.execute(
        "INSERT INTO exported (replica, seq, target, path) VALUES (?, ?, ?, ?)",
        (entry.replica, entry.seq, entry.payload["target"], entry.payload["path"]),
    )


@folds("checkpointed")
def checkpointed(fold: Fold, entry: Entry) -> None:
    """A checkpoint is for a second party to keep: it changes nothing here."""
