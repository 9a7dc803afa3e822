"""How many calls may be under way: grows, halves, and holds everybody back; nobody keeps a place while waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from suggest.models.chat import gate as module
from suggest.models.chat.calls import Limit
from suggest.models.chat.gate import FIRST, Gate

pytestmark = pytest.mark.asyncio
NOTHING = Limit()


class Time:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        real: Callable[[float], object] = asyncio.sleep

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.now += seconds
            await real(0)  # type: ignore[misc]

        monkeypatch.setattr(module.asyncio, "sleep", sleep)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


async def test_room_doubles_with_each_round_that_goes_well_up_to_the_most() -> None:
    gate = Gate(32)
    rounds = []
    for _ in range(4):
        rounds.append(gate.room)
        for _ in range(gate.room):
            gate.went_well(NOTHING)
    assert rounds == [FIRST, 8, 16, 32]
    gate.went_well(NOTHING)
    assert gate.room == 32


async def test_a_round_of_refusals_halves_it_once_and_then_it_grows_by_one() -> None:
    gate = Gate(32)
    for _ in range(28):
        gate.went_well(NOTHING)
    async with gate.attempt() as epoch:
        gate.too_many(epoch, 0)
        gate.too_many(epoch, 0)
    assert gate.room == 16
    for _ in range(17):
        gate.went_well(NOTHING)
    assert gate.room == 17


async def test_never_more_at_once_than_there_is_room_for_and_the_first_come_is_first_served() -> None:
    gate, most, order = Gate(3), 0, list[int]()

    async def one(number: int) -> None:
        nonlocal most
        async with gate.attempt():
            order.append(number)
            most = max(most, gate.under_way)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(number) for number in range(20)))
    assert (most, order, gate.under_way) == (3, list(range(20)), 0)


async def test_nobody_goes_before_the_pause_is_over_and_nobody_keeps_a_place_through_it(time: Time) -> None:
    gate = Gate(4, clock=lambda: time.now)
    async with gate.attempt() as epoch:
        gate.too_many(epoch, 7)
    started = asyncio.create_task(_through(gate))
    await asyncio.sleep(0)
    assert gate.under_way == 0 or time.now >= 7
    await started
    assert time.now >= 7


async def test_what_is_left_is_spread_over_the_time_until_there_is_more(time: Time) -> None:
    gate = Gate(4, clock=lambda: time.now)
    gate.went_well(Limit(60, 30, 15.0))
    for _ in range(5):
        await _through(gate)
    assert time.now == pytest.approx(2.0), "half a second apart, the first at once"


async def test_whoever_gives_up_waiting_leaves_the_way_free() -> None:
    gate = Gate(1)
    first = asyncio.Event()

    async def hold() -> None:
        async with gate.attempt():
            await first.wait()

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(_through(gate)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    first.set()
    waiting[1].cancel()
    await asyncio.gather(holding, *waiting, return_exceptions=True)
    assert gate.under_way == 0
    await asyncio.wait_for(_through(gate), 5)


async def _through(gate: Gate) -> None:
    async with gate.attempt():
        pass
