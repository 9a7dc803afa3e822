"""The study as the place where a model keeps its vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from suggest.errors import SecondCoderError
from suggest.study.study import Study
from suggest.study.vectors import cache_keys, get_vectors, put_vectors, words_changed


class StudyVectors:
    """A `VectorStore` bound to an open study. Make one for each call, before any words are read for it.

    For the thread that opened the study: a run's model is asked in it, too. In a study that is open for reading only
    nothing is kept, nor while the caller holds a transaction open, nor once words were withdrawn or corrected since
    this was made: the vectors that come then may be of words that are gone.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._as_of = words_changed(study)
        self._keeps = study.writable

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What the study has under these keys, whoever put it there."""
        asked = {own: key for key, own in cache_keys(self._study, keys).items()}
        return {asked[own]: vectors for own, vectors in get_vectors(self._study, [*asked]).items()}

    def put(self, items: Mapping[bytes, bytes], documents: Mapping[bytes, str | None]) -> None:
        """Keep vectors, if that can be done. A full disk is told by the run's own answers, which have to be stored."""
        if not self._keeps or not items or self._study.db.in_transaction:
            return
        own = cache_keys(self._study, items)
        try:
            self._keeps = put_vectors(
                self._study,
                {own[key]: vectors for key, vectors in items.items()},
                {own[key]: documents.get(key) for key in items},
                self._as_of,
            )
        except SecondCoderError:
            self._keeps = False
