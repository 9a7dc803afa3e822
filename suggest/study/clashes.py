"""What an entry of the log is about, reduced to what is needed to see whether another one clashes with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suggest.study.log import EntryRef

ENDS = ("merge", "split", "retire")
_RARE = (
    "code_changed", "document_described", "consent_set", "role_set", "erased", "round_closed", "round_assigned",
    "queue_drawn", "settled", "reverted", "proposal_settled", "setting_changed", "host_allowed", "host_revoked",
    "profile_kept", "prompt_kept", "second_text_added", "second_text_corrected",
    "second_text_removed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """An entry, a thing that it is about, and what it does with it."""

    entry: EntryRef
    about: str
    subject: str
    does: Any = None


@dataclass(frozen=True, slots=True)
class Act:
    """A coder's act on a segment: what it builds on, and the unit it belongs to."""

    entry: EntryRef
    coder: str
    unit: str
    segment: str
    traces: tuple[Trace, ...]

    @property
    def as_unit(self) -> Trace:
        return Trace(self.entry, "unit", self.segment)


def traces(log: sqlite3.Connection) -> Iterator[Trace]:
    """Of all entries but coders' acts, in the fold's order."""
    marks = ",".join("?" * len(_RARE))
    query = f"SELECT replica, seq, kind, payload FROM log WHERE kind IN ({marks}) ORDER BY clock, tick, replica, seq"
    for replica, seq, kind, payload in log.execute(query, _RARE):
        yield from _of(kind, (replica, seq), json.loads(payload))


def weak_traces(log: sqlite3.Connection) -> Iterator[Act]:
    """Coders' acts and memos on segments, in no order."""
    query = "SELECT replica, seq, kind, payload FROM log WHERE kind IN ('decided', 'completed', 'memo_written')"
    for replica, seq, kind, stored in log.execute(query):
        payload, entry = json.loads(stored), (replica, seq)
        if kind == "memo_written":
            if payload["about"] == "segment":
                document, _, ordinal = payload["subject"].partition(".")
                yield Act(entry, "", "", "", (Trace(entry, "erased", document, [[int(ordinal)] * 2]),))
            continue
        document, _, ordinal = payload["segment"].partition(".")
        found = [Trace(entry, "erased", document, [[int(ordinal)] * 2]), Trace(entry, "round_closed", payload["round"])]
        if payload.get("code"):
            found.append(Trace(entry, "code", payload["code"], "use"))
        unit = f"{payload['round']} {payload['coder']} {payload['segment']}"
        yield Act(entry, payload["coder"], unit, payload["segment"], tuple(found))


def _of(kind: str, entry: EntryRef, payload: dict[str, Any]) -> Iterator[Trace]:
    match kind:
        case "code_changed":
            yield from _of_code(entry, payload)
        case "document_described":
            for field in ("label", "attributes"):
                if payload[field] is not None:
                    yield Trace(entry, field, payload["document"])
        case "consent_set":
            yield Trace(entry, "consent", payload["document"], (payload["speaker"], payload["flag"], payload["on"]))
        case "role_set":
            yield Trace(entry, "role", payload["document"], (payload["role"], payload["segments"]))
        case "erased":
            whole = [[0, 10**9]] if payload["scope"] == "document" else payload["segments"]
            yield Trace(entry, "erased", payload["document"], ("erased", whole))
        case "round_closed":
            yield Trace(entry, "round_closed", payload["round"], "closed")
        case "round_assigned":
            yield Trace(entry, "assigned", payload["round"], payload["coder"])
        case "queue_drawn":
            yield from (Trace(entry, "drawn", document, payload["round"]) for document in payload["documents"])
        case "settled":
            yield Trace(entry, "settled", payload["segment"], payload["round"])
        case "reverted":
            yield Trace(entry, "undone", "{}/{}".format(*payload["entry"]))
        case "proposal_settled":
            yield from (Trace(entry, "proposal", id_) for id_ in payload["proposals"])
        case "setting_changed":
            yield Trace(entry, "setting", payload["key"], (payload["value"], payload["text"]))
        case "host_allowed" | "host_revoked":
            yield Trace(entry, "host", payload["host"], kind)
        case "second_text_added":
            yield Trace(entry, "second_text", payload["document"], payload["text"])
        case "second_text_corrected":
            yield Trace(entry, "second_words", "{text}.{part}".format(**payload))
            yield Trace(entry, "second_removed", payload["document"], ("words", payload["text"]))
        case "second_text_removed":
            yield Trace(entry, "second_removed", payload["document"], ("removed", payload["text"]))
        case "profile_kept" | "prompt_kept":
            yield Trace(entry, kind.partition("_")[0], payload["name"])


def _of_code(entry: EntryRef, payload: dict[str, Any]) -> Iterator[Trace]:
    if payload["op"] == "add":
        yield from (Trace(entry, "proposal", id_) for id_ in payload.get("proposals", ()))
        parents = {part["parent"] for part in payload["codes"]} - {None}
        yield from (Trace(entry, "code", parent, "below") for parent in sorted(parents))
        return
    does = "words" if payload["op"] in ("rename", "define") else payload["op"]
    yield Trace(entry, "code", payload["code"], does)
    if other := payload.get("into") or payload.get("parent"):
        yield Trace(entry, "code", other, "below")


def ends_code(trace: Trace) -> bool:
    """Whether the entry takes a code out of use."""
    return trace.about == "code" and trace.does in ENDS


def meets(one: Trace, other: Trace) -> str | None:
    """The rule that decides between two entries about one thing; None where they do not clash."""
    does = (one.does, other.does)
    match one.about:
        case "code":
            return _codes_meet(*does)
        case "consent":
            return "consent" if does[0][:2] == does[1][:2] and does[0][2] != does[1][2] else None
        case "role":
            return "role" if does[0][0] != does[1][0] and _overlap(does[0][1], does[1][1]) else None
        case "second_removed":
            return "second_removed" if does[0][1] == does[1][1] and does[0] != does[1] else None
        case "erased":
            gone = [item[1] for item in does if isinstance(item, tuple)]
            acts = [item for item in does if isinstance(item, list)]
            return "erased" if len(gone) == len(acts) == 1 and _overlap(gone[0], acts[0]) else None
        case "round_closed":
            return "round_closed" if "closed" in does and does[0] != does[1] else None
        case "assigned" | "drawn" | "settled":
            return one.about if does[0] == does[1] else None
        case "setting" | "host" | "second_text":
            return one.about if does[0] != does[1] else None
        case _:
            return one.about


def _codes_meet(one: str, other: str) -> str | None:
    ends = (one in ENDS) + (other in ENDS)
    if ends == 2:
        return "code_ended_twice"
    if ends:
        return "code_ended_used" if "use" in (one, other) else "code_ended"
    if one == other and one in ("words", "move"):
        return "code_words" if one == "words" else "code_place"
    return None


def _overlap(one: list[list[int]], other: list[list[int]]) -> bool:
    return any(a <= d and c <= b for a, b in one for c, d in other)
