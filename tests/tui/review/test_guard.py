"""Keys that nobody meant decide nothing: repeats, pasted text, keys pressed during a change of segment."""

from __future__ import annotations

import pytest
from desk import Desk
from seat import Sit

from tui.review.guard import REPEAT, SETTLE, KeyGuard, Verdict


def ready() -> KeyGuard:
    guard = KeyGuard()
    guard.painted(0.0)
    return guard


def test_nothing_decides_before_the_segment_is_painted_and_a_moment_more() -> None:
    guard = KeyGuard()
    assert guard.press("a", 5.0) is Verdict.DEAD
    guard.painted(6.0)
    assert guard.press("r", 6.0 + SETTLE - 0.01) is Verdict.DEAD
    assert guard.press("a", 6.0 + SETTLE + 0.1) is Verdict.NOW
    guard.changing()
    assert guard.press("r", 9.0) is Verdict.DEAD


def test_a_held_key_decides_once_however_it_repeats() -> None:
    for delay, pace in ((0.25, 0.033), (0.5, 0.04), (0.66, 0.09)):
        guard = ready()
        verdicts = [guard.press("enter", 1.0), guard.press("enter", 1.0 + delay)]
        waited = guard.presses
        verdicts += [guard.press("enter", 1.0 + delay + n * pace) for n in range(1, 30)]
        assert verdicts[:2] == [Verdict.NOW, Verdict.WAIT]
        assert set(verdicts[2:]) == {Verdict.DEAD}
        assert not guard.ripe(waited), "the second press was the first repeat"


def test_a_key_pressed_twice_on_purpose_counts_twice() -> None:
    guard = ready()
    assert guard.press("enter", 1.0) is Verdict.NOW
    assert guard.press("enter", 1.3) is Verdict.WAIT
    assert guard.ripe(guard.presses)
    assert guard.press("enter", 2.5) is Verdict.NOW


def test_of_text_in_one_piece_no_key_after_the_first_decides() -> None:
    guard = ready()
    verdicts = [guard.press(letter, 1.0 + n * 0.001) for n, letter in enumerate("0acrs0ua")]
    assert verdicts[1:] == [Verdict.DEAD] * 7


@pytest.mark.asyncio
async def test_a_held_enter_completes_one_segment_on_the_screen(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "enter")
        await seat.press("enter", gap=1.0)
        assert seat.decided() == ["accept", "complete"]
        await seat.press("enter", gap=0.5)
        await seat.press(*["enter"] * 20, gap=0.033)
        seat.clock.move(REPEAT)
        await seat.settle()
        assert seat.decided() == ["accept", "complete"]
        assert seat.cite == "D0 2"
        assert "not applied" not in seat.said


@pytest.mark.asyncio
async def test_a_second_press_on_purpose_is_carried_out_when_it_is_known_to_be_one(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a")
        await seat.press("a", gap=0.4)
        assert seat.decided() == ["accept"]
        seat.clock.move(REPEAT)
        await seat.settle()
        assert seat.decided() == ["accept", "accept"]


@pytest.mark.asyncio
async def test_pasted_text_decides_nothing(desk: Desk, sit: Sit) -> None:
    from textual.events import Paste

    async with sit(desk) as seat:
        seat.clock.move(1)
        seat.app.post_message(Paste("arc0su"))
        await seat.settle()
        assert seat.decided() == []


@pytest.mark.asyncio
async def test_a_key_meant_for_the_segment_before_decides_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("0")
        await seat.press("enter")
        assert seat.cite == "D0 2"
        await seat.press("a", gap=SETTLE / 2)
        assert seat.decided() == ["no_code", "complete"]


@pytest.mark.asyncio
async def test_keys_that_come_while_a_page_closes_close_nothing_more(desk: Desk, sit: Sit) -> None:
    from textual.events import Key

    async with sit(desk) as seat:
        await seat.press("question_mark")
        page = seat.top
        assert page is not seat.screen
        for _ in range(3):
            page.post_message(Key("x", "x"))
        await seat.settle()
        assert seat.top is seat.screen
        await seat.press("a")
        assert seat.decided() == ["accept"]
