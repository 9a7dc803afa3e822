"""Going to another screen: also before the study is open, when nobody knows yet for whom anything is read."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from desk import Desk
from seat import HandClock, Seat

from suggest.study.study import Study
from tui.review.bench import Bench
from tui.review.choice import Choice
from tui.terminal.app import StudyApp
from tui.terminal.preferences import Preferences
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
