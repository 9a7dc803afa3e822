"""Coefficients of two raters: Cohen's kappa, Scott's pi, Holsti's CR, positive agreement."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy

from suggest.audit.coefficients.distances import Weights, agreement_weights
from suggest.audit.coefficients.many import fleiss_by_document, fleiss_kappa, undefined
from suggest.audit.coefficients.ratings import Ratings
from suggest.audit.coefficients.result import (
    NO_PAIRS,
    NO_VARIATION,
    ByDocument,
    Coefficient,
    Numbers,
    UnusableRatings,
    above_chance,
    number,
    ratio,
)


def cohen_kappa(
    a: Sequence[Any],
    b: Sequence[Any],
    weights: Weights | None = None,
    categories: Iterable[Hashable] | None = None,
) -> Coefficient:
    """Cohen's kappa (1960), weighted (1968) with `weights`. -1 to 1; undefined without variation.

    Units that either rater did not rate are left out. `weights` as in `agreement_weights`, over the categories in the
    order given, else over the values that occur, sorted. `se` is that of Fleiss, Cohen and Everitt (1969).
    """
    ratings = both_rated(Ratings.of_two(a, b), categories)
    reason = undefined(ratings)
    if reason:
        return Coefficient(None, ratings.paired, undefined=reason)
    matrix = agreement_weights("identity" if weights is None else weights, ratings.values)
    one, other = ratings.codes.T
    count, size = len(one), len(ratings.values)
    rows, columns = (numpy.bincount(side, minlength=size) / count for side in (one, other))
    weight = matrix[one, other]
    observed, expected = float(weight.mean()), float(rows @ matrix @ columns)
    if 1.0 - expected < 1e-12:
        return Coefficient(None, count, undefined=NO_VARIATION)
    value = (observed - expected) / (1.0 - expected)
    margins = (matrix @ columns)[one] + (matrix @ rows)[other]
    spread = ((weight * (1.0 - expected) - margins * (1.0 - observed)) ** 2).mean()
    variance = (spread - (observed * expected - 2.0 * expected + observed) ** 2) / (count * (1.0 - expected) ** 4)
    return Coefficient(value, count, number(numpy.sqrt(max(variance, 0.0))), None, observed, expected)


def scott_pi(a: Sequence[Any], b: Sequence[Any]) -> Coefficient:
    """Scott's pi (1955): chance is the sum of squared mean shares of both raters. -1 to 1; undefined without variation.

    Units that either rater did not rate are left out. `se` is Gwet's.
    """
    return fleiss_kappa(both_rated(Ratings.of_two(a, b)))


def holsti(a: Sequence[Any], b: Sequence[Any]) -> Coefficient:
    """Holsti's coefficient of reliability (1969), 2M / (N1 + N2): not corrected for chance. 0 to 1.

    For one value per unit M counts the equal ones; for frozensets M counts the codes that both gave, N1 and N2 those
    that each gave. Units that either rater did not rate are left out. Undefined if nobody gave a code. `n` is units.
    """
    return _ratio_of_sums(holsti_by_document(Ratings.of_two(a, b)))


def positive_agreement(a: Sequence[Any], b: Sequence[Any]) -> Coefficient:
    """Agreement on the use of a code, 2 both / (2 both + only one), which is F1 and Dice. 0 to 1.

    Ratings are True or False (1 or 0), None where missing. Undefined if neither rater used the code. `se` follows from
    the delta method (Graham and Bull 1998). Use it beside a chance-corrected coefficient: many shared negatives do not
    move it.
    """
    sums = positive_by_document(Ratings.of_two(a, b))
    both, one = (float(part) for part in sums.sums.sum(axis=0))
    result = _ratio_of_sums(sums, "neither rater used the code")
    if result.value is None:
        return result
    se = numpy.sqrt(4.0 * both * one * (both + one)) / (2.0 * both + one) ** 2
    return Coefficient(result.value, result.n, number(se))


def both_rated(ratings: Ratings, categories: Iterable[Hashable] | None = None) -> Ratings:
    """The units that both of two raters rated."""
    if ratings.codes.shape[1] != 2 and len(ratings.codes):
        raise UnusableRatings(f"This coefficient is for two raters; there are {ratings.codes.shape[1]}.")
    kept = ratings.counts >= 2
    left = Ratings(ratings.codes[kept].reshape(-1, 2), ratings.values, ratings.documents[kept], ratings.names)
    return left if categories is None else left.with_values(categories)


def cohen_by_document(
    ratings: Ratings, weights: Weights | None = None, categories: Iterable[Hashable] | None = None
) -> ByDocument:
    """Weighted agreement, both raters' frequencies and units, by document."""
    found = both_rated(ratings, categories)
    matrix = agreement_weights("identity" if weights is None else weights, found.values)
    one, other = found.codes.T
    size = len(found.values)
    units = found.by_document(numpy.ones(len(one)))
    frequencies = [
        numpy.bincount(found.documents * size + side, minlength=len(found.names) * size).reshape(-1, size)
        for side in (one, other)
    ]
    sums = numpy.column_stack([found.by_document(matrix[one, other]), units, *frequencies])

    def evaluate(totals: Numbers) -> Numbers:
        count = numpy.maximum(totals[:, 1:2], 1.0)
        rows, columns = totals[:, 2 : 2 + size] / count, totals[:, 2 + size :] / count
        return above_chance(ratio(totals[:, 0], totals[:, 1]), ((rows @ matrix) * columns).sum(axis=1))

    return ByDocument(found.names, sums, units.astype(int), evaluate)


