"""A file that cannot be written: the screen says so, keeps the decision, and goes on when it can."""

from __future__ import annotations

import sqlite3

import pytest
from desk import Desk
from seat import Sit

from suggest.study import connect

pytestmark = pytest.mark.asyncio


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's lock is given up at once."""
    monkeypatch.setattr(connect, "BUSY_MS", 0)


@pytest.mark.usefixtures("impatient")
async def test_a_decision_that_could_not_be_stored_is_kept_and_stored_once(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        other = sqlite3.connect(desk.study.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await seat.press("a")
        assert seat.said.startswith("Not stored: ")
        assert "another program is writing" in seat.said
        assert "· Support" in seat.list[0], "what is not on disk is not on screen"
        await seat.press("r")
        assert "not stored yet" in seat.said
        await seat.press("enter")
        assert seat.said.startswith("Not stored: ")
        other.execute("ROLLBACK")
        other.close()
        assert seat.decided() == []
        await seat.press("enter", gap=2)
        assert seat.decided() == ["accept"]
        assert "✓ Support" in seat.list[0]


@pytest.mark.usefixtures("impatient")
async def test_the_segment_stays_until_its_completion_is_on_disk(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("0")
        other = sqlite3.connect(desk.study.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await seat.press("enter")
        assert (seat.cite, seat.decided()) == ("D0 1", ["no_code"])
        other.execute("ROLLBACK")
        other.close()
        await seat.press("escape", "a", gap=2)
        assert seat.decided() == ["no_code", "accept"], "dropped with escape, and the keys live again"


async def test_on_a_full_disk_the_decision_is_kept_and_stored_once_there_is_room(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:

        async def allow(pages: str) -> None:
            seat.app.session.ask(lambda bench: bench.study.db.execute(pages).fetchall(), bool, bool)
            await seat.settle()

        await seat.press("0")
        await allow("PRAGMA max_page_count = 1")  # never fewer than there are: from now on none can be added
        for key in "u0" * 50:
            await seat.press(key)
            if seat.said.startswith("Not stored: "):
                break
        assert "no room left" in seat.said
        stood = seat.decided()
        assert stood == ([] if key == "0" else ["no_code"]), "what could not be stored has not happened"
        await seat.press("enter")
        assert seat.said.startswith("Not stored: ")
        await allow("PRAGMA max_page_count = 1000000")
        await seat.press("enter", gap=2)
        assert seat.decided() == (["no_code"] if key == "0" else []), "it was stored, and once"
        assert seat.cite == "D0 1"


async def test_what_is_declined_is_said_and_changes_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "0")
        assert "remove them first" in seat.said
        assert seat.decided() == ["accept"]


async def test_two_windows_of_one_coder_do_not_lose_each_others_work(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        desk.done("accept", desk.ids()[0], suggestion=desk.line(desk.ids()[0])["suggestions"][0]["id"])
        await seat.press("2", "a")
        assert "✓ Support" in seat.list[0]
        assert seat.decided() == ["accept", "accept"]
