"""Search: what is found, how it reads, where Enter leads, and that only words of transcripts come up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.searching import Hit
from suggest.study.segments import Segment
from tui.search.excerpt import excerpt
from tui.search.screen import HOW, NONE, PAGE, SEARCH, SearchScreen

ROOT = Path(__file__).resolve().parents[3]
MARKER = "zqmarkerzq"


def hits(seat: Seat) -> list[str]:
    return seat.top.query_one("#hits").plain


async def look_for(seat: Seat, words: str) -> None:
    await seat.press("slash")
    await seat.type(words)
    await seat.press("enter")


@pytest.mark.asyncio
async def test_words_are_found_and_marked_and_enter_goes_there(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await look_for(seat, "turn 12")
        assert isinstance(seat.top, SearchScreen)
        assert hits(seat) == ["D0 13 | R0 | D0 ▏turn▕ ▏12▕: people said what they had to say."]
        assert "1 found" in seat.shown
        await seat.press("enter")
        assert seat.top is seat.screen
        assert seat.cite == "D0 13"


@pytest.mark.asyncio
async def test_other_words_are_looked_for_before_enter_goes_anywhere(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await look_for(seat, "turn 12")
        await seat.type(" nowhere")
        await seat.press("enter")
        assert hits(seat) == []
        assert seat.top.query_one("#hits")._empty == NONE
        await seat.press("enter")
        assert isinstance(seat.top, SearchScreen)
        await seat.press("escape")
        assert seat.cite == "D0 1"


@pytest.mark.asyncio
async def test_letters_and_question_marks_are_words_here(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("slash", "q", "question_mark", "a")
        assert seat.top.query_one("#typed").value == "q?a"
        assert seat.top.query_one("#hits")._empty == HOW
        assert seat.decided() == []


@pytest.mark.asyncio
async def test_further_hits_are_read_as_the_cursor_comes_near(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(130,), core="0", arm="0")
    async with sit(desk) as seat:
        await look_for(seat, "people")
        assert len(hits(seat)) == PAGE
        assert "more further down" in seat.shown
        for _ in range(12):
            await seat.press("pagedown")
        assert len(hits(seat)) == 130
        assert "130 found" in seat.shown


@pytest.mark.asyncio
async def test_what_was_looked_for_is_still_there_when_one_comes_back(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await look_for(seat, "turn 12")
        await seat.press("enter", "slash")
        assert hits(seat)[0].startswith("D0 13")
        await seat.press("enter")
        assert seat.cite == "D0 13"


@pytest.mark.asyncio
async def test_from_a_hit_of_the_moderator_one_comes_to_the_segment_beside_it(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await look_for(seat, '"turn 8:"')
        assert hits(seat)[0].startswith("D0 9")
        await seat.press("enter")
        assert seat.cite == "D0 10"
        assert "beside this segment" in seat.said


@pytest.mark.asyncio
async def test_nothing_of_suggestions_is_found_or_shown(make: Callable[..., Desk], sit: Sit) -> None:
    seen = []
    for name in ("Doubts", "Setting"):
        desk = make(sizes=(30,), core="1", arm="0")
        desk.suggest({s: desk.candidates(name, words=MARKER) for s in desk.ids()})
        async with sit(desk, size=(160, 50)) as seat:
            await look_for(seat, "people")
            seen.append(seat.shown)
            assert MARKER not in seat.shown
            await seat.press("escape")
            await look_for(seat, MARKER)
            assert hits(seat) == []
    assert seen[0] == seen[1]


def test_the_documentation_lists_exactly_the_keys() -> None:
    text = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    section = text.split("\n## Search\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(.+?)` \| (.+?) \|$", section, re.MULTILINE) == SEARCH.listed("Search")


def hit(text: str, *ranges: tuple[int, int]) -> Hit:
    """Found at these ranges of a segment that begins at 100."""
    segment = Segment("d.0", 0, "d", "D", 0, "data", None, 100, 100 + len(text), 1, 1, None, None, text)
    return Hit(segment, tuple((start + 100, end + 100) for start, end in ranges))


def test_an_excerpt_begins_a_little_before_the_first_word() -> None:
    text = "one two three four five six seven eight nine"
    assert excerpt(hit(text, (40, 44))) == "…five six seven eight ▏nine▕"
    assert excerpt(hit(text, (0, 3), (8, 13))) == "▏one▕ two ▏three▕ four five six seven eight nine"
    assert excerpt(hit(text, (4, 7), (6, 13), (7, 9))) == "one ▏two three▕ four five six seven eight nine"
    assert len(excerpt(hit("x" * 1_000_000, (500_000, 500_001)))) < 410
