"""Shares and differences of shares whose errors take documents, or other clusters, for the sample."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy
from numpy.typing import ArrayLike

from suggest.audit.coefficients.ratings import Ratings
from suggest.audit.coefficients.result import ByDocument, Numbers, UnusableRatings, number, ratio
from suggest.audit.intervals import Interval, jackknife


@dataclass(frozen=True)
class ShareDifference:
    """The share in one arm minus that in the other, with the interval of `suggest.audit.intervals.jackknife`.

    `first` and `second` are the shares, None for an empty arm; `n_first` and `n_second` the units in each.
    """

    first: float | None
    second: float | None
    n_first: int
    n_second: int
    interval: Interval


def share_by_document(
    outcomes: ArrayLike, documents: Iterable[Hashable], weights: ArrayLike | None = None
) -> ByDocument:
    """The share of outcomes that are true (or the mean of numbers), in sums by document.

    `weights` of units drawn with known, unequal probabilities are 1 / probability.
    """
    values, weight, frame = _checked(outcomes, documents, weights)
    sums = numpy.column_stack([frame.by_document(values * weight), frame.by_document(weight)])
    units = frame.by_document(numpy.ones(len(values))).astype(int)
    return ByDocument(
        frame.names,
        sums,
        units,
        lambda totals: ratio(totals[:, 0], totals[:, 1]),
        lowest=min(0.0, values.min(initial=0.0)),
        highest=max(1.0, values.max(initial=1.0)),
    )


def difference_of_shares(
    outcomes: ArrayLike,
    in_first: ArrayLike,
    documents: Iterable[Hashable],
    *,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> ShareDifference:
    """How much more often `outcomes` (units,) are true in the first arm than in the second, with a clustered interval.

    The effect of exposure is this with outcomes "the coder's answer is the model's" and the first arm "shown", as
    assigned by the draw and not as looked at. `documents` are the clusters: documents, or the blocks of a blind core. A
    cluster may lie in one arm or in both. The error is the delete-one-cluster jackknife, which is close to the
    cluster-robust error CR3 and, unlike CR0 and CR1, not too small for few clusters.
    """
    values, weight, frame = _checked(outcomes, documents, weights)
    first = numpy.asarray(in_first, dtype=bool)
    if first.shape != values.shape:
        raise UnusableRatings("Say for each unit whether it is in the first arm.")
    columns = [
        frame.by_document(part)
        for arm in (first, ~first)
        for part in (numpy.where(arm, values * weight, 0.0), numpy.where(arm, weight, 0.0))
    ]

    def evaluate(totals: Numbers) -> Numbers:
        return ratio(totals[:, 0], totals[:, 1]) - ratio(totals[:, 2], totals[:, 3])

    units = frame.by_document(numpy.ones(len(values))).astype(int)
    statistic = ByDocument(frame.names, numpy.column_stack(columns), units, evaluate)
    totals = statistic.sums.sum(axis=0, keepdims=True)
    n_first = int(numpy.count_nonzero(first))
    return ShareDifference(
        first=number(ratio(totals[:, 0], totals[:, 1])[0]),
        second=number(ratio(totals[:, 2], totals[:, 3])[0]),
        n_first=n_first,
        n_second=len(values) - n_first,
        interval=jackknife(statistic, level),
    )


def _checked(
    outcomes: ArrayLike, documents: Iterable[Hashable], weights: ArrayLike | None
) -> tuple[Numbers, Numbers, Ratings]:
    values = numpy.asarray(outcomes, dtype=float)
    weight = numpy.ones(len(values)) if weights is None else numpy.asarray(weights, dtype=float)
    if values.ndim != 1 or weight.shape != values.shape:
        raise UnusableRatings("Give one outcome, and one weight, for each unit.")
    if not (numpy.isfinite(values).all() and numpy.isfinite(weight).all() and weight.min(initial=1.0) > 0):
        raise UnusableRatings("Outcomes must be numbers and weights above 0. Leave missing units out.")
    return values, weight, Ratings.of_codes(numpy.zeros((len(values), 1)), ("",), documents)
