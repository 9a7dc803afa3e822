"""The way of a run: tasks out, outcomes in, checked, stored in batches, counted. It knows no study and no model."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from suggest.engine.checks import Checked, Repairs, check_answer, check_failure
from suggest.models.interface import Answer, Failure, FailureKind, Halted, LeftOver, Suggester, Task

Ended: TypeAlias = Literal["done", "stopped", "broken", "halted"]

Store: TypeAlias = Callable[[tuple[Checked | Failure, ...]], Awaitable[None]]
"""Stores a batch and returns once it is on disk. Where it fails in the middle, what is stored by then stays."""

BREAKDOWNS = 20
"""A model that broke down so often without one outcome in between is not asked any further."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: outcomes stored, of how many (None if not known), and outcomes per second so far.

    Of those stored, `failed` are failures; the tokens are what they took in all, and `cost` their price in millionths
    of a US dollar, None where it is not known.
    """

    done: int
    total: int | None
    per_second: float
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class RunTally:
    """What came of a run. Tasks that were never handed out are in none of the counts.

    `strays` are answers to what was not asked, or was answered before: dropped, since the first answer stands.
    `ended` is "done" when every task has its outcome, "stopped" when asked to stop, "broken" when the model broke
    down time and again, "halted" when it said why it cannot go on (`halted`); all but the first leave tasks over, to be
    resumed.
    """

    suggested: int
    no_code: int
    failed: dict[FailureKind, int]
    tokens_in: int
    tokens_out: int
    repairs: Repairs
    strays: int
    seconds: float
    ended: Ended
    halted: Halted | None = None


async def run_tasks(
    suggester: Suggester,
    tasks: Iterable[Task] | AsyncIterable[Task],
    *,
    store: Store,
    progress: Callable[[Progress], None] | None = None,
    stop: asyncio.Event | None = None,
    total: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> RunTally:
    """Give every task to the model and every outcome, checked, to `store`, in batches of the profile's size: an outcome
    waits no longer for its batch to fill than the profile says.

    Each task handed out gets one outcome: what the model leaves out or breaks down over becomes a failure; what it says
    is left over has none and is not counted. Setting `stop` hands out no more tasks and waits for those in hand, since
    they may have been paid for. Cancelling waits for no model, but stores what was received before CancelledError goes
    on its way. An error of `store` or of the tasks' source is raised, after what was received before it was stored;
    batches stored stay stored. A task that is handed in twice while in hand is a ValueError. The suggester stays open.
    """
    limits = suggester.profile.limits
    room = 2 * limits.store_every
    source = _Source(tasks, stop or asyncio.Event())
    received = _Received(room)
    ledger = _Ledger(store, progress, total, clock)
    reader = asyncio.create_task(_read(suggester, source, received))
    try:
        await _collect(received, ledger, limits.store_every, limits.store_within)
        await reader
    except asyncio.CancelledError:
        reader.cancel()
        ledger.waiting.extend(received.take())
        await ledger.flush()
        raise
    finally:
        reader.cancel()
        await asyncio.wait({reader})
    if source.error is not None:
        raise source.error
    complete = source.exhausted or ledger.done == total
    if received.halted is not None:
        return ledger.tally(received, "halted")
    return ledger.tally(received, "broken" if received.broken else "done" if complete else "stopped")


class _Source:
    """The tasks as they are handed out, one at a time to however many ask, with those in hand."""

    def __init__(self, tasks: Iterable[Task] | AsyncIterable[Task], stop: asyncio.Event) -> None:
        self._tasks = aiter(tasks) if isinstance(tasks, AsyncIterable) else _Stepwise(iter(tasks))
        self._stop = stop
        self._turn = asyncio.Lock()
        self.in_hand: dict[tuple[str, int], Task] = {}
        self.handed_out = 0
        self.exhausted = False
        self.error: Exception | None = None

    @property
    def over(self) -> bool:
        return self.exhausted or self.error is not None or self._stop.is_set()

    def __aiter__(self) -> AsyncIterator[Task]:
        return self

    async def __anext__(self) -> Task:
        async with self._turn:
            if self.over:
                raise StopAsyncIteration
            try:
                task = await anext(self._tasks)
                if (task.segment, task.sample) in self.in_hand:
                    raise ValueError("a task was handed in twice")
            except StopAsyncIteration:
                self.exhausted = True
                raise
            except Exception as error:
                # Kept apart from the model's own errors, and raised when what was received is stored.
                self.error = error
                raise StopAsyncIteration from error
            self.in_hand[task.segment, task.sample] = task
            self.handed_out += 1
            return task


class _Stepwise:
    """An iterator that can be awaited."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks

    def __aiter__(self) -> AsyncIterator[Task]:
        return self

    async def __anext__(self) -> Task:
        for task in self._tasks:
            return task
        raise StopAsyncIteration


class _Received:
    """Outcomes between the model and the store: as many as there is room for, then the model waits."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._outcomes: list[Checked | Failure] = []
        self._arrival = asyncio.Event()
        self._space = asyncio.Event()
        self.over = False
        self.broken = False
        self.halted: Halted | None = None
        self.strays = 0

    async def put(self, outcome: Checked | Failure) -> None:
        # Kept first and waited for afterwards, so that a cancellation cannot lose it.
        self._outcomes.append(outcome)
        self._arrival.set()
        if len(self._outcomes) >= self._room:
            self._space.clear()
            await self._space.wait()

    def close(self) -> None:
        self.over = True
        self._arrival.set()

    def take(self) -> list[Checked | Failure]:
        taken, self._outcomes = self._outcomes, []
        self._space.set()
        if not self.over:
            self._arrival.clear()
        return taken

    async def arrival(self, within: float | None) -> bool:
        """Waits for an outcome or the end; False if neither came within so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._arrival.wait()
        except TimeoutError:
            return False
        return True


