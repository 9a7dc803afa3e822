"""Choosing what one sees next, in the review itself: filter and order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit


@pytest.fixture
def two(make: Callable[..., Desk]) -> Desk:
    """Two documents, everything shown."""
    desk = make(sizes=(12, 12), core="0", arm="0")
    desk.suggest_everywhere(fitting=2)
    return desk


async def fill(seat: Seat, **given: str) -> None:
    """Fill the form of the filter in, and go on."""
    await seat.press("f")
    for key, text in given.items():
        seat.top.query_one(f"#field_{key}").value = text
    await seat.press("ctrl+s")


@pytest.mark.asyncio
async def test_a_filter_leads_to_what_is_wanted_and_says_what_it_leaves_out(two: Desk, sit: Sit) -> None:
    async with sit(two) as seat:
        assert seat.cite == "D0 1"
        await fill(seat, document="D1", speaker="R2")
        assert seat.cite == "D1 3"
        assert "only document D1, speaker R2" in seat.said
        await seat.press("0", "enter")
        assert seat.cite == "D1 6"
        await fill(seat, document="", speaker="")
        assert seat.cite == "D0 1"
        assert "nothing is left out" in seat.said


@pytest.mark.asyncio
async def test_a_filter_that_names_nothing_known_is_declined_and_changes_nothing(two: Desk, sit: Sit) -> None:
    async with sit(two) as seat:
        await fill(seat, document="Nowhere")
        assert seat.cite == "D0 1"
        assert "Nowhere" in seat.said
        await seat.press("n")
        assert seat.cite == "D0 2"


@pytest.mark.asyncio
async def test_what_was_completed_can_be_looked_at_again(two: Desk, sit: Sit) -> None:
    async with sit(two) as seat:
        await seat.press("0", "enter")
        assert seat.cite == "D0 2"
        await fill(seat, state="completed")
        assert seat.cite == "D0 1"
        await seat.press("enter")
        assert seat.cite == ""
        assert "all that is completed" in seat.said


@pytest.mark.asyncio
async def test_where_nothing_is_left_of_a_choice_it_says_how_to_see_the_rest(two: Desk, sit: Sit) -> None:
    async with sit(two) as seat:
        await fill(seat, state="flagged")
        assert seat.cite == ""
        assert "all that is flagged" in seat.said
        await fill(seat, state="later")
        assert "f widens what you see" in seat.said
        await fill(seat, state="open")
        assert seat.cite == "D0 1"


@pytest.mark.asyncio
async def test_another_order_is_that_of_the_queue(two: Desk, sit: Sit) -> None:
    async with sit(two) as seat:
        await seat.press("O", "4")
        assert "Order: random" in seat.said
        other = seat.app.order
        assert other == "random"
        await seat.press("O", "1")
        assert seat.cite == "D0 1"
