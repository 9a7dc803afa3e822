"""Looking ahead: what comes next is suggested anew with all that was decided; the run about all goes on beside it."""

from __future__ import annotations

import pytest

from suggest.engine.ahead import suggest_ahead
from suggest.study import rounds, runs, suggestion_sets
from suggest.study.correcting import correct
from suggest.study.documents import find_document, set_consent
from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting
from suggest.study.verify import verify


@pytest.fixture
def ahead(bench):
    """Look ahead for these segments; the report. Nothing is blind unless a test says so."""
    set_setting(bench.study, bench.anna, "core", "0")

    def look(*window, profile="fake"):
        return suggest_ahead(bench.study, bench.anna, profile, window)

    return look


def current(bench, number):
    (found,) = suggestion_sets.current_sets(bench.study, number)
    return found.run


def asked(bench):
    return [int(segment.partition(".")[2]) for segment in bench.models[-1].asked]


def test_the_window_is_suggested_anew_with_what_was_decided_since_and_the_rest_stays(bench, ahead):
    first = bench.suggest()
    bench.decide(1, "add", "fear")
    report = ahead(2, 3)
    assert (report.segments, report.suggested, report.resumed, report.learned) == (2, 2, 0, 1)
    assert [one.code for one in bench.models[-1].examples] == [bench.codes["fear"]]
    assert [current(bench, n) for n in (1, 2, 3, 4)] == [first.run, report.run, report.run, first.run]
    assert runs.runs(bench.study)[-1].parameters["ahead"] == 2
    assert verify(bench.study).ok


def test_nothing_is_done_where_nothing_was_learned_since(bench, ahead):
    bench.suggest()
    before = bench.log()
    assert ahead(1, 2) is None
    bench.decide(1, "add", "fear")
    assert ahead(2, 3).suggested == 2
    assert ahead(2, 3) is None
    assert ahead(2, 3, 4).resumed == 2
    assert asked(bench) == [4]
    assert len([e for e in bench.log()[len(before) :] if e.kind == "run_started"]) == 2


def test_a_corrected_word_is_suggested_for_anew(bench, ahead):
    bench.suggest()
    segment = SegmentReader(bench.study).number(2)
    edits = [(segment.start, segment.start + 4, "soft")]
    correct(bench.study, bench.anna, find_document(bench.study, "BU"), edits=edits)
    assert ahead(1, 2, 3).suggested == 1
    assert asked(bench) == [2]


def test_the_run_about_all_goes_on_and_never_a_look_ahead(bench, ahead):
    first = bench.suggest(limit=3)
    bench.decide(1, "add", "fear")
    seen = ahead(2, 3, 4)
    rest = bench.suggest()
    assert (rest.run, rest.began, rest.remark) == (first.run, False, "")
    assert rest.suggested == 5
    assert [current(bench, n) for n in (1, 2, 4, 6)] == [first.run, seen.run, seen.run, first.run]
    assert bench.suggest(redo=True).run == current(bench, 2)


def test_a_look_ahead_in_a_study_without_a_run_is_no_run_about_all(bench, ahead):
    seen = ahead(1, 2)
    assert seen.began
    whole = bench.suggest()
    assert (whole.run != seen.run, whole.began, whole.remark) == (True, True, "")
    assert whole.suggested == 8


def test_what_is_not_to_be_coded_is_left_out_and_the_order_of_the_window_is_no_matter(bench, ahead):
    set_consent(bench.study, bench.anna, find_document(bench.study, "BU"), "R2", "exclude", True)
    assert ahead(4, 3, 0, 2, 1, 1, 99).suggested == 2
    assert asked(bench) == [1, 3]
    assert ahead(4, 3, 0, 2, 1, 1, 99) is None
    assert ahead() is None


def test_what_was_asked_about_one_code_alone_is_no_answer_about_all(bench, ahead):
    bench.suggest()
    bench.suggest(codes=("fear",))
    assert ahead(1) is None
    bench.suggest(codes=("trust",))
    assert ahead(1) is None
    bench.decide(6, "add", "trust")
    bench.suggest(codes=("fear",), redo=True)
    assert ahead(1).suggested == 1


def test_a_new_code_is_asked_about_in_the_window(bench, ahead):
    bench.suggest()
    bench.code("hope")
    assert ahead(1).suggested == 1
    assert {code.name for code in bench.models[-1].codes} == {"trust", "fear", "hope"}


def test_a_look_ahead_has_the_core_drawn_before_it_learns_and_learns_nothing_of_it(bench, ahead):
    set_setting(bench.study, bench.anna, "core", "0.4")
    bench.talk("QU", *(f"R1: I was afraid {n}" for n in range(40)))
    for number in range(10, 50):
        bench.decide(number, "add", "fear")
    report = ahead(1, 2)
    assert "drawn" in report.remark
    main = rounds.rounds(bench.study)[0]
    inside = [n for n in range(10, 50) if rounds.exposure(bench.study, main, bench.anna, n, bench.id(n)).core]
    assert inside
    assert report.learned == 40 - len(inside)


def test_a_set_of_a_run_that_learned_too_early_is_made_anew_though_nothing_was_learned_since(bench, ahead):
    bench.suggest()
    bench.decide(1, "add", "fear")
    first = ahead(2, 3)
    second = rounds.open_round(bench.study, bench.anna, "second")
    assert ahead(2, 3) is None
    assert bench.log("queue_drawn") == []
    bench.talk("QU", "R1: later")
    rounds.draw_core(bench.study, bench.anna, rounds.rounds(bench.study)[0])
    assert ahead(2, 3) is None  # where the share of the core is 0, a draw makes none
    set_setting(bench.study, bench.anna, "core", "0.4")
    rounds.draw_core(bench.study, bench.anna, rounds.find_round(bench.study, second))
    again = ahead(2, 3)
    assert again is not None and again.run != first.run
    assert ahead(2, 3) is None


def test_the_lexical_model_learns_between_two_looks(bench, ahead):
    bench.suggest("lexical")
    before = [c.confidence for c in suggestion_sets.current_sets(bench.study, 9)[0].candidates]
    bench.decide(4, "add", "fear")
    bench.decide(8, "add", "fear")
    assert ahead(9, profile="lexical").learned == 2
    after = suggestion_sets.current_sets(bench.study, 9)[0].candidates
    assert [c.confidence for c in after] != before
    assert set(after[0].basis) <= {bench.id(4), bench.id(8)}
