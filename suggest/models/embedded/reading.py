"""Texts and their vectors: read once by the encoder, kept where there is a place for it, and at hand for a while."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

import numpy

from suggest.models.embedded.encoding import DIMENSIONS, Encoder, Passage, Vectors
from suggest.models.embedded.parts import parts
from suggest.models.embedded.vectors import VectorStore

AT_HAND = 24_000_000
"""So many bytes of texts and vectors stay in memory, some ten thousand turns: each is read as itself and as the
neighbour of four others."""

WHOLES = 1_024
"""So many texts' first vectors are kept unpacked, since neighbours ask for the same ones one after the other."""

_PACKING = "int8.1"
_ROW = 4 + DIMENSIONS


class Texts:
    """Vectors by text. Texts are asked for in three steps, since the middle one may run in another thread: `wanting`
    what is not at hand, `encoded`, `keep`."""

    def __init__(self, encoder: Encoder, store: VectorStore | None) -> None:
        self._encoder, self._store = encoder, store
        self._at_hand: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._wholes: dict[str, Vectors] = {}

    def wanting(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that have to be encoded, each once; those that are kept are at hand afterwards."""
        missing = []
        for text in dict.fromkeys(texts):
            if text in self._at_hand:
                self._at_hand.move_to_end(text)
            else:
                missing.append(text)
        if self._store is None or not missing:
            return missing
        keys = {self._key(text): text for text in missing}
        for key, packed in self._store.get(list(keys)).items():
            text = keys[key]
            if len(packed) == _ROW * (1 + len(parts(text))):
                self._have(text, packed)
        return [text for text in missing if text not in self._at_hand]

    def encoded(self, texts: Sequence[str]) -> dict[str, bytes]:
        """What the encoder makes of texts. Raises SecondCoderError where it cannot be run."""
        passages = [Passage(text, tuple((part.start, part.end) for part in parts(text))) for text in texts]
        return {text: _packed(rows) for text, rows in zip(texts, self._encoder.encode(passages), strict=True)}

    def keep(self, found: Mapping[str, bytes], documents: Mapping[str, str | None]) -> None:
        """Have what was encoded at hand, and in the store under the document (id) that the words are from."""
        for text, packed in found.items():
            self._have(text, packed)
        if self._store is not None and found:
            keys = {text: self._key(text) for text in found}
            self._store.put(
                {keys[text]: packed for text, packed in found.items()},
                {keys[text]: documents.get(text) for text in found},
            )

    def trim(self) -> None:
        """Let go of the texts that were not asked for in the longest time."""
        while self._size > AT_HAND:
            text, packed = self._at_hand.popitem(last=False)
            self._size -= len(text) + len(packed)

    def _have(self, text: str, packed: bytes) -> None:
        self._wholes.pop(text, None)
        if text not in self._at_hand:
            self._size += len(text) + len(packed)
        self._at_hand[text] = packed

    def rows(self, text: str) -> Vectors:
        """The vectors of a text that is at hand: the whole, then each of its `parts`. KeyError if it is not."""
        return _unpacked(self._at_hand[text])

    def whole(self, text: str) -> Vectors:
        """The vector of a text that is at hand, of shape (DIMENSIONS,). KeyError if it is not."""
        found = self._wholes.get(text)
        if found is None:
            if len(self._wholes) >= WHOLES:
                self._wholes.clear()
            found = self._wholes[text] = _unpacked(self._at_hand[text], first_only=True).reshape(DIMENSIONS)
        return found

    def _key(self, text: str) -> bytes:
        said = f"{self._encoder.identity}\0{_PACKING}\0{text}"
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def _packed(rows: Vectors) -> bytes:
    """A byte for each number and a scale for each row: a hundredth of one per cent of the angle is lost, and three
    quarters of the space is won. What is fresh is read back from this too, so that an answer is the same whether
    its vectors were kept or not."""
    scales = numpy.maximum(numpy.abs(rows).max(axis=1, keepdims=True) / 127, numpy.float32(1e-12)).astype("<f4")
    steps = numpy.rint(rows / scales).astype(numpy.int8)
    return bytes(scales.tobytes() + steps.tobytes())


def _unpacked(packed: bytes, *, first_only: bool = False) -> Vectors:
    count = len(packed) // _ROW
    kept = 1 if first_only else count
    scales = numpy.frombuffer(packed, "<f4", kept).reshape(kept, 1)
    steps = numpy.frombuffer(packed, numpy.int8, kept * DIMENSIONS, offset=4 * count).reshape(kept, DIMENSIONS)
    rows = steps * scales
    lengths = numpy.sqrt(numpy.einsum("ij,ij->i", rows, rows))[:, None]
    unit: Vectors = rows / numpy.maximum(lengths, numpy.float32(1e-12))
    return unit
