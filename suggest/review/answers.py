"""What a coder is told after a request was carried out and stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suggest.review.item import Suggestion
from suggest.review.requests import Declined
from suggest.study.log import EntryRef
from suggest.study.masking import Masked


@dataclass(frozen=True)
class Revealed:
    """The suggestions that came up when a blind answer was committed; `set` None if there were none."""

    set: str | None
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Touched:
    """What undo took back, or redo brought back: an action, and the segment's id where it has one.

    Of a bulk act `count` says how many decisions it was."""

    action: str
    segment: str | None
    count: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As `decide` prints it."""
        found: dict[str, Any] = {"action": self.action, "segment": self.segment}
        return found if self.count is None else {**found, "count": self.count}


@dataclass(frozen=True)
class Made:
    """A code that was made: its id and path."""

    code: str
    path: str


@dataclass(frozen=True)
class Answer:
    """A stored request: its first log entry. `repeated`: the same `ref` had been stored before, nothing was now.

    `made` is the code that a new one became, `masked` what a mask did, `bulk` the entries of a bulk act.
    """

    entry: EntryRef
    ref: str | None
    repeated: bool = False
    revealed: Revealed | None = None
    undone: Touched | None = None
    redone: Touched | None = None
    made: Made | None = None
    masked: Masked | None = None
    bulk: tuple[EntryRef, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """The object that `decide` prints."""
        found: dict[str, Any] = {"ok": True, "entry": list(self.entry), "ref": self.ref}
        if self.repeated:
            found["repeated"] = True
        if self.revealed is not None:
            suggestions = [suggestion.to_json() for suggestion in self.revealed.suggestions]
            found["revealed"] = {"set": self.revealed.set, "suggestions": suggestions}
        for key, touched in (("undone", self.undone), ("redone", self.redone)):
            if touched is not None:
                found[key] = touched.to_json()
        if self.made is not None:
            found["made"] = {"code": self.made.code, "path": self.made.path}
        if self.masked is not None:
            done = self.masked
            found["masked"] = {"places": done.places, "elsewhere": done.elsewhere, "scrubbed": done.scrubbed,
                               "look": done.look}  # fmt: skip
        if self.bulk is not None:
            found["bulk"] = [list(entry) for entry in self.bulk]
        return found


def declined(error: Declined, line: object) -> dict[str, Any]:
    """The object that `decide` prints for a request that was not carried out."""
    ref = line.get("ref") if isinstance(line, Mapping) else None
    told = {"ok": False, "error": str(error), "kind": error.kind, "ref": ref if isinstance(ref, str) else None}
    return {**told, **error.more}
