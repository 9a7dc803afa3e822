"""What makes two questions to a model the same: hashes of codes, tasks and what was learned from.

A question that was answered is never asked, or paid for, again: so what goes into these hashes only changes on purpose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggest.models.interface import Example, OfferedCode, Scalar, Task


def digest(tag: str, value: object) -> str:
    """SHA-256 (hex) of a value in its canonical form as JSON, apart for each tag."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(f"secondcoder {tag} 1\0{canonical}".encode("ascii")).hexdigest()


class TaskIdentity:
    """What decides an answer besides the task itself, hashed once for a run."""

    def __init__(
        self,
        codes: Iterable[OfferedCode],
        prompt_version: str,
        model_identity: str,
        parameters: Mapping[str, Scalar],
    ) -> None:
        """The codes count as a set: a model that heeds their order names the order in `parameters`.

        Raises TypeError for a float parameter (scale it to an integer).
        """
        if any(isinstance(value, float) for value in parameters.values()):
            raise TypeError("a float has no canonical form: scale the parameter to an integer")
        self._common = digest(
            "run",
            {
                "codes": sorted([code.id, code.version] for code in codes),
                "prompt": prompt_version,
                "model": model_identity,
                "parameters": dict(parameters),
            },
        )

    def of(self, task: Task) -> str:
        """SHA-256 (hex) of all that decides the answer. Neither ids nor offsets of segments count."""
        decides: dict[str, object] = {
            "common": self._common,
            "text": task.text,
            "speaker": task.speaker,
            "before": [[turn.speaker, turn.text, turn.role] for turn in task.before],
            "after": [[turn.speaker, turn.text, turn.role] for turn in task.after],
            "sample": task.sample,
        }
        if task.place is not None:
            decides["place"] = task.place
        if task.beside is not None:
            decides["beside"] = [task.beside.side, task.beside.language, task.beside.text]
        return digest("task", decides)


def task_hash(
    task: Task,
    codes: Iterable[OfferedCode],
    prompt_version: str,
    model_identity: str,
    parameters: Mapping[str, Scalar],
) -> str:
    """What `TaskIdentity` gives, for a single task."""
    return TaskIdentity(codes, prompt_version, model_identity, parameters).of(task)


def training_hash(examples: Iterable[Example]) -> str:
    """SHA-256 (hex) of a training set, whatever the order it comes in; empty for an empty one."""
    rows = sorted(
        [
            [one.segment, one.code, one.verdict, one.text, *one.but],
            [one.document, one.speaker or "", str(one.place)],
            [one.before, one.after],
        ]
        for one in examples
    )
    return digest("training", rows) if rows else ""
