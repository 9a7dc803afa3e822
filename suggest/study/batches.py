"""Batches that wait at an endpoint: noted in this copy of the study alone, until their results are here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from suggest.study.local_state import get_state, set_state
from suggest.study.study import Study

_KEY = "batches"


@dataclass(frozen=True)
class WaitingBatch:
    """A batch by the id that the endpoint gave it; `host` is where it waits, `requests` how many it holds,
    `file` the id under which the endpoint keeps them."""

    id: str
    profile: str
    host: str
    requests: int
    file: str = ""


def waiting_batches(study: Study, profile: str | None = None) -> list[WaitingBatch]:
    """Those that were handed in and not collected, oldest first; of one profile or of all."""
    noted = json.loads(get_state(study.db, _KEY) or "[]")
    found = [WaitingBatch(**item) for item in noted]
    return [item for item in found if profile is None or item.profile == profile]


def note_batch(study: Study, actor: str, batch: WaitingBatch) -> None:
    """Note one that was handed in: on disk when this returns."""
    with study.write(actor):
        _store(study, [*waiting_batches(study), batch])


def forget_batch(study: Study, actor: str, batch: WaitingBatch) -> None:
    """Note it no more."""
    with study.write(actor):
        _store(study, [item for item in waiting_batches(study) if item.id != batch.id])


def _store(study: Study, batches: Iterable[WaitingBatch]) -> None:
    listed = [asdict(batch) for batch in batches]
    set_state(study.db, _KEY, json.dumps(listed) if listed else None)
