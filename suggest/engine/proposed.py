"""What a model proposes is checked before it is stored: the name is one, the place exists, the evidence is in the
text, and the tree has no such code yet."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from suggest.engine.checks import MOST_RAW, find_evidence
from suggest.models.interface import Answer, EvidenceState, Failure, FailureKind, OfferedCode, Proposed, Task

MOST_PROPOSALS = 20
"""Of one answer so many are looked at: a list without end is no work of reading."""
MOST_NAME, MOST_DEFINITION = 100, 1_000
KEYS = {"name", "definition", "under", "evidence", "rationale"}

_SURROGATES = re.compile("[\ud800-\udfff\x00]")


class NotTheSchema(Exception):
    """The answer is JSON, but not of the schema. The message quotes nothing of it."""


def parse_proposals(task: Task, raw: str, task_hash: str, codes: Sequence[OfferedCode]) -> Answer | Failure:
    """The answer in a model's `{"proposals": [{"name", "definition", "under", "evidence", "rationale"}]}`.

    What is not the schema is an `invalid_answer`. A place that does not exist becomes the top of the tree; a name
    without a letter, one that a code has already and one that comes twice are dropped; long texts are cut. Evidence is
    looked for in the segment alone: a quote that is not there is none.
    """
    plain = Answer(task.segment, (), task_hash, raw, sample=task.sample)
    try:
        if len(raw) > MOST_RAW:
            raise NotTheSchema(f"longer than {MOST_RAW} characters")
        listed = _listed(json.loads(raw, strict=False))
        found = [_proposal(task, item, number, codes) for number, item in enumerate(listed[:MOST_PROPOSALS], 1)]
    except json.JSONDecodeError as error:
        return _invalid(task, f"not JSON: {error.msg} at character {error.pos}", plain)
    except NotTheSchema as error:
        return _invalid(task, str(error), plain)
    except (ValueError, RecursionError):
        return _invalid(task, "not JSON: a number too long or lists too deep", plain)
    taken = {plain_name(code.name) for code in codes}
    kept: dict[str, Proposed] = {}
    for one in found:
        name = plain_name(one.name)
        if any(letter.isalpha() for letter in name) and name not in taken:
            kept.setdefault(name, one)
    return replace(plain, proposed=tuple(kept.values()))


def plain_name(name: str) -> str:
    """A name without regard to case and white space."""
    return " ".join(name.casefold().split())


def _listed(parsed: Any) -> list[Any]:
    if not isinstance(parsed, dict) or set(parsed) != {"proposals"} or not isinstance(parsed["proposals"], list):
        raise NotTheSchema('not an object with the one key "proposals" and a list')
    found: list[Any] = parsed["proposals"]
    return found


def _proposal(task: Task, item: Any, number: int, codes: Sequence[OfferedCode]) -> Proposed:
    if not isinstance(item, dict) or set(item) != KEYS:
        raise NotTheSchema(f"proposal {number} has not the keys {', '.join(sorted(KEYS))}")
    for name in sorted(KEYS):
        if not isinstance(item[name], str):
            raise NotTheSchema(f'"{name}" of proposal {number} is not a string')
    quote, state, evidence = item["evidence"], "none", None
    if quote.strip():
        place = find_evidence(task.text, quote)
        state = "not_found" if place is None else place.state
        evidence = None if place is None else (task.start + place.start, task.start + place.end)
    return Proposed(
        _cut(item["name"], MOST_NAME),
        _cut(item["definition"], MOST_DEFINITION),
        item["under"] if any(code.id == item["under"] for code in codes) else None,
        evidence,
        _state(state),
        _cut(item["rationale"], MOST_DEFINITION),
    )


def _state(word: str) -> EvidenceState:
    known: dict[str, EvidenceState] = {"exact": "exact", "tolerant": "tolerant", "not_found": "not_found"}
    return known.get(word, "none")


def _cut(text: str, most: int) -> str:
    """On one line, without what no file can hold, and no longer than that."""
    line = " ".join(_SURROGATES.sub("\ufffd", text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _invalid(task: Task, detail: str, answer: Answer) -> Failure:
    raw = _SURROGATES.sub("\ufffd", (answer.raw or "")[:MOST_RAW])
    return Failure(task.segment, FailureKind.INVALID_ANSWER, detail, answer.task_hash, raw, sample=task.sample)
