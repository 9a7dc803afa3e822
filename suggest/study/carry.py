"""What a completed answer means after the code tree has changed: the carry rules.

An answer is given under the tree of its time. Every change that the coder had not seen moves the answer on: a new
code is missing, a redefined one is missing until it is read again, merged codes join, split codes pass negatives on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from suggest.study.tree import CodeTree


class Answer(StrEnum):
    """A coder's answer for one segment and one code. Only the first four are answers; the rest are missing. `BULK` is
    said by audits only: it was decided together with others, unread."""

    APPLIED = "applied"
    REJECTED = "rejected"
    SHOWN_NOT_APPLIED = "shown_not_applied"
    NOT_APPLIED = "not_applied"
    UNSURE = "unsure"
    NOT_IN_SCOPE = "not_in_scope"
    STALE = "stale"
    OPEN = "open"
    BULK = "bulk"

    @property
    def negative(self) -> bool:
        return self in (Answer.REJECTED, Answer.SHOWN_NOT_APPLIED, Answer.NOT_APPLIED)

    @property
    def missing(self) -> bool:
        return not self.negative and self is not Answer.APPLIED


@dataclass(frozen=True)
class TreeChange:
    """One logged change: its number in the fold's order, whether it still stands, whether it stood before the coder.

    `seen` is false both for what the coder did not know yet and for what the coder knew to be undone.
    """

    number: int
    change: Mapping[str, Any]
    live: bool
    seen: bool


def tree_seen(changes: Iterable[TreeChange]) -> CodeTree:
    """The tree as it stood before the coder: all changes seen, also those undone since."""
    return CodeTree.after((item.number, item.change) for item in changes if item.seen)


def carried(answers: Mapping[str, Answer], changes: Iterable[TreeChange]) -> dict[str, Answer]:
    """Answers by code id, given under the tree seen, as they stand under today's tree. For many answers given under
    the same tree use one `Carrier`."""
    return Carrier(changes).carry(answers)


class Carrier:
    """What the changes since a tree was seen do to answers given under it, worked out once for all such answers."""

    def __init__(self, changes: Iterable[TreeChange]) -> None:
        history = list(changes)
        # The changes are stepped through a tree, so that a void one carries nothing.
        tree = tree_seen(history)
        self._steps: list[tuple[Mapping[str, Any], str]] = []
        for item in history:
            if item.live and not item.seen and tree.apply(item.number, item.change):
                into = tree.resolve(item.change["into"]) if item.change["op"] == "merge" else ""
                self._steps.append((item.change, into))
        undone = (item for item in history if item.seen and not item.live)
        self._touched = {
            code for item in undone if item.change["op"] not in ("rename", "move") for code in _touched(item.change)
        }
        today = CodeTree.after((item.number, item.change) for item in history if item.live)
        self._today = tuple(node.code for node in today.live())

    def carry(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Answers by code id as they stand under today's tree.

        Codes that are no longer live have no key. What a change did that was undone later is missing (`STALE`) for all
        codes it touched, since nobody can tell what the coder would have answered without it; other names and places
        change no answer.
        """
        result = dict(answers)
        for change, into in self._steps:
            _step(change, into, result)
        return {
            code: Answer.STALE if code in self._touched else result.get(code, Answer.NOT_IN_SCOPE)
            for code in self._today
        }


def _step(change: Mapping[str, Any], into: str, result: dict[str, Answer]) -> None:
    match change["op"]:
        case "define":
            if change["code"] in result and result[change["code"]] is not Answer.NOT_IN_SCOPE:
                result[change["code"]] = Answer.STALE
        case "merge":
            result[into] = merged(
                result.pop(change["code"], Answer.NOT_IN_SCOPE), result.get(into, Answer.NOT_IN_SCOPE)
            )
        case "split":
            before = result.pop(change["code"], Answer.NOT_IN_SCOPE)
            for part in change["parts"]:
                result[part["code"]] = split(before)
        case "retire":
            result.pop(change["code"], None)


def merged(one: Answer, other: Answer) -> Answer:
    """Positive if either was, negative only if both were, else missing."""
    if Answer.APPLIED in (one, other):
        return Answer.APPLIED
    if one.negative and other.negative:
        order = (Answer.REJECTED, Answer.SHOWN_NOT_APPLIED, Answer.NOT_APPLIED)
        return min(one, other, key=order.index)
    return one if one.missing else other


def split(before: Answer) -> Answer:
    """A negative holds for every part; a positive leaves open which part it meant."""
    return Answer.OPEN if before is Answer.APPLIED else before


def _touched(change: Mapping[str, Any]) -> set[str]:
    codes = {change[key] for key in ("code", "into") if change.get(key)}
    return codes | {part["code"] for part in (*change.get("codes", ()), *change.get("parts", ()))}
