"""How alike two stretches of talk, or a stretch of talk and a code's wording, are: the kernel that the head stands on.

A sum of two likenesses of the words (sentence vectors, runs of characters), multiplied for talk by how alike the
surroundings are: the turns around, the speaker, and, where that proves to help, the place in the document.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy
from numpy.typing import NDArray

from suggest.models.embedded.encoding import DIMENSIONS, Vectors

SHARPNESS = 1.5
COMMON = math.exp(-SHARPNESS)
AROUND_SHARPNESS = 2.0
GRAM_WEIGHT = 0.5
AROUND_WEIGHT = 1.0
SPEAKER_WEIGHT = 0.5
PLACE_WEIGHT = 0.5
PLACE_WIDTH = 0.1
"""These figures were chosen on documents 1 to 8 of the think-aloud sessions and twelve school lessons alone."""

NOBODY = -1
NOWHERE = -1.0

Indices: TypeAlias = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What of the surroundings counts, and whether all talk is somewhat alike (`common`), so that codes which were
    given often are expected everywhere."""

    around: bool
    place: bool
    common: bool = False

    @property
    def name(self) -> str:
        """How a run names it: "around+place", for example, or "words" alone."""
        named = [word for word in ("around", "place", "common") if getattr(self, word)]
        return "+".join(named) or "words"


@dataclass(frozen=True, slots=True)
class Points:
    """Stretches of talk and wordings of codes, as arrays with one row each.

    `vectors` and `around` have DIMENSIONS columns (`around` is zero where nothing stands around), `grams` WIDTH;
    `speakers` are numbers, NOBODY where not known; `places` 0 to 1, NOWHERE where not known; `talk` is false for the
    wording of a code, which has no surroundings. `spelling` gives each row that of its `grams`, since the wordings of
    a code share one; without it they are in the same order.
    """

    vectors: Vectors
    grams: Vectors
    around: Vectors
    speakers: Indices
    places: Vectors
    talk: NDArray[numpy.bool_]
    spelling: Indices | None = None

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: Indices) -> Points:
        """The rows named, in that order."""
        return Points(
            self.vectors[rows],
            self.grams[rows if self.spelling is None else self.spelling[rows]],
            self.around[rows],
            self.speakers[rows],
            self.places[rows],
            self.talk[rows],
        )

    def surroundings(self, rows: Indices) -> Points:
        """The rows named, in that order, without their words."""
        return Points(
            self.vectors[rows, :0],
            self.grams[:0, :0],
            self.around[rows],
            self.speakers[rows],
            self.places[rows],
            self.talk[rows],
        )


def wordings(vectors: Vectors, grams: Vectors, spelling: Indices | None = None) -> Points:
    """Wordings of codes."""
    count = len(vectors)
    return Points(
        vectors,
        grams,
        numpy.zeros((count, DIMENSIONS), numpy.float32),
        numpy.full(count, NOBODY),
        numpy.full(count, NOWHERE, numpy.float32),
        numpy.zeros(count, numpy.bool_),
        spelling,
    )


def likeness(some: Points, others: Points, reading: Reading) -> Vectors:
    """An array of shape (some, others)."""
    found = of_words(some, others)
    if reading.common:
        found += in_common(some, others)
    found *= of_surroundings(some, others, reading)
    return found


def of_words(some: Points, others: Points) -> Vectors:
    """How alike the words are, shape (some, others).

    Words at right angles are not alike: the constant term of the Gaussian kernel's power series is left out, or
    whatever is said would be a little like every code, and the more so the fewer codes there are. What is left is
    still a kernel, and so is what comes with `in_common`.
    """
    found = _bell(some.vectors @ others.vectors.T, SHARPNESS)
    found -= numpy.float32(COMMON)
    letters = some.grams @ others.grams.T
    if others.spelling is not None:
        letters = letters[:, others.spelling]
    if some.spelling is not None:
        letters = letters[some.spelling]
    letters *= GRAM_WEIGHT
    found += letters
    return found


def in_common(some: Points, others: Points) -> Vectors:
    """The constant term, for two pieces of talk only; shape (some, others)."""
    return numpy.float32(COMMON) * (some.talk[:, None] & others.talk[None, :])


def of_surroundings(some: Points, others: Points, reading: Reading) -> Vectors:
    """By how much alike surroundings raise the likeness of words, shape (some, others): 1 or more."""
    known = some.speakers != NOBODY
    same = known[:, None] & (some.speakers[:, None] == others.speakers[None, :])
    factor: Vectors = 1 + SPEAKER_WEIGHT * same.astype(numpy.float32)
    if reading.around:
        factor += AROUND_WEIGHT * _bell(some.around @ others.around.T, AROUND_SHARPNESS)
    if reading.place:
        apart = (some.places[:, None] - others.places[None, :]) / numpy.float32(PLACE_WIDTH)
        near = numpy.exp(apart * apart / numpy.float32(-2))
        near *= (some.places != NOWHERE)[:, None] & (others.places != NOWHERE)[None, :]
        factor += PLACE_WEIGHT * near
    factor[~some.talk] = 1
    factor[:, ~others.talk] = 1
    return factor


def _bell(cosines: Vectors, sharpness: float) -> Vectors:
    """The Gaussian kernel of unit vectors, from their cosines, worked out in place."""
    cosines -= 1
    cosines *= sharpness
    return numpy.exp(cosines, out=cosines)
