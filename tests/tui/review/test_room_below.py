"""The room below the talk: a long list is seen whole where the meaning needs little, and both are never cut unsaid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.codes import NewCode, Wording, add_codes
from tui.review.widgets.detail import Detail
from tui.review.widgets.suggestions import Suggestions
from tui.review.widgets.talk import Talk

pytestmark = pytest.mark.asyncio


@pytest.fixture
def wordy(make: Callable[..., Desk]) -> Desk:
    """Eight suggestions, of which the first fits; it means more than there is room for, and so does the reason."""
    desk = make(sizes=(4,), core="0", arm="0")
    means = Wording("Weather", "What is said of the sky. " * 20, "", "the climate")
    codes = add_codes(desk.study, desk.anna, [NewCode("weather", means)])
    desk.codes |= codes
    names = ["weather", *list(desk.codes)[:7]]
    desk.suggest({segment: desk.candidates(*names, words="because of the rain " * 20) for segment in desk.ids()})
    return desk


def heights(seat: Seat) -> list[int]:
    return [seat.screen.query_one(widget).size.height for widget in (Talk, Suggestions)]


def meaning(seat: Seat) -> list[str]:
    return [line.strip() for line in seat.screen.query(Detail).first().plain]


async def test_meaning_and_reason_share_the_room_and_say_which_key_shows_the_rest(wordy: Desk, sit: Sit) -> None:
    async with sit(wordy) as seat:
        means = meaning(seat)
        assert [line.partition(":")[0] for line in means if ":" in line] == ["Weather", "because"]
        assert len(means) == 4
        assert [line.endswith("… d") for line in means] == [False, True, False, True]


async def test_a_long_list_grows_into_the_meaning_and_the_talk_stays_where_it_is(wordy: Desk, sit: Sit) -> None:
    async with sit(wordy) as seat:
        talk, listed = heights(seat)
        await seat.press("o")
        assert heights(seat) == [talk, listed + 2]
        assert len(meaning(seat)) == 2
        await seat.press("o")
        assert heights(seat) == [talk, listed]


async def test_what_is_not_in_sight_is_counted_where_the_codes_begin(wordy: Desk, sit: Sit) -> None:
    async with sit(wordy) as seat:
        await seat.press("o")
        listed = seat.screen.query_one(Suggestions)
        last = "".join(piece.text for piece in listed.render_line(listed.size.height - 1))
        assert last.startswith("     ▼ 2 more")
