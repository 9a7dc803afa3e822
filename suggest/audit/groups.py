"""Agreement of several coders together, within one class of exposure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.counting import (
    ac1,
    agreement,
    alpha,
    by_document,
    count,
    positive_agreement,
    starts_of,
)
from suggest.audit.figures import (
    FEWEST_CARRYING,
    FEWEST_POSITIVES,
    Figure,
    figures,
)
from suggest.audit.material import APART, CORE, EXPOSURES, NOTHING, Flags, Ints, Material, Rater, Small
from suggest.audit.pairs import Whole, exposure_of, plain, unless_rare, values_of, whole
from suggest.audit.sets import Measures


@dataclass(frozen=True)
class GroupFigures:
    """Several coders in one class of exposure, over the segments that at least two of them answered. Who answered
    none of these is not of them."""

    raters: tuple[Rater, ...]
    exposure: str
    segments: int
    documents: int
    agreement: float | None
    positive_agreement: float | None
    alpha: Figure
    ac1: Figure
    codes: tuple[tuple[int, Figure], ...]
    whole: Whole


def groups(material: Material, measures: Measures, within: Flags | None = None) -> list[GroupFigures]:
    """All people together, each model beside them, and exactly the coders that were asked for; by class of exposure.
    The consensus is in none: it is no answer independent of theirs."""
    people = tuple(rater for rater in material.raters if rater.kind == "person")
    wanted = [people, *((*people, model) for model in material.models)]
    if material.named:
        wanted.append(tuple(rater for rater in material.raters if rater.kind != "consensus"))
    found: dict[tuple[tuple[str, ...], str], GroupFigures] = {}
    for raters in wanted:
        for figure in _group(material, measures, raters, within) if len(raters) > 1 else ():
            found.setdefault((tuple(rater.id for rater in figure.raters), figure.exposure), figure)
    order = list(EXPOSURES.values())
    return sorted(found.values(), key=lambda group: order.index(group.exposure))


def _group(
    material: Material, measures: Measures, raters: tuple[Rater, ...], within: Flags | None
) -> list[GroupFigures]:
    people = [rater for rater in raters if rater.kind != "model"]
    index = [beside_group(rater, people) for rater in raters]
    exposure = np.stack([exposure_of(rater, answers) for rater, answers in zip(raters, index, strict=True)])
    exposure = np.where(np.stack(index) >= 0, exposure, NOTHING)
    found = []
    for number, name in EXPOSURES.items():
        there = in_class(exposure, number)
        kept = there.sum(axis=0) >= 2
        rows = np.flatnonzero(kept if within is None else kept & within)
        if len(rows):
            of = np.flatnonzero(there[:, rows].any(axis=1))
            found.append(
                _group_figures(
                    material, measures, tuple(raters[n] for n in of), [index[n] for n in of], there[of], rows, name
                )
            )
    return found


def in_class(exposure: Small, number: int) -> Flags:
    """(raters x segments) whose answers belong to a class: its own, and beside these what was made apart."""
    own, apart = exposure == number, exposure == APART
    if number == CORE:
        alone = ~((exposure != APART) & (exposure != NOTHING)).any(axis=0)
        return np.asarray(own | (apart & (own.any(axis=0) | alone)))
    return np.asarray(own | (apart & own.any(axis=0)))


def beside_group(rater: Rater, people: Sequence[Rater]) -> Ints:
    """A model's answers beside a group: what was pinned for the first of them who opened the segment."""
    if rater.kind != "model":
        return rater.index
    found = rater.index
    for person in reversed(people):
        pinned = rater.answers(person.id)
        found = np.where(pinned >= 0, pinned, found)
    return found


def _group_figures(
    material: Material,
    measures: Measures,
    raters: tuple[Rater, ...],
    index: Sequence[Ints],
    there: Flags,
    rows: Ints,
    exposure: str,
) -> GroupFigures:
    documents = material.frame.document[rows]
    starts = starts_of(documents)
    values = []
    for rater, answers, present in zip(raters, index, there, strict=True):
        here = present[rows]
        value = np.full((len(rows), len(material.columns)), -1, dtype=np.int8)
        value[here] = values_of(material, rater, rows[here], answers)
        values.append(value)
    counts = count(values, starts)
    pooled = counts.pooled()
    total = pooled.total()
    positives = by_document(np.asarray(np.stack([value == 1 for value in values]).any(axis=0)), starts)
    rare = (positives.sum(axis=0) < FEWEST_POSITIVES) | ((positives > 0).sum(axis=0) < FEWEST_CARRYING)
    by_code = figures(alpha, counts, counts.units)
    return GroupFigures(
        raters, exposure, len(rows), len(starts), plain(agreement(total)[0]), plain(positive_agreement(total)[0]),
        figures(alpha, pooled, pooled.units)[0], figures(ac1, pooled, pooled.units)[0],
        tuple(
            (i, unless_rare(figure, bool(rare[i]), float(counts.units[:, i].sum()), float(positives[:, i].sum())))
            for i, figure in enumerate(by_code)
        ),
        whole(values, documents, measures),
    )  # fmt: skip
