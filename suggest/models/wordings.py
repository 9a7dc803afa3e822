"""The words of the codes, weighted by where they stand, and how much a text has in common with each code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from suggest.models.bm25 import Bm25
from suggest.models.interface import OfferedCode
from suggest.models.words import brevity, features, same_word, says_something, words

NAME_WEIGHT = 3
LENGTH_WEIGHT = 0.75
COMMON_SHARE, COMMON_FLOOR = 4, 100
"""In large trees a word that more than a quarter of the codes hold says nothing and costs time."""

TELLING_SHARE = 10

HALF_STRENGTH = 8.0
"""So many words that stand in one code only make a strength of one half (in units of their rarity)."""

NAMED_WORDS = 4
LONGEST_NAMED = 40


class Wordings:
    """The offered codes as BM25 documents; codes are named by their position."""

    def __init__(self, codes: Sequence[OfferedCode]) -> None:
        documents: list[Counter[str]] = []
        self._surfaces: list[dict[str, str]] = []
        for code in codes:
            document: Counter[str] = Counter()
            surfaces: dict[str, str] = {}
            for text, weight in _fields(code):
                for word in words(text):
                    for feature in features(word.surface):
                        document[feature] += weight
                        surfaces.setdefault(feature, word.surface)
            for example in code.examples:
                document.update(feature for word in words(example) for feature in features(word.surface))
            documents.append(document)
            self._surfaces.append(surfaces)
        self._documents = documents
        common = max(COMMON_FLOOR, len(documents) // COMMON_SHARE)
        self._index = Bm25(documents, length_weight=LENGTH_WEIGHT, common=common, weigh=brevity)

    def holding(self) -> Sequence[Collection[str]]:
        """The features that each code's wording holds, by its position."""
        return self._documents

    def strengths(self, query: Iterable[str]) -> dict[int, float]:
        """How much the features have in common with each code, 0 to below 1; codes without any are left out."""
        half = HALF_STRENGTH * self._index.top
        return {position: score / (score + half) for position, score in self._index.scores(query).items()}

    def telling(self, query: Iterable[str]) -> list[str]:
        """Those of the features that are worth telling a reader: not short, and in the wording of few codes."""
        most = max(1, len(self._surfaces) // TELLING_SHARE)
        return [feature for feature in query if brevity(feature) == 1 and len(self._index.postings(feature)) <= most]

    def weights(self, query: Iterable[str], positions: Iterable[int]) -> dict[int, dict[str, float]]:
        """What each shared feature adds to the score of each of the codes asked for."""
        found: dict[int, dict[str, float]] = {position: {} for position in positions}
        for feature in query:
            for position, weight in self._index.postings(feature):
                if position in found:
                    found[position][feature] = weight
        return found

    def named(self, position: int, weights: dict[str, float], told: Sequence[str]) -> list[str]:
        """The weightiest shared words as the code's name and definition write them, never a participant's form.

        Named are only those that one of the words of the text (`told`) really is, up to its inflection, and that say
        something by themselves. Words that stand in the code's examples alone are not named, since those quote
        participants.
        """
        surfaces = {
            feature: surface
            for feature, surface in self._surfaces[position].items()
            if feature in weights and says_something(surface) and any(same_word(surface, word) for word in told)
        }
        ranked = sorted((item for item in weights.items() if item[0] in surfaces), key=lambda item: (-item[1], item[0]))
        chosen: dict[str, str] = {}
        for feature, weight in ranked:
            surface = surfaces[feature]
            if weight * 2 < ranked[0][1] or len(chosen) == NAMED_WORDS:
                break
            if len(surface) <= LONGEST_NAMED:
                chosen.setdefault(surface.casefold(), surface)
        return list(chosen.values())


def _fields(code: OfferedCode) -> Iterable[tuple[str, int]]:
    yield code.name, NAME_WEIGHT
    above = code.path[:-1] if code.path and code.path[-1] == code.name else code.path
    yield from ((name, 1) for name in above)
    yield code.definition, 1
    yield code.include, 1
