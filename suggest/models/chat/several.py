"""Several segments in one question: what is asked of all of them together, and each one's own answer out of theirs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from suggest.models.chat.calls import Said, Usage
from suggest.models.chat.questions import Question
from suggest.models.chat.shaping import with_codes
from suggest.models.interface import Task

TOGETHER = (
    "These were {count} segments, each under its name: {names}. Code each of them by itself, as if it were the only "
    "one: what is said in one is no reason for a code of another, and evidence is copied from the very segment that "
    "the code is for. The shape of the answer is this, in place of the one above: one JSON object and nothing else, "
    '{{"answers": [{{"segment": "{first}", "suggestions": [...]}}, ...]}}, with one entry for each of the {count} '
    "segments and suggestions as they were described. A segment to which no code applies has an entry, too: "
    '"suggestions": [].'
)
LONGEST = 1_000_000


def together(questions: Sequence[Question], codes: Sequence[str]) -> Question | None:
    """The question about the segments of all of these, which are about codes of these ids; None where they have to be
    asked one by one, as where each offers some of the codes."""
    messages = joined([question.messages for question in questions])
    if messages is None or any(question.offered is not None for question in questions):
        return None
    own = [question.segments[0] for question in questions]
    around = [segment for question in questions for segment in question.segments[1:]]
    shape = schema_of(with_codes(questions[0].schema, codes), len(questions))
    segments = tuple(dict.fromkeys([*own, *around]))
    return Question(messages, shape, segments, questions[0].quoted, asked=len(questions))


def besides(question: Question, task: Task) -> tuple[str, ...]:
    """Whose words a question holds besides a segment's own."""
    return tuple(segment for segment in question.segments if segment != task.segment)


def names_of(count: int) -> tuple[str, ...]:
    """What the segments are called in a question and its answer."""
    return tuple(f"s{number}" for number in range(1, count + 1))


def joined(prompts: Sequence[Sequence[Said]]) -> tuple[Said, ...] | None:
    """The messages that ask all of these together; None where their instructions are not the same to the letter.

    Instructions and codes stand there once, with them the fences: where a segment's words made its fence another one it
    has to be asked by itself.
    """
    instructions = prompts[0][:-1]
    if any(tuple(one[:-1]) != tuple(instructions) for one in prompts):
        return None
    names = names_of(len(prompts))
    parts = [f"Segment {name}\n\n{one[-1].content}" for name, one in zip(names, prompts, strict=True)]
    told = TOGETHER.format(count=len(names), names=", ".join(names), first=names[0])
    return (*instructions, Said("user", "\n\n".join([*parts, told])))


def schema_of(schema: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The JSON schema of the answer to so many segments, made of that of one."""
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": ["segment", "suggestions"],
        "properties": {
            "segment": {"type": "string", "enum": list(names_of(count))},
            "suggestions": schema["properties"]["suggestions"],
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["answers"],
        "properties": {"answers": {"type": "array", "items": entry}},
    }


def divided(raw: str, count: int) -> list[str | None]:
    """Each segment's own answer, as a single one would be written, in the order of the names; None for one that has
    none, or more than one, or where the whole is not of the shape that was asked for."""
    nothing: list[str | None] = [None] * count
    if len(raw) > LONGEST * count:
        return nothing
    try:
        found = json.loads(raw, strict=False, object_pairs_hook=_once_each)
        entries = found["answers"] if isinstance(found, dict) and set(found) == {"answers"} else None
        if not isinstance(entries, list):
            return nothing
        named = [entry for entry in entries if isinstance(entry, dict) and set(entry) == {"segment", "suggestions"}]
        times = Counter(entry["segment"] for entry in named if isinstance(entry["segment"], str))
        own = {entry["segment"]: entry["suggestions"] for entry in named if isinstance(entry["segment"], str)}
        return [_alone(own[name]) if times[name] == 1 else None for name in names_of(count)]
    except (ValueError, RecursionError):
        return nothing


def _alone(suggestions: Any) -> str:
    return json.dumps({"suggestions": suggestions}, ensure_ascii=False)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def shared(usage: Usage | None, count: int) -> list[Usage | None]:
    """A call's tokens divided among the segments that it asked about: whole numbers that add up to it."""
    if usage is None:
        return [None] * count
    return [
        Usage(
            *(whole // count + (number < whole % count) for whole in (usage.tokens_in, usage.tokens_out, usage.cached))
        )
        for number in range(count)
    ]
