"""Asking anew about changed codes alone: what is asked, what stands beside it, and nothing is paid for twice."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from endpoint_server import NO_CODE, Served, completion, error, served
from kept import keep, quick, told

from suggest.engine.changed import BESIDE, Changed, changed_codes, dry_run_changed, suggest_changed
from suggest.engine.profiles import find_profile
from suggest.engine.runs import RunReport
from suggest.engine.tasks import Selection
from suggest.errors import UsageError
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.records import Rows
from suggest.review.codebook import Codebook
from suggest.review.item import ItemReader
from suggest.study.answers import AnswerReader
from suggest.study.audited import ProposedReader
from suggest.study.carry import Answer
from suggest.study.codes import NewCode, Wording, add_codes, find_code, merge_codes, read_codes, retire, reword
from suggest.study.people import find_coder
from suggest.study.rounds import rounds
from suggest.study.runs import runs
from suggest.study.sets import read_set
from suggest.study.settings import set_setting
from suggest.study.suggestion_sets import current_sets
from suggest.study.verify import verify

__all__ = ["quick"]
SEGMENTS = 8


@pytest.fixture
def tree(bench: Any) -> Any:
    """A tree of two themes with eight codes under one of them, all segments shown."""
    set_setting(bench.study, bench.anna, "core", "0")
    set_setting(bench.study, bench.anna, "arm", "0")
    theme = add_codes(bench.study, bench.anna, [NewCode("care", Wording("Care"))])["care"]
    made = [NewCode(f"c{n}", Wording(f"Kind {n}", f"of care number {n}"), theme) for n in range(8)]
    bench.codes |= {"care": theme, **add_codes(bench.study, bench.anna, made)}
    return bench


def says(*codes: str) -> str:
    named = [{"code": code, "evidence": "", "rationale": "", "confidence": 0.9} for code in codes]
    return json.dumps({"suggestions": named})


def redefine(bench: Any, name: str, definition: str) -> None:
    code = find_code(read_codes(bench.study), bench.codes[name])
    reword(bench.study, bench.anna, code, replace(code.wording, definition=definition), meaning=True)


def again(bench: Any, **given: Any) -> tuple[Changed, RunReport | None]:
    return suggest_changed(bench.study, bench.anna, "bar", Selection(**given))


def offered_in(body: dict[str, Any]) -> set[str]:
    """The ids of the codes that a request lists."""
    return set(re.findall(r"(?m)^id: (\S+)$", told(body)))


def shown(bench: Any, number: int) -> list[tuple[str, bool, str]]:
    """What a coder sees of a segment: code, whether it fits, and the profile."""
    study = bench.study
    found = ItemReader(study, bench.anna, Codebook(study)).line(rounds(study)[0], number).suggestions
    return [(one.code, one.fits, one.id) for one in found]


def test_only_the_changed_code_and_its_nearest_siblings_are_asked_about(tree: Any) -> None:
    with served(completion(says(tree.codes["c1"]))) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        found, report = again(tree)
        assert report is not None and (report.began, report.suggested, report.resumed) == (True, SEGMENTS, 0)
        assert (server.asked, found.changed, len(found.beside)) == (2 * SEGMENTS, (tree.codes["c3"],), BESIDE)
        for body in server.bodies[SEGMENTS:]:
            assert offered_in(body) == {tree.codes["c3"], *found.beside}
    siblings = {tree.codes[f"c{n}"] for n in range(8)} - {tree.codes["c3"]}
    assert set(found.beside) < siblings
    whole, part = runs(tree.study)
    assert whole.codes is None and part.codes == tuple(sorted((tree.codes["c3"], *found.beside)))
    assert found.since == (1,)
    assert tree.answered_once()


def test_the_newest_answer_for_these_codes_stands_beside_the_earlier_one_for_all_others(tree: Any) -> None:
    before, after = says(tree.codes["c3"], tree.codes["trust"], tree.codes["fear"]), NO_CODE

    def script(number: int, body: dict[str, Any]) -> Served:
        return completion(before if number < SEGMENTS else after)

    with served(script) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        assert [code for code, _, _ in shown(tree, 1)] == [tree.codes[name] for name in ("c3", "trust", "fear")]
        redefine(tree, "c3", "of another kind")
        again(tree)
    assert [code for code, _, _ in shown(tree, 1)] == [tree.codes[name] for name in ("trust", "fear")]
    assert read_set(tree.study, f"fits:{tree.codes['c3']}").count() == 0
    assert read_set(tree.study, f"fits:{tree.codes['trust']}").count() == SEGMENTS
    assert read_set(tree.study, "suggested").count() == SEGMENTS


def test_each_suggestion_tells_the_run_that_it_is_of(tree: Any) -> None:
    with served(completion(says(tree.codes["c3"], tree.codes["trust"]))) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        again(tree)
    old, new = current_sets(tree.study, 1)
    assert (old.number, new.number) == (1, 2)
    seen = shown(tree, 1)
    assert [code for code, _, _ in seen] == [tree.codes["trust"], tree.codes["c3"]]
    assert [id_.partition(".")[0] for _, _, id_ in seen] == [old.hash[:20], new.hash[:20]]


def test_a_code_of_which_a_model_was_not_asked_anew_keeps_what_another_model_said(tree: Any) -> None:
    with served(completion(says(tree.codes["c3"]))) as server:
        keep(tree, server.url)
        keep(tree, server.url, "other")
        tree.suggest("bar")
        tree.suggest("other")
        redefine(tree, "c3", "of another kind")
        again(tree)
    assert [code for code, _, _ in shown(tree, 1)] == [tree.codes["c3"]] * 2


def test_the_audit_keeps_the_runs_apart(tree: Any) -> None:
    with served(completion(says(tree.codes["c3"]))) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        again(tree)
    model = find_coder(tree.study, "model:bar")
    assert model is not None
    reader = ProposedReader(tree.study, model.id, AnswerReader(tree.study))
    old, new = (found.hash for found in current_sets(tree.study, 1))
    answers = {key: one.answers for key, one in reader.read({old, new}).items()}
    assert answers[new][tree.codes["c3"]] is Answer.APPLIED
    assert answers[new][tree.codes["trust"]] is Answer.NOT_IN_SCOPE
    assert answers[old][tree.codes["c3"]] is Answer.STALE
    assert reader.newest()[1] == old


def test_what_was_interrupted_goes_on_and_nothing_is_paid_for_twice(tree: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return error(422) if number == SEGMENTS + 2 else completion()

    with served(script) as server:
        keep(tree, server.url, concurrency=1)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        _, first = again(tree)
        assert first is not None and sum(first.failed.values()) == 1
        found, second = again(tree)
        assert second is not None and (second.began, second.no_code, len(found.numbers)) == (False, 1, 1)
        assert server.asked == 2 * SEGMENTS + 1
        assert again(tree)[1] is None
        assert server.asked == 2 * SEGMENTS + 1
    assert len(runs(tree.study)) == 2
    assert tree.answered_once()


def test_a_second_change_asks_about_that_code_alone(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        again(tree)
        redefine(tree, "trust", "to rely on somebody else")
        found, _ = again(tree)
        assert found.changed == (tree.codes["trust"],)
        assert tree.codes["c3"] not in found.beside
        assert again(tree)[1] is None
        assert server.asked == 3 * SEGMENTS


def test_a_code_that_a_person_had_asked_about_is_not_asked_about_again(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        redefine(tree, "trust", "to rely on somebody else")
        tree.suggest("bar", codes=("Kind 3",))
        found, _ = again(tree)
        assert found.changed == (tree.codes["trust"],)


def test_where_other_segments_lack_other_codes_the_largest_group_comes_first(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        again(tree, limit=3)
        redefine(tree, "trust", "to rely on somebody else")
        found, _ = again(tree)
        assert (set(found.changed), len(found.numbers), found.others) == (
            {tree.codes["c3"], tree.codes["trust"]}, 5, 3,
        )  # fmt: skip
        assert "Changed since run 1: 2 codes. 5 segments to ask about these and " in found.remark
        assert "For 3 segments other codes have changed" in found.remark
        found, _ = again(tree)
        assert (found.changed, len(found.numbers), found.others) == ((tree.codes["trust"],), 3, 0)
        assert "3 segments to ask about it" in found.remark
        assert again(tree)[1] is None
        assert server.asked == SEGMENTS + 3 + SEGMENTS


def test_a_new_code_is_one_that_changed_and_one_out_of_use_is_none(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        retire(tree.study, tree.anna, find_code(read_codes(tree.study), tree.codes["c7"]))
        assert again(tree)[1] is None
        tree.code("envy", "to want what others have")
        found, _ = again(tree)
        assert found.changed == (tree.codes["envy"],)
        assert set(found.beside) == {tree.codes[name] for name in ("trust", "fear", "care")}


def test_a_definition_that_is_as_it_was_again_asks_nothing(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "trust", "something else")
        redefine(tree, "trust", "to rely on somebody")
        assert again(tree)[1] is None
        assert server.asked == SEGMENTS


def test_where_all_codes_would_be_offered_the_whole_tree_is(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        bench.suggest("bar")
        redefine(bench, "trust", "something else")
        found, report = again(bench)
        assert found.codes == () and report is not None
        assert "the whole tree is asked about again" in found.remark
    assert [run.codes for run in runs(bench.study)] == [None, None]
    (one,) = current_sets(bench.study, 1)
    assert one.number == 2


def test_segments_that_were_not_asked_about_with_this_model_and_prompt_are_left_out(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar", limit=5)
        redefine(tree, "c3", "of another kind")
        found, _ = again(tree)
        assert (len(found.numbers), found.never) == (5, 3)
        assert "3 segments left out" in found.remark
        keep_other(tree, server.url)
        found, report = again(tree)
        assert (report, len(found.numbers), found.never) == (None, 0, SEGMENTS)


def keep_other(bench: Any, url: str) -> None:
    """The same profile with another model behind it."""
    from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
    from suggest.models.chat.endpoint import Endpoint

    keep_endpoint(bench.study, bench.anna, KeptEndpoint("bar", Endpoint(url, "another"), (1.0, 1.0)))


def test_what_is_saved_is_told_before_anything_is_asked(tree: Any) -> None:
    with served(completion()) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        found, planned, instead = dry_run_changed(tree.study, "bar")
        assert planned is not None and instead is not None
        assert (planned.calls, instead.calls, server.asked) == (SEGMENTS, SEGMENTS, SEGMENTS)
        assert planned.tokens[0] < instead.tokens[0]
        assert offered_in({"messages": [{"content": one.content} for one in planned.example_prompt.messages]}) == {
            tree.codes["c3"], *found.beside,
        }  # fmt: skip
        again(tree)
        assert dry_run_changed(tree.study, "bar")[1:] == (None, None)
    assert len(runs(tree.study)) == 2


def test_it_is_for_models_whose_questions_cost_something_and_finds_the_codes_by_itself(tree: Any) -> None:
    with pytest.raises(UsageError, match="asking anew costs nothing"):
        suggest_changed(tree.study, tree.anna, "lexical")
    keep(tree, "http://127.0.0.1:9/v1")
    with pytest.raises(UsageError, match="--codes"):
        changed_codes(tree.study, find_profile("bar", tree.study), Selection(codes=("Trust",)))


def test_a_study_folded_anew_shows_the_same(tree: Any) -> None:
    with served(completion(says(tree.codes["c3"], tree.codes["trust"]))) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        again(tree)
    assert verify(tree.study).ok


def test_a_code_merged_into_a_changed_one_does_not_speak_for_it(tree: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return completion(says(tree.codes["c2"], tree.codes["trust"]) if number < SEGMENTS else NO_CODE)

    with served(script) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        known = read_codes(tree.study)
        merge_codes(tree.study, tree.anna, find_code(known, tree.codes["c2"]), find_code(known, tree.codes["c3"]))
        redefine(tree, "c3", "of another kind")
        again(tree)
    assert [code for code, _, _ in shown(tree, 1)] == [tree.codes["trust"]]


def test_the_table_of_suggestions_has_one_current_answer_for_each_code(tree: Any) -> None:
    with served(completion(says(tree.codes["c3"], tree.codes["trust"]))) as server:
        keep(tree, server.url)
        tree.suggest("bar")
        redefine(tree, "c3", "of another kind")
        again(tree)
    rows = [row for row in Rows(tree.study, OutOptions()).table("suggestions") if row["segment"] == tree.id(1)]
    told = [(row["run"], row["code_id"]) for row in rows if row["current"]]
    assert told == [(1, tree.codes["trust"]), (2, tree.codes["c3"])]
    assert len(rows) == 3
