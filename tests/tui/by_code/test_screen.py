"""By code: the list as it is on screen, and what each key of it does to the study."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.units import read_unit
from tui.by_code.commands import REGISTRY
from tui.by_code.screen import ByCodeScreen

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).resolve().parents[3]
MARKER = "zqmarkerzq"


def rows(seat: Seat) -> list[str]:
    """The rows of the list, as far as they have come."""
    return seat.top.query_one("#list").plain


def verdicts(desk: Desk, place: int) -> list[str]:
    unit = read_unit(desk.study, desk.round.id, desk.anna, desk.number(desk.ids()[place]))
    return [*unit.state.verdicts.values()]


async def test_f9_and_its_letter_lead_to_the_list_of_the_chosen_code(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("2", "f9")
        assert isinstance(seat.top, ByCodeScreen)
        assert "Support › Trust · 18 suggestions" in seat.shown
        await seat.press("escape", "C")
        assert isinstance(seat.top, ByCodeScreen)
        assert rows(seat)[0].startswith(" | D0 1 | R0 | D0 turn 0: people said")
        assert rows(seat)[0].endswith("· open")


async def test_the_list_begins_at_the_segment_of_the_review(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("n", "n", "n", "f9")
        assert seat.top.query_one("#list").cursor == 3


async def test_each_verdict_is_stored_and_the_cursor_goes_on(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "a", "r", "s")
        assert [verdicts(desk, place) for place in range(4)] == [["accept"], ["reject"], ["unsure"], []]
        assert [row.split(" | ")[-1] for row in rows(seat)[:4]] == ["✓ accepted", "✗ rejected", "? unsure", "· open"]
        assert seat.top.query_one("#list").cursor == 3


async def test_edit_takes_another_code_from_the_finder(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "e")
        await seat.type("mon")
        await seat.press("enter")
        unit = read_unit(desk.study, desk.round.id, desk.anna, desk.number(desk.ids()[0]))
        assert [coding.code for coding in unit.state.codings] == [desk.codes["Doubts/Money"]]
        assert rows(seat)[0].endswith("✎ edited")
        await seat.press("k")
        assert "✎ Doubts > Money" in seat.shown


async def test_undo_goes_to_the_line_and_says_what_it_took_back(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "a", "j", "j", "u")
        assert seat.top_said == "undone: accept on D0 1"
        assert seat.top.query_one("#list").cursor == 0
        assert seat.decided() == []
        await seat.press("ctrl+r")
        assert seat.decided() == ["accept"]


async def test_what_was_done_outside_of_the_list_is_not_undone_in_it(desk: Desk, sit: Sit) -> None:
    desk.suggest({desk.ids()[4]: desk.candidates("Setting")}, profile="other")
    async with sit(desk) as seat:
        await seat.press("a", "f9", "c")
        await seat.type("setting")
        await seat.press("enter")
        assert "1 suggestion" in seat.shown
        await seat.press("u")
        assert "does not lie in this list" in seat.top_said
        assert seat.decided() == ["accept"]


async def test_enter_opens_the_segment_in_the_review(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "j", "j", "enter")
        assert seat.top is seat.screen
        assert seat.cite == "D0 3"


async def test_the_review_shows_what_was_decided_in_the_list(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "a", "escape")
        await seat.settle()
        assert "✓ Support" in seat.list[0]


async def test_another_code_and_the_ones_beside_it(desk: Desk, sit: Sit) -> None:
    desk.suggest({desk.ids()[2]: desk.candidates("Setting/Place")}, profile="other")
    async with sit(desk) as seat:
        await seat.press("f9", "greater_than_sign", "greater_than_sign")
        assert "Setting › Place · 1 suggestion" in seat.shown
        await seat.press("greater_than_sign")
        assert "no further code" in seat.top_said
        await seat.press("less_than_sign")
        assert "Support › Trust · 18 suggestions" in seat.shown
        await seat.press("c")
        await seat.type("money")
        await seat.press("enter")
        assert "suggested nowhere" in str(seat.top.query_one("#list")._empty)


async def test_without_suggestions_it_says_what_to_do(make: Callable[..., Desk], sit: Sit) -> None:
    async with sit(make(sizes=(20,), core="0", arm="0")) as seat:
        await seat.press("f9")
        assert "secondcoder suggest" in str(seat.top.query_one("#list")._empty)
        await seat.press("a", "v", "enter", "u")
        assert seat.decided() == []


async def test_bulk_lists_exactly_what_is_selected_and_is_logged_and_undone_as_one(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "v", "j", "v", "v", "k", "v", "B")
        assert "Decide these 2: Support" in seat.shown
        listed = seat.top.query_one("#page").plain
        assert [line.split()[:2] for line in listed] == [["D0", "1"], ["D0", "3"]]
        await seat.press("a")
        assert [verdicts(desk, place) for place in range(4)] == [["accept"], [], ["accept"], []]
        payloads = [json.loads(row[0]) for row in desk.study.db.execute("SELECT payload FROM log WHERE kind='decided'")]
        assert len({payload["bulk"] for payload in payloads}) == 1
        assert "accepted in bulk: 2" in seat.top_said
        await seat.settle()
        assert [row.split(" | ")[-1] for row in rows(seat)[:3]] == ["✓ accepted", "· open", "✓ accepted"]
        await seat.press("u")
        assert seat.decided() == []


async def test_a_long_list_is_read_to_its_end_before_it_decides(desk: Desk, sit: Sit) -> None:
    async with sit(desk, size=(80, 15)) as seat:
        await seat.press("f9", *["v"] * 12, "B")
        await seat.press("a", "a", "r")
        assert seat.decided() == [], "held down, the key of a verdict would otherwise read on by itself and decide"
        await seat.press("space")
        assert seat.top.query_one("#page").plain[-1].startswith("D0 13"), "every ninth turn is the moderator's"
        await seat.press("r")
        assert seat.decided() == ["reject"] * 12


async def test_escape_leaves_the_list_of_what_is_selected_without_a_trace(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9", "v", "B", "escape", "V")
        assert seat.decided() == []
        assert "selected" not in seat.shown


async def test_a_held_key_decides_once(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f9")
        await seat.press("a")
        await seat.press("a", "a", "a", gap=0.04)
        assert seat.decided() == ["accept"]


async def test_no_blind_segment_is_in_any_list(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(60, 60), core="0.5", arm="0.2")
    blind = {*desk.assigned("blind"), *desk.assigned("blind_then_shown")}
    desk.suggest({s: desk.candidates("Support", words=MARKER if s in blind else "") for s in desk.ids()})
    hidden = {desk.number(segment) for segment in blind}
    async with sit(desk, size=(160, 50)) as seat:
        await seat.press("f9")
        total = len(desk.ids()) - len(blind)
        assert f"· {total} suggestions" in seat.shown
        for _ in range(total):
            assert seat.top.line.number not in hidden
            assert MARKER not in seat.shown
            await seat.press("j")


async def test_a_page_is_read_when_it_is_looked_at(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(600,), core="0", arm="0")
    desk.suggest_everywhere()
    async with sit(desk) as seat:
        await seat.press("f9")
        assert desk.kinds().count("opened") < 80
        await seat.press("end")
        assert seat.top.line is not None
        assert seat.top.line.segment == desk.ids()[-1]
        assert desk.kinds().count("opened") < 210


async def test_the_documentation_lists_exactly_the_keys() -> None:
    text = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    section = text.split("\n## By code\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(.+?)` \| (.+?) \|$", section, re.MULTILINE)
    own = [row for group in REGISTRY.groups[:2] for row in REGISTRY.listed(group)]
    assert listed == own
