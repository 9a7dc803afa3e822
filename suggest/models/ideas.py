"""How alike the ideas of proposed codes are, by the vectors that were kept of their words: no model is run for it, so
that a worklist opens at once, and on machines without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy

from suggest.errors import SecondCoderError
from suggest.models.embedded.encoding import Encoder, Passage, Vectors
from suggest.models.embedded.minilm import identity
from suggest.models.embedded.reading import Texts
from suggest.models.embedded.vectors import VectorStore

ENCODE_AT_ONCE = 256


def idea(name: str, definition: str) -> str:
    """The words of a proposed code as they are read together."""
    return f"{name}: {definition}" if definition else name


def read_ideas(encoder: Encoder, store: VectorStore, ideas: Mapping[str, str | None]) -> None:
    """Have `store` keep the vectors of ideas that it has none of; each with the document (an id) that its words come
    from. Raises SecondCoderError where the encoder cannot be run."""
    texts = Texts(encoder, store)
    missing = texts.wanting(ideas)
    for first in range(0, len(missing), ENCODE_AT_ONCE):
        texts.keep(texts.encoded(missing[first : first + ENCODE_AT_ONCE]), ideas)


class Ideas:
    """Ideas with their vectors, as far as `store` has them: those that it has not are like no other."""

    def __init__(self, store: VectorStore, ideas: Iterable[str]) -> None:
        texts = Texts(_Unread(), store)
        wanted = list(dict.fromkeys(ideas))
        missing = set(texts.wanting(wanted))
        self._vectors: dict[str, Vectors] = {text: texts.whole(text) for text in wanted if text not in missing}

    def alike(self, one: str, other: str) -> float:
        """The cosine of two, rounded; 0 where one of them has no vector."""
        first, second = self._vectors.get(one), self._vectors.get(other)
        return 0.0 if first is None or second is None else round(float(first @ second), 4)

    def nearest(self, some: Sequence[str], least: float, most: int) -> list[list[int]]:
        """For each of these ideas the places of at most so many others that are at least so much like it, the likest
        first."""
        rows = [place for place, text in enumerate(some) if text in self._vectors]
        found: list[list[int]] = [[] for _ in some]
        if len(rows) < 2:
            return found
        vectors = numpy.stack([self._vectors[some[place]] for place in rows])
        for row, place in enumerate(rows):
            cosines = numpy.round(vectors @ vectors[row], 4)
            cosines[row] = -1
            order = numpy.argsort(-cosines, kind="stable")[:most]
            found[place] = [rows[other] for other in order if cosines[other] >= least]
        return found


class _Unread:
    """Stands for the encoder where only what it made before is asked for."""

    @property
    def identity(self) -> str:
        return identity()

    def encode(self, passages: Sequence[Passage]) -> list[Vectors]:
        """Never asked."""
        raise SecondCoderError("Nothing is computed here.")

    def close(self) -> None:
        """Nothing to give back."""
