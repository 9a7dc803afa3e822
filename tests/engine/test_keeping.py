"""Storing in portions: whoever reviews meanwhile gets in between, and waits for one portion at most."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from desk import Desk, make_desk

from suggest.engine.keeping import FIRST, LEAST, Keeper
from suggest.engine.tasks import Scope, TaskReader
from suggest.errors import SecondCoderError
from suggest.models.interface import Answer, Failure, FailureKind, Task
from suggest.study.runs import start_run
from suggest.study.settings import set_setting
from suggest.study.study import Study


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = make_desk(tmp_path / "study.db", sizes=(60,), core="0")
    yield desk
    desk.study.close()


def keeper_of(desk: Desk, seconds: float) -> tuple[Keeper, tuple[Failure, ...]]:
    """A keeper for which every portion seems to take so long, and an outcome for every segment."""
    run = start_run(
        desk.study, desk.anna, profile="lexical", identity="i", parameters={}, prompt=None, threshold=None,
        training=None, codes=None, segments=50,
    )  # fmt: skip
    reader = TaskReader(desk.study, Scope(), remembers=True)
    asked = [task for _, task in reader.tasks([desk.number(segment) for segment in desk.ids()])]
    clock = (seconds * tick for tick in count())
    keeper = Keeper(desk.study, desk.anna, run, reader, with_context=False, clock=lambda: next(clock))
    return keeper, tuple(Failure(task.segment, FailureKind.TIMEOUT, "", "0" * 64) for task in asked)


def test_another_gets_in_between_two_portions(desk: Desk) -> None:
    keeper, outcomes = keeper_of(desk, 0.0)

    async def both() -> None:
        storing = asyncio.create_task(keeper.store(outcomes))
        await asyncio.sleep(0)  # the first portion is on disk, and the second waits
        with Study.open(desk.study.path, write=True) as other:
            set_setting(other, desk.anna, "arm", "0.5")
        await storing

    before = desk.entries()
    asyncio.run(both())
    kinds = desk.kinds()[before:]
    assert kinds.count("suggestion_failed") == len(outcomes)
    assert kinds.index("setting_changed") == FIRST


@pytest.mark.parametrize(("seconds", "portions"), [(10.0, (FIRST, LEAST, LEAST)), (0.0, (FIRST, 2 * FIRST, 6))])
def test_portions_are_as_large_as_they_are_quick(desk: Desk, seconds: float, portions: tuple[int, ...]) -> None:
    keeper, outcomes = keeper_of(desk, seconds)
    sizes: list[int] = []
    stored = keeper.stored

    async def watched() -> None:
        storing = asyncio.create_task(keeper.store(outcomes[:54]))
        while not storing.done():
            before = stored.outcomes
            await asyncio.sleep(0)
            if stored.outcomes > before:
                sizes.append(stored.outcomes - before)
        await storing

    asyncio.run(watched())
    assert sum(sizes) == min(54, len(outcomes))
    assert tuple(sizes[:2]) == portions[:2]


def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many samples were put on record at a time, as they are."""
    sizes: list[int] = []
    kept = Keeper.keep_samples

    def seen(self: Keeper, some: list[object]) -> None:
        sizes.append(len(some))
        kept(self, some)  # type: ignore[arg-type]

    monkeypatch.setattr(Keeper, "keep_samples", seen)
    return sizes


def task_of(desk: Desk, segment: str) -> Task:
    (found,) = (task for _, task in TaskReader(desk.study, Scope()).tasks([desk.number(segment)]))
    return found


def test_samples_that_come_together_are_written_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, outcomes = keeper_of(desk, 0.0)
    sizes = written(monkeypatch)
    asked = [task_of(desk, outcome.segment) for outcome in outcomes[:6]]

    async def one(task: Task) -> int:
        await keeper.keep_sample(task, Answer(task.segment, (), "0" * 64, "said"))
        return desk.kinds().count("sampled")

    async def both() -> list[int]:
        first = await asyncio.gather(*(one(task) for task in asked[:5]))
        return [*first, await one(asked[5])]

    assert asyncio.run(both()) == [5, 5, 5, 5, 5, 6], "each is on disk before it counts"
    assert sizes == [5, 1]


def test_a_sample_whose_run_is_interrupted_while_it_waits_is_written(desk: Desk) -> None:
    keeper, outcomes = keeper_of(desk, 0.0)
    task = task_of(desk, outcomes[0].segment)

    async def interrupted() -> None:
        waiting = asyncio.create_task(keeper.keep_sample(task, Answer(task.segment, (), "0" * 64, "said")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(interrupted())
    assert desk.kinds().count("sampled") == 1


def test_what_keeps_samples_from_being_written_is_told_to_each_of_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, outcomes = keeper_of(desk, 0.0)
    asked = [task_of(desk, outcome.segment) for outcome in outcomes[:2]]

    def full(self: Keeper, some: list[object]) -> None:
        raise SecondCoderError("The disk is full.")

    monkeypatch.setattr(Keeper, "keep_samples", full)

    async def both() -> list[BaseException | None]:
        some = (keeper.keep_sample(task, Answer(task.segment, (), "0" * 64, "said")) for task in asked)
        return await asyncio.gather(*some, return_exceptions=True)

    assert [str(error) for error in asyncio.run(both())] == ["The disk is full."] * 2
