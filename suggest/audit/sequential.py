"""Intervals that may be looked at as often as one likes, for studies that stop coding once a figure is good enough."""

from __future__ import annotations

import math
from dataclasses import replace

from suggest.audit.coefficients.result import ByDocument
from suggest.audit.intervals import Interval, jackknife

FEWEST = 10
"""Documents before the first look: the sequence is asymptotic, and the spread of fewer is a guess."""


def confidence_sequence(statistic: ByDocument, planned: int, level: float = 0.95) -> Interval:
    """An interval that holds at all looks together with probability `level`, tightest at `planned` documents.

    Looking at an ordinary interval after every few documents and stopping when it suits finds agreement that is not
    there (docs/agreement.md). This one is about half as wide again. It is the asymptotic confidence sequence of
    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024) on the documents' jackknife pseudo-values: value +- sd
    sqrt(2 (n r + 1) / (n² r) log(sqrt(n r + 1) / a)), r = (-2 log a + log(1 - 2 log a)) / planned, a = 1 - level.
    Undefined below ten documents.
    """
    usual = jackknife(statistic, level)
    method = "confidence sequence over documents"
    if usual.value is None or usual.se is None:
        return replace(usual, method=method)
    count = usual.documents
    if count < FEWEST:
        return replace(usual, low=None, high=None, method=method, undefined=f"fewer than {FEWEST} documents")
    half = half_width(usual.se, count, planned, level)
    low, high = max(usual.value - half, statistic.lowest), min(usual.value + half, statistic.highest)
    return replace(usual, low=low, high=high, method=method)


def half_width(se: float, documents: int, planned: int, level: float = 0.95) -> float:
    """Half of the sequence's width after so many documents, from the jackknife's error."""
    # That error is the one of the mean of the pseudo-values.
    spread = se * math.sqrt(documents)
    outside = 1.0 - level
    rho = (-2.0 * math.log(outside) + math.log(1.0 - 2.0 * math.log(outside))) / planned
    wide = documents * rho + 1.0
    return spread * math.sqrt(2.0 * wide / (documents**2 * rho) * math.log(math.sqrt(wide) / outside))
