"""In a blind segment the screen holds no suggestion, whatever is pressed; afterwards it holds both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.segments import SegmentReader
from suggest.study.units import read_unit, snapshot

pytestmark = pytest.mark.asyncio

RATIONALE = "because the model said so"


@pytest.fixture
def blind(make: Callable[..., Desk]) -> Desk:
    """Everything in the blind core; one code of the middle of the tree is suggested for each segment."""
    desk = make(sizes=(60, 60), core="1", arm="0")
    desk.suggest({s: desk.candidates("Doubts/Money", "Doubts", "Setting", words=RATIONALE) for s in desk.ids()})
    return desk


async def at(seat: Seat, exposure: str) -> str:
    """Go to the first segment of that exposure; its id."""
    segment = seat.desk.assigned(exposure)[0]
    found = SegmentReader(seat.desk.study).get(segment)
    assert found is not None
    await seat.press("g")
    await seat.type(found.cite)
    await seat.press("enter")
    assert seat.cite == found.cite
    return segment


async def commit(seat: Seat, segment: str) -> None:
    """Press Enter until the segment is completed: twice where "anything missing?" is asked."""
    desk = seat.desk
    for _ in range(3):
        if read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment)).completed:
            return
        await seat.press("enter")
    assert read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment)).completed


@pytest.mark.parametrize("exposure", ["blind", "blind_then_shown"])
async def test_no_key_brings_a_suggestion_up_before_the_answer(blind: Desk, sit: Sit, exposure: str) -> None:
    async with sit(blind, size=(160, 50)) as seat:
        segment = await at(seat, exposure)
        for key in ("a", "e", "r", "R", "s", "o", "j", "k", "space", "u", "ctrl+r"):
            await seat.press(key)
            card = seat.screen.hand.board.card
            assert card is not None
            assert card.segment.id == segment
            assert (card.proposals, card.visible) == ((), False)
            shown = seat.everything
            assert RATIONALE not in shown
            assert "not seem to fit" not in shown
            assert seat.app.screen is seat.screen
        assert seat.decided() == []


async def test_what_a_code_means_can_be_read_before_the_answer_and_the_reason_for_it_cannot(
    blind: Desk, sit: Sit
) -> None:
    async with sit(blind) as seat:
        await at(seat, "blind")
        await seat.press("d")
        await seat.type("money")
        await seat.press("enter")
        assert "Doubts › Money" in seat.shown
        assert RATIONALE not in seat.shown


async def test_tree_palette_and_finder_are_the_same_whatever_is_suggested(make: Callable[..., Desk], sit: Sit) -> None:
    seen = []
    for name in ("Doubts/Money", "Setting/Place"):
        desk = make(sizes=(60, 60), core="1", arm="0")
        desk.suggest({s: desk.candidates(name, words=name) for s in desk.ids()})
        async with sit(desk, size=(160, 50)) as seat:
            await at(seat, "blind_then_shown")
            review = seat.everything
            await seat.press("c")
            finder = "\n".join("".join(w.plain) for w in seat.app.screen.query("Lines"))  # type: ignore[attr-defined]
            seen.append((review, finder))
    assert seen[0] == seen[1]


async def test_a_digit_applies_a_code_of_the_palette(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        segment = await at(seat, "blind_then_shown")
        assert "1 Trust" in "".join(seat.list)
        await seat.press("1")
        found = read_unit(blind.study, blind.round.id, blind.anna, blind.number(segment))
        assert [coding.code for coding in found.state.codings] == [blind.codes["Support/Trust"]]
        assert any(line.strip().startswith("▸") and "+ Support › Trust" in line for line in seat.list)


async def test_the_answer_is_committed_and_the_models_comes_up_beside_it(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        segment = await at(seat, "blind_then_shown")
        await seat.press("3")
        await commit(seat, segment)
        assert seat.screen.hand.board.card is not None
        assert seat.screen.hand.board.card.segment.id == segment
        assert "Now the model's" in seat.said
        assert "= Doubts › Money" in seat.list[0]
        assert snapshot(blind.study, blind.round.id, blind.anna, blind.number(segment)) is not None


async def test_enter_stays_with_ones_own_and_both_are_kept(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        segment = await at(seat, "blind_then_shown")
        await seat.press("1")
        await commit(seat, segment)
        assert "· Doubts › Money" in seat.list[0]
        assert "+ Support › Trust" in "".join(seat.list)
        await seat.press("enter")
        assert seat.decided()[-1] == "keep"
        assert seat.screen.hand.board.card is not None
        assert seat.screen.hand.board.card.segment.id != segment


async def test_a_takes_the_models_over_beside_the_committed_answer(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        segment = await at(seat, "blind_then_shown")
        number = blind.number(segment)
        await seat.press("1")
        await commit(seat, segment)
        await seat.press("a", "enter")
        assert seat.decided()[-1] == "accept", "going on after taking over is no 'keep'"
        committed = snapshot(blind.study, blind.round.id, blind.anna, number)
        assert committed is not None
        assert [code for code, _, _ in committed] == [blind.codes["Support/Trust"]]


async def test_a_segment_that_stays_blind_goes_on_without_a_reveal(blind: Desk, sit: Sit) -> None:
    async with sit(blind) as seat:
        segment = await at(seat, "blind")
        await seat.press("1")
        await commit(seat, segment)
        assert seat.screen.hand.board.card is not None
        assert seat.screen.hand.board.card.segment.id != segment
        assert "revealed" not in blind.kinds()
        await seat.press("p")
        assert RATIONALE not in seat.everything


async def test_a_segment_that_came_back_shows_nothing_of_the_first_time(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0", stability="1", stability_gap="2")
    desk.suggest({s: desk.candidates("Doubts/Money", words=RATIONALE) for s in desk.ids()})
    first = desk.ids()[0]
    desk.done("memo", first, text="here I was unsure of it")
    for segment in desk.ids()[:3]:
        desk.apply(segment, "Support/Advice")
        desk.done("complete", segment)
    async with sit(desk) as seat:
        assert "once more: it came back; answer it afresh" in seat.everything
        for keys in (("o",), ("x", "escape"), ("d", "escape"), ("t", "escape"), ("n",), ("p",)):
            await seat.press(*keys)
            for word in ("1 memo", "unsure of it", RATIONALE, "+ Support"):
                assert "once more" not in seat.everything or word not in seat.everything
        await seat.press("g")
        await seat.type("D0 1")
        await seat.press("enter")
        assert "once more" in seat.everything
        await seat.press("0", "enter")
        await seat.press("g")
        await seat.type("D0 1")
        await seat.press("enter")
        assert "once more" not in seat.everything
        assert "Support › Advice" in seat.everything
        assert "1 memo" in seat.everything
