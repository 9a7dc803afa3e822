"""A run: every chosen segment gets one answer or one typed failure, and whatever was stored is not asked again."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from suggest.engine import keeping, runs
from suggest.engine.tasks import Selection, TaskReader, undefined
from suggest.errors import BadInput, SecondCoderError
from suggest.models.interface import Candidate, FailureKind, offered_code
from suggest.study import runs as stored
from suggest.study.correcting import correct
from suggest.study.documents import find_document, set_consent
from suggest.study.log import entries
from suggest.study.people import ensure_coder

DATA = 8
"""How many segments of the bench's ten are to be coded."""


def whole(report):
    """The counts of a report, which add up to its segments."""
    assert report.segments == report.suggested + report.no_code + sum(report.failed.values()) + report.resumed
    return report.suggested, report.no_code, sum(report.failed.values()), report.resumed


def test_every_data_segment_gets_one_answer_in_the_order_of_the_talk(bench):
    report = bench.suggest()
    assert whole(report) == (DATA, 0, 0, 0)
    assert bench.models[-1].asked == [bench.id(n) for n in (1, 2, 3, 4, 6, 7, 8, 9)]
    assert bench.answered_once()
    assert [run.state for run in stored.runs(bench.study)] == ["done"]


def test_no_code_fits_is_an_answer(bench):
    bench.script(lambda model, task: model.says(task))
    assert whole(bench.suggest()) == (0, DATA, 0, 0)
    assert whole(bench.suggest()) == (0, 0, 0, DATA)


def test_a_finished_run_asked_again_asks_nothing_and_logs_nothing(bench):
    bench.suggest()
    before = bench.log()
    report = bench.suggest()
    assert whole(report) == (0, 0, 0, DATA)
    assert not report.began
    assert bench.models[-1].asked == []
    assert bench.log() == before


def test_a_limit_is_the_first_of_the_selection_and_counts_those_already_done(bench):
    assert whole(bench.suggest(limit=3)) == (3, 0, 0, 0)
    assert whole(bench.suggest(limit=5)) == (2, 0, 0, 3)
    report = bench.suggest()
    assert whole(report) == (3, 0, 0, 5)
    assert len(stored.runs(bench.study)) == 1
    assert bench.answered_once()


def test_documents_and_segments_limit_what_is_asked(bench):
    assert whole(bench.suggest(documents=("PU",))) == (4, 0, 0, 0)
    assert whole(bench.suggest(segments=("BU-2", bench.id(3)))) == (2, 0, 0, 0)
    assert whole(bench.suggest(documents=("BU",), segments=("BU-2",))) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    "selection",
    [
        {"documents": ("XX",)},
        {"segments": ("BU-99",)},
        {"segments": ("BU-1",)},
        {"documents": ("PU",), "segments": ("BU-2",)},
        {"codes": ("hope",)},
    ],
)
def test_a_selection_of_what_is_not_there_to_be_coded_stores_nothing(bench, selection):
    before = bench.log()
    with pytest.raises(BadInput):
        bench.suggest(**selection)
    assert bench.log() == before


def test_an_empty_tree_and_a_study_without_documents_say_what_to_do(empty):
    with pytest.raises(BadInput, match="secondcoder add"):
        empty.suggest()
    empty.talk("BU", "R1: well")
    with pytest.raises(BadInput, match="codes STUDY import"):
        empty.suggest()
    assert not stored.runs(empty.study)


def test_an_unknown_profile_names_those_there_are(bench):
    with pytest.raises(BadInput, match="lexical"):
        bench.suggest("nobody")


def test_failures_are_counted_by_kind_asked_again_and_counted_once(bench):
    kinds = list(FailureKind)
    bench.script(lambda model, task: model.fails(task, kinds[len(model.asked) - 1]))
    first = bench.suggest()
    assert whole(first) == (0, 0, DATA, 0)
    assert first.failed == {kind.value: 1 for kind in kinds[:DATA]}
    assert first.ended == "done"
    assert bench.suggest().failed == first.failed
    assert stored.runs(bench.study)[0].failed == DATA
    bench.script()
    last = bench.suggest()
    assert whole(last) == (DATA, 0, 0, 0)
    assert not last.began
    assert stored.runs(bench.study)[0].failed == 0
    assert bench.answered_once()


def test_a_model_that_raises_leaves_a_failure_and_the_rest_is_answered(bench):
    def script(model, task):
        if task.segment == bench.id(3):
            raise RuntimeError("we laughed")
        return model.yes(task)

    bench.script(script)
    report = bench.suggest()
    assert whole(report) == (DATA - 1, 0, 1, 0)
    assert report.failed == {"internal": 1}
    detail = bench.log("suggestion_failed")[0].payload["detail"]
    assert "laughed" not in bench.study.contents.text(detail)


