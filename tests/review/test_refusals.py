"""Every kind of refusal: it is answered with a sentence, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk

from suggest.study.codes import find_code, read_codes, retire
from suggest.study.documents import find_document, set_consent, set_role
from suggest.study.erase import Erasure, erase
from suggest.study.rounds import close_round, find_round, open_round

Make = Callable[..., Desk]


@pytest.mark.parametrize(
    "line",
    [
        None, 7, "text", [], {}, {"segment": "x"}, {"action": "dance"}, {"action": 3, "segment": "x"},
        {"action": "accept", "segment": "HERE"}, {"action": "add", "segment": "HERE", "code": "Doubts"},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [0]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [0, True]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [0, 2.0]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [3, 3]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [5, 3]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [-1, 3]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [0, 10**9]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": [300, 310]},
        {"action": "add", "segment": "HERE", "code": 5, "range": [0, 3]},
        {"action": "add", "segment": "HERE", "code": "Doubts", "range": "0-3"},
        {"action": "edit", "segment": "HERE", "suggestion": "x"},
        {"action": "flag", "segment": "HERE", "on": 1}, {"action": "complete", "segment": "HERE", "end_seen": "yes"},
        {"action": "memo", "segment": "HERE", "text": ""}, {"action": "memo", "segment": "HERE", "text": "a\x00b"},
        {"action": "memo", "segment": "HERE", "text": "half \ud800"},
        {"action": "no_code", "segment": "HERE", "reason": ["x"]}, {"action": "no_code", "segment": "HERE", "ref": 5},
        {"action": "no_code", "segment": "HERE", "ref": "x" * 1001},
        {"action": "no_code", "segment": "HERE", "resaon": "x"}, {"action": "undo", "segment": "HERE"},
        {"action": "mask", "segment": "HERE"}, {"action": "mask", "segment": "HERE", "range": [0, 10**6]},
        {"action": "mask", "segment": "HERE", "range": [0, 3], "throughout": "yes"},
        {"action": "new_code", "segment": "HERE"}, {"action": "new_code", "segment": "HERE", "name": "x", "sure": 1},
        {"action": "bulk", "verdict": "accept"}, {"action": "bulk", "verdict": "unsure", "suggestions": ["x"]},
        {"action": "bulk", "verdict": "accept", "suggestions": []},
        {"action": "bulk", "verdict": "accept", "suggestions": "x"},
        {"action": "bulk", "verdict": "accept", "suggestions": ["x", "x"]},
        {"action": "bulk", "verdict": "accept", "suggestions": [str(n) for n in range(501)]},
        {"action": "unflag", "segment": "HERE", "on": True},
        {"action": "no_code", "segment": "HERE", "round": "nowhere"}, {"action": "complete", "segment": ["HERE"]},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_invalid(desk: Desk, line: Any) -> None:
    if isinstance(line, dict) and line.get("segment") == "HERE":
        line = {**line, "segment": desk.ids()[0]}
    anna = desk.reviewer("anna")
    before = desk.entries()
    answer = anna.act(line)
    assert (answer["ok"], answer["kind"]) == (False, "invalid")
    assert desk.entries() == before
    assert answer["error"].endswith((".", ")"))


def test_a_refusal_repeats_the_ref(desk: Desk) -> None:
    answer = desk.act("add", desk.ids()[0], code="Nothing", range=[0, 3], ref="my-7")
    assert (answer["ok"], answer["ref"]) == (False, "my-7")


@pytest.mark.parametrize("segment", ["nope", "dxxxxxxxxxxxx.0", "HERE.99999", "HERE.-1", "HERE.00", "HERE.٣", "\ufeff"])
def test_a_segment_that_does_not_exist(desk: Desk, segment: str) -> None:
    assert desk.declined("complete", segment.replace("HERE", desk.documents[0])) == "unknown_segment"


def test_a_code_that_does_not_exist_or_is_meant_by_several_names(desk: Desk) -> None:
    assert desk.declined("add", desk.ids()[0], code="Nothing", range=[0, 3]) == "unknown_code"


def test_a_retired_code_is_not_applied(desk: Desk) -> None:
    segment = desk.ids()[0]
    named = desk.line(segment)["suggestions"][1]["id"]
    retire(desk.study, desk.anna, find_code(read_codes(desk.study), "Trust"))
    assert desk.declined("add", segment, code="Trust", range=[0, 3]) == "unknown_code"
    assert desk.declined("accept", segment, suggestion=named) == "unknown_code"


@pytest.mark.parametrize("which", ["nothing", "0" * 20 + ".0", "OTHER", "RANK", "0" * 20, "." * 5])
def test_a_suggestion_that_the_segment_does_not_have(desk: Desk, which: str) -> None:
    here, other = desk.line(desk.ids()[0]), desk.line(desk.ids()[1])
    named = {"OTHER": other["suggestions"][0]["id"], "RANK": here["suggestions"][0]["id"][:-1] + "99"}.get(which, which)
    assert desk.declined("accept", here["segment"], suggestion=named) == "unknown_suggestion"


def test_a_suggestion_of_an_older_run_that_was_never_on_screen(desk: Desk) -> None:
    segment = desk.ids()[0]
    old = desk.study.db.execute("SELECT hash FROM current_set WHERE segment = 0").fetchone()[0]
    desk.suggest({segment: desk.candidates("Doubts")})
    assert desk.declined("accept", segment, suggestion=f"{old[:20]}.0") == "not_shown"


def test_a_suggestion_of_an_older_run_that_is_still_on_screen_is_taken(desk: Desk) -> None:
    segment = desk.ids()[0]
    named = desk.line(segment)["suggestions"][0]["id"]
    desk.suggest({segment: desk.candidates("Doubts")})
    desk.done("accept", segment, suggestion=named)


def test_a_suggestion_of_a_blind_segment_before_its_reveal(make: Make) -> None:
    desk = make(core="0.5")
    desk.suggest_everywhere()
    for exposure in ("blind", "blind_then_shown"):
        segment = desk.assigned(exposure)[0]
        hash_ = desk.study.db.execute(
            "SELECT hash FROM current_set WHERE segment = ?", (desk.number(segment),)
        ).fetchone()[0]
        for named in (f"{hash_[:20]}.0", f"{hash_[:20]}.99", "anything"):
            assert desk.declined("accept", segment, suggestion=named) == "not_shown"


def test_the_moderators_turns_are_not_coded(desk: Desk) -> None:
    assert desk.declined("complete", f"{desk.documents[0]}.8") == "not_in_queue"


def test_a_turn_whose_role_was_changed_is_not_coded(desk: Desk) -> None:
    set_role(desk.study, desk.anna, find_document(desk.study, "D0"), "other", ordinals=[0])
    assert desk.declined("complete", f"{desk.documents[0]}.0") == "not_in_queue"


def test_what_consent_keeps_out_is_not_coded(desk: Desk) -> None:
    set_consent(desk.study, desk.anna, find_document(desk.study, "D0"), "R0", "exclude", True)
    assert desk.declined("complete", f"{desk.documents[0]}.0") == "not_in_queue"


def test_what_was_withdrawn_takes_no_decision_and_no_memo(desk: Desk) -> None:
    erase(desk.study, Erasure(desk.documents[0], "segments", ((0, 0),), reason="asked for"), desk.anna)
    segment = f"{desk.documents[0]}.0"
    assert desk.declined("complete", segment) == "not_in_queue"
    assert desk.declined("memo", segment, text="a note") == "withdrawn"


def test_nothing_to_undo_and_nothing_to_redo(desk: Desk) -> None:
    assert desk.declined("undo", coder="ben") == "nothing_to_undo"
    assert desk.declined("redo", coder="ben") == "nothing_to_undo"


def test_a_colleagues_coding_is_not_taken_away_and_not_told(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("add", segment, "ben", code="Doubts", range=[0, 3])
    desk.done("flag", segment)
    answers = [desk.act("remove", segment, code=code) for code in ("Doubts", "Setting")]
    assert answers[0] == answers[1]
    assert answers[0]["kind"] == "not_yours"


def test_no_code_while_codes_are_applied_contradicts_them(desk: Desk) -> None:
    desk.done("add", desk.ids()[0], code="Doubts", range=[0, 3])
    assert desk.declined("no_code", desk.ids()[0]) == "conflict"


def test_keep_without_a_reveal_and_skip_of_what_is_completed(desk: Desk) -> None:
    assert desk.declined("keep", desk.ids()[0]) == "conflict"
    desk.done("complete", desk.ids()[0])
    assert desk.declined("keep", desk.ids()[0]) == "conflict"
    assert desk.declined("skip", desk.ids()[0]) == "conflict"


def test_a_closed_round_takes_nothing_more_and_gives_nothing_back(desk: Desk) -> None:
    desk.done("no_code", desk.ids()[0])
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    assert desk.declined("complete", desk.ids()[0]) == "closed"
    assert desk.declined("complete", desk.ids()[0], round="main") == "closed"
    assert desk.declined("undo") == "closed"


def test_a_ref_of_a_closed_round_is_still_answered(desk: Desk) -> None:
    first = desk.done("complete", desk.ids()[0], ref="c")
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    assert desk.done("complete", desk.ids()[0], ref="c")["entry"] == first["entry"]


def test_a_round_of_others_is_not_ones_own(desk: Desk) -> None:
    desk.reviewer("ben")
    from suggest.study.people import ensure_coder

    open_round(desk.study, desk.anna, "second", coders=[ensure_coder(desk.study, "ben")])
    assert desk.declined("complete", desk.ids()[0], round="second") == "not_in_queue"
    desk.done("complete", desk.ids()[0])