def scott_by_document(ratings: Ratings) -> ByDocument:
    """Agreement and mean shares of both raters, by document."""
    return fleiss_by_document(both_rated(ratings))


def holsti_by_document(ratings: Ratings) -> ByDocument:
    """Shared codes, and the codes of both raters together, by document."""
    found = both_rated(ratings)
    one, other = found.codes.T
    sizes = numpy.array([len(value) if isinstance(value, frozenset) else 1 for value in found.values], dtype=float)
    if all(isinstance(value, frozenset) for value in found.values):
        cells, where = numpy.unique(one.astype(numpy.int64) * len(sizes) + other, return_inverse=True)
        pairs = [divmod(int(cell), len(sizes)) for cell in cells]
        meet = [len(_as_set(found.values[i]) & _as_set(found.values[j])) for i, j in pairs]
        shared = numpy.array(meet, dtype=float)[where] if pairs else numpy.zeros(0)
    elif any(isinstance(value, frozenset) for value in found.values):
        raise UnusableRatings("Some ratings are frozensets, others are not: give all as frozensets or none.")
    else:
        shared = (one == other).astype(float)
    sums = numpy.column_stack([found.by_document(2.0 * shared), found.by_document(sizes[one] + sizes[other])])
    units = found.by_document(numpy.ones(len(one))).astype(int)
    return ByDocument(found.names, sums, units, lambda totals: ratio(totals[:, 0], totals[:, 1]), lowest=0.0)


def positive_by_document(ratings: Ratings) -> ByDocument:
    """How often both and how often exactly one rater used the code, by document."""
    found = both_rated(ratings)
    if not all(value in (0, 1) for value in found.values):
        raise UnusableRatings("Positive agreement takes True or False (1 or 0) for each unit; there are other ratings.")
    positive = numpy.array([value == 1 for value in found.values], dtype=bool)
    one, other = positive[found.codes.T]
    sums = numpy.column_stack([found.by_document(one & other), found.by_document(one ^ other)])
    units = found.by_document(numpy.ones(len(one))).astype(int)

    def evaluate(totals: Numbers) -> Numbers:
        return ratio(2.0 * totals[:, 0], 2.0 * totals[:, 0] + totals[:, 1])

    return ByDocument(found.names, sums, units, evaluate, lowest=0.0)


def _ratio_of_sums(sums: ByDocument, empty: str = "neither rater gave a code") -> Coefficient:
    units = int(sums.units.sum())
    if not units:
        return Coefficient(None, 0, undefined=NO_PAIRS)
    value = sums.value()
    return Coefficient(value, units, undefined=empty if value is None else None)


def _as_set(value: Hashable) -> frozenset[Any]:
    return value if isinstance(value, frozenset) else frozenset((value,))
