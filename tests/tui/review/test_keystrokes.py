"""How many keys each answer costs: what an analyst pays a thousand times a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Sit

from suggest.study.settings import set_setting

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        (("a",), ["accept"]),
        (("r",), ["reject"]),
        (("s",), ["unsure"]),
        (("0",), ["no_code"]),
        (("2", "a"), ["accept"]),
        (("2", "r"), ["reject"]),
        (("u",), []),
    ],
    ids=lambda given: "".join(given) if isinstance(given, tuple) else "",
)
async def test_a_verdict_is_one_key_and_one_on_another_line_two(
    desk: Desk, sit: Sit, keys: tuple[str, ...], made: list[str]
) -> None:
    async with sit(desk) as seat:
        if keys == ("u",):
            await seat.press("a")
        await seat.press(*keys)
        assert seat.decided() == made


async def test_a_reject_with_a_reason_of_the_list_is_two_keys(desk: Desk, sit: Sit) -> None:
    set_setting(desk.study, desk.anna, "reject_reasons", "broad, early")
    async with sit(desk) as seat:
        letter = next(iter(seat.screen.hand.reasons))
        await seat.press("r", letter)
        assert seat.decided() == ["reject", "reject"]
        assert seat.said == "reason: broad"


@pytest.mark.parametrize("begin", ["e", "c"])
async def test_another_code_is_at_most_four_keys_and_the_letters_typed(desk: Desk, sit: Sit, begin: str) -> None:
    """Here two: to open the finder, and Enter on the first that is found."""
    async with sit(desk) as seat:
        await seat.press(begin)
        await seat.type("pla")
        await seat.press("enter")
        assert seat.decided() == ["edit" if begin == "e" else "add"]
        assert any("Setting › Place" in line for line in seat.list)


async def test_where_nothing_is_needed_one_key_is_done(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest_everywhere(fitting=0)
    async with sit(desk) as seat:
        for cite in ("D0 1", "D0 2", "D0 3"):
            assert seat.cite == cite
            if seat.screen.hand.card is not None and seat.screen.hand.card.asks:
                await seat.press("enter")  # of a tenth it asks whether anything is missing
            await seat.press("enter")
        assert seat.decided() == ["complete"] * 3


async def test_a_suggestion_accepted_and_the_segment_done_is_two_keys(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest_everywhere(fitting=1)
    async with sit(desk) as seat:
        asks = seat.screen.hand.card is not None and seat.screen.hand.card.asks
        await seat.press("a", *(["enter", "enter"] if asks else ["enter"]))
        assert seat.decided() == ["accept", "complete"]
        assert seat.cite == "D0 2"
