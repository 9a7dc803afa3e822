"""Memos of several lines, flags, and names that are masked: what each stores, and what is lost by no key."""

from __future__ import annotations

import pytest
from desk import Desk
from seat import Sit

from suggest.study.contents import MASKED
from suggest.study.documents import document_text
from suggest.study.units import memos, own_memos
from tui.review.widgets.talk import Talk

pytestmark = pytest.mark.asyncio


def written(desk: Desk, place: int = 0) -> list[str]:
    return [text for _, text in memos(desk.study, desk.number(desk.ids()[place]))]


async def test_a_memo_has_lines_and_the_next_one_stands_below_it(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("m")
        await seat.type("ask her")
        await seat.press("enter")
        await seat.type("about it")
        await seat.press("ctrl+s")
        assert written(desk) == ["ask her\nabout it"]
        assert seat.said == "memo kept"
        await seat.press("m")
        assert "1  ask her" in seat.shown
        await seat.type("done")
        await seat.press("ctrl+s")
        assert written(desk) == ["ask her\nabout it", "done"]
        await seat.press("u")
        assert written(desk) == ["ask her\nabout it"]


async def test_a_memo_that_was_left_is_there_to_go_on_with(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("m")
        await seat.type("half a tho")
        await seat.press("escape")
        assert written(desk) == []
        assert "not kept yet" in seat.said
        await seat.press("n", "m")
        assert seat.top.query_one("#text").text == "", "it belongs to its segment"
        await seat.press("escape", "p", "m")
        await seat.type("ught")
        await seat.press("ctrl+s")
        assert written(desk) == ["half a thought"]
        await seat.press("m")
        assert seat.top.query_one("#text").text == ""


async def test_colleagues_memos_are_not_among_ones_own(desk: Desk, sit: Sit) -> None:
    desk.done("memo", desk.ids()[0], coder="ben", text="I would say Trust")
    async with sit(desk) as seat:
        await seat.press("m")
        assert "Trust" not in seat.shown


async def test_a_flag_is_set_and_taken_away(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("exclamation_mark")
        assert "flagged" in seat.header
        assert seat.decided() == ["flag"]
        await seat.press("exclamation_mark")
        assert "flagged" not in seat.header


async def test_a_name_is_masked_where_the_range_lies(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("tab", *["right_square_bracket"] * 3, "tab", *["left_square_bracket"] * 6, "ctrl+x")
        assert "Mask “people”?" in seat.shown
        await seat.press("2")
        assert document_text(desk.study, desk.documents[0]).startswith(f"D0 turn 0: {MASKED} said")
        assert "masked in 1 place; the same words stand in" in seat.said
        assert f"D0 turn 0: {MASKED} said" in "\n".join(seat.screen.query_one(Talk).plain)
        assert seat.screen.hand.board.span is None


async def test_a_name_is_masked_wherever_it_stands(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("tab", *["right_square_bracket"] * 3, "tab", *["left_square_bracket"] * 6, "ctrl+x", "3")
        assert "people" not in document_text(desk.study, desk.documents[0])
        assert "people" not in "\n".join(seat.screen.query_one(Talk).plain)


async def test_without_a_range_or_a_yes_nothing_is_masked(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        before = document_text(desk.study, desk.documents[0])
        await seat.press("ctrl+x")
        assert "Set a range on the name first" in seat.said
        await seat.press("left_square_bracket", "ctrl+x", "enter")
        await seat.press("ctrl+x", "escape")
        assert document_text(desk.study, desk.documents[0]) == before


async def test_a_memo_is_of_the_type_that_was_chosen(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("m")
        assert "Type: note" in seat.shown
        await seat.press("ctrl+t", "ctrl+t")
        assert "Type: reflexive, yours alone" in seat.shown
        await seat.type("I was moved")
        await seat.press("ctrl+s")
        assert seat.said == "reflexive memo kept"
        assert own_memos(desk.study, desk.number(desk.ids()[0]), desk.anna) == [("reflexive", "I was moved")]
        await seat.press("m")
        assert "reflexive: I was moved" in seat.shown
