"""Intervals that respect documents: what is said in one transcript hangs together, so documents are the sample.

Every statistic comes as sums by document (`by_document` of `suggest.audit.coefficients`), which makes leaving one out,
or drawing them anew, a matter of adding rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from suggest.audit.coefficients.distances import Distance, distance_matrix, ordinal_distances
from suggest.audit.coefficients.many import undefined
from suggest.audit.coefficients.ratings import Ratings, RatingsLike
from suggest.audit.coefficients.result import ByDocument, Numbers, UnusableRatings, number
from suggest.audit.quantiles import t_quantile

TOO_FEW = "fewer than two documents"
ONE_CARRIES_ALL = "without one of the documents there is no value"
NO_SPREAD = "all documents agree exactly, so they show no error"
OFTEN_UNDEFINED = "too many drawn samples have no value"

_BLOCK = 4_000_000
"""Cells of an intermediate array at most, so that many documents times many codes do not fill the memory."""


@dataclass(frozen=True)
class Interval:
    """A value with its interval. `low` and `high` are None where there is none; `undefined` then says why.

    `documents` counts those that contribute units. `se` is the standard error that the method gives. The interval is
    cut at the ends of the statistic's range. Below about ten documents it is too short, whatever the method: say so.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    documents: int
    method: str
    se: float | None = None
    undefined: str | None = None


@dataclass(frozen=True)
class PairBootstrap:
    """Hayes and Krippendorff's interval of alpha. `below` holds the share of draws below each limit asked for."""

    value: float | None
    low: float | None
    high: float | None
    level: float
    draws: int
    pairs: int
    below: dict[float, float]
    undefined: str | None = None


def jackknife(statistic: ByDocument, level: float = 0.95) -> Interval:
    """Leave out one document at a time; Student's t with one degree of freedom less than documents. The default.

    The error is sqrt((D - 1) / D sum (value without d - mean of these)²) over D documents. Efron and Stein (1981).
    """
    kept = _with_something(statistic)
    documents = int(numpy.count_nonzero(kept.units))
    value = statistic.value()

    def without(reason: str) -> Interval:
        return Interval(value, None, None, level, documents, "document jackknife, t", undefined=reason)

    if value is None:
        return without("the value itself is undefined")
    if documents < 2:
        return without(TOO_FEW)
    left = _evaluate(kept, kept.sums.sum(axis=0) - kept.sums)
    if not numpy.isfinite(left).all():
        return without(ONE_CARRIES_ALL)
    count = len(left)
    se = float(numpy.sqrt((count - 1) / count * ((left - left.mean()) ** 2).sum()))
    if se < 1e-12:
        return without(NO_SPREAD)
    half = t_quantile((1.0 + level) / 2.0, documents - 1.0) * se
    low, high = max(value - half, min(kept.lowest, value)), min(value + half, kept.highest)
    return Interval(value, low, high, level, documents, "document jackknife, t", se)


