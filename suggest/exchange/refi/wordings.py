"""A code's words as one description, since REFI-QDA has no more than that, and back; and names that stand once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from suggest.study.codes import Code, Wording

_HEADS = {"include": "When to use: ", "exclude": "When not to use: ", "example": "Example: "}
_PART = re.compile("\n\n(When to use|When not to use|Example): ")
_BY_HEAD = {head.strip().rstrip(":"): key for key, head in _HEADS.items()}
BETWEEN = " > "


def describe(words: Wording) -> str:
    """Definition, when to use, when not to, examples: each but the first under its head, parted by an empty line."""
    parts = [("include", words.include), ("exclude", words.exclude), *(("example", text) for text in words.examples)]
    return words.definition + "".join(f"\n\n{_HEADS[key]}{text}" for key, text in parts if text)


def undescribe(name: str, description: str) -> Wording:
    """The wording behind a description of `describe`. A definition that holds such heads itself comes back parted."""
    pieces = _PART.split(description)
    words: dict[str, list[str]] = {key: [] for key in _HEADS}
    for head, text in zip(pieces[1::2], pieces[2::2], strict=True):
        words[_BY_HEAD[head]].append(text)
    return Wording(
        name, pieces[0], "\n\n".join(words["include"]), "\n\n".join(words["exclude"]), tuple(words["example"])
    )


def unique_names(codes: Sequence[Code]) -> dict[str, str]:
    """A name for each code (an id) that no other has, since QualCoder drops a second code of the same name.

    A name that stands more than once gets the parent's before it ("Care > Time"), and then a number if it must.
    """
    times: dict[str, int] = {}
    for code in codes:
        times[code.name] = times.get(code.name, 0) + 1
    taken = {name for name, count in times.items() if count == 1}
    named: dict[str, str] = {}
    for code in codes:
        if times[code.name] == 1:
            named[code.id] = code.name
            continue
        long = BETWEEN.join(code.path[-2:])
        name, n = long, 1
        while name in taken:
            n += 1
            name = f"{long} ({n})"
        taken.add(name)
        named[code.id] = name
    return named


def without_parent(name: str, parent: str | None) -> str:
    """The name without the parent's that `unique_names` put before it."""
    head = f"{parent}{BETWEEN}"
    return name[len(head) :] if parent and name.startswith(head) and len(name) > len(head) else name
