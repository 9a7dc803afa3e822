"""The transcript: the whole text with codings in the margin, and what each key of it does to the study and its log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit
from textual.widgets import TextArea

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.documents import document_text, get_document
from suggest.study.segments import SegmentReader
from tui.terminal.meaning import Meaning
from tui.transcript.correcting import differing
from tui.transcript.margin import signs
from tui.transcript.screen import TranscriptScreen
from tui.transcript.sheet import Sheet

HUGE = 1_000_000


def sheet(seat: Seat) -> Sheet:
    found = seat.top.query_one(Sheet)
    assert isinstance(found, Sheet)
    return found


def _code(id_: str, name: str) -> Meaning:
    return Meaning(id_, None, name, name, 0, True, "", "", "", ())


def cite(seat: Seat) -> str:
    return str(seat.top.turn.cite)


@pytest.mark.asyncio
async def test_t_opens_the_transcript_at_the_segment_of_the_review(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("n", "n", "t")
        assert isinstance(seat.top, TranscriptScreen)
        assert cite(seat) == "D0 3"
        await seat.press("escape")
        assert seat.top is seat.screen
        assert seat.cite == "D0 3"


@pytest.mark.asyncio
async def test_enter_goes_to_the_segment_in_the_review_and_context_is_not_coded(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("t", "g")
        await seat.type("9")
        await seat.press("enter", "enter")
        assert "D0 9 is context (prompt)" in seat.top_said
        await seat.press("down", "enter")
        assert seat.top is seat.screen
        assert seat.cite == "D0 10"


@pytest.mark.asyncio
async def test_a_coding_made_in_the_review_stands_in_the_margin(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "t")
        assert sheet(seat).plain[0].rstrip("│┃ ").endswith("Su")
        assert "Su Support" in seat.shown


@pytest.mark.asyncio
async def test_m_goes_from_coding_to_coding_and_tells_it(desk: Desk, sit: Sit) -> None:
    for place in (2, 7):
        desk.apply(desk.ids()[place], "Doubts/Money")
    async with sit(desk) as seat:
        await seat.press("t", "m")
        assert cite(seat) == "D0 3"
        assert seat.top_said.startswith("Money · you · “D0 turn 2")
        await seat.press("m")
        assert cite(seat) == "D0 8"
        await seat.press("m")
        assert seat.top_said == "There is no coding after this one."
        await seat.press("M")
        assert cite(seat) == "D0 3"


@pytest.mark.asyncio
async def test_words_are_found_and_found_again_and_told_when_they_are_nowhere(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("t", "slash")
        await seat.type("turn 1")
        await seat.press("enter")
        assert cite(seat) == "D0 2"
        await seat.press("n")
        assert cite(seat) == "D0 11"
        await seat.press("N")
        assert cite(seat) == "D0 2"
        await seat.press("slash", "ctrl+u")
        await seat.type("whale")
        await seat.press("enter")
        assert "“whale” stands nowhere" in seat.top_said
        assert cite(seat) == "D0 2"


@pytest.mark.asyncio
async def test_a_correction_is_shown_first_and_then_kept_as_a_version(desk: Desk, sit: Sit) -> None:
    segment = desk.ids()[1]
    desk.apply(segment, "Support")
    async with sit(desk) as seat:
        await seat.press("t", "down", "x")
        before = desk.entries()
        seat.top.query_one(TextArea).text = "D0 turn 1: people said what they truly had to say."
        await seat.press("ctrl+s")
        assert "1 place of the text changes" in seat.shown
        assert "“…said what they had to say.” becomes “…said what they truly had to say.”" in " ".join(
            seat.shown.split()
        )
        assert desk.entries() == before
        await seat.press("enter")
        assert "D0 2 is corrected. All of your codings moved with their words." in seat.top_said
        held = get_document(desk.study, desk.documents[0])
        assert held.version == 1
        assert desk.kinds()[-1] == "text_corrected"
        turn = SegmentReader(desk.study).get(segment)
        assert turn is not None
        assert turn.text == "D0 turn 1: people said what they truly had to say."
        assert any("truly" in line for line in sheet(seat).plain)
        await seat.press("enter")
        assert "truly" in "\n".join(seat.screen.query_one("Talk").plain)


@pytest.mark.asyncio
async def test_a_correction_that_is_left_changes_nothing_and_is_dropped_only_when_asked_twice(
    desk: Desk, sit: Sit
) -> None:
    text = document_text(desk.study, desk.documents[0])
    async with sit(desk) as seat:
        await seat.press("t", "x")
        before = desk.entries()
        await seat.press("Z", "escape")
        assert "once more drops" in seat.shown
        await seat.press("escape")
        assert isinstance(seat.top, TranscriptScreen)
        assert (desk.entries(), document_text(desk.study, desk.documents[0])) == (before, text)


@pytest.mark.asyncio
async def test_a_segment_without_a_word_left_is_refused_before_it_is_stored(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("t", "x")
        before = desk.entries()
        seat.top.query_one(TextArea).text = ""
        await seat.press("ctrl+s", "enter")
        assert "would be left without a word" in " ".join(seat.shown.split())
        assert desk.entries() == before


@pytest.mark.asyncio
async def test_a_segment_gets_another_role_and_the_review_leaves_it(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("t", "o", "o")
        assert desk.kinds()[-1] == "role_set"
        turn = SegmentReader(desk.study).get(f"{desk.documents[0]}.0")
        assert turn is not None
        assert turn.role == "other"
        await seat.press("escape")
        assert seat.cite == "D0 2"


@pytest.mark.parametrize("size", [(80, 24), (40, 24), (160, 50)])
@pytest.mark.asyncio
async def test_no_line_is_wider_than_the_screen_and_each_turn_has_one_sign(
    desk: Desk, sit: Sit, size: tuple[int, int]
) -> None:
    async with sit(desk, size=size) as seat:
        await seat.press("t", "down")
        lines = sheet(seat).plain
        assert {len(line) for line in lines if line.strip()} == {size[0]}
        assert sum(line.startswith("▸") for line in lines) == 1
        assert seat.shown.count("D0") >= 1


@pytest.mark.asyncio
async def test_a_segment_of_a_million_characters_is_read_line_by_line(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(3,), core="0", arm="0")
    text = ("word " * (HUGE // 5)).strip()
    add_documents(
        desk.study, desk.anna, [NewDocument("Long", text, "turn", [NewSegment(0, len(text), "data", "R", 1, 1)])]
    )
    async with sit(desk) as seat:
        await seat.press("D", "down", "enter")
        assert sheet(seat).plain[0].startswith("▸Long 1")
        for key in ("down", "space", "end", "up", "home"):
            await seat.press(key)
        await seat.press("end")
        assert sheet(seat).plain[-1].strip("▌▸│┃ ")
        await seat.press("x")
        assert "of its 999999 characters" in seat.shown


def test_two_letters_stand_for_one_code_only() -> None:
    codes = [_code(f"id{n}", name) for n, name in enumerate(["Trust", "Trust", "Truth", "日本", "A", "Two words"])]
    found = signs(codes)
    assert len(set(found.values())) == len(codes)
    assert (found["id0"], found["id5"]) == ("Tr", "TW")


def test_a_difference_is_shown_where_it_is() -> None:
    before = "a" * 200 + " one " + "b" * 200
    assert differing(before, before.replace("one", "two")) == ("…one…", "…two…")
    assert differing("as it was", "as it was, and more") == ("as it was", "as it was, and more")
