"""What learns: a kernel ridge regression from what a segment is like to the codes that it gets.

All codes share one matrix, so one inversion serves them all, and what the head would have said without a segment, or
without a whole document, follows from it without fitting again (leave-one-out in closed form, as in Rifkin and
Lippert, "Notes on Regularized Least Squares", 2007, and by blocks).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

from suggest.models.embedded.comparing import Compared, ridge
from suggest.models.embedded.encoding import Numbers, Vectors
from suggest.models.embedded.likeness import Indices, Points, Reading, likeness

SIBLING_SHARE = 0.2
"""So much of the mean score of the codes under the same parent is added to each of them."""

READINGS = (
    Reading(around=True, place=False),
    Reading(around=True, place=True),
    Reading(around=False, place=False),
    Reading(around=True, place=False, common=True),
    Reading(around=True, place=True, common=True),
    Reading(around=False, place=False, common=True),
)
LEAST_TO_CHOOSE = 100
LEAST_DOCUMENTS_TO_CHOOSE = 3
MOST_TO_CHOOSE = 600
"""With enough lessons the head tries which surroundings help, each document being left out in turn; before, the first
of the readings holds."""

NO_FAMILY = -1


def families(paths: Sequence[tuple[str, ...]]) -> Indices:
    """By code: the number of its family, the codes under one parent below the top; NO_FAMILY outside of any."""
    numbers: dict[tuple[str, ...], int] = {}
    known = [numbers.setdefault(path[:-1], len(numbers)) if len(path) > 1 else NO_FAMILY for path in paths]
    return numpy.array(known, numpy.int64)


def with_siblings(scores: Numbers, of: Indices) -> Numbers:
    """Scores (points, codes) with SIBLING_SHARE of the family's mean added to each member's."""
    order = numpy.argsort(of, kind="stable")
    order = order[of[order] != NO_FAMILY]
    if not len(order):
        return scores
    counts = numpy.bincount(of[order])
    means = numpy.add.reduceat(scores[:, order], numpy.cumsum(counts) - counts, axis=1) / counts
    spread = numpy.concatenate((means, numpy.zeros((len(scores), 1))), axis=1).astype(scores.dtype)
    return scores + SIBLING_SHARE * spread[:, of]


class Head:
    """Frozen at construction."""

    def __init__(self, compared: Compared, reading: Reading) -> None:
        teaching = compared.teaching
        self.reading = reading
        codes = range(teaching.targets.shape[1])
        order = numpy.argsort(teaching.of_code, kind="stable")
        ends = numpy.searchsorted(teaching.of_code[order], numpy.arange(len(codes) + 1))
        self._own = [order[ends[code] : ends[code + 1]] for code in codes]
        self.given = [numpy.flatnonzero(teaching.targets[:, code] >= 0.5) for code in codes]
        """By code: the rows of the talk that was given it."""
        self._first = len(teaching.wordings)
        self._families = teaching.families
        self._compared = compared
        self._fit = Fit(compared, reading)

    def contributions(self, points: Points) -> Vectors:
        """How alike the points are to all that was learned from: wordings first, then talk."""
        teaching = self._compared.teaching
        both = likeness(points, teaching.wordings, self.reading), likeness(points, teaching.talk, self.reading)
        return numpy.concatenate(both, axis=1)

    def scores(self, alike: Vectors, without: int | None = None) -> Numbers:
        """Scores of shape (points, codes), from what `contributions` gave.

        `without` is the row of a piece of talk that the head is to answer for as if it had never been decided.
        """
        wordings, talk = alike[:, : self._first], alike[:, self._first :]
        found = self._compared.by_wordings(wordings)
        if talk.shape[1]:
            found = found + self._fit.by_talk(self._compared.beyond_wordings(wordings, talk), without)
        return with_siblings(found, self._families)

    def shares(self, alike: Vectors, code: int, without: int | None = None) -> tuple[float, Numbers]:
        """For one point: how much its score for a code owes to the code's own wording, and to each piece of talk that
        was given it (see `given`)."""
        rows, given = self._own[code], self.given[code]
        talk = self._fit.weights(code, without)
        own = self._compared.own_weights(rows, code, talk)
        return float(alike[rows] @ own), alike[self._first + given] * talk[given]

    def held_out(self) -> Numbers:
        """What the talk learned from would score if its whole document had not been learned from; with a single
        document, if it had not itself. Shape (talk, codes)."""
        return with_siblings(self._fit.held_out(), self._families)


class Fit:
    """The ridge regression of the talk, the wordings taken into account. Unless common codes are expected everywhere,
    what talk owes to other talk counts from its average on: else whatever was coded often by then would drown the
    wordings of codes yet to come."""

    def __init__(self, compared: Compared, reading: Reading) -> None:
        self._targets, self._documents = compared.teaching.targets, compared.teaching.documents
        near = compared.alike(reading)
        rest = self._targets - compared.by_wordings(compared.to_wordings)
        self._inverse = ridge(near - compared.through_wordings)
        self._narrow = self._inverse.astype(self._targets.dtype)
        self._alpha = self._narrow @ rest
        self._near = numpy.zeros_like(near) if reading.common else near
        numpy.fill_diagonal(self._near, 0)
        self._sums = self._near.sum(axis=0, dtype=numpy.float64)

    def by_talk(self, alike: Numbers, without: int | None) -> Numbers:
        """What the talk adds to the scores of points, from how alike they are to it `beyond_wordings`."""
        found: Numbers = alike @ self._alpha
        if without is None:
            return found - self._average(numpy.zeros(0, numpy.int64), self._alpha[:0])
        lost = self._alpha[without] / self._inverse[without, without]
        found = found - numpy.outer(alike @ self._inverse[:, without], lost)
        return found - self._average(numpy.array([without]), lost[None])

    def weights(self, code: int, without: int | None) -> Numbers:
        """What each piece of talk adds to a code, for a point that is fully like it."""
        found: Numbers = self._alpha[:, code]
        if without is not None:
            found = found - self._inverse[:, without] * (found[without] / self._inverse[without, without])
        return found

    def held_out(self) -> Numbers:
        """See `Head.held_out`; what siblings share is not in it yet."""
        groups = [numpy.flatnonzero(self._documents == number) for number in numpy.unique(self._documents)]
        if len(groups) < 2:
            return self._each_held_out()
        found = numpy.zeros(self._targets.shape, self._alpha.dtype)
        for group in groups:
            lost = numpy.linalg.solve(self._narrow[numpy.ix_(group, group)], self._alpha[group])
            found[group] = self._targets[group] - lost - self._average(group, lost)
        return found

    def _each_held_out(self) -> Numbers:
        """The same, each piece of talk by itself: what `_average` gives for a single row, for all rows at once."""
        lost = self._alpha / self._narrow.diagonal()[:, None]
        found: Numbers = self._targets - lost
        rest = len(self._near) - 2
        if rest >= 1:
            sums = (self._sums - self._near).astype(self._alpha.dtype)
            numpy.fill_diagonal(sums, 0)
            through = numpy.einsum("ij,ij->i", sums, self._narrow)
            found = found - (sums @ self._alpha - through[:, None] * lost) / rest
        return found

    def _average(self, left_out: Indices, lost: Numbers) -> Numbers:
        """By code: what a piece of talk scores on average owing to the other talk, as if the rows that are left out had
        not been decided; `lost` is by how much the fit missed what they were given, having left them out."""
        rest = len(self._near) - len(left_out) - 1
        if rest < 1:
            return numpy.zeros(self._alpha.shape[1])
        sums = self._sums - self._near[left_out].sum(axis=0, dtype=numpy.float64)
        sums[left_out] = 0
        sums = sums.astype(self._alpha.dtype)
        found: Numbers = sums @ self._alpha - (sums @ self._narrow[:, left_out]) @ lost
        return found / rest


def precision(scores: Numbers, right: NDArray[numpy.bool_]) -> float:
    """The average precision of all (segment, code) pairs in one ranking, 0 to 1; 0 without a right one."""
    order = numpy.argsort(-scores, axis=None, kind="stable")
    hits = right.ravel()[order]
    if not hits.any():
        return 0.0
    return float((numpy.cumsum(hits)[hits] / (numpy.flatnonzero(hits) + 1)).mean())


def best_reading(compared: Compared) -> Reading:
    """Which surroundings to heed: those with which documents left out are best told by the others."""
    documents = compared.teaching.documents
    if len(documents) < LEAST_TO_CHOOSE or len(numpy.unique(documents)) < LEAST_DOCUMENTS_TO_CHOOSE:
        return READINGS[0]
    every = -(-len(documents) // MOST_TO_CHOOSE)
    part = compared.some(numpy.arange(0, len(documents), every)).for_given()
    if not part.teaching.targets.size:
        return READINGS[0]
    right = part.teaching.targets >= 0.5
    return max(READINGS, key=lambda reading: precision(Fit(part, reading).held_out(), right))
