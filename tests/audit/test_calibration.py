"""Confidence beside what was right, and from which confidence on suggestions may stand."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.audit.calibration import acceptance_threshold, calibration, risk_coverage
from suggest.audit.coefficients import UnusableRatings
from suggest.audit.intervals import jackknife
from suggest.audit.proportions import share_by_document

GRID = [0.95, 0.9, 0.8, 0.7, 0.5]


def test_bins_say_how_many_were_right_and_how_sure_that_is() -> None:
    found = calibration([True, True, False, True], [0.9, 0.95, 0.91, 0.2], bins=5)
    assert [one.count for one in found.bins] == [1, 0, 0, 0, 3]
    last = found.bins[-1]
    assert (last.low, last.high) == pytest.approx((0.8, 1.0))
    assert last.share == pytest.approx(2 / 3) and last.confidence == pytest.approx(0.92)
    assert last.share_low < last.share < last.share_high
    assert found.bins[1].share is None
    assert found.ece == pytest.approx((0.8 + 3 * abs(2 / 3 - 0.92)) / 4)


def test_both_ends_of_the_scale_are_in_a_bin() -> None:
    found = calibration([0, 1, 1], [0.0, 1.0, 0.5], bins=2)
    assert [one.count for one in found.bins] == [2, 1]


def test_confidence_that_keeps_its_word_has_no_calibration_error() -> None:
    confidence = numpy.repeat([0.25, 0.75], 400)
    right = numpy.tile([1, 0, 0, 0], 100).tolist() + numpy.tile([1, 1, 1, 0], 100).tolist()
    found = calibration(right, confidence, bins=4)
    assert found.ece == pytest.approx(0.0)
    assert found.brier == pytest.approx(0.1875)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.9, 1.0])), min_size=1, max_size=40))
@settings(max_examples=60)
def test_every_suggestion_is_in_one_bin(pairs: list[tuple[bool, float]]) -> None:
    right, sure = zip(*pairs, strict=True)
    for rule in ("width", "mass"):
        found = calibration(right, sure, bins=4, rule=rule)
        assert sum(one.count for one in found.bins) == found.n == len(pairs)
        assert found.ece is not None and 0.0 <= found.ece <= 1.0


def test_bins_of_equal_mass_are_of_equal_mass() -> None:
    confidence = numpy.linspace(0.001, 0.3, 100)
    assert [one.count for one in calibration(numpy.ones(100), confidence, 4, "mass").bins] == [25, 25, 25, 25]


def test_nothing_to_calibrate_on_is_said() -> None:
    found = calibration([], [])
    assert (found.brier, found.ece, found.undefined) == (None, None, "no suggestion with a confidence")
    assert risk_coverage([], []).aurc is None


def test_risk_grows_with_coverage_where_confidence_tells() -> None:
    found = risk_coverage([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3])
    assert found.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert found.risk == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert found.aurc == pytest.approx((1 / 3 + 1 / 2) / 4)


def test_the_threshold_is_the_laxest_before_the_first_that_fails() -> None:
    # 100 surely right, then a tenth wrong: the second step fails, the third is not tried though it would look better.
    confidence = [0.95] * 100 + [0.85] * 100 + [0.75] * 5000
    right = [1] * 100 + [1] * 90 + [0] * 10 + [1] * 5000
    found = acceptance_threshold(right, confidence, GRID, target=0.05)
    assert found.value == 0.9
    assert [step.threshold for step in found.steps] == [0.95, 0.9, 0.8]
    assert found.steps[-1].errors == 10 and found.steps[-1].upper > 0.05


def test_thresholds_that_accept_too_few_are_passed_over() -> None:
    confidence = [0.95] * 20 + [0.85] * 80
    found = acceptance_threshold([1] * 100, confidence, GRID, target=0.05)
    assert [step.threshold for step in found.steps] == [0.8, 0.7, 0.5]
    assert found.value == 0.5


def test_no_threshold_has_a_reason() -> None:
    few = acceptance_threshold([1] * 58, [0.99] * 58, GRID, target=0.05)
    assert (few.value, few.undefined) == (None, "no threshold of the grid accepts enough suggestions")
    bad = acceptance_threshold([0] * 60, [0.99] * 60, GRID, target=0.05)
    assert (bad.value, bad.undefined) == (None, "the strictest threshold exceeds the target")


def test_the_promise_of_the_threshold_holds_in_nineteen_of_twenty_samples() -> None:
    """Errors of 6 % everywhere: a threshold that is given for a target of 5 % breaks its promise."""
    dice = numpy.random.default_rng(2)
    broken = 0
    for _ in range(400):
        confidence = dice.random(300)
        right = dice.random(300) > 0.06
        broken += acceptance_threshold(right, confidence, GRID, target=0.05).value is not None
    assert broken / 400 < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


@pytest.mark.parametrize(
    ("right", "confidence", "words"),
    [
        ([1], [1.2], "between 0 and 1"),
        ([2], [0.5], "True or False"),
        ([1, 0], [0.5], "for each"),
        ([1], [None], "0 and"),
    ],
)
def test_what_cannot_be_a_confidence_is_refused(right: Any, confidence: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        calibration(right, confidence)


def test_a_target_of_zero_is_refused() -> None:
    with pytest.raises(UnusableRatings, match="Target"):
        acceptance_threshold([1], [0.5], GRID, target=0.0)


def test_documents_widen_what_hangs_together_and_never_narrow_it() -> None:
    documents = numpy.repeat(numpy.arange(20), 30)
    right = (documents % 5 != 0).astype(float)
    sure = numpy.full(600, 0.75)
    alone, together = (calibration(right, sure, bins=4, documents=where).bins[2] for where in (None, documents))
    jack = jackknife(share_by_document(right, documents))
    assert (together.share_low, together.share_high) == pytest.approx((jack.low, jack.high))
    assert alone.share_low is not None and together.share_low is not None and together.share_low < alone.share_low
    mixed = calibration(right, sure, bins=4, documents=numpy.tile(numpy.arange(20), 30)).bins[2]
    assert mixed.share_low is not None and mixed.share_low <= alone.share_low


def test_a_threshold_that_rests_on_one_documents_luck_is_not_named() -> None:
    documents = numpy.repeat(numpy.arange(20), 60)
    right, sure = numpy.ones(1200), numpy.full(1200, 0.97)
    right[:36] = 0  # all errors in one document: 3 % of all
    assert acceptance_threshold(right, sure, [0.9], target=0.05).value == 0.9
    assert acceptance_threshold(right, sure, [0.9], target=0.05, documents=documents).value is None
    assert acceptance_threshold(numpy.ones(1200), sure, [0.9], target=0.05, documents=documents).value == 0.9
    with pytest.raises(UnusableRatings, match="one document for each"):
        calibration(right, sure, documents=[1, 2])
