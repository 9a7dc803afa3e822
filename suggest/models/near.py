"""Which of many texts are nearest to another one: by the words that they share, or by their vectors. What a question
shows of decided segments is chosen so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Protocol

import numpy

from suggest.models.bm25 import Bm25
from suggest.models.embedded.encoding import DIMENSIONS, Encoder, Vectors
from suggest.models.embedded.reading import Texts
from suggest.models.embedded.vectors import VectorStore
from suggest.models.words import features, words

VERSION = 1
MOST_FEATURES = 256
LENGTH_WEIGHT = 0.5
ENCODE_AT_ONCE = 256
SHARED = 0.3
"""What shared words count for beside the cosine of two vectors: the text that shares most of them has so much added,
the others their part of it. Chosen, as the next figure, on documents 1 to 8 of the think-aloud sessions."""
APART = 0.3
"""How much it counts against a text that one which was chosen already says the same: maximal marginal relevance
(Carbonell and Goldstein 1998), with 1 - APART for nearness."""
CONSIDERED = 4
"""So many times as many as are wanted, the nearest of all, are looked at for that."""

May = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and the document (an id) that its words are from."""

    text: str
    document: str


class Nearness(Protocol):
    """Finds the nearest of the texts that it was made with. `identity` changes whenever others could be found."""

    @property
    def identity(self) -> str: ...

    def prepare(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Read the texts, unless that was done; `progress` hears how many of how many were read. Raises
        SecondCoderError where that cannot be done."""
        ...

    def nearest(self, asked: Written, most: int, may: May) -> list[int]:
        """The places of at most so many texts, the best first, of those that `may` be chosen."""
        ...


class ByWords:
    """By the rare words that are shared (BM25). Texts that share none are not found."""

    identity = f"words-{VERSION}"

    def __init__(self, texts: Sequence[Written]) -> None:
        counted = [Counter(f for word in words(one.text) for f in features(word.surface)) for one in texts]
        self._index = Bm25(counted, length_weight=LENGTH_WEIGHT)

    def prepare(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Nothing to be read."""

    def scores(self, text: str) -> dict[int, float]:
        """How much a text shares with each of those that share anything, by place."""
        query = dict.fromkeys(feature for word in words(text) for feature in features(word.surface))
        return self._index.scores(self._index.rarest(query, MOST_FEATURES))

    def nearest(self, asked: Written, most: int, may: May) -> list[int]:
        """See `Nearness`."""
        scores = self.scores(asked.text)
        likely = (place for place in scores if may(place))
        return nsmallest(most, likely, key=lambda place: (-round(scores[place], 9), place))


class ByMeaning:
    """By the cosine of their vectors and the rare words that they share, and unlike one another: of two that say the
    same one is enough."""

    def __init__(self, texts: Sequence[Written], encoder: Encoder, store: VectorStore | None) -> None:
        """`encoder` reads what `store` does not have."""
        self._written, self._encoder = texts, encoder
        self._texts, self._words = Texts(encoder, store), ByWords(texts)
        self._vectors: Vectors | None = None

    @property
    def identity(self) -> str:
        return f"meaning-{VERSION}+{self._encoder.identity}"

    def prepare(self, progress: Callable[[int, int], None] | None = None) -> None:
        """See `Nearness`."""
        if self._vectors is not None:
            return
        found = numpy.zeros((len(self._written), DIMENSIONS), numpy.float32)
        for first in range(0, len(self._written), ENCODE_AT_ONCE):
            some = self._written[first : first + ENCODE_AT_ONCE]
            found[first : first + len(some)] = self._read(some)
            if progress is not None:
                progress(first + len(some), len(self._written))
        self._vectors = found

    def nearest(self, asked: Written, most: int, may: May) -> list[int]:
        """See `Nearness`."""
        self.prepare()
        assert self._vectors is not None
        # Rounded, so that another processor finds the same ones.
        alike = numpy.round(self._vectors @ self._read([asked])[0], 4)
        shared = self._words.scores(asked.text)
        top = max(shared.values(), default=1.0)
        for place, score in shared.items():
            alike[place] += SHARED * round(score / top, 4)
        order = (int(place) for place in numpy.argsort(-alike, kind="stable"))
        pool = [place for place, _ in zip(filter(may, order), range(CONSIDERED * most), strict=False)]
        chosen: list[int] = []
        said = numpy.full(len(pool), -1.0, numpy.float32)
        while len(chosen) < min(most, len(pool)):
            worth = (1 - APART) * alike[pool] - APART * numpy.maximum(said, 0)
            worth[[pool.index(place) for place in chosen]] = -numpy.inf
            best = pool[int(numpy.argmax(worth))]
            chosen.append(best)
            said = numpy.maximum(said, numpy.round(self._vectors[pool] @ self._vectors[best], 4))
        return chosen

    def _read(self, some: Sequence[Written]) -> Vectors:
        documents: dict[str, str | None] = {one.text: one.document for one in some}
        self._texts.keep(self._texts.encoded(self._texts.wanting(documents)), documents)
        read: Vectors = numpy.stack([self._texts.whole(one.text) for one in some])
        self._texts.trim()
        return read
