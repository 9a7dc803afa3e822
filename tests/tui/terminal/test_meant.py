"""Keys that opened a page, are held over it, or were meant for the screen before decide nothing on it."""

from __future__ import annotations

import pytest
from desk import Desk
from seat import Seat, Sit
from textual.widgets import Input

from tui.review.guard import HELD, REPEAT, SETTLE
from tui.terminal.lines import Lines
from tui.terminal.meant import Meant

PAGE, OTHER = object(), object()


def meant(*keys: tuple[str, float, object]) -> list[bool]:
    judge = Meant()
    return [judge.press(key, now, where, 0.0) for key, now, where in keys]


def test_a_key_that_opened_a_page_is_no_answer_on_it_while_it_is_held() -> None:
    judge = Meant()
    judge.elsewhere("o", 10.0, OTHER)
    repeats = [10.0 + 0.6 + n * 0.035 for n in range(40)]
    assert not any(judge.press("o", now, PAGE, 10.1) for now in repeats)
    assert judge.press("o", repeats[-1] + HELD, PAGE, 10.1), "let go, and pressed again"


def test_an_answer_needs_a_page_that_is_painted_and_a_moment_more() -> None:
    judge = Meant()
    assert not judge.press("y", 10.0, PAGE, None)
    assert not judge.press("y", 12.0, PAGE, 12.0 - SETTLE / 2)
    assert judge.press("n", 12.5, PAGE, 11.9)


def test_who_has_pressed_a_key_on_the_page_already_knows_it() -> None:
    judge = Meant()
    judge.elsewhere("T", 10.0, PAGE)
    assert judge.press("enter", 10.01, PAGE, 10.0)


def test_another_key_and_the_same_one_later_are_meant() -> None:
    assert meant(("a", 10.0, PAGE), ("r", 10.2, PAGE), ("r", 10.4, PAGE), ("r", 10.45, PAGE)) == [
        True, True, True, False,
    ]  # fmt: skip


async def hold(seat: Seat, key: str, times: int = 25) -> None:
    """Hold a key down: pressed once, then repeated as keyboards do."""
    await seat.press(key, gap=1.0)
    await seat.press(key, gap=0.5)
    await seat.press(*[key] * times, gap=0.035)
    seat.clock.move(REPEAT)
    await seat.settle()


@pytest.mark.asyncio
async def test_enter_held_on_the_finder_takes_the_code_and_completes_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c")
        await seat.type("pla")
        await hold(seat, "enter")
        assert seat.decided() == ["add"]
        assert seat.cite == "D0 1"


@pytest.mark.asyncio
async def test_enter_held_on_the_name_of_a_new_code_answers_no_question_after_it(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c")
        await seat.type("Trusts")
        await seat.press("enter")
        await hold(seat, "enter")
        assert "Is it one of these?" in seat.shown
        assert seat.decided() == []


@pytest.mark.asyncio
async def test_what_is_typed_and_what_only_moves_is_held_back_by_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c")
        await seat.press(*["down"] * 4, gap=0.035)
        chosen = [line.startswith("▸") for line in seat.top.query_one("#found", Lines).plain]
        assert chosen.index(True) == 4
        await seat.type("y11yy")
        assert seat.top.query_one(Input).value == "y11yy"


def entries(desk: Desk, kind: str) -> int:
    return int(desk.study.db.execute("SELECT count(*) FROM log WHERE kind = ?", (kind,)).fetchone()[0])


@pytest.mark.asyncio
async def test_undo_held_on_the_tree_takes_one_change_back(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f2")
        for name in ("One", "Two", "Three"):
            await seat.press("N")
            await seat.type(name)
            await seat.press("ctrl+s", "y")
        assert entries(desk, "reverted") == 0
        await hold(seat, "u")
        assert entries(desk, "reverted") == 1
        assert "Three" in seat.top_said


@pytest.mark.asyncio
async def test_enter_held_on_a_consent_flag_sets_it_once(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f3", "k")
        await hold(seat, "enter")
        assert entries(desk, "consent_set") == 1
        assert "is set for the whole document" in seat.shown


@pytest.mark.asyncio
async def test_the_key_that_opens_the_roles_gives_none_while_it_is_held(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f3", "enter")
        await hold(seat, "o")
        assert entries(desk, "role_set") == 0
        await seat.press("o")
        assert entries(desk, "role_set") == 1, "let go, and pressed again"


@pytest.mark.asyncio
async def test_a_verdict_on_many_needs_a_list_that_stood_there_for_a_moment(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "v", "v", "B")
        seat.app.screen.painted_at = seat.clock.time
        await seat.press("a", gap=SETTLE / 2)
        assert seat.decided() == []
        await seat.press("a")
        assert seat.decided() == ["accept"] * 2


@pytest.mark.asyncio
async def test_a_yes_needs_a_question_that_stood_there_for_a_moment(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f2", "N")
        await seat.type("One")
        before = entries(desk, "code_changed")
        await seat.press("ctrl+s")
        seat.top.painted_at = seat.clock.time
        await seat.press("y", gap=SETTLE / 2)
        assert entries(desk, "code_changed") == before
        await seat.press("y")
        assert entries(desk, "code_changed") == before + 1


@pytest.mark.asyncio
async def test_a_number_needs_a_choice_that_stood_there_for_a_moment(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("left_square_bracket", "ctrl+x")
        seat.top.painted_at = seat.clock.time
        await seat.press("2", gap=SETTLE / 2)
        assert entries(desk, "erased") == 0
        await seat.press("2")
        assert entries(desk, "erased") == 1
