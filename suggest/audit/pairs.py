"""Agreement of two coders within one class of exposure: code by code and on whole answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from suggest.audit.counting import (
    Cells,
    ac1,
    agreement,
    alpha,
    cells,
    counts_of,
    kappa,
    positive_agreement,
    starts_of,
)
from suggest.audit.figures import (
    FEWEST_CARRYING,
    FEWEST_POSITIVES,
    NO_VARIATION,
    TOO_RARE,
    Figure,
    figures,
    no_figure,
)
from suggest.audit.material import (
    APART,
    EXPLICIT,
    EXPOSURES,
    NOTHING,
    VALUE,
    Flags,
    Ints,
    Material,
    Rater,
    Small,
    joint,
)
from suggest.audit.sets import Measures, answer_sets


@dataclass(frozen=True)
class CodeFigures:
    """Two coders on one code (`code` is its column), or on all together (None). Counts are of segments, or of segments
    times codes; `documents` and `speakers` carry the code, by either coder. `alpha`, `kappa`, `ac1` are `Figure`s."""

    code: int | None
    both: int
    only_a: int
    only_b: int
    neither: int
    documents: int
    speakers: int
    agreement: float | None
    positive_agreement: float | None
    alpha: Figure
    kappa: Figure
    ac1: Figure

    @property
    def units(self) -> int:
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def prevalence_a(self) -> float | None:
        return (self.both + self.only_a) / self.units if self.units else None

    @property
    def prevalence_b(self) -> float | None:
        return (self.both + self.only_b) / self.units if self.units else None


@dataclass(frozen=True)
class Whole:
    """Whole answers as sets of codes: alpha with MASI distances and with Jaccard's, with distances in the tree, and by
    level of the tree (depth, figure), each code rolled up to the one above it there."""

    masi: Figure
    jaccard: Figure
    tree: Figure
    levels: tuple[tuple[int, Figure], ...]


@dataclass(frozen=True)
class Explicit:
    """Only what both said outright (applied, rejected, "no code fits"): segments times codes, agreement, alpha."""

    cells: int
    agreement: float | None
    alpha: Figure


@dataclass(frozen=True)
class PairFigures:
    """Two coders in one class of exposure. `later`: for how many of the segments the model's answer comes from a run
    made after the coder's."""

    a: Rater
    b: Rater
    exposure: str
    segments: int
    documents: int
    later: int
    codes: tuple[CodeFigures, ...]
    pooled: CodeFigures
    whole: Whole
    explicit: Explicit

    @property
    def independent(self) -> bool:
        """Not so for a coder beside the consensus that this coder had a part in."""
        return not any(a.kind == "consensus" and b.id in a.by for a, b in ((self.a, self.b), (self.b, self.a)))

    @property
    def with_consensus(self) -> bool:
        return "consensus" in (self.a.kind, self.b.kind)


def indexes(a: Rater, b: Rater) -> tuple[Ints, Ints]:
    """Which answers of two raters belong beside one another: a model's are those pinned when the other one opened."""
    return a.answers(b.id), b.answers(a.id)


def shared_class(a: Rater, b: Rater, one: Ints, other: Ints) -> Small:
    """The class of exposure, by segment of the frame, of both answers; `NOTHING` where one is absent."""
    found: Small = np.where((one >= 0) & (other >= 0), joint(exposure_of(a, one), exposure_of(b, other)), NOTHING)
    return found


def exposure_of(rater: Rater, index: Ints) -> Small:
    """The class of each answer of a rater, `NOTHING` where there is none."""
    # A model's pinned answer may stand where no run does any more.
    return rater.exposure if rater.kind != "model" else np.where(index >= 0, APART, NOTHING).astype(np.int8)


def pairs(material: Material, measures: Measures, within: Flags | None = None) -> list[PairFigures]:
    """All pairs of coders that share segments, the classes to rely on first; `within` narrows the frame."""
    found = []
    for a, b in combinations(material.raters, 2):
        one, other = indexes(a, b)
        shared = shared_class(a, b, one, other)
        for number, name in EXPOSURES.items():
            rows = np.flatnonzero(shared == number if within is None else (shared == number) & within)
            if len(rows):
                found.append(pair_figures(material, measures, (a, b), (one, other), rows, name))
    order = list(EXPOSURES.values())
    return sorted(found, key=lambda pair: (order.index(pair.exposure), "model" in (pair.a.kind, pair.b.kind)))


