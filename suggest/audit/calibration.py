"""Whether a model's confidence can be believed, and from which confidence on its codings may stand unread.

Everything here asks for answers that were coded blind. Confidence that was fitted or chosen on the same segments says
nothing about new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy
from numpy.typing import ArrayLike, NDArray

from suggest.audit.coefficients.result import Numbers, UnusableRatings
from suggest.audit.quantiles import clopper_pearson, clopper_pearson_upper, t_quantile


@dataclass(frozen=True)
class Bin:
    """Suggestions whose confidence lies above `low` and up to `high` (the first bin: from `low`).

    `share` of the `count` are right, within `share_low` and `share_high` at 95 % (Clopper and Pearson, units taken for
    independent); `confidence` is their mean confidence. All but the edges and the count are None in an empty bin.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    share: float | None
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True)
class Calibration:
    """Brier score and expected calibration error, both 0 to 1, 0 best, with the bins that the second rests on.

    The error depends on the bins and is too large where bins are small: show them with their counts.
    """

    n: int
    brier: float | None
    ece: float | None
    bins: tuple[Bin, ...]
    rule: Literal["width", "mass"]
    undefined: str | None = None


@dataclass(frozen=True)
class RiskCoverage:
    """Error among the most confident share of the suggestions, for each share. `aurc` is the mean of `risk`."""

    coverage: Numbers
    risk: Numbers
    aurc: float | None


@dataclass(frozen=True)
class Step:
    """A threshold that was tried: what it accepts, what of this is wrong, and the upper bound of that share."""

    threshold: float
    accepted: int
    errors: int
    upper: float


@dataclass(frozen=True)
class Threshold:
    """The laxest threshold that keeps the target, or None with the reason, and all steps that were tried."""

    value: float | None
    target: float
    delta: float
    steps: tuple[Step, ...]
    undefined: str | None = None


def calibration(
    right: ArrayLike,
    confidence: ArrayLike,
    bins: int = 10,
    rule: Literal["width", "mass"] = "width",
    documents: ArrayLike | None = None,
) -> Calibration:
    """Brier score, expected calibration error and reliability bins.

    `right` (units,) is whether the suggestion agrees with the blind coding, `confidence` (units,) lies from 0 to 1.
    Bins have equal "width" or, by "mass", as nearly as ties allow, equal counts. ECE = sum count/n |share -
    confidence|. Brier (1950); Naeini, Cooper and Hauskrecht (2015). With `documents` (units,) each bin's interval is at
    least as wide as the document jackknife's.
    """
    correct, sure = _checked(right, confidence)
    count = len(sure)
    if not count:
        return Calibration(0, None, None, (), rule, "no suggestion with a confidence")
    edges = numpy.linspace(0.0, 1.0, bins + 1)
    if rule == "mass":
        inner = numpy.quantile(sure, numpy.linspace(0.0, 1.0, bins + 1)[1:-1], method="inverted_cdf")
        edges = numpy.unique(numpy.concatenate([[0.0], inner, [1.0]]))
    # Up to and including the upper edge, so that 1 is in the last bin and 0 in the first.
    where = numpy.clip(numpy.searchsorted(edges, sure, side="left") - 1, 0, len(edges) - 2)
    names = _named(documents, count)
    found = tuple(
        _bin(
            edges,
            index,
            correct[where == index],
            sure[where == index],
            None if names is None else names[where == index],
        )
        for index in range(len(edges) - 1)
    )
    gap = sum(
        one.count * abs(one.share - one.confidence)
        for one in found
        if one.share is not None and one.confidence is not None
    )
    return Calibration(count, float(((sure - correct) ** 2).mean()), gap / count, found, rule)


def risk_coverage(right: ArrayLike, confidence: ArrayLike) -> RiskCoverage:
    """The error rate of the k most confident suggestions, for k from 1 to all. Ties stay in the order given."""
    correct, sure = _checked(right, confidence)
    order = numpy.argsort(-sure, kind="stable")
    steps = numpy.arange(1, len(sure) + 1)
    risk = numpy.cumsum(1.0 - correct[order]) / steps
    return RiskCoverage(steps / max(len(sure), 1), risk, float(risk.mean()) if len(risk) else None)


