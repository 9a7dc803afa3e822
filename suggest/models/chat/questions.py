"""What a chat model is asked, and what asking it needs from those who know the study."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from suggest.models.chat.asking import Leave
from suggest.models.chat.calls import Said
from suggest.models.interface import Answer, Failure, OfferedCode, Task


@dataclass(frozen=True, slots=True)
class Question:
    """What a task is asked with: messages, the answer's JSON schema, and whose words (segment ids) it holds, the task's
    own first; `quoted` are those in the wordings of the codes, which every question has. `versions` are the documents
    (ids) of which words stand in it as examples, each with the version of its text that was read. `asked` is about how
    many segments it asks: the first of `segments`. `offered` are the codes (ids) that it offers, None for all."""

    messages: tuple[Said, ...]
    schema: dict[str, Any]
    segments: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    versions: tuple[tuple[str, int], ...] = ()
    asked: int = 1
    offered: tuple[str, ...] | None = None


Ask: TypeAlias = Callable[[Task], Question]
Read: TypeAlias = Callable[[Task, str, str], Answer | Failure]
"""Reads a raw answer to a task, given the task's hash."""


class Withheld(Exception):
    """A question that may not go out any more: it is left over."""


Sending: TypeAlias = Callable[[Question, int], Awaitable[Leave]]
"""Puts on record that a question goes out, with how many characters, before it does; what it gives is called when it
does."""

Recall: TypeAlias = Callable[[Task, Sequence[str]], Mapping[str, str]]
"""The samples (raw answers, by the hash of their question) that are on record already among those of a task."""
Keep: TypeAlias = Callable[[Task, Answer], Awaitable[None]]
"""Puts a sample on record: it is on disk when this returns."""


def from_offered(read: Answer | Failure, question: Question) -> Answer | Failure:
    """The answer with what the question offered, where that were not all codes."""
    if isinstance(read, Failure) or question.offered is None:
        return read
    return replace(read, offered=question.offered)


def place(code: OfferedCode) -> tuple[tuple[str, ...], str]:
    """Where a code stands among the others in a question."""
    return code.path, code.id


def in_order(codes: Iterable[OfferedCode]) -> list[str]:
    """The ids of the codes in the order in which a question names them."""
    return [code.id for code in sorted(codes, key=place)]
