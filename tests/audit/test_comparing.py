"""Runs compared: on the same answers, with a paired interval, and never where a run could have learned the answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from desk import Desk

from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.coefficients import by_document, krippendorff_alpha
from suggest.audit.intervals import difference, jackknife
from suggest.audit.material import CORE, EXPOSURES
from suggest.audit.page import page
from suggest.audit.reading import Choice
from suggest.errors import BadInput
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.rounds import release_core
from suggest.study.runs import Training, end_run, start_run, store_set

Make = Callable[..., Desk]


def compared(desk: Desk, *runs: str) -> Report:
    return audit(desk.study, Question(Choice(compare=runs)))


def test_the_difference_is_paired_over_documents(finished: Desk) -> None:
    report = compared(finished, "1", "3")
    material = report.material
    item = next(item for item in report.comparisons if item.reference.name == "ben" and item.exposure == "blind")
    person = item.reference
    rows = np.flatnonzero(person.exposure == CORE)
    documents = material.frame.document[rows].tolist()
    statistics = []
    for run in (item.first, item.second):
        theirs, its = person.values(rows), run.rater.values(rows)
        cells = [(a, b, d) for a, b, d in zip(theirs.ravel(), its.ravel(), np.repeat(documents, 7), strict=True)
                 if a >= 0 and b >= 0]  # fmt: skip
        statistics.append(
            by_document(krippendorff_alpha, [[int(a), int(b)] for a, b, _ in cells], [int(d) for *_, d in cells])
        )
    wanted = jackknife(difference(*statistics))
    first, second, apart = item.pooled.alpha
    assert (first.value, second.value) == pytest.approx([one.value() for one in statistics])
    assert apart.value == pytest.approx(wanted.value)
    assert apart.interval == pytest.approx((wanted.low, wanted.high))
    assert first.value is not None and second.value is not None and second.value > first.value
    assert item.segments == len(rows) and item.exposure == EXPOSURES[CORE]


def test_answers_right_in_one_run_only_add_up_to_what_makes_them_differ(finished: Desk) -> None:
    for item in compared(finished, "model:other", "model:lexical#3").comparisons:
        assert sum(code.only_first for code in item.codes) == item.pooled.only_first
        assert sum(code.only_second for code in item.codes) == item.pooled.only_second
        assert item.unlike <= item.pooled.only_first + item.pooled.only_second


def test_a_run_is_named_by_number_or_model(finished: Desk) -> None:
    names = [run.rater.name for run in compared(finished, "other", "model:lexical").material.compared]
    assert names == ["model:other#2", "model:lexical#3"]
    for wrong, said in ((("9", "1"), "no run about the whole tree"), (("1", "model:lexical#1"), "with itself")):
        with pytest.raises(BadInput, match=said):
            compared(finished, *wrong)


def test_a_later_run_is_scored_on_the_core_without_new_coding(make: Make) -> None:
    desk = make(core="0.5", arm="0", sizes=(20, 20))
    desk.suggest_everywhere()
    for segment in desk.assigned("blind_then_shown"):
        desk.line(segment)
        desk.apply(segment, "Support")
        desk.done("complete", segment)
    release_core(desk.study, desk.anna, desk.round)
    desk.suggest({segment: desk.candidates("Doubts") for segment in desk.ids()}, "later")
    report = compared(desk, "1", "2")
    (item,) = report.comparisons
    assert item.exposure == "blind" and item.pooled.only_first > item.pooled.only_second == 0
    runs = as_json(report)["comparison"]["runs"]
    assert [run["after_core_was_released"] for run in runs] == [False, True]
    assert "model:later#2 was asked after the core had been released" in page(report, "x")


def test_a_run_that_may_have_learned_the_core_has_no_answers_there(make: Make) -> None:
    desk = make(core="0.5", arm="0", sizes=(20, 20))
    desk.suggest_everywhere()
    segment, shown = desk.assigned("blind_then_shown")[0], desk.assigned("shown")[0]
    for one in (segment, shown):
        desk.line(one)
        desk.done("complete", one)
    release_core(desk.study, desk.anna, desk.round)
    head = desk.study.db.execute("SELECT replica, size FROM replica").fetchone()
    run = start_run(
        desk.study, desk.anna, profile="learned", identity="x", parameters={}, prompt=None, threshold=None,
        training=Training((head[0], head[1]), "0" * 64, 3), codes=None, segments=1,
    )  # fmt: skip
    with desk.study.write(desk.anna) as writer:
        for one in (segment, shown):
            store_set(writer, run, one, "0" * 64, desk.candidates("Support"))
    end_run(desk.study, desk.anna, run, "done")
    report = compared(desk, "1", "learned")
    assert report.comparisons == ()
    made = page(report, "x")
    assert "model:learned#2 may have learned from the blind core" in made and "No person answered" in made


def test_codes_that_one_of_the_trees_lacked_are_left_out(make: Make) -> None:
    desk = make(core="0.5", arm="0", sizes=(20, 20))
    desk.suggest_everywhere()
    new = add_codes(desk.study, desk.anna, [NewCode("New", Wording("New"))])["New"]
    desk.codes["New"] = new
    desk.suggest({segment: desk.candidates("New", "Support", "Doubts") for segment in desk.ids()})
    segment = desk.assigned("blind_then_shown")[0]
    desk.line(segment)
    desk.apply(segment, "New")
    desk.done("complete", segment)
    report = compared(desk, "1", "2")
    assert [run.run.tree_version for run in report.material.compared] == [1, 2]
    (item,) = report.comparisons
    assert item.pooled.answers == 7 and item.pooled.applied == 0
