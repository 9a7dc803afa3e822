"""How often a code occurs, from many codings of a model and few of people: without the model's bias."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy
from numpy.typing import ArrayLike

from suggest.audit.coefficients.ratings import Ratings
from suggest.audit.coefficients.result import ByDocument, Numbers, UnusableRatings, number, ratio
from suggest.audit.intervals import Interval, jackknife
from suggest.audit.proportions import share_by_document
from suggest.audit.quantiles import normal_quantile


@dataclass(frozen=True)
class Prevalence:
    """The share of units that carry the code, with its interval; `n` units that people coded, `total` all units.

    `people` is the interval from people's codings alone, to see what the model's add. `tuning` is how much weight the
    model's have, from 0 (none) to 1; None where the estimate has no such weight.
    """

    interval: Interval
    people: Interval
    n: int
    total: int
    tuning: float | None = None


def prediction_powered_prevalence(
    people: ArrayLike,
    model: ArrayLike,
    model_elsewhere: ArrayLike,
    *,
    documents: Iterable[Hashable] | None = None,
    documents_elsewhere: Iterable[Hashable] | None = None,
    tuning: float | None = None,
    level: float = 0.95,
) -> Prevalence:
    """The mean of PPI++: Angelopoulos, Duchi and Zrnic (2023).

    `people` and `model` (n,) are codings (0 or 1) of the same units, a simple random sample of all; `model_elsewhere`
    (N,) is the model's coding of the other units. theta = w mean(model elsewhere) + mean(people - w model). Without
    `tuning` w is cov(people, model) / ((1 + n/N) var(model)), within 0 and 1. Without documents the interval is the
    published one (normal, independent units); with both of `documents` and `documents_elsewhere` it is the document
    jackknife with t, the weight held fixed: take that for transcripts.
    """
    y, f, g = (_outcomes(part) for part in (people, model, model_elsewhere))
    if y.shape != f.shape:
        raise UnusableRatings("Give the model's coding of each unit that people coded.")
    if not len(y) or not len(g):
        raise UnusableRatings("There must be units that people coded, and others.")
    weight = _tuning(y, f, g) if tuning is None else tuning
    if documents is None or documents_elsewhere is None:
        value = weight * g.mean() + (y - weight * f).mean()
        se = float(numpy.sqrt((weight * g).var() / len(g) + (y - weight * f).var() / len(y)))
        return Prevalence(
            _normal(float(value), se, level),
            _normal(float(y.mean()), float(y.std() / len(y) ** 0.5), level),
            len(y),
            len(y) + len(g),
            float(weight),
        )
    where, elsewhere = list(documents), list(documents_elsewhere)
    blank = numpy.zeros
    frame = Ratings.of_codes(blank((len(y) + len(g), 1)), ("",), [*where, *elsewhere])
    columns = [
        numpy.concatenate([y - weight * f, blank(len(g))]),
        numpy.concatenate([numpy.ones(len(y)), blank(len(g))]),
        numpy.concatenate([blank(len(y)), weight * g]),
        numpy.concatenate([blank(len(y)), numpy.ones(len(g))]),
    ]

    def evaluate(totals: Numbers) -> Numbers:
        return ratio(totals[:, 0], totals[:, 1]) + ratio(totals[:, 2], totals[:, 3])

    sums = numpy.column_stack([frame.by_document(column) for column in columns])
    statistic = ByDocument(frame.names, sums, sums[:, 1].astype(int), evaluate, lowest=0.0)
    alone = jackknife(share_by_document(y, where), level)
    return Prevalence(jackknife(statistic, level), alone, len(y), len(y) + len(g), float(weight))


def design_based_prevalence(
    people: ArrayLike,
    model: ArrayLike,
    probability: ArrayLike,
    documents: Iterable[Hashable],
    *,
    level: float = 0.95,
) -> Prevalence:
    """The mean of model + (people - model) / probability where people coded, model elsewhere; over all units.

    `people` (units,) is NaN where nobody coded; `probability` (units,) is that of having been drawn for coding, stored
    when it was drawn, above 0. Right on average whatever the model and however uneven the draw. The difference
    estimator of survey sampling (Särndal, Swensson and Wretman 1992); Egami, Hinck, Stewart and Wei (2023). Interval:
    document jackknife with t. `people` weights the coded units by 1 / probability.
    """
    y, f = numpy.asarray(people, dtype=float), _outcomes(model)
    chance = numpy.asarray(probability, dtype=float)
    if not y.shape == f.shape == chance.shape:
        raise UnusableRatings("Give people's coding (NaN where none), the model's and the probability for each unit.")
    drawn = ~numpy.isnan(y)
    if not drawn.any():
        raise UnusableRatings("People coded none of the units.")
    if not (chance[drawn].min() > 0.0 and chance[drawn].max() <= 1.0):
        raise UnusableRatings("The probability of being drawn must be above 0 and at most 1.")
    where = list(documents)
    pseudo = f + numpy.where(drawn, (numpy.where(drawn, y, 0.0) - f) / numpy.where(drawn, chance, 1.0), 0.0)
    whole = share_by_document(pseudo, where)
    bounded = ByDocument(whole.names, whole.sums, whole.units, whole.evaluate, 0.0, 1.0)
    coded = [name for name, here in zip(where, drawn, strict=True) if here]
    alone = share_by_document(y[drawn], coded, 1.0 / chance[drawn])
    return Prevalence(jackknife(bounded, level), jackknife(alone, level), int(drawn.sum()), len(y))


def _tuning(y: Numbers, f: Numbers, g: Numbers) -> float:
    spread = numpy.concatenate([f, g]).var(ddof=1)
    together = float(((y - y.mean()) * (f - f.mean())).mean())
    return float(numpy.clip(together / ((1.0 + len(y) / len(g)) * spread), 0.0, 1.0)) if spread else 0.0


def _normal(value: float, se: float, level: float) -> Interval:
    half = normal_quantile((1.0 + level) / 2.0) * se
    return Interval(number(value), value - half, value + half, level, 0, "normal, independent units", se)


def _outcomes(values: ArrayLike) -> Numbers:
    array = numpy.asarray(values, dtype=float)
    if array.ndim != 1 or not numpy.isfinite(array).all():
        raise UnusableRatings("Codings must be numbers, one for each unit.")
    return array
