"""Which codes of a large tree are nearest to a segment by their wordings alone: the first of two steps, where a model
cannot be offered all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy

from suggest.models.embedded.encoding import Encoder, Passage
from suggest.models.embedded.wording import wording_of
from suggest.models.interface import OfferedCode
from suggest.models.wordings import Wordings
from suggest.models.words import features, pieces, words

VERSION = 1
SMOOTHING = 60
"""Ranks are joined by the sum of 1 / (SMOOTHING + rank): reciprocal rank fusion (Cormack, Clarke, Buettcher 2009)."""


class Ranker(Protocol):
    """Puts the codes in order for a text. `identity` changes whenever the order could."""

    @property
    def identity(self) -> str: ...

    def rank(self, text: str) -> list[OfferedCode]:
        """All codes, the nearest first; of equals in the order of the tree."""
        ...


class ByWords:
    """By the words that a text shares with the wordings."""

    identity = f"words-{VERSION}"

    def __init__(self, codes: Sequence[OfferedCode]) -> None:
        self._codes = tuple(sorted(codes, key=lambda code: (code.path, code.id)))
        self._wordings = Wordings(self._codes)

    def rank(self, text: str) -> list[OfferedCode]:
        """See `Ranker`."""
        return [self._codes[place] for place in self.order(text)]

    def order(self, text: str) -> list[int]:
        """The places of the codes, the nearest first."""
        query = dict.fromkeys(feature for word in words(text) for feature in features(word.surface))
        strengths = self._wordings.strengths(query)
        return sorted(range(len(self._codes)), key=lambda place: (-strengths.get(place, 0.0), place))


class ByMeaning:
    """By what the embedded encoder makes of text and wordings, and by the words that they share."""

    def __init__(self, codes: Sequence[OfferedCode], encoder: Encoder) -> None:
        self._codes = tuple(sorted(codes, key=lambda code: (code.path, code.id)))
        self._encoder, self._words = encoder, ByWords(codes)
        self._wordings: numpy.ndarray | None = None

    @property
    def identity(self) -> str:
        return f"meaning-{VERSION}+{self._encoder.identity}"

    def rank(self, text: str) -> list[OfferedCode]:
        """See `Ranker`. A text is as near to a code as the nearest of its sentences is."""
        if self._wordings is None:
            read = self._encoder.encode([Passage(wording_of(code, brief=True).texts[0]) for code in self._codes])
            self._wordings = numpy.stack([vectors[0] for vectors in read])
        (vectors,) = self._encoder.encode([Passage(text, tuple((one.start, one.end) for one in pieces(text)))])
        # Rounded, so that another processor puts them in the same order.
        alike = numpy.round((self._wordings @ vectors.T).max(axis=1), 4)
        by_meaning = sorted(range(len(self._codes)), key=lambda place: (-alike[place], place))
        joined = dict.fromkeys(range(len(self._codes)), 0.0)
        for order in (by_meaning, self._words.order(text)):
            for rank, place in enumerate(order):
                joined[place] += 1 / (SMOOTHING + rank)
        return [self._codes[place] for place in sorted(joined, key=lambda place: (-round(joined[place], 12), place))]
