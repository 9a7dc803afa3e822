"""Krippendorff's alpha for any distance, any number of raters, and missing ratings."""

from __future__ import annotations

import numpy

from suggest.audit.coefficients.distances import Distance, distance_matrix, ordinal_distances
from suggest.audit.coefficients.many import undefined
from suggest.audit.coefficients.ratings import Ratings, RatingsLike
from suggest.audit.coefficients.result import NO_VARIATION, ByDocument, Coefficient, Numbers, number, ratio


def krippendorff_alpha(ratings: RatingsLike, distance: Distance = "nominal") -> Coefficient:
    """Krippendorff's alpha: 1 minus observed over expected disagreement. At most 1; undefined without variation.

    `distance` is "nominal", "ordinal", "interval", "ratio", for frozensets "jaccard" or "masi", or a function of two
    values, such as `tree_distance(parents)`: see `distance_matrix`. Units with fewer than two ratings are left out;
    `n` counts the others. `se` is Gwet's linearised one over units (irrCAC 1.4), with the distances taken as fixed.
    Krippendorff, Content Analysis (4th ed. 2018), ch. 12; "Computing Krippendorff's alpha-reliability" (2011).
    """
    found = Ratings.of(ratings)
    reason = undefined(found)
    if reason:
        return Coefficient(None, found.paired, undefined=reason)
    paired = found.counts >= 2
    counts = found.counts[paired].astype(float)
    frequencies = found.frequencies.sum(axis=0)
    apart = ordinal_distances(frequencies) if distance == "ordinal" else distance_matrix(distance, found.values)
    per_unit = _disagreement(found, distance, apart)[paired] / (counts - 1.0)
    total = float(counts.sum())
    observed = float(per_unit.sum()) / total
    expected = float(frequencies @ apart @ frequencies) / (total * (total - 1.0))
    if expected <= 0.0:
        return Coefficient(None, found.paired, undefined=NO_VARIATION)
    value = 1.0 - observed / expected
    return Coefficient(
        number(value),
        found.paired,
        se=_linearised(found, per_unit, counts, frequencies, apart),
        observed=number(observed),
        expected=number(expected),
    )


def alpha_by_document(ratings: Ratings, distance: Distance = "nominal") -> ByDocument:
    """Observed disagreement and frequencies of the pairable values, by document.

    The ordinal distance changes with the frequencies, so there the documents' coincidence matrices are kept whole.
    """
    units = ratings.by_document(ratings.counts >= 2).astype(int)
    size = len(ratings.values)
    if distance == "ordinal":
        matrices = ratings.coincidences

        def evaluate_ordinal(totals: Numbers) -> Numbers:
            whole = totals.reshape(-1, size, size)
            frequencies = whole.sum(axis=2)
            apart = ordinal_distances(frequencies)
            return _alpha((whole * apart).sum(axis=(1, 2)), frequencies, (apart @ frequencies[:, :, None])[:, :, 0])

        return ByDocument(ratings.names, matrices.reshape(len(matrices), -1), units, evaluate_ordinal)
    apart = distance_matrix(distance, ratings.values)
    disagreement = _disagreement(ratings, distance, apart) / numpy.maximum(ratings.counts - 1.0, 1.0)
    sums = numpy.column_stack([ratings.by_document(disagreement), ratings.frequencies])

    def evaluate(totals: Numbers) -> Numbers:
        return _alpha(totals[:, 0], totals[:, 1:], totals[:, 1:] @ apart)

    return ByDocument(ratings.names, sums, units, evaluate)


def _alpha(observed: Numbers, frequencies: Numbers, meets: Numbers) -> Numbers:
    return 1.0 - ratio((frequencies.sum(axis=1) - 1.0) * observed, (frequencies * meets).sum(axis=1))


def _disagreement(ratings: Ratings, distance: Distance, apart: Numbers) -> Numbers:
    """Per unit the sum of the distances of all ordered pairs."""
    if distance == "nominal":
        return numpy.asarray(ratings.counts * (ratings.counts - 1.0) - ratings.equal_pairs)
    return ratings.pair_sums(apart)


def _linearised(
    ratings: Ratings, per_unit: Numbers, counts: Numbers, frequencies: Numbers, apart: Numbers
) -> float | None:
    """The spread of the units' contributions, in the form of a weighted kappa with weights 1 - d / largest d."""
    units = len(counts)
    if units < 2:
        return None
    mean, largest = counts.mean(), apart.max()
    shares = frequencies / counts.sum()
    meets = 1.0 - apart @ shares / largest
    expected = float(shares @ meets)
    raw = (counts - per_unit / largest) / mean
    agreement = raw.mean()
    # Without alpha's correction for small samples, as the R package does: it hardly moves the error.
    value = (agreement - expected) / (1.0 - expected)
    drift = (counts - mean) / mean
    observed = raw - agreement * drift
    # `gather` sums over all of a unit's ratings; units with one rating are left out here as everywhere.
    chance = ratings.gather(meets)[ratings.counts >= 2] / mean - expected * drift
    parts = (observed - expected) / (1.0 - expected) - 2.0 * (1.0 - value) * (chance - expected) / (1.0 - expected)
    return number(numpy.sqrt(((parts - value) ** 2).sum() / (units * (units - 1))))
