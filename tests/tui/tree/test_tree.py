"""The screen of the code tree: what it shows, how one moves in it, and that every key that changes the tree does so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.codes import find_code, read_codes, retire
from suggest.study.stale import stale
from suggest.study.tree_history import history

pytestmark = pytest.mark.asyncio


@pytest.fixture
def coded(make: Callable[..., Desk]) -> Desk:
    """anna completed four segments, the first with Trust; lead made the codes."""
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest({segment: desk.candidates("Support/Trust", "Doubts") for segment in desk.ids()})
    first = desk.ids()[0]
    desk.done("accept", first, suggestion=desk.line(first)["suggestions"][0]["id"])
    for segment in desk.ids()[:4]:
        desk.done("complete", segment)
    return desk


async def at_code(seat: Seat, name: str) -> None:
    """Open the tree and find a code by its name."""
    await seat.press("T", "slash")
    await seat.type(name)
    await seat.press("enter")
    assert seat.top.chosen.name == name


def paths(desk: Desk) -> list[str]:
    return [code.path_text for code in read_codes(desk.study)]


def changes(desk: Desk) -> list[tuple[str, bool]]:
    """The changes of the tree beyond the first, in the log's words, and whether they stand."""
    return [(item.op, item.live) for item in history(desk.study)[1:]]


