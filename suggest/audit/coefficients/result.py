"""What a coefficient is as a value, and how its per-document sums give it again for any choice of documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from suggest.errors import UsageError

Numbers = NDArray[numpy.float64]
Indices = NDArray[numpy.intp]

NO_PAIRS = "no unit has two ratings"
NO_VARIATION = "no variation"


class UnusableRatings(UsageError, ValueError):
    """The ratings, weights or distance cannot be taken as they are. The message says which and why."""


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with what it rests on.

    `value` and `se` are None where they are not defined, never a stand-in 0 or 1; `undefined` then says why. `se` takes
    units for independent: for segments of the same transcripts take `suggest.audit.intervals`. `n` counts the units
    that entered: those with at least two ratings. `observed` and `expected` are the two parts: agreement for the
    kappas, disagreement for alpha.
    """

    value: float | None
    n: int
    se: float | None = None
    undefined: str | None = None
    observed: float | None = None
    expected: float | None = None


@dataclass(frozen=True, eq=False)
class ByDocument:
    """A statistic in sums per document: evaluating the sum of any documents' rows gives its value for those documents.

    `sums` has one row per document. `evaluate` takes an array (choices, columns) and gives one value per choice, NaN
    where undefined. `units` counts what each document contributes. `lowest` and `highest` are the ends of the
    statistic's range. Jackknife and bootstrap need nothing else, so that they cost next to nothing.
    """

    names: tuple[Hashable, ...]
    sums: Numbers
    units: NDArray[Any]
    evaluate: Callable[[Numbers], Numbers]
    lowest: float = -1.0
    highest: float = 1.0

    def value(self) -> float | None:
        """The value for all documents together; None where undefined."""
        return number(self.evaluate(self.sums.sum(axis=0, keepdims=True))[0])


def number(value: Any) -> float | None:
    """A plain float; None for what is not a finite number."""
    return float(value) if numpy.isfinite(value) else None


def ratio(over: Numbers, under: Numbers) -> Numbers:
    """Element by element; NaN where the denominator is 0 up to rounding."""
    usable = numpy.abs(under) > 1e-12
    return numpy.where(usable, over / numpy.where(usable, under, 1.0), numpy.nan)


def above_chance(observed: Numbers, expected: Numbers) -> Numbers:
    """(observed - expected) / (1 - expected); NaN where the expected agreement is 1."""
    return ratio(observed - expected, 1.0 - expected)
