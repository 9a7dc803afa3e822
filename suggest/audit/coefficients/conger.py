"""Conger's kappa in sums by document, for its jackknife: each rater's own shares have to be kept apart."""

from __future__ import annotations

import numpy

from suggest.audit.coefficients.ratings import Ratings
from suggest.audit.coefficients.result import ByDocument, Numbers, ratio


def conger_by_document(ratings: Ratings) -> ByDocument:
    """Conger's kappa by document; without a value where a rater rated nothing."""
    raters, size, counts = ratings.codes.shape[1], len(ratings.values), ratings.counts
    alike = ratings.equal_pairs / numpy.maximum(counts * (counts - 1), 1)
    paired = ratings.by_document(counts >= 2)
    rows = ratings.documents * size
    each = []
    for column in ratings.codes.T:
        here = column >= 0
        cells = numpy.bincount(rows[here] + column[here], minlength=len(ratings.names) * size)
        each.append(cells.reshape(len(ratings.names), size))
    sums = numpy.column_stack([ratings.by_document(alike), paired, *each])

    def evaluate(totals: Numbers) -> Numbers:
        times = totals[:, 2:].reshape(-1, raters, size)
        rated = times.sum(axis=2, keepdims=True)
        shares = numpy.divide(times, rated, out=numpy.full(times.shape, numpy.nan), where=rated > 0)
        total = shares.sum(axis=1)
        same, apart = (total * total).sum(axis=1), (shares * shares).sum(axis=(1, 2))
        expected = (same - apart) / (raters * (raters - 1))
        return ratio(ratio(totals[:, 0], totals[:, 1]) - expected, 1.0 - expected)

    return ByDocument(ratings.names, sums, paired.astype(int), evaluate, lowest=-1.0)
