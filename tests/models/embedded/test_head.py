"""The head: what it would say without a segment or a document is what it says when it never learned them."""

from __future__ import annotations

import numpy
import pytest
from taught import rows, talk, teaching

from suggest.models.embedded.comparing import RIDGE, Compared, Teaching
from suggest.models.embedded.encoding import DIMENSIONS, Numbers
from suggest.models.embedded.fitting import (
    DEFAULT_THRESHOLD,
    LEAST_FITTING,
    LEAST_SAMPLE,
    MOST_FITTING,
    best_threshold,
    learned_threshold,
    strength,
    untaught_threshold,
)
from suggest.models.embedded.grams import WIDTH
from suggest.models.embedded.head import SIBLING_SHARE, Fit, Head, best_reading, families, precision, with_siblings
from suggest.models.embedded.likeness import (
    NOBODY,
    NOWHERE,
    Points,
    Reading,
    likeness,
    of_surroundings,
    wordings,
)


def without(full: Teaching, left_out: Numbers) -> Teaching:
    kept = numpy.setdiff1d(numpy.arange(len(full.talk)), left_out)
    return Teaching(
        full.wordings,
        full.of_code,
        full.talk.take(kept),
        full.targets[kept],
        full.documents[kept],
        full.families,
    )


@pytest.fixture(params=["together", "alone"])
def weighing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wordings weighed against one another, and, as in large trees, each for itself."""
    if request.param == "alone":
        monkeypatch.setattr("suggest.models.embedded.comparing.MOST_TOGETHER", 0)


def head_of(taught: Teaching, reading: Reading | None = None) -> Head:
    compared = Compared(taught)
    return Head(compared, reading or best_reading(compared))


def test_a_segment_is_answered_as_if_it_had_never_been_decided(weighing: None) -> None:
    full = teaching()
    head = head_of(full)
    for row in (0, 7, 23):
        point = full.talk.take(numpy.array([row]))
        alike = head.contributions(point)
        fresh = head_of(without(full, numpy.array([row])))
        expected = fresh.scores(fresh.contributions(point))
        numpy.testing.assert_allclose(head.scores(alike, row), expected, atol=1e-5)
        assert not numpy.allclose(head.scores(alike), expected, atol=1e-2)


def test_its_own_decision_changes_nothing_for_a_segment(weighing: None) -> None:
    full = teaching()
    other = Teaching(full.wordings, full.of_code, full.talk, full.targets.copy(), full.documents, full.families)
    other.targets[7] = 1 - other.targets[7]
    point = full.talk.take(numpy.array([7]))
    said = [head.scores(head.contributions(point), 7) for head in (head_of(full), head_of(other))]
    numpy.testing.assert_allclose(said[0], said[1], atol=1e-7)


def test_documents_held_out_are_told_by_the_others(weighing: None) -> None:
    full = teaching()
    found = head_of(full).held_out()
    for document in range(4):
        left_out = numpy.flatnonzero(full.documents == document)
        fresh = head_of(without(full, left_out))
        expected = fresh.scores(fresh.contributions(full.talk.take(left_out)))
        numpy.testing.assert_allclose(found[left_out], expected, atol=1e-5)


def test_with_a_single_document_each_segment_is_held_out(weighing: None) -> None:
    full = teaching(documents=1)
    head = head_of(full)
    alike = head.contributions(full.talk.take(numpy.array([3])))
    numpy.testing.assert_allclose(head.held_out()[3], head.scores(alike, 3)[0], atol=1e-5)


def test_a_wording_is_an_example_of_its_code(weighing: None) -> None:
    bare = without(teaching(), numpy.arange(24))
    head = head_of(bare)
    scores = head.scores(head.contributions(bare.wordings))
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
    assert (scores.diagonal() < 1 / (1 + RIDGE) * 2).all()


def test_siblings_share_a_part_of_their_scores() -> None:
    of = families([("A", "one"), ("A", "two"), ("B",), ("A",), ("C", "only")])
    spread = with_siblings(numpy.array([[1.0, 0, 1.0, 1.0, 1.0]]), of)
    assert spread[0].tolist() == pytest.approx([1 + SIBLING_SHARE / 2, SIBLING_SHARE / 2, 1, 1, 1 + SIBLING_SHARE])
    assert with_siblings(numpy.ones((2, 2)), families([("A",), ("B",)])).tolist() == [[1, 1], [1, 1]]


def test_surroundings_count_for_talk_and_not_for_wordings() -> None:
    random = numpy.random.default_rng(1)
    some = talk(random, 6)
    codes = wordings(rows(random, 2, DIMENSIONS), rows(random, 2, WIDTH))
    plain, heeding = Reading(around=False, place=False), Reading(around=True, place=True)
    nobody = numpy.full(6, NOBODY)
    anonymous = Points(some.vectors, some.grams, some.around, nobody, some.places, some.talk)
    numpy.testing.assert_allclose(likeness(some, codes, heeding), likeness(some, codes, plain))
    assert (of_surroundings(anonymous, anonymous, heeding) > 1).all()
    assert (of_surroundings(anonymous, anonymous, plain) == 1).all()
    nowhere = numpy.full(6, NOWHERE, numpy.float32)
    unplaced = Points(some.vectors, some.grams, some.around, nobody, nowhere, some.talk)
    only_place = Reading(around=False, place=True)
    numpy.testing.assert_allclose(likeness(unplaced, unplaced, only_place), likeness(unplaced, unplaced, plain))


def test_all_talk_is_somewhat_alike_only_where_that_helps() -> None:
    random = numpy.random.default_rng(2)
    some = talk(random, 4)
    codes = wordings(rows(random, 2, DIMENSIONS), rows(random, 2, WIDTH))
    plain, common = Reading(around=False, place=False), Reading(around=False, place=False, common=True)
    assert (likeness(some, some, common) > likeness(some, some, plain) + 0.2).all()
    numpy.testing.assert_array_equal(likeness(some, codes, common), likeness(some, codes, plain))


def test_precision_of_a_ranking() -> None:
    right = numpy.array([[True, False], [False, True]])
    assert precision(numpy.array([[4.0, 2.0], [1.0, 3.0]]), right) == 1.0
    assert precision(numpy.array([[4.0, 3.0], [1.0, 2.0]]), right) == pytest.approx((1 + 2 / 3) / 2)
    assert precision(numpy.array([[4.0, 3.0]]), numpy.array([[False, False]])) == 0.0


def test_the_best_threshold_lets_the_right_ones_through() -> None:
    right = numpy.array([[True, False], [True, False]])
    assert best_threshold(numpy.array([[0.9, 0.1], [0.6, 0.5]]), right) == (0.6, 1.0)


def test_equal_scores_stand_or_fall_together() -> None:
    right = numpy.array([[True, False, False, False]])
    threshold, measure = best_threshold(numpy.array([[0.5, 0.5, 0.5, 0.1]]), right)
    assert (threshold, measure) == (0.5, pytest.approx(0.5))


def test_few_lessons_leave_the_threshold_near_the_default() -> None:
    right = numpy.array([[True, False]] * 6)
    scores = numpy.array([[0.9, 0.2]] * 6)
    assert learned_threshold(scores[:4], right[:4], DEFAULT_THRESHOLD) == DEFAULT_THRESHOLD
    few = learned_threshold(scores, right, DEFAULT_THRESHOLD)
    assert DEFAULT_THRESHOLD < few < 300_000
    many = learned_threshold(numpy.tile(scores, (100, 1)), numpy.tile(right, (100, 1)), DEFAULT_THRESHOLD)
    assert few < many <= 900_000


def test_scores_that_tell_nothing_let_no_more_through_than_people_gave() -> None:
    random = numpy.random.default_rng(4)
    scores, right = random.random((2_000, 10)), random.random((2_000, 10)) < 0.1
    assert (scores >= best_threshold(scores, right)[0]).sum() <= right.sum()
    fitting = (scores * 1_000_000 >= learned_threshold(scores, right, DEFAULT_THRESHOLD)).sum()
    assert fitting <= right.sum() * 1.2


def fitting_a_segment(scores: Numbers) -> float:
    return float((scores * 1_000_000 >= untaught_threshold(scores)).sum() / len(scores))


def test_before_anything_is_learned_what_fits_follows_how_the_scores_lie() -> None:
    scores = numpy.random.default_rng(4).random((200, 20)) ** 4
    assert fitting_a_segment(scores * 0.081) == pytest.approx(LEAST_FITTING, abs=0.02)  # else hardly any
    assert untaught_threshold(scores * 0.09) == DEFAULT_THRESHOLD
    assert fitting_a_segment(scores) == pytest.approx(MOST_FITTING, abs=0.02)  # else nearly all
    assert fitting_a_segment(scores * 0.4 + 0.5) == pytest.approx(MOST_FITTING, abs=0.02)


def test_of_a_small_tree_fewer_fit_and_few_segments_tell_nothing() -> None:
    scores = numpy.random.default_rng(4).random((200, 3)) * 0.4 + 0.5
    assert fitting_a_segment(scores) == pytest.approx(3 / 5, abs=0.02)
    assert fitting_a_segment(scores[:, :1]) == pytest.approx(1 / 5, abs=0.02)
    assert untaught_threshold(scores[: LEAST_SAMPLE - 1]) == DEFAULT_THRESHOLD


def test_wordings_that_share_a_spelling_are_as_if_each_had_its_own() -> None:
    random = numpy.random.default_rng(7)
    vectors, grams, some = rows(random, 4, DIMENSIONS), rows(random, 2, WIDTH), talk(random, 3)
    spelling = numpy.array([0, 0, 1, 1])
    plain = Reading(around=False, place=False)
    shared, apart = wordings(vectors, grams, spelling), wordings(vectors, grams[spelling])
    numpy.testing.assert_allclose(likeness(some, shared, plain), likeness(some, apart, plain), atol=1e-6)
    numpy.testing.assert_allclose(likeness(shared, shared, plain), likeness(apart, apart, plain), atol=1e-6)


def test_a_part_of_the_talk_is_fitted_as_if_it_were_all(weighing: None) -> None:
    full = teaching()
    kept = numpy.arange(0, 24, 3)
    for reading in (Reading(around=True, place=True), Reading(around=False, place=False, common=True)):
        part = Fit(Compared(full).some(kept), reading).held_out()
        fresh = Fit(Compared(without(full, numpy.setdiff1d(numpy.arange(24), kept))), reading).held_out()
        numpy.testing.assert_allclose(part, fresh, atol=1e-5)


def test_codes_that_nobody_gave_are_left_out_where_wordings_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggest.models.embedded.comparing.MOST_TOGETHER", 0)
    full = teaching()
    full.targets[:, 1] = 0
    compared, reading = Compared(full), Reading(around=True, place=False)
    limited = Fit(compared.some(numpy.arange(24)).for_given(), reading).held_out()
    numpy.testing.assert_allclose(limited, Fit(compared, reading).held_out()[:, [0, 2]], atol=1e-5)


def test_what_fits_is_at_a_half_or_above_in_any_run() -> None:
    assert [strength(score, 200_000) for score in (-5, 0, 199_999, 200_000, 600_000)] == [
        0,
        0,
        499_998,
        500_000,
        750_000,
    ]
    assert strength(900_000, 0) < 1_000_000
