"""Whether a model can stand in for an annotator: the alternative annotator test, with a guard for rare codes.

Calderon, Reichart and Dror, "The alternative annotator test for LLM-as-a-judge" (ACL 2025).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy
from numpy.typing import ArrayLike

from suggest.audit.coefficients.ratings import missing
from suggest.audit.coefficients.result import UnusableRatings
from suggest.audit.intervals import jackknife
from suggest.audit.proportions import share_by_document
from suggest.audit.quantiles import t_cdf

FEWEST = 30
"""Units that the test's authors ask for from each annotator."""


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

    `passed` is omega >= 0.5. `units` counts those that entered, `restricted` whether the guard left out the others.
    Below three annotators the result means little.
    """

    omega: float | None
    rho: float | None
    passed: bool | None
    annotators: tuple[Annotator, ...]
    units: int
    restricted: bool
    epsilon: float
    undefined: str | None = None


Scoring = Literal["accuracy", "rmse"] | Callable[[Any, Any], float]


def alternative_annotator_test(
    humans: Sequence[Sequence[Any]],
    model: Sequence[Any],
    *,
    epsilon: float,
    scoring: Scoring = "accuracy",
    documents: Iterable[Hashable] | None = None,
    guard: bool | None = None,
    q: float = 0.05,
    fewest: int = FEWEST,
) -> AlternativeTest:
    """The test for ratings of several humans (units, humans) and of the model (units,); None where missing.

    Each human is left out in turn; model and human are scored against the others: "accuracy" (share of the others with
    the same rating), "rmse" (its negative), or the mean of a similarity of two ratings. H0, that the human is better in
    `epsilon` more of the units, is tested with Student's t, one-sided; over humans false rejections are held at `q`
    (Benjamini and Yekutieli). `epsilon`: 0.2 for experts, 0.15 skilled, 0.1 crowd; choose it before looking, say why.

    `guard` keeps only units where a human or the model used the code, which is our addition: as published, a model that
    never applies a rare code passes (docs/agreement.md). By default it is on for ratings of True and False, 1 and 0.
    `documents` makes the error a clustered one, which the published test has not.
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
    restricted = binary if guard is None else guard
    if restricted:
        kept = [i for i in kept if any(bool(value) for value in (*humans[i], model[i]) if not missing(value))]
    score = _scorer(scoring)
    signs: list[list[int]] = []
    where: list[list[Hashable]] = []
    for human in range(width):
        mine = [index for index in kept if not missing(humans[index][human])]
        signs.append([])
        for index in mine:
            others = [value for other, value in enumerate(humans[index]) if other != human and not missing(value)]
            machine, person = score(model[index], others), score(humans[index][human], others)
            signs[-1].append((person > machine) - (person < machine))
        where.append([clusters[index] for index in mine] if clusters is not None else [])
    return _decide(signs, where if clusters is not None else None, len(kept), restricted, epsilon, q, fewest)


def alternative_test_from_counts(
    counts: Sequence[tuple[int, int, int]], *, epsilon: float, q: float = 0.05, fewest: int = FEWEST
) -> AlternativeTest:
    """The same from how often the model was nearer, equally near, and less near than each annotator."""
    signs = [[-1] * better + [0] * ties + [1] * worse for better, ties, worse in counts]
    return _decide(signs, None, max(map(len, signs), default=0), False, epsilon, q, fewest)


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


def _decide(
    signs: list[list[int]],
    where: list[list[Hashable]] | None,
    units: int,
    restricted: bool,
    epsilon: float,
    q: float,
    fewest: int,
) -> AlternativeTest:
    chances = [
        _p(one, where[index] if where is not None else None, epsilon) if len(one) >= max(fewest, 2) else None
        for index, one in enumerate(signs)
    ]
    tested = [index for index, p in enumerate(chances) if p is not None]
    verdicts = dict(zip(tested, benjamini_yekutieli([chances[i] or 0.0 for i in tested], q), strict=True))
    annotators = tuple(
        Annotator(
            position=index,
            n=len(one),
            better=one.count(-1),
            ties=one.count(0),
            worse=one.count(1),
            advantage=(len(one) - one.count(1)) / len(one) if one else None,
            p=chances[index],
            rejected=verdicts.get(index, False),
        )
        for index, one in enumerate(signs)
    )
    if not tested:
        reason = f"no annotator has {fewest} units that can be compared"
        return AlternativeTest(None, None, None, annotators, units, restricted, epsilon, reason)
    omega = sum(verdicts.values()) / len(tested)
    rho = sum(annotators[index].advantage or 0.0 for index in tested) / len(tested)
    return AlternativeTest(omega, rho, omega >= 0.5, annotators, units, restricted, epsilon)


def _p(signs: list[int], where: list[Hashable] | None, epsilon: float) -> float | None:
    """One-sided, for a mean of the signs of epsilon or more: small where the annotator is not that much better."""
    values = numpy.array(signs, dtype=float)
    mean = float(values.mean())
    if where is None:
        se, freedom = float(values.std(ddof=1)) / len(values) ** 0.5, len(values) - 1.0
    else:
        interval = jackknife(share_by_document(values, where))
        if interval.documents < 2:
            return None
        se, freedom = interval.se or 0.0, interval.documents - 1.0
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
