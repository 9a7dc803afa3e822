"""Each key of the review does to the study what it says."""

from __future__ import annotations

import re

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.settings import set_setting
from suggest.study.units import codings, read_unit

pytestmark = pytest.mark.asyncio


def unit(desk: Desk, segment: str) -> tuple[list[str], bool]:
    """The codes that anna applied there, by id, and whether the segment is completed."""
    found = read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment))
    return [coding.code for coding in found.state.codings], found.completed


async def test_the_first_segment_comes_with_what_fits_and_the_rest_folded(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        assert seat.cite == "D0 1"
        assert "0/18" in seat.header
        assert [line.split()[:3] for line in seat.list[:2]] == [["▸", "1", "·"], ["2", "·", "Support"]]
        assert "strong" in seat.list[0]
        assert "3 more that do not seem to fit" in seat.list[2]


async def test_accept_is_one_key_and_the_choice_goes_on(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a")
        assert unit(desk, desk.ids()[0]) == ([desk.codes["Support"]], False)
        assert "1 ✓ Support" in seat.list[0]
        assert "accepted" in seat.list[0]
        assert seat.list[1].startswith(" ▸ 2 ·")


async def test_reject_then_a_letter_gives_the_reason_as_a_second_entry(desk: Desk, sit: Sit) -> None:
    set_setting(desk.study, desk.anna, "reject_reasons", "too broad, beside the point")
    async with sit(desk) as seat:
        await seat.press("r")
        letter = re.search(r"(\w) too broad", seat.said)
        assert letter is not None
        assert "✗ Support" in seat.list[0]
        await seat.press(letter[1])
        assert seat.decided() == ["reject", "reject"]
        assert "too broad" in seat.said


async def test_another_key_after_a_reject_keeps_its_meaning(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("r", "a")
        assert seat.decided() == ["reject", "accept"]


async def test_a_reason_is_asked_for_only_while_the_reject_is_the_last_thing_done(desk: Desk, sit: Sit) -> None:
    set_setting(desk.study, desk.anna, "reject_reasons", "too broad")
    for after in (("u",), ("s",), ("exclamation_mark",)):
        async with sit(desk) as seat:
            await seat.press("n", "r")
            assert "why?" in seat.said
            await seat.press(*after)
            assert "why?" not in seat.said
            before = seat.decided()
            await seat.press("R", "h")
            assert seat.decided() == before
            assert "A reason follows a reject" in seat.said


async def test_no_code_fits_stays_in_sight_below_a_long_list(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("o", "0")
        assert seat.list[-1].split() == ["0", "no", "code", "fits"]
    async with sit(desk, (80, 19)) as seat:
        await seat.press("o")
        assert seat.list[-1].split() == ["0", "no", "code", "fits", "▼", "1", "more"]
        await seat.press("j", "j", "j", "j")
        assert seat.list[0].startswith("   2 · Support › Trust"), "the digits stay those of the lines"
        assert seat.list[3].startswith(" ▸ 5")


async def test_what_is_to_be_known_of_a_segment_is_in_the_header(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("m")
        await seat.type("note")
        await seat.press("ctrl+s")
        assert "1 memo" in seat.header
        await seat.press("0", "enter", "enter")
        assert "done" not in seat.header
        await seat.press("p")
        assert "✓ done" in seat.header


async def test_unsure_and_later(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("s")
        assert "? Support" in seat.list[0]
        await seat.press("w")
        assert seat.cite == "D0 2"
        assert seat.decided() == ["unsure", "skip"]


async def test_the_second_suggestion_is_two_keys(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("2", "a")
        assert unit(desk, desk.ids()[0])[0] == [desk.codes["Support/Trust"]]


async def test_j_and_k_move_the_choice(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("j")
        assert seat.list[1].startswith(" ▸")
        await seat.press("k")
        assert seat.list[0].startswith(" ▸")


async def test_o_unfolds_and_folds(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("o")
        assert len(seat.list) == 5
        assert "weak" in seat.list[4]
        await seat.press("o")
        assert len(seat.list) == 3


async def test_enter_shows_what_is_not_applied_and_then_completes(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "enter")
        assert "– Support" in seat.list[1]
        assert "1 not applied · anything missing? c add" in seat.said
        assert not unit(desk, desk.ids()[0])[1]
        await seat.press("enter")
        assert unit(desk, desk.ids()[0]) == ([desk.codes["Support"]], True)
        assert seat.cite == "D0 2"
        assert "1/18" in seat.header
        assert seat.decided() == ["accept", "complete"], "what was not applied is no reject"


async def test_edit_puts_another_code_in_the_suggestions_place(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("e")
        await seat.type("mon")
        await seat.press("enter")
        assert unit(desk, desk.ids()[0])[0] == [desk.codes["Doubts/Money"]]
        assert "✎ Doubts › Money (for Support)" in seat.list[0]
        assert seat.decided() == ["edit"]


async def test_the_finder_offers_what_is_near_first(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("2", "e", "enter")
        assert unit(desk, desk.ids()[0])[0] == [desk.codes["Support"]]


async def test_escape_leaves_the_finder_without_a_trace(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c", "escape")
        assert seat.decided() == []
        await seat.press("a")
        assert seat.decided() == ["accept"]


async def test_a_code_is_added_and_taken_away(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c")
        await seat.type("place")
        await seat.press("enter")
        assert unit(desk, desk.ids()[0])[0] == [desk.codes["Setting/Place"]]
        assert "+ Setting › Place" in seat.list[2]
        await seat.press("3", "delete")
        assert unit(desk, desk.ids()[0])[0] == []


async def test_no_code_fits_is_said_and_one_enter_completes(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("0")
        assert "no code fits" in "".join(seat.list)
        await seat.press("enter")
        assert seat.decided() == ["no_code", "complete"]


async def test_undo_says_what_it_undid_and_redo_brings_it_back(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "u")
        assert seat.said == "undone: accept Support on D0 1"
        assert seat.decided() == []
        await seat.press("ctrl+r")
        assert seat.said == "done again: accept Support on D0 1"
        assert unit(desk, desk.ids()[0])[0] == [desk.codes["Support"]]


async def test_undo_over_a_border_goes_there_first(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "enter", "enter")
        await seat.press("u")
        assert seat.cite == "D0 1"
        assert seat.decided() == ["accept", "complete"], "the first press only goes there"
        await seat.press("u", "u")
        assert seat.decided() == []


async def test_next_and_previous_leave_everything_as_it_is(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("n", "n")
        assert seat.cite == "D0 3"
        await seat.press("p", "p", "p")
        assert seat.cite == "D0 1"
        assert seat.decided() == []


async def none_fits(seat: Seat) -> None:
    """Say that no code fits, and once more where it is asked whether anything is missing."""
    await seat.press("0", "enter")
    if "anything missing?" in seat.said:
        await seat.press("enter")


async def test_what_was_passed_by_comes_again_and_the_queue_never_says_empty_too_early(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("n")
        for _ in range(17):
            await none_fits(seat)
        assert seat.cite == "D0 1"
        await none_fits(seat)
        assert "All 18 segments are coded" in seat.said
        await seat.press("u")
        assert seat.cite == "D0 1"


async def test_go_to_a_citation(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("g")
        assert 'Go to (such as "D0 1")' in seat.shown
        assert "⏎ go" in seat.shown
        await seat.type("D0 7")
        await seat.press("enter")
        assert seat.cite == "D0 7"
        await seat.press("g")
        await seat.type("D0 9")
        await seat.press("enter")
        assert seat.cite == "D0 7"
        assert "not among what you code" in seat.said


async def test_q_leaves_without_asking_and_nothing_is_lost(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a")
        await seat.pilot.press("q")
        await seat.pilot.pause()
        assert not seat.app.is_running or seat.app._exit
    assert len(codings(desk.study, coder=desk.anna)) == 1


async def test_help_lists_every_command(desk: Desk, sit: Sit) -> None:
    async with sit(desk, size=(100, 50)) as seat:
        await seat.press("question_mark")
        page = "\n".join(seat.app.screen.query_one("#page").plain)  # type: ignore[attr-defined]
        assert "accept the chosen suggestion" in page
        assert "what is open is not applied" in page
        await seat.press("escape")
        assert seat.app.screen is seat.screen


async def test_keys_are_letters_while_typing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("m")
        await seat.type("aqru0")
        await seat.press("escape")
        assert seat.decided() == []
