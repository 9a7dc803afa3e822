"""Whether a model may stand in for an annotator, and that never applying a rare code is no way to pass."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from suggest.audit.alternative import alternative_annotator_test, alternative_test_from_counts, benjamini_yekutieli
from suggest.audit.coefficients import UnusableRatings


def crowd(prevalence: float, units: int = 200, seed: int = 1) -> tuple[list[list[int]], list[int], list[int]]:
    """Three humans and a model of the same sort, and the truth: they find .85 of the cases, and 2 % that are none."""
    dice = numpy.random.default_rng(seed)
    truth = dice.random(units) < prevalence
    found = dice.random((units, 4)) < numpy.where(truth, 0.85, 0.02)[:, None]
    return found[:, :3].astype(int).tolist(), found[:, 3].astype(int).tolist(), truth.astype(int).tolist()


def test_a_model_like_a_human_passes() -> None:
    humans, model, _ = crowd(0.3, units=600)
    found = alternative_annotator_test(humans, model, epsilon=0.2)
    assert found.passed and found.omega == 1.0
    assert found.rho is not None and found.rho > 0.8
    # Units on which the two others are divided tell nothing of who is nearer to them.
    divided = [sum(unit[other] != unit[third] for unit in humans) for other, third in ((1, 2), (0, 2), (0, 1))]
    assert [one.n for one in found.annotators] == [600 - count for count in divided]


def test_as_published_a_model_that_never_applies_a_rare_code_passes_and_with_the_guard_it_does_not() -> None:
    humans, _, _ = crowd(0.08, units=600)
    published = alternative_annotator_test(humans, [0] * 600, epsilon=0.15, guard="off")
    used = alternative_annotator_test(humans, [0] * 600, epsilon=0.15, guard="used")
    balanced = alternative_annotator_test(humans, [0] * 600, epsilon=0.15)
    assert (published.passed, published.units) == (True, 600)
    assert not used.passed and used.units < 100
    assert (balanced.passed, balanced.guard) == (False, "balanced")


def test_the_guard_is_off_for_labels_and_may_be_asked_for_sets() -> None:
    humans = [["a", "a", "b"]] * 40
    assert alternative_annotator_test(humans, ["a"] * 40, epsilon=0.2).guard == "off"
    sets = [[frozenset("a"), frozenset("a")], [frozenset(), frozenset()]] * 40
    model = [frozenset("a"), frozenset()] * 40
    assert alternative_annotator_test(sets, model, epsilon=0.2, guard="used").units == 40


def test_each_human_is_scored_against_the_others_only() -> None:
    # Two of three agree with one another and never with the third or the model.
    humans = [["a", "a", "b"]] * 40
    found = alternative_annotator_test(humans, ["b"] * 40, epsilon=0.1)
    # Against the first: the others are a and b, so human and model have one each.
    assert [(one.better, one.ties, one.worse) for one in found.annotators] == [(0, 40, 0), (0, 40, 0), (0, 40, 0)]


def test_missing_ratings_leave_their_unit_out() -> None:
    humans = [["a", "a", None]] * 40 + [["a", None, None]] * 5 + [["a", "a", "a"]] * 3
    model: list[Any] = ["a"] * 40 + ["a"] * 5 + [None] * 3
    found = alternative_annotator_test(humans, model, epsilon=0.2)
    assert [one.n for one in found.annotators] == [40, 40, 0]
    assert found.annotators[2].p is None and found.units == 40
    assert found.omega == 1.0


def test_annotators_with_few_units_are_left_out_and_none_is_a_reason() -> None:
    found = alternative_annotator_test([["a", "b"]] * 29, ["a"] * 29, epsilon=0.2)
    assert (found.omega, found.passed) == (None, None)
    assert found.undefined == "no annotator has 30 units that can be compared"


def test_numbers_are_scored_by_their_distance() -> None:
    humans = [[1.0, 2.0, 3.0]] * 40
    found = alternative_annotator_test(humans, [2.4] * 40, epsilon=0.2, scoring="rmse")
    # Against 1 the others are 2 and 3, and 2.4 is nearer to them; against 2 they are 1 and 3, and 2 is nearer.
    assert [(one.better, one.worse) for one in found.annotators] == [(40, 0), (0, 40), (40, 0)]


def test_a_similarity_of_sets_may_score() -> None:
    humans = [[frozenset("ab"), frozenset("a"), frozenset("a")]] * 40

    def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
        return len(a & b) / len(a | b)

    found = alternative_annotator_test(humans, [frozenset("a")] * 40, epsilon=0.2, scoring=jaccard)
    assert [(one.better, one.ties) for one in found.annotators] == [(40, 0), (0, 40), (0, 40)]


def test_documents_make_the_test_harder_to_pass() -> None:
    """Units of a document that are all alike count as one."""
    signs = [(0, 1), (1, 0), (1, 1), (1, 1), (1, 1), (1, 0)] * 1
    humans = [[person, 1, 1] for person, _ in signs for _ in range(20)]
    model = [machine for _, machine in signs for _ in range(20)]
    where = [index for index in range(len(signs)) for _ in range(20)]
    alone = alternative_annotator_test(humans, model, epsilon=0.5, guard="off")
    clustered = alternative_annotator_test(humans, model, epsilon=0.5, guard="off", documents=where)
    one, other = alone.annotators[0].p, clustered.annotators[0].p
    assert one is not None and other is not None and one < 0.001 < other


def test_benjamini_and_yekutieli_reject_up_to_the_last_that_fits() -> None:
    # Limits for three at .05: .0091, .0182, .0273.
    assert benjamini_yekutieli([0.026, 0.5, 0.001], 0.05) == [False, False, True]
    assert benjamini_yekutieli([0.026, 0.0182, 0.02], 0.05) == [True, True, True]
    assert benjamini_yekutieli([], 0.05) == []


def test_counts_suffice() -> None:
    found = alternative_test_from_counts([(10, 85, 5), (5, 85, 10), (0, 10, 5)], epsilon=0.2)
    assert [one.p is None for one in found.annotators] == [False, False, True]
    assert found.rho == pytest.approx((0.95 + 0.9) / 2)


@pytest.mark.parametrize(
    ("humans", "options", "words"),
    [
        ([["a", "b"]], {}, "1 units of humans but 2"),
        ([["a", "b"], ["a"]], {}, "one entry per human"),
        ([["a", "b"]] * 2, {"documents": ["D"]}, "one document for each"),
        ([["a", "b"]] * 2, {"scoring": "kappa"}, "no scoring"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(humans: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        alternative_annotator_test(humans, ["a", "a"], epsilon=0.2, **options)


def test_a_code_that_hardly_occurs_is_not_judged() -> None:
    humans = [[1, 1, 1]] * 9 + [[0, 0, 0]] * 200
    found = alternative_annotator_test(humans, [1] * 9 + [0] * 200, epsilon=0.2)
    assert (found.passed, found.undefined) == (None, "too few units with the code, or without it, to compare")
