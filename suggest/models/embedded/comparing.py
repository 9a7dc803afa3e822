"""What is learned from, compared with itself once, for whatever is fitted to all or to some of it.

The wordings of the codes are examples as well, each of its own code, so that a code is known before it is used. They
have no surroundings, so what they come to is the same for every way of reading: it is worked out here, and leaves a
problem of the size of the talk (the Schur complement of their part of the matrix).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy

from suggest.models.embedded.encoding import Numbers, Vectors
from suggest.models.embedded.lessons import Targets
from suggest.models.embedded.likeness import Indices, Points, Reading, in_common, of_surroundings, of_words

RIDGE = 0.5

MOST_TOGETHER = 1_000
"""Up to so many wordings are weighed against one another as well, which tells codes apart that sound alike. The work
grows with their cube: in larger trees each stands for itself, with this weight, and only talk is weighed."""

ALONE = 0.8


@dataclass(frozen=True, slots=True)
class Teaching:
    """What a head is fitted to: wordings (the codes' own rows, `of_code` their codes' positions) and decided talk
    (with `targets` and the number of each row's document). `families` numbers the codes by their parent; a code at the
    top of the tree has NO_FAMILY."""

    wordings: Points
    of_code: Indices
    talk: Points
    targets: Targets
    documents: Indices
    families: Indices

    def untaught(self) -> Teaching:
        """The wordings alone."""
        none = numpy.zeros(0, numpy.int64)
        return replace(self, talk=self.talk.take(none), targets=self.targets[none], documents=none)


class Compared:
    """`to_wordings`, of shape (talk, wordings), is how alike they are; `through_wordings`, of shape (talk, talk), how
    alike pieces of talk are by what both have in common with the wordings."""

    def __init__(self, teaching: Teaching) -> None:
        self.all_weighed = len(teaching.wordings) <= MOST_TOGETHER
        if not self.all_weighed:
            # With many codes each would take a column of doubles for all the talk.
            teaching = replace(teaching, targets=teaching.targets.astype(numpy.float32))
        self.teaching = teaching
        self.to_wordings = of_words(teaching.talk, teaching.wordings)
        self._talk = of_words(teaching.talk, teaching.talk)
        first = len(teaching.wordings)
        if self.all_weighed:
            own = numpy.zeros((first, teaching.targets.shape[1]))
            own[numpy.arange(first), teaching.of_code] = 1
            inverse = ridge(of_words(teaching.wordings, teaching.wordings))
            self._wordings, self._passed = inverse @ own, inverse @ self.to_wordings.T
            self.through_wordings: Numbers = self.to_wordings @ self._passed
        else:
            self._wordings = (ALONE / numpy.bincount(teaching.of_code)[teaching.of_code]).astype(numpy.float32)
            self._passed = numpy.zeros((first, 0))
            self.through_wordings = numpy.zeros(self._talk.shape, numpy.float32)

    def by_wordings(self, alike: Vectors) -> Numbers:
        """What the wordings alone make of points that are so alike to them: shape (points, codes)."""
        if self.all_weighed:
            found: Numbers = alike @ self._wordings
            return found
        of_code = self.teaching.of_code
        return numpy.add.reduceat(alike * self._wordings, numpy.flatnonzero(numpy.diff(of_code, prepend=-1)), axis=1)

    def beyond_wordings(self, wordings: Vectors, talk: Vectors) -> Numbers:
        """How alike points are to the talk beyond what both have in common with the wordings."""
        return talk - wordings @ self._passed if self.all_weighed else talk

    def own_weights(self, rows: Indices, code: int, talk: Numbers) -> Numbers:
        """What these wordings of a code add to it, for a point that is fully like them; `talk` is what talk adds."""
        if not self.all_weighed:
            return self._wordings[rows]
        found: Numbers = self._wordings[rows, code] - self._passed[rows] @ talk
        return found

    def alike(self, reading: Reading) -> Vectors:
        """How alike the talk is to itself: an array of the caller's own."""
        talk = self.teaching.talk
        found = self._talk + in_common(talk, talk) if reading.common else self._talk
        return found * of_surroundings(talk, talk, reading)

    def some(self, rows: Indices) -> Compared:
        """The same with these rows of the talk only, for fitting alone: their words are left behind."""
        teaching = self.teaching
        found = self._like_this(
            replace(
                teaching,
                talk=teaching.talk.surroundings(rows),
                targets=teaching.targets[rows],
                documents=teaching.documents[rows],
            )
        )
        found.to_wordings, found._passed = self.to_wordings[rows], self._passed[:, rows if self.all_weighed else []]
        found._talk, found.through_wordings = (
            self._talk[numpy.ix_(rows, rows)],
            self.through_wordings[numpy.ix_(rows, rows)],
        )
        return found

    def for_given(self) -> Compared:
        """The same for the codes alone that some of the talk was given. Where all is weighed, every wording has its
        say in every code, so nothing is left out."""
        if self.all_weighed:
            return self
        teaching = self.teaching
        codes = numpy.flatnonzero((teaching.targets >= 0.5).any(axis=0))
        rows = numpy.flatnonzero(numpy.isin(teaching.of_code, codes))
        found = self._like_this(
            replace(
                teaching,
                wordings=teaching.wordings.surroundings(rows),
                of_code=numpy.searchsorted(codes, teaching.of_code[rows]),
                targets=teaching.targets[:, codes],
                families=teaching.families[codes],
            )
        )
        found.to_wordings, found._wordings = self.to_wordings[:, rows], self._wordings[rows]
        return found

    def _like_this(self, teaching: Teaching) -> Compared:
        found = Compared.__new__(Compared)
        found.__dict__.update(self.__dict__)
        found.teaching = teaching
        return found


def ridge(alike: Numbers) -> Numbers:
    """The inverse of how alike things are, with RIDGE added to each one's likeness to itself."""
    matrix = alike.astype(numpy.float64)
    matrix[numpy.diag_indices_from(matrix)] += RIDGE
    return numpy.linalg.inv(matrix)
