"""What a model learns from: what people applied and refused, outside of blind cores, under today's tree."""

from __future__ import annotations

import pytest

from suggest.study import rounds
from suggest.study.codes import Wording, find_code, merge_codes, read_codes, retire, reword, split_code
from suggest.study.documents import find_document, set_consent, set_role
from suggest.study.imports import NewCoding, import_codings
from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting
from suggest.study.suggestion_sets import current_sets
from suggest.study.training import lessons, log_head


@pytest.fixture
def taught(bench):
    """(segment number, code name, verdict) of all lessons as of now or of an entry."""

    def read(upto=None):
        codes = {"": "", **{code.id: code.name for code in read_codes(bench.study)}}
        numbers = {bench.id(n): n for n in range(10)}
        found = lessons(bench.study, upto or log_head(bench.study))
        return [(numbers[one.segment], codes[one.code], one.verdict) for one in found]

    return read


def first_set(bench, number):
    """The hash of a segment's suggestion set; its first candidate is "trust"."""
    bench.suggest("fake", segments=(bench.id(number),))
    return current_sets(bench.study, number)[0].hash


def test_accepted_edited_added_and_rejected_codings_teach(bench, taught):
    for number, action, code in ((1, "accept", "trust"), (2, "edit", "fear"), (3, "reject", None)):
        bench.decide(number, action, code, set=first_set(bench, number), rank=0)
    bench.decide(4, "add", "fear")
    assert taught() == [
        (1, "trust", "accepted"),
        (2, "fear", "accepted"),
        (3, "trust", "rejected"),
        (4, "fear", "added"),
    ]


def test_unsure_skipped_removed_and_undone_teach_nothing(bench, taught):
    bench.decide(1, "unsure", set=first_set(bench, 1), rank=0)
    bench.decide(2, "skip")
    bench.decide(3, "add", "fear")
    bench.decide(3, "remove", "fear")
    bench.undo(bench.decide(4, "add", "fear"))
    assert taught() == []


def test_who_refused_a_suggestion_and_applied_its_code_elsewhere_in_the_segment_has_applied_it(bench, taught):
    bench.decide(1, "reject", set=first_set(bench, 1), rank=0)
    segment = SegmentReader(bench.study).number(1)
    bench.decide(1, "add", "trust", span=[segment.start, segment.start + 2])
    assert taught() == [(1, "trust", "added")]


def test_coders_who_differ_both_teach(bench, taught):
    bench.decide(1, "reject", set=first_set(bench, 1), rank=0)
    bench.decide(1, "add", "trust", coder=bench.coder("bo"))
    assert sorted(taught()) == [(1, "trust", "added"), (1, "trust", "rejected")]


def test_a_coding_over_several_segments_teaches_each_that_is_to_be_coded(bench, taught):
    reader = SegmentReader(bench.study)
    bench.decide(3, "add", "fear", span=[reader.number(3).start, reader.number(4).end])
    assert taught() == [(3, "fear", "added"), (4, "fear", "added")]


def test_codings_made_elsewhere_teach(bench, taught):
    document = find_document(bench.study, "BU").id
    coding = NewCoding("cleo", document, bench.codes["fear"], 2, 2, 3)
    import_codings(bench.study, bench.anna, "elsewhere", [coding], {("cleo", document): [1, 2, 3]})
    assert taught() == [(1, "", "no_code"), (2, "fear", "added"), (3, "fear", "added")]


def test_lessons_as_of_an_entry_know_nothing_of_what_came_later(bench, taught):
    bench.decide(1, "add", "trust")
    then = log_head(bench.study)
    document = find_document(bench.study, "PU").id
    coding = NewCoding("cleo", document, bench.codes["fear"], 2, 2, 2)
    import_codings(bench.study, bench.anna, "elsewhere", [coding], {("cleo", document): [2]})
    bench.decide(1, "remove", "trust")
    bench.decide(2, "add", "fear")
    assert taught(then) == [(1, "trust", "added")]
    assert taught() == [(2, "fear", "added"), (7, "fear", "added")]


