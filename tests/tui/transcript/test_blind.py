"""Documents, transcript and progress are the same to the letter whatever colleagues and models said of what a coder has
not answered yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit
from textual.widgets import TextArea

from tui.terminal.lines import Lines
from tui.terminal.table import Table
from tui.transcript.sheet import Sheet

pytestmark = pytest.mark.asyncio
Made = Callable[[str, str], Desk]
ANSWERED = 4


@pytest.fixture
def told(make: Callable[..., Desk]) -> Made:
    """A study in which ben applied a code to everything, a model suggested another one, and anna answered the first
    few segments."""

    def build(applied: str, suggested: str) -> Desk:
        desk = make(sizes=(30, 12), core="0.4", arm="0.3")
        desk.suggest({segment: desk.candidates(suggested, words=suggested) for segment in desk.ids()})
        for segment in desk.ids():
            desk.apply(segment, applied, coder="ben")
            desk.done("complete", segment, coder="ben")
        for segment in desk.ids()[:ANSWERED]:
            desk.apply(segment, "Setting")
            desk.done("complete", segment)
        return desk

    return build


def drawn(seat: Seat) -> str:
    widgets = [*seat.top.query(Lines), *seat.top.query(Table), *seat.top.query(Sheet)]
    return "\n".join("".join(p.text for p in w.render_line(y)) for w in widgets for y in range(w.size.height))


async def walked(desk: Desk, sit: Sit, *, beyond: int) -> list[str]:
    """What is drawn on the way through documents, progress and transcript, from turn `beyond` on."""
    found = []
    async with sit(desk, size=(160, 50)) as seat:
        for key in ("D", "down", "k", "escape", "o", "escape", "e", "escape", "f4", "y", "r"):
            await seat.press(key)
            found.append(drawn(seat))
        await seat.press("escape", "D", "enter")
        for _ in range(beyond):
            await seat.press("down")
        for key in ("m", "m", "M", "o", "escape", "end", "M"):
            await seat.press(key)
            sheet = seat.top.query(Sheet)
            lines = sheet.first().window if sheet else []
            rows = [sheet.first().plain[y] for y, (place, _) in enumerate(lines) if place.ordinal >= beyond]
            found.append("\n".join([*rows, *(line for part in seat.top.query("#said") for line in part.plain)]))
    return found


async def test_nothing_of_what_others_said_reaches_a_screen_before_ones_own_answer(told: Made, sit: Sit) -> None:
    one = await walked(told("Support", "Doubts"), sit, beyond=ANSWERED + 1)
    other = await walked(told("Doubts/Money", "Setting/Place"), sit, beyond=ANSWERED + 1)
    assert len("".join(one)) > 10_000
    assert one == other


async def test_after_ones_own_answer_the_margin_has_a_colleagues_code_beside_it(told: Made, sit: Sit) -> None:
    async with sit(told("Support/Trust", "Doubts"), size=(160, 50)) as seat:
        await seat.press("D", "enter")
        rows = seat.top.query_one(Sheet).plain
        assert all("│Setting" in row and "│Trust" in row for row in rows[:ANSWERED])
        assert not any("Trust" in row for row in rows[ANSWERED:])
        assert all("░" in row for row in rows[ANSWERED:8])
        said = set()
        for _ in range(2):
            await seat.press("m")
            said.add(seat.top_said)
        assert said == {
            f"{who} · “D0 turn 0: people said what they had to say.”" for who in ("Trust · ben", "Setting · you")
        }


async def test_a_legend_names_only_codes_that_may_be_seen(told: Made, sit: Sit) -> None:
    async with sit(told("Support/Trust", "Doubts"), size=(160, 50)) as seat:
        await seat.press("D", "down", "enter")
        (legend,) = seat.top.query_one("#legend", Lines).plain
        assert legend.split() == ["░", "after", "your", "answer"]


async def test_a_study_that_shows_colleagues_still_hides_them_in_blind_segments(
    make: Callable[..., Desk], sit: Sit
) -> None:
    desk = make(sizes=(40,), core="0.5", arm="0", peers="shown")
    for segment in desk.ids():
        desk.apply(segment, "Support/Trust", coder="ben")
        desk.done("complete", segment, coder="ben")
    async with sit(desk, size=(160, 50)) as seat:
        await seat.press("D", "enter")
        sheet = seat.top.query_one(Sheet)
        seen = {
            sheet.roll.turn(place.ordinal).id for y, (place, _) in enumerate(sheet.window) if "Trust" in sheet.plain[y]
        }
        assert seen == set(desk.assigned("shown"))
        assert len(seen) < len(desk.ids())


async def test_progress_counts_what_colleagues_completed_and_nothing_of_their_pace(told: Made, sit: Sit) -> None:
    async with sit(told("Support", "Doubts")) as seat:
        await seat.press("P")
        figures = "\n".join(seat.top.query_one("#sums", Lines).plain)
        assert "38/38" in figures
        assert "segments an hour" not in figures
        assert "(last 4)" in figures
        await seat.press("y")
        assert "\n".join(seat.top.query_one("#sums", Lines).plain).count("your pace") == 1


async def test_what_came_back_stands_in_the_margin_as_not_answered_yet(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="5")
    desk.suggest_everywhere()
    for segment in desk.ids()[:6]:
        for coder in ("ben", "anna"):
            desk.line(segment, coder)
            desk.apply(segment, "Support/Trust", coder)
            desk.done("complete", segment, coder)
    async with sit(desk, size=(160, 50)) as seat:
        await seat.press("D", "enter")
        first, second = seat.top.query_one(Sheet).plain[:2]
        assert "Trust" not in first and "–" not in first and "░" in first
        assert second.count("Trust") == 2


async def test_a_correction_says_nothing_of_what_came_back(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="1")
    for segment in desk.ids()[:2]:
        desk.line(segment)
        desk.apply(segment, "Support/Trust")
        desk.done("complete", segment)
    desk.line(desk.ids()[0])
    async with sit(desk) as seat:
        await seat.press("D", "enter", "x")
        seat.top.query_one(TextArea).text = "Something else altogether."
        await seat.press("ctrl+s")
        told = " ".join(seat.shown.split())
        assert "1 coding of yours keeps its words" in told  # the second segment's alone
        assert "Trust" not in told
