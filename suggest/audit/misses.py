"""What a model missed of what people coded without having seen its suggestions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from suggest.audit.counting import starts_of
from suggest.audit.figures import FEWEST_CARRYING, FEWEST_POSITIVES, TOO_RARE, Figure, figures
from suggest.audit.material import CORE, EXPOSURES, SETTLED, UNAIDED, Flags, Floats, Ints, Material, Rater
from suggest.audit.pairs import indexes, shared_class, values_of

MOST_PLACES = 20
"""So many segments are named for each code."""


@dataclass(frozen=True)
class CodeMisses:
    """One code (its column; None for all together): how often a person applied it, the model did too, the model had it
    among its candidates but below its threshold, and the model alone applied it. `places`: where it was missed, as rows
    of the frame, at most `MOST_PLACES`."""

    code: int | None
    applied: int
    found: int
    listed: int
    extra: int
    recall: Figure
    weighted: Figure
    places: tuple[int, ...]

    @property
    def missed(self) -> int:
        return self.applied - self.found


@dataclass(frozen=True)
class Misses:
    """What a model missed of what a person coded without having seen its suggestions. `coded`: segments to which the
    person gave a code; `silent`: those of them for which the model had none."""

    model: Rater
    reference: Rater
    exposure: str
    segments: int
    documents: int
    coded: int
    silent: int
    pooled: CodeMisses
    codes: tuple[CodeMisses, ...]


@dataclass(frozen=True)
class _Recall:
    hits: Floats
    applied: Floats

    def map(self, change: Callable[[Floats], Floats]) -> _Recall:
        return _Recall(change(self.hits), change(self.applied))

    def total(self) -> _Recall:
        return _Recall(self.hits.sum(axis=0), self.applied.sum(axis=0))

    def pooled(self) -> _Recall:
        return _Recall(self.hits.sum(axis=1, keepdims=True), self.applied.sum(axis=1, keepdims=True))


def _share(recall: _Recall) -> Floats:
    return np.where(recall.applied > 0, recall.hits / np.where(recall.applied > 0, recall.applied, 1), np.nan)


def misses(material: Material) -> list[Misses]:
    """For every model beside every person, in the blind core and where there was nothing to show; and beside what was
    settled by people who had not seen suggestions."""
    found = []
    for model in material.models:
        for person in material.raters:
            if person.kind == "model":
                continue
            one, other = indexes(person, model)
            shared = shared_class(person, model, one, other)
            for number in (CORE, UNAIDED, SETTLED):
                rows = np.flatnonzero(shared == number)
                if len(rows):
                    found.append(_misses(material, model, person, (one, other), rows, EXPOSURES[number]))
    return found


def _misses(
    material: Material, model: Rater, person: Rater, index: tuple[Ints, Ints], rows: Ints, exposure: str
) -> Misses:
    frame = material.frame
    theirs = values_of(material, person, rows, index[0])
    model_s = values_of(material, model, rows, index[1])
    starts = starts_of(frame.document[rows])
    comparable = (theirs >= 0) & (model_s >= 0)
    applied, hit = (theirs == 1) & comparable, (theirs == 1) & (model_s == 1)
    missed, extra = applied & ~hit, (model_s == 1) & (theirs == 0)
    listed = _listed(material, model.candidates.get(person.id, {}), rows, missed)
    plain = _recall(hit, applied, starts, np.ones(len(rows)))
    weighted = _recall(hit, applied, starts, frame.weight[rows])
    by_code = [
        CodeMisses(
            i, int(applied[:, i].sum()), int(hit[:, i].sum()), int(listed[:, i].sum()), int(extra[:, i].sum()),
            one, weigh, tuple(rows[missed[:, i]][:MOST_PLACES].tolist()),
        )
        for i, (one, weigh) in enumerate(zip(_recalls(plain), _recalls(weighted), strict=True))
    ]  # fmt: skip
    both, heavy = plain.pooled(), weighted.pooled()
    pooled = CodeMisses(
        None, int(applied.sum()), int(hit.sum()), int(listed.sum()), int(extra.sum()),
        figures(_share, both, both.applied, lowest=0.0, reason="nobody applied a code")[0],
        figures(_share, heavy, heavy.applied, lowest=0.0, reason="nobody applied a code")[0],
        tuple(rows[missed.any(axis=1)][:MOST_PLACES].tolist()),
    )  # fmt: skip
    coded = applied.any(axis=1)
    silent = coded & ~((model_s == 1) & comparable).any(axis=1)
    return Misses(
        model, person, exposure, len(rows), len(starts), int(coded.sum()), int(silent.sum()), pooled,
        tuple(code for code in by_code if code.applied or code.extra),
    )  # fmt: skip


def _listed(material: Material, candidates: Mapping[int, Mapping[int, int | None]], rows: Ints, missed: Flags) -> Flags:
    """Which of the missed codes were among the model's candidates all the same."""
    found = np.zeros(missed.shape, dtype=np.bool_)
    columns = material.columns.tolist()
    for row, column in zip(*(part.tolist() for part in np.nonzero(missed)), strict=True):
        found[row, column] = columns[column] in candidates.get(int(rows[row]), ())
    return found


def _recall(hit: Flags, applied: Flags, starts: Ints, weight: Floats) -> _Recall:
    return _Recall(
        np.add.reduceat(hit * weight[:, None], starts, axis=0),
        np.add.reduceat(applied * weight[:, None], starts, axis=0),
    )


def _recalls(recall: _Recall) -> list[Figure]:
    carrying = (recall.applied > 0).sum(axis=0)
    found = figures(_share, recall, recall.applied, lowest=0.0, reason="nobody applied it")
    return [
        figure
        if times >= FEWEST_POSITIVES and documents >= FEWEST_CARRYING
        else Figure(figure.value, undefined=figure.undefined, open=figure.undefined or TOO_RARE)
        for figure, times, documents in zip(found, recall.applied.sum(axis=0), carrying, strict=True)
    ]
