"""Batches at an endpoint: what `suggest` would ask is handed in at once, and collected when it is answered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from suggest.engine.batching import ReadIn, Written, read_batch, write_batch
from suggest.engine.own_profiles import usable_endpoints
from suggest.engine.pipeline import Progress
from suggest.engine.tasks import Selection
from suggest.errors import BadInput, Refused
from suggest.models.chat.budget import UNLIMITED, Ceiling
from suggest.models.chat.endpoint import Endpoint
from suggest.study.batches import WaitingBatch, forget_batch, note_batch, waiting_batches
from suggest.study.study import Study

if TYPE_CHECKING:
    from suggest.models.chat.batch_api import BatchState


@dataclass(frozen=True)
class Submitted:
    """What was written and handed in, as batches that now wait at the endpoint."""

    written: Written
    batches: tuple[WaitingBatch, ...]


@dataclass(frozen=True)
class Collected:
    """The batches that were asked after, each with its state; what those that are over brought, None where that is
    nothing; and how many of their files the endpoint would not delete."""

    states: tuple[tuple[WaitingBatch, BatchState], ...]
    read: ReadIn | None
    undeleted: int = 0

    @property
    def waiting(self) -> int:
        return sum(not state.over for _, state in self.states)


def submit(
    study: Study,
    actor: str,
    profile: str,
    selection: Selection | None = None,
    *,
    redo: bool = False,
    ceiling: Ceiling = UNLIMITED,
    progress: Callable[[Progress], None] | None = None,
    samples: int = 1,
) -> Submitted:
    """Hand in what `suggest` would ask. Each batch is noted in the study as soon as the endpoint has it.

    Refused as `write_batch`, and while batches of the profile wait, since their questions would be paid for twice.
    """
    endpoint = _endpoint(study, profile)
    refuse_while_waiting(study, profile)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requests.jsonl"
        written = write_batch(
            study, actor, profile, path, selection, redo=redo, ceiling=ceiling, progress=progress, stays=False,
            samples=samples,
        )  # fmt: skip
        noted = asyncio.run(_hand_in(study, actor, profile, endpoint, written)) if written.files else ()
    return Submitted(written, noted)


def collect(study: Study, actor: str, profile: str, *, progress: Callable[[Progress], None] | None = None) -> Collected:
    """Ask after the profile's batches and take in what those that are over have brought, as `read_batch` does.

    What is over is noted no more once its answers are stored, and its files are deleted at the endpoint. BadInput where
    no batch waits.
    """
    endpoint, waiting = _endpoint(study, profile), waiting_batches(study, profile)
    if not waiting:
        raise BadInput("no batch of this profile waits.", place=profile, advice="--batch-submit hands one in.")
    with tempfile.TemporaryDirectory() as folder:
        states, files = asyncio.run(_fetch(endpoint, waiting, Path(folder)))
        over = [batch for batch, state in states if state.over]
        try:
            read = read_batch(study, actor, profile, files, progress=progress) if files else None
        except BadInput:
            # Of no use to the study as it is now: asking after it again would only say so again.
            _forget(study, actor, over)
            raise
        _forget(study, actor, over)
    files_there = [file for batch, state in states if state.over for file in (batch.file, *state.files) if file]
    return Collected(tuple(states), read, asyncio.run(_tidy(endpoint, files_there)))


async def _tidy(endpoint: Endpoint, files: list[str]) -> int:
    """Have the endpoint delete files that hold what participants said; how many it did not."""
    from suggest.models.chat.batch_api import BatchApi

    async with BatchApi(endpoint) as api:
        return sum([not await api.delete(file) for file in files])


def refuse_while_waiting(study: Study, profile: str) -> None:
    """Refused where batches of the profile wait: what they ask would be asked, and paid for, again."""
    waiting = waiting_batches(study, profile)
    if waiting:
        requests = sum(batch.requests for batch in waiting)
        raise Refused(
            f"{requests} questions of {profile} wait at {waiting[0].host} in a batch, and would be paid for twice. "
            "'suggest STUDY --batch-collect' with this profile fetches their answers."
        )


async def _hand_in(
    study: Study, actor: str, profile: str, endpoint: Endpoint, written: Written
) -> tuple[WaitingBatch, ...]:
    from suggest.models.chat.batch_api import BatchApi

    noted = []
    async with BatchApi(endpoint) as api:
        for path in written.files:
            with path.open("rb") as stream:
                requests = sum(1 for _ in stream)
            batch, file = await api.hand_in(path)
            waits = WaitingBatch(batch, profile, endpoint.host, requests, file)
            note_batch(study, actor, waits)
            noted.append(waits)
    return tuple(noted)


async def _fetch(
    endpoint: Endpoint, waiting: list[WaitingBatch], folder: Path
) -> tuple[list[tuple[WaitingBatch, BatchState]], list[Path]]:
    from suggest.models.chat.batch_api import BatchApi

    states: list[tuple[WaitingBatch, BatchState]] = []
    files: list[Path] = []
    async with BatchApi(endpoint) as api:
        for batch in waiting:
            state = await api.state(batch.id)
            states.append((batch, state))
            for file in state.files if state.over else ():
                path = folder / f"results-{len(files)}.jsonl"
                await api.fetch(file, path)
                files.append(path)
    return states, files


def _endpoint(study: Study, profile: str) -> Endpoint:
    kept = usable_endpoints(study).get(profile)
    if kept is None:
        raise BadInput(
            "the study keeps no model behind an endpoint under this name.",
            place=profile,
            advice="'secondcoder models STUDY list' tells which there are.",
        )
    return kept.endpoint


def _forget(study: Study, actor: str, batches: list[WaitingBatch]) -> None:
    for batch in batches:
        forget_batch(study, actor, batch)
