"""All suggestions of one code in a row: which they are, what became of them, never a blind one, at what cost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from desk import Desk

from suggest.review.by_code import LENGTH, ByCode, Compared
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import merge_codes, read_codes
from suggest.study.people import ensure_coder
from suggest.study.runs import NewCandidate
from suggest.study.sets import SegmentSet

Make = Callable[..., Desk]


def lists(desk: Desk, coder: str = "anna") -> ByCode:
    return ByCode(desk.study, ensure_coder(desk.study, coder), desk.reviewer(coder))


def lines(desk: Desk, code: str = "Support", start: int = 0, size: int = 1_000) -> list[Compared]:
    page = lists(desk).page(desk.codes[code], start, size)
    assert all(line is not None for line in page.lines)
    return [line for line in page.lines if line is not None]


def test_the_list_holds_what_the_code_fits_in_the_order_of_the_talk(make: Make) -> None:
    desk = make(core="0", arm="0")
    some = desk.ids()[3:40:4]
    desk.suggest({segment: desk.candidates("Doubts", "Support") for segment in some})
    assert [line.segment for line in lines(desk, "Doubts")] == some
    assert lines(desk, "Support") == [], "it comes second and does not fit"
    assert lists(desk).page(desk.codes["Doubts"], 4, 3).total == len(some)
    assert [line.segment for line in lines(desk, "Doubts", 4, 3)] == some[4:7]


def test_a_line_says_what_became_of_the_suggestion(desk: Desk) -> None:
    ids = desk.ids()
    given = {segment: desk.line(segment)["suggestions"][0]["id"] for segment in ids[:5]}
    desk.done("accept", ids[0], suggestion=given[ids[0]])
    desk.done("edit", ids[1], suggestion=given[ids[1]], code="Doubts > Money")
    desk.done("reject", ids[2], suggestion=given[ids[2]])
    desk.done("unsure", ids[3], suggestion=given[ids[3]])
    desk.done("complete", ids[4])
    found = lines(desk)
    assert [line.verdict for line in found[:6]] == ["accept", "edit", "reject", "unsure", None, None]
    assert [line.became for line in found[:2]] == [None, desk.codes["Doubts/Money"]]
    assert [line.applied for line in found[:3]] == [True, False, False]
    assert [line.completed for line in found[3:6]] == [False, True, False]
    assert [line.suggestion for line in found[:5]] == [*given.values()]


def test_blind_segments_are_never_in_a_list_also_after_their_reveal(make: Make) -> None:
    desk = make(core="0.5", arm="0.2")
    desk.suggest_everywhere()
    blind = desk.assigned("blind_then_shown") + desk.assigned("blind")
    for segment in desk.assigned("blind_then_shown"):
        desk.done("complete", segment)
    found = {line.segment for line in lines(desk)}
    assert found == set(desk.assigned("shown"))
    assert not found & set(blind)


def test_what_is_suggested_for_blind_segments_changes_nothing_in_any_list(make: Make) -> None:
    seen = []
    for name in ("Doubts", "Setting"):
        desk = make(name=f"{name}.db", core="0.5", arm="0.2")
        blind = {*desk.assigned("blind"), *desk.assigned("blind_then_shown")}
        desk.suggest({s: desk.candidates(name if s in blind else "Support") for s in desk.ids()})
        seen.append([[line.cite for line in lines(desk, code)] for code in desk.codes])
        assert (
            lists(desk).first([desk.codes["Doubts"], desk.codes["Setting"], desk.codes["Support"]])
            == (desk.codes["Support"])
        )
    assert seen[0] == seen[1]


def test_nothing_of_a_colleague_shows(desk: Desk) -> None:
    segment = desk.ids()[0]
    given = desk.line(segment, "bo")["suggestions"][0]["id"]
    desk.done("accept", segment, "bo", suggestion=given)
    line = lines(desk)[0]
    assert (line.verdict, line.applied) == (None, False)


def test_what_the_list_shows_is_on_record_before(desk: Desk) -> None:
    before = desk.kinds().count("opened")
    lists(desk).page(desk.codes["Support"], 10, 5)
    assert desk.kinds().count("opened") == before + 5
    lists(desk).page(desk.codes["Support"], 10, 5)
    assert desk.kinds().count("opened") == before + 5


def test_a_merged_code_stands_under_its_heir(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest({segment: desk.candidates("Setting/Place") for segment in desk.ids()[:5]})
    codes = {code.id: code for code in read_codes(desk.study)}
    merge_codes(desk.study, desk.anna, codes[desk.codes["Setting/Place"]], codes[desk.codes["Doubts"]])
    assert len(lines(desk, "Doubts")) == 5


def test_of_a_long_segment_comes_the_part_around_the_evidence(make: Make) -> None:
    desk = make(sizes=(), core="0", arm="0")
    text = "before " * 20_000 + "NEEDLE" + " after" * 20_000
    place = text.index("NEEDLE")
    segments = [NewSegment(0, len(text), "data", "R1", 1, 1)]
    add_documents(desk.study, desk.anna, [NewDocument("L", text, "turn", segments)])
    fitting = NewCandidate(desk.codes["Doubts"], True, 1, "rank", (place, place + 6), "exact", "")
    desk.suggest({desk.ids()[0]: [fitting]})
    (line,) = lines(desk, "Doubts")
    assert line.mark is not None
    assert line.words[slice(*line.mark)] == "NEEDLE"
    assert (len(line.words), line.cut) == (LENGTH, True)


def test_places_in_a_set_are_found_without_walking_over_it() -> None:
    numbers = [1, 5, 4095, 4096, 9000, 9001, 20_000]
    pages: dict[int, int] = {}
    for number in numbers:
        pages[number // 4096] = pages.get(number // 4096, 0) | 1 << number % 4096
    found = SegmentSet(pages)
    for start in range(9):
        for size in (1, 2, 9):
            assert found.some(start, size) == numbers[start : start + size]
    assert [found.before(number) for number in (0, 5, 4096, 9001, 30_000)] == [0, 1, 3, 5, 7]


def test_a_page_costs_the_same_wherever_it_lies_and_searches_an_index(make: Make) -> None:
    desk = make(sizes=(2_000, 2_000), core="0.1", arm="0")
    desk.suggest_everywhere()
    reader, code = lists(desk), desk.codes["Support"]
    asked = []
    for start in (0, 3_000):
        reader.page(code, start, 20)
        statements: list[str] = []
        desk.study.db.set_trace_callback(statements.append)
        reader.page(code, start, 20)
        desk.study.db.set_trace_callback(None)
        asked.append([s for s in statements if s.split()[0] == "SELECT"])
    assert abs(len(asked[0]) - len(asked[1])) <= 10, "a document more or less is read, not a segment"
    assert not [s for s in asked[1] if re.search(r"\bOFFSET\b|NOT EXISTS", s)]
    asking = [s for s in asked[1] if "LIMIT 1" not in s]
    plans = [row[3] for s in asking for row in desk.study.db.execute(f"EXPLAIN QUERY PLAN {s}").fetchall()]
    scanned = {match[1] for plan in plans if (match := re.match(r"SCAN (\w+)", plan))}
    assert scanned <= {"tree_change", "code", "round", "run", "t", "setting", "study", "replica", "known"}


@pytest.mark.parametrize("size", [1, 7, 64])
def test_pages_of_any_size_tile_the_list(desk: Desk, size: int) -> None:
    whole = [line.segment for line in lines(desk)]
    tiled = [line.segment for start in range(0, len(whole), size) for line in lines(desk, "Support", start, size)]
    assert tiled == whole
