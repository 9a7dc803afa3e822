"""The study's settings: each change is an entry. Shares are kept in millionths, words as content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suggest.errors import BadInput
from suggest.study.log import TIMINGS, EntryRef
from suggest.study.people import check_text
from suggest.study.study import Study

MILLION = 1_000_000


@dataclass(frozen=True)
class Setting:
    """A setting's kind ("share", "count", "choice" or "list"), default and what it means to the user."""

    key: str
    kind: str
    default: Any
    meaning: str
    choices: tuple[str, ...] = ()


SETTINGS = {
    item.key: item
    for item in (
        Setting("core", "share", 0.20, "share of data segments that all coders code before seeing a suggestion"),
        Setting("core_opening", "count", 0, "segments at the start of the first document that are always shown"),
        Setting("arm", "share", 0.05, "share of the other segments that are blind for one coder, by chance"),
        Setting("unsuggested_share", "share", 1.0, "share of segments without a suggestion that come into the queue"),
        Setting("overlap", "count", 0, "how many coders code a segment outside of the core; 0 means all"),
        Setting("timing", "choice", "coarse", "how finely times are kept; 'off' keeps none", TIMINGS),
        Setting("peers", "choice", "hidden", "whether colleagues' codings show before both have completed",
                ("hidden", "shown")),
        Setting("reject_reasons", "list", (), "reasons offered after a reject, one letter each"),
        Setting("site_order", "list", (), "document labels in the order in which reports cite them"),
        Setting("learn_every", "count", 20,
                "after so many decisions the model learns while somebody reviews; 0 means never"),
        Setting("translation_checks", "count", 1, "how many people check a paragraph of a second text"),
        Setting("current_runs", "list", (),
                "runs (numbers) whose suggestions are shown; none: the latest of each model"),
        Setting("stability", "share", 0.0,
                "share of a coder's own segments that come back blind later, to be coded once more; 0 means none"),
        Setting("stability_gap", "count", 100, "so many other segments a coder completes before one comes back"),
    )
}  # fmt: skip


def get_setting(study: Study, key: str) -> Any:
    """A setting's value: share as a float, count as an integer, choice as a word, list as a tuple of strings."""
    setting = SETTINGS[key]
    row = study.db.execute("SELECT value, text FROM setting WHERE key = ?", (key,)).fetchone()
    if row is None:
        return setting.default
    if setting.kind == "list":
        return tuple(json.loads(study.contents.body(row[1]) or "[]"))
    if setting.kind == "choice":
        return setting.choices[row[0]]
    return row[0] / MILLION if setting.kind == "share" else row[0]


def share(study: Study, key: str) -> int:
    """A share in millionths."""
    row = study.db.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else round(SETTINGS[key].default * MILLION)


def set_setting(study: Study, actor: str, key: str, value: str | Sequence[str]) -> EntryRef:
    """Change a setting from what the user wrote; lists are written with commas, or given item by item. BadInput says
    what is allowed."""
    if key not in SETTINGS:
        raise BadInput("no such setting.", place=key, advice=f"There are: {', '.join(SETTINGS)}.")
    setting = SETTINGS[key]
    number: int | None = None
    words: list[str] | None = None
    if setting.kind == "list":
        items = value.split(",") if isinstance(value, str) else value
        words = [word.strip() for word in items if word.strip()]
        for word in words:
            check_text(word)
        if key == "current_runs":
            _check_runs(study, words)
    elif not isinstance(value, str):
        raise BadInput("one value is needed, and several were given.", place=key)
    elif setting.kind == "choice":
        if value not in setting.choices:
            raise BadInput("no such value.", place=f"{key} = {value}", advice=f"One of {', '.join(setting.choices)}.")
        number = setting.choices.index(value)
    elif setting.kind == "share":
        number = _share(key, value)
    else:
        if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) > MILLION:
            raise BadInput("a whole number from 0 to 1000000 is needed.", place=f"{key} = {value}")
        number = int(value)
    with study.write(actor) as writer:
        text = None if words is None else writer.content("setting", json.dumps(words))
        return writer.append("setting_changed", {"key": key, "value": number, "text": text})


def _check_runs(study: Study, words: list[str]) -> None:
    rows = study.db.execute("SELECT run, n FROM run ORDER BY n").fetchall()
    known = {name for run, number in rows for name in (run, str(number))}
    for word in words:
        if word not in known:
            last = rows[-1][1] if rows else 0
            there = f"There are runs 1 to {last}: 'secondcoder status STUDY' lists them." if rows else "There is none."
            raise BadInput("no such run.", place=f"current_runs = {word}", advice=there)


def _share(key: str, value: str) -> int:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadInput("a share from 0 to 1 is needed.", place=f"{key} = {value}")
    return round(number * MILLION)