async def test_the_tree_shows_ones_own_counts_and_the_chosen_codes_segments(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        rows = seat.top.codes.plain
        assert rows[0].startswith("▾ Support |")
        assert rows[1] == "   Trust | 1 | 1 | 1 | 18 | "
        assert "Support › Trust" in seat.shown
        assert seat.top.segments.plain == ["D0 1 | you | D0 turn 0: people said what they had to say."]
        assert "version 1" in seat.shown


async def test_folding_hides_what_lies_below_and_says_how_much(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await seat.press("T", "left")
        assert seat.top.codes.plain[0].startswith("▹ Support (2)")
        assert "Trust" not in "".join(seat.top.codes.plain)
        await seat.press("right", "right")
        assert seat.top.chosen.name == "Trust"
        await seat.press("o")
        assert (len(seat.top.codes.plain), seat.top.chosen.name) == (3, "Support")
        await seat.press("o")
        assert len(seat.top.codes.plain) == 7


async def test_a_new_code_is_told_in_full_before_it_is_made(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Support")
        before = coded.entries()
        await seat.press("n")
        await seat.type("Listening")
        await seat.press("ctrl+s")
        assert "4 segments (4 not answered on it)" in seat.shown
        assert coded.entries() == before
        await seat.press("y")
        assert "Support > Listening" in paths(coded)
        assert changes(coded) == [("add", True)]
        assert seat.top.chosen.name == "Listening"
        assert seat.top_said == "added the code Listening below Support"
        assert seat.top.codes.plain[3].endswith("| 4")


async def test_a_theme_is_made_at_the_top(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await seat.press("T", "N")
        await seat.type("Time")
        await seat.press("ctrl+s", "y")
        assert "Time" in paths(coded)


async def test_redefine_says_what_is_read_again_and_makes_it_so(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("e")
        await seat.type("being relied upon")
        await seat.press("ctrl+s")
        assert "You read again: 4 segments (1 with the code, 3 without it)" in seat.shown
        await seat.press("y")
        assert find_code(read_codes(coded.study), "Trust").wording.definition == "being relied upon"
        assert len(stale(coded.study)) == 4
        assert seat.top.codes.plain[1] == "   Trust | 1 | 1 | 1 | 18 | 4"
        await seat.press("d")
        assert "being relied upon" in seat.shown
        assert "anna: redefined" in seat.shown
        assert "lead: added" in seat.shown


async def test_escape_leaves_all_as_it_is_and_keeps_what_was_typed(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        before = coded.entries()
        await seat.press("e")
        await seat.type("never mind")
        await seat.press("ctrl+s", "enter", "escape")
        assert seat.top.values["definition"] == "never mind"
        await seat.press("escape")
        assert "drops what you have typed" in seat.shown
        await seat.press("escape")
        assert seat.top.HEADING == "Code tree"
        assert coded.entries() == before


async def test_a_name_that_is_taken_is_said_and_the_form_stays(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("r", *["backspace"] * 5)
        await seat.type("Advice")
        await seat.press("enter")
        assert "the same name is there already" in seat.shown
        await seat.press("y")
        assert changes(coded) == []
        await seat.press("escape")
        assert seat.top.values == {"name": "Advice"}


async def test_rename_carries_everything(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("r")
        await seat.type(" in peers")
        await seat.press("enter")
        assert "You read again: nothing" in seat.shown
        await seat.press("y")
        assert "Support > Trust in peers" in paths(coded)
        assert stale(coded.study) == []


async def test_move_takes_a_place_from_the_finder(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("m")
        await seat.type("Doubts")
        await seat.press("enter", "y")
        assert "Doubts > Trust" in paths(coded)
        assert seat.top_said == "moved the code Trust below Doubts"
        await seat.press("m", "enter", "y")
        assert "Trust" in paths(coded)
        assert changes(coded) == [("move", True), ("move", True)]


async def test_merge_tells_what_both_bear(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("g")
        await seat.type("Advice")
        await seat.press("enter")
        assert "1 segment of yours bears the one, 0 the other, 0 both: afterwards 1" in seat.shown
        await seat.press("y")
        assert "Support > Trust" not in paths(coded)
        assert seat.top.chosen.name == "Advice"
        assert seat.top.codes.plain[1].startswith("   Advice | 1 | 1 | 1")


async def test_split_opens_what_had_the_code(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("s")
        await seat.type("Trust in people: of flesh")
        await seat.press("enter")
        await seat.type("Trust in places")
        await seat.press("ctrl+s")
        assert "You read again: 1 segment (1 with the code)" in seat.shown
        assert "would count their codings" in seat.shown
        await seat.press("y")
        assert {"Support > Trust in people", "Support > Trust in places"} <= set(paths(coded))
        assert [len(unit.codes) for unit in stale(coded.study)] == [2]


async def test_retire_is_refused_while_codes_lie_below(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Support")
        await seat.press("z")
        assert "2 codes lie under it" in seat.shown
        await seat.press("y", "escape")
        assert changes(coded) == []
        await seat.press("down", "z", "y")
        assert "Support > Trust" not in paths(coded)


async def test_boundary_cases_come_before_the_change(coded: Desk, sit: Sit) -> None:
    segment = coded.ids()[5]
    coded.done("reject", segment, suggestion=coded.line(segment)["suggestions"][0]["id"])
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("z")
        assert "D0 6, rejected: D0 turn 5" in seat.shown


async def test_undo_says_what_it_undid_and_redo_brings_it_back(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("z", "y", "u")
        assert seat.top_said == "undone: retired the code Trust"
        assert "Support > Trust" in paths(coded)
        await seat.press("ctrl+r")
        assert seat.top_said == "done again: retired the code Trust"
        assert "Support > Trust" not in paths(coded)
        assert changes(coded) == [("retire", True)]


async def test_undo_leaves_the_cursor_beside_what_is_gone_and_redo_leads_to_what_is_back(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Money")
        await seat.press("n")
        await seat.type("Rent")
        await seat.press("ctrl+s", "y", "u")
        assert seat.top.chosen.name == "Money"
        await seat.press("home", "U")
        assert seat.top.chosen.name == "Rent"
        await seat.press("end", "N")
        await seat.type("Time")
        await seat.press("ctrl+s", "y", "u")
        assert seat.top.chosen.name == "Place", "the last line, as before"


async def test_each_change_is_told_in_the_same_words_when_it_is_made_and_undone(coded: Desk, sit: Sit) -> None:
    made = []
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        for keys, words in (
            (("N",), "Time"), (("r",), "lines"), (("m",), "Doubts"), (("m",), "(a theme"), (("e",), "hours"),
            (("s",), "Day: light"), (("g",), "Advice"), (("z",), ""),
        ):  # fmt: skip
            await seat.press(*keys)
            await seat.type(words)
            await seat.press(*({"N": ["ctrl+s"], "e": ["ctrl+s"], "s": ["enter"], "z": []}.get(keys[0], ["enter"])))
            if keys[0] == "s":
                await seat.type("Night")
                await seat.press("ctrl+s")
            await seat.press("y")
            made.append(seat.top_said)
        assert made == [
            "added the code Time", "renamed the code Time to Timelines", "moved the code Timelines below Doubts",
            "moved the code Timelines to the top", "redefined the code Timelines",
            "split the code Timelines into Day, Night", "merged the code Day into Advice", "retired the code Advice",
        ]  # fmt: skip
        undone = []
        for _ in made:
            await seat.press("u")
            undone.append(seat.top_said)
        assert undone == [f"undone: {said}" for said in reversed(made)]


async def test_undo_leaves_alone_what_was_done_in_the_review(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        before = seat.decided()
        await seat.press("T", "u")
        assert "no change of the tree" in seat.top_said
        assert seat.decided() == before


async def test_a_change_that_others_build_on_is_not_undone(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await seat.press("T", "N")
        await seat.type("Time")
        await seat.press("ctrl+s", "y")
        segment = coded.ids()[7]
        coded.done("add", segment, "bo", code=find_code(read_codes(coded.study), "Time").id, range=[330, 340])
        await seat.press("u")
        assert "Others have worked on with this change" in seat.top_said
        assert "Time" in paths(coded)


async def test_enter_goes_to_a_segment_of_the_code_in_the_review(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("enter", "enter")
        assert seat.top is seat.screen
        assert seat.cite == "D0 1"
        assert "✓ Support › Trust" in seat.list[0]


async def test_what_is_stale_is_listed_and_read_again_in_the_review(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await at_code(seat, "Trust")
        await seat.press("e")
        await seat.type("being relied upon")
        await seat.press("ctrl+s", "y", "w")
        assert seat.shown.count("Support › Trust (meaning changed)") == 4
        await seat.press("down", "enter")
        assert seat.cite == "D0 2"
        assert "Look again at Support > Trust" in seat.said
        await seat.press("enter")
        assert coded.number(coded.ids()[1]) not in [unit.number for unit in stale(coded.study)]
        assert len(stale(coded.study)) == 3


async def test_a_codebook_comes_in_and_the_tree_goes_out(coded: Desk, sit: Sit, tmp_path: Path) -> None:
    book, out = tmp_path / "new.csv", tmp_path / "out.csv"
    book.write_text("code_id,name,parent_id,definition\nT,Time,,hours\nT.N,Night,T,dark hours\n", encoding="utf-8")
    async with sit(coded) as seat:
        await seat.press("T", "I")
        await seat.type(str(book))
        await seat.press("enter")
        assert "2 codes in the file" in seat.shown
        await seat.press("y")
        assert "Time > Night" in paths(coded)
        assert seat.top_said == "2 codes added"
        await seat.press("E")
        await seat.type(str(out))
        await seat.press("enter")
        assert "Night" in out.read_text(encoding="utf-8")
        await seat.press("I")
        await seat.type(str(out))
        await seat.press("enter")
        assert "codes in the file, 0 of them not in the study yet" in seat.shown
        assert "You read again" not in seat.shown
        await seat.press("escape", "escape", "escape")
        assert coded.kinds()[-1] == "exported"
        out.write_text("mine", encoding="utf-8")
        await seat.press("E")
        await seat.type(str(out))
        await seat.press("enter")
        assert "would be replaced" in seat.shown
        await seat.press("escape")
        assert out.read_text(encoding="utf-8") == "mine"


async def test_a_codebook_that_cannot_be_read_is_said_in_the_form(coded: Desk, sit: Sit, tmp_path: Path) -> None:
    async with sit(coded) as seat:
        await seat.press("T", "I")
        await seat.type(str(tmp_path / "nothing.csv"))
        await seat.press("enter")
        assert "nothing.csv" in seat.shown
        assert changes(coded) == []


async def test_the_review_knows_the_tree_when_one_comes_back(coded: Desk, sit: Sit) -> None:
    async with sit(coded) as seat:
        await seat.press("T", "N")
        await seat.type("Time")
        await seat.press("ctrl+s", "y", "escape")
        assert seat.top is seat.screen
        assert "Time" in {code.name for code in seat.screen.hand.codes}


async def test_an_empty_tree_says_what_to_do(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(5,), core="0", arm="0")
    for code in reversed(read_codes(desk.study)):
        retire(desk.study, desk.anna, find_code(read_codes(desk.study), code.id))
    async with sit(desk) as seat:
        await seat.press("T")
        assert seat.top.codes.count == 0
        await seat.press("e", "r", "m", "g", "s", "z", "d", "left", "right", "o", "enter")
        assert seat.top.HEADING == "Code tree"