def test_a_model_that_always_raises_ends_the_run_as_failed(bench):
    for number in range(30):
        bench.talk(f"D{number}", f"R1: more talk {number}")

    def script(model, task):
        raise RuntimeError

    bench.script(script)
    report = bench.suggest()
    assert report.ended == "failed"
    assert report.left == DATA + 30 - report.segments > 0
    assert stored.runs(bench.study)[0].state == "failed"
    bench.script()
    assert whole(bench.suggest()) == (DATA + 30, 0, 0, 0)


def test_answers_given_twice_and_answers_to_what_was_not_asked_are_dropped(bench):
    def script(model, task):
        other = bench.id(9) if task.segment == bench.id(1) else bench.id(1)
        return [model.yes(task), model.yes(task), model.says(task, Candidate("k" * 13, True)), *[
            model.yes(type(task)(other, task.text, task.start))
        ]]  # fmt: skip

    bench.script(script)
    assert whole(bench.suggest()) == (DATA, 0, 0, 0)
    assert bench.answered_once()


def test_a_code_that_was_not_offered_is_not_stored(bench):
    bench.script(lambda model, task: model.says(task, Candidate("k" * 13, True), Candidate(model.codes[1].id, True)))
    bench.suggest()
    listed = {item["code"] for entry in bench.log("suggested") for item in entry.payload["candidates"]}
    assert listed == {bench.codes["fear"]}


def test_an_interruption_stores_what_was_received_and_the_next_call_goes_on(bench):
    def script(model, task):
        if len(model.asked) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return model.yes(task)

    bench.script(script)
    report = bench.suggest()
    assert report.ended == "stopped"
    assert report.segments + report.left == DATA
    assert 0 < report.suggested < DATA
    assert [run.state for run in stored.runs(bench.study)] == ["stopped"]
    bench.script()
    again = bench.suggest()
    assert whole(again) == (report.left, 0, 0, report.suggested)
    assert not again.began
    assert bench.answered_once()
    assert [run.state for run in stored.runs(bench.study)] == ["done"]


def test_a_run_that_died_after_its_last_answer_is_closed_by_the_next_call(bench, monkeypatch):
    monkeypatch.setattr(runs, "end_run", lambda *_: None)
    bench.suggest()
    monkeypatch.undo()
    bench.script()
    assert stored.runs(bench.study)[0].state == "running"
    assert whole(bench.suggest()) == (0, 0, 0, DATA)
    assert stored.runs(bench.study)[0].state == "done"


def test_a_second_process_on_the_same_run_stores_no_segment_twice(bench):
    begun = threading.Event()

    def other():
        with bench.open_again() as study:
            runs.suggest(study, ensure_coder(study, "bo"), "fake", Selection())

    def script(model, task):
        if not begun.is_set():
            begun.set()
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        return model.yes(task)

    bench.script(script)
    report = bench.suggest()
    assert whole(report) == (0, 0, 0, DATA)
    assert len(stored.runs(bench.study)) == 1
    assert bench.answered_once()


def test_a_process_that_finds_a_run_begun_meanwhile_joins_it(bench, monkeypatch):
    plan = runs.make_plan

    def overtaken(*given, **more):
        made = plan(*given, **more)
        monkeypatch.setattr(runs, "make_plan", plan)
        with bench.open_again() as study:
            runs.suggest(study, ensure_coder(study, "bo"), "fake", Selection(limit=3))
        return made

    monkeypatch.setattr(runs, "make_plan", overtaken)
    assert whole(bench.suggest()) == (DATA - 3, 0, 0, 3)
    assert len(stored.runs(bench.study)) == 1


def test_an_answer_to_words_that_were_corrected_meanwhile_is_not_stored(bench):
    def script(model, task):
        if task.segment == bench.id(2):
            with bench.open_again() as study:
                document = find_document(study, "BU")
                correct(study, ensure_coder(study, "bo"), document, edits=[(task.start, task.start + 4, "soft")])
        return model.yes(task)

    bench.script(script)
    report = bench.suggest()
    assert report.left > 0
    assert report.segments + report.left == DATA
    bench.script()
    again = bench.suggest()
    assert again.left == 0
    assert bench.answered_once()


