"""The log in pages: both ways, the same entries, and never a walk over what is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, make_desk

from suggest.study.log import entries
from suggest.study.log_pages import Choice, _query, get_entry, place_of, read_page
from suggest.study.study import Study


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("log")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(folder / "home"))
        desk = make_desk(folder / "study.db", sizes=(20,), core="0", arm="0")
        desk.suggest_everywhere()
        for segment in desk.ids()[:6]:
            desk.done("no_code", segment)
            desk.done("memo", segment, text="to be thought about", coder="ben")
    return desk


def walk(study: Study, *, backwards: bool, size: int, **given: object) -> list[tuple[str, int]]:
    """All entries, page by page, in the fold's order."""
    found: list[tuple[str, int]] = []
    place = None
    while True:
        page = read_page(study, place, size, backwards=backwards, **given)  # type: ignore[arg-type]
        keys = [(entry.replica, entry.seq) for entry in page.entries]
        found = keys + found if backwards else found + keys
        place = page.further
        if place is None:
            return found


@pytest.mark.parametrize("backwards", [True, False])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_both_ways_lead_over_the_same_entries(desk: Desk, backwards: bool, size: int) -> None:
    every = [(entry.replica, entry.seq) for entry in entries(desk.study.db)]
    assert walk(desk.study, backwards=backwards, size=size) == every


@pytest.mark.parametrize("backwards", [True, False])
def test_a_choice_shows_what_it_names(desk: Desk, backwards: bool) -> None:
    def found(choice: Choice) -> list[str]:
        keys = walk(desk.study, backwards=backwards, size=4, choice=choice)
        told = [get_entry(desk.study, *key) for key in keys]
        return [entry.kind for entry in told if entry is not None]

    ben = next(entry.actor for entry in entries(desk.study.db, kind="memo_written"))
    assert found(Choice(kind="memo_written")) == ["memo_written"] * 6
    assert set(found(Choice(actor=ben))) >= {"coder_added", "memo_written"}
    assert found(Choice(segment=desk.ids()[0])).count("suggested") == 1
    assert "memo_written" in found(Choice(segment=desk.ids()[0]))
    assert found(Choice(kind="memo_written", actor=desk.anna)) == []


def test_a_page_that_finds_nothing_returns_and_says_where_to_go_on(desk: Desk) -> None:
    page = read_page(desk.study, None, 5, backwards=True, keep=lambda entry: entry.kind == "study_created", step=10)
    assert (page.entries, page.looked_at) == ((), 10)
    assert page.further is not None
    every = walk(desk.study, backwards=True, size=5, keep=lambda entry: entry.kind == "study_created", step=10)
    assert len(every) == 1


def test_an_entry_is_where_its_place_says(desk: Desk) -> None:
    page = read_page(desk.study, None, 3, backwards=True)
    before = read_page(desk.study, place_of(page.entries[0]), 3, backwards=True)
    assert place_of(before.entries[-1]) < place_of(page.entries[0])


@pytest.mark.parametrize("backwards", [True, False])
@pytest.mark.parametrize("choice", [Choice(), Choice(kind="decided"), Choice(actor="x"), Choice(segment="d.1")])
def test_no_page_is_sorted_or_begun_at_the_wrong_end(desk: Desk, choice: Choice, backwards: bool) -> None:
    query, values = _query(choice, (1, 2, "r", 3), backwards)
    plan = " ".join(row[3] for row in desk.study.db.execute(f"EXPLAIN QUERY PLAN {query}", values))
    index = "log_kind (kind=? AND " if choice.kind else "log_order ("
    assert index in plan
    assert ("<" if backwards else ">") in plan
    assert "TEMP B-TREE" not in plan


def test_it_is_read_in_a_study_that_is_open_for_reading_only(desk: Desk) -> None:
    with Study.open(Path(desk.study.path)) as study:
        assert read_page(study, None, 2, backwards=False).entries[1].kind == "study_created"