def test_a_blind_core_teaches_nothing_until_it_is_released(bench, taught):
    for number in (1, 2, 3, 4, 6, 7, 8, 9):
        bench.decide(number, "add", "fear")
    set_setting(bench.study, bench.anna, "core", "1")
    main = rounds.rounds(bench.study)[0]
    rounds.make_ready(bench.study, bench.anna, main)
    outside = [n for n in range(10) if not rounds.exposure(bench.study, main, bench.anna, n, bench.id(n)).core]
    assert len(outside) < 10
    assert {number for number, _, _ in taught()} <= set(outside)
    before = log_head(bench.study)
    rounds.release_core(bench.study, bench.anna, main)
    assert {number for number, _, _ in taught()} == {1, 2, 3, 4, 6, 7, 8, 9}
    assert {number for number, _, _ in taught(before)} <= set(outside)


def test_excluded_talk_and_talk_that_is_not_to_be_coded_teach_nothing(bench, taught):
    bench.decide(2, "add", "fear")
    bench.decide(1, "add", "fear")
    bench.decide(6, "add", "fear")
    set_consent(bench.study, bench.anna, find_document(bench.study, "BU"), "R2", "exclude", True)
    set_role(bench.study, bench.anna, find_document(bench.study, "PU"), "other", ordinals=[1])
    assert taught() == [(1, "fear", "added")]


def test_what_a_change_of_the_tree_made_stale_teaches_nothing(bench, taught):
    bench.decide(1, "add", "trust")
    bench.decide(2, "add", "fear")
    code = find_code(read_codes(bench.study), "fear")
    reword(bench.study, bench.anna, code, Wording("fear", "something else"), meaning=True)
    assert taught() == [(1, "trust", "added")]
    bench.decide(3, "add", "fear")
    retire(bench.study, bench.anna, find_code(read_codes(bench.study), "trust"))
    assert taught() == [(3, "fear", "added")]


def test_a_merged_code_is_taught_under_its_heir_and_a_refused_one_under_the_parts_it_was_split_into(bench, taught):
    bench.decide(1, "reject", set=first_set(bench, 1), rank=0)
    bench.decide(2, "add", "fear")
    bench.code("dread")
    codes = read_codes(bench.study)
    merge_codes(bench.study, bench.anna, find_code(codes, "fear"), find_code(codes, "dread"))
    split_code(bench.study, bench.anna, find_code(codes, "trust"), [Wording("faith"), Wording("reliance")])
    assert sorted(taught()) == [(1, "faith", "rejected"), (1, "reliance", "rejected"), (2, "dread", "added")]


# Read, and no code


@pytest.fixture
def but(bench):
    """By segment number, the names of the codes of which a "no code" says nothing."""

    def read():
        codes = {code.id: code.name for code in read_codes(bench.study)}
        found = lessons(bench.study, log_head(bench.study))
        numbers = {bench.id(n): n for n in range(10)}
        silent = (one for one in found if one.verdict == "no_code")
        return {numbers[one.segment]: sorted(codes[code] for code in one.but) for one in silent}

    return read


def test_a_segment_without_a_code_teaches_when_that_is_said_or_completed(bench, taught):
    bench.decide(1, "no_code")
    bench.complete(2)
    bench.decide(3, "add", "fear")
    bench.complete(3)
    bench.decide(4, "skip")
    assert taught() == [(1, "", "no_code"), (2, "", "no_code"), (3, "fear", "added")]


def test_a_refusal_and_its_completion_teach_both_and_an_open_doubt_teaches_nothing(bench, taught):
    bench.decide(1, "reject", set=first_set(bench, 1), rank=0)
    bench.complete(1)
    bench.decide(2, "unsure", set=first_set(bench, 2), rank=0)
    bench.complete(2)
    assert taught() == [(1, "", "no_code"), (1, "trust", "rejected")]
    bench.decide(2, "no_code")
    assert taught()[2:] == [(2, "", "no_code")]


