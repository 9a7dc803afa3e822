"""The screen of proposed codes: what it tells, that a person settles them there, and that blind segments stay out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from bag_encoder import BagEncoder
from desk import Desk
from seat import Seat, Sit

from suggest.engine import meanings
from suggest.models import ideas
from suggest.study.codes import read_codes
from suggest.study.proposals import NewProposal, read_proposals, store_proposals
from suggest.study.runs import begin_run
from suggest.study.segments import SegmentReader
from tui.proposals.screen import ProposalsScreen

pytestmark = pytest.mark.asyncio


def propose(desk: Desk, said: Sequence[tuple[str, str]]) -> None:
    """A model proposes these (segment, name)."""
    with desk.study.write(desk.anna) as writer:
        run = begin_run(
            desk.study, writer, profile="bar", identity="m", parameters={}, prompt="ab" * 32, threshold=None,
            training=None, codes=None, segments=len(said), proposes=True,
        )  # fmt: skip
        for segment, name in said:
            found = SegmentReader(desk.study).get(segment)
            assert found is not None
            new = NewProposal(name, f"Says {name}.", "No code says so.", desk.codes["Support"],
                              (found.start, found.start + 9), "exact")  # fmt: skip
            store_proposals(writer, run, segment, "0" * 64, [new], raw=None, context=[], tokens=None)


@pytest.fixture
def proposed(make: Callable[..., Desk]) -> Desk:
    """Three ideas: one of three segments, one that is called as a code nearly is, and one with signs of its own."""
    desk = make(sizes=(20,), core="0", arm="0")
    ids = desk.ids()
    propose(desk, [(ids[0], "Being heard"), (ids[1], "being Heard"), (ids[2], "Heard, being"), (ids[3], "Doubt"),
                   (ids[4], "Signs [b]and\u202emore[/]")])  # fmt: skip
    return desk


def rows(seat: Seat) -> list[list[str]]:
    return [row.split(" | ") for row in seat.top.table.plain]


async def test_each_idea_is_a_line_and_what_speaks_for_it_stands_below(proposed: Desk, sit: Sit) -> None:
    async with sit(proposed, size=(120, 40)) as seat:
        await seat.press("ctrl+n")
        assert isinstance(seat.top, ProposalsScreen)
        assert [row[:3] for row in rows(seat)] == [
            ["3", "1", "Being heard"], ["1", "1", "Doubt"], ["1", "1", rows(seat)[2][2]],
        ]  # fmt: skip
        assert "Support" in rows(seat)[0][3]
        assert "Doubts" in rows(seat)[1][4]
        below = "\n".join(seat.top.query_one("#about").plain)
        assert below.count("“") == 3
        assert "[b]" in rows(seat)[2][2]
        await seat.press("end")
        assert "\u202e" not in "\n".join(seat.top.query_one("#about").plain)


async def test_what_may_mean_the_same_stands_below_in_its_own_words(
    proposed: Desk, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanings, "encoder_here", BagEncoder)
    monkeypatch.setattr(ideas, "identity", lambda: BagEncoder.identity)
    propose(proposed, [(proposed.ids()[5], "Doubt once more")])
    meanings.read_meanings(proposed.study)
    async with sit(proposed, size=(120, 40)) as seat:
        await seat.press("ctrl+n")
        below = "\n".join(seat.top.query_one("#about").plain)
        assert "Also worded: being Heard: Says being Heard." in below
        assert "May mean the same" not in below
        await seat.press("down")
        assert "May mean the same: Doubt once more: Says Doubt once more." in (
            "\n".join(seat.top.query_one("#about").plain)
        )


async def test_a_code_is_made_in_ones_own_words_and_undone(proposed: Desk, sit: Sit) -> None:
    async with sit(proposed, size=(120, 40)) as seat:
        await seat.press("T", "p", "a")
        await seat.press(*["backspace"] * len("Being heard"))
        await seat.type("To be heard")
        await seat.press("ctrl+s")
        assert "made: Support › To be heard" in seat.shown
        assert len(rows(seat)) == 2
        made = next(code for code in read_codes(proposed.study) if code.name == "To be heard")
        assert made.path_text == "Support > To be heard"
        await seat.press("u")
        assert "undone: added the code To be heard below Support" in seat.shown
        assert len(rows(seat)) == 3
        await seat.press("U")
        assert len(rows(seat)) == 2


async def test_proposals_are_merged_and_dismissed(proposed: Desk, sit: Sit) -> None:
    async with sit(proposed, size=(120, 40)) as seat:
        await seat.press("N", "down", "g", "enter")
        assert "merged into" in seat.shown
        await seat.press("z")
        await seat.type("too wide")
        await seat.press("enter")
        fates = [one.fate for one in read_proposals(proposed.study, settled=True) if one.fate]
        assert sorted(fate.action for fate in fates) == ["dismiss", "merge"]
        assert {fate.reason for fate in fates} == {"", "too wide"}
        await seat.press("u", "u")
        assert len(rows(seat)) == 3


async def test_an_entry_of_another_kind_is_not_undone_here(proposed: Desk, sit: Sit) -> None:
    proposed.done("complete", proposed.ids()[0])
    async with sit(proposed, size=(120, 40)) as seat:
        await seat.press("ctrl+n", "u")
        assert "Your last entry is another one" in seat.shown


async def test_enter_lists_the_segments_and_leads_to_them(proposed: Desk, sit: Sit) -> None:
    async with sit(proposed, size=(120, 40)) as seat:
        await seat.press("ctrl+n", "enter")
        assert len(rows(seat)) == 3
        await seat.press("down", "enter")
        assert seat.cite == SegmentReader(proposed.study).get(proposed.ids()[1]).cite


async def test_what_is_blind_is_not_there_whatever_was_proposed(make: Callable[..., Desk], sit: Sit) -> None:
    seen = []
    for name in ("Being heard", "Something else"):
        desk = make(sizes=(40,), core="1", arm="0")
        blind = [*desk.assigned("blind"), *desk.assigned("blind_then_shown")]
        propose(desk, [(segment, name) for segment in blind])
        async with sit(desk, size=(120, 40)) as seat:
            await seat.press("ctrl+n")
            shown = [seat.shown]
            for key in ("enter", "escape", "a", "escape", "ctrl+n", "g", "escape"):
                await seat.press(key)
                shown.append(seat.shown)
            seen.append(shown)
    assert seen[0] == seen[1]
    assert "what is blind for you comes later" in seen[0][0]


async def test_an_empty_worklist_says_what_to_do(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    for size in ((40, 20), (80, 24)):
        async with sit(desk, size=size) as seat:
            await seat.press("ctrl+n", "a", "g", "z", "enter")
            assert seat.top.table._empty.startswith("Nothing is proposed.")
