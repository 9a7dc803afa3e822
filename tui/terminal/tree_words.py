"""A change of the code tree in words, the same wherever it is told: when it is made, undone, and done again."""

from __future__ import annotations

from suggest.study.log import EntryRef
from suggest.study.study import Study
from suggest.study.tree_history import HistoryItem, history

DONE = {
    "add": "added", "define": "redefined", "rename": "renamed", "move": "moved", "merge": "merged", "split": "split",
    "retire": "retired",
}  # fmt: skip
MOST = 3
"""So many codes are named, the rest counted."""


def told(item: HistoryItem) -> str:
    """What a change did, and to which codes."""
    first, done = item.codes[0], DONE[item.op]
    below = f" below {item.under}" if item.under else ""
    match item.op:
        case "add":
            return f"{done} the code{'' if len(item.codes) == 1 else 's'} {listed(item.codes)}{below}"
        case "rename" if item.before:
            return f"{done} the code {item.before} to {first}"
        case "move":
            return f"{done} the code {first}{below or ' to the top'}"
        case "merge" | "split":
            return f"{done} the code {first} into {listed(item.codes[1:])}"
        case _:
            return f"{done} the code {first}"


def listed(names: tuple[str, ...]) -> str:
    """Names one after the other."""
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")


def told_of(study: Study, entry: EntryRef) -> str:
    """The words for the change of the tree that an entry of the log made."""
    item = next((item for item in history(study) if item.entry == entry), None)
    return "a change of the code tree" if item is None else told(item)
