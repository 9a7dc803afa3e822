"""Whether people agree less with a model than with one another, on the same segments of the blind core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from suggest.audit.counting import Cells, alpha, cells, counts_of, starts_of
from suggest.audit.figures import Figure, figures
from suggest.audit.material import CORE, Floats, Material, Rater
from suggest.audit.pairs import indexes, shared_class, values_of


@dataclass(frozen=True)
class Difference:
    """Two people and a model on the same segments of the blind core: alpha of the people, the mean of each one's with
    the model, and the first less the second."""

    people: tuple[Rater, Rater]
    model: Rater
    segments: int
    documents: int
    human_human: Figure
    human_model: Figure
    difference: Figure


@dataclass(frozen=True)
class _Three:
    people: Cells
    first: Cells
    second: Cells

    def map(self, change: Callable[[Floats], Floats]) -> _Three:
        return _Three(self.people.map(change), self.first.map(change), self.second.map(change))

    def total(self) -> _Three:
        return _Three(self.people.total(), self.first.total(), self.second.total())


def _apart(three: _Three) -> Floats:
    return alpha(counts_of(three.people)) - _with_model(three)


def _with_model(three: _Three) -> Floats:
    return np.asarray((alpha(counts_of(three.first)) + alpha(counts_of(three.second))) / 2)


def differences(material: Material) -> list[Difference]:
    """Every two people with every model, where all three answered segments of the blind core."""
    found = []
    for model in material.models:
        for a, b in combinations(material.people, 2):
            triples = [(a, b), (a, model), (b, model)]
            index = [indexes(one, other) for one, other in triples]
            shared = [shared_class(*pair, *at) == CORE for pair, at in zip(triples, index, strict=True)]
            rows = np.flatnonzero(shared[0] & shared[1] & shared[2])
            if not len(rows):
                continue
            starts = starts_of(material.frame.document[rows])
            tables = [
                cells(values_of(material, pair[0], rows, at[0]), values_of(material, pair[1], rows, at[1]), starts)
                for pair, at in zip(triples, index, strict=True)
            ]
            three = _Three(*(table.pooled() for table in tables))
            units = three.people.units
            found.append(
                Difference(
                    (a, b), model, len(rows), len(starts),
                    figures(lambda t: alpha(counts_of(t.people)), three, units)[0],
                    figures(_with_model, three, units)[0], figures(_apart, three, units, lowest=-2.0)[0],
                )
            )  # fmt: skip
    return found
