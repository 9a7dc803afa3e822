"""While somebody reviews: new suggestions come without a jump, and the model learns without being asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.settings import set_setting
from tui.errands.errands import Errands, whole_run
from tui.errands.learning import rules

Make = Callable[..., Errands]
Called = Callable[[], list[str]]


@pytest.fixture
def bare(make: Callable[..., Desk]) -> Desk:
    """Everything shown, nothing suggested yet."""
    return make(sizes=(20,), core="0", arm="0")


def header(seat: Seat) -> str:
    return seat.header


async def suggest(seat: Seat) -> None:
    """Start a run and wait for its end."""
    assert seat.app.beside is not None
    assert seat.app.beside.errands.start(whole_run("lexical", "anna")) == ""
    await seat.errand("run")


@pytest.mark.asyncio
async def test_a_segment_without_suggestions_gets_them_where_it_lies(bare: Desk, sit: Sit, fake: Make) -> None:
    async with sit(bare, errands=fake("suggesting", bare.study.path)) as seat:
        assert "no suggestions yet: press S" in seat.everything
        cite = seat.cite
        seat.clock.move(5)
        await suggest(seat)
        assert seat.cite == cite
        assert any("Support" in line for line in seat.list)
        assert seat.said == "Run 7 is done: 3 answered."
        assert bare.kinds()[-1] == "opened"
        await seat.press("a", gap=0.1)
        assert seat.decided("accept") == []  # the key was meant for what lay there before
        await seat.press("a")
        assert seat.decided("accept") == ["accept"]


@pytest.mark.asyncio
async def test_the_choice_stays_on_a_code_of_ones_own(bare: Desk, sit: Sit, fake: Make) -> None:
    async with sit(bare, errands=fake("suggesting", bare.study.path)) as seat:
        await seat.press("c")
        await seat.type("money")
        await seat.press("enter")
        assert seat.screen.hand.board.row is not None
        own = seat.screen.hand.board.row.own
        assert own is not None
        await suggest(seat)
        assert seat.screen.hand.board.row.own == own
        assert len(seat.screen.hand.board.rows) == 2


@pytest.mark.asyncio
async def test_what_is_about_to_be_completed_does_not_change(bare: Desk, sit: Sit, fake: Make) -> None:
    async with sit(bare, errands=fake("suggesting", bare.study.path)) as seat:
        seat.screen.hand.board.declined = True
        await suggest(seat)
        assert "Support" not in "\n".join(seat.list)


@pytest.mark.asyncio
async def test_a_blind_segment_never_changes(make: Callable[..., Desk], sit: Sit, fake: Make) -> None:
    desk = make(sizes=(20,), core="0", arm="1")
    async with sit(desk, errands=fake("suggesting", desk.study.path)) as seat:
        assert seat.screen.hand.board.blind
        before, entries = seat.list, desk.entries()
        await suggest(seat)
        assert seat.list == before
        assert "opened" not in desk.kinds()[entries:]


@pytest.mark.asyncio
async def test_a_list_that_somebody_works_on_stays_as_it_is(desk: Desk, sit: Sit, fake: Make) -> None:
    async with sit(desk, errands=fake("suggesting", desk.study.path)) as seat:
        before = seat.list
        await suggest(seat)
        assert seat.list == before
        await seat.press("a")
        accepted = seat.list
        assert "accepted" in accepted[0]
        assert [line[3:] for line in accepted[1:]] == [line[3:] for line in before[1:]]
        await seat.press("enter", "enter")
        assert "Support" in seat.list[0]
        assert len(seat.screen.hand.board.rows) == 1  # the new run's single suggestion, on the next segment


async def decide(seat: Seat, count: int) -> None:
    for _ in range(count):
        await seat.press("0", "enter")
        if "anything missing?" in seat.said:
            await seat.press("enter")


@pytest.mark.asyncio
async def test_after_so_many_decisions_the_model_learns(desk: Desk, sit: Sit, fake: Make, called: Called) -> None:
    set_setting(desk.study, desk.anna, "learn_every", "4")
    async with sit(desk, errands=fake("waiting", desk.study.path)) as seat:
        await decide(seat, 1)
        assert called() == []
        await decide(seat, 1)
        await seat.errand("ahead", lambda state: state.phase == "suggesting")
        assert called()[0].startswith("suggest --profile=lexical --coder=anna --ahead=200 --order=document --prog")
        assert "learning …" in header(seat)
        await decide(seat, 4)
        assert len(called()) == 1  # one at a time
        assert seat.app.beside is not None
        seat.app.beside.errands.stop("ahead")
        await seat.errand("ahead")
        assert "learning" not in header(seat)
        await decide(seat, 1)
        await seat.errand("ahead", lambda state: state.phase == "suggesting")
        assert len(called()) == 2


@pytest.mark.asyncio
async def test_decisions_of_earlier_days_count(desk: Desk, sit: Sit, fake: Make, called: Called) -> None:
    set_setting(desk.study, desk.anna, "learn_every", "4")
    for segment in desk.ids()[:3]:
        desk.done("no_code", segment)
    async with sit(desk, errands=fake("done", desk.study.path)) as seat:
        assert called() == []
        await seat.press("0")
        await seat.errand("ahead")
        assert len(called()) == 1
        await seat.press("enter")
        assert len(called()) == 1  # and then they have counted


@pytest.mark.asyncio
@pytest.mark.parametrize("case", ["never", "no run", "another's model", "runs named"])
async def test_nobody_learns_where_that_is_not_wanted(
    make: Callable[..., Desk], sit: Sit, fake: Make, called: Called, case: str
) -> None:
    desk = make(sizes=(40,), core="0", arm="0")
    if case != "no run":
        profile = "chat" if case == "another's model" else "lexical"
        desk.suggest({segment: desk.candidates() for segment in desk.ids()}, profile)
    if case == "runs named":
        set_setting(desk.study, desk.anna, "current_runs", "1")
    if case == "never":
        set_setting(desk.study, desk.anna, "learn_every", "0")
    async with sit(desk, errands=fake("done", desk.study.path)) as seat:
        await decide(seat, 12)
        assert called() == []


@pytest.mark.asyncio
async def test_a_look_ahead_that_fails_is_told_once_and_stops_nobody(
    desk: Desk, sit: Sit, fake: Make, called: Called
) -> None:
    set_setting(desk.study, desk.anna, "learn_every", "2")
    async with sit(desk, errands=fake("fails", desk.study.path)) as seat:
        told: list[Any] = []
        say = seat.screen.tell
        seat.screen.tell = lambda sentence, *, warn=False: (told.append(sentence), say(sentence, warn=warn))  # type: ignore[method-assign]
        for _ in range(3):
            await decide(seat, 1)
            await seat.errand("ahead")
        assert len(called()) >= 2
        assert told == ["Learning failed, and the review goes on as it is: there is no room left."]
        assert "learning failed" in header(seat)
        assert seat.decided("no_code") == ["no_code"] * 3


@pytest.mark.asyncio
async def test_leaving_ends_the_run_and_says_so(bare: Desk, sit: Sit, fake: Make) -> None:
    async with sit(bare, errands=fake("waiting", bare.study.path)) as seat:
        assert seat.app.beside is not None
        seat.app.beside.errands.start(whole_run("lexical", "anna"))
        await seat.errand("run", lambda state: state.phase == "suggesting")
        assert "suggesting 33 %" in header(seat)
    assert seat.app.stopped_run == "Run 7 was stopped: 1 answered, 2 left. It can be gone on with."


def test_a_baseline_that_was_asked_last_is_not_what_learns(desk: Desk) -> None:
    def profile() -> str | None:
        return rules(desk.study, desk.anna).profile

    assert profile() == "lexical"  # where no other model was asked
    desk.suggest({desk.ids()[0]: desk.candidates()}, "embedded")
    desk.suggest({desk.ids()[0]: desk.candidates()}, "lexical")
    assert profile() in ("embedded", None)  # None where the weights are missing
