"""Whether a model's confidence can be believed: by what people coded blind, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suggest.audit.calibration import (
    Calibration,
    Threshold,
    acceptance_threshold,
    calibration,
    risk_coverage,
)
from suggest.audit.material import CORE, Material, Rater
from suggest.audit.pairs import indexes, shared_class

GRID = tuple(step / 20 for step in range(10, 20))
"""Thresholds that are tried, fixed beforehand."""

TARGET = 0.05
"""The share of wrong suggestions among those that could stand unread."""

NO_CONFIDENCE = "no suggestion with a confidence stands beside a blind answer"


@dataclass(frozen=True)
class Believed:
    """A model's confidence against blind answers: every candidate with a confidence, fitting or not, beside every
    person who answered. `methods` says how the confidence came about; `learned`, that the runs may have been fitted to
    it."""

    model: Rater
    suggestions: int
    segments: int
    documents: int
    methods: tuple[str, ...]
    calibration: Calibration
    aurc: float | None
    threshold: Threshold


def believed(material: Material) -> list[Believed]:
    """For every model; those without any confidence beside blind answers are left out."""
    found = []
    wanted = set(material.columns.tolist())
    for model in material.models:
        right: list[bool] = []
        sure: list[float] = []
        rows_used: set[int] = set()
        for person in material.people:
            theirs, other = indexes(person, model)
            rows = np.flatnonzero(shared_class(person, model, theirs, other) == CORE)
            values = person.values(rows, theirs)
            for n, row in enumerate(rows.tolist()):
                for column, confidence in model.candidates[person.id].get(row, {}).items():
                    if confidence is not None and column in wanted and values[n, column] >= 0:
                        right.append(bool(values[n, column] == 1))
                        sure.append(confidence / 1_000_000)
                        rows_used.add(row)
        if right:
            documents = len(np.unique(material.frame.document[sorted(rows_used)]))
            found.append(
                Believed(
                    model, len(right), len(rows_used), documents, tuple(sorted(model.methods)),
                    calibration(right, sure), risk_coverage(right, sure).aurc,
                    acceptance_threshold(right, sure, GRID, TARGET),
                )
            )  # fmt: skip
    return found
