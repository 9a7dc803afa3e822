"""New codes made in the review: in the participant's words, or by a name that the finder does not know; no twins."""

from __future__ import annotations

import pytest
from desk import Desk
from seat import Sit

from suggest.study.codes import read_codes
from suggest.study.units import read_unit
from tui.terminal.choosing import ChoosingScreen
from tui.terminal.lines import Lines

pytestmark = pytest.mark.asyncio


def applied(desk: Desk, segment: str) -> list[str]:
    """Paths of the codes that anna applied on a segment."""
    paths = {code.id: code.path_text for code in read_codes(desk.study)}
    found = read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment)).state.codings
    return [paths[coding.code] for coding in found]


async def test_i_makes_a_code_of_the_ranges_words_and_applies_it_there(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("tab", *["right_square_bracket"] * 3, "i", "enter")
        assert applied(desk, desk.ids()[0]) == ["people said what they had to say."]
        assert "a new code: people said what they had to say." in seat.said
        assert "code_changed" in desk.kinds()
        assert "+ people said what they had to say." in seat.list[2]
        assert seat.screen.hand.board.span is None, "the range is used up"


async def test_without_a_range_the_name_is_typed_and_tab_places_it(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("i")
        await seat.type("kettle talk")
        await seat.press("tab")
        await seat.type("sett")
        await seat.press("enter")
        assert "Setting" in seat.shown
        await seat.press("enter")
        assert applied(desk, desk.ids()[0]) == ["Setting > kettle talk"]


async def test_a_name_that_the_finder_does_not_know_can_be_made(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c")
        await seat.type("Setting > kettle")
        assert "+ a new code: Setting > kettle" in seat.shown
        await seat.press("enter", "enter")
        assert applied(desk, desk.ids()[0]) == ["Setting > kettle"]


async def test_a_new_code_takes_a_suggestions_place(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("2", "e")
        await seat.type("quiet ways")
        await seat.press("enter", "enter")
        assert applied(desk, desk.ids()[0]) == ["Support > quiet ways"], "beside the suggested code"
        assert "✎ Support › quiet ways (for Support › Trust)" in seat.list[1]
        assert seat.decided() == ["tree", "edit"]


async def test_a_near_duplicate_is_shown_before_a_new_code_is_made(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        before = len(read_codes(desk.study))
        await seat.press("i")
        await seat.type("doubt")
        await seat.press("enter")
        assert isinstance(seat.top, ChoosingScreen)
        assert "take Doubts" in seat.shown
        await seat.press("escape")
        assert (applied(desk, desk.ids()[0]), len(read_codes(desk.study))) == ([], before)
        await seat.press("i")
        await seat.type("doubt")
        await seat.press("enter", "enter")
        assert (applied(desk, desk.ids()[0]), len(read_codes(desk.study))) == (["Doubts"], before)


async def test_whoever_is_sure_makes_it_all_the_same(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("i")
        await seat.type("doubt")
        await seat.press("enter", "2")
        assert applied(desk, desk.ids()[0]) == ["doubt"]


async def test_a_near_duplicate_found_by_an_edit_stays_an_edit(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("e")
        await seat.type("dubts")
        await seat.press("enter", "enter")
        assert isinstance(seat.top, ChoosingScreen)
        await seat.press("1")
        assert (applied(desk, desk.ids()[0]), seat.decided()) == (["Doubts"], ["edit"])


async def test_undo_takes_the_new_code_away_again_step_by_step(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        before = len(read_codes(desk.study))
        await seat.press("i")
        await seat.type("kettle talk")
        await seat.press("enter", "u")
        assert seat.said == "undone: add kettle talk on D0 1"
        assert applied(desk, desk.ids()[0]) == []
        await seat.press("u")
        assert seat.said == "undone: added the code kettle talk"
        assert len(read_codes(desk.study)) == before
        await seat.press("ctrl+r", "ctrl+r")
        assert applied(desk, desk.ids()[0]) == ["kettle talk"]


async def test_two_changes_of_the_tree_that_are_undone_in_a_row_are_told_apart(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        for name in ("Lantern", "Kettle"):
            await seat.press("T", "N")
            await seat.type(name)
            await seat.press("ctrl+s", "y", "escape")
        said = []
        for key in ("u", "u", "U", "U"):
            await seat.press(key)
            said.append(seat.said)
        assert said == [
            "undone: added the code Kettle", "undone: added the code Lantern", "done again: added the code Lantern",
            "done again: added the code Kettle",
        ]  # fmt: skip


async def test_a_name_of_markup_is_a_name(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("i")
        for key in ("left_square_bracket", "slash", "right_square_bracket"):
            await seat.pilot.press(key)
        await seat.press("enter")
        assert applied(desk, desk.ids()[0]) == ["[/]"]
        assert "+ [/]" in "\n".join(seat.list)


async def test_a_click_chooses_among_the_answers_and_takes_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("i")
        await seat.type("doubt")
        await seat.press("enter")
        await seat.pilot.click(seat.top.query_one("#answers", Lines), offset=(4, 1))
        assert seat.decided() == []
        await seat.press("enter")
        assert applied(desk, desk.ids()[0]) == ["doubt"], "the second answer was clicked"
