"""Which answers somebody may be told when coders are compared: one judgement for the command and the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggest.audit.material import Rater
    from suggest.review.sight import Sight
    from suggest.study.settling import Settlement


@dataclass(frozen=True)
class Known:
    """`answers`: whether a coder's answer to a segment (its number) may be told; `settled`: whether what was settled
    in a round (an id) may."""

    answers: Callable[[Rater, int], bool]
    settled: Callable[[Settlement, str], bool]


EVERYTHING = Known(lambda rater, number: True, lambda settled, round_: True)


def known_to(sight: Sight) -> Known:
    """What may be told to the coder whose sight it is: people's answers as their codings, models' as their
    suggestions."""

    def answers(rater: Rater, number: int) -> bool:
        if rater.kind == "model":
            return sight.suggestions(number)
        return sight.codings(rater.id, rater.round.id, number)

    return Known(answers, lambda settled, round_: sight.settled(settled.coders, round_, settled.number))
