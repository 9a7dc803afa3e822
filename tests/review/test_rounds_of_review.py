"""Rounds, assignments and overlap as the review enforces them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk, more_talk
from hypothesis import given
from hypothesis import strategies as st

from suggest.errors import BadInput, Refused
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.pending import progress
from suggest.study.people import ensure_coder
from suggest.study.rounds import assign, close_round, find_round, open_round, spread
from suggest.study.verify import verify

Make = Callable[..., Desk]


def test_with_an_overlap_of_one_a_segment_is_completed_by_one_coder(make: Make) -> None:
    desk = make(core="0", arm="0", overlap="0")
    open_round(desk.study, desk.anna, "one each", overlap=1)
    first, second = desk.ids()[:2]
    desk.reviewer("ben")
    desk.done("complete", first)
    assert desk.number(first) not in desk.queue("ben")
    assert desk.declined("complete", first, "ben") == "not_in_queue"
    assert desk.declined("add", first, "ben", code="Doubts", range=[0, 3]) == "not_in_queue"
    desk.done("complete", second, "ben")
    assert desk.queue() == desk.queue("ben") == [desk.number(segment) for segment in desk.ids()[2:]]


def test_whoever_completed_first_may_go_on_and_undo_gives_the_segment_back(make: Make) -> None:
    desk = make(core="0", arm="0")
    open_round(desk.study, desk.anna, "one each", overlap=1)
    first = desk.ids()[0]
    desk.reviewer("ben")
    desk.done("complete", first)
    desk.done("add", first, code="Doubts", range=[0, 3])
    desk.done("undo")
    desk.done("undo")
    assert desk.number(first) in desk.queue("ben")
    desk.done("complete", first, "ben")


def test_the_core_is_coded_by_all_whatever_the_overlap(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    open_round(desk.study, desk.anna, "one each", overlap=1)
    core = (desk.assigned("blind") + desk.assigned("blind_then_shown"))[0]
    desk.done("complete", core)
    desk.done("complete", core, "ben")


def test_a_coder_codes_only_the_assigned_documents(make: Make) -> None:
    desk = make(core="0", arm="0")
    ben = ensure_coder(desk.study, "ben")
    assign(desk.study, desk.anna, find_round(desk.study, "main"), ben, [desk.documents[1]])
    inside = [segment for segment in desk.ids() if segment.startswith(desk.documents[1])]
    assert desk.queue("ben") == [desk.number(segment) for segment in inside]
    assert desk.declined("complete", desk.ids()[0], "ben") == "not_in_queue"
    desk.done("complete", desk.ids()[0])


def test_the_newest_open_round_is_where_one_works_and_another_can_be_named(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("complete", segment)
    open_round(desk.study, desk.anna, "second")
    assert desk.line(segment)["round"] == "second"
    assert not desk.line(segment)["completed"]
    desk.done("flag", segment, round="main")
    assert not desk.line(segment)["flagged"]


def test_after_a_round_is_closed_work_goes_on_in_the_one_before(desk: Desk) -> None:
    open_round(desk.study, desk.anna, "second")
    desk.done("complete", desk.ids()[0])
    close_round(desk.study, desk.anna, find_round(desk.study, "second"))
    assert desk.line(desk.ids()[0])["round"] == "main"


def test_a_branch_that_a_round_is_about_is_kept_with_each_completion(desk: Desk) -> None:
    open_round(desk.study, desk.anna, "doubts", scope=("branch", desk.codes["Doubts"]))
    desk.done("complete", desk.ids()[0])
    row = desk.study.db.execute("SELECT scope, scope_code FROM unit WHERE completed IS NOT NULL").fetchone()
    assert row == ("branch", desk.codes["Doubts"])


def test_a_document_added_during_the_review_is_drawn_before_it_is_decided_on(make: Make) -> None:
    desk = make(core="1", arm="0")
    desk.reviewer("anna")
    new = [NewSegment(0, 5), NewSegment(5, 10), NewSegment(10, 15)]
    added = add_documents(desk.study, desk.anna, [NewDocument("NEW", "a" * 15, "line", new)])[0]
    desk.done("complete", f"{added}.0")
    drawn = desk.study.db.execute("SELECT count(*) FROM draw WHERE document = ?", (added,)).fetchone()[0]
    assigned = desk.study.db.execute(
        "SELECT assigned FROM unit WHERE segment = ?", (desk.number(f"{added}.0"),)
    ).fetchone()[0]
    assert (drawn, assigned != "shown") == (1, True)


def test_segments_can_be_assigned_and_nothing_else_is_coded(make: Make) -> None:
    desk = make(core="0", arm="0")
    ben = ensure_coder(desk.study, "ben")
    ids = desk.ids()
    chosen = [ids[3], ids[1], ids[50]]
    assign(desk.study, desk.anna, find_round(desk.study, "main"), ben, None, chosen)
    assert desk.queue("ben") == sorted(desk.number(segment) for segment in chosen)
    assert desk.declined("complete", ids[0], "ben") == "not_in_queue"
    more_talk(desk, "NEW", 5)
    assert len(desk.queue("ben")) == 3
    assert verify(desk.study).ok


def test_an_assignment_when_work_has_begun_keeps_what_is_done_and_changes_what_is_left(make: Make) -> None:
    desk = make(core="0", arm="0")
    ben, round_ = ensure_coder(desk.study, "ben"), find_round(desk.study, "main")
    first, second = desk.ids()[:2]
    desk.done("complete", first, "ben")
    desk.done("skip", second, "ben")
    assign(desk.study, desk.anna, round_, ben, [desk.documents[1]])
    state = progress(desk.study, round_.id, ben)
    inside = [desk.number(s) for s in desk.ids() if s.startswith(desk.documents[1])]
    assert (state.completed, state.remaining, desk.queue("ben")) == (1, len(inside), inside)
    assert desk.declined("add", second, "ben", code="Doubts", range=[50, 60]) == "not_in_queue"
    assign(desk.study, desk.anna, round_, ben, None)
    assert desk.queue("ben")[-1] == desk.number(second)
    assert len(desk.queue("ben")) == len(desk.ids()) - 1
    assert verify(desk.study).ok


def test_overlap_holds_within_what_is_assigned_in_documents_of_different_sizes(make: Make) -> None:
    desk = make(sizes=(40, 10, 20), core="0", arm="0")
    open_round(desk.study, desk.anna, "two each", overlap=2)
    round_ = find_round(desk.study, "two each")
    people = {name: ensure_coder(desk.study, name) for name in ("anna", "ben", "cleo")}
    sizes = {id_: 1 + n for n, id_ in zip((40, 10, 20), desk.documents, strict=True)}
    for name, ids in spread(sizes, [*people], 2).items():
        assign(desk.study, desk.anna, round_, people[name], ids)
    while coming := {name: found[0] for name in people if (found := desk.queue(name, limit=1))}:
        names = {desk.number(segment): segment for segment in desk.ids()}
        for name, number in coming.items():
            desk.done("complete", names[number], name)
    counts = desk.study.db.execute(
        "SELECT count(*) FROM unit WHERE round = ? AND completed IS NOT NULL GROUP BY segment", (round_.id,)
    ).fetchall()
    assert len(counts) == len(desk.ids()) and {count for (count,) in counts} == {2}


def test_nothing_is_assigned_in_a_closed_round_or_to_who_takes_no_part(make: Make) -> None:
    desk = make()
    ben = ensure_coder(desk.study, "ben")
    open_round(desk.study, desk.anna, "anna alone", coders=[desk.anna], documents=[desk.documents[0]])
    alone = find_round(desk.study, "anna alone")
    with pytest.raises(BadInput, match="take part"):
        assign(desk.study, desk.anna, alone, ben, None)
    with pytest.raises(BadInput, match="not among"):
        assign(desk.study, desk.anna, alone, desk.anna, [desk.documents[1]])
    close_round(desk.study, desk.anna, alone)
    with pytest.raises(Refused, match="closed"):
        assign(desk.study, desk.anna, find_round(desk.study, "anna alone"), desk.anna, None)


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=12), st.integers(1, 5), st.integers(1, 5),
)  # fmt: skip
def test_spreading_is_even_to_one_document(sizes: list[int], people: int, each: int) -> None:
    documents = {f"d{n}": size for n, size in enumerate(sizes)}
    names = [f"p{n}" for n in range(people)]
    if each > people:
        with pytest.raises(BadInput):
            spread(documents, names, each)
        return
    shares = spread(documents, names, each)
    assert sorted(id_ for ids in shares.values() for id_ in ids) == sorted([*documents] * each)
    assert all(len(set(ids)) == len(ids) for ids in shares.values())
    loads = [sum(documents[id_] for id_ in ids) for ids in shares.values()]
    assert max(loads) - min(loads) <= max(sizes)
