"""Runs compared on the same answers of people: other models, other prompts, other trees; the difference has an interval
of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.counting import Cells, alpha, cells, counts_of, positive_agreement, starts_of
from suggest.audit.figures import FEWEST_CARRYING, FEWEST_POSITIVES, Figure, figures
from suggest.audit.material import (
    CORE,
    EXPOSURES,
    SETTLED,
    UNAIDED,
    Flags,
    Floats,
    Ints,
    Material,
    Rater,
    ScoredRun,
    Small,
)
from suggest.audit.pairs import indexes, shared_class, unless_rare, values_of


@dataclass(frozen=True)
class Versus:
    """Two runs on one code (its column; None for all together): alpha and positive agreement of each with the person,
    the first run less the second; answers that only the first, and only the second, gave as the person did."""

    code: int | None
    applied: int
    answers: int
    only_first: int
    only_second: int
    alpha: tuple[Figure, Figure, Figure]
    positive: tuple[Figure, Figure, Figure]


@dataclass(frozen=True)
class Comparison:
    """Two runs beside one person, on the segments that all three answered and the codes that all three had to answer.
    `unlike`: segments to which the runs gave different answers."""

    first: ScoredRun
    second: ScoredRun
    reference: Rater
    exposure: str
    segments: int
    documents: int
    unlike: int
    pooled: Versus
    codes: tuple[Versus, ...]


@dataclass(frozen=True)
class _Two:
    first: Cells
    second: Cells

    def map(self, change: Callable[[Floats], Floats]) -> _Two:
        return _Two(self.first.map(change), self.second.map(change))

    def total(self) -> _Two:
        return _Two(self.first.total(), self.second.total())

    def pooled(self) -> _Two:
        return _Two(self.first.pooled(), self.second.pooled())


def comparisons(material: Material) -> list[Comparison]:
    """The first of the runs asked for against each other one, beside every person and what was settled."""
    found = []
    for second in material.compared[1:]:
        first = material.compared[0]
        for person in (rater for rater in material.raters if rater.kind != "model"):
            classes = [shared_class(person, run.rater, *indexes(person, run.rater)) for run in (first, second)]
            for number in (CORE, UNAIDED, SETTLED):
                rows = np.flatnonzero((classes[0] == number) & (classes[1] == number))
                if len(rows):
                    found.append(_comparison(material, (first, second), person, rows, EXPOSURES[number]))
    return found


def _comparison(
    material: Material, runs: tuple[ScoredRun, ScoredRun], person: Rater, rows: Ints, exposure: str
) -> Comparison:
    starts = starts_of(material.frame.document[rows])
    theirs = values_of(material, person, rows, person.index)
    one, other = (values_of(material, run.rater, rows, run.rater.index) for run in runs)
    common = (theirs >= 0) & (one >= 0) & (other >= 0)
    masked = [np.where(common, part, -1).astype(np.int8) for part in (theirs, one, other)]
    tables = _Two(cells(masked[0], masked[1], starts), cells(masked[0], masked[2], starts))
    right: list[Flags] = [np.asarray(common & (theirs == part)) for part in (one, other)]
    only = np.stack([(right[0] & ~right[1]).sum(axis=0), (right[1] & ~right[0]).sum(axis=0)])
    used = _positives(masked, starts)
    codes = tuple(
        item for item in _versus(tables, only, used, range(len(material.columns))) if item.applied or item.only_second
        or item.only_first
    )  # fmt: skip
    (pooled,) = _versus(tables.pooled(), only.sum(axis=1, keepdims=True), None, [None])
    unlike = int((common & (one != other)).any(axis=1).sum())
    return Comparison(runs[0], runs[1], person, exposure, len(rows), len(starts), unlike, pooled, codes)


def _positives(values: Sequence[Small], starts: Ints) -> Floats:
    """(documents x codes) segments to which the person or a run applied the code."""
    applied = np.stack([value == 1 for value in values]).any(axis=0)
    return np.asarray(np.add.reduceat(applied, starts, axis=0, dtype=np.float64))


def _alphas(cell: Cells) -> Floats:
    return alpha(counts_of(cell))


def _positive(cell: Cells) -> Floats:
    return positive_agreement(counts_of(cell))


def _less(statistic: Callable[[Cells], Floats]) -> Callable[[_Two], Floats]:
    """The statistic of the first run less that of the second."""
    return lambda two: np.asarray(statistic(two.first) - statistic(two.second))


def _versus(tables: _Two, only: Ints, used: Floats | None, names: Sequence[int | None]) -> list[Versus]:
    units = tables.first.units
    total = tables.first.total()
    columns = []
    for statistic, lowest in ((_alphas, -1.0), (_positive, 0.0)):
        columns.append((
            figures(statistic, tables.first, units, lowest=lowest),
            figures(statistic, tables.second, units, lowest=lowest),
            figures(_less(statistic), tables, units, lowest=-2.0 if lowest else -1.0),
        ))  # fmt: skip
    found = []
    for i, name in enumerate(names):
        held = [tuple(figure[i] for figure in three) for three in columns]
        if used is not None:
            times, carrying = float(used[:, i].sum()), int((used[:, i] > 0).sum())
            rare = times < FEWEST_POSITIVES or carrying < FEWEST_CARRYING
            held = [tuple(unless_rare(item, rare, float(units[:, i].sum()), times) for item in three) for three in held]
        applied = int(total.both[i] + total.only_a[i])
        found.append(
            Versus(
                name, applied, int(units[:, i].sum()), int(only[0][i]), int(only[1][i]),
                (held[0][0], held[0][1], held[0][2]), (held[1][0], held[1][1], held[1][2]),
            )
        )  # fmt: skip
    return found
