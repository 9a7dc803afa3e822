"""The audit of one round: everything counted once, as values that a screen, a page or another program can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from suggest.audit.comparing import Comparison, comparisons
from suggest.audit.confidence import Believed, believed
from suggest.audit.differences import Difference, differences
from suggest.audit.effects import Effect, Switches, effects, switches
from suggest.audit.groups import GroupFigures, groups
from suggest.audit.looking import Looking, looking
from suggest.audit.material import CORE, NOTHING, Flags, Material, Rater
from suggest.audit.misses import Misses, misses
from suggest.audit.occurrence import Occurrence, occurrences
from suggest.audit.pairs import PairFigures, pairs
from suggest.audit.plan import Plan, plans
from suggest.audit.reading import Choice, read_material
from suggest.audit.sets import Measures, measures
from suggest.audit.stability import Stability, stability
from suggest.audit.standing_in import EPSILON, StandIn, stand_ins
from suggest.errors import BadInput
from suggest.study.audited import Verdicts, log_state, verdicts
from suggest.study.carry import Answer
from suggest.study.looks import looks
from suggest.study.study import Study


@dataclass(frozen=True)
class Question:
    """What is asked: a `Choice`, a file of distances between codes, a document's attribute to split by, for
    a plan the half-width that is wanted of intervals, and the margin of the alternative annotator test."""

    choice: Choice = field(default_factory=Choice)
    distances: Path | None = None
    by: str | None = None
    half_width: float | None = None
    epsilon: float = EPSILON


@dataclass(frozen=True)
class Read:
    """What one coder answered: segments in all, in the blind core as drawn, and answers on a code that are missing, by
    reason (`unsure`, `not_in_scope`, `stale`, `open`, `bulk`)."""

    rater: Rater
    segments: int
    documents: int
    core: int
    missing: dict[str, int]


@dataclass(frozen=True)
class Scope:
    """What could be coded and was: `double` segments were answered by at least two people, `core` are drawn to be blind
    in so many `blocks`, `core_read` of them answered blind by at least two people."""

    documents: int
    segments: int
    read: tuple[Read, ...]
    double: int
    core: int
    core_documents: int
    blocks: int
    core_read: int
    codes: int
    leaves: int


@dataclass(frozen=True)
class Part:
    """The pairs within the documents that share a value of an attribute."""

    value: str
    documents: int
    pairs: tuple[PairFigures, ...]


@dataclass(frozen=True)
class Report:
    """An audit. `material` is what was counted; everything else are figures of it. `entries` and `head`
    name the state of the log that it was counted from."""

    question: Question
    material: Material
    measures: Measures
    scope: Scope
    pairs: tuple[PairFigures, ...]
    groups: tuple[GroupFigures, ...]
    differences: tuple[Difference, ...]
    misses: tuple[Misses, ...]
    effects: tuple[Effect, ...]
    switches: tuple[Switches, ...]
    verdicts: tuple[Verdicts, ...]
    parts: tuple[Part, ...]
    believed: tuple[Believed, ...]
    plans: tuple[Plan, ...]
    stand_ins: tuple[StandIn, ...]
    occurrences: tuple[Occurrence, ...]
    comparisons: tuple[Comparison, ...]
    looking: Looking
    stabilities: tuple[Stability, ...]
    entries: int
    head: str


def audit(study: Study, question: Question | None = None, step: Callable[[str], object] = lambda phase: None) -> Report:
    """Audit a round. BadInput for a round, coder, code, attribute or file of distances that cannot be taken. `step`
    hears what it is at: "reading", then "counting"."""
    question = question or Question()
    with study.reading():
        return _audit(study, question, step)


def _audit(study: Study, question: Question, step: Callable[[str], object]) -> Report:
    step("reading")
    material = read_material(study, question.choice)
    step("counting")
    distances = measures(material, question.distances)
    found = tuple(pairs(material, distances))
    return Report(
        question,
        material,
        distances,
        scope(material),
        found,
        tuple(groups(material, distances)),
        tuple(differences(material)),
        tuple(misses(material)),
        tuple(effects(material)),
        tuple(switches(material)),
        tuple(standing_verdicts(study, material)),
        tuple(_parts(material, distances, question.by)),
        tuple(believed(material)),
        tuple(plans(found, question.half_width)) if question.half_width else (),
        tuple(stand_ins(material, question.epsilon)),
        tuple(occurrences(material)),
        tuple(comparisons(material)),
        looking(material, found, looks(study, material.round.id)),
        tuple(stability(material, distances)),
        *log_state(study),
    )


def standing_verdicts(study: Study, material: Material) -> list[Verdicts]:
    """What the coders of an audit did with suggestions, as it stands."""
    names = {rater.id for rater in material.raters}
    return [item for item in verdicts(study, material.round.id) if {item.coder, item.model} <= names]


def scope(material: Material) -> Scope:
    """What the figures stand on."""
    frame, people = material.frame, material.people
    answered = np.zeros(frame.size, dtype=np.int64)
    blind = np.zeros(frame.size, dtype=np.int64)
    for person in people:
        answered += person.exposure != NOTHING
        blind += person.exposure == CORE
    below = set(material.parents[material.columns].tolist())
    return Scope(
        len(np.unique(frame.document)),
        frame.size,
        tuple(_read(material, rater) for rater in material.raters),
        int((answered >= 2).sum()),
        int(frame.core.sum()),
        len(np.unique(frame.document[frame.core])),
        len(np.unique(frame.block[frame.core])),
        int(((blind >= 2) & frame.core).sum()),
        len(material.columns),
        sum(column not in below for column in material.columns.tolist()),
    )


def _read(material: Material, rater: Rater) -> Read:
    frame = material.frame
    there: Flags = rater.index >= 0
    for index in rater.beside.values():
        there = there | (index >= 0)
    used = rater.index[rater.index >= 0]
    times = np.bincount(used, minlength=len(rater.patterns))
    chosen = rater.patterns[:, material.columns]
    missing = {}
    for number, answer in enumerate(Answer):
        if answer.missing:
            count = int((((chosen == number).sum(axis=1)) * times).sum())
            if count:
                missing[answer.value] = count
    core = int((there & frame.core).sum()) if rater.kind == "model" else int((rater.exposure == CORE).sum())
    return Read(rater, int(there.sum()), len(np.unique(frame.document[there])), core, missing)


def _parts(material: Material, distances: Measures, attribute: str | None) -> list[Part]:
    """The pairs by the value of a document's attribute, or document by document."""
    if attribute is None:
        return []
    values = _values(material, attribute)
    found = []
    for value in dict.fromkeys(values):
        documents = np.array([held == value for held in values], dtype=np.bool_)
        within = documents[material.frame.document]
        found.append(Part(value, int(documents.sum()), tuple(pairs(material, distances, within))))
    return found


def _values(material: Material, attribute: str) -> Sequence[str]:
    frame = material.frame
    if attribute == "document":
        return frame.labels
    known = sorted({key for held in frame.attributes for key in held})
    if attribute not in known:
        there = ", ".join([*known, "document"])
        raise BadInput("no document has this attribute.", place=attribute, advice=f"There are: {there}.")
    return [held.get(attribute, "(none)") for held in frame.attributes]
