"""Whether a model can stand in for an annotator: the alternative annotator test, with a guard for rare codes.

Calderon, Reichart and Dror, "The alternative annotator test for LLM-as-a-judge" (ACL 2025).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy
from numpy.typing import ArrayLike

from suggest.audit.coefficients.ratings import Ratings, missing
from suggest.audit.coefficients.result import ByDocument, Numbers, UnusableRatings, ratio
from suggest.audit.intervals import NO_SPREAD, jackknife
from suggest.audit.quantiles import t_cdf

FEWEST = 30
"""Units that the test's authors ask for from each annotator."""

FEWEST_OF_A_KIND = 10
"""Units with the code, and without it, that the balanced test needs: fewer may all come out alike by chance."""


@dataclass(frozen=True)
class Annotator:
    """One annotator against the model, both measured by the other annotators.

    `better` counts units where the model was nearer to the others, `worse` where the annotator was. `advantage` is the
    share of units where the model was at least as near, `p` the chance of such a sample if the annotator were better by
    epsilon or more; None where it cannot be had. `rejected` says that the model holds its own against this annotator.
    """

    position: int
    n: int
    better: int
    ties: int
    worse: int
    advantage: float | None
    p: float | None
    rejected: bool


@dataclass(frozen=True)
class AlternativeTest:
    """`omega` is the share of annotators against whom the model holds its own, `rho` the mean advantage, both 0 to 1.

    `passed` is omega >= 0.5. `units` counts those that entered, under the `guard` that says which did. Below three
    annotators the result means little.
    """

    omega: float | None
    rho: float | None
    passed: bool | None
    annotators: tuple[Annotator, ...]
    units: int
    guard: Guard
    epsilon: float
    undefined: str | None = None


Guard = Literal["off", "used", "balanced"]
Scoring = Literal["accuracy", "rmse"] | Callable[[Any, Any], float]


def alternative_annotator_test(
    humans: Sequence[Sequence[Any]],
    model: Sequence[Any],
    *,
    epsilon: float,
    scoring: Scoring = "accuracy",
    documents: Iterable[Hashable] | None = None,
    guard: Guard | None = None,
    q: float = 0.05,
    fewest: int = FEWEST,
) -> AlternativeTest:
    """The test for ratings of several humans (units, humans) and of the model (units,); None where missing.

    Each human is left out in turn; model and human are scored against the others: "accuracy" (share of the others with
    the same rating), "rmse" (its negative), or the mean of a similarity of two ratings. H0, that the human is better in
    `epsilon` more of the units, is tested with Student's t, one-sided; over humans false rejections are held at `q`
    (Benjamini and Yekutieli). `epsilon`: 0.2 for experts, 0.15 skilled, 0.1 crowd; choose it before looking, say why.

    `guard` is our addition, since as published a model that never applies a rare code passes (docs/agreement.md).
    "used" keeps only units where a human or the model used the code; below a prevalence of .05 this is not enough.
    "balanced" gives units that most of the others coded the same weight as all that most did not, however rare the
    first are; units on which the others are divided are left out. "off" is the published test. By default ratings of
    True and False, 1 and 0, are "balanced" and others "off". `documents` makes the error a clustered one, which the
    published test has not.
    """
    if len(humans) != len(model):
        raise UnusableRatings(f"There are {len(humans)} units of humans but {len(model)} of the model.")
    width = len(humans[0]) if humans else 0
    if any(len(unit) != width for unit in humans):
        raise UnusableRatings("Each unit needs one entry per human, None where missing.")
    clusters = list(documents) if documents is not None else None
    if clusters is not None and len(clusters) != len(model):
        raise UnusableRatings("Name one document for each unit.")
    kept = [
        index
        for index, unit in enumerate(humans)
        if not missing(model[index]) and sum(not missing(value) for value in unit) >= 2
    ]
    values = [value for index in kept for value in (*humans[index], model[index]) if not missing(value)]
    binary = all(isinstance(value, bool | int | numpy.bool_ | numpy.integer) and value in (0, 1) for value in values)
    rule: Guard = ("balanced" if binary else "off") if guard is None else guard
    if rule == "used":
        kept = [i for i in kept if any(bool(value) for value in (*humans[i], model[i]) if not missing(value))]
    score = _scorer(scoring)
    compared: list[list[_Unit]] = []
    for human in range(width):
        compared.append([])
        for index in kept:
            others = [value for other, value in enumerate(humans[index]) if other != human and not missing(value)]
            if missing(humans[index][human]):
                continue
            used = sum(bool(value) for value in others)
            if rule == "balanced" and 2 * used == len(others):
                continue
            machine, person = score(model[index], others), score(humans[index][human], others)
            sign = (person > machine) - (person < machine)
            compared[-1].append(_Unit(sign, 2 * used > len(others), clusters[index] if clusters is not None else index))
    return _decide(compared, clusters is not None, len(kept), rule, epsilon, q, fewest)


def alternative_test_from_counts(
    counts: Sequence[tuple[int, int, int]], *, epsilon: float, q: float = 0.05, fewest: int = FEWEST
) -> AlternativeTest:
    """The same from how often the model was nearer, equally near, and less near than each annotator."""
    signs = [[-1] * better + [0] * ties + [1] * worse for better, ties, worse in counts]
    compared = [[_Unit(sign, False, index) for index, sign in enumerate(one)] for one in signs]
    return _decide(compared, False, max(map(len, signs), default=0), "off", epsilon, q, fewest)


