"""Rounds, assignments and overlap as the review enforces them."""

from __future__ import annotations

from collections.abc import Callable

from desk import Desk

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.people import ensure_coder
from suggest.study.rounds import assign, close_round, find_round, open_round

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
