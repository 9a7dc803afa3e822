"""Typed decisions as an answer: a probability for each code, as an endpoint with the Decisions API gives them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from suggest.engine.checks import MOST_RAW
from suggest.models.chat.questions import Read
from suggest.models.interface import MILLION, Answer, Candidate, Failure, FailureKind, Task

RANKED = 5
"""So many candidates are kept at least, where the tree has them, and all that fit."""


def reading(codes: Sequence[str], threshold: int) -> Read:
    """What reads the answers to one question for each of these codes (ids), in their order. A code fits from the
    threshold (millionths) on.

    A question that the model refused says nothing of its code; where it refused all, the segment is a failure. There is
    no evidence and no rationale: decisions have none.
    """

    def read(task: Task, raw: str, task_hash: str) -> Answer | Failure:
        plain = Answer(task.segment, (), task_hash, raw[:MOST_RAW], sample=task.sample)
        try:
            answers = json.loads(raw)["answers"]
            if not isinstance(answers, list) or len(answers) != len(codes):
                return _failed(plain, FailureKind.INVALID_ANSWER, "not an answer to each question")
            chances = [(code, _chance(code, answer)) for code, answer in zip(codes, answers, strict=True)]
        except (ValueError, LookupError, TypeError, RecursionError):
            return _failed(plain, FailureKind.INVALID_ANSWER, "not a list of probabilities, one for each code")
        known = [(code, chance) for code, chance in chances if chance is not None]
        if not known:
            return _failed(plain, FailureKind.REFUSAL, "the model refused every question")
        ranked = sorted(known, key=lambda item: -item[1])
        return replace(plain, candidates=tuple(
            Candidate(code, chance >= threshold, chance, "probability")
            for rank, (code, chance) in enumerate(ranked)
            if rank < RANKED or chance >= threshold
        ))  # fmt: skip

    return read


def _chance(code: str, answer: Any) -> int | None:
    """The probability (millionths) that a code applies; None where the model refused. ValueError for anything else."""
    if answer["type"] == "refusal":
        return None
    chance = answer["probability"]
    if answer["type"] != "predicate" or answer.get("name") not in (None, code):
        raise ValueError("another question's answer")
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
        raise ValueError("not a probability")
    return round(MILLION * chance)


def _failed(plain: Answer, kind: FailureKind, detail: str) -> Failure:
    return Failure(plain.segment, kind, detail, plain.task_hash, plain.raw, sample=plain.sample)
