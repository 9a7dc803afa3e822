"""One figure with its interval, or the reason why there is none; and the jackknife over documents for many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np

from suggest.audit.intervals import NO_SPREAD, ONE_CARRIES_ALL
from suggest.audit.material import Floats
from suggest.audit.quantiles import t_quantile

FEWEST_DOCUMENTS = 10
"""An interval needs so many documents: with fewer, leaving one out says little of how others would differ."""

FEWEST_POSITIVES, FEWEST_CARRYING = 10, 4
"""A coefficient of one code needs so many segments to which it was applied, in so many documents."""

NO_VARIATION = "no variation"
TOO_RARE = f"fewer than {FEWEST_POSITIVES} positives in {FEWEST_CARRYING} documents"


@dataclass(frozen=True)
class Figure:
    """A value and its 95 % interval. `undefined` says why there is no value, `open` why there is no interval.
    `se` is the jackknife's standard error, also where documents are too few for an interval to be shown."""

    value: float | None
    low: float | None = None
    high: float | None = None
    undefined: str | None = None
    open: str | None = None
    se: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)


def no_figure(reason: str) -> Figure:
    return Figure(None, undefined=reason, open=reason)


class Parts(Protocol):
    """Sums by document that can be added up, or lack one document each."""

    def map(self, change: Callable[[Floats], Floats]) -> Self: ...

    def total(self) -> Self: ...


def too_few(documents: int) -> str:
    """Why there is no interval."""
    return f"too few documents ({documents} of at least {FEWEST_DOCUMENTS})"


P = TypeVar("P", bound=Parts)


def figures(
    statistic: Callable[[P], Floats], parts: P, units: Floats, *, lowest: float = -1.0, reason: str = NO_VARIATION
) -> list[Figure]:
    """A statistic for each column of sums (documents x columns), with the delete-one-document jackknife's interval.

    value -+ t(D - 1) se, se^2 = (D - 1) / D sum (value without document d - their mean)^2, over the D documents that
    have units. It treats a document as the cluster, since what is said in one talk hangs together. `lowest` to 1 is the
    statistic's range.
    """
    values = np.atleast_1d(statistic(parts.total()))
    counts = (units > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        without = statistic(parts.map(lambda part: part.sum(axis=0, keepdims=True) - part))
    found = []
    for column, (value, documents) in enumerate(zip(values.tolist(), counts.tolist(), strict=True)):
        if not np.isfinite(value):
            found.append(no_figure(reason))
            continue
        kept = without[units[:, column] > 0, column]
        found.append(with_interval(value, kept, documents, lowest))
    return found


def with_interval(value: float, without: Floats, documents: int, lowest: float = -1.0) -> Figure:
    """A value with its jackknife interval from the values without each of so many documents."""
    few = too_few(documents) if documents < FEWEST_DOCUMENTS else None
    if documents < 2 or not np.isfinite(without).all():
        return Figure(value, open=few or ONE_CARRIES_ALL)
    se = float(np.sqrt((documents - 1) / documents * ((without - without.mean()) ** 2).sum()))
    if few or se < 1e-12:
        return Figure(value, open=few or NO_SPREAD, se=se or None)
    half = t_quantile(0.975, documents - 1) * se
    return Figure(value, max(lowest, value - half), min(1.0, value + half), se=se)
