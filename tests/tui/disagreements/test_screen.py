"""The disagreements on screen: who sees what, side by side, and settled by a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.study.codes import read_codes
from suggest.study.people import ensure_coder
from suggest.study.rounds import close_round, open_round, rounds
from suggest.study.segments import SegmentReader
from suggest.study.settling import settle, settlements
from suggest.study.verify import verify
from tui.disagreements.screen import DisagreementsScreen
from tui.disagreements.view import read_settlement
from tui.review.screen import ReviewScreen
from tui.terminal.lines import Lines
from tui.terminal.table import Table
from tui.transcript.screen import TranscriptScreen

Make = Callable[..., Desk]
pytestmark = pytest.mark.asyncio

ANSWERS = (
    ("Support/Trust", "Support/Advice"), ("Doubts", None), ("Setting", "Doubts/Money"), ("Doubts", "Doubts"),
)  # fmt: skip


def answer(desk: Desk, segment: str, code: str | None, coder: str) -> None:
    desk.line(segment, coder)
    if code is not None:
        desk.apply(segment, code, coder)
    desk.done("complete", segment, coder)


@pytest.fixture
def apart(make: Make) -> Desk:
    """anna and ben differ on three segments of four: near, missed, other."""
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest_everywhere(fitting=2)
    for segment, (anna, ben) in zip(desk.ids(), ANSWERS, strict=False):
        answer(desk, segment, anna, "anna")
        answer(desk, segment, ben, "ben")
    return desk


def listed(seat: Seat) -> list[str]:
    rows: list[str] = seat.top.query_one("#list", Table).plain
    return rows


def case(seat: Seat) -> str:
    return " ".join("\n".join(seat.top.query_one("#case", Lines).plain).split())


def title(seat: Seat) -> str:
    return " ".join(seat.top.query_one("#title", Lines).plain)


def stands(desk: Desk) -> dict[int, tuple[tuple[str, ...], str]]:
    return {number: (held.codes, held.reason) for number, held in settlements(desk.study, desk.round.id).items()}


async def test_f10_and_its_letter_list_who_differs_the_farthest_apart_first(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("f10")
        assert isinstance(seat.top, DisagreementsScreen)
        assert listed(seat) == [
            "D0 2 | 1.00 | missed | Doubts / no code | · open",
            "D0 3 | 1.00 | other | Doubts > Money / Setting | · open".replace("Doubts > ", ""),
            "D0 1 | 0.50 | near | Trust / Advice | · open",
        ]
        assert "0 of 3 settled · round main" in title(seat)
        await seat.press("o")
        assert [row.split(" |")[0] for row in listed(seat)] == ["D0 1", "D0 2", "D0 3"]
        await seat.press("escape", "V")
        assert isinstance(seat.top, DisagreementsScreen)


async def test_a_segment_is_shown_with_its_talk_and_its_coders_side_by_side_the_model_last(
    apart: Desk, sit: Sit
) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "enter")
        lines = seat.top.query_one("#case", Lines).plain
        heads = next(line for line in lines if "1 you" in line)
        assert heads.index("1 you") < heads.index("2 ben") < heads.index("3 model:lexical (model)"[:16])
        assert "D0 turn 1: people said what they had to say." in case(seat)
        assert "D0 turn 0" in case(seat) and "D0 turn 2" in case(seat) and "D0 turn 3" not in case(seat)
        assert "≠ Doubts" in case(seat) and "– no code" in case(seat)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 24)], ids=["80x24", "160x50", "40x24"])
async def test_one_key_settles_and_goes_on_to_the_next(apart: Desk, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(apart, size) as seat:
        await seat.press("V", "enter") if size[0] < 120 else await seat.press("V")
        await seat.press("1")
        await seat.type("the money is meant")
        await seat.press("ctrl+s")
        number = apart.number(apart.ids()[1])
        assert stands(apart) == {number: ((apart.codes["Doubts"],), "the money is meant")}
        held = settlements(apart.study, apart.round.id)[number]
        assert set(held.coders) == {apart.anna, ensure_coder(apart.study, "ben")}
        assert "settled: Doubts on D0 2" in seat.top_said
        assert "1 of 3 settled" in title(seat)
        assert seat.top.case.cite == "D0 3"
        await seat.press("0", "ctrl+s", "a", "ctrl+s")
        assert len(stands(apart)) == 3
        assert "Everything is settled." in seat.top_said
    assert verify(apart.study).ok


async def test_codes_of_ones_own_choice_and_the_codes_of_all(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "enter", "c")
        await seat.type("place")
        await seat.press("enter")
        await seat.type("money")
        await seat.press("enter", "enter", "ctrl+s")
        first = stands(apart)[apart.number(apart.ids()[1])]
        assert set(first[0]) == {apart.codes["Setting/Place"], apart.codes["Doubts/Money"]}
        await seat.press("a", "ctrl+s")
        second = stands(apart)[apart.number(apart.ids()[2])]
        assert set(second[0]) == {apart.codes["Setting"], apart.codes["Doubts/Money"]}


async def test_undo_and_redo_go_back_and_forth_as_far_as_one_settled_here(apart: Desk, sit: Sit) -> None:
    number = apart.number(apart.ids()[1])
    async with sit(apart) as seat:
        await seat.press("V", "enter", "1", "ctrl+s", "k", "0", "ctrl+s")
        assert stands(apart)[number] == ((), "")
        await seat.press("u")
        assert stands(apart)[number] == ((apart.codes["Doubts"],), "")
        await seat.press("u")
        assert stands(apart) == {}
        await seat.press("u")
        assert "nothing of this screen to undo" in seat.top_said
        await seat.press("U", "U")
        assert stands(apart)[number] == ((), "")
        await seat.press("k", "z")
        assert stands(apart) == {}


async def test_the_outcome_is_written_into_not_when_after_it_was_told_what_that_changes(apart: Desk, sit: Sit) -> None:
    def words() -> str:
        return next(c.wording.exclude for c in read_codes(apart.study) if c.id == apart.codes["Doubts"])

    async with sit(apart) as seat:
        await seat.press("V", "enter", "0", "tab", "tab")
        await seat.type("nothing is doubted")
        await seat.press("ctrl+s")
        assert "has to be read again" in seat.shown and "ben up to 4" in seat.shown
        before = apart.entries()
        await seat.press("escape")
        assert apart.entries() == before, "what was typed is still there, and nothing is stored"
        await seat.press("ctrl+s", "2")
        assert words() == "nothing is doubted (D0 2)"
        await seat.press("u")
        assert (words(), stands(apart)) == ("", {})
        await seat.press("U")
        assert words() == "nothing is doubted (D0 2)"
    assert verify(apart.study).ok


async def test_who_settled_it_meanwhile_is_not_overwritten(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "enter", "1")
        settle(apart.study, apart.anna, apart.round, apart.ids()[1], [], [apart.anna])
        await seat.press("ctrl+s")
        assert "meanwhile" in " ".join(line for page in seat.top.query(Lines) for line in page.plain)
        assert stands(apart)[apart.number(apart.ids()[1])] == ((), "")


async def test_names_of_others_are_asked_for_by_name(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "enter", "1", "tab")
        await seat.type(", zoe")
        await seat.press("ctrl+s")
        assert "nobody is called so" in "".join(seat.top.query_one("#wrong", Lines).plain)
        assert stands(apart) == {}


async def test_letters_stand_for_people_where_they_want_no_names(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "enter", "h")
        assert "ben" not in case(seat) and "you" not in case(seat)
        assert "1 A" in case(seat) and "2 B" in case(seat) and "(model)" in case(seat)
        await seat.press("1", "ctrl+s")
        held = settlements(apart.study, apart.round.id)[apart.number(apart.ids()[1])]
        assert set(held.coders) == {apart.anna, ensure_coder(apart.study, "ben")}
        await seat.press("k")
        assert "by 2 people" in case(seat) and "ben" not in case(seat)
    async with sit(apart) as seat:
        await seat.press("V", "enter")
        assert "1 A" in case(seat), "it is kept for the next time"


async def test_the_list_is_narrowed_by_kind_code_pair_and_what_is_open(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "f", "down", "down", "enter")
        assert [row.split(" |")[0] for row in listed(seat)] == ["D0 2"]
        await seat.press("E", "f", *["down"] * 6, "enter")
        await seat.type("advice")
        await seat.press("enter")
        assert [row.split(" |")[0] for row in listed(seat)] == ["D0 1"]
        await seat.press("E", "f", *["down"] * 7, "enter", "1")
        assert len(listed(seat)) == 1 and "/" in title(seat)
        await seat.press("E", "f", *["down"] * 8, "enter", "enter")
        assert len(listed(seat)) == 3
        await seat.press("E", "enter", "0", "ctrl+s", "escape", "f", "down", "enter")
        assert len(listed(seat)) == 2


async def test_ranges_are_quoted_and_marked_one_coder_after_the_other(make: Make, sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    segment = desk.ids()[0]
    turn = SegmentReader(desk.study).get(segment)
    assert turn is not None
    for coder, end in (("anna", 9), ("ben", 16)):
        desk.line(segment, coder)
        desk.done("add", segment, coder, code=desk.codes["Doubts"], range=[turn.start, turn.start + end])
        desk.done("complete", segment, coder)
    async with sit(desk) as seat:
        await seat.press("V", "enter")
        assert "▏D0 turn 0▕" in case(seat) and "on “D0 turn 0: peopl”" in case(seat)
        await seat.press("tab")
        assert "▏D0 turn 0: peopl▕" in case(seat)
        await seat.press("tab")
        assert "▏D0" not in case(seat)


async def test_reasons_and_memos_stand_with_their_coder(apart: Desk, sit: Sit) -> None:
    apart.done("memo", apart.ids()[1], "ben", text="I was not sure of the money")
    async with sit(apart) as seat:
        await seat.press("V", "enter")
        assert "memo: I was not" in case(seat)


async def test_a_memo_is_told_once_its_segment_is_coded_in_every_open_round(apart: Desk, sit: Sit) -> None:
    apart.done("memo", apart.ids()[1], "ben", text="unsure")
    second = open_round(apart.study, apart.anna, "second")
    async with sit(apart, (160, 50)) as seat:
        await seat.press("V")
        assert "2 ben" in case(seat) and "unsure" not in case(seat)
    close_round(apart.study, apart.anna, next(item for item in rounds(apart.study) if item.id == second))
    async with sit(apart, (160, 50)) as seat:
        await seat.press("V")
        assert "memo: unsure" in case(seat)


async def test_words_of_a_coding_that_runs_on_into_what_one_has_still_to_code_are_not_marked(
    make: Make, sit: Sit
) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    first, second = (SegmentReader(desk.study).get(segment) for segment in desk.ids()[:2])
    assert first is not None and second is not None
    desk.line(first.id, "ben")
    desk.done("add", first.id, "ben", code=desk.codes["Doubts"], range=[first.start + 9, second.end])
    for segment in (first.id, second.id):
        desk.line(segment, "ben")
        desk.done("complete", segment, "ben")
    answer(desk, first.id, "Setting", "anna")
    async with sit(desk, (160, 50)) as seat:
        await seat.press("V")
        assert "2 ben" in case(seat) and "on “" not in case(seat)
    answer(desk, second.id, None, "anna")
    async with sit(desk, (160, 50)) as seat:
        await seat.press("V", "o")
        assert "on “" in case(seat)


async def test_a_reason_that_tells_what_a_model_suggested_waits_until_it_is_settled(make: Make, sit: Sit) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere(fitting=2)
    segment = desk.assigned("blind_then_shown")[0]
    for coder, code in (("anna", "Doubts"), ("ben", "Setting/Place")):
        answer(desk, segment, code, coder)
    suggestion = desk.line(segment)["suggestions"][0]["id"]
    desk.done("reject", segment, suggestion=suggestion, reason="broad")
    async with sit(desk, (160, 50), coder="ben") as seat:
        await seat.press("V")
        assert "anna" in case(seat) and "broad" not in case(seat)
        await seat.press("1", "ctrl+s")
        assert "broad" in case(seat)


async def test_a_reflexive_memo_is_nobodys_but_its_writers(apart: Desk, sit: Sit) -> None:
    apart.done("memo", apart.ids()[1], "ben", text="angered", type="reflexive")
    apart.done("memo", apart.ids()[1], "anna", text="touched", type="reflexive")
    async with sit(apart, (160, 50)) as seat:
        await seat.press("V")
        assert "memo: touched" in case(seat) and "angered" not in seat.shown
    async with sit(apart, (160, 50), coder="ben") as seat:
        await seat.press("V")
        assert "memo: angered" in case(seat) and "touched" not in seat.shown


async def test_nothing_that_one_may_not_know_yet_reaches_the_screen(apart: Desk, sit: Sit) -> None:
    async with sit(apart, (160, 50), coder="cleo") as seat:
        await seat.press("V")
        assert listed(seat) == []
        assert "4 not yet for you" in title(seat)
        for word in ("anna", "ben", "Doubts", "Trust", "Money"):
            assert word not in seat.shown.replace("Setting", "")
    answer(apart, apart.ids()[0], None, "cleo")
    async with sit(apart, (160, 50), coder="cleo") as seat:
        await seat.press("V")
        assert [row.split(" |")[0] for row in listed(seat)] == ["D0 1"]
        assert "3 not yet for you" in title(seat)


async def test_what_was_settled_with_somebody_whose_work_is_not_for_one_yet_is_told_as_open(
    apart: Desk, sit: Sit
) -> None:
    segment = apart.ids()[1]
    answer(apart, segment, None, "cleo")
    settle(apart.study, apart.anna, apart.round, segment, [apart.codes["Doubts"]],
           [apart.anna, ensure_coder(apart.study, "dan")])  # fmt: skip
    async with sit(apart, (160, 50), coder="cleo") as seat:
        await seat.press("V")
        assert listed(seat)[0].endswith("· open") and "by anna" not in case(seat)
    cleo, number = ensure_coder(apart.study, "cleo"), apart.number(segment)
    assert read_settlement(apart.study, cleo, apart.round.id, number) is None
    assert read_settlement(apart.study, apart.anna, apart.round.id, number) is not None
    answer(apart, segment, None, "dan")
    async with sit(apart, (160, 50), coder="cleo") as seat:
        await seat.press("V")
        assert not listed(seat)[0].endswith("· open") and "by anna" in case(seat)


async def test_the_core_is_settled_without_the_model(make: Make, sit: Sit) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere(fitting=2)
    segment = desk.assigned("blind_then_shown")[0]
    for coder, code in (("anna", "Doubts"), ("ben", "Setting/Place")):
        answer(desk, segment, code, coder)
    async with sit(desk) as seat:
        await seat.press("V", "enter")
        assert "lexical" not in seat.shown and "Trust" not in seat.shown
        assert "shown when this is settled" in case(seat)
        await seat.press("M")
        assert "lexical" not in case(seat)
        await seat.press("1", "ctrl+s")
        assert "lexical (model)" in case(seat) and "shown when this is settled" not in case(seat)


async def test_what_stays_blind_while_a_round_is_open_is_told_without_the_model_also_once_settled(
    make: Make, sit: Sit
) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere(fitting=2)
    segment = desk.assigned("blind")[0]
    for coder, code in (("anna", "Doubts"), ("ben", "Setting/Place")):
        answer(desk, segment, code, coder)
    async with sit(desk, (160, 50)) as seat:
        await seat.press("V", "1", "ctrl+s")
        assert len(stands(desk)) == 1
        assert "1 you" in case(seat) and "2 ben" in case(seat)
        for key in ("M", "M"):
            assert "lexical" not in seat.shown and "Trust" not in case(seat)
            await seat.press(key)
    close_round(desk.study, desk.anna, desk.round)
    async with sit(desk, (160, 50)) as seat:
        await seat.press("V")
        assert "lexical (model)" in case(seat)


async def test_the_way_to_the_transcript_and_the_review(apart: Desk, sit: Sit) -> None:
    async with sit(apart) as seat:
        await seat.press("V", "t")
        assert isinstance(seat.top, TranscriptScreen)
        await seat.press("escape", "g")
        assert isinstance(seat.top, ReviewScreen)
        assert seat.cite == "D0 2"


async def test_with_one_coder_alone_the_model_is_who_is_compared(make: Make, sit: Sit) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    async with sit(desk) as seat:
        await seat.press("V")
        assert "nothing to compare" in seat.top.query_one("#list", Table)._empty
    desk.suggest_everywhere(fitting=1)
    answer(desk, desk.ids()[0], "Doubts", "anna")
    async with sit(desk) as seat:
        await seat.press("V", "enter")
        assert "2 model:lexical (model)" in case(seat)
