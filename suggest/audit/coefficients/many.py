"""Percent agreement and the kappas for any number of raters, missing ratings allowed.

They share one observed agreement and differ in what they expect by chance. Formulas and linearised standard errors:
Gwet, Handbook of Inter-Rater Reliability (4th ed. 2014), as his R package irrCAC computes them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

import numpy

from suggest.audit.coefficients.distances import Weights, agreement_weights
from suggest.audit.coefficients.ratings import Ratings, RatingsLike
from suggest.audit.coefficients.result import (
    NO_PAIRS,
    NO_VARIATION,
    ByDocument,
    Coefficient,
    Numbers,
    above_chance,
    number,
    ratio,
)


@dataclass(frozen=True, eq=False)
class Chance:
    """Agreement expected by chance: `expected` from mean shares (..., values), and what a rating of each value adds.

    `slopes` gives for shares (values,) half the change of the expectation with each share; None where it never changes.
    """

    expected: Callable[[Numbers], Numbers]
    slopes: Callable[[Numbers], Numbers] | None


def fleiss_chance(weights: Numbers) -> Chance:
    """Two ratings drawn from the mean shares: p' W p."""
    return Chance(lambda shares: ((shares @ weights) * shares).sum(axis=-1), lambda shares: weights @ shares)


def gwet_chance(weights: Numbers) -> Chance:
    """sum(W) sum p(1 - p) / (q (q - 1)): ratings by guess only where a unit is hard."""
    size = len(weights)
    scale = weights.sum() / max(size * (size - 1), 1)
    return Chance(lambda shares: scale * (shares * (1.0 - shares)).sum(axis=-1), lambda shares: scale * (1.0 - shares))


def uniform_chance(weights: Numbers) -> Chance:
    """sum(W) / q²: every category as likely as any other."""
    constant = weights.sum() / max(len(weights) ** 2, 1)
    return Chance(lambda shares: numpy.full(shares.shape[:-1], constant), None)


NO_CHANCE = Chance(lambda shares: numpy.zeros(shares.shape[:-1]), None)


def percent_agreement(ratings: RatingsLike) -> Coefficient:
    """The share of agreeing pairs of ratings within a unit, averaged over units with at least two. 0 to 1."""
    return _coefficient(Ratings.of(ratings), numpy.eye, None)


def fleiss_kappa(ratings: RatingsLike) -> Coefficient:
    """Fleiss' kappa (1971) in Gwet's form for missing ratings. -1 to 1 where none is missing; undefined
    without variation.

    Raters count as interchangeable: chance is p'p of the mean shares of the categories. `se` is Gwet's, not the one of
    1971, which its author withdrew, and not that of 1979, which holds only if there is no agreement at all.
    """
    return _coefficient(Ratings.of(ratings), numpy.eye, fleiss_chance)


def gwet_ac1(ratings: RatingsLike, categories: Iterable[Hashable] | None = None) -> Coefficient:
    """Gwet's AC1 (2008). -1 to 1; undefined without variation.

    `categories` are those that could have been chosen: give them, since a code that nobody used counts too. Without
    them those that occur are taken, which makes the figure depend on the sample.
    """
    return _coefficient(_in_categories(ratings, categories), numpy.eye, gwet_chance)


def gwet_ac2(ratings: RatingsLike, weights: Weights, categories: Iterable[Hashable] | None = None) -> Coefficient:
    """AC1 with partial agreement: `weights` as in `agreement_weights`, an array in the order of the categories."""
    found = _in_categories(ratings, categories)
    return _coefficient(found, lambda size: agreement_weights(weights, found.values), gwet_chance)


def brennan_prediger(ratings: RatingsLike, categories: Iterable[Hashable] | None = None) -> Coefficient:
    """Brennan and Prediger (1981), also Bennett's S: chance is 1 / q. -1 to 1; undefined without variation.

    `categories` as for `gwet_ac1`. With the categories that occur it is Randolph's free-marginal kappa.
    """
    return _coefficient(_in_categories(ratings, categories), numpy.eye, uniform_chance)


def conger_kappa(ratings: RatingsLike) -> Coefficient:
    """Conger's kappa (1980): Cohen's for more than two raters, each with shares of their own. -1 to 1.

    Undefined without variation, and where a rater rated nothing. `ratings` must have one column per rater.
    """
    found = Ratings.of(ratings)
    reason = undefined(found)
    used = found.codes[found.counts >= 1]
    raters, size = used.shape[1], len(found.values)
    per_rater = numpy.count_nonzero(used >= 0, axis=0)
    if reason is None and not per_rater.all():
        reason = "a rater rated nothing"
    if reason:
        return Coefficient(None, found.paired, undefined=reason)
    shares = (
        numpy.array([numpy.bincount(column[column >= 0], minlength=size) for column in used.T]) / per_rater[:, None]
    )
    total = shares.sum(axis=0)
    expected = float((total @ total - (shares * shares).sum()) / (raters * (raters - 1)))
    observed = _observed(found, numpy.eye(size))
    agreement = float(observed.mean())
    if 1.0 - expected < 1e-12:
        return Coefficient(None, found.paired, undefined=NO_VARIATION)
    value = (agreement - expected) / (1.0 - expected)
    units = len(used)
    chance = numpy.zeros(units)
    for rater, column in enumerate(used.T):
        here = column >= 0
        others = total - shares[rater]
        # What this rater's rating of the unit adds to the chance agreement with all others, averages corrected for
        # how many units the rater saw.
        own = numpy.where(here, others[numpy.where(here, column, 0)], 0.0)
        own -= (here - per_rater[rater] / units) * float(others @ shares[rater])
        chance += own * units / per_rater[rater]
    chance /= raters * (raters - 1)
    return Coefficient(
        number(value),
        found.paired,
        se=_linearised(observed, value, expected, chance, found),
        observed=number(agreement),
        expected=number(expected),
    )


