"""Going to another screen: also before the study is open, when nobody knows yet for whom anything is read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from threading import Event

import pytest
from desk import Desk
from seat import HandClock, Seat, Sit

from suggest.study.study import Study
from tui.review.bench import Bench
from tui.review.choice import Choice
from tui.terminal.app import StudyApp
from tui.terminal.lines import Lines
from tui.terminal.places import PLACES
from tui.terminal.preferences import Preferences
from tui.terminal.registry import key_text
from tui.terminal.tour import TourScreen


@pytest.mark.asyncio
async def test_a_screen_asked_for_too_early_comes_when_the_study_is_open(make: Callable[..., Desk]) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    desk.done("complete", desk.ids()[0])
    open_it = Event()

    def slowly() -> Bench:
        open_it.wait()
        return Bench(desk.study.path, Choice(desk.anna, "anna"))

    clock = HandClock()
    app = StudyApp(slowly, lambda: Study.open(desk.study.path), clock=clock, preferences=Preferences())
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(desk, app, pilot, clock)
        await pilot.press("T")
        await pilot.pause()
        early = app.screen is app.review
        open_it.set()
        await seat.settle()
        await seat.settle()
        assert early
        assert isinstance(seat.top, TourScreen), "the first start shows it, above what was wished for"
        await seat.press("x")
        assert seat.top.HEADING == "Code tree"
        assert seat.top.owner.coder == desk.anna


@pytest.mark.asyncio
async def test_an_answer_for_a_screen_that_is_being_closed_ends_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("f5")
        rounds, done = seat.top, list[str]()
        await rounds.remove_children()  # as far as Textual has got when a screen is left
        rounds.read()
        rounds.ask(lambda bench: "stored", done.append)
        await seat.settle()
        assert seat.app.is_running
        assert done == []
        assert seat.screen.stale, "the review looks again when it is on top"


@pytest.mark.asyncio
async def test_every_screen_is_reached_by_key_and_letter_from_the_review_and_by_key_from_every_other(
    desk: Desk, sit: Sit
) -> None:
    async with sit(desk) as seat:
        for place in PLACES:
            for key in (place.key, place.letter):
                await seat.press(key)
                opened = seat.top
                assert isinstance(opened, place.load()), (place.id, key)
                await seat.press(place.key)
                assert seat.top is opened, "who is there already stays there"
                await seat.press("escape")
                assert seat.top is seat.screen, place.id
        for before, place in pairwise([*PLACES, PLACES[0]]):
            await seat.press(before.key, place.key)
            assert isinstance(seat.top, place.load()), (before.id, place.id)
            await seat.press("escape")
            assert seat.top is seat.screen, "screens do not pile up"


@pytest.mark.asyncio
async def test_help_and_palette_of_every_screen_offer_the_way_to_every_other(desk: Desk, sit: Sit) -> None:
    async with sit(desk, (80, 100)) as seat:
        for key in ("", *(place.key for place in PLACES)):
            await seat.press(*([key] if key else []))
            offered = [command.title for command in seat.app.get_system_commands(seat.top)]
            await seat.press("question_mark")
            told = [line.split(None, 1) for line in seat.top.query_one("#page", Lines).plain]
            for place in PLACES:
                assert place.title[0].upper() + place.title[1:] in offered, (key, place.id)
                assert any(key_text(place.key) in " ".join(line) for line in told), (key, place.id)
            await seat.press("escape", *(["escape"] if key else []))
            assert seat.top is seat.screen
