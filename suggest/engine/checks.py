"""What a model says is checked before it is stored: evidence against the text, codes against the codes on offer,
fields against their ranges. A chat model's raw answer is parsed here, by hand and strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from suggest.models.interface import (
    MILLION,
    Answer,
    Candidate,
    EvidenceState,
    Failure,
    FailureKind,
    OfferedCode,
    Task,
    Turn,
)

MOST_RATIONALE = 2_000
MOST_RAW = 1_000_000
MOST_SUGGESTIONS = 1_000
MOST_BASIS = 100
MOST_PLACES = 1_000
"""So many places of a quote are looked at for one that begins and ends between words."""

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›′″‵‶「」『』〝〞〟＂＇"
_DASHES = "-‐‑‒–—―−﹘﹣－"
_TOLERATED = re.compile(f"(?P<space>\\s+)|(?P<dash>[{re.escape(_DASHES)}]+)|(?P<quote>[{re.escape(_QUOTES)}])")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Evidence(NamedTuple):
    """A half-open range of code points in the text searched, and how it was found there."""

    start: int
    end: int
    state: Literal["exact", "tolerant"]


@dataclass(frozen=True, slots=True)
class Repairs:
    """How often each thing was set right in an answer; all zero for a clean one."""

    unknown_codes: int = 0
    duplicates: int = 0
    cut: int = 0
    confidences_dropped: int = 0
    evidence_not_found: int = 0
    surrogates: int = 0

    def __add__(self, other: Repairs) -> Repairs:
        return Repairs(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer that may be stored, and what was set right in it."""

    answer: Answer
    repairs: Repairs = field(default_factory=Repairs)


def find_evidence(text: str, quote: str) -> Evidence | None:
    """Where a quote stands in a text, verbatim or but for white space, quote marks and dashes; None if nowhere.

    A run of white space equals any other, a run of dashes any other, a quote mark any other; nothing else is ever
    "close enough". White space around the quote is ignored. Of several places the first is given that does not
    begin or end inside a word, failing that the first.
    """
    wanted = quote.strip()
    if not wanted:
        return None
    place = _place(text, wanted)
    if place is not None:
        return Evidence(place, place + len(wanted), "exact")
    folded, starts, ends = _folded(text)
    sought = _folded(wanted)[0]
    place = _place(folded, sought)
    if place is None:
        return None
    return Evidence(starts[place], ends[place + len(sought) - 1], "tolerant")


def check_answer(task: Task, answer: Answer, codes: Sequence[OfferedCode]) -> Checked | Failure:
    """The answer as it may be stored, or a failure where its evidence points outside what the model was given.

    Codes that were not offered are dropped, a code named twice is kept at its better rank, long fields are cut,
    confidences outside 0 to 1,000,000 are dropped, lone surrogates replaced; each is counted.
    """
    offered = {code.id for code in codes}
    if answer.offered is not None:
        offered &= set(answer.offered)
    ranges = _ranges(task)
    kept: dict[str, Candidate] = {}
    unknown = duplicates = cut = confidences = surrogates = missing = 0
    for candidate in answer.candidates:
        if candidate.code not in offered:
            unknown += 1
            continue
        if candidate.code in kept:
            duplicates += 1
            continue
        if not _evidence_holds(candidate, ranges):
            return _invalid(task, "evidence outside the segment and its neighbours", answer)
        rationale, replaced = _SURROGATES.subn("\ufffd", candidate.rationale)
        surrogates += replaced
        if len(rationale) > MOST_RATIONALE or len(candidate.basis) > MOST_BASIS:
            cut += 1
            rationale = _cut(rationale)
        confidence, method = candidate.confidence, candidate.confidence_method
        if confidence is not None and not 0 <= confidence <= MILLION:
            confidences += 1
            confidence, method = None, "none"
        missing += candidate.evidence_state == "not_found"
        basis = candidate.basis[:MOST_BASIS]
        kept[candidate.code] = replace(
            candidate, rationale=rationale, confidence=confidence, confidence_method=method, basis=basis
        )
    raw = answer.raw
    if raw is not None:
        raw, replaced = _SURROGATES.subn("\ufffd", raw)
        surrogates += replaced
        if len(raw) > MOST_RAW:
            cut += 1
            raw = raw[:MOST_RAW]
    checked = replace(answer, candidates=tuple(kept.values()), raw=raw)
    return Checked(checked, Repairs(unknown, duplicates, cut, confidences, missing, surrogates))


def check_failure(failure: Failure, task_hash: str) -> Failure:
    """The failure as it may be stored: with its task, its texts cut and without lone surrogates."""
    return replace(
        failure,
        task_hash=failure.task_hash or task_hash,
        detail=_cut(_SURROGATES.sub("\ufffd", failure.detail)),
        raw=None if failure.raw is None else _SURROGATES.sub("\ufffd", failure.raw[:MOST_RAW]),
    )


