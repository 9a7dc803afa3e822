"""What seeing a model's suggestions does to people: by what was drawn beforehand, and what a reveal changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.figures import Figure, figures
from suggest.audit.material import ARM, CORE, SHOWN, Floats, Material, Rater
from suggest.audit.pairs import indexes, values_of


@dataclass(frozen=True)
class Arm:
    """One half of a comparison: segments, codes that the model suggested and how many of them were applied, codes that
    it did not suggest and were applied."""

    segments: int
    suggested: int
    taken: int
    own: int


@dataclass(frozen=True)
class Effect:
    """What it does to see suggestions before deciding, by what was drawn beforehand. `commission`: the share of
    suggested codes that were applied, shown less blind; `omission`: codes applied per segment that the model did not
    suggest, shown less blind, so that below zero fewer came to mind. `against` says which blind segments stand for
    blind."""

    model: Rater
    against: str
    blind: Arm
    shown: Arm
    documents: int
    commission: Figure
    omission: Figure


@dataclass(frozen=True)
class Switches:
    """What a reveal changed after a blind answer: segments revealed and changed, and single answers on a code that
    moved `toward` the model's and `away` from it."""

    coder: Rater
    model: Rater
    revealed: int
    changed: int
    toward: int
    away: int


@dataclass(frozen=True)
class _Rates:
    """Sums by document of what happened and of the chances for it, (documents x 2): commission, omission."""

    shown: Floats
    shown_of: Floats
    blind: Floats
    blind_of: Floats

    def map(self, change: Callable[[Floats], Floats]) -> _Rates:
        return _Rates(change(self.shown), change(self.shown_of), change(self.blind), change(self.blind_of))

    def total(self) -> _Rates:
        return self.map(lambda part: part.sum(axis=0))


def _gap(rates: _Rates) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(rates.shown / rates.shown_of - rates.blind / rates.blind_of)


def effects(material: Material) -> list[Effect]:
    """For every model: the segments that were blind for one coder alone against those that were shown; then all that
    were drawn blind, the core as well. Only segments for which a suggestion set was pinned."""
    found = []
    for model in material.models:
        for against, blind in (("arm", (ARM,)), ("arm and core", (ARM, CORE))):
            sums = np.zeros((2, len(material.frame.documents), 4))
            for person in material.people:
                _add_arms(material, model, person, blind, sums)
            if sums[:, :, 0].sum(axis=1).all():
                found.append(_effect(model, against, sums))
    return found


def _add_arms(material: Material, model: Rater, person: Rater, blind: Sequence[int], sums: Floats) -> None:
    """Add a person's work to `sums` (blind and shown x documents x segments, suggested, taken, own)."""
    frame = material.frame
    theirs, model_s = indexes(person, model)
    pinned = (
        (theirs >= 0) & (model_s >= 0) & ~frame.opening & ~model.later.get(person.id, np.ones(frame.size, dtype=bool))
    )
    for half, drawn in enumerate((np.isin(person.assigned, blind), person.assigned == SHOWN)):
        rows = np.flatnonzero(pinned & drawn)
        if not len(rows):
            continue
        human = values_of(material, person, rows, theirs)
        machine = values_of(material, model, rows, model_s)
        both = (human >= 0) & (machine >= 0)
        per_row = np.stack(
            [np.ones(len(rows)), ((machine == 1) & both).sum(axis=1), ((machine == 1) & (human == 1)).sum(axis=1),
             ((machine == 0) & (human == 1)).sum(axis=1)], axis=1,
        )  # fmt: skip
        np.add.at(sums[half], frame.document[rows], per_row)


def _effect(model: Rater, against: str, sums: Floats) -> Effect:
    used = sums[:, :, 0].sum(axis=0) > 0
    blind, shown = sums[0, used], sums[1, used]
    rates = _Rates(shown[:, 2:], shown[:, [1, 0]], blind[:, 2:], blind[:, [1, 0]])
    units = np.stack([blind[:, 1] + shown[:, 1], blind[:, 0] + shown[:, 0]], axis=1)
    commission, omission = figures(_gap, rates, units, lowest=-np.inf, reason="nothing was suggested in one half")
    halves = [Arm(*(int(x) for x in half.sum(axis=0))) for half in (blind, shown)]
    return Effect(model, against, halves[0], halves[1], int(used.sum()), commission, omission)


def switches(material: Material) -> list[Switches]:
    """For every coder beside every model: what changed after a reveal."""
    found = []
    for model in material.models:
        for person in material.people:
            if person.revised is None:
                continue
            theirs, model_s = indexes(person, model)
            rows = np.flatnonzero((person.revised >= 0) & (theirs >= 0) & (model_s >= 0))
            if not len(rows):
                continue
            before, after = (values_of(material, person, rows, index) for index in (theirs, person.revised))
            machine = values_of(material, model, rows, model_s)
            moved = (before != after) & (before >= 0) & (after >= 0) & (machine >= 0)
            toward = moved & (after == machine)
            found.append(
                Switches(person, model, len(rows), int(moved.any(axis=1).sum()), int(toward.sum()),
                         int((moved & ~toward).sum()))
            )  # fmt: skip
    return found
