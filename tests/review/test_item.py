"""A queue line: the keys of the contract, ranked suggestions under today's tree, and nothing before its time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

from desk import Desk

from suggest.study.codes import find_code, merge_codes, read_codes, retire
from suggest.study.runs import NewCandidate

Make = Callable[..., Desk]
CONTRACT = {
    "segment", "external", "cite", "document", "speaker", "role", "start", "text", "before", "after", "round",
    "exposure", "set", "suggestions", "mine",
}  # fmt: skip
SUGGESTION = {
    "id",
    "code",
    "path",
    "fits",
    "confidence",
    "calibrated",
    "evidence",
    "rationale",
    "profile",
    "basis",
    "confidence_method",
    "votes",
}


def test_a_line_has_the_keys_of_the_contract(desk: Desk) -> None:
    line = json.loads(json.dumps(desk.line(desk.ids()[12])))
    assert line.keys() >= CONTRACT
    assert line["suggestions"][0].keys() == SUGGESTION
    assert line["before"][0].keys() == {"segment", "speaker", "role", "text"}


def test_a_line_says_where_the_segment_stands(desk: Desk) -> None:
    line = desk.line(desk.ids()[9])
    assert [line[key] for key in ("cite", "document", "speaker", "role", "external", "round", "exposure")] == [
        "D0 11", "D0", "R1", "data", "D0-10", "main", "shown",
    ]  # fmt: skip
    assert line["text"] == "D0 turn 10: people said what they had to say."
    assert line["end"] - line["start"] == len(line["text"])


def test_the_talk_around_it_has_three_turns_each_way_of_every_role(desk: Desk) -> None:
    line = desk.line(desk.ids()[8])
    assert [item["role"] for item in line["before"]] == ["data", "data", "prompt"]
    assert [item["text"][:10] for item in line["after"]] == ["D0 turn 10", "D0 turn 11", "D0 turn 12"]


def test_the_first_segment_has_nothing_before_it(desk: Desk) -> None:
    assert desk.line(desk.ids()[0])["before"] == []


def test_suggestions_are_ranked_fitting_ones_first_and_all_are_kept(desk: Desk) -> None:
    segment = desk.ids()[0]
    ranked = desk.candidates("Doubts", "Setting", "Support", "Support/Trust", "Support/Advice", fitting=1)
    desk.suggest({segment: [ranked[0], ranked[1], replace(ranked[2], fits=True), *ranked[3:]]})
    line = desk.line(segment)
    names = [suggestion["path"] for suggestion in line["suggestions"]]
    assert names == ["Doubts", "Support", "Setting", "Support > Trust", "Support > Advice"]
    assert [suggestion["fits"] for suggestion in line["suggestions"]] == [True, True, False, False, False]


def test_confidence_is_a_share_or_null(desk: Desk) -> None:
    segment = desk.ids()[0]
    first, second, *_ = desk.candidates(lead=230_000)
    desk.suggest({segment: [first, replace(second, confidence=None, method="none")]})
    assert [s["confidence"] for s in desk.line(segment)["suggestions"]] == [0.73, None]


def test_the_set_of_one_model_is_named_by_its_hash_and_of_several_by_a_hash_over_theirs(desk: Desk) -> None:
    segment = desk.ids()[0]
    rows = "SELECT hash FROM current_set WHERE segment = 0 ORDER BY hash"
    assert desk.line(segment)["set"] == desk.study.db.execute(rows).fetchone()[0]
    desk.suggest({segment: desk.candidates("Doubts", "Setting")}, profile="other")
    both = "".join(row[0] for row in desk.study.db.execute(rows))
    line = desk.line(segment)
    assert line["set"] == hashlib.sha256(both.encode()).hexdigest()
    assert [s["profile"] for s in line["suggestions"]] == ["lexical"] * 5 + ["other"] * 2


def test_a_merged_code_stands_under_its_heir_once_and_a_retired_one_is_left_out(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.suggest({segment: desk.candidates("Support/Trust", "Support/Advice", "Doubts/Money", "Doubts")})
    codes = read_codes(desk.study)
    merge_codes(desk.study, desk.anna, find_code(codes, "Trust"), find_code(codes, "Advice"))
    retire(desk.study, desk.anna, find_code(codes, "Money"))
    assert [s["path"] for s in desk.line(segment)["suggestions"]] == ["Support > Advice", "Doubts"]


def test_the_latest_run_of_each_model_is_shown_unless_the_study_names_others(make: Make) -> None:
    from suggest.study.settings import set_setting

    desk = make(core="0", arm="0")
    segment = desk.ids()[0]
    first = desk.suggest({segment: desk.candidates("Doubts")})
    desk.suggest({segment: desk.candidates("Setting")})
    assert desk.line(segment)["suggestions"][0]["path"] == "Setting"
    set_setting(desk.study, desk.anna, "current_runs", first)
    assert desk.line(segment)["suggestions"][0]["path"] == "Doubts"


def test_a_rationale_cites_what_the_coder_has_completed_and_names_nothing_else(desk: Desk) -> None:
    segment, read, unread = desk.ids()[0], desk.ids()[5], desk.ids()[6]
    words = f"like {read} and {unread}"
    candidate = NewCandidate(desk.codes["Doubts"], True, None, "none", None, "none", words, (read, unread))
    desk.suggest({segment: [candidate]})
    desk.done("complete", read)
    first = desk.line(segment)["suggestions"][0]
    assert (first["rationale"], first["basis"]) == ("like D0 6 and another segment", [read])
    desk.done("complete", unread, "ben")
    first = desk.line(segment, "ben")["suggestions"][0]
    assert (first["rationale"], first["basis"]) == ("like another segment and D0 7", [unread])


def test_the_nearest_codings_that_the_coder_has_completed_are_cited(desk: Desk) -> None:
    segment, others = desk.ids()[0], desk.ids()[2:7]
    candidate = NewCandidate(desk.codes["Doubts"], True, None, "none", None, "none", "Like other talk.", tuple(others))
    desk.suggest({segment: [candidate]})
    assert desk.line(segment)["suggestions"][0]["rationale"] == "Like other talk."
    for other in others[1:]:
        desk.done("complete", other)
    assert desk.line(segment)["suggestions"][0]["rationale"] == "Like other talk. Nearest: D0 4, D0 5, D0 6."


def test_who_coded_a_segment_so_is_not_read_before_ones_own_answer(desk: Desk) -> None:
    """Neither in lines nor in what a reveal brings: the id of an uncompleted segment stands nowhere."""
    segment, unread = desk.ids()[0], desk.ids()[6]
    words = f"{unread}: as {unread}"
    candidate = NewCandidate(desk.codes["Doubts"], True, None, "none", None, "none", words, (unread,))
    desk.suggest({segment: [candidate]})
    desk.done("add", unread, "ben", code="Doubts", range=[desk.line(unread)["start"], desk.line(unread)["end"]])
    assert unread not in json.dumps(desk.line(segment)["suggestions"])
    desk.done("complete", unread)
    assert json.dumps(desk.line(segment)["suggestions"]).count(unread) == 1


def test_a_line_shows_ones_own_codings_and_nobody_elses(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("add", segment, code="Doubts > Money", range=[3, 9])
    desk.done("add", segment, "ben", code="Setting", range=[0, 4])
    assert desk.line(segment)["mine"] == [
        {"code": desk.codes["Doubts/Money"], "path": "Doubts > Money", "range": [3, 9]}
    ]
    assert [item["path"] for item in desk.line(segment, "ben")["mine"]] == ["Setting"]


def test_a_line_is_on_record_once_for_the_same_suggestions(desk: Desk) -> None:
    segment = desk.ids()[0]
    before = desk.kinds().count("opened")
    desk.line(segment)
    desk.line(segment)
    assert desk.kinds().count("opened") == before + 1
    desk.suggest({segment: desk.candidates("Setting")})
    desk.line(segment)
    desk.line(segment)
    assert desk.kinds().count("opened") == before + 2


def test_what_is_on_record_is_the_exposure_the_sets_and_that_they_were_shown(desk: Desk) -> None:
    line = desk.line(desk.ids()[0])
    row = desk.study.db.execute("SELECT payload FROM log WHERE kind = 'opened' ORDER BY seq DESC").fetchone()
    payload = json.loads(row[0])
    assert (payload["exposure"], payload["sets"], payload["shown"]) == ("shown", [line["set"]], True)
