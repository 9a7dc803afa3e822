"""The screen of the settings: what each means, that a change is an entry, and what is the user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.settings import SETTINGS, get_setting
from tui.review.commands import REVIEW
from tui.settings.view import key_file_text
from tui.settings.words import MORE
from tui.terminal.keyfile import key_file, read_keys
from tui.terminal.preferences import Preferences, read_preferences, write_preferences

pytestmark = pytest.mark.asyncio


async def at(seat: Seat, key: str) -> None:
    """Open the settings and put the cursor on one."""
    await seat.press("comma")
    rows = [row.split(" | ")[0] for row in seat.top.table.plain]
    seat.top.table.choose(rows.index(key))
    await seat.settle()


def entries(desk: Desk) -> int:
    """How many entries of the log change a setting."""
    return desk.kinds().count("setting_changed")


async def test_every_setting_is_there_with_its_value_default_and_meaning(desk: Desk, sit: Sit) -> None:
    async with sit(desk, size=(160, 50)) as seat:
        await seat.press("comma")
        rows = {row.split(" | ")[0]: row for row in seat.top.table.plain}
        assert set(SETTINGS) <= set(rows)
        assert set(SETTINGS) == set(MORE)
        assert rows["core"] == f"core | 0 | 0.2 | {SETTINGS['core'].meaning}"


async def test_it_says_why_times_are_coarse(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await at(seat, "timing")
        assert "keeps the minute of an entry and no second, on purpose" in " ".join(seat.shown.split())


async def test_a_share_is_changed_and_is_an_entry(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        before = entries(desk)
        await at(seat, "arm")
        await seat.press("enter", "backspace")
        await seat.type("0.1")
        await seat.press("enter")
        assert get_setting(desk.study, "arm") == 0.1
        assert entries(desk) == before + 1
        assert seat.top_said == "arm = 0.1"


async def test_what_is_not_allowed_is_said_in_the_form(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        before = entries(desk)
        await at(seat, "overlap")
        await seat.press("enter")
        await seat.type("x")
        await seat.press("enter")
        assert "a whole number from 0 to 1000000 is needed" in seat.shown
        assert seat.top.values == {"value": "0x"}
        assert entries(desk) == before


async def test_a_choice_is_taken_from_a_list(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await at(seat, "peers")
        await seat.press("enter")
        assert "not before both have completed" in seat.shown
        await seat.press("down", "enter")
        assert get_setting(desk.study, "peers") == "shown"


async def test_reject_reasons_are_a_list_and_may_hold_commas(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await at(seat, "reject_reasons")
        await seat.press("enter")
        await seat.type("vague, in short")
        await seat.press("enter")
        await seat.type("off topic")
        await seat.press("ctrl+s")
        assert get_setting(desk.study, "reject_reasons") == ("vague, in short", "off topic")
        await seat.press("escape", "r")
        assert "off topic" in seat.said


async def test_the_default_comes_back_as_an_entry(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        before = entries(desk)
        await at(seat, "core")
        await seat.press("backspace")
        assert get_setting(desk.study, "core") == 0.2
        assert entries(desk) == before + 1
        await seat.press("backspace")
        assert seat.top_said == "It has its default already."
        assert entries(desk) == before + 1


async def test_the_theme_is_kept_for_the_next_start(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await at(seat, "theme")
        await seat.press("enter")
        await seat.press(*["up"] * 30, "down", "enter")
        chosen = sorted(seat.app.available_themes)[1]
        assert seat.app.theme == chosen
        assert read_preferences().theme == chosen


async def test_the_key_file_is_told_of_and_written_once(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await at(seat, "keys")
        await seat.press("enter")
        assert 'accept = "y"' in seat.shown
        await seat.press("y")
        assert key_file().exists()
        assert read_keys() == {name: {} for name in read_keys()}
        key_file().write_text('[review]\naccept = "y"\n', encoding="utf-8")
        await seat.press("enter", "y")
        assert "is there already" in seat.top_said
        assert key_file().read_text(encoding="utf-8").startswith("[review]")


async def test_the_written_file_names_every_command_and_changes_none() -> None:
    text = key_file_text([REVIEW])
    assert tomllib.loads(text) == {"review": {}}
    freed = tomllib.loads("\n".join(line.removeprefix("# ") for line in text.splitlines()[1:]))
    assert freed["review"] == {command.id: list(command.keys) for command in REVIEW.commands}


async def test_the_tour_comes_again(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await at(seat, "tour")
        await seat.press("enter")
        assert "u undoes" in seat.shown
        await seat.press("escape")
        assert seat.top.HEADING == "Settings"


async def test_the_tour_comes_at_the_first_start_only(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(10,), core="0", arm="0")
    async with sit(desk, preferences=Preferences()) as seat:
        assert "u undoes" in seat.shown
        await seat.press("escape")
        assert seat.top is seat.screen
        assert seat.cite == "D0 1"
    assert read_preferences().toured
    async with sit(desk, preferences=read_preferences()) as seat:
        assert seat.top is seat.screen


async def test_preferences_that_cannot_be_read_keep_nobody_from_work(desk: Desk, sit: Sit) -> None:
    write_preferences(Preferences("no such theme", True))
    async with sit(desk, preferences=read_preferences()) as seat:
        assert seat.cite == "D0 1"
    key_file().with_name("preferences.toml").write_bytes(b"\xff[[")
    assert read_preferences() == Preferences()


async def test_own_keys_that_do_not_go_together_are_said_and_the_screen_stays_shut(desk: Desk, sit: Sit) -> None:
    async with sit(desk, keys={"settings": {"reset": ("enter",)}}) as seat:
        await seat.press("comma")
        assert seat.top is seat.screen
