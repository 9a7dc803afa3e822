"""Every action of the contract: what it stores, what it answers, and undo and redo as deep as one likes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.study.codes import NewCode, Wording, add_codes, find_code, merge_codes, read_codes, reword
from suggest.study.people import ensure_coder
from suggest.study.runs import NewCandidate
from suggest.study.settling import settle
from suggest.study.units import memos, read_unit
from suggest.study.verify import verify

Make = Callable[..., Desk]


def mine(desk: Desk, segment: str, coder: str = "anna") -> list[tuple[str, list[int]]]:
    return [(item["path"], item["range"]) for item in desk.line(segment, coder)["mine"]]


def last(desk: Desk) -> dict[str, Any]:
    return dict(json.loads(desk.study.db.execute("SELECT payload FROM log ORDER BY seq DESC LIMIT 1").fetchone()[0]))


def suggestion(desk: Desk, segment: str, rank: int = 0) -> str:
    return str(desk.line(segment)["suggestions"][rank]["id"])


def test_the_answer_names_the_entry(desk: Desk) -> None:
    answer = desk.act("no_code", desk.ids()[0])
    replica, seq = desk.study.db.execute("SELECT replica, seq FROM log ORDER BY seq DESC LIMIT 1").fetchone()
    assert answer == {"ok": True, "entry": [replica, seq], "ref": None}


def test_accept_applies_the_code_on_the_whole_segment_where_there_is_no_evidence(desk: Desk) -> None:
    segment = desk.ids()[1]
    line = desk.line(segment)
    desk.done("accept", segment, suggestion=suggestion(desk, segment))
    assert mine(desk, segment) == [("Support", [line["start"], line["end"]])]


def test_accept_applies_the_code_on_the_evidence(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.suggest({segment: [NewCandidate(desk.codes["Doubts"], True, None, "none", (3, 7), "exact", "")]})
    desk.done("accept", segment, suggestion=suggestion(desk, segment))
    assert mine(desk, segment) == [("Doubts", [3, 7])]


def test_a_suggestion_that_does_not_fit_can_be_accepted(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("accept", segment, suggestion=suggestion(desk, segment, 4))
    assert mine(desk, segment)[0][0] == "Doubts > Money"


def test_accept_without_a_queue_puts_on_record_what_was_on_screen(desk: Desk) -> None:
    segment = desk.ids()[0]
    hash_ = desk.study.db.execute("SELECT hash FROM current_set WHERE segment = 0").fetchone()[0]
    desk.done("accept", segment, suggestion=f"{hash_[:20]}.0")
    assert desk.kinds()[-2:] == ["opened", "decided"]


def test_edit_changes_code_and_range(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("edit", segment, suggestion=suggestion(desk, segment), code="Setting > Place", range=[2, 8], reason="no")
    assert mine(desk, segment) == [("Setting > Place", [2, 8])]


def test_edit_of_the_range_alone_keeps_the_code_and_of_the_code_alone_the_range(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    desk.done("edit", first, suggestion=suggestion(desk, first), range=[0, 5])
    desk.done("edit", second, suggestion=suggestion(desk, second), code="Doubts")
    line = desk.line(second)
    assert mine(desk, first) == [("Support", [0, 5])]
    assert mine(desk, second) == [("Doubts", [line["start"], line["end"]])]


def test_reject_keeps_its_reason_and_takes_an_acceptance_back(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("accept", segment, suggestion=suggestion(desk, segment))
    desk.done("reject", segment, suggestion=suggestion(desk, segment), reason="too broad")
    assert mine(desk, segment) == []
    assert desk.study.contents.text(last(desk)["reason"]) == "too broad"


def test_rejecting_in_one_document_leaves_the_same_words_elsewhere_alone(desk: Desk) -> None:
    first, second = desk.ids()[0], desk.ids()[1]
    desk.done("reject", first, suggestion=suggestion(desk, first))
    assert read_unit(desk.study, desk.round.id, desk.anna, desk.number(second)).state.verdicts == {}


def test_unsure_is_kept_as_a_verdict(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("unsure", segment, suggestion=suggestion(desk, segment))
    state = read_unit(desk.study, desk.round.id, desk.anna, 0).state
    assert [*state.verdicts.values()] == ["unsure"]


@pytest.mark.parametrize("how", ["id", "Doubts > Money", "doubts  >  money", "Money"])
def test_a_code_is_named_by_id_path_or_name(desk: Desk, how: str) -> None:
    segment = desk.ids()[0]
    desk.done("add", segment, code=desk.codes["Doubts/Money"] if how == "id" else how, range=[0, 3])
    assert mine(desk, segment) == [("Doubts > Money", [0, 3])]


def test_a_code_is_named_by_its_id_in_the_codebook(desk: Desk) -> None:
    add_codes(desk.study, desk.anna, [NewCode("x", Wording("Extra", external="c-17"))])
    desk.done("add", desk.ids()[0], code="c-17", range=[0, 3])
    assert mine(desk, desk.ids()[0]) == [("Extra", [0, 3])]


def test_a_code_made_meanwhile_through_another_connection_is_known(desk: Desk) -> None:
    from suggest.study.study import Study

    desk.done("flag", desk.ids()[0])
    with Study.open(desk.study.path, write=True) as other:
        add_codes(other, desk.anna, [NewCode("x", Wording("Late"))])
    desk.done("add", desk.ids()[0], code="Late", range=[0, 3])


def test_a_range_may_run_over_several_segments(desk: Desk) -> None:
    first, third = desk.ids()[0], desk.ids()[2]
    end = desk.line(third)["end"]
    desk.done("add", first, code="Doubts", range=[4, end])
    assert mine(desk, first) == [("Doubts", [4, end])]
    assert mine(desk, third) == []


def test_remove_takes_away_the_coding_on_that_range(desk: Desk) -> None:
    segment = desk.ids()[0]
    for place in ([0, 3], [5, 9]):
        desk.done("add", segment, code="Doubts", range=place)
    desk.done("remove", segment, code="Doubts", range=[0, 3])
    assert mine(desk, segment) == [("Doubts", [5, 9])]


def test_remove_without_a_range_takes_away_all_codings_of_the_code(desk: Desk) -> None:
    segment = desk.ids()[0]
    for code, place in (("Doubts", [0, 3]), ("Doubts", [5, 9]), ("Setting", [5, 9])):
        desk.done("add", segment, code=code, range=place)
    desk.done("remove", segment, code="Doubts")
    assert mine(desk, segment) == [("Setting", [5, 9])]


def test_remove_by_the_heir_takes_away_what_was_applied_under_a_merged_code(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("add", segment, code="Trust", range=[0, 3])
    codes = read_codes(desk.study)
    merge_codes(desk.study, desk.anna, find_code(codes, "Trust"), find_code(codes, "Advice"))
    assert mine(desk, segment) == [("Support > Advice", [0, 3])]
    desk.done("remove", segment, code="Advice")
    assert mine(desk, segment) == []


def test_no_code_is_an_answer_of_its_own_until_a_code_is_applied(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("no_code", segment)
    assert desk.line(segment)["no_code"]
    desk.done("add", segment, code="Doubts", range=[0, 3])
    assert not desk.line(segment)["no_code"]


def test_completing_keeps_the_scope_of_the_round_and_the_version_of_the_tree(desk: Desk) -> None:
    desk.done("complete", desk.ids()[0], end_seen=True)
    head = desk.study.db.execute("SELECT replica, seq FROM tree_change ORDER BY n DESC LIMIT 1").fetchone()
    payload = last(desk)
    assert (payload["scope"], payload["tree"], payload["end_seen"]) == (["all", None], list(head), True)


def test_completing_takes_the_segment_out_of_the_queue(desk: Desk) -> None:
    desk.done("complete", desk.ids()[0])
    assert desk.queue() == [desk.number(segment) for segment in desk.ids()[1:]]
    assert desk.line(desk.ids()[0])["completed"]


def test_a_segment_can_be_completed_again_under_a_newer_tree(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("complete", segment)
    first = last(desk)["tree"]
    add_codes(desk.study, desk.anna, [NewCode("x", Wording("Extra"))])
    desk.done("complete", segment)
    assert last(desk)["tree"] != first


def test_a_completed_segment_can_still_be_changed(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("complete", segment)
    desk.done("add", segment, code="Doubts", range=[0, 3])
    assert mine(desk, segment) == [("Doubts", [0, 3])]
    assert desk.line(segment)["completed"]


def test_flag_goes_on_and_off_or_as_told(desk: Desk) -> None:
    segment = desk.ids()[0]
    seen = []
    for given_ in ({}, {}, {"on": True}, {"on": True}, {"on": False}):
        desk.done("flag", segment, **given_)
        seen.append(desk.line(segment)["flagged"])
    assert seen == [True, False, True, True, False]


def test_a_memo_is_kept_and_can_be_undone(desk: Desk) -> None:
    segment = desk.ids()[0]
    desk.done("memo", segment, text="ask ben about this")
    assert memos(desk.study, 0) == [(desk.anna, "ask ben about this")]
    assert desk.done("undo")["undone"] == {"action": "memo", "segment": segment}
    assert memos(desk.study, 0) == []


def test_the_moderators_turn_can_have_a_memo(desk: Desk) -> None:
    desk.done("memo", f"{desk.documents[0]}.8", text="a leading question")


def test_undo_goes_back_step_by_step_and_redo_forward_again(desk: Desk) -> None:
    segment = desk.ids()[0]
    steps = [
        lambda: desk.done("accept", segment, suggestion=suggestion(desk, segment)),
        lambda: desk.done("add", segment, code="Doubts", range=[0, 3]),
        lambda: desk.done("remove", segment, code="Support"),
        lambda: desk.done("complete", segment),
    ]
    desk.line(segment)
    seen = [(mine(desk, segment), desk.line(segment)["completed"])]
    for step in steps:
        step()
        seen.append((mine(desk, segment), desk.line(segment)["completed"]))
    back = []
    for _ in steps:
        back.append(desk.done("undo")["undone"]["action"])
        assert (mine(desk, segment), desk.line(segment)["completed"]) == seen[len(steps) - len(back)]
    assert back == ["complete", "remove", "add", "accept"]
    assert desk.declined("undo") == "nothing_to_undo"
    for n, action in enumerate(["accept", "add", "remove", "complete"], 1):
        assert desk.done("redo")["redone"] == {"action": action, "segment": segment}
        assert (mine(desk, segment), desk.line(segment)["completed"]) == seen[n]
    assert desk.declined("redo") == "nothing_to_undo"


def test_a_new_act_ends_what_redo_could_bring_back(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    desk.done("no_code", first)
    desk.done("undo")
    desk.done("no_code", second)
    assert desk.declined("redo") == "nothing_to_undo"


def test_undo_takes_back_ones_own_acts_only(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    desk.done("no_code", first)
    desk.done("no_code", second, "ben")
    assert desk.done("undo")["undone"]["segment"] == first
    assert desk.declined("undo") == "nothing_to_undo"


def test_a_change_of_the_tree_that_others_coded_with_is_not_undone(desk: Desk) -> None:
    add_codes(desk.study, desk.anna, [NewCode("x", Wording("Extra"))])
    desk.done("add", desk.ids()[0], "ben", code="Extra", range=[0, 3])
    assert desk.declined("undo") == "others_build_on_it"


def test_a_change_of_the_tree_that_a_model_suggested_with_is_not_undone(desk: Desk) -> None:
    desk.codes |= add_codes(desk.study, desk.anna, [NewCode("Extra", Wording("Extra"))])
    desk.suggest({desk.ids()[0]: desk.candidates("Extra")})
    assert desk.declined("undo") == "others_build_on_it"


def test_a_change_of_the_tree_that_others_settled_with_is_not_undone(desk: Desk) -> None:
    (code,) = add_codes(desk.study, desk.anna, [NewCode("x", Wording("Extra"))]).values()
    ben = ensure_coder(desk.study, "ben")
    settle(desk.study, ben, desk.round, desk.ids()[0], [code], [desk.anna, ben])
    assert desk.declined("undo") == "others_build_on_it"


def test_a_change_of_a_code_that_was_in_use_before_is_undone(desk: Desk) -> None:
    desk.done("add", desk.ids()[0], "ben", code="Trust", range=[0, 3])
    trust = find_code(read_codes(desk.study), "Trust")
    reword(desk.study, desk.anna, trust, Wording("Trust", "another meaning"), meaning=True)
    assert desk.done("undo")["undone"]["action"] == "tree"
    reword(desk.study, desk.anna, trust, Wording("Trust", "another meaning"), meaning=True)
    desk.done("add", desk.ids()[1], "ben", code="Trust", range=[60, 63])
    assert desk.declined("undo") == "others_build_on_it"


def test_a_change_of_the_tree_is_undone_and_the_code_is_gone(desk: Desk) -> None:
    add_codes(desk.study, desk.anna, [NewCode("x", Wording("Extra"))])
    desk.done("undo")
    assert desk.declined("add", desk.ids()[0], code="Extra", range=[0, 3]) == "unknown_code"


def test_the_same_ref_is_stored_once_and_answered_with_the_first_entry(desk: Desk) -> None:
    first = desk.done("flag", desk.ids()[0], ref="a-1")
    before = desk.entries()
    again = desk.done("no_code", desk.ids()[5], ref="a-1")
    assert (again["entry"], again["ref"], again["repeated"]) == (first["entry"], "a-1", True)
    assert desk.entries() == before


def test_the_same_ref_of_two_coders_is_two(desk: Desk) -> None:
    first = desk.done("flag", desk.ids()[0], ref="a-1")
    assert desk.done("flag", desk.ids()[0], "ben", ref="a-1")["entry"] != first["entry"]


def test_a_ref_holds_in_another_process_and_for_undo(desk: Desk) -> None:
    desk.done("flag", desk.ids()[0])
    desk.done("flag", desk.ids()[1])
    first = desk.done("undo", ref="u")
    desk.reviewers.clear()
    assert desk.done("undo", ref="u")["entry"] == first["entry"]
    assert desk.line(desk.ids()[0])["flagged"]


def test_a_ref_that_was_refused_can_be_used_again(desk: Desk) -> None:
    assert desk.declined("add", desk.ids()[0], code="Nothing", range=[0, 3], ref="r") == "unknown_code"
    assert "repeated" not in desk.done("add", desk.ids()[0], code="Doubts", range=[0, 3], ref="r")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5), st.integers(0, 4)), max_size=40))
def test_any_sequence_of_acts_leaves_a_study_that_verifies(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[int, int, int]]
) -> None:
    """Whatever is asked, each line is answered, and the projections are what the log says."""
    from desk import make_desk

    folder = tmp_path_factory.mktemp("acts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(folder / "home"))
        desk = make_desk(folder / "study.db", sizes=(16,), core="0.5")
        desk.suggest_everywhere()
        for action, where, rank in acts:
            segment = desk.ids()[where]
            start = desk.study.db.execute("SELECT start FROM segment WHERE n = ?", (desk.number(segment),)).fetchone()[
                0
            ]
            hash_ = desk.study.db.execute(
                "SELECT hash FROM current_set WHERE segment = ?", (desk.number(segment),)
            ).fetchone()[0]
            named = {"segment": segment, "suggestion": f"{hash_[:20]}.{rank}"}
            ranged = {"segment": segment, "code": "Doubts", "range": [start, start + 3 + rank]}
            line = [
                {"action": "accept", **named}, {"action": "reject", **named}, {"action": "unsure", **named},
                {"action": "edit", **named, "range": ranged["range"]}, {"action": "add", **ranged},
                {"action": "remove", "segment": segment, "code": "Doubts"}, {"action": "no_code", "segment": segment},
                {"action": "skip", "segment": segment}, {"action": "complete", "segment": segment},
                {"action": "undo"}, {"action": "redo"}, {"action": "keep", "segment": segment},
            ][action]  # fmt: skip
            answer = desk.reviewer("anna" if rank else "ben").act(line)
            assert answer["ok"] or answer["error"]
        ensure_coder(desk.study, "anna")
        verdict = verify(desk.study)
        desk.study.close()
    assert verdict.ok, verdict.first_bad