def benjamini_yekutieli(p: ArrayLike, q: float) -> list[bool]:
    """Which hypotheses are rejected with a false discovery rate of at most `q`, whatever their dependence (2001)."""
    values = numpy.asarray(p, dtype=float)
    count = len(values)
    if not count:
        return []
    order = numpy.argsort(values, kind="stable")
    ranks = numpy.arange(1, count + 1)
    under = values[order] <= ranks * q / (count * (1.0 / ranks).sum())
    rejected = numpy.zeros(count, dtype=bool)
    rejected[order[: int(ranks[under].max(initial=0))]] = True
    return [bool(one) for one in rejected]


@dataclass(frozen=True)
class _Unit:
    """1 where the annotator was nearer to the others, -1 where the model was; whether most others used the code."""

    sign: int
    used: bool
    cluster: Hashable


def _decide(
    compared: list[list[_Unit]],
    clustered: bool,
    units: int,
    guard: Guard,
    epsilon: float,
    q: float,
    fewest: int,
) -> AlternativeTest:
    chances = [
        _p(one, clustered, guard == "balanced", epsilon) if len(one) >= max(fewest, 2) else None for one in compared
    ]
    signs = [[unit.sign for unit in one] for one in compared]
    counts = [(one.count(-1), one.count(0), one.count(1)) for one in signs]
    return decide(counts, chances, units=units, guard=guard, epsilon=epsilon, q=q, fewest=fewest)


def decide(
    counts: Sequence[tuple[int, int, int]],
    chances: Sequence[float | None],
    *,
    units: int,
    guard: Guard,
    epsilon: float,
    q: float = 0.05,
    fewest: int = FEWEST,
) -> AlternativeTest:
    """The verdict from each annotator's counts (model nearer, equally near, less near) and chance (None: untested)."""
    tested = [index for index, p in enumerate(chances) if p is not None]
    verdicts = dict(zip(tested, benjamini_yekutieli([chances[i] or 0.0 for i in tested], q), strict=True))
    annotators = []
    for index, (better, ties, worse) in enumerate(counts):
        n = better + ties + worse
        advantage = (better + ties) / n if n else None
        annotators.append(
            Annotator(index, n, better, ties, worse, advantage, chances[index], verdicts.get(index, False))
        )
    if not tested:
        reason = f"no annotator has {fewest} units that can be compared"
        if guard == "balanced" and any(one.n >= max(fewest, 2) for one in annotators):
            reason = "too few units with the code, or without it, to compare"
        return AlternativeTest(None, None, None, tuple(annotators), units, guard, epsilon, reason)
    omega = sum(verdicts.values()) / len(tested)
    rho = sum(annotators[index].advantage or 0.0 for index in tested) / len(tested)
    return AlternativeTest(omega, rho, omega >= 0.5, tuple(annotators), units, guard, epsilon)


def _p(units: list[_Unit], clustered: bool, balanced: bool, epsilon: float) -> float | None:
    """One-sided, for a mean of the signs of epsilon or more: small where the annotator is not that much better."""
    signs = numpy.array([unit.sign for unit in units], dtype=float)
    used = numpy.array([unit.used for unit in units], dtype=bool)
    strata = [used, ~used] if balanced else [numpy.ones(len(units), dtype=bool)]
    if balanced and any(numpy.count_nonzero(stratum) < FEWEST_OF_A_KIND for stratum in strata):
        return None
    mean = float(numpy.mean([signs[stratum].mean() for stratum in strata]))
    if clustered:
        frame = Ratings.of_codes(numpy.zeros((len(units), 1)), ("",), [unit.cluster for unit in units])
        columns = [frame.by_document(part) for one in strata for part in (numpy.where(one, signs, 0.0), one)]

        def evaluate(totals: Numbers) -> Numbers:
            means = [ratio(totals[:, 2 * at], totals[:, 2 * at + 1]) for at in range(len(strata))]
            return numpy.asarray(sum(means) / len(means))

        each = frame.by_document(numpy.ones(len(units))).astype(int)
        interval = jackknife(ByDocument(frame.names, numpy.column_stack(columns), each, evaluate))
        if interval.undefined not in (None, NO_SPREAD):
            return None
        se, freedom = interval.se or 0.0, interval.documents - 1.0
    else:
        parts = [float(signs[one].var(ddof=1)) / numpy.count_nonzero(one) for one in strata]
        se = float(sum(parts)) ** 0.5 / len(strata)
        freedom = min(numpy.count_nonzero(one) for one in strata) - 1.0
    if se == 0.0:
        return float(mean >= epsilon)
    return t_cdf((mean - epsilon) / se, freedom)


def _scorer(scoring: Scoring) -> Callable[[Any, Sequence[Any]], float]:
    if callable(scoring):
        alike = scoring
        return lambda value, others: round(sum(alike(value, other) for other in others) / len(others), 12)
    if scoring == "accuracy":
        return lambda value, others: sum(value == other for other in others) / len(others)
    if scoring == "rmse":
        return lambda value, others: -((sum((value - other) ** 2 for other in others) / len(others)) ** 0.5)
    raise UnusableRatings(f"There is no scoring {scoring!r}: accuracy, rmse, or a similarity of two ratings.")