def test_what_was_undone_or_coded_since_is_not_without_a_code(bench, taught):
    bench.undo(bench.complete(1))
    bench.undo(bench.decide(2, "no_code"))
    bench.complete(3)
    bench.decide(3, "add", "fear")
    assert taught() == [(3, "fear", "added")]


def test_a_coding_that_reaches_into_a_segment_says_that_it_is_not_without_a_code(bench, taught):
    reader = SegmentReader(bench.study)
    bench.decide(3, "add", "fear", span=[reader.number(3).start, reader.number(4).end])
    bench.complete(4)
    bench.complete(4, coder=bench.coder("bo"))
    assert taught() == [(3, "fear", "added"), (4, "", "no_code"), (4, "fear", "added")]


def test_a_coding_whose_code_is_gone_says_that_it_is_not_without_a_code(bench, taught):
    bench.decide(1, "add", "trust")
    bench.complete(1)
    retire(bench.study, bench.anna, find_code(read_codes(bench.study), "trust"))
    assert taught() == []


def test_a_round_about_some_codes_says_nothing_of_the_rest(bench, taught):
    some = rounds.open_round(bench.study, bench.anna, "some", scope=("code", bench.codes["fear"]))
    bench.decide(1, "no_code", round_=some)
    bench.complete(2, round_=some)
    assert taught() == []
    bench.complete(2)
    assert taught() == [(2, "", "no_code")]


def test_no_code_says_nothing_of_codes_that_are_newer_or_were_redefined(bench, but):
    bench.complete(1)
    assert but() == {1: []}
    bench.code("hope")
    bench.complete(2)
    assert but() == {1: ["hope"], 2: []}
    trust = find_code(read_codes(bench.study), "trust")
    reword(bench.study, bench.anna, trust, Wording("trust", "something else"), meaning=True)
    assert but() == {1: ["hope", "trust"], 2: ["trust"]}
    fear = find_code(read_codes(bench.study), "fear")
    retire(bench.study, bench.anna, fear)
    assert but() == {2: ["trust"]}


def test_no_code_holds_for_the_parts_of_a_code_that_was_split_and_for_merged_codes_if_for_both(bench, but):
    bench.complete(1)
    trust = find_code(read_codes(bench.study), "trust")
    split_code(bench.study, bench.anna, trust, [Wording("faith"), Wording("reliance")])
    assert but() == {1: []}
    bench.code("hope")
    codes = read_codes(bench.study)
    merge_codes(bench.study, bench.anna, find_code(codes, "hope"), find_code(codes, "fear"))
    assert but() == {1: ["fear"]}


def test_no_code_is_learned_by_who_is_asked_about_a_code_that_it_speaks_of(bench):
    bench.decide(1, "no_code")
    bench.code("hope")
    bench.suggest()
    (example,) = bench.models[-1].examples
    assert (example.segment, example.code, example.verdict) == (bench.id(1), "", "no_code")
    assert example.but == (bench.codes["hope"],)
    bench.suggest(codes=("fear",))
    assert [one.but for one in bench.models[-1].examples] == [()]
    bench.suggest(codes=("hope",))
    assert bench.models[-1].examples == ()


def test_no_code_as_of_an_entry_is_as_it_was(bench, taught):
    bench.complete(1)
    then = log_head(bench.study)
    bench.decide(1, "add", "fear")
    bench.complete(2)
    document = find_document(bench.study, "PU").id
    import_codings(bench.study, bench.anna, "elsewhere", [], {("cleo", document): [1]})
    assert taught(then) == [(1, "", "no_code")]
    assert taught() == [(1, "fear", "added"), (2, "", "no_code"), (6, "", "no_code")]
