"""The log on screen: read in pages, followed, filtered, checked, and silent about what its reader may not see yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.checkpoint import read_checkpoint
from suggest.study.log_pages import read_page
from suggest.study.people import ensure_coder
from suggest.study.settings import set_setting
from tui.errands.errands import Errands
from tui.log import view
from tui.log.commands import REGISTRY
from tui.log.screen import LogScreen
from tui.log.view import Row, Rows
from tui.log.window import KEPT, Window

ROOT = Path(__file__).resolve().parents[3]
Make = Callable[..., Errands]


def rows(seat: Seat) -> list[str]:
    found: list[str] = [re.sub(" +", " ", row) for row in seat.top.query_one("#list").plain]
    return found


@pytest.mark.asyncio
async def test_the_newest_entry_stands_last_and_under_the_cursor(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "L")
        assert isinstance(seat.top, LogScreen)
        assert rows(seat)[-1].endswith(" | anna | decided | D0 1 · accept · Support")
        assert seat.top.query_one("#list").cursor == len(rows(seat)) - 1
        assert len(rows(seat)) == desk.entries()
        assert "study created | Study" in rows(seat)[1]


@pytest.mark.asyncio
async def test_a_code_whose_making_was_undone_is_said_to_be_gone(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("i")
        await seat.type("kettle talk")
        await seat.press("enter", "u", "u", "L")
        assert any(row.endswith("| decided | D0 1 · add · a code that is gone") for row in rows(seat))


@pytest.mark.asyncio
async def test_a_long_log_is_read_as_one_goes_there(desk: Desk, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "SIZE", 10)
    monkeypatch.setattr("tui.log.screen.NEAR", 3)
    async with sit(desk) as seat:
        await seat.press("L")
        assert len(rows(seat)) == 10
        newest = rows(seat)[-1]
        await seat.press("pageup")
        assert len(rows(seat)) > 10
        assert rows(seat)[-1] == newest
        await seat.press("home")
        assert "study created" in rows(seat)[1]
        assert seat.top.query_one("#list").cursor == 0
        await seat.press("end")
        assert rows(seat)[-1] == newest


@pytest.mark.asyncio
async def test_enter_shows_the_whole_entry_in_names(desk: Desk, sit: Sit) -> None:
    segment = desk.ids()[0]
    desk.done("memo", segment, text="[b]to be[/] thought about\x1b[31m")
    async with sit(desk) as seat:
        await seat.press("L", "up", "enter")  # the newest entry is the opening of the first segment
        shown = seat.shown
        assert "What: memo written" in shown
        assert f"D0 1  ({segment})" in shown
        assert "[b]to be[/] thought about␛[31m" in shown
        assert "Hash:" not in shown


@pytest.mark.asyncio
async def test_a_filter_takes_kinds_coders_and_citations(desk: Desk, sit: Sit) -> None:
    desk.done("memo", desk.ids()[0], coder="ben", text="x")
    desk.done("flag", desk.ids()[1])
    async with sit(desk) as seat:
        await seat.press("L", "k")
        await seat.type("flagged, D0 2")
        await seat.press("enter")
        assert [row.split(" | ")[1:] for row in rows(seat)] == [["anna", "flagged", "D0 2 · flag set"]]
        assert "only flagged, D0 2" in seat.shown
        await seat.press("k")
        await seat.type(", nobody")
        await seat.press("enter")
        assert "neither a kind of entry, nor a coder, nor a citation" in seat.top_said
        await seat.press("K")
        assert len(rows(seat)) > 20


@pytest.mark.asyncio
async def test_following_shows_what_colleagues_do_as_it_happens(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("L", "f")
        assert "following" in seat.shown
        ensure_coder(desk.study, "carla")
        seat.clock.move(1.5)
        await seat.settle()
        assert rows(seat)[-1].endswith(" | carla | coder added | carla · person")
        assert seat.top.query_one("#list").cursor == len(rows(seat)) - 1
        await seat.press("f")
        ensure_coder(desk.study, "dora")
        seat.clock.move(1.5)
        await seat.settle()
        assert "carla" in rows(seat)[-1]


@pytest.mark.asyncio
async def test_nothing_blind_and_no_colleagues_work_is_in_it(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(10,), core="0", arm="1")
    desk.suggest_everywhere(words="zqmarkerzq")
    segment = desk.ids()[0]
    desk.done("no_code", segment, coder="ben")
    async with sit(desk, (160, 50)) as seat:
        await seat.press("L")
        kinds = [row.split(" | ")[2] for row in rows(seat)]
        assert "suggested" not in kinds
        assert not any(row.split(" | ")[1] == "ben" and "no code" in row for row in rows(seat))
        await seat.press("enter")
        assert "exposure: blind_then_shown" in seat.shown or "exposure: blind" in seat.shown
        assert "sets: withheld" in seat.shown
    (hidden,) = read_page(desk.study, None, 1, backwards=True, keep=lambda entry: entry.kind == "decided").entries
    assert view.whole(desk.study, "anna", (hidden.clock, hidden.tick, hidden.replica, hidden.seq)) == []
    assert view.whole(desk.study, "ben", (hidden.clock, hidden.tick, hidden.replica, hidden.seq))


@pytest.mark.asyncio
async def test_a_checkpoint_is_written_where_it_is_wanted(desk: Desk, sit: Sit, tmp_path: Path) -> None:
    file = tmp_path / "roots.json"
    async with sit(desk) as seat:
        await seat.press("L", "C")
        seat.top.query_one("Input").value = str(file)
        await seat.press("enter")
        assert seat.top_said.startswith("roots.json: ")
        assert read_checkpoint(file).study == desk.study.id
        await seat.press("C")
        seat.top.query_one("Input").value = str(file)
        await seat.press("enter")
        assert "exists already" in seat.top_said


@pytest.mark.asyncio
async def test_verifying_goes_on_beside_and_says_what_came_of_it(desk: Desk, sit: Sit) -> None:
    async with sit(desk, errands=Errands(desk.study.path, "anna")) as seat:
        await seat.press("L", "V")
        await seat.errand("verify")
        assert re.fullmatch(r"Verified: \d+ entries, all content, everything that follows from them\.", seat.top_said)
        desk.study.db.execute("UPDATE code SET n = 99 WHERE n = 1")
        await seat.press("V")
        await seat.errand("verify")
        assert seat.top_said.startswith("NOT as it was logged, code, ")


@pytest.mark.asyncio
async def test_verifying_shows_a_bar_and_can_be_stopped(desk: Desk, sit: Sit, fake: Make) -> None:
    async with sit(desk, errands=fake("waiting", desk.study.path)) as seat:
        await seat.press("L", "V")
        await seat.errand("verify", lambda state: state.phase == "suggesting")
        assert "verifying ██████░" in seat.shown
        assert " c stop" in seat.shown
        await seat.press("V")
        assert "already" in seat.top_said
        await seat.press("c")
        await seat.errand("verify")
        assert "stopped" in seat.top_said


def _rows(first: int, last: int, further: int | None) -> Rows:
    found = tuple(Row((n, 0, "r", n), "", "", "", "") for n in range(first, last + 1))
    place = None if further is None else (further, 0, "r", further)
    return Rows(found, place, found[0].place if found else None, len(found))


def test_what_is_at_hand_stays_of_a_bounded_size_and_knows_both_its_ends() -> None:
    window = Window()
    window.begin(_rows(9_901, 10_000, 9_901), backwards=True)
    place = 9_901
    for _ in range(30):
        assert window.before == (place, 0, "r", place)
        assert window.earlier(_rows(place - 100, place - 1, place - 100)) == 100
        place -= 100
    assert len(window.rows) == KEPT
    assert window.after == window.rows[-1].place == (place + KEPT - 1, 0, "r", place + KEPT - 1)
    gone = window.later(_rows(place + KEPT, place + KEPT + 99, None))
    assert (gone, window.after, window.before) == (100, None, window.rows[0].place)


def test_the_documentation_lists_exactly_the_registrys_keys() -> None:
    text = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    section = text.partition("\n## Log\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(.+?)` \| (.+?) \|$", section, re.MULTILINE)
    groups = [group for group in REGISTRY.groups if group not in ("The program", "Other screens")]
    assert listed == [row for group in groups for row in REGISTRY.listed(group)]


@pytest.mark.asyncio
async def test_settings_are_told_as_they_are_set(desk: Desk, sit: Sit) -> None:
    for key, value in (("arm", "0.125"), ("timing", "full"), ("learn_every", "7"), ("site_order", "D0, D1")):
        set_setting(desk.study, desk.anna, key, value)
    async with sit(desk, (120, 30)) as seat:
        await seat.press("L")
        told = [row.rpartition(" | ")[2] for row in rows(seat) if "setting changed" in row]
        assert told[-4:] == ["arm = 0.125", "timing = full", "learn_every = 7", "site_order = D0, D1"]