def percent_by_document(ratings: Ratings) -> ByDocument:
    """Percent agreement by document."""
    return sums_by_document(ratings, numpy.eye(len(ratings.values)), None)


def fleiss_by_document(ratings: Ratings) -> ByDocument:
    """Fleiss' kappa by document."""
    return sums_by_document(ratings, numpy.eye(len(ratings.values)), fleiss_chance)


def ac1_by_document(ratings: Ratings, categories: Iterable[Hashable] | None = None) -> ByDocument:
    """AC1 by document."""
    found = _in_categories(ratings, categories)
    return sums_by_document(found, numpy.eye(len(found.values)), gwet_chance)


def ac2_by_document(ratings: Ratings, weights: Weights, categories: Iterable[Hashable] | None = None) -> ByDocument:
    """AC2 by document."""
    found = _in_categories(ratings, categories)
    return sums_by_document(found, agreement_weights(weights, found.values), gwet_chance)


def uniform_by_document(ratings: Ratings, categories: Iterable[Hashable] | None = None) -> ByDocument:
    """Brennan and Prediger's coefficient by document."""
    found = _in_categories(ratings, categories)
    return sums_by_document(found, numpy.eye(len(found.values)), uniform_chance)


def undefined(ratings: Ratings, *, corrected: bool = True) -> str | None:
    """Why a coefficient of these ratings has no value; None if it has one."""
    if not ratings.paired:
        return NO_PAIRS
    return NO_VARIATION if corrected and not ratings.varied else None


def sums_by_document(ratings: Ratings, weights: Numbers, chance: Callable[[Numbers], Chance] | None) -> ByDocument:
    """Observed agreement, shares of the values and numbers of units, by document. Without `chance` uncorrected."""
    rule = chance(weights) if chance else NO_CHANCE
    counts = ratings.counts
    pairs = numpy.maximum(counts * (counts - 1), 1)
    paired = ratings.by_document(counts >= 2)
    sums = numpy.column_stack(
        [
            ratings.by_document(_agreeing(ratings, weights) / pairs),
            paired,
            ratings.by_document(counts >= 1),
            ratings.shares,
        ]
    )

    def evaluate(totals: Numbers) -> Numbers:
        shares = totals[:, 3:] / numpy.maximum(totals[:, 2:3], 1.0)
        return above_chance(ratio(totals[:, 0], totals[:, 1]), rule.expected(shares))

    return ByDocument(ratings.names, sums, paired.astype(int), evaluate, lowest=-1.0 if chance else 0.0)


def _coefficient(
    ratings: Ratings,
    weights: Callable[[int], Numbers],
    chance: Callable[[Numbers], Chance] | None,
) -> Coefficient:
    reason = undefined(ratings, corrected=chance is not None)
    if reason:
        return Coefficient(None, ratings.paired, undefined=reason)
    matrix = weights(len(ratings.values))
    rule = chance(matrix) if chance else NO_CHANCE
    rated = ratings.counts >= 1
    shares = ratings.shares.sum(axis=0) / numpy.count_nonzero(rated)
    observed = _observed(ratings, matrix)
    agreement, expected = float(observed.mean()), float(rule.expected(shares))
    if 1.0 - expected < 1e-12:
        return Coefficient(None, ratings.paired, undefined=NO_VARIATION)
    value = (agreement - expected) / (1.0 - expected)
    slopes = None
    if rule.slopes:
        slopes = (ratings.gather(rule.slopes(shares)) / numpy.maximum(ratings.counts, 1))[rated]
    return Coefficient(
        number(value),
        ratings.paired,
        se=_linearised(observed, value, expected, slopes, ratings),
        observed=number(agreement),
        expected=number(expected) if chance else None,
    )


def _observed(ratings: Ratings, weights: Numbers) -> Numbers:
    """The weighted share of agreeing pairs in each unit with at least two ratings."""
    counts = ratings.counts
    sums = _agreeing(ratings, weights)
    return numpy.asarray((sums / numpy.maximum(counts * (counts - 1), 1))[counts >= 2])


def _linearised(
    observed: Numbers, value: float, expected: float, chance: Numbers | None, ratings: Ratings
) -> float | None:
    """Gwet's standard error: the spread of each rated unit's contribution to the coefficient, over units."""
    paired = ratings.counts[ratings.counts >= 1] >= 2
    units = len(paired)
    if units < 2:
        return None
    share = numpy.zeros(units)
    share[paired] = observed - expected
    parts = units / numpy.count_nonzero(paired) * share / (1.0 - expected)
    if chance is not None:
        parts -= 2.0 * (1.0 - value) * (chance - expected) / (1.0 - expected)
    return number(numpy.sqrt(((parts - value) ** 2).sum() / (units * (units - 1))))


def _in_categories(ratings: RatingsLike, categories: Iterable[Hashable] | None) -> Ratings:
    found = Ratings.of(ratings)
    return found if categories is None else found.with_values(categories)


def _agreeing(ratings: Ratings, weights: Numbers) -> Numbers:
    """Per unit the weighted sum of agreeing ordered pairs."""
    plain = bool((weights == numpy.eye(len(weights))).all())
    return ratings.equal_pairs if plain else ratings.pair_sums(weights)
