"""Coder stability: what the same person answers to the same segments later, without the first answer in sight.

First answers that were given with suggestions on screen stand apart: from those the second answers, which are blind,
differ by what the suggestions did as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.material import NOTHING, SHOWN, UNAIDED, AnsweredTwice, Flags, Material, Rater
from suggest.audit.pairs import PairFigures, pair_figures, values_of
from suggest.audit.patterns import Patterns
from suggest.audit.sets import Measures
from suggest.study.again import Again
from suggest.study.codes import Code

FIRST = {UNAIDED: "alone", SHOWN: "shown"}
"""How first answers came about, by what that is called in a report: without suggestions on screen, or with them."""


@dataclass(frozen=True)
class Stability:
    """One person's first and second answers to the same segments. `first` is "alone" or "shown"; `came_back` segments
    in all for this person, answered or not; `changed` of the segments with an answer on some code that is another one.
    In `figures`, a is the first answer and b the second."""

    rater: Rater
    first: str
    came_back: int
    changed: int
    figures: PairFigures


def twice(person: Rater, codes: Sequence[Code], places: dict[int, int], size: int, given: Again) -> AnsweredTwice:
    """Both answers of a person as those of two raters; `places` are rows of the frame by segment number."""
    made = []
    exposure = np.full(size, NOTHING, dtype=np.int8)
    for side in ("first", "second"):
        patterns, index = Patterns(codes), np.full(size, -1, dtype=np.int64)
        for item in given.answered:
            if (at := places.get(item.number)) is not None:
                index[at] = patterns.add(item.first if side == "first" else item.second)
                exposure[at] = SHOWN if item.shown else UNAIDED
        made.append(Rater(person.id, person.name, "person", person.round, patterns.matrix(), index, exposure))
    return AnsweredTwice(person, given.came_back, *made)


def stability(material: Material, measures: Measures) -> list[Stability]:
    """By person, and by how the first answer came about; those without a second answer are left out."""
    found = []
    for held in material.twice:
        for number, name in FIRST.items():
            rows = np.flatnonzero((held.first.exposure == number) & (held.first.index >= 0))
            if not len(rows):
                continue
            sides = (held.first, held.second)
            one, other = (values_of(material, side, rows, side.index) for side in sides)
            unlike: Flags = ((one != other) & (one >= 0) & (other >= 0)).any(axis=1)
            figures = pair_figures(material, measures, sides, (held.first.index, held.second.index), rows, name)
            found.append(Stability(held.person, name, held.came_back, int(unlike.sum()), figures))
    return found