def test_a_failing_store_is_raised_and_nothing_of_the_batch_is_kept(bench, monkeypatch):
    def full(*given, **more):
        raise SecondCoderError("no room")

    monkeypatch.setattr(keeping, "store_failure", full)
    bench.script(
        lambda model, task: model.fails(task, FailureKind.TIMEOUT) if len(model.asked) == 4 else model.yes(task)
    )
    with pytest.raises(SecondCoderError, match="no room"):
        bench.suggest()
    assert len(bench.log("suggested")) == 2
    monkeypatch.undo()
    bench.script()
    assert whole(bench.suggest()) == (DATA - 2, 0, 0, 2)


def test_neighbouring_turns_of_the_same_document_go_along_and_are_named(bench):
    bench.script(neighbours=3)
    bench.suggest(documents=("PU",), limit=1)
    (task,) = bench.models[-1].tasks
    assert [turn.text for turn in task.before] == ["and then"]
    assert [turn.text for turn in task.after] == ["nobody came", "it was late", "I went home"]
    (entry,) = bench.log("suggested")
    assert entry.payload["context"] == [bench.id(n) for n in (5, 7, 8, 9)]


def test_excluded_talk_is_neither_asked_about_nor_shown_beside_other_talk(bench):
    set_consent(bench.study, bench.anna, find_document(bench.study, "BU"), "R2", "exclude", True)
    bench.script(neighbours=3)
    bench.suggest(documents=("BU",))
    assert bench.models[-1].asked == [bench.id(1), bench.id(3)]
    seen = {turn.text for task in bench.models[-1].tasks for turn in (*task.before, *task.after)}
    assert seen == {"how was it", "calm and kind", "we laughed"}
    with pytest.raises(BadInput, match="consent"):
        bench.suggest(segments=("BU-3",))


def test_tokens_and_an_unknown_price_are_reported_as_such(bench):
    bench.script(lambda model, task: model.yes(task, tokens_in=100, tokens_out=7))
    report = bench.suggest()
    assert report.tokens == (100 * DATA, 7 * DATA)
    assert report.token_method == "reported"
    assert report.cost is None
    assert bench.suggest("lexical").cost == 0


def test_progress_counts_up_to_what_is_asked(bench):
    bench.suggest(limit=2)
    seen = []
    runs.suggest(bench.study, bench.anna, "fake", progress=lambda state: seen.append((state.done, state.total)))
    assert seen[-1] == (DATA - 2, DATA - 2)


def test_the_log_holds_no_hash_that_a_guess_at_the_words_could_be_tried_on(bench):
    bench.decide(1, "add", "trust")
    bench.script(
        lambda model, task: model.yes(task) if task.segment == bench.id(1) else model.fails(task, FailureKind.TIMEOUT)
    )
    bench.suggest()
    model = bench.models[-1]
    guessable = [model.task_hash(task) for task in model.tasks] + [model.profile.training]
    written = [entry.payload for entry in entries(bench.study.db)]
    assert model.tasks and model.profile.training
    assert [hash_ for hash_ in guessable if hash_ in json.dumps(written)] == []


def test_codes_without_a_definition_are_told_of(bench):
    assert bench.suggest().warnings == ()
    bench.code("hope")
    (warning,) = bench.suggest().warnings
    assert "1 of 3 codes have no definition" in warning


def test_a_code_that_others_stand_under_needs_no_definition():
    codes = [
        offered_code("1", "People", path=("People",)),
        offered_code("2", "Nurses", path=("People", "Nurses"), definition="who care"),
        offered_code("3", "Doctors", path=("People", "Doctors")),
        offered_code("4", "Places", path=("Places",), examples=("the ward",)),
    ]
    assert [code.id for code in undefined(codes)] == ["3"]


def test_progress_tells_failures_tokens_and_cost(bench):
    def script(model, task):
        if task.segment == bench.id(2):
            return model.fails(task, FailureKind.REFUSAL)
        return model.yes(task, tokens_in=1000, tokens_out=10)

    bench.script(script)
    seen = []
    runs.suggest(bench.study, bench.anna, "fake", progress=seen.append)
    last = seen[-1]
    assert (last.done, last.total, last.failed, last.tokens_in, last.tokens_out, last.cost) == (8, 8, 1, 7000, 70, None)


def test_a_reader_remembers_no_more_than_what_is_under_way(bench):
    reader = TaskReader(bench.study, remembers=True)
    for _, task in reader.tasks(range(10)):
        if task.segment == bench.id(4):
            reader.forget(task.segment)
        else:
            assert reader.still_holds(task.segment)
        assert not reader.still_holds(task.segment)
        assert len(reader._versions) == 0
    plain = TaskReader(bench.study)
    assert len(list(plain.tasks(range(10)))) == 8
    assert len(plain._versions) == 0
