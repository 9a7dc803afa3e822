"""What a change of the code tree would do to completed work, told before it is made; nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from suggest.study.answers import AnswerReader
from suggest.study.carry import Answer
from suggest.study.stale import members
from suggest.study.study import Study


@dataclass(frozen=True)
class Foreseen:
    """A completed segment that would have to be looked at again.

    `codes` holds (code's id, why) of what becomes missing by the change; `before` the coder's answer as it stands on
    the code that is changed, None where codes are only added.
    """

    round: str
    coder: str
    number: int
    codes: tuple[tuple[str, Answer], ...]
    before: Answer | None


def foresee(study: Study, change: Mapping[str, Any], *, coder: str | None = None) -> list[Foreseen]:
    """What becomes stale if a change (a payload of `code_changed`) is made now: what `stale` lists afterwards and does
    not list yet, in its order. Ids of codes to be made may be any that the tree does not have."""
    with study.reading():
        now, then = AnswerReader(study), AnswerReader(study, after=change)
        return [
            item
            for round_, who in members(study, coder)
            for item in sorted(_of_member(now, then, change, round_, who), key=lambda item: item.number)
        ]


def _of_member(
    now: AnswerReader, then: AnswerReader, change: Mapping[str, Any], round_: str, coder: str
) -> Iterator[Foreseen]:
    for first, last in now.documents():
        for number, facts in now.facts(round_, coder, first, last, shown=False).items():
            known = {code for code, _ in now.missing(facts)}
            fresh = tuple(item for item in then.missing(facts) if item[0] not in known)
            if fresh:
                before = None if change["op"] == "add" else now.answers(facts).get(change["code"])
                yield Foreseen(round_, coder, number, fresh, before)
