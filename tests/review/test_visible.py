"""What one coder may see of colleagues' work and of the model's: in margins, examples, lists, counts and the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk

from suggest.review.sight import Sight
from suggest.review.visible import code_counts, codings_in, examples, own_view, segments_of_code
from suggest.review.visible_log import VisibleEntry, visible_page
from suggest.study.people import ensure_coder
from suggest.study.rounds import close_round, find_round, open_round, release_core
from suggest.study.settings import set_setting

Make = Callable[..., Desk]


def sight(desk: Desk, coder: str = "anna") -> Sight:
    return Sight(desk.study, ensure_coder(desk.study, coder))


def code(desk: Desk, segment: str, coder: str, name: str = "Doubts", *, complete: bool = True) -> None:
    line = desk.reviewer(coder).show([desk.number(segment)], desk.reviewer(coder).round())[0].segment
    desk.done("add", segment, coder, code=name, range=[line.start, line.end])
    if complete:
        desk.done("complete", segment, coder)


def margin(desk: Desk, coder: str = "anna") -> list[tuple[str, int]]:
    names = {ensure_coder(desk.study, name): name for name in ("anna", "ben")}
    return [
        (names[coding.coder], coding.segment)
        for document in desk.documents
        for coding in codings_in(sight(desk, coder), document, 0, 10**6)
    ]


def log_of(desk: Desk, coder: str = "anna", **given: Any) -> list[VisibleEntry]:
    found, place = list[VisibleEntry](), None
    while True:
        page, reached = visible_page(sight(desk, coder), after=place, size=7, **given)
        found += page
        if reached is None:
            return found
        place = reached


def test_colleagues_codings_show_when_both_have_completed_the_segment(desk: Desk) -> None:
    segment = desk.ids()[0]
    code(desk, segment, "ben")
    assert margin(desk) == []
    code(desk, segment, "anna", complete=False)
    assert margin(desk) == [("anna", 0)]
    desk.done("complete", segment)
    assert sorted(margin(desk)) == [("anna", 0), ("ben", 0)]
    desk.done("undo", coder="ben")
    assert margin(desk) == [("anna", 0)]


def test_a_coding_over_several_segments_shows_when_all_of_them_may_be_seen(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    start, end = desk.line(first)["start"], desk.line(second)["end"]
    desk.done("add", first, "ben", code="Doubts", range=[start, end])
    for segment in (first, second):
        desk.done("complete", segment, "ben")
    desk.done("complete", first)
    assert margin(desk) == []
    desk.done("complete", second)
    assert margin(desk) == [("ben", 0)]


def test_with_peers_shown_they_show_at_once_but_not_on_what_is_blind_and_uncommitted(make: Make) -> None:
    desk = make(core="0.5", arm="0.1", peers="shown")
    blind, shown = desk.assigned("blind")[0], desk.assigned("shown")[0]
    for segment in (blind, shown):
        code(desk, segment, "ben")
    assert margin(desk) == [("ben", desk.number(shown))]
    desk.done("complete", blind)
    assert {number for _, number in margin(desk)} == {desk.number(shown), desk.number(blind)}


def test_an_earlier_round_shows_unless_the_segment_is_blind_in_the_new_one(make: Make) -> None:
    desk = make(core="0", arm="0")
    for segment in desk.ids()[:60]:
        desk.done("complete", segment, "ben")
        code(desk, segment, "ben", complete=False)
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    set_setting(desk.study, desk.anna, "core", "0.5")
    open_round(desk.study, desk.anna, "next")
    desk.reviewer("anna").round()
    blind = {desk.number(s) for s in desk.assigned("blind") + desk.assigned("blind_then_shown")}
    seen = {number for _, number in margin(desk)}
    assert seen == {desk.number(s) for s in desk.ids()[:60]} - blind and blind


def test_examples_are_ones_own_and_those_of_rounds_that_are_over(desk: Desk) -> None:
    ids, doubts = desk.ids(), desk.codes["Doubts"]
    for segment in ids[:2]:
        code(desk, segment, "anna")
        code(desk, segment, "ben")
    assert [(e.segment.number, e.coder) for e in examples(sight(desk), doubts)] == [(0, "anna"), (1, "anna")]
    close_round(desk.study, desk.anna, desk.round)
    open_round(desk.study, desk.anna, "next")
    # Nobody knows yet what is blind in the new round, so that all of it is.
    assert {e.coder for e in examples(sight(desk), doubts)} == {"anna"}
    assert desk.round.name == "next"
    found = examples(sight(desk), doubts)
    assert [(e.segment.number, e.coder, e.own) for e in found] == [
        (0, "anna", True), (1, "anna", True), (0, "ben", False), (1, "ben", False),
    ]  # fmt: skip
    assert len(examples(sight(desk), doubts, 3)) == 3


def test_segments_and_counts_of_a_code_leave_out_what_may_not_be_seen(make: Make) -> None:
    desk = make(core="0.4", arm="0.1")
    desk.suggest_everywhere()
    blind = desk.assigned("blind") + desk.assigned("blind_then_shown")
    shown = desk.assigned("shown")
    for segment in (blind[0], shown[0], shown[1]):
        code(desk, segment, "ben", "Support")
    code(desk, shown[0], "anna", "Support")
    found = segments_of_code(sight(desk), desk.codes["Support"])
    assert ([*found.mine], [*found.colleagues]) == ([desk.number(shown[0])],) * 2
    assert {*found.suggested} == {desk.number(segment) for segment in shown}
    counts = code_counts(sight(desk))[desk.codes["Support"]]
    assert (counts.segments, counts.mine, counts.by_model, counts.documents) == (1, 1, len(shown), 1)


def test_a_revealed_segment_counts_and_a_released_one_for_those_who_committed(make: Make) -> None:
    desk = make(core="0.4", arm="0")
    desk.suggest_everywhere()
    support, before = desk.codes["Support"], len(desk.assigned("shown"))
    desk.done("complete", desk.assigned("blind_then_shown")[0])
    desk.done("complete", desk.assigned("blind")[0])
    assert code_counts(sight(desk))[support].by_model == before + 1
    release_core(desk.study, desk.anna, desk.round)
    assert code_counts(sight(desk))[support].by_model == before + 2


def test_own_figures_count_nothing_of_others(desk: Desk) -> None:
    code(desk, desk.ids()[0], "ben")
    code(desk, desk.ids()[1], "anna")
    found = own_view(sight(desk))
    assert (found.decisions, found.codings) == ({"add": 1}, 1)
    assert found.progress["main"]["ben"][0] == found.progress["main"]["anna"][0] == 1


def test_the_log_leaves_out_what_colleagues_did_until_both_have_completed(desk: Desk) -> None:
    segment = desk.ids()[0]
    code(desk, segment, "ben")
    ben = ensure_coder(desk.study, "ben")
    desk.done("memo", segment, "ben", text="looks like doubts")
    assert not [e for e in log_of(desk) if e.actor == ben and e.kind not in ("coder_added", "joined", "queue_drawn")]
    assert len([e for e in log_of(desk, "ben") if e.actor == ben]) >= 4
    desk.done("complete", segment)
    kinds = {e.kind for e in log_of(desk) if e.actor == ben}
    assert {"decided", "completed", "memo_written"} <= kinds


def test_what_undid_a_hidden_act_is_hidden_with_it(desk: Desk) -> None:
    code(desk, desk.ids()[0], "ben")
    desk.done("undo", coder="ben")
    desk.done("undo", coder="ben")
    assert "reverted" not in {e.kind for e in log_of(desk)}
    assert [e.kind for e in log_of(desk, "ben", kind="reverted")] == ["reverted"] * 2


def test_the_log_leaves_out_suggestions_for_blind_segments_and_all_hashes(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    segment = desk.assigned("blind_then_shown")[0]
    desk.line(segment)
    hash_ = desk.study.db.execute(
        "SELECT hash FROM current_set WHERE segment = ?", (desk.number(segment),)
    ).fetchone()[0]  # fmt: skip
    told = [e.payload["segment"] for e in log_of(desk, kind="suggested")]
    assert set(told) == set(desk.assigned("shown"))
    text = json.dumps([e.to_json() for e in log_of(desk)])
    assert hash_ not in text and '"hash"' not in text
    assert [e.payload["sets"] for e in log_of(desk, kind="opened")] == [None]
    desk.done("complete", segment)
    assert segment in [e.payload["segment"] for e in log_of(desk, kind="suggested")]
    assert hash_ in json.dumps([e.to_json() for e in log_of(desk)])


def test_nothing_of_ones_own_is_left_out(make: Make) -> None:
    desk = make(core="0.5", arm="0.1")
    for segment in desk.ids()[:9]:
        code(desk, segment, "anna", complete=segment != desk.ids()[3])
    desk.done("memo", desk.ids()[0], text="note")
    desk.done("undo")
    mine = [e for e in log_of(desk) if e.actor == desk.anna]
    everything = desk.study.db.execute("SELECT count(*) FROM log WHERE actor = ?", (desk.anna,)).fetchone()
    assert len(mine) == everything[0]


@pytest.mark.parametrize("about", ["code", "study"])
def test_notes_on_codes_and_the_study_are_for_all(desk: Desk, about: str) -> None:
    ben = ensure_coder(desk.study, "ben")
    with desk.study.write(ben) as writer:
        text = writer.content("memo", "for all")
        subject = desk.codes["Doubts"] if about == "code" else None
        writer.append(
            "memo_written",
            {"coder": ben, "about": about, "subject": subject, "coding": None, "text": text, "ref": None},
        )
    assert len(log_of(desk, kind="memo_written")) == 1
