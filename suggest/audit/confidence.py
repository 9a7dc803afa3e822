"""Whether a model's confidence can be believed: by what people coded blind, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from suggest.audit.calibration import (
    Calibration,
    Threshold,
    acceptance_threshold,
    calibration,
    risk_coverage,
)
from suggest.audit.figures import FEWEST_DOCUMENTS
from suggest.audit.material import CORE, Material, Rater
from suggest.audit.pairs import indexes, shared_class

GRID = tuple(step / 20 for step in range(10, 20))
"""Thresholds that are tried, fixed beforehand."""

TARGET = 0.05
"""The share of wrong suggestions among those that could stand unread."""

FEW = f"fewer than {FEWEST_DOCUMENTS} documents"

NO_CONFIDENCE = "no suggestion with a confidence stands beside a blind answer"


@dataclass(frozen=True)
class Believed:
    """A model's confidence against one person's blind answers: every candidate with a confidence, fitting or not,
    counts once. Below `FEWEST_DOCUMENTS` the shares have no interval and there is no threshold: suggestions of one
    document hang together, and too few documents say little of others. `methods` says how the confidence came about."""

    model: Rater
    reference: Rater
    suggestions: int
    segments: int
    documents: int
    methods: tuple[str, ...]
    calibration: Calibration
    aurc: float | None
    threshold: Threshold


def believed(material: Material) -> list[Believed]:
    """For every model beside every person; without any confidence beside blind answers they are left out."""
    found = (_beside(material, model, person) for model in material.models for person in material.people)
    return [item for item in found if item is not None]


def _beside(material: Material, model: Rater, person: Rater) -> Believed | None:
    wanted = set(material.columns.tolist())
    right: list[bool] = []
    sure: list[float] = []
    rows_used: list[int] = []
    theirs, other = indexes(person, model)
    rows = np.flatnonzero(shared_class(person, model, theirs, other) == CORE)
    values = person.values(rows, theirs)
    for n, row in enumerate(rows.tolist()):
        for column, confidence in model.candidates[person.id].get(row, {}).items():
            if confidence is not None and column in wanted and values[n, column] >= 0:
                right.append(bool(values[n, column] == 1))
                sure.append(confidence / 1_000_000)
                rows_used.append(row)
    if not right:
        return None
    where = material.frame.document[rows_used]
    documents = len(np.unique(where))
    held = calibration(right, sure, documents=where)
    limit = acceptance_threshold(right, sure, GRID, TARGET, documents=where)
    if documents < FEWEST_DOCUMENTS:
        bins = tuple(replace(item, share_low=None, share_high=None) for item in held.bins)
        held = replace(held, bins=bins)
        limit = Threshold(None, limit.target, limit.delta, (), FEW)
    return Believed(
        model, person, len(right), len(set(rows_used)), documents, tuple(sorted(model.methods)), held,
        risk_coverage(right, sure).aurc, limit,
    )  # fmt: skip
