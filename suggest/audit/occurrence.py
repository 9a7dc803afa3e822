"""How often codes occur in all that a model coded, put right by what people coded blind: by the chances of the draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from suggest.audit.figures import FEWEST_CARRYING, FEWEST_POSITIVES, TOO_RARE, Figure, figures, no_figure
from suggest.audit.material import CORE, VALUE, Flags, Floats, Frame, Ints, Material, Rater, ScoredRun
from suggest.study.draw import MARGIN

EVEN = 1.5
"""PPI++ takes the draw for an even one: the largest chance may be so many times the smallest."""

NO_DRAW = "no blind core was drawn, so that no chance of being coded is known"
UNREAD = "no document has all of its blind core coded"
UNEVEN = f"the chances of being drawn differ by more than {EVEN:g} times"


@dataclass(frozen=True)
class CodeOccurrence:
    """One code (its column). `people`: the share of the segments that people coded blind, by the chances of the draw;
    `model`: that of all segments, as the model coded them; `by_design` and `powered` put the model's share right by
    how far it is from people's; `weight` is how much PPI++ trusts the model, 0 to 1."""

    code: int
    applied: int
    people: Figure
    model: float | None
    by_design: Figure
    powered: Figure
    weight: float | None


@dataclass(frozen=True)
class Occurrence:
    """How often codes occur in `segments` of so many `documents`: those that the run answered, in documents whose blind
    core people have coded, the opening left out. `coded` of them people coded blind; `left_out`: documents whose core
    is not coded yet. A segment counts as people coded it: by the share of them who applied the code."""

    run: ScoredRun
    people: int
    segments: int
    documents: int
    coded: int
    left_out: int
    codes: tuple[CodeOccurrence, ...]
    undefined: str | None = None


@dataclass(frozen=True)
class _Sums:
    """Sums by document and code. Over all segments: the model's codings, and how many there are; over those that people
    coded blind: people's codings less the model's and people's own, both over the chance of the draw, the sum of one
    over it, and people's, the model's and the number as they are; over the others: the model's and their number."""

    model: Floats
    units: Floats
    gap: Floats
    people: Floats
    people_of: Floats
    coded: Floats
    coded_model: Floats
    coded_of: Floats
    other_model: Floats
    other_of: Floats

    def map(self, change: Callable[[Floats], Floats]) -> _Sums:
        return _Sums(*(change(getattr(self, name)) for name in _Sums.__dataclass_fields__))

    def total(self) -> _Sums:
        return self.map(lambda part: part.sum(axis=0))