def document_bootstrap(statistic: ByDocument, level: float = 0.95, *, draws: int = 2000, seed: int = 1) -> Interval:
    """Draw as many documents as there are, with replacement, `draws` times; the middle `level` of the values.

    With fewer than 20 documents it is too short more often than the jackknife (docs/agreement.md). Draws without a
    value are left out; if they are more than one in twenty there is no interval.
    """
    kept = _with_something(statistic)
    documents = int(numpy.count_nonzero(kept.units))
    value = statistic.value()

    def without(reason: str) -> Interval:
        return Interval(value, None, None, level, documents, "document bootstrap, percentile", undefined=reason)

    if value is None:
        return without("the value itself is undefined")
    if documents < 2:
        return without(TOO_FEW)
    count = len(kept.sums)
    dice = numpy.random.default_rng(seed)
    times = dice.multinomial(count, numpy.full(count, 1.0 / count), size=draws).astype(float)
    step = max(1, _BLOCK // max(kept.sums.shape[1], 1))
    values = numpy.concatenate([kept.evaluate(times[at : at + step] @ kept.sums) for at in range(0, draws, step)])
    defined = values[numpy.isfinite(values)]
    if len(defined) < 0.95 * draws:
        return without(OFTEN_UNDEFINED)
    se = float(defined.std(ddof=1))
    if se < 1e-12:
        return without(NO_SPREAD)
    low, high = numpy.quantile(defined, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(value, float(low), float(high), level, documents, "document bootstrap, percentile", se)


def difference(first: ByDocument, second: ByDocument) -> ByDocument:
    """The first statistic minus the second. Documents that both have are taken together: the interval is paired."""
    names = tuple(dict.fromkeys([*first.names, *second.names]))
    place = {name: index for index, name in enumerate(names)}
    width = first.sums.shape[1]
    sums = numpy.zeros((len(names), width + second.sums.shape[1]))
    units = numpy.zeros(len(names), dtype=int)
    for one, columns in ((first, slice(0, width)), (second, slice(width, None))):
        rows = [place[name] for name in one.names]
        sums[rows, columns] = one.sums
        units[rows] += one.units

    def evaluate(totals: Numbers) -> Numbers:
        return first.evaluate(totals[:, :width]) - second.evaluate(totals[:, width:])

    return ByDocument(names, sums, units, evaluate, first.lowest - second.highest, first.highest - second.lowest)


def hayes_krippendorff(
    ratings: RatingsLike,
    distance: Distance = "nominal",
    level: float = 0.95,
    *,
    draws: int = 10_000,
    pairs: int | None = None,
    seed: int = 1,
    limits: tuple[float, ...] = (0.9, 0.8, 0.7, 0.67, 0.6, 0.5),
) -> PairBootstrap:
    """The bootstrap of the SPSS macro KALPHA, to compare with its output: for a report take the jackknife.

    It draws `pairs` differences from the observed coincidences, keeps the expected disagreement, and takes no notice of
    documents, so that it is too short (docs/agreement.md). `pairs` is by default that of version 3.0 of the macro, the
    smaller of 25 times the cells that occur and (raters - 1) ratings / 2; older versions take the number of pairs and
    give wider intervals: report it. Draws with alpha below -1 count as -1; of those with alpha 1 as many count as 0 as
    are expected to have drawn one cell of the diagonal only. Hayes and Krippendorff (2007); Krippendorff (2016),
    "Bootstrapping distributions for Krippendorff's alpha".
    """
    found = Ratings.of(ratings)
    reason = undefined(found)
    if reason:
        return PairBootstrap(None, None, None, level, draws, 0, {}, reason)
    pooled = Ratings(found.codes, found.values, numpy.zeros_like(found.documents), ("",))
    cells = pooled.coincidences[0]
    frequencies = cells.sum(axis=1)
    total = float(frequencies.sum())
    apart = ordinal_distances(frequencies) if distance == "ordinal" else distance_matrix(distance, pooled.values)
    expected = float(frequencies @ apart @ frequencies) / (total * (total - 1.0))
    upper = numpy.triu_indices(len(cells))
    chances = numpy.where(upper[0] == upper[1], 1.0, 2.0) * cells[upper] / total
    occurring = chances > 0
    if pairs is None:
        pairs = min(25 * int(numpy.count_nonzero(cells)), int((found.codes.shape[1] - 1) * total / 2))
    if expected <= 0 or pairs < 1:
        raise UnusableRatings("Nothing differs by this distance: there is no distribution to draw from.")
    chances = chances[occurring] / chances[occurring].sum()
    costs = apart[upper][occurring]
    dice = numpy.random.default_rng(seed)
    alphas = numpy.sort(1.0 - (dice.multinomial(pairs, chances, size=draws) @ costs) / (pairs * expected))
    alphas = numpy.maximum(alphas, -1.0)
    diagonal = chances[(upper[0] == upper[1])[occurring]]
    perfect = int(numpy.count_nonzero(alphas >= 1.0 - 1e-12))
    alone = draws if len(diagonal) == 1 else round(draws * float((diagonal**pairs).sum()))
    spurious = min(perfect, alone)
    alphas[len(alphas) - spurious :] = 0.0
    low, high = numpy.quantile(alphas, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    value = 1.0 - float((cells * apart).sum()) / total / expected
    below = {limit: float(numpy.mean(alphas < limit)) for limit in limits}
    return PairBootstrap(number(value), float(low), float(high), level, draws, pairs, below)


def _with_something(statistic: ByDocument) -> ByDocument:
    """Without the documents that add nothing."""
    used = numpy.flatnonzero((statistic.sums != 0).any(axis=1) | (statistic.units > 0))
    return ByDocument(
        tuple(statistic.names[index] for index in used),
        statistic.sums[used],
        statistic.units[used],
        statistic.evaluate,
        statistic.lowest,
        statistic.highest,
    )


def _evaluate(statistic: ByDocument, totals: Numbers) -> Numbers:
    """In blocks of rows."""
    step = max(1, _BLOCK // max(totals.shape[1], 1))
    parts = [statistic.evaluate(totals[at : at + step]) for at in range(0, len(totals), step)]
    return numpy.concatenate(parts)
