"""Before a coder has committed, the code tree is the same whatever colleagues coded and models suggested."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting

pytestmark = pytest.mark.asyncio

KEYS = (
    "down", "enter", "escape", "d", "escape", "e", "ctrl+s", "escape", "escape", "escape", "r", "escape", "z", "escape",
    "g", "enter", "escape", "w", "escape", "u",
)  # fmt: skip
"""A way through everything that tells of a code."""


def coded(desk: Desk, name: str, segments: list[str]) -> None:
    """bo gives the code to these segments."""
    for segment in segments:
        found = SegmentReader(desk.study).get(segment)
        assert found is not None
        desk.done("add", segment, "bo", code=desk.codes[name], range=[found.start, found.end])
        desk.done("complete", segment, "bo")


async def walk(seat: Seat) -> list[str]:
    """What is on screen after each key of the way."""
    await seat.press("T")
    seen = [seat.shown]
    for key in KEYS:
        await seat.press(key)
        seen.append(seat.shown)
    return seen


@pytest.mark.parametrize("peers", ["hidden", "shown"])
async def test_in_a_blind_study_nothing_of_others_reaches_it(make: Callable[..., Desk], sit: Sit, peers: str) -> None:
    seen = []
    for name in ("Support/Trust", "Setting/Place"):
        desk = make(sizes=(40,), core="1", arm="0")
        set_setting(desk.study, desk.anna, "peers", peers)
        blind = [*desk.assigned("blind"), *desk.assigned("blind_then_shown")]
        desk.suggest({segment: desk.candidates(name, words=f"because {name}") for segment in blind})
        coded(desk, name, blind[:5])
        async with sit(desk, size=(160, 50)) as seat:
            seen.append(await walk(seat))
    assert seen[0] == seen[1]


async def test_where_suggestions_show_colleagues_codings_still_do_not(make: Callable[..., Desk], sit: Sit) -> None:
    seen = []
    for name in ("Support/Trust", "Setting/Place"):
        desk = make(sizes=(40,), core="0", arm="0")
        coded(desk, name, desk.ids()[:5])
        async with sit(desk, size=(160, 50)) as seat:
            seen.append(await walk(seat))
    assert seen[0] == seen[1]


async def test_what_both_have_completed_is_counted(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(40,), core="0", arm="0")
    coded(desk, "Support/Trust", desk.ids()[:5])
    for segment in desk.ids()[:2]:
        desk.done("complete", segment)
    async with sit(desk, size=(160, 50)) as seat:
        await seat.press("T", "down", "enter")
        assert seat.top.codes.plain[1].split(" | ")[1:3] == ["2", ""]
        assert [row.split(" | ")[1] for row in seat.top.segments.plain] == ["others", "others"]


async def test_what_models_suggest_for_blind_segments_is_not_counted(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(40,), core="0.5", arm="0")
    desk.suggest({segment: desk.candidates("Support/Trust") for segment in desk.ids()})
    shown = [segment for segment in desk.ids() if desk.line(segment)["suggestions"]]
    assert 0 < len(shown) <= 40 - len(desk.assigned("blind")) - len(desk.assigned("blind_then_shown"))
    async with sit(desk, size=(160, 50)) as seat:
        await seat.press("T")
        row = next(row for row in seat.top.codes.plain if "Trust" in row)
        assert row.split(" | ")[4] == str(len(shown))
