"""When no segment is left: what was done, what is left for whom, and where to go next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from tui.review.widgets.ending import Ending
from tui.review.widgets.talk import Talk

pytestmark = pytest.mark.asyncio


@pytest.fixture
def few(make: Callable[..., Desk]) -> Desk:
    """Three segments, and ben at work on them, too."""
    few = make(sizes=(3,), core="0", arm="0")
    few.reviewer("ben")
    return few


def card(seat: Seat) -> str:
    return " ".join(" ".join(seat.screen.query_one(Ending).plain).split())


async def complete_all(seat: Seat) -> None:
    for _ in range(8):
        if seat.cite:
            await seat.press("enter")
    await seat.settle()


async def test_the_end_says_what_was_done_and_what_is_left_for_whom(few: Desk, sit: Sit) -> None:
    few.done("complete", few.ids()[0], "ben")
    async with sit(few) as seat:
        await seat.press("exclamation_mark")
        await complete_all(seat)
        assert seat.said == "All 3 segments are coded. u goes back to the last, q leaves."
        assert "3/3" in seat.header
        assert "3 of 3 in all" in card(seat)
        assert "left nothing, 1 flagged" in card(seat)
        assert "left for ben 2 of 3" in card(seat)
        assert not seat.screen.query_one(Talk).display


async def test_the_end_names_keys_that_lead_on_and_undo_leads_back(few: Desk, sit: Sit) -> None:
    async with sit(few, keys={"review": {"to_progress": ("f11",)}}) as seat:
        await complete_all(seat)
        assert "F11 progress, by document and day" in card(seat)
        await seat.press("u")
        assert seat.cite == "D0 3"
        assert seat.screen.query_one(Talk).display
        assert not seat.screen.query_one(Ending).display


async def test_where_a_choice_leaves_nothing_the_rest_is_counted(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(2, 5), core="0", arm="0")
    async with sit(desk, document="D0") as seat:
        await complete_all(seat)
        assert "2/7" in seat.header
        assert "left 5" in card(seat)
        assert "f see more of the study" in card(seat)


async def test_a_study_without_documents_says_where_to_begin(make: Callable[..., Desk], sit: Sit) -> None:
    async with sit(make(sizes=())) as seat:
        assert "There is nothing to code yet" in seat.said
        assert "F3 documents; n there brings one in" in card(seat)