def _ratio(over: Floats, under: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(over / under)


def _people(sums: _Sums) -> Floats:
    return _ratio(sums.people, sums.people_of)


def _by_design(sums: _Sums) -> Floats:
    """The difference estimator of survey sampling."""
    return _ratio(sums.model + sums.gap, sums.units)


def _powered(sums: _Sums, weight: Floats) -> Floats:
    """PPI++ with these weights."""
    return _ratio(weight * sums.other_model, sums.other_of) + _ratio(
        sums.coded - weight * sums.coded_model, sums.coded_of
    )


def occurrences(material: Material) -> list[Occurrence]:
    """For every model that answered anything: the run of it that answered the most and cannot have learned from the
    core."""
    return [
        _occurrence(material, material.standing[model.id]) for model in material.models if model.id in material.standing
    ]


def _occurrence(material: Material, run: ScoredRun) -> Occurrence:
    frame = material.frame
    coders = [person for person in material.people if (person.exposure == CORE).any()]
    answered: Flags = np.asarray((run.rater.index >= 0) & ~frame.opening)
    blind: Flags = np.zeros(frame.size, dtype=np.bool_)
    for person in coders:
        blind |= person.exposure == CORE
    chance = chances(frame)
    open_ = np.unique(frame.document[frame.core & answered & ~blind])
    there = np.asarray(answered & ~np.isin(frame.document, open_))
    rows = np.flatnonzero(there)
    coded = np.asarray(there & frame.core & blind)[rows]
    reason = NO_DRAW if not frame.core.any() else UNREAD if not coded.any() else None
    documents, left_out = len(np.unique(frame.document[rows])), len(open_)
    if reason:
        return Occurrence(run, len(coders), len(rows), documents, int(coded.sum()), left_out, (), reason)
    starts = np.flatnonzero(np.r_[True, np.diff(frame.document[rows]) != 0])
    even = chance[rows][coded].max() <= EVEN * chance[rows][coded].min()
    codes = []
    for column in range(len(material.columns)):
        y, f = _answers(material, coders, run, rows, column)
        codes.append(_code(column, y, f, np.asarray(coded & ~np.isnan(y)), chance[rows], starts, bool(even)))
    used = tuple(item for item in codes if item.applied or item.model)
    return Occurrence(run, len(coders), len(rows), documents, int(coded.sum()), left_out, used)


def chances(frame: Frame) -> Floats:
    """(segments,) the chance of a segment of its document to be in the blind core, on average over its places; 1 in a
    document of which no block was drawn.

    A block takes the place of one cell of its document, of which it fills a part: the stored chance is that of the
    cell.
    """
    found = np.ones(frame.size)
    for document in np.unique(frame.document[frame.core]).tolist():
        here = (frame.document == document) & ~frame.opening
        blocks = frame.block[here & frame.core]
        if not len(blocks):
            continue
        size, length = int(here.sum()), int(np.unique(blocks, return_counts=True)[1].max())
        cells = max(1, size // (length + MARGIN))
        stored = 1.0 / float(frame.weight[here & frame.core][0])
        found[here] = min(1.0, stored * cells * length / size)
    return found


def _answers(material: Material, coders: list[Rater], run: ScoredRun, rows: Ints, column: int) -> tuple[Floats, Floats]:
    """(rows,) the share of people who applied the code where they coded blind, and the model's coding; NaN where there
    is no answer on the code."""
    at = int(material.columns[column])
    times, applied = np.zeros(len(rows)), np.zeros(len(rows))
    for person in coders:
        here = np.flatnonzero(person.exposure[rows] == CORE)
        value = VALUE[person.patterns[:, at]][person.index[rows[here]]]
        times[here] += value >= 0
        applied[here] += value == 1
    model = VALUE[run.rater.patterns[:, at]][run.rater.index[rows]].astype(float)
    return _ratio(applied, times), np.where(model >= 0, model, np.nan)


def _code(column: int, y: Floats, f: Floats, coded: Flags, chance: Floats, starts: Ints, even: bool) -> CodeOccurrence:
    known = ~np.isnan(f)
    coded = np.asarray(coded & known)
    model, people = np.where(known, f, 0.0), np.where(coded, np.nan_to_num(y), 0.0)
    over = np.where(coded, 1.0 / chance, 0.0)
    other = known & ~coded
    parts = (
        model, known, (people - model) * over, people * over, over, people, model * coded, coded, model * other, other,
    )  # fmt: skip
    sums = _Sums(*(np.add.reduceat(np.asarray(part, dtype=float), starts)[:, None] for part in parts))
    drawn, units = sums.coded_of, sums.units
    applied = (people > 0) | (coded & (model > 0))
    carrying = int((np.add.reduceat(applied.astype(float), starts) > 0).sum())
    rare = int(applied.sum()) < FEWEST_POSITIVES or carrying < FEWEST_CARRYING
    share = float(model.sum() / known.sum()) if known.any() else None
    if rare:
        none = no_figure(TOO_RARE)
        return CodeOccurrence(column, int((people > 0).sum()), none, share, none, none, None)
    weight = _weight(people[coded], model[coded], model[other])
    powered = (
        figures(lambda held: _powered(held, np.full(1, weight)), sums, units, lowest=0.0)[0]
        if even and other.any()
        else no_figure(UNEVEN if other.any() else "people coded every segment")
    )
    return CodeOccurrence(
        column, int((people > 0).sum()), figures(_people, sums, drawn, lowest=0.0)[0], share,
        figures(_by_design, sums, units, lowest=0.0)[0], powered, weight,
    )  # fmt: skip


def _weight(y: Floats, f: Floats, g: Floats) -> float:
    """That of PPI++ with the least variance, within 0 and 1."""
    every = np.concatenate([f, g])
    spread = float(every.var(ddof=1)) if len(every) > 1 else 0.0
    if not spread or not len(g):
        return 0.0
    together = float(((y - y.mean()) * (f - f.mean())).mean())
    return float(np.clip(together / ((1.0 + len(y) / len(g)) * spread), 0.0, 1.0))
