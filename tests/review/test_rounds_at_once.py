"""Several open rounds: what is blind for a coder in one is blind in all, and what was seen before is on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk

from suggest.review.queue import ORDERS, Queue
from suggest.study.rounds import Round, close_round, exposure, find_round, open_round
from suggest.study.settings import set_setting
from suggest.study.units import read_unit, snapshot
from suggest.study.verify import verify

Make = Callable[..., Desk]
MARKER = "zqmarkerzq"


def in_round(desk: Desk, name: str, segment: str, coder: str = "anna") -> dict[str, Any]:
    reviewer = desk.reviewer(coder)
    return reviewer.show([desk.number(segment)], reviewer.round(name))[0].to_json()


def blind_in(desk: Desk, name: str) -> list[str]:
    round_ = find_round(desk.study, name)
    return [s for s in desk.ids() if exposure(desk.study, round_, desk.anna, desk.number(s), s).assigned != "shown"]


@pytest.fixture
def two(make: Make) -> Desk:
    """`main`, in which everything is shown, and the newer `check`, in which half is blind."""
    desk = make(core="0", arm="0")
    desk.suggest_everywhere(words=MARKER)
    desk.reviewer("anna").round("main")
    set_setting(desk.study, desk.anna, "core", "0.5")
    open_round(desk.study, desk.anna, "check", purpose="reliability")
    desk.reviewer("anna").round("check")
    return desk


def unit(desk: Desk, name: str, segment: str) -> Any:
    return read_unit(desk.study, find_round(desk.study, name).id, desk.anna, desk.number(segment))


def suggestion(desk: Desk, segment: str) -> str:
    number = desk.number(segment)
    (hash_,) = desk.study.db.execute("SELECT hash FROM current_set WHERE segment = ?", (number,)).fetchone()
    return f"{hash_[:20]}.0"


def test_in_the_other_round_it_is_blind_and_logged_as_such(two: Desk) -> None:
    segment = blind_in(two, "check")[0]
    line = in_round(two, "main", segment)
    assert (line["exposure"], line["set"], line["suggestions"]) == ("blind", None, [])
    assert (unit(two, "main", segment).assigned, unit(two, "main", segment).actual) == ("shown", "blind")
    two_kinds = two.declined("accept", segment, suggestion=suggestion(two, segment), round="main")
    assert two_kinds == "not_shown"
    given = {"verdict": "accept", "suggestions": [suggestion(two, segment)], "round": "main"}
    assert two.declined("bulk", **given) == "not_shown"
    assert verify(two.study).ok


def test_what_is_shown_in_both_is_shown(two: Desk) -> None:
    segment = next(s for s in two.ids() if s not in blind_in(two, "check"))
    assert len(in_round(two, "main", segment)["suggestions"]) == 5


def test_it_shows_in_the_other_round_once_the_answer_is_committed(two: Desk) -> None:
    segment = blind_in(two, "check")[0]
    in_round(two, "main", segment)
    two.done("complete", segment, round="check")
    assert len(in_round(two, "main", segment)["suggestions"]) == 5
    assert unit(two, "main", segment).actual == "shown"
    assert not unit(two, "check", segment).seen


def test_an_answer_given_in_the_other_round_meanwhile_was_a_blind_one_and_is_kept(two: Desk) -> None:
    segment = blind_in(two, "check")[0]
    start = in_round(two, "main", segment)["start"]
    two.done("add", segment, code="Doubts", range=[start, start + 4], round="main")
    assert "revealed" not in two.done("complete", segment, round="main")
    assert in_round(two, "check", segment)["suggestions"] == []
    two.done("complete", segment, round="check")
    assert len(in_round(two, "main", segment)["suggestions"]) == 5
    held = snapshot(two.study, find_round(two.study, "main").id, two.anna, two.number(segment))
    assert held == [(two.codes["Doubts"], start, start + 4)]
    assert unit(two, "main", segment).actual == "blind_then_shown"


def test_the_newer_round_is_blind_where_the_older_one_still_is(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    blind = desk.assigned("blind_then_shown")[0]
    set_setting(desk.study, desk.anna, "core", "0")
    open_round(desk.study, desk.anna, "next")
    assert desk.line(blind)["suggestions"] == []
    assert desk.line(blind)["round"] == "next"
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    assert len(desk.line(blind)["suggestions"]) == 5


def test_a_round_that_nobody_began_is_drawn_before_anything_shows(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere(words=MARKER)
    desk.reviewer("anna").round("main")
    set_setting(desk.study, desk.anna, "core", "1")
    open_round(desk.study, desk.anna, "check")
    shown = [in_round(desk, "main", segment) for segment in desk.ids()]
    blind = set(blind_in(desk, "check"))
    assert blind and {line["segment"] for line in shown if not line["suggestions"]} == blind


def test_what_was_on_screen_in_an_earlier_round_is_on_record_beside_a_blind_answer(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    for segment in desk.ids():
        desk.line(segment)
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    set_setting(desk.study, desk.anna, "core", "0.5")
    open_round(desk.study, desk.anna, "check")
    desk.reviewer("anna").round("check")
    segment = blind_in(desk, "check")[0]
    assert desk.line(segment)["suggestions"] == []
    desk.done("complete", segment)
    assert unit(desk, "check", segment).seen
    assert not read_unit(desk.study, find_round(desk.study, "check").id, desk.anna, desk.number(desk.ids()[-1])).seen
    assert verify(desk.study).ok


@pytest.mark.parametrize("order", ORDERS)
def test_no_order_of_the_other_round_depends_on_what_is_suggested_for_it(make: Make, order: str) -> None:
    listed = []
    for name, lead in (("one", "Doubts"), ("two", "Setting")):
        desk = make(f"{name}.db", core="0", arm="0")
        desk.reviewer("anna").round("main")
        set_setting(desk.study, desk.anna, "core", "0.5")
        open_round(desk.study, desk.anna, "check")
        desk.reviewer("anna").round("check")
        blind = set(blind_in(desk, "check"))
        assert blind
        desk.suggest(
            {
                s: desk.candidates(lead, lead=400_000 if name == "one" else 1) if s in blind else desk.candidates()
                for s in desk.ids()
            }
        )
        main: Round = desk.reviewer("anna").round("main")
        listed.append(Queue(desk.study, desk.anna, main, order).take(999))
    assert listed[0] == listed[1]
