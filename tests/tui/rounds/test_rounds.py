"""The screen of the rounds: who codes what and how far, and that each change is told, asked and entered in the log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.assigned import assigned
from suggest.study.claims import put_claims
from suggest.study.people import ensure_coder, find_coder
from suggest.study.rounds import Round, find_round, open_round, rounds
from suggest.study.settings import set_setting
from suggest.study.study import Study

pytestmark = pytest.mark.asyncio


@pytest.fixture
def team(make: Callable[..., Desk]) -> Desk:
    """Two documents and a core; bo completed three segments."""
    desk = make(sizes=(20, 20), core="0.5", arm="0")
    for segment in desk.ids()[:3]:
        desk.done("complete", segment, "bo")
    return desk


def round_(desk: Desk, name: str) -> Round:
    return find_round(desk.study, name)


def people(seat: Seat) -> list[str]:
    found: list[str] = seat.top.query_one("#people").plain
    return found


async def fill(seat: Seat, *values: str) -> None:
    """Type into the fields of a form, one after the other, and hand it over."""
    for i, value in enumerate(values):
        if i:
            await seat.press("tab")
        await seat.type(value)
    await seat.press("ctrl+s")


async def test_it_shows_who_codes_what_and_how_far(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 30)) as seat:
        await seat.press("W")
        assert seat.top.table.plain == [f"main ● | main | open | everybody | all | all | {seat.top.line.core}"]
        assert seat.top.line.core > 0
        assert people(seat)[0].startswith("anna | 0 | 36 |")
        assert [row for row in people(seat) if row.startswith("bo | 3 | 33 |")]
        assert "not released" in seat.shown


async def test_it_shows_who_has_which_segment_open(team: Desk, sit: Sit) -> None:
    bo, main, number = ensure_coder(team.study, "bo"), team.round.id, team.number(team.ids()[4])
    with Study.open(team.study.path, write=True) as other, other.write(bo):  # by the clock that the screen goes by
        put_claims(other, main, bo, "there", [number])
    async with sit(team, size=(120, 30)) as seat:
        await seat.press("W")
        assert [row for row in people(seat) if row.startswith("bo |") and row.endswith("| D0 5")]


async def test_a_round_is_opened_after_it_was_told(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        before = team.entries()
        await seat.press("W", "n")
        await fill(seat, "trial", "\b", "bo, cleo", "D1", "", "2", "Support...")
        for words in (
            "Coders: bo, cleo",
            "Documents: D1",
            "2 coders for each",
            "Support and what lies",
            "cleo; nobody",
        ):
            assert words in seat.shown
        assert "Open already: main" in seat.shown
        assert team.entries() == before
        await seat.press("y")
        made = round_(team, "trial")
        assert (made.purpose, made.overlap, made.scope, made.documents) == ("main", 2, "branch", (team.documents[1],))
        assert made.scope_code == team.codes["Support"]
        cleo = find_coder(team.study, "cleo")
        assert cleo is not None
        assert made.coders is not None
        assert cleo.id in made.coders
        assert seat.top_said == "round trial is open"


async def test_what_cannot_be_opened_is_said_and_what_was_typed_stays(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        await seat.press("W", "n")
        await fill(seat, "main")
        assert "needs a name of its own" in seat.shown
        await seat.type("2")
        await seat.press("tab", "ctrl+s", "escape")
        await fill(seat, "s")
        assert "no such purpose" in seat.shown
        assert seat.top.values["name"] == "main2"
        assert [item.name for item in rounds(team.study)] == ["main"]


async def test_documents_are_assigned(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        await seat.press("W", "a")
        await fill(seat, "bo", "D1")
        assert "bo codes: D1 (18 segments of data, at most)" in seat.shown
        assert "3 completed, 33 left" in seat.shown
        await seat.press("y")
        bo = ensure_coder(team.study, "bo")
        assert assigned(team.study, team.round.id)[bo].documents == (team.documents[1],)
        assert "round_assigned" in team.kinds()
        assert [row for row in people(seat) if row.startswith("bo | 3 | 18 | ") and "| D1 |" in row]


async def test_segments_are_assigned_by_citation(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        await seat.press("W", "a")
        await fill(seat, "bo", "", "", "D0 1-10; D1 2")
        assert "10 segments" in seat.shown
        await seat.press("y")
        assert assigned(team.study, team.round.id)[ensure_coder(team.study, "bo")].segments == 10


async def test_a_citation_of_nothing_is_refused(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        await seat.press("W", "a")
        await fill(seat, "bo", "", "", "D0 90")
        assert "no segment of data lies there" in seat.shown
        assert assigned(team.study, team.round.id) == {}


async def test_the_documents_are_divided_evenly(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        await seat.press("W", "s")
        await seat.press(*["backspace"] * 30)
        await seat.type("anna, bo")
        await seat.press("ctrl+s")
        assert "(18 segments of data)" in seat.shown
        await seat.press("y")
        given = assigned(team.study, team.round.id)
        assert sorted(item.documents for item in given.values() if item.documents) == sorted(
            (document,) for document in team.documents
        )


async def test_closing_says_what_is_left_and_releasing_what_it_means(team: Desk, sit: Sit) -> None:
    async with sit(team, size=(120, 40)) as seat:
        await seat.press("W", "R")
        assert seat.top.HEADING == "Rounds: who codes what"
        await seat.press("c")
        assert "anna 36, bo 33 segments" in seat.shown
        await seat.press("escape")
        assert round_(team, "main").state == "open"
        await seat.press("c", "y")
        assert (round_(team, "main").state, round_(team, "main").released) == ("closed", False)
        assert seat.top_said == "round main is closed; R releases its core"
        await seat.press("R")
        assert "cannot be measured against this core any more" in seat.shown
        await seat.press("y")
        assert round_(team, "main").released
        assert team.kinds()[-2:] == ["round_closed", "core_released"]
        await seat.press("R", "c", "a", "s", "t")
        assert team.kinds()[-1] == "core_released"


async def test_one_takes_part_in_a_round(team: Desk, sit: Sit) -> None:
    async with sit(team) as seat:
        set_setting(team.study, team.anna, "core", "0.2")
        open_round(team.study, team.anna, "second")
        open_round(team.study, team.anna, "others", coders=[ensure_coder(team.study, "bo")])
        await seat.press("W")
        assert seat.top.line.round.name == "second"
        await seat.press("t", "y")
        assert seat.top_said == "you take part in second: 36 segments left"
        await seat.press("t")
        assert seat.top_said == "You take part in this round already."
        await seat.press("j", "t")
        assert "you are not among them" in seat.top_said


async def test_the_review_goes_on_in_the_newest_round(team: Desk, sit: Sit) -> None:
    async with sit(team) as seat:
        await seat.press("W", "n")
        await fill(seat, "second", "", "", "D1")
        await seat.press("y", "escape")
        assert seat.top is seat.screen
        assert seat.cite.startswith("D1")


async def test_without_an_open_round_the_review_says_so(team: Desk, sit: Sit) -> None:
    async with sit(team) as seat:
        await seat.press("W", "c", "y", "escape")
        assert "No round is open" in seat.said


async def test_nothing_that_anybody_coded_reaches_it(make: Callable[..., Desk], sit: Sit) -> None:
    seen = []
    for name in ("Support/Trust", "Setting/Place"):
        desk = make(sizes=(20,), core="0.5", arm="0")
        desk.suggest({segment: desk.candidates(name) for segment in desk.ids()})
        for n, segment in enumerate(desk.ids()[:4]):
            desk.done("add", segment, "bo", code=desk.codes[name], range=[60 * n, 60 * n + 9]) if n == 0 else None
            desk.done("complete", segment, "bo")
        async with sit(desk) as seat:
            await seat.press("W")
            seen.append(seat.shown)
    assert seen[0] == seen[1]
