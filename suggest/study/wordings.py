"""The history of one code: what it was called and meant, since when and by whom, and what else befell it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suggest.study.codes import Wording, read_wording
from suggest.study.study import Study


@dataclass(frozen=True)
class CodeEvent:
    """One change of the tree that touched a code. `op` as in the log; `at` None where times are not kept; `live` False
    if it was undone. `wording` is what the code got by it, `others` the ids of the other codes it concerned."""

    number: int
    at: str | None
    actor: str
    op: str
    live: bool
    wording: Wording | None
    others: tuple[str, ...]


def code_events(study: Study, code: str) -> list[CodeEvent]:
    """All changes that touched the code, oldest first, undone ones included."""
    rows = study.db.execute(
        "SELECT t.n, l.at, t.actor, t.live, t.change FROM tree_change t "
        "JOIN log l ON l.replica = t.replica AND l.seq = t.seq WHERE instr(t.change, ?) ORDER BY t.n",
        (code,),
    ).fetchall()
    found = []
    for number, at, actor, live, text in rows:
        change = json.loads(text)
        part = next((part for part in _parts(change) if part["code"] == code), None)
        if part is None and change["op"] == "add":
            continue  # it is only the parent of what was added
        content = part["wording"] if part is not None else change.get("wording")
        wording = None if content is None else read_wording(study, content)
        found.append(CodeEvent(number, at, actor, change["op"], bool(live), wording, _others(change, code)))
    return found


def _parts(change: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*change.get("codes", ()), *change.get("parts", ())]


def _others(change: Mapping[str, Any], code: str) -> tuple[str, ...]:
    named = [change[key] for key in ("code", "into", "parent") if change.get(key)]
    if change["op"] == "split":
        named += [part["code"] for part in change["parts"]]
    return tuple(id_ for id_ in dict.fromkeys(named) if id_ != code)
