"""New codes from the participant's words, deciding in bulk, masking a name: what each stores, answers and refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.review.near import near_duplicates
from suggest.study.codes import read_codes
from suggest.study.contents import MASKED
from suggest.study.documents import document_text
from suggest.study.units import bulk_decided, read_unit
from suggest.study.verify import verify

Make = Callable[..., Desk]


def shown(desk: Desk, count: int) -> list[str]:
    """The first suggestion of so many segments, as they were listed."""
    return [desk.line(segment)["suggestions"][0]["id"] for segment in desk.ids()[:count]]


def paths(desk: Desk, segment: str) -> list[str]:
    return [item["path"] for item in desk.line(segment)["mine"]]


# New codes


def test_a_new_code_is_made_and_applied_in_one_step(desk: Desk) -> None:
    segment = desk.ids()[0]
    answer = desk.done("new_code", segment, name="said in own words", under="Support", range=[3, 9])
    assert answer["made"]["path"] == "Support > said in own words"
    assert desk.kinds()[-3:] == ["code_changed", "opened", "decided"]
    assert desk.line(segment)["mine"] == [{**answer["made"], "range": [3, 9]}]
    assert verify(desk.study).ok


def test_without_a_range_a_new_code_stands_on_the_whole_segment(desk: Desk) -> None:
    segment = desk.ids()[1]
    desk.done("new_code", segment, name="own words")
    line = desk.line(segment)
    assert line["mine"][0]["range"] == [line["start"], line["end"]]


def test_nearly_the_same_name_is_told_first_and_made_if_one_is_sure(desk: Desk) -> None:
    segment = desk.ids()[0]
    assert desk.declined("new_code", segment, name="doubt") == "near_duplicate"
    answer = desk.act("new_code", segment, name="doubt")
    assert answer["near"] == [{"code": desk.codes["Doubts"], "path": "Doubts"}]
    assert desk.done("new_code", segment, name="doubt", sure=True)["made"]["path"] == "doubt"


def test_the_very_same_name_beside_it_is_refused_however_sure(desk: Desk) -> None:
    assert desk.declined("new_code", desk.ids()[0], name="Trust", under="Support", sure=True) == "conflict"
    assert desk.declined("new_code", desk.ids()[0], name="x", under="Nowhere") == "unknown_code"


def test_undo_takes_the_coding_first_and_then_the_code(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("new_code", segment, name="own words", ref="i1")
    assert desk.done("undo")["undone"]["action"] == "add"
    assert "own words" in [code.name for code in read_codes(desk.study)]
    assert desk.done("undo")["undone"] == {"action": "tree", "segment": None}
    assert "own words" not in [code.name for code in read_codes(desk.study)]
    desk.done("redo")
    desk.done("redo")
    assert paths(desk, segment) == ["own words"]


def test_a_new_code_stands_in_the_place_of_a_suggestion(desk: Desk) -> None:
    segment = desk.ids()[0]
    suggestion = desk.line(segment)["suggestions"][0]["id"]
    made = desk.done("new_code", segment, name="own words", suggestion=suggestion)["made"]
    unit = read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment))
    assert [*unit.state.verdicts.values()] == ["edit"]
    assert [(coding.code, coding.origin) for coding in unit.state.codings] == [(made["code"], "edit")]


def test_nothing_is_made_in_the_place_of_a_suggestion_that_is_none(desk: Desk) -> None:
    assert desk.declined("new_code", desk.ids()[0], name="own words", suggestion="0.0") == "unknown_suggestion"


def test_a_repeated_new_code_is_made_once_and_told_again(desk: Desk) -> None:
    first = desk.done("new_code", desk.ids()[0], name="own words", ref="i1")
    again = desk.done("new_code", desk.ids()[0], name="own words", ref="i1")
    assert (again["repeated"], again["made"], again["entry"]) == (True, first["made"], first["entry"])


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Truts", ["Trust"]), ("TRUST!", ["Trust"]), ("Money and doubts", []), ("The place", []),
        ("Supporting", ["Support"]),
        ("support", ["Support"]), ("...", []), ("Sétting", ["Setting"]),
    ],
)  # fmt: skip
def test_what_is_near(desk: Desk, name: str, near: list[str]) -> None:
    assert [code.name for code in near_duplicates(read_codes(desk.study), name)] == near


# Bulk


def test_a_bulk_act_decides_all_that_is_listed_and_is_told_apart(desk: Desk) -> None:
    listed = shown(desk, 3)
    answer = desk.done("bulk", verdict="accept", suggestions=listed)
    assert len(answer["bulk"]) == 3 and answer["bulk"][0] == answer["entry"]
    assert [paths(desk, segment) for segment in desk.ids()[:4]] == [["Support"]] * 3 + [[]]
    assert len(bulk_decided(desk.study, desk.round.id, desk.anna)) == 3
    assert verify(desk.study).ok


def test_a_later_verdict_of_ones_own_takes_the_place_of_one_given_in_bulk(desk: Desk) -> None:
    listed = shown(desk, 2)
    desk.done("bulk", verdict="accept", suggestions=listed)
    desk.done("reject", desk.ids()[0], suggestion=listed[0])
    assert {number for number, _, _ in bulk_decided(desk.study, desk.round.id, desk.anna)} == {1}


def test_a_bulk_act_is_undone_and_redone_as_one(desk: Desk) -> None:
    desk.done("bulk", verdict="accept", suggestions=shown(desk, 3))
    assert desk.done("undo")["undone"] == {"action": "bulk", "segment": None, "count": 3}
    assert [paths(desk, segment) for segment in desk.ids()[:3]] == [[]] * 3
    assert desk.done("redo")["redone"] == {"action": "bulk", "segment": None, "count": 3}
    assert [paths(desk, segment) for segment in desk.ids()[:3]] == [["Support"]] * 3
    desk.done("undo")
    assert desk.declined("undo") == "nothing_to_undo"


def test_bulk_reject_keeps_its_reason(desk: Desk) -> None:
    desk.done("bulk", verdict="reject", suggestions=shown(desk, 2), reason="too broad")
    unit = read_unit(desk.study, desk.round.id, desk.anna, 0)
    assert [*unit.state.verdicts.values()] == ["reject"]
    reasons = desk.study.db.execute("SELECT body FROM content WHERE kind = 'reason'").fetchall()
    assert reasons == [("too broad",)] * 2


def test_one_that_cannot_be_decided_stops_the_whole_of_it(desk: Desk) -> None:
    listed = shown(desk, 2)
    assert desk.declined("bulk", verdict="accept", suggestions=[*listed, f"{'0' * 20}.0"]) == "unknown_suggestion"
    assert paths(desk, desk.ids()[0]) == []


@pytest.mark.parametrize("exposure", ["blind", "blind_then_shown"])
def test_blind_segments_are_never_decided_in_bulk_not_even_after_the_reveal(make: Make, exposure: str) -> None:
    desk = make(core="0.5", arm="0.1")
    desk.suggest_everywhere()
    segment = desk.assigned(exposure)[0]
    hash_ = desk.study.db.execute(
        "SELECT hash FROM current_set WHERE segment = ?", (desk.number(segment),)
    ).fetchone()[0]  # fmt: skip
    for _ in range(2):
        assert desk.declined("bulk", verdict="accept", suggestions=[f"{hash_[:20]}.0"]) == "not_shown"
        desk.done("complete", segment)


def test_a_bulk_act_with_a_ref_is_stored_once(desk: Desk) -> None:
    listed = shown(desk, 2)
    first = desk.done("bulk", verdict="accept", suggestions=listed, ref="b1")
    again = desk.done("bulk", verdict="accept", suggestions=listed, ref="b1")
    assert (again["repeated"], again["entry"]) == (True, first["entry"])
    assert desk.kinds().count("decided") == 2


# Flags and masks


def test_unflag_takes_the_mark_away_whatever_it_was(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("flag", segment)
    for _ in range(2):
        desk.done("unflag", segment)
        assert not desk.line(segment)["flagged"]


def test_a_mask_replaces_the_words_at_once_for_everybody(desk: Desk) -> None:
    segment = desk.ids()[0]
    line = desk.line(segment, "ben")
    start = line["start"] + line["text"].index("people")
    answer = desk.done("mask", segment, range=[start, start + 6])
    assert answer["masked"] == {"places": 1, "elsewhere": 39, "scrubbed": True, "look": 0}
    assert desk.line(segment, "ben")["text"] == line["text"].replace("people", MASKED)
    assert desk.line(desk.ids()[1])["text"].count("people") == 1
    assert desk.done("mask", desk.ids()[1], range=[*_place(desk, 1)], throughout=True)["masked"]["places"] == 39
    assert "people" not in document_text(desk.study, desk.documents[0])


def _place(desk: Desk, n: int) -> tuple[int, int]:
    line = desk.line(desk.ids()[n])
    start = line["start"] + line["text"].index("people")
    return start, start + 6


def test_a_mask_is_not_undone_and_undo_goes_on_to_what_was_decided_before(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("add", segment, code="Doubts", range=[0, 5])
    desk.done("mask", segment, range=[*_place(desk, 0)])
    assert desk.done("undo")["undone"]["action"] == "add"
    assert MASKED in desk.line(segment)["text"]


def test_a_mask_sent_twice_masks_once(desk: Desk) -> None:
    place = [*_place(desk, 0)]
    first = desk.done("mask", desk.ids()[0], range=place, ref="m1")
    again = desk.done("mask", desk.ids()[0], range=place, ref="m1")
    assert (again["repeated"], again["entry"]) == (True, first["entry"])
    assert desk.line(desk.ids()[0])["text"].count(MASKED) == 1
