"""What a prompt says about one task: the codes, the neighbouring turns and the segment, with all transcript text
between fences that no transcript can counterfeit."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache

from suggest.engine.prompts import Prompt, PromptTemplate, render
from suggest.models.interface import Example, OfferedCode, Task, Turn
from suggest.models.other_language import OtherLanguage

SHORTEST_FENCE = 12
FENCE_STEP = 8


def fence(secret: bytes, prompt_version: str, texts: Iterable[str]) -> str:
    """A mark that none of the texts contains: the HMAC-SHA256 of the prompt version under the study's secret, in hex.

    Constant in a study, so that prompts keep a common beginning; where a text happens to contain it, so much longer
    as it takes. Case counts for nothing, since models read past it. Raises ValueError for an empty secret.
    """
    if not secret:
        raise ValueError("a fence needs a secret: anybody could guess one made without")
    lowered = [text.casefold() for text in texts]
    mark, number = "", 0
    while True:
        if len(mark) < SHORTEST_FENCE + FENCE_STEP * number:
            block = f"{prompt_version}\0{len(mark) // 64}".encode()
            mark += hmac.new(secret, block, hashlib.sha256).hexdigest()
        candidate = mark[: SHORTEST_FENCE + FENCE_STEP * number]
        if not any(candidate in text for text in lowered):
            return candidate
        number += 1


def prompt_for(
    template: PromptTemplate,
    task: Task,
    codes: Sequence[OfferedCode],
    *,
    secret: bytes,
    examples: Sequence[Example] = (),
    study: str | None = None,
    language: str | None = None,
) -> Prompt:
    """The prompt for one task. Every text that people wrote, code wordings included, stands between fences.

    Its `segments` name the task's own, its neighbours', those whose words stand beside it, and the examples'; an
    example of the segment itself is left out. `study` says what the study is about and `language` what the rationale is
    written in; without them the template's defaults stand. Raises BadInput as `render` does.
    """
    shown = [example for example in examples if example.segment != task.segment]
    turns = [*task.before, *task.after]
    wordings = _wordings(tuple(codes))
    before = "\n".join(_turn(turn) for turn in task.before)
    after = "\n".join(_turn(turn) for turn in task.after)
    speaker = task.speaker or "unknown"
    other = task.beside
    beside = "" if other is None else f"{_named(other)}: {other.text}"
    given = {name: text for name, text in (("study", study), ("language", language)) if text is not None}
    texts = [*given.values(), wordings, *(example.text for example in shown), before, after, beside, speaker, task.text]
    mark = fence(secret, template.prompt_version, texts)
    variables = {
        **given,
        "codes": wordings or "(none yet)",
        "examples": _examples(shown, mark) or "(none)",
        "fence": mark,
        "before": before or "(nothing)",
        "after": after or "(nothing)",
        "beside": beside or "(nothing)",
        "speaker": speaker,
        "segment": task.text,
    }
    told = other.segments if other is not None and "beside" in template.variables else ()
    segments = [task.segment, *(turn.segment for turn in turns), *told, *(example.segment for example in shown)]
    return render(template, variables, segments=segments)


def _named(other: OtherLanguage) -> str:
    return f"{other.side} ({other.language})" if other.language else other.side


@lru_cache(maxsize=4)
def _wordings(codes: tuple[OfferedCode, ...]) -> str:
    """The codes in their order; the same for all questions of a run."""
    return "\n\n".join(_code(code) for code in sorted(codes, key=lambda code: (code.path, code.id)))


def _code(code: OfferedCode) -> str:
    rows = [
        ("id", code.id),
        ("name", " > ".join(code.path) or code.name),
        ("definition", code.definition),
        ("use when", code.include),
        ("do not use when", code.exclude),
        *(("example", example) for example in code.examples),
    ]
    return "\n".join(f"{label}: {value}" for label, value in rows if value)


def _turn(turn: Turn) -> str:
    said = f"{turn.speaker or 'unknown'}: {turn.text}"
    return said if turn.role == "data" else f"[{turn.role}] {said}"


def _examples(shown: Sequence[Example], mark: str) -> str:
    """Each segment once, with a line for each thing that was decided on it. These lines begin with the fence's mark:
    what somebody said can look like none of them."""
    found: dict[str, list[str]] = {}
    for example in shown:
        found.setdefault(example.segment, [example.text]).append(f"[{mark}] people decided: {_verdict(example)}")
    return "\n\n".join("\n".join(lines) for lines in found.values())


def _verdict(example: Example) -> str:
    if example.verdict == "no_code":
        return "no code fits"
    return f"{example.code} {'does not fit' if example.verdict == 'rejected' else 'fits'}"
