"""Okapi BM25 over code wordings and over decided segments, in plain Python.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the inverse document
frequency ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

SATURATION = 1.2
"""k1: how soon the same word said again counts no more."""


def rarity(documents: int, holding: int) -> float:
    """The inverse document frequency of a feature that `holding` of `documents` hold."""
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


class Bm25:
    """An index of documents given as weighted features; documents are named by their position."""

    def __init__(
        self,
        documents: Sequence[Mapping[str, int]],
        *,
        length_weight: float,
        common: int | None = None,
        weigh: Callable[[str], float] | None = None,
    ) -> None:
        """Features that more than `common` documents hold are left out; `length_weight` is BM25's b; `weigh`
        multiplies a feature's weight."""
        count = len(documents)
        self.top = rarity(count, 1) if count else 0.0
        """The rarity of a feature that one document holds: the unit that scores are compared with."""
        held = Counter(feature for document in documents for feature in document)
        lengths = [sum(document.values()) for document in documents]
        average = sum(lengths) / count if count and sum(lengths) else 1.0
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for position, document in enumerate(documents):
            damping = SATURATION * (1 - length_weight + length_weight * lengths[position] / average)
            for feature, times in document.items():
                if common is None or held[feature] <= common:
                    weight = rarity(count, held[feature]) * (weigh(feature) if weigh else 1.0)
                    self._postings[feature].append((position, weight * times * (SATURATION + 1) / (times + damping)))

    def postings(self, feature: str) -> Sequence[tuple[int, float]]:
        """The documents that hold a feature, in order of position, each with what the feature adds to its score."""
        return self._postings.get(feature, ())

    def scores(self, features: Iterable[str]) -> dict[int, float]:
        """The score of each document that shares a feature; each feature of the query counts once."""
        found: defaultdict[int, float] = defaultdict(float)
        for feature in features:
            for position, weight in self._postings.get(feature, ()):
                found[position] += weight
        return found

    def rarest(self, features: Iterable[str], most: int) -> list[str]:
        """At most so many of the features that the index knows, those that fewest documents hold first."""
        known = [feature for feature in features if feature in self._postings]
        if len(known) <= most:
            return known
        return sorted(known, key=lambda feature: (len(self._postings[feature]), feature))[:most]