class _Ledger:
    """What waits to be stored, and the counts of what is."""

    def __init__(
        self,
        store: Store,
        progress: Callable[[Progress], None] | None,
        total: int | None,
        clock: Callable[[], float],
    ) -> None:
        self._store, self._progress, self._total, self._clock = store, progress, total, clock
        self._started = clock()
        self._suggested = self._no_code = self._tokens_in = self._tokens_out = 0
        self._failed: dict[FailureKind, int] = {}
        self._repairs = Repairs()
        self.waiting: list[Checked | Failure] = []
        self.done = 0

    async def flush(self) -> None:
        """Store what waits. A cancellation meanwhile is passed on only when the store has finished."""
        if not self.waiting:
            return
        batch, self.waiting = tuple(self.waiting), []
        storing = asyncio.ensure_future(self._store(batch))
        cancelled = False
        while not storing.done():
            try:
                await asyncio.wait({storing})
            except asyncio.CancelledError:
                cancelled = True
        storing.result()
        for outcome in batch:
            self._count(outcome)
        if self._progress is not None:
            rate = self.done / (self._seconds() or 1.0)
            failed = sum(self._failed.values())
            self._progress(Progress(self.done, self._total, rate, failed, self._tokens_in, self._tokens_out))
        if cancelled:
            raise asyncio.CancelledError

    def tally(self, received: _Received, ended: Ended) -> RunTally:
        return RunTally(
            self._suggested,
            self._no_code,
            dict(self._failed),
            self._tokens_in,
            self._tokens_out,
            self._repairs,
            received.strays,
            self._seconds(),
            ended,
            received.halted,
        )

    def _seconds(self) -> float:
        return self._clock() - self._started

    def _count(self, outcome: Checked | Failure) -> None:
        self.done += 1
        said = outcome.answer if isinstance(outcome, Checked) else outcome
        self._tokens_in += said.tokens_in or 0
        self._tokens_out += said.tokens_out or 0
        if isinstance(outcome, Checked):
            self._repairs += outcome.repairs
            if outcome.answer.fitting:
                self._suggested += 1
            else:
                self._no_code += 1
        else:
            self._failed[outcome.kind] = self._failed.get(outcome.kind, 0) + 1


async def _collect(received: _Received, ledger: _Ledger, store_every: int, store_within: float) -> None:
    now, due = asyncio.get_running_loop().time, None
    while True:
        in_time = await received.arrival(None if due is None else max(0.0, due - now()))
        over = received.over
        ledger.waiting.extend(received.take())
        if due is None:
            due = now() + store_within
        if over or not in_time or len(ledger.waiting) >= store_every:
            await ledger.flush()
            due = None
        if over:
            return


async def _read(suggester: Suggester, source: _Source, received: _Received) -> None:
    """Ask the model until the tasks are over, anew after each breakdown."""
    breakdowns = 0
    try:
        while not source.over:
            before = source.handed_out
            detail, kind = "no outcome for this segment", FailureKind.INTERNAL
            try:
                async with AsyncExitStack() as stack:
                    stream = suggester.suggest(source)
                    if isinstance(stream, AsyncGenerator):
                        stack.push_async_callback(stream.aclose)
                    async for outcome in stream:
                        key = outcome.segment, outcome.sample
                        if key not in source.in_hand:
                            received.strays += 1
                            continue
                        if isinstance(outcome, LeftOver):
                            del source.in_hand[key]
                            breakdowns = 0
                            continue
                        checked = _checked(suggester, source.in_hand[key], outcome)
                        del source.in_hand[key]
                        breakdowns = 0
                        await received.put(checked)
            except Halted as error:
                # What is in hand has no outcome, and the next call asks it.
                received.halted = error
                source.in_hand.clear()
                return
            except Exception as error:
                kind, detail = _kind(error), _origin(error)
            if source.handed_out == before:
                # A model that ends before it takes a task would be asked for ever: the next task fails in its stead.
                await anext(source, None)
            if source.in_hand:
                breakdowns += 1
            for task in list(source.in_hand.values()):
                del source.in_hand[task.segment, task.sample]
                await received.put(_failure(suggester, task, kind, detail))
            if breakdowns == BREAKDOWNS:
                received.broken = True
                return
    finally:
        received.close()


def _checked(suggester: Suggester, task: Task, outcome: Answer | Failure) -> Checked | Failure:
    if isinstance(outcome, Answer):
        return check_answer(task, outcome, suggester.codes)
    return check_failure(outcome, suggester.task_hash(task))


def _failure(suggester: Suggester, task: Task, kind: FailureKind, detail: str) -> Failure:
    return Failure(task.segment, kind, detail, suggester.task_hash(task), sample=task.sample)


def _kind(error: Exception) -> FailureKind:
    if isinstance(error, TimeoutError):
        return FailureKind.TIMEOUT
    return FailureKind.TRANSPORT if isinstance(error, OSError) else FailureKind.INTERNAL


def _origin(error: Exception) -> str:
    """The kind of error and where it arose. Its message is left out: it may quote the transcript."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
