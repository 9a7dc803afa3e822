"""Progress: the figures as they are on screen, one's own alone where they are one's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.own_work import OwnWork
from suggest.study.rounds import open_round
from tui.documents.screen import DocumentsScreen
from tui.progress.screen import ProgressScreen
from tui.progress.telling import days
from tui.terminal.lines import Lines


def figures(seat: Seat) -> str:
    return " ".join("\n".join(seat.top.query_one("#sums", Lines).plain).split())


@pytest.mark.asyncio
async def test_f4_and_its_letter_lead_to_done_and_left(desk: Desk, sit: Sit) -> None:
    for segment in desk.ids()[:6]:
        desk.done("complete", segment)
    async with sit(desk) as seat:
        await seat.press("f4")
        assert isinstance(seat.top, ProgressScreen)
        assert "anna you ████░░░░░░░░░░ 6/18" in figures(seat)
        assert "12 left, 0 flagged, 0 put off, 0 with something unsure" in figures(seat)
        assert seat.top.query_one("#documents").plain == ["D0 | ████░░░░░░░░░░ | 6 | 12"]
        await seat.press("escape", "P")
        assert isinstance(seat.top, ProgressScreen)


@pytest.mark.asyncio
async def test_what_is_decided_in_the_review_is_counted(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "r", "exclamation_mark", "enter", "P")
        assert "1 flagged" in figures(seat)
        assert "accepted of shown suggestions 1 of 2 (50 %) in 1 segment;" in figures(seat)
        assert "this is no measure of agreement" in figures(seat)


@pytest.mark.asyncio
async def test_ones_own_pace_is_shown_when_asked_for_and_hidden_again(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("P")
        assert "your pace" not in figures(seat)
        await seat.press("y")
        assert "your pace too little work to say" in figures(seat)
        await seat.press("y")
        assert "your pace" not in figures(seat)


@pytest.mark.asyncio
async def test_another_round_of_ones_own_and_the_way_to_the_documents(desk: Desk, sit: Sit) -> None:
    open_round(desk.study, desk.anna, "second", coders=[desk.anna])
    async with sit(desk) as seat:
        await seat.press("P")
        first = seat.top.query_one("#title", Lines).plain
        await seat.press("r")
        assert seat.top.query_one("#title", Lines).plain != first
        await seat.press("d")
        assert isinstance(seat.top, DocumentsScreen)


@pytest.mark.asyncio
async def test_figures_that_do_not_fit_are_scrolled(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    for n in range(20):
        desk.done("complete", desk.ids()[0], coder=f"coder{n:02}")
    async with sit(desk) as seat:
        await seat.press("P")
        assert "Nothing is completed yet." not in "".join(seat.top.query_one("#sums", Lines).plain[:16])
        await seat.press(*["J"] * 9)
        assert seat.top.query_one("#sums", Lines).plain[-1].strip() == "Nothing is completed yet."
        assert len(seat.top.query_one("#sums", Lines).plain) <= 16
        await seat.press(*["K"] * 9)
        assert seat.top.query_one("#sums", Lines).plain[0].strip() == "completed, by coder"


@pytest.mark.parametrize("width", [36, 76, 156])
def test_the_chart_keeps_to_its_width_and_shows_the_latest_days(width: int) -> None:
    work = OwnWork(completed=300, whole=True)
    work.completed_at.update({f"2026-03-{day:02}T09:00:00Z": day for day in range(1, 29)})
    drawn = ["".join(text for text, _ in line) for line in days(work, width)]
    assert max(len(line) for line in drawn) <= width
    assert drawn[1].endswith("(last 28)")
    assert "28 Mar" in drawn[-1]


@pytest.mark.asyncio
async def test_what_came_back_is_told_to_its_coder_alone(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="2", sizes=(20,))
    first = desk.ids()[:4]
    for segment in first:
        desk.apply(segment, "Support/Trust")
        desk.done("complete", segment)
    desk.apply(first[0], "Doubts")
    desk.done("complete", first[0])
    async with sit(desk) as seat:
        await seat.press("P")
        shown = figures(seat)
        assert "coded twice, you 1 of 2 segments that came back; 5 of 7 answers on a code (71 %) were the same" in shown
        assert "completed, by coder anna you" in shown
        assert "4/18" in shown
    async with sit(desk, coder="ben") as seat:
        await seat.press("P")
        assert "coded twice" not in figures(seat)