def pair_figures(
    material: Material,
    measures: Measures,
    raters: tuple[Rater, Rater],
    answers: tuple[Ints, Ints],
    rows: Ints,
    exposure: str,
) -> PairFigures:
    """The figures of two coders over these rows of the frame, in all of which both answered."""
    documents = material.frame.document[rows]
    starts = starts_of(documents)
    values = [values_of(material, rater, rows, index) for rater, index in zip(raters, answers, strict=True)]
    table = cells(values[0], values[1], starts)
    positive = ((values[0] == 1) | (values[1] == 1)) & (values[0] >= 0) & (values[1] >= 0)
    speakers = _speakers(positive, material.frame.speaker[rows])
    said = [
        values_of(material, rater, rows, index, EXPLICIT if rater.kind == "person" else VALUE)
        for rater, index in zip(raters, answers, strict=True)
    ]
    outright = cells(said[0], said[1], starts).pooled()
    total = outright.total()
    return PairFigures(
        raters[0], raters[1], exposure, len(rows), len(starts), _later(raters, rows), _code_figures(table, speakers),
        _pooled(table, _any_speakers(positive, material.frame.speaker[rows])),
        whole(values, documents, measures),
        Explicit(
            int(total.units[0]), plain(agreement(counts_of(total))[0]),
            figures(lambda c: alpha(counts_of(c)), outright, outright.units)[0],
        ),
    )  # fmt: skip


def values_of(material: Material, rater: Rater, rows: Ints, index: Ints, lookup: Small = VALUE) -> Small:
    """(rows x columns asked for) 1, 0 or -1 of a rater."""
    values = rater.values(rows, index, lookup)
    return values if len(material.columns) == values.shape[1] else values[:, material.columns]


def _later(raters: tuple[Rater, Rater], rows: Ints) -> int:
    a, b = raters
    flags = [model.later[person.id] for model, person in ((a, b), (b, a)) if person.id in model.later]
    return int(sum(flag[rows].sum() for flag in flags))


def plain(value: float) -> float | None:
    """None for what is not a number."""
    return float(value) if np.isfinite(value) else None


def _speakers(positive: Flags, speaker: Ints) -> Ints:
    """By column, how many speakers it was applied to."""
    row, column = np.nonzero(positive)
    known = speaker[row] >= 0
    both = np.unique(np.stack([column[known], speaker[row][known]], axis=1), axis=0)
    return np.bincount(both[:, 0].astype(np.int64), minlength=positive.shape[1])


def _any_speakers(positive: Flags, speaker: Ints) -> int:
    found = speaker[positive.any(axis=1)]
    return len(np.unique(found[found >= 0]))


def _code_figures(table: Cells, speakers: Ints) -> tuple[CodeFigures, ...]:
    total = table.total()
    units = table.units
    positives = total.both + total.only_a + total.only_b
    carrying = ((table.both + table.only_a + table.only_b) > 0).sum(axis=0)
    rare = (positives < FEWEST_POSITIVES) | (carrying < FEWEST_CARRYING)
    alike, positive = agreement(counts_of(total)), positive_agreement(counts_of(total))
    columns = [
        figures(lambda c: alpha(counts_of(c)), table, units), figures(kappa, table, units),
        figures(lambda c: ac1(counts_of(c)), table, units),
    ]  # fmt: skip
    found = []
    for i in range(units.shape[1]):
        shown = [
            unless_rare(column[i], bool(rare[i]), float(total.units[i]), float(positives[i])) for column in columns
        ]
        found.append(
            CodeFigures(
                i, int(total.both[i]), int(total.only_a[i]), int(total.only_b[i]), int(total.neither[i]),
                int(carrying[i]), int(speakers[i]), plain(alike[i]), plain(positive[i]), *shown,
            )
        )  # fmt: skip
    return tuple(found)


def unless_rare(figure: Figure, rare: bool, units: float, positives: float) -> Figure:
    """A code's figure, or why the code carries none."""
    if not units:
        return no_figure("nobody answered it")
    if not positives:
        return no_figure(f"{NO_VARIATION}: nobody applied it")
    return no_figure(TOO_RARE) if rare else figure


def _pooled(table: Cells, speakers: int) -> CodeFigures:
    pooled = table.pooled()
    total = pooled.total()
    carrying = int(((pooled.both + pooled.only_a + pooled.only_b) > 0).sum())
    counts = counts_of(total)
    shown = [
        figures(statistic, pooled, pooled.units)[0]
        for statistic in (lambda c: alpha(counts_of(c)), kappa, lambda c: ac1(counts_of(c)))
    ]
    return CodeFigures(
        None, int(total.both[0]), int(total.only_a[0]), int(total.only_b[0]), int(total.neither[0]), carrying, speakers,
        plain(agreement(counts)[0]), plain(positive_agreement(counts)[0]), *shown,
    )  # fmt: skip


def whole(values: Sequence[Small], documents: Ints, measures: Measures) -> Whole:
    """Whole answers of several coders to the same segments."""
    sets = answer_sets(values, documents)
    masi = sets.alpha("masi")
    levels = tuple(
        (depth, masi if all(code == held for code, held in above.items()) else sets.rolled(above).alpha("masi"))
        for depth, above in measures.levels.items()
    )
    return Whole(masi, sets.alpha("jaccard"), sets.alpha(measures.tree), levels)
