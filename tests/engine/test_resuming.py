"""Which run goes on: a run freezes its question and what it learned, and an answer holds as long as its task does."""

from __future__ import annotations

import pytest

from suggest.study import runs as stored
from suggest.study import suggestion_sets
from suggest.study.codes import find_code, read_codes, reword
from suggest.study.correcting import correct
from suggest.study.documents import find_document
from suggest.study.erase import Erasure, erase
from suggest.study.segments import SegmentReader
from suggest.study.verify import verify


def learned(bench):
    """(segment, code, verdict) of what the newest model learned from."""
    names = {id_: name for name, id_ in bench.codes.items()}
    numbers = {bench.id(n): n for n in range(10)}
    return sorted((numbers[one.segment], names[one.code], one.verdict) for one in bench.models[-1].examples)


def test_a_run_goes_on_with_what_it_had_learned_when_it_began(bench):
    bench.decide(1, "add", "trust")
    first = bench.suggest(limit=2)
    bench.decide(2, "add", "fear")
    second = bench.suggest(limit=4)
    assert not second.began
    assert (second.run, second.model) == (first.run, first.model)
    assert learned(bench) == [(1, "trust", "added")]


def test_an_undo_since_the_run_began_does_not_change_what_it_had_learned(bench):
    entry = bench.decide(1, "add", "trust")
    bench.decide(2, "add", "fear")
    bench.undo(bench.decide(3, "add", "fear"))
    first = bench.suggest(limit=2)
    redone = bench.undo(entry)
    assert not bench.suggest(limit=4).began
    assert learned(bench) == [(1, "trust", "added"), (2, "fear", "added")]
    bench.undo(redone)
    assert bench.suggest().run == first.run


def test_redo_begins_a_run_that_learns_from_the_decisions_so_far(bench):
    first = bench.suggest()
    bench.decide(1, "add", "trust")
    second = bench.suggest(redo=True)
    assert second.began
    assert second.run != first.run
    assert second.learned == 1
    assert second.suggested == 8
    assert learned(bench) == [(1, "trust", "added")]
    again = bench.suggest()
    assert (again.run, again.resumed) == (second.run, 8)


def test_a_redo_that_was_cut_short_is_what_the_next_call_goes_on_with(bench):
    bench.suggest()
    redone = bench.suggest(redo=True, limit=3)
    last = bench.suggest()
    assert (last.run, last.resumed, last.suggested) == (redone.run, 3, 5)


def test_a_new_code_is_another_question(bench):
    first = bench.suggest()
    bench.code("hope")
    second = bench.suggest()
    assert second.began
    assert "codes on offer" in second.remark
    assert (second.run != first.run, second.suggested) == (True, 8)


def test_a_redefined_code_is_another_question(bench):
    bench.suggest()
    code = find_code(read_codes(bench.study), "fear")
    reword(bench.study, bench.anna, code, type(code.wording)("fear", "another meaning"), meaning=True)
    assert bench.suggest().began


def test_asking_about_one_code_is_a_run_of_its_own_and_leaves_the_other_run_as_it_is(bench):
    whole = bench.suggest()
    alone = bench.suggest(codes=("fear",))
    assert [code.name for code in bench.models[-1].codes] == ["fear"]
    assert alone.began
    assert stored.runs(bench.study)[1].codes == (bench.codes["fear"],)
    assert bench.suggest().run == whole.run
    assert bench.suggest(codes=("FEAR",)).run == alone.run


def test_what_was_asked_about_one_code_stands_beside_the_rest_until_all_is_asked_anew(bench):
    bench.suggest()
    bench.suggest(codes=("fear",))
    names = {id_: name for name, id_ in bench.codes.items()}

    def stands():
        sets = suggestion_sets.current_sets(bench.study, 1)
        return [(item.run, [names[candidate.code] for candidate in item.candidates]) for item in sets]

    whole, alone = (run.id for run in stored.runs(bench.study))
    assert stands() == [(whole, ["trust"]), (alone, ["fear"])]
    newest = bench.suggest(redo=True)
    assert stands() == [(newest.run, ["trust"])]
    assert verify(bench.study).ok


def test_only_what_was_corrected_is_asked_again_in_a_run_that_continues_the_first(bench):
    bench.decide(4, "add", "fear")
    first = bench.suggest()
    segment = SegmentReader(bench.study).number(2)
    edits = [(segment.start, segment.start + 4, "soft")]
    correct(bench.study, bench.anna, find_document(bench.study, "BU"), edits=edits)
    second = bench.suggest()
    assert (second.began, second.suggested, second.resumed) == (True, 1, 7)
    assert "changed" in second.remark
    assert bench.models[-1].tasks[0].text == "soft to trust"
    assert second.model == first.model
    third = bench.suggest()
    assert (third.run, third.resumed) == (second.run, 8)
    assert bench.answered_once()


def test_a_neighbours_correction_asks_again_only_where_neighbours_are_read(bench):
    def reads(neighbours):
        bench.script(neighbours=neighbours)
        bench.suggest()
        segment = SegmentReader(bench.study).number(0)
        edits = [(segment.start, segment.start + 3, f"now{neighbours}")]
        correct(bench.study, bench.anna, find_document(bench.study, "BU"), edits=edits)
        return bench.suggest().suggested

    assert reads(0) == 0
    assert reads(2) == 2


def test_after_an_erasure_of_what_it_learned_from_a_new_run_begins_and_says_so(bench):
    bench.decide(1, "add", "trust")
    first = bench.suggest()
    document = find_document(bench.study, "BU").id
    erase(bench.study, Erasure(document, "segments", ((1, 1),)), bench.anna)
    second = bench.suggest()
    assert second.began
    assert "learned from" in second.remark
    assert second.run != first.run
    assert learned(bench) == []
    assert verify(bench.study).ok


def test_another_model_of_the_same_profile_begins_a_new_run(bench, monkeypatch):
    bench.suggest("lexical")
    monkeypatch.setattr("suggest.models.lexical.VERSION", 99)
    report = bench.suggest("lexical")
    assert report.began
    assert "another" in report.remark


@pytest.mark.parametrize("redo", [False, True])
def test_the_lexical_model_gives_the_same_answers_when_it_is_asked_again(bench, redo):
    bench.decide(4, "add", "fear")
    bench.suggest("lexical", limit=3)
    bench.suggest("lexical", redo=redo)
    sets = [entry.payload for entry in bench.log("suggested")]
    by_segment = {}
    for payload in sets:
        by_segment.setdefault(payload["segment"], set()).add(str(payload["candidates"]) + payload["task"])
    assert {len(answers) for answers in by_segment.values()} == {1}
