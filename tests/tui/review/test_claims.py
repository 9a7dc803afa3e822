"""Two analysts at two terminals over one study: who has what, and that nothing is lost to either."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.claims import BEAT, LEASE
from suggest.study.rounds import open_round
from suggest.study.sources import FixedSources


class Time:
    """The clocks of two machines that agree, moved by hand."""

    def __init__(self) -> None:
        self.machines = [FixedSources(11), FixedSources(12)]
        for machine in self.machines:
            machine.step = 0

    def move(self, seconds: float) -> None:
        for machine in self.machines:
            machine.time += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def one_each(make: Callable[..., Desk]) -> Desk:
    """Three segments, of which each is coded by whoever comes to it first."""
    desk = make(sizes=(3,), core="0", arm="0")
    open_round(desk.study, desk.anna, "one each", overlap=1)
    return desk


async def beat(seat: Seat) -> None:
    seat.clock.move(BEAT)
    await seat.settle()


@pytest.mark.asyncio
async def test_what_is_open_with_one_does_not_come_to_the_other(one_each: Desk, sit: Sit, time: Time) -> None:
    async with (
        sit(one_each, sources=time.machines[0]) as anna,
        sit(one_each, coder="ben", sources=time.machines[1]) as ben,
    ):
        assert (anna.cite, ben.cite) == ("D0 1", "D0 2")
        await ben.press("p")
        assert ben.cite == "D0 2"
        assert ben.said.startswith("D0 1: anna has it open until ")
        await ben.press("n")
        assert ben.cite == "D0 3"
        await anna.press("n")
        assert anna.cite == "D0 2"


@pytest.mark.asyncio
async def test_what_was_left_open_comes_to_the_other_by_itself(one_each: Desk, sit: Sit, time: Time) -> None:
    async with sit(one_each, coder="ben", sources=time.machines[1]) as ben:
        async with sit(one_each, sources=time.machines[0]) as anna:
            assert anna.cite == "D0 2"
            await ben.press("0", "enter")
            assert ben.cite == "D0 3"
            await ben.press("0", "enter")
            assert ben.cite == ""
            assert "anna has it open until" in ben.said
            await beat(ben)
            assert ben.cite == ""
        await beat(ben)
        assert ben.cite == "D0 2"


@pytest.mark.asyncio
async def test_whoever_is_at_work_keeps_what_is_open(one_each: Desk, sit: Sit, time: Time) -> None:
    async with (
        sit(one_each, sources=time.machines[0]) as anna,
        sit(one_each, coder="ben", sources=time.machines[1]) as ben,
    ):
        for _ in range(LEASE // BEAT + 1):
            time.move(BEAT)
            await beat(anna)
        await ben.press("p")
        assert ben.cite == "D0 2"
        assert "anna has it open" in ben.said


@pytest.mark.asyncio
async def test_whoever_was_away_is_told_that_it_went_to_the_other(one_each: Desk, sit: Sit, time: Time) -> None:
    async with (
        sit(one_each, sources=time.machines[0]) as anna,
        sit(one_each, coder="ben", sources=time.machines[1]) as ben,
    ):
        time.move(LEASE + 1)
        await ben.press("p")
        assert ben.cite == "D0 1"
        await beat(anna)
        assert anna.said.startswith("Meanwhile ben has it open until ")
