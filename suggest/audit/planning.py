"""How many segments to code twice, or blind, before a figure is as sure as it needs to be. Plans, not promises."""

from __future__ import annotations

import math

from suggest.audit.coefficients.result import UnusableRatings
from suggest.audit.intervals import Interval
from suggest.audit.quantiles import normal_quantile, t_quantile

MOST = 1_000_000


def units_for_kappa(
    kappa: float, prevalence: float, half_width: float, *, level: float = 0.95, design_effect: float = 1.0
) -> int:
    """Segments that two coders must both code, for an interval of kappa (or alpha) of plus or minus `half_width`.

    For one code, applied by both with the share `prevalence`, at an expected `kappa`. From the variance of Fleiss,
    Cohen and Everitt (1969). Multiply by `design_effect` where segments hang together.
    """
    _between("prevalence", prevalence)
    if not -1.0 < kappa < 1.0:
        raise UnusableRatings("The expected kappa must lie between -1 and 1.")
    p, q = prevalence, 1.0 - prevalence
    both, neither, one = p * p + kappa * p * q, q * q + kappa * p * q, p * q * (1.0 - kappa)
    if both < 0.0 or neither < 0.0:
        raise UnusableRatings("Such a kappa cannot occur with this prevalence.")
    observed, expected = both + neither, p * p + q * q
    a = both * (1.0 - expected - 2.0 * p * (1.0 - observed)) ** 2
    b = neither * (1.0 - expected - 2.0 * q * (1.0 - observed)) ** 2
    c = 2.0 * one * (1.0 - observed) ** 2
    variance = (a + b + c - (observed * expected - 2.0 * expected + observed) ** 2) / (1.0 - expected) ** 4
    return _units(variance, half_width, level, design_effect)


def units_for_share(share: float, half_width: float, *, level: float = 0.95, design_effect: float = 1.0) -> int:
    """Segments to code for an interval of a share (a code's prevalence, percent agreement) of that half-width."""
    _between("share", share)
    return _units(share * (1.0 - share), half_width, level, design_effect)


def units_per_arm(
    first: float, second: float, *, power: float = 0.8, level: float = 0.95, design_effect: float = 1.0
) -> int:
    """Segments in each arm (shown, blind) to find that a share differs, `first` against `second`.

    Two-sided, by Cohen's difference of arcsines (Cohen 1988, ch. 6).
    """
    _between("share", first)
    _between("share", second)
    apart = 2.0 * math.asin(math.sqrt(first)) - 2.0 * math.asin(math.sqrt(second))
    if apart == 0.0:
        raise UnusableRatings("The two shares are the same: no number of segments tells them apart.")
    both = normal_quantile((1.0 + level) / 2.0) + normal_quantile(power)
    return math.ceil(2.0 * (both / apart) ** 2 * design_effect)


def design_effect(units_per_document: float, correlation: float) -> float:
    """How many times the units are needed where those of a document are alike: 1 + (m - 1) ICC. Kish (1965)."""
    return 1.0 + (units_per_document - 1.0) * correlation


def documents_for(interval: Interval, half_width: float) -> int | None:
    """How many documents like those so far give the half-width, counting those there are. None if that is unknown.

    From the error that the documents have shown, which falls with the root of their number. It is itself an estimate,
    rough below twenty documents.
    """
    _positive(half_width)
    if interval.se is None or interval.documents < 2:
        return None
    spread = interval.se * math.sqrt(interval.documents)
    shares = (1.0 + interval.level) / 2.0

    def enough(documents: int) -> bool:
        return t_quantile(shares, documents - 1.0) * spread / math.sqrt(documents) <= half_width

    low, high = 1, 2
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _units(variance: float, half_width: float, level: float, effect: float) -> int:
    _positive(half_width)
    return max(2, math.ceil(variance * (normal_quantile((1.0 + level) / 2.0) / half_width) ** 2 * effect - 1e-9))


def _positive(half_width: float) -> None:
    if not half_width > 0.0:
        raise UnusableRatings("The half-width must be above 0.")


def _between(name: str, value: float) -> None:
    if not 0.0 < value < 1.0:
        raise UnusableRatings(f"The {name} must lie between 0 and 1.")
