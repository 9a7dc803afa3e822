"""Examples, the digits of blind segments, long lists, the tour, the palette of commands, and keys without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit
from textual.command import CommandPalette

from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting
from suggest.study.units import read_unit
from tui.review.examples import ExamplesScreen
from tui.review.widgets.detail import Detail
from tui.review.widgets.suggestions import Suggestions
from tui.terminal.preferences import Preferences, read_preferences
from tui.terminal.reading import ReadingScreen
from tui.terminal.tour import TourScreen

pytestmark = pytest.mark.asyncio


def codes_on(desk: Desk, segment: str, coder: str | None = None) -> list[str]:
    found = read_unit(desk.study, desk.round.id, coder or desk.anna, desk.number(segment)).state.codings
    names = {id_: path for path, id_ in desk.codes.items()}
    return [names[coding.code] for coding in found]


def code_whole(desk: Desk, segment: str, code: str, coder: str = "anna") -> None:
    line = desk.line(segment)
    desk.done("add", segment, coder, code=code, range=[line["start"], line["end"]])


async def go_to_blind(seat: Seat, place: int = 0) -> str:
    """Go to one of the blind segments; its id."""
    segment = seat.desk.assigned("blind")[place]
    found = SegmentReader(seat.desk.study).get(segment)
    assert found is not None
    await seat.press("g")
    await seat.type(found.cite)
    await seat.press("enter")
    assert seat.cite == found.cite
    return segment


@pytest.fixture
def blind(make: Callable[..., Desk]) -> Desk:
    """Everything in the blind core, with suggestions that nobody may see yet."""
    desk = make(sizes=(60, 60), core="1", arm="0")
    desk.suggest({s: desk.candidates("Doubts/Money", "Doubts", words="the model's reason") for s in desk.ids()})
    return desk


# Examples


async def test_x_shows_what_one_coded_with_the_code_elsewhere(desk: Desk, sit: Sit) -> None:
    segments = desk.ids()
    code_whole(desk, segments[3], "Support")
    code_whole(desk, segments[4], "Support", coder="ben")
    async with sit(desk) as seat:
        await seat.press("a", "1", "x")
        assert isinstance(seat.top, ExamplesScreen)
        assert "Examples of Support" in seat.shown
        assert "D0 4  R" in seat.shown
        assert "yours" in seat.shown
        assert "D0 1 " not in seat.shown.partition("Examples of")[2], "the segment itself is no example"
        assert "ben" not in seat.shown, "a colleague's work in an open round is none"
        await seat.press("escape")
        assert seat.decided() == ["add", "accept"]


async def test_without_examples_the_page_says_what_makes_the_first(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("x")
        assert "None yet" in seat.shown
        assert "closed rounds coded, comes here." in " ".join(seat.shown.split()), "not cut off"


async def test_wide_screens_have_examples_beside_the_segment_after_a_moment(desk: Desk, sit: Sit) -> None:
    code_whole(desk, desk.ids()[3], "Support")
    async with sit(desk, size=(160, 50)) as seat:
        side = seat.screen.query_one("#meaning", Detail)
        assert "D0 4" not in "\n".join(side.plain)
        seat.clock.move(0.3)
        await seat.settle()
        assert "D0 4" in "\n".join(side.plain)
        await seat.press("j")
        assert "D0 4" not in "\n".join(side.plain), "another code"


async def test_blind_examples_are_ones_own_and_of_a_code_one_names(blind: Desk, sit: Sit) -> None:
    async with sit(blind, size=(160, 50)) as seat:
        first = await go_to_blind(seat)
        await seat.press("1")
        assert len(codes_on(blind, first)) == 1
        await go_to_blind(seat, 1)
        await seat.press("x")
        await seat.type("mon")
        await seat.press("enter")
        assert "None yet" in seat.shown, "no suggestion and nobody else's word"
        assert "reason" not in seat.shown
        await seat.press("escape")
        seat.clock.move(1.0)
        await seat.settle()
        assert "reason" not in seat.everything
        assert seat.screen.query_one("#meaning", Detail).plain in ([], [""])


# Blind segments


async def test_why_segments_are_blind_is_said_once(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        said = []
        for place in range(3):
            await go_to_blind(seat, place)
            said.append("only unseen answers" in seat.said)
        assert said.count(True) <= 1
        assert seat.screen.hand._footnoted


async def test_the_digits_take_codes_of_ones_own_that_stay_there(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        segment = await go_to_blind(seat)
        await seat.press("number_sign", "2")
        await seat.type("place")
        await seat.press("enter", "escape")
        assert "2 Place" in "\n".join(seat.list)
        await seat.press("2")
        assert codes_on(blind, segment) == ["Setting/Place"]
    async with sit(blind) as seat:
        segment = await go_to_blind(seat, 1)
        await seat.press("2")
        assert codes_on(blind, segment) == ["Setting/Place"], "kept with the study"
    async with sit(blind, coder="ben") as seat:
        assert "2 Place" not in "\n".join(seat.list), "each coder's own"


async def test_the_digits_go_back_to_the_trees_first(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        await go_to_blind(seat)
        before = list(seat.list)
        await seat.press("number_sign", "1")
        await seat.type("place")
        await seat.press("enter", "delete", "escape")
        assert seat.list == before


# Lists


async def test_with_more_than_nine_lines_digits_mean_those_in_sight(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest({s: desk.candidates("Support", "Doubts") for s in desk.ids()})
    start = desk.line(desk.ids()[0])["start"]
    for place in range(10):
        desk.done("add", desk.ids()[0], code=desk.codes["Setting/Place"], range=[start + place, start + place + 3])
    async with sit(desk) as seat:
        assert len(seat.screen.hand.board.rows) in (11, 12)
        last_line = len(seat.screen.hand.board.rows) - 1
        for _ in range(last_line):
            await seat.press("j")
        area = seat.screen.query_one(Suggestions)
        last = [line for line in area.plain if line.startswith(" ▸")]
        assert len(last) == 1
        digit = last[0].split()[1]
        assert digit.isdigit()
        await seat.press("k", "k", digit)
        assert seat.screen.hand.board.chosen == last_line


async def test_a_click_on_a_line_chooses_and_on_the_footer_does_what_the_key_does(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        seat.clock.move(1)
        await seat.pilot.click(Suggestions, offset=(8, 1))
        await seat.settle()
        assert seat.list[1].startswith(" ▸")
        assert seat.decided() == []
        seat.clock.move(1)
        await seat.pilot.click("#keys", offset=(2, 0))
        await seat.settle()
        assert codes_on(desk, desk.ids()[0]) == ["Support/Trust"]


# The program


async def test_the_first_start_shows_five_lines_and_the_next_does_not(desk: Desk, sit: Sit) -> None:
    async with sit(desk, preferences=Preferences()) as seat:
        assert isinstance(seat.top, TourScreen)
        await seat.press("a")
        assert seat.top is seat.screen
        assert seat.decided() == [], "the key that ends the tour decides nothing"
    assert read_preferences().toured
    async with sit(desk, preferences=read_preferences()) as seat:
        assert seat.top is seat.screen
        await seat.press("f12")
        assert isinstance(seat.top, TourScreen)


async def test_the_palette_of_commands_offers_all_that_applies(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        offered = {command.title for command in seat.app.get_system_commands(seat.screen)}
        assert {"Accept the chosen suggestion", "Mask a name: the range's words, for good",
                "Accept the chosen suggestion, then what done does"} <= offered  # fmt: skip
        await seat.press("ctrl+p")
        assert isinstance(seat.top, CommandPalette)
        await seat.type("unsure about")
        for _ in range(5):
            await seat.settle()
        await seat.press("enter")
        await seat.settle()
        if seat.top is not seat.screen:
            await seat.press("enter")
        await seat.settle()
        assert seat.decided() == ["unsure"]


async def test_work_elsewhere_carries_nothing_of_the_review_out_again(desk: Desk, sit: Sit) -> None:
    async with sit(desk, keys={"review": {"accept_and_complete": ("A",)}}) as seat:
        await seat.press("2", "A")
        assert "anything missing?" in seat.said
        seat.screen.renew()
        await seat.settle()
        assert seat.decided() == ["accept"]
        assert seat.cite == "D0 1"


async def test_ctrl_c_ends_nothing_and_names_the_key_that_does(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("ctrl+c")
        assert [note.message for note in seat.app._notifications] == [
            "q leaves the review, ctrl+q from anywhere. Everything is stored."
        ]


async def test_accept_and_complete_can_be_given_a_key(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("A")
        assert seat.decided() == [], "it has none by itself"
    async with sit(desk, keys={"review": {"accept_and_complete": ("A",)}}) as seat:
        await seat.press("2", "A")
        assert "not applied · anything missing?" in seat.said
        await seat.press("enter")
        assert seat.decided() == ["accept", "complete"]
        assert codes_on(desk, desk.ids()[0]) == ["Support/Trust"]


async def test_everything_of_a_session_can_be_undone_and_done_again(desk: Desk, sit: Sit) -> None:
    set_setting(desk.study, desk.anna, "reject_reasons", "too broad")
    async with sit(desk) as seat:
        await seat.press("a", "r", "enter", "enter")
        await seat.press("0", "exclamation_mark", "enter", "enter")
        await seat.press("i")
        await seat.type("kettle talk")
        await seat.press("enter", "e")
        await seat.type("mon")
        await seat.press("enter", "s")
        done = seat.decided()
        assert len(done) >= 8
        for _ in range(40):
            await seat.press("u")
            if not seat.decided():
                break
        assert seat.decided() == []
        for _ in range(40):
            if len(seat.decided()) == len(done):
                break
            await seat.press("ctrl+r")
        assert seat.decided() == done


async def test_help_shows_the_keys_that_are_there(desk: Desk, sit: Sit) -> None:
    async with sit(desk, size=(100, 50)) as seat:
        await seat.press("question_mark")
        assert isinstance(seat.top, ReadingScreen)
        page = seat.shown
        for _ in range(6):
            await seat.press("pagedown")
            page += seat.shown
        for words in ("ctrl+x", "in the participant's words", "examples of the chosen code", "by a sentence"):
            assert words in page