def parse_chat_answer(task: Task, raw: str, task_hash: str) -> Answer | Failure:
    """The answer in a chat model's `{"suggestions": [{"code", "evidence", "rationale", "confidence"}]}`.

    Everything named fits; an empty list means that no code does. Suggestions are ranked by confidence, equals and
    those without one in their order. Raw control characters inside strings are taken; anything else that is not
    the schema is an `invalid_answer` whose detail says what is wrong, in no words of the answer. The codes are not
    looked at here: see `check_answer`.
    """
    plain = Answer(task.segment, (), task_hash, raw, sample=task.sample)
    if len(raw) > MOST_RAW:
        return _invalid(task, f"longer than {MOST_RAW} characters", plain)
    try:
        parsed = json.loads(raw, strict=False, object_pairs_hook=_once_each, parse_constant=_no_constant)
        suggestions = [_suggestion(task, item, number) for number, item in enumerate(_suggestions(parsed), 1)]
    except json.JSONDecodeError as error:
        return _invalid(task, f"not JSON: {error.msg} at character {error.pos}", plain)
    except _NotTheSchema as error:
        return _invalid(task, str(error), plain)
    except (ValueError, RecursionError):
        return _invalid(task, "not JSON: a number too long or lists too deep", plain)
    ranked = sorted(suggestions, key=lambda one: -1 if one.confidence is None else one.confidence, reverse=True)
    return replace(plain, candidates=tuple(ranked))


class _NotTheSchema(Exception):
    """The answer is JSON, but not of the schema. The message quotes nothing of it."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotTheSchema("a key stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise _NotTheSchema("NaN or Infinity is no JSON number")


def _suggestions(parsed: Any) -> list[Any]:
    if not isinstance(parsed, dict) or set(parsed) != {"suggestions"}:
        raise _NotTheSchema('not an object with the one key "suggestions"')
    found = parsed["suggestions"]
    if not isinstance(found, list):
        raise _NotTheSchema('"suggestions" is not a list')
    if len(found) > MOST_SUGGESTIONS:
        raise _NotTheSchema(f"more than {MOST_SUGGESTIONS} suggestions")
    return found


def _suggestion(task: Task, item: Any, number: int) -> Candidate:
    if not isinstance(item, dict) or set(item) != {"code", "evidence", "rationale", "confidence"}:
        raise _NotTheSchema(f'suggestion {number} has not the keys "code", "evidence", "rationale", "confidence"')
    for name in ("code", "evidence", "rationale"):
        if not isinstance(item[name], str):
            raise _NotTheSchema(f'"{name}" of suggestion {number} is not a string')
    stated = item["confidence"]
    if stated is not None and (isinstance(stated, bool) or not isinstance(stated, int | float)):
        raise _NotTheSchema(f'"confidence" of suggestion {number} is not a number')
    evidence, state = _placed(task, item["evidence"])
    return Candidate(
        code=item["code"],
        fits=True,
        # A number outside 0 to 1 becomes one that `check_answer` drops and counts: 85 is not taken for 0.85.
        confidence=None if stated is None else round(stated * MILLION) if 0 <= stated <= 1 else -1,
        confidence_method="none" if stated is None else "verbal",
        evidence=evidence,
        evidence_state=state,
        rationale=item["rationale"],
    )


def _placed(task: Task, quote: str) -> tuple[tuple[int, int] | None, EvidenceState]:
    """The quote in the segment, else in the nearest turn that has it, as document offsets."""
    if not quote.strip():
        return None, "none"
    nearest: list[Turn] = []
    for step in range(max(len(task.before), len(task.after))):
        nearest.extend(task.before[-1 - step : len(task.before) - step])
        nearest.extend(task.after[step : step + 1])
    for text, start in [(task.text, task.start), *((turn.text, turn.start) for turn in nearest)]:
        found = None if start is None else find_evidence(text, quote)
        if found is not None and start is not None:
            return (start + found.start, start + found.end), found.state
    return None, "not_found"


def _ranges(task: Task) -> list[tuple[int, int]]:
    """The stretches of the document that the model was given. Evidence may run from one into another."""
    known = [
        (turn.start, turn.start + len(turn.text)) for turn in (*task.before, *task.after) if turn.start is not None
    ]
    return [(task.start, task.start + len(task.text)), *known]


def _evidence_holds(candidate: Candidate, ranges: Sequence[tuple[int, int]]) -> bool:
    if candidate.evidence is None:
        return candidate.evidence_state in ("none", "not_found")
    start, end = candidate.evidence
    begins = any(first <= start < last for first, last in ranges)
    ends = any(first < end <= last for first, last in ranges)
    return start < end and begins and ends and candidate.evidence_state in ("exact", "tolerant")


def _invalid(task: Task, detail: str, answer: Answer) -> Failure:
    return Failure(
        task.segment,
        FailureKind.INVALID_ANSWER,
        detail,
        answer.task_hash,
        None if answer.raw is None else _SURROGATES.sub("\ufffd", answer.raw[:MOST_RAW]),
        answer.tokens_in,
        answer.tokens_out,
        task.sample,
    )


def _cut(text: str) -> str:
    return text if len(text) <= MOST_RATIONALE else text[: MOST_RATIONALE - 1] + "…"


def _place(text: str, wanted: str) -> int | None:
    """The first place between words, else the first place, else None."""
    first = at = text.find(wanted)
    for _ in range(MOST_PLACES):
        if at < 0:
            break
        end = at + len(wanted)
        inside = (at > 0 and text[at - 1].isalnum() and wanted[0].isalnum()) or (
            end < len(text) and text[end].isalnum() and wanted[-1].isalnum()
        )
        if not inside:
            return at
        at = text.find(wanted, at + 1)
    return None if first < 0 else first


def _folded(text: str) -> tuple[str, list[int], list[int]]:
    """The text with tolerated characters made alike; for each character of it where the original starts and ends."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _TOLERATED.finditer(text):
        at, end = match.span()
        parts.append(text[done:at])
        starts.extend(range(done, at))
        ends.extend(range(done + 1, at + 1))
        parts.append({"space": " ", "dash": "-", "quote": "'"}[match.lastgroup or ""])
        starts.append(at)
        ends.append(end)
        done = end
    parts.append(text[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return "".join(parts), starts, ends
