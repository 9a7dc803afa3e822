"""How many calls may be under way: grows, halves, and holds everybody back; nobody keeps a place while waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from suggest.models.chat import gate as module
from suggest.models.chat.calls import Limit
from suggest.models.chat.gate import FIRST, HELD, Gate

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


async def test_room_triples_with_each_round_that_goes_well_up_to_the_most() -> None:
    gate = Gate(32)
    rounds = []
    for _ in range(4):
        rounds.append(gate.room)
        for _ in range(gate.room):
            gate.went_well(NOTHING)
    assert rounds == [FIRST, 12, 32, 32]
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
    gate.went_well(Limit(60, 59, 60.0))
    gate.went_well(Limit(60, 30, 15.0))
    for _ in range(5):
        await _through(gate)
    assert time.now == pytest.approx(2.0), "half a second apart, the first at once"


async def test_calls_are_never_further_apart_than_those_of_a_full_window_or_half_of_them_in_what_is_left() -> None:
    gate = Gate(4)
    gate.went_well(Limit(60, 1, 60.0))
    assert gate.spacing == pytest.approx(1.0)
    gate.went_well(Limit(60, 1, 6.0))
    assert gate.spacing == pytest.approx(0.2)


async def test_whoever_waits_for_a_turn_goes_sooner_where_an_answer_says_that_there_is_room(time: Time) -> None:
    gate = Gate(4, clock=lambda: time.now)
    gate.went_well(Limit(1, 0, 40.0))
    await _through(gate)
    second = asyncio.create_task(_through(gate))
    while time.now < 1:
        await asyncio.sleep(0)
    gate.went_well(Limit(100, 100, 1.0))
    await second
    assert time.now < 2


class _Seconds(asyncio.SelectorEventLoop):
    """A loop whose seconds pass at once."""

    now = 0.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


class _Bucket:
    """Takes so many calls at once, and fills drop by drop with as many a minute."""

    def __init__(self, most: int) -> None:
        self.most, self.held, self.at = most, float(most), 0.0

    def take(self, now: float) -> tuple[Limit, float]:
        self.held, self.at = min(self.most, self.held + (now - self.at) * self.most / 60), now
        if self.held < 1:
            return NOTHING, (1 - self.held) * 60 / self.most
        self.held -= 1
        return Limit(self.most, int(self.held), (self.most - self.held) * 60 / self.most), 0


class _Window:
    """Takes so many calls in each minute."""

    def __init__(self, most: int) -> None:
        self.most, self.used, self.number = most, 0, 0

    def take(self, now: float) -> tuple[Limit, float]:
        if int(now // 60) != self.number:
            self.number, self.used = int(now // 60), 0
        reset = 60 * (self.number + 1) - now
        if self.used == self.most:
            return NOTHING, reset
        self.used += 1
        return Limit(self.most, self.most - self.used, reset), 0


def _minutes(kind: type[_Bucket | _Window], most: int, calls: int) -> float:
    """How long so many calls take, each answered in 0.2 s."""

    async def one(gate: Gate, server: _Bucket | _Window) -> None:
        while True:
            async with gate.attempt() as epoch:
                limit, wait = server.take(asyncio.get_running_loop().time())
                if limit is NOTHING:
                    gate.too_many(epoch, wait)
                    continue
                await asyncio.sleep(0.2)
                gate.went_well(limit)
                return

    async def all_of_them() -> float:
        gate, server, left = Gate(32), kind(most), iter(range(calls))

        async def some() -> None:
            for _ in left:
                await one(gate, server)

        await asyncio.gather(*(some() for _ in range(64)))
        return asyncio.get_running_loop().time()

    loop = _Seconds()
    try:
        return loop.run_until_complete(all_of_them()) / 60
    finally:
        loop.close()


@pytest.mark.parametrize("kind", [_Bucket, _Window])
@pytest.mark.parametrize("most", [10, 60, 600])
async def test_of_the_calls_that_an_endpoint_allows_a_minute_nearly_all_are_made(
    kind: type[_Bucket | _Window], most: int
) -> None:
    """Three minutes' worth, and in the beginning what the endpoint takes at once."""
    calls = 3 * most if kind is _Window else 4 * most
    took = await asyncio.to_thread(_minutes, kind, most, calls)
    assert 3 * most / took >= 0.95 * most


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


async def test_where_nothing_is_said_of_waiting_all_wait_longer_after_each_round_of_refusals(time: Time) -> None:
    gate = Gate(4, clock=lambda: time.now)

    async def refused() -> float:
        async with gate.attempt() as epoch:
            began = time.now
            gate.too_many(epoch, None)
            gate.too_many(epoch, None)
        async with gate.attempt():
            return time.now - began

    assert [await refused() for _ in range(5)] == [0.5, 1, 2, 3, 3]
    gate.went_well(NOTHING)
    assert await refused() == 0.5, "an answer begins anew"


async def gather_ready(gate: Gate, count: int) -> tuple[list[int], asyncio.Event, asyncio.Task[list[None]]]:
    """So many who get ready and then wait for a place; who has got ready, in their order, and what lets all end."""
    ready, over = list[int](), asyncio.Event()

    async def one(number: int) -> None:
        async def getting_ready() -> None:
            ready.append(number)

        async with gate.attempt(getting_ready):
            await over.wait()

    all_of_them = asyncio.gather(*(one(number) for number in range(count)))
    for _ in range(50):
        await asyncio.sleep(0)
    return ready, over, all_of_them  # type: ignore[return-value]


async def test_as_many_get_ready_as_are_under_way_and_no_more() -> None:
    gate = Gate(8)
    for _ in range(8):
        gate.went_well(NOTHING)
    ready, over, running = await gather_ready(gate, 30)
    assert (gate.under_way, ready) == (8, list(range(16)))
    over.set()
    await running
    assert (gate.under_way, ready) == (0, list(range(30)))


async def test_while_the_endpoint_asks_for_a_pause_only_a_few_get_ready() -> None:
    gate = Gate(8, clock=lambda: 0.0)
    for _ in range(8):
        gate.went_well(NOTHING)
    gate.too_many(0, 0.01)
    ready, _, running = await gather_ready(gate, 30)
    assert (gate.under_way, gate.room, ready) == (0, 4, list(range(4 // HELD)))
    running.cancel()


async def test_who_is_refused_while_getting_ready_takes_nobodys_place() -> None:
    gate = Gate(1)

    async def refused() -> None:
        raise ValueError

    for _ in range(3):
        with pytest.raises(ValueError):
            async with gate.attempt(refused):
                raise AssertionError
    ready, over, running = await gather_ready(gate, 2)
    assert (gate.under_way, ready) == (1, [0, 1])
    over.set()
    await running
