"""Whether a model holds its own beside three people or more: the alternative annotator test on what was coded blind,
code by code with a guard for rare codes, and on whole answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from suggest.audit.alternative import FEWEST, FEWEST_OF_A_KIND, AlternativeTest, decide
from suggest.audit.coefficients.distances import distance_matrix
from suggest.audit.counting import AT_ONCE, by_document, starts_of
from suggest.audit.figures import FEWEST_CARRYING, FEWEST_DOCUMENTS, FEWEST_POSITIVES, TOO_RARE, too_few
from suggest.audit.groups import beside_group, in_class
from suggest.audit.material import CORE, NOTHING, Flags, Floats, Ints, Material, Rater, Small
from suggest.audit.pairs import exposure_of, values_of
from suggest.audit.quantiles import t_cdf
from suggest.audit.sets import MOST_SETS, answer_sets

FEWEST_PEOPLE = 3
"""The test is asked of a model beside so many people."""

EPSILON = 0.15
"""By how much people may be better for their work: that of the test's authors for skilled annotators."""


@dataclass(frozen=True)
class CodeTest:
    """The test on one code (its column), guarded and as published. `applied`: answers of people who applied it."""

    code: int
    applied: int
    guarded: AlternativeTest
    published: AlternativeTest


@dataclass(frozen=True)
class StandIn:
    """A model beside people on the segments of the blind core that it and at least two of them answered. `whole` is the
    test on whole answers, by how alike sets are (MASI)."""

    model: Rater
    people: tuple[Rater, ...]
    segments: int
    documents: int
    epsilon: float
    whole: AlternativeTest
    codes: tuple[CodeTest, ...]


def stand_ins(material: Material, epsilon: float = EPSILON) -> list[StandIn]:
    """For every model, where at least three people coded blind."""
    people = material.people
    found = [_stand_in(material, model, people, epsilon) for model in material.models] if len(people) > 2 else []
    return [item for item in found if item is not None]


def _stand_in(material: Material, model: Rater, people: Sequence[Rater], epsilon: float) -> StandIn | None:
    raters = [*people, model]
    index = [beside_group(rater, people) for rater in raters]
    exposure = np.stack([exposure_of(rater, answers) for rater, answers in zip(raters, index, strict=True)])
    there = in_class(np.where(np.stack(index) >= 0, exposure, NOTHING), CORE)
    rows = np.flatnonzero((there[:-1].sum(axis=0) >= 2) & there[-1])
    used = [n for n in range(len(people)) if there[n][rows].any()]
    if len(used) < FEWEST_PEOPLE:
        return None
    values = []
    for n in [*used, len(people)]:
        here = there[n][rows]
        value = np.full((len(rows), len(material.columns)), -1, dtype=np.int8)
        value[here] = values_of(material, raters[n], rows[here], index[n])
        values.append(value)
    documents = material.frame.document[rows]
    starts = starts_of(documents)
    kept = tuple(people[n] for n in used)
    whole = _whole(values, documents, starts, epsilon)
    return StandIn(model, kept, len(rows), len(starts), epsilon, whole, tuple(_codes(values, starts, epsilon)))


