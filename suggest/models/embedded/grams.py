"""What two texts have in common letter by letter: runs of three and four characters, the rare ones weighing more.

It stands beside the sentence vectors, which know little of names, terms and languages other than English. Runs of
characters also match inflected words and need no word boundaries, so no list per language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import numpy
from numpy.typing import NDArray

from suggest.models.embedded.encoding import Vectors

SIZES = (3, 4)
WIDTH = 4096
"""Runs are hashed into so many columns (Weinberger and others, "Feature Hashing for Large Scale Multitask Learning",
2009): with 1,024 the ranking gets worse, with 4,096 it is that of runs kept apart."""

Runs: TypeAlias = NDArray[numpy.uint64]

_PRIME = numpy.uint64(0x9E3779B97F4A7C15)
_FOLD = numpy.uint64(32)
_SIGN = numpy.uint64(40)


def runs(text: str) -> tuple[Runs, NDArray[numpy.int64]]:
    """The runs of characters of a text as 64-bit hashes, in ascending order, and how often each stands there.

    Case and kinds of white space count nothing.
    """
    folded = f" {' '.join(unicodedata.normalize('NFKC', text).casefold().split())} "
    points = numpy.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4").astype(numpy.uint64)
    found = []
    for size in SIZES:
        if len(points) >= size:
            hashed = numpy.full(len(points) - size + 1, size, numpy.uint64)
            for offset in range(size):
                hashed = (hashed ^ points[offset : len(points) - size + 1 + offset]) * _PRIME
                hashed ^= hashed >> _FOLD
            found.append(hashed)
    if not found:
        return numpy.zeros(0, numpy.uint64), numpy.zeros(0, numpy.int64)
    return numpy.unique(numpy.concatenate(found), return_counts=True)


class Grams:
    """How rare each run is among some texts, and the rows of texts weighted by it. Frozen at construction; `own` are
    the rows of those very texts, in their order."""

    def __init__(self, texts: Sequence[str]) -> None:
        found = [runs(text) for text in texts]
        known = numpy.concatenate([numpy.zeros(0, numpy.uint64), *(hashed for hashed, _ in found)])
        self._known, held = numpy.unique(known, return_counts=True)
        # As in `bm25.rarity`, with a place at the end for runs that no text held.
        self._rarity = numpy.log1p((len(texts) - numpy.append(held, 0) + 0.5) / (numpy.append(held, 0) + 0.5))
        self.own = self._weighted(found)

    def rows(self, texts: Sequence[str]) -> Vectors:
        """An array of shape (texts, WIDTH): rows of unit length, zero for a text without a run."""
        return self._weighted([runs(text) for text in texts])

    def _weighted(self, of_texts: Sequence[tuple[Runs, NDArray[numpy.int64]]]) -> Vectors:
        rows = numpy.zeros((len(of_texts), WIDTH), numpy.float32)
        for row, (found, times) in zip(rows, of_texts, strict=True):
            if not len(found):
                continue
            at = numpy.searchsorted(self._known, found)
            at[at == len(self._known)] = -1
            unknown = self._known[at] != found if len(self._known) else numpy.ones(len(found), numpy.bool_)
            at[unknown] = -1
            weights = self._rarity[at] * (1 + numpy.log(times))
            # The column and the sign come from one hash, so that runs that fall together cancel out on average.
            weights[(found >> _SIGN) & numpy.uint64(1) == 0] *= -1
            row += numpy.bincount((found % numpy.uint64(WIDTH)).astype(numpy.int64), weights, WIDTH)
            length = numpy.linalg.norm(row)
            if length:
                row /= length
        return rows
