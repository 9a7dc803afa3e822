"""Agreement of several coders code by code, from counts per document and code, for all codes at once.

The figures of one code are those of `suggest.audit.coefficients` for ratings of 0 and 1. Here they are computed from
the counts, so that thousands of codes, and each document left out once, are single steps over arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.material import Flags, Floats, Ints, Small

AT_ONCE = 4_000_000
"""So many segments times codes are counted in one step, so that thousands of codes need no more room."""


@dataclass(frozen=True)
class Counts:
    """Sums by document and code (documents x codes), or added up (codes,).

    Over the segments in which at least two coders answered: `units`, how many; `applied` and `not_applied` answers;
    `apart`, ordered pairs of unlike answers, each segment's over the number of its coders less one; `alike`, the sum of
    each segment's share of like pairs; `shared` and `possible`, ordered pairs in which both applied the code, and all
    in which one given coder did. `rated` and `share`: segments with any answer, and the sum of each one's share of
    coders who applied the code.
    """

    units: Floats
    applied: Floats
    not_applied: Floats
    apart: Floats
    alike: Floats
    shared: Floats
    possible: Floats
    rated: Floats
    share: Floats

    def map(self, change: Callable[[Floats], Floats]) -> Counts:
        """The counts, each of which was changed alike."""
        return Counts(*(change(getattr(self, name)) for name in Counts.__dataclass_fields__))

    def total(self) -> Counts:
        """Over all documents."""
        return self.map(lambda part: part.sum(axis=0))

    def pooled(self) -> Counts:
        """Over all codes, as one column: every segment and code is a cell."""
        return self.map(lambda part: part.sum(axis=-1, keepdims=True))


def by_document(part: Floats | Flags, starts: Ints) -> Floats:
    """Sums of rows (segments x codes) that stand together by document; `starts` is each document's first row."""
    if not len(starts):
        return np.zeros((0, part.shape[1]))
    return np.add.reduceat(part, starts, axis=0, dtype=np.float64)


def starts_of(document: Ints) -> Ints:
    """Where each document begins in rows that are sorted by document."""
    return np.flatnonzero(np.r_[True, document[1:] != document[:-1]]) if len(document) else np.zeros(0, dtype=np.int64)


def count(values: Sequence[Small], starts: Ints) -> Counts:
    """The counts of coders' answers (each segments x codes: 1 applied, 0 not, -1 missing) to the same segments."""
    rows, codes = values[0].shape
    step = max(1, AT_ONCE // max(rows, 1))
    parts = [_count([value[:, low : low + step] for value in values], starts) for low in range(0, codes, step)]
    if not parts:
        return _count(values, starts)
    return Counts(
        *(np.concatenate([getattr(part, name) for part in parts], axis=1) for name in Counts.__dataclass_fields__)
    )


def _count(values: Sequence[Small], starts: Ints) -> Counts:
    shape = values[0].shape
    m, k = np.zeros(shape), np.zeros(shape)
    for value in values:
        m += value >= 0
        k += value == 1
    several, any_ = m >= 2, m >= 1
    less = np.where(several, m - 1, 1)
    parts = (
        several, np.where(several, k, 0), np.where(several, m - k, 0), np.where(several, 2 * k * (m - k) / less, 0),
        np.where(several, (k * (k - 1) + (m - k) * (m - k - 1)) / (np.where(several, m, 1) * less), 0),
        np.where(several, k * (k - 1), 0), np.where(several, k * (m - 1), 0),
        any_, np.where(any_, k / np.where(any_, m, 1), 0),
    )  # fmt: skip
    return Counts(*(by_document(part, starts) for part in parts))


def _ratio(over: Floats, under: Floats) -> Floats:
    usable = np.abs(under) > 1e-12
    return np.where(usable, over / np.where(usable, under, 1.0), np.nan)


def agreement(c: Counts) -> Floats:
    """The mean share of like pairs of answers."""
    return _ratio(c.alike, c.units)


def positive_agreement(c: Counts) -> Floats:
    """Of pairs in which one coder applied the code, the share in which the other did (for two, 2 both / (2 both +
    one))."""
    return _ratio(c.shared, c.possible)


def alpha(c: Counts) -> Floats:
    """Krippendorff's alpha, 1 - (n - 1) apart / (2 applied not_applied); NaN without variation."""
    n = c.applied + c.not_applied
    return np.asarray(1.0 - _ratio((n - 1) * c.apart, 2 * c.applied * c.not_applied))


def ac1(c: Counts) -> Floats:
    """Gwet's AC1 for the two categories applied and not applied; NaN without variation, where all is alike."""
    share = _ratio(c.share, c.rated)
    chance = 2 * share * (1 - share)
    found = _ratio(_ratio(c.alike, c.units) - chance, 1 - chance)
    return np.where((share > 0) & (share < 1), found, np.nan)


@dataclass(frozen=True)
class Cells:
    """Two coders: in how many segments both, one, or neither applied each code. (documents x codes) or (codes,)."""

    both: Floats
    only_a: Floats
    only_b: Floats
    neither: Floats

    def map(self, change: Callable[[Floats], Floats]) -> Cells:
        return Cells(change(self.both), change(self.only_a), change(self.only_b), change(self.neither))

    def total(self) -> Cells:
        return self.map(lambda part: part.sum(axis=0))

    def pooled(self) -> Cells:
        return self.map(lambda part: part.sum(axis=-1, keepdims=True))

    @property
    def units(self) -> Floats:
        return self.both + self.only_a + self.only_b + self.neither


def cells(a: Small, b: Small, starts: Ints) -> Cells:
    """The cells of two coders' answers (segments x codes), by document; only where both answered."""
    one, other, no_a, no_b = a == 1, b == 1, a == 0, b == 0
    return Cells(
        by_document(one & other, starts), by_document(one & no_b, starts), by_document(no_a & other, starts),
        by_document(no_a & no_b, starts),
    )  # fmt: skip


def counts_of(c: Cells) -> Counts:
    """The counts of two coders from their cells."""
    units, one = c.units, c.only_a + c.only_b
    applied = 2 * c.both + one
    return Counts(
        units, applied, 2 * c.neither + one, 2 * one, c.both + c.neither, 2 * c.both, applied, units, applied / 2
    )


def kappa(c: Cells) -> Floats:
    """Cohen's kappa; NaN where chance alone would make all alike."""
    n = c.units
    a, b = _ratio(c.both + c.only_a, n), _ratio(c.both + c.only_b, n)
    chance = a * b + (1 - a) * (1 - b)
    return _ratio(_ratio(c.both + c.neither, n) - chance, 1 - chance)
