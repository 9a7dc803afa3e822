"""Shares, their differences, prevalence from model and people, and how many segments a plan needs."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from suggest.audit.coefficients import UnusableRatings
from suggest.audit.intervals import jackknife
from suggest.audit.planning import design_effect, documents_for, units_for_kappa, units_for_share, units_per_arm
from suggest.audit.prevalence import design_based_prevalence, prediction_powered_prevalence
from suggest.audit.proportions import difference_of_shares, share_by_document


def test_a_share_and_its_interval_by_document() -> None:
    found = jackknife(share_by_document([1, 0, 1, 1, 0, 0], "AABBCC"))
    assert found.value == pytest.approx(0.5)
    assert found.documents == 3
    # Documents of equal size: the jackknife's error is that of the mean of their shares .5, 1, 0.
    assert found.se == pytest.approx((((0.5**2) * 2) / 2 / 3) ** 0.5)


def test_weights_undo_an_uneven_draw() -> None:
    outcomes, where = [1, 1, 0, 0], "ABAB"
    assert share_by_document(outcomes, where, [1, 1, 3, 3]).value() == pytest.approx(0.25)


def test_the_difference_of_two_arms_is_that_of_their_shares() -> None:
    outcomes, shown = [1, 1, 1, 0, 0, 1, 0, 0], [1, 1, 0, 0, 1, 1, 0, 0]
    found = difference_of_shares(outcomes, shown, "AABBCCDD")
    assert (found.first, found.second) == (0.75, 0.25)
    assert (found.n_first, found.n_second) == (4, 4)
    assert found.interval.value == pytest.approx(0.5)
    assert found.interval.low < 0.5 < found.interval.high


def test_segments_of_a_document_that_hang_together_widen_the_interval() -> None:
    outcomes = numpy.repeat([1, 0, 1, 0, 1, 1, 0, 0], 10)
    shown = numpy.repeat([1, 0], 40)
    apart = difference_of_shares(outcomes, shown, range(80)).interval
    together = difference_of_shares(outcomes, shown, numpy.repeat(range(8), 10)).interval
    assert apart.se < together.se / 2


def test_an_empty_arm_has_no_difference() -> None:
    found = difference_of_shares([1, 0], [True, True], "AB")
    assert (found.second, found.n_second) == (None, 0)
    assert (found.interval.low, found.interval.undefined) == (None, "the value itself is undefined")


@pytest.mark.parametrize(
    ("outcomes", "weights", "words"),
    [([1, None], None, "Leave missing"), ([1, 0], [1, 0], "above 0"), ([[1], [0]], None, "one outcome")],
)
def test_outcomes_that_are_none_are_refused(outcomes: Any, weights: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        share_by_document(outcomes, "AB", weights)


def population(seed: int = 4) -> tuple[Any, Any, Any, Any]:
    """40 documents of 30 units with a model that finds .9 of the code and calls .15 of the rest so."""
    dice = numpy.random.default_rng(seed)
    where = numpy.repeat(numpy.arange(40), 30)
    rate = numpy.clip(dice.normal(0.25, 0.1, 40), 0.02, 0.9)[where]
    truth = (dice.random(1200) < rate).astype(float)
    model = (dice.random(1200) < numpy.where(truth == 1, 0.9, 0.15)).astype(float)
    return truth, model, where, dice


def test_people_mend_the_models_bias() -> None:
    truth, model, where, dice = population()
    drawn = dice.random(1200) < 0.25
    found = prediction_powered_prevalence(
        truth[drawn], model[drawn], model[~drawn], documents=where[drawn], documents_elsewhere=where[~drawn]
    )
    assert abs(model.mean() - truth.mean()) > 0.06
    assert found.interval.low < truth.mean() < found.interval.high
    assert abs(found.interval.value - truth.mean()) < 0.04
    assert found.tuning is not None and 0.4 < found.tuning < 1.0
    assert (found.n, found.total, found.interval.documents) == (int(drawn.sum()), 1200, 40)


def test_without_weight_the_model_adds_nothing() -> None:
    found = prediction_powered_prevalence([1, 0, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1], tuning=0.0)
    assert found.interval.value == pytest.approx(found.people.value)
    assert found.interval.se == pytest.approx(found.people.se)


def test_a_model_that_always_says_the_same_gets_no_weight() -> None:
    assert prediction_powered_prevalence([1, 0], [1, 1], [1, 1]).tuning == 0.0


def test_an_uneven_draw_with_known_probabilities_is_mended() -> None:
    """Segments that the model codes are drawn five times as often: the plain share of the coded is far off."""
    truth, model, where, dice = population(7)
    probability = numpy.where(model == 1, 0.5, 0.1)
    drawn = dice.random(1200) < probability
    people = numpy.where(drawn, truth, numpy.nan)
    found = design_based_prevalence(people, model, probability, where)
    assert truth[drawn].mean() - truth.mean() > 0.2
    assert found.interval.low < truth.mean() < found.interval.high
    assert found.people.low < truth.mean() < found.people.high
    assert found.interval.se < found.people.se


def test_the_design_based_estimate_is_right_on_average() -> None:
    truth, model, where, dice = population(9)
    probability = numpy.where(model == 1, 0.5, 0.1)
    values = []
    for _ in range(200):
        drawn = dice.random(1200) < probability
        people = numpy.where(drawn, truth, numpy.nan)
        values.append(design_based_prevalence(people, model, probability, where).interval.value)
    assert numpy.mean(values) == pytest.approx(truth.mean(), abs=4 * numpy.std(values) / 200**0.5)


@pytest.mark.parametrize(
    ("people", "probability", "words"),
    [
        ([1.0, float("nan")], [0.0, 0.5], "above 0"),
        ([float("nan")] * 2, [0.5, 0.5], "none of the units"),
        ([1.0], [0.5], "for each unit"),
    ],
)
def test_a_draw_without_probabilities_is_refused(people: Any, probability: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        design_based_prevalence(people, [1.0, 0.0], probability, "AB")


# Table of the variance of Fleiss, Cohen and Everitt (1969) for a half-width of .10; kappa .7 at .2 simulated: .101.
@pytest.mark.parametrize(
    ("kappa", "needed"),
    [
        (0.6, [246, 296, 392, 705, 1347]),
        (0.7, [196, 236, 314, 569, 1091]),
        (0.8, [139, 167, 222, 401, 768]),
        (0.9, [73, 88, 116, 209, 398]),
    ],
)
def test_segments_to_code_twice(kappa: float, needed: list[int]) -> None:
    assert [units_for_kappa(kappa, share, 0.1) for share in (0.5, 0.3, 0.2, 0.1, 0.05)] == needed


def test_half_the_width_takes_four_times_the_segments_and_clustering_its_effect() -> None:
    once = units_for_kappa(0.7, 0.2, 0.1)
    assert units_for_kappa(0.7, 0.2, 0.05) == pytest.approx(4 * once, abs=4)
    assert units_for_kappa(0.7, 0.2, 0.1, design_effect=design_effect(25, 0.05)) == pytest.approx(2.2 * once, abs=2)


def test_segments_for_a_share() -> None:
    assert units_for_share(0.5, 0.05) == 385


@pytest.mark.parametrize(
    ("first", "second", "needed"), [(0.75, 0.80, 1092), (0.75, 0.85, 248), (0.70, 0.80, 292), (0.80, 0.90, 195)]
)
def test_segments_per_arm(first: float, second: float, needed: int) -> None:
    assert units_per_arm(first, second) == needed


def test_documents_that_an_observed_error_asks_for() -> None:
    outcomes = numpy.tile([1, 1, 0, 1, 0, 0, 0, 1, 1, 1], 4)
    interval = jackknife(share_by_document(outcomes, numpy.repeat(range(10), 4)))
    half = (interval.high - interval.low) / 2
    assert documents_for(interval, half * 1.0001) == 10
    # Fewer than four times as many, since t shrinks:
    # t(32) / sqrt(33) < t(9) / sqrt(10) / 2 < t(31) / sqrt(32).
    assert documents_for(interval, half / 2) == 33
    assert documents_for(jackknife(share_by_document([1, 1], "AA")), 0.1) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: units_for_kappa(0.7, 0.0, 0.1), "prevalence"),
        (lambda: units_for_kappa(1.0, 0.5, 0.1), "kappa"),
        (lambda: units_for_kappa(-0.9, 0.1, 0.1), "cannot occur"),
        (lambda: units_for_share(0.5, 0.0), "half-width"),
        (lambda: units_per_arm(0.5, 0.5), "the same"),
    ],
)
def test_plans_that_make_no_sense_are_refused(call: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        call()