def acceptance_threshold(
    right: ArrayLike,
    confidence: ArrayLike,
    grid: Sequence[float],
    target: float,
    delta: float = 0.05,
    documents: ArrayLike | None = None,
) -> Threshold:
    """The lowest confidence of `grid` from which on suggestions are wrong at most in the share `target`.

    Holds with probability 1 - `delta` over calibration samples: thresholds are tried from strict to lax, each by the
    one-sided Clopper-Pearson bound, and the first that exceeds the target ends it (fixed-sequence testing, no
    correction needed). `grid` must have been fixed without looking at `right`. Thresholds that accept too few to pass
    even without an error are skipped: that rests on the confidences alone, so the guarantee stays. Without errors a
    target of 5 % at 95 % needs 59 accepted. It holds for segments like those of the sample, drawn independently: not
    after a change of model, prompt, codebook, language or site, and less for segments that hang together. With
    `documents` (units,) the bound is the larger of that one and the document jackknife's, which knows that they do.
    """
    correct, sure = _checked(right, confidence)
    names = _named(documents, len(sure))
    if not (0.0 < target < 1.0 and 0.0 < delta < 1.0):
        raise UnusableRatings("Target and delta must lie between 0 and 1.")
    steps: list[Step] = []
    passed: float | None = None
    reason = "no threshold of the grid accepts enough suggestions"
    for threshold in sorted(set(grid), reverse=True):
        taken = sure >= threshold
        accepted = int(numpy.count_nonzero(taken))
        if clopper_pearson_upper(0, accepted, delta) > target:
            continue
        errors = int(accepted - correct[taken].sum())
        upper = clopper_pearson_upper(errors, accepted, delta)
        if names is not None:
            upper = max(upper, errors / accepted + clustered_half(1.0 - correct[taken], names[taken], 1.0 - delta))
        steps.append(Step(float(threshold), accepted, errors, upper))
        if upper > target:
            reason = "the strictest threshold exceeds the target"
            break
        passed = float(threshold)
    return Threshold(passed, target, delta, tuple(steps), None if passed is not None else reason)


def clustered_half(outcomes: Numbers, documents: NDArray[numpy.intp], level: float) -> float:
    """How far the document jackknife's limit at a one-sided level lies from a share; 0 where it shows no error."""
    units = numpy.bincount(documents)
    hits, units = numpy.bincount(documents, outcomes)[units > 0], units[units > 0]
    count = len(units)
    if count < 2:
        return 0.0
    left = (hits.sum() - hits) / (units.sum() - units)
    se = float(numpy.sqrt((count - 1) / count * ((left - left.mean()) ** 2).sum()))
    return t_quantile(level, count - 1.0) * se


def _named(documents: ArrayLike | None, units: int) -> NDArray[numpy.intp] | None:
    """Documents as numbers from 0."""
    if documents is None:
        return None
    _, found = numpy.unique(numpy.asarray(documents), return_inverse=True)
    if found.shape != (units,):
        raise UnusableRatings("Name one document for each suggestion.")
    return numpy.asarray(found, dtype=numpy.intp)


def _bin(edges: Numbers, index: int, correct: Numbers, sure: Numbers, documents: NDArray[numpy.intp] | None) -> Bin:
    low, high, count = float(edges[index]), float(edges[index + 1]), len(sure)
    if not count:
        return Bin(low, high, 0, None, None, None, None)
    hits = int(correct.sum())
    share_low, share_high = clopper_pearson(hits, count)
    if documents is not None:
        half = clustered_half(correct, documents, 0.975)
        share_low, share_high = (
            min(share_low, max(0.0, hits / count - half)),
            max(share_high, min(1.0, hits / count + half)),
        )
    return Bin(low, high, count, float(sure.mean()), hits / count, share_low, share_high)


def _checked(right: ArrayLike, confidence: ArrayLike) -> tuple[Numbers, Numbers]:
    correct: NDArray[numpy.float64] = numpy.asarray(right, dtype=float)
    sure: NDArray[numpy.float64] = numpy.asarray(confidence, dtype=float)
    if correct.shape != sure.shape or correct.ndim != 1:
        raise UnusableRatings("Give for each suggestion whether it is right, and its confidence.")
    if not numpy.isin(correct, (0.0, 1.0)).all():
        raise UnusableRatings("Whether a suggestion is right must be True or False. Leave missing ones out.")
    if not (numpy.isfinite(sure).all() and sure.min(initial=0.0) >= 0.0 and sure.max(initial=1.0) <= 1.0):
        raise UnusableRatings("A confidence lies between 0 and 1. Leave missing ones out.")
    return correct, sure
