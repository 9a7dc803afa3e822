"""Narrow and wide windows: nothing that is needed is cut off, and nothing is missing after a change of size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Sit

from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.settings import set_setting
from tui.review.widgets.tree import Tree
from tui.terminal.keys import Keys
from tui.terminal.lines import Lines
from tui.terminal.said import Said
from tui.terminal.table import Table

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(("size", "beside"), [((80, 24), True), ((40, 24), False)])
async def test_help_says_all_of_what_each_key_does(
    desk: Desk, sit: Sit, size: tuple[int, int], *, beside: bool
) -> None:
    async with sit(desk, size) as seat:
        await seat.press("question_mark")
        page = seat.top.query_one("#page", Lines)
        lines = page.plain
        assert all(len(line) <= page.size.width for line in lines), "nothing is cut off"
        assert ("  a              accept the chosen suggestion" in lines) is beside
        await seat.press("space")
        assert lines[page.size.height - 1] == page.plain[0], "a page further, its last line first"


async def test_the_tree_is_there_when_the_window_becomes_wide(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        tree = seat.screen.query_one(Tree)
        await seat.pilot.resize_terminal(160, 50)
        while not tree.display:  # a new size is taken up a little later
            await seat.pilot.pause(0.01)
        await seat.settle()
        assert any("Support" in line for line in tree.plain)


async def test_on_a_narrow_screen_codes_keep_their_last_names_and_done_its_key(
    make: Callable[..., Desk], sit: Sit
) -> None:
    desk = make(sizes=(3,), core="0", arm="0")
    long = "Support" + " and what comes with it" * 3
    code = add_codes(desk.study, desk.anna, [NewCode("long", Wording(long)), NewCode("x", Wording("Leaf"), "long")])
    desk.codes["leaf"] = code["x"]
    desk.suggest({segment: desk.candidates("leaf") for segment in desk.ids()})
    async with sit(desk, (40, 24)) as seat:
        assert "… › Leaf" in seat.list[0]
        keys = " ".join(seat.screen.query_one(Keys).plain).split()
        assert keys[:6] == ["a", "accept", "r", "reject", "⏎", "done"]


async def test_what_happened_takes_as_many_lines_as_it_needs(desk: Desk, sit: Sit) -> None:
    set_setting(desk.study, desk.anna, "reject_reasons", "much too broad, not what was meant at all, too early to say")
    async with sit(desk, (40, 24)) as seat:
        said = seat.screen.query_one(Said)
        assert said.size.height == 1
        await seat.press("r")
        assert said.size.height == 3
        assert "R type it" in "".join("".join(text for text, _ in line) for line in said._lines)
        await seat.press("a")
        assert said.size.height == 1


async def test_by_code_keeps_words_and_signs_on_a_narrow_screen(desk: Desk, sit: Sit) -> None:
    async with sit(desk, (40, 24)) as seat:
        await seat.press("f9", "a")
        table = seat.top.query_one(Table)
        drawn = ["".join(piece.text for piece in table.render_line(y)) for y in (1, 2)]
        assert drawn[0].startswith("   D0 1        D0 turn 0: people sai… ✓"), drawn
        assert drawn[1].startswith("▸  D0 2        D0 turn 1: people sai… ·"), drawn


async def test_where_there_is_nothing_the_advice_is_not_cut_off(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("slash")
        table = seat.top.query_one("#hits", Table)
        drawn = " ".join("".join(piece.text for piece in table.render_line(y)) for y in (1, 2))
        assert "⏎ looks for them." in " ".join(drawn.split())


async def test_the_name_of_a_screen_comes_before_the_studys_where_there_is_little_room(desk: Desk, sit: Sit) -> None:
    async with sit(desk, (40, 24)) as seat:
        await seat.press("f4")
        assert seat.shown.splitlines()[0].startswith(" Study   Progress   round main   0/18")
