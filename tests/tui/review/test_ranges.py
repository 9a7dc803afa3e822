"""A range set by hand: by word, by sentence, over turns and with the mouse; it lies where the codes then lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from seat import Seat, Sit

from suggest.study.segments import Segment, SegmentReader
from suggest.study.units import read_unit
from tui.review.card import Card
from tui.review.span import Span, begun, by_turn, by_unit, cited, dragged, other_end, words_in
from tui.review.widgets.talk import Talk


def laid(desk: Desk, segment: str) -> list[str]:
    """The words on which anna's codings of a segment lie."""
    found = read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment)).state.codings
    documents = {s.start: s for s in SegmentReader(desk.study).span(0, 200) if s.document == segment.partition(".")[0]}
    text = "\n".join(s.text for _, s in sorted(documents.items()))
    return [text[coding.start : coding.end] for coding in found]


def talk(seat: Seat) -> str:
    return "\n".join(seat.screen.query_one(Talk).plain)


@pytest.mark.asyncio
async def test_words_and_sentences_move_the_end_and_tab_the_start(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("left_square_bracket")
        assert "▐D0 turn 0: people said what they had to▌say." in talk(seat)
        assert "9 words of D0 1 · the end moves, tab the start" in seat.said
        await seat.press("tab", "right_square_bracket", "right_square_bracket")
        assert "D0 turn▐0: people said what they had to▌say." in talk(seat)
        await seat.press("tab", "right_curly_bracket")
        assert "D0 turn▐0: people said what they had to say.▌" in talk(seat)
        assert seat.decided() == []


@pytest.mark.asyncio
async def test_the_next_code_lies_on_the_range_which_is_used_up(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("tab", *["right_square_bracket"] * 3, "tab", "left_curly_bracket")
        await seat.press(*["left_square_bracket"] * 4)
        await seat.press("a")
        assert laid(desk, desk.ids()[0]) == ["people said what"]
        assert "✎ Support" in seat.list[0]
        await seat.press("a")
        assert laid(desk, desk.ids()[0])[1].startswith("D0 turn 0"), "the next one lies on the whole segment"
        await seat.press("left_square_bracket", "c")
        await seat.type("place")
        await seat.press("enter")
        assert laid(desk, desk.ids()[0])[2] == "D0 turn 0: people said what they had to"
        assert "▐" not in talk(seat)


@pytest.mark.asyncio
async def test_an_edit_takes_another_code_and_the_range(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("left_square_bracket", "e")
        await seat.type("mon")
        await seat.press("enter")
        found = read_unit(desk.study, desk.round.id, desk.anna, desk.number(desk.ids()[0])).state.codings
        assert [coding.code for coding in found] == [desk.codes["Doubts/Money"]]
        assert laid(desk, desk.ids()[0]) == ["D0 turn 0: people said what they had to"]


@pytest.mark.asyncio
async def test_an_applied_code_is_laid_on_another_range(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("a", "1", "left_square_bracket", "equals_sign")
        assert laid(desk, desk.ids()[0]) == ["D0 turn 0: people said what they had to"]
        assert "▏D0 turn 0: people said what they had to▕say." in talk(seat)
        await seat.press("left_square_bracket", "a")
        assert laid(desk, desk.ids()[0]) == ["D0 turn 0: people said what they had"]
        await seat.press("u")
        assert seat.said == "undone: edit Support on D0 1"
        assert laid(desk, desk.ids()[0]) == ["D0 turn 0: people said what they had to"]


@pytest.mark.asyncio
async def test_a_code_of_ones_own_is_laid_on_another_range_and_undo_brings_it_back(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("c")
        await seat.type("place")
        await seat.press("enter", "3", "left_square_bracket", "equals_sign")
        assert laid(desk, desk.ids()[0]) == ["D0 turn 0: people said what they had to"]
        await seat.press("u", "u")
        assert laid(desk, desk.ids()[0]) == ["D0 turn 0: people said what they had to say."]


@pytest.mark.asyncio
async def test_a_range_over_turns_is_cited_and_coded(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("n", "n", "v", "J", "J")
        assert "range: D0 3–5" in seat.said
        assert "▐D0 turn 2: people" in talk(seat)
        assert "D0 turn 4: people said what they had to say.▌" in talk(seat)
        await seat.press("K", "c")
        await seat.type("place")
        await seat.press("enter")
        assert laid(desk, desk.ids()[2])[0].count("turn") == 2
        assert "+ Setting › Place  (D0 3–4)" in seat.list[2]
        assert "▏D0 turn 2" not in talk(seat)


@pytest.mark.asyncio
async def test_escape_drops_the_range_and_so_does_another_segment(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("left_square_bracket", "escape")
        assert "Range dropped" in seat.said
        assert "▐" not in talk(seat)
        await seat.press("left_square_bracket", "n", "a")
        assert laid(desk, desk.ids()[1]) == ["D0 turn 1: people said what they had to say."]


@pytest.mark.asyncio
async def test_a_range_that_could_not_be_used_stays(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("left_square_bracket")
        desk.study.db.execute("PRAGMA busy_timeout = 1")
        await seat.press("r")
        assert seat.screen.hand.board.span is not None, "a reject takes no range"


@pytest.mark.asyncio
async def test_a_blind_segment_takes_ranges_too(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(60, 60), core="1", arm="0")
    async with sit(desk) as seat:
        segment = desk.assigned("blind")[0]
        found = SegmentReader(desk.study).get(segment)
        assert found is not None
        await seat.press("g")
        await seat.type(found.cite)
        await seat.press("enter", "left_square_bracket", "1")
        assert laid(desk, segment) == [found.text.removesuffix(" say.")]


@pytest.mark.asyncio
async def test_the_mouse_draws_a_range_of_whole_words(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        area = seat.screen.query_one(Talk)
        row = next(y for y, line in enumerate(talk(seat).split("\n")) if "turn 0" in line) + 1
        column = area.plain[row - 1].index("people") + 1
        await seat.pilot.mouse_down(Talk, offset=(column + 2, row))
        await seat.pilot.hover(Talk, offset=(column + 8, row))
        await seat.pilot.mouse_up(Talk, offset=(column + 8, row))
        await seat.settle()
        assert "▐people said▌" in talk(seat)
        assert seat.decided() == []


# The same, without a screen


TEXTS = ("One two. Three, four!", "Fünf e\u0301 日本.", "six", "", "[/] seven 👩\u200d👧 eight? Nine")


def card_of(texts: list[str], here: int) -> Card:
    turns, place = [], 0
    for n, text in enumerate(texts):
        turn = Segment(f"d.{n}", n, "d", "D", n, "data", "R", place, place + len(text), n + 1, n + 1, None, None, text)
        turns.append(turn)
        place += len(text) + 3
    before, after = tuple(turns[:here]), tuple(turns[here + 1 :])
    return Card(turns[here], before, after, "main", "shown", True, (), (), False, False, False, False, 0, 1, False)


def test_from_turn_to_turn_an_end_takes_in_the_next_words() -> None:
    card = card_of(list(TEXTS), 0)
    span = by_unit(Span(0, 21, over=True), card, 1, "word")
    assert words_in(card, *span.range) == "One two. Three, four! Fünf"
    assert by_unit(span, card, -1, "word").end == 21
    assert by_unit(Span(0, 21), card, 1, "word") == Span(0, 21), "without v it stays in its segment"


def test_turns_are_taken_in_on_either_side() -> None:
    card = card_of(list(TEXTS), 1)
    span = begun(card, None)
    assert cited(card, *by_turn(span, card, -1).range) == "D 1–2"
    assert cited(card, *by_turn(by_turn(span, card, 1), card, -1).range) == "D 2"
    both = by_turn(other_end(by_turn(span, card, 1)), card, -1)
    assert cited(card, *both.range) == "D 1–3"


MOVES = ("word on", "word back", "sentence on", "sentence back", "turn on", "turn back", "tab")


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5), st.data(), st.lists(st.sampled_from(MOVES)))
def test_however_it_is_moved_a_range_has_words_of_its_segment(
    texts: list[str], data: st.DataObject, steps: list[str]
) -> None:
    here = data.draw(st.sampled_from([i for i, text in enumerate(texts) if text] or [0]))
    card = card_of(texts, here)
    if not card.segment.text:
        return
    span = begun(card, None)
    for step in steps:
        unit, _, way = step.partition(" ")
        by = 1 if way == "on" else -1
        if unit == "tab":
            span = other_end(span)
        elif unit == "turn":
            span = by_turn(span, card, by)
        else:
            span = by_unit(span, card, by, "word" if unit == "word" else "sentence")
        assert span.start < span.end
        assert span.start < card.segment.end
        assert span.end > card.segment.start
        if not span.over:
            assert card.segment.start <= span.start < span.end <= card.segment.end


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5), st.data())
def test_what_the_mouse_draws_touches_the_segment_or_is_nothing(texts: list[str], data: st.DataObject) -> None:
    card = card_of(texts, data.draw(st.integers(0, len(texts) - 1)))
    last = max(turn.end for turn in (*card.before, card.segment, *card.after))
    found = dragged(card, data.draw(st.integers(0, last)), data.draw(st.integers(0, last)))
    if found is not None:
        assert found.start < found.end
        assert found.start < card.segment.end
        assert found.end > card.segment.start
