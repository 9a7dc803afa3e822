"""The fold: the projections, computed from the log and from nothing else."""

from suggest.study.fold import (
    documents,
    erasure,
    exposure,
    hosts,
    looks,
    proposals,
    rounds,
    runs,
    second,
    settling,
    study,
    tree,
    units,
)
from suggest.study.fold.core import HANDLERS, Contents, Entry, Fold

__all__ = [
    "HANDLERS", "Contents", "Entry", "Fold", "documents", "erasure", "exposure", "hosts", "looks", "proposals",
    "rounds", "runs", "second", "settling", "study", "tree", "units",
]  # fmt: skip