def _codes(values: Sequence[Small], starts: Ints, epsilon: float) -> list[CodeTest]:
    rows, codes = values[0].shape
    step = max(1, AT_ONCE // max(rows, 1))
    found: list[CodeTest] = []
    for low in range(0, codes, step):
        part = [value[:, low : low + step] for value in values]
        found += [replace(item, code=item.code + low) for item in _some_codes(part, starts, epsilon)]
    return [item for item in found if item.applied]


def _some_codes(values: Sequence[Small], starts: Ints, epsilon: float) -> list[CodeTest]:
    *people, model = values
    codes = model.shape[1]
    signs: list[list[tuple[Floats, Floats]]] = []
    counts = []
    for n, person in enumerate(people):
        sign, most, even = _signs(person, model, [other for k, other in enumerate(people) if k != n])
        counts.append([_three(sign, ~np.isnan(sign)), _three(sign, ~np.isnan(sign) & ~even)])
        strata = (~np.isnan(sign) & ~even & most, ~np.isnan(sign) & ~even & ~most)
        signs.append([(by_document(np.where(one, np.nan_to_num(sign), 0.0), starts), by_document(one, starts))
                      for one in strata])  # fmt: skip
    answered = np.stack([(value >= 0).sum(axis=0) for value in (*people, model)])
    applied = np.stack([value == 1 for value in people])
    positives = by_document(np.asarray(applied.any(axis=0) | (model == 1)), starts)
    chances = [_chances(strata, len(starts), epsilon) for strata in signs]
    found = []
    for column in range(codes):
        three = [[tuple(int(part[column]) for part in one[which]) for one in counts] for which in (0, 1)]
        p = [None if sum(three[1][n]) < FEWEST else _known(chances[n][column]) for n in range(len(people))]
        units = int(answered[-1][column])
        plain = _published(three[0], units, epsilon)
        guarded = decide(_triples(three[1]), p, units=units, guard="balanced", epsilon=epsilon)
        times, carrying = int(positives[:, column].sum()), int((positives[:, column] > 0).sum())
        if times < FEWEST_POSITIVES or carrying < FEWEST_CARRYING:
            plain, guarded = _silent(plain, TOO_RARE), _silent(guarded, TOO_RARE)
        if len(starts) < FEWEST_DOCUMENTS:
            plain, guarded = _silent(plain, too_few(len(starts))), _silent(guarded, too_few(len(starts)))
        found.append(CodeTest(column, int(applied[:, :, column].sum()), guarded, plain))
    return found


def _signs(person: Small, model: Small, others: Sequence[Small]) -> tuple[Floats, Flags, Flags]:
    """(segments x codes) 1 where the person was nearer to the others, -1 where the model was, 0 where neither, NaN
    where there is nothing to compare; where most of the others applied the code; where just half did."""
    times = np.zeros(person.shape, dtype=np.int16)
    used = np.zeros(person.shape, dtype=np.int16)
    for other in others:
        times += other >= 0
        used += other == 1
    lead = np.sign(2 * used - times).astype(np.float64)
    sign = np.where(person == model, 0.0, np.where(person == 1, lead, -lead))
    return np.where((person >= 0) & (model >= 0) & (times > 0), sign, np.nan), lead > 0, lead == 0


def _three(sign: Floats, kept: Flags) -> tuple[Ints, Ints, Ints]:
    """By code: the model nearer, neither, the person nearer."""
    return tuple(((sign == way) & kept).sum(axis=0) for way in (-1, 0, 1))


def _chances(strata: Sequence[tuple[Floats, Floats]], documents: int, epsilon: float) -> Floats:
    """By code: the chance of such signs if the person were better by epsilon, the documents being the sample; NaN where
    it cannot be had."""
    means = []
    left = []
    for total, count in strata:
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append(total.sum(axis=0) / count.sum(axis=0))
            left.append((total.sum(axis=0) - total) / (count.sum(axis=0) - count))
    mean = sum(means) / len(means)
    without = sum(left) / len(left)
    units = np.sum([count for _, count in strata], axis=0)
    enough = np.all([count.sum(axis=0) >= FEWEST_OF_A_KIND for _, count in strata], axis=0)
    found = np.full(len(mean), np.nan)
    for column in np.flatnonzero(enough).tolist():
        kept = without[units[:, column] > 0, column]
        if len(kept) < 2 or not np.isfinite(kept).all():
            continue
        se = float(np.sqrt((len(kept) - 1) / len(kept) * ((kept - kept.mean()) ** 2).sum()))
        apart = float(mean[column]) - epsilon
        found[column] = float(apart >= 0) if se < 1e-12 else t_cdf(apart / se, len(kept) - 1.0)
    return found


def _published(counts: Sequence[tuple[int, ...]], units: int, epsilon: float) -> AlternativeTest:
    """The test as published, which takes segments for independent."""
    chances: list[float | None] = []
    for better, ties, worse in counts:
        n = better + ties + worse
        if n < FEWEST:
            chances.append(None)
            continue
        mean = (worse - better) / n
        se = float(np.sqrt(((worse + better) / n - mean**2) * n / (n - 1) / n))
        chances.append(float(mean >= epsilon) if se < 1e-12 else t_cdf((mean - epsilon) / se, n - 1.0))
    return decide(_triples(counts), chances, units=units, guard="off", epsilon=epsilon)


def _whole(values: Sequence[Small], documents: Ints, starts: Ints, epsilon: float) -> AlternativeTest:
    """By MASI similarity of whole answers, the documents being the sample."""
    ratings = answer_sets(values, documents).ratings
    units = len(documents)
    if len(ratings.values) > MOST_SETS:
        return _silent(
            decide([], [], units=units, guard="off", epsilon=epsilon), f"more than {MOST_SETS} different answers"
        )
    alike = 1.0 - np.asarray(distance_matrix("masi", ratings.values))
    codes = ratings.codes
    model = codes[:, -1]
    counts, chances = [], []
    for n in range(codes.shape[1] - 1):
        others = [k for k in range(codes.shape[1] - 1) if k != n]
        there = np.stack([codes[:, k] >= 0 for k in others])
        kept = (codes[:, n] >= 0) & (model >= 0) & there.any(axis=0)
        near = [
            sum(np.where(there[i], alike[one, codes[:, k]], 0.0) for i, k in enumerate(others))
            for one in (model, codes[:, n])
        ]
        sign = np.where(kept, np.sign(np.round(near[1] - near[0], 9)), np.nan)[:, None]
        better, ties, worse = (int(part[0]) for part in _three(sign, ~np.isnan(sign)))
        counts.append((better, ties, worse))
        sums = (by_document(np.nan_to_num(sign), starts), by_document(~np.isnan(sign), starts))
        chances.append(_known(_chances([sums], len(starts), epsilon)[0]) if kept.sum() >= FEWEST else None)
    test = decide(counts, chances, units=units, guard="off", epsilon=epsilon)
    return _silent(test, too_few(len(starts))) if len(starts) < FEWEST_DOCUMENTS else test


def _silent(test: AlternativeTest, reason: str) -> AlternativeTest:
    """The counts alone."""
    annotators = tuple(replace(one, p=None, rejected=False) for one in test.annotators)
    return replace(test, omega=None, rho=None, passed=None, annotators=annotators, undefined=reason)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _triples(counts: Sequence[tuple[int, ...]]) -> list[tuple[int, int, int]]:
    return [(better, ties, worse) for better, ties, worse in counts]
