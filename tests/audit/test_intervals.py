"""Intervals over documents: fast sums give what recomputing from the ratings gives, and silence has a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.audit.coefficients import (
    Coefficient,
    Continuum,
    Ratings,
    UnusableRatings,
    agreement_weights,
    brennan_prediger,
    by_document,
    character_alpha,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    holsti,
    krippendorff_alpha,
    percent_agreement,
    positive_agreement,
    scott_pi,
    tree_distance,
    u_alpha,
    u_alpha_by_document,
)
from suggest.audit.intervals import difference, document_bootstrap, hayes_krippendorff, jackknife
from suggest.audit.quantiles import t_quantile
from suggest.audit.sequential import confidence_sequence

TREE = tree_distance({0: None, 1: 0, 2: 0, 3: None})
CASES: list[tuple[Callable[..., Coefficient], dict[str, Any]]] = [
    (percent_agreement, {}),
    (fleiss_kappa, {}),
    (conger_kappa, {}),
    (gwet_ac1, {"categories": range(4)}),
    (gwet_ac2, {"categories": range(4), "weights": "quadratic"}),
    (brennan_prediger, {"categories": range(4)}),
    (krippendorff_alpha, {}),
    (krippendorff_alpha, {"distance": "ordinal"}),
    (krippendorff_alpha, {"distance": "interval"}),
    (krippendorff_alpha, {"distance": TREE}),
]
FOR_TWO: list[tuple[Callable[..., Coefficient], dict[str, Any]]] = [
    (cohen_kappa, {}),
    (cohen_kappa, {"weights": "linear", "categories": range(4)}),
    (scott_pi, {}),
    (holsti, {}),
]


def study(raters: int, documents: int = 8, seed: int = 3) -> tuple[list[list[int | None]], list[str]]:
    """Ratings that mostly agree, some missing, in documents of different lengths."""
    dice = numpy.random.default_rng(seed)
    ratings: list[list[int | None]] = []
    where: list[str] = []
    for document in range(documents):
        for _ in range(int(dice.integers(4, 12))):
            true = int(dice.integers(0, 4))
            unit = [true if dice.random() < 0.7 else int(dice.integers(0, 4)) for _ in range(raters)]
            ratings.append([None if dice.random() < 0.1 else value for value in unit])
            where.append(f"D{document}")
    return ratings, where


def value_of(coefficient: Callable[..., Coefficient], ratings: Sequence[Sequence[Any]], **options: Any) -> Any:
    if (coefficient, options) in FOR_TWO or coefficient is positive_agreement:
        return coefficient([unit[0] for unit in ratings], [unit[1] for unit in ratings], **options).value
    return coefficient(ratings, **options).value


@pytest.mark.parametrize(("coefficient", "options"), [*CASES, *FOR_TWO])
def test_the_jackknife_is_what_leaving_out_documents_by_hand_gives(coefficient: Any, options: dict[str, Any]) -> None:
    ratings, where = study(2 if (coefficient, options) in FOR_TWO else 3)
    left = [
        value_of(coefficient, [unit for unit, here in zip(ratings, where, strict=True) if here != name], **options)
        for name in dict.fromkeys(where)
    ]
    se = (7 / 8 * sum((one - sum(left) / 8) ** 2 for one in left)) ** 0.5
    found = jackknife(by_document(coefficient, ratings, where, **options))
    value = value_of(coefficient, ratings, **options)
    assert found.value == pytest.approx(value)
    assert found.se == pytest.approx(se)
    assert found.low == pytest.approx(value - t_quantile(0.975, 7) * se)
    assert found.high == pytest.approx(min(value + t_quantile(0.975, 7) * se, 1.0))
    assert (found.documents, found.undefined) == (8, None)


def test_positive_agreement_by_document_is_that_of_all() -> None:
    ratings, where = study(2)
    binary = [[None if value is None else int(value == 1) for value in unit] for unit in ratings]
    sums = by_document(positive_agreement, binary, where)
    assert sums.value() == pytest.approx(value_of(positive_agreement, binary))
    assert jackknife(sums).se


@given(times=st.lists(st.integers(0, 3), min_size=8, max_size=8).filter(lambda one: sum(one) > 2))
@settings(max_examples=25)
def test_sums_of_repeated_documents_are_those_of_repeated_ratings(times: list[int]) -> None:
    ratings, where = study(3)
    names = list(dict.fromkeys(where))
    repeated = [
        unit
        for name, count in zip(names, times, strict=True)
        for _ in range(count)
        for unit, here in zip(ratings, where, strict=True)
        if here == name
    ]
    for coefficient, options in CASES:
        sums = by_document(coefficient, ratings, where, **options)
        found = sums.evaluate(numpy.array(times, dtype=float) @ sums.sums[None])[0]
        assert found == pytest.approx(value_of(coefficient, repeated, **options))


def test_names_and_order_of_documents_do_not_matter() -> None:
    ratings, where = study(3)
    other = [f"x{9 - int(name[1])}" for name in where]
    one = jackknife(by_document(krippendorff_alpha, ratings, where))
    two = jackknife(by_document(krippendorff_alpha, ratings[::-1], numpy.array(other[::-1])))
    assert two.low == pytest.approx(one.low) and two.high == pytest.approx(one.high)


def test_a_document_without_a_pair_is_no_document_of_alphas_interval() -> None:
    ratings, where = study(3)
    before = jackknife(by_document(krippendorff_alpha, ratings, where))
    after = jackknife(by_document(krippendorff_alpha, [*ratings, [1, None, None]], [*where, "lone"]))
    assert after == before


def test_one_document_has_no_interval() -> None:
    ratings, _ = study(3)
    found = jackknife(by_document(krippendorff_alpha, ratings))
    assert found.value is not None
    assert (found.low, found.high, found.undefined, found.documents) == (None, None, "fewer than two documents", 1)


def test_an_undefined_value_has_no_interval() -> None:
    for interval in (jackknife, document_bootstrap):
        found = interval(by_document(krippendorff_alpha, [["a", "a"]] * 4, "AABB"))
        assert (found.value, found.low, found.undefined) == (None, None, "the value itself is undefined")


def test_a_value_that_hangs_on_one_document_has_no_interval() -> None:
    ratings = [["a", "b"], ["b", "b"], *[["a", "a"]] * 6]
    found = jackknife(by_document(krippendorff_alpha, ratings, "AABBCCDD"))
    assert found.value is not None
    assert (found.low, found.undefined) == (None, "without one of the documents there is no value")


def test_perfect_agreement_claims_no_certainty() -> None:
    ratings = [["a", "a"], ["b", "b"]] * 5
    for interval in (jackknife, document_bootstrap):
        found = interval(by_document(krippendorff_alpha, ratings, "AABBCCDDEE"))
        assert found.value == 1.0
        assert (found.low, found.undefined) == (None, "all documents agree exactly, so they show no error")


def test_the_bootstrap_is_the_same_for_the_same_seed_and_near_the_jackknife() -> None:
    ratings, where = study(3, documents=40)
    sums = by_document(krippendorff_alpha, ratings, where)
    one, other = document_bootstrap(sums, seed=5), document_bootstrap(sums, seed=5)
    assert one == other != document_bootstrap(sums, seed=6)
    leave = jackknife(sums)
    assert one.low == pytest.approx(leave.low, abs=0.02) and one.high == pytest.approx(leave.high, abs=0.02)


def test_a_bootstrap_with_too_many_undefined_draws_says_so() -> None:
    ratings = [["a", "b"], ["b", "b"], *[["a", "a"]] * 6]
    found = document_bootstrap(by_document(krippendorff_alpha, ratings, "AABBCCDD"))
    assert found.undefined == "too many drawn samples have no value"


def test_a_difference_is_paired_by_document() -> None:
    ratings, where = study(3)
    one = by_document(krippendorff_alpha, [unit[:2] for unit in ratings], where)
    other = by_document(krippendorff_alpha, [unit[1:] for unit in ratings][::-1], where[::-1])
    found = jackknife(difference(one, other))
    assert found.value == pytest.approx(one.value() - other.value())
    assert found.documents == 8
    itself = jackknife(difference(one, one))
    assert (itself.value, itself.undefined) == (0.0, "all documents agree exactly, so they show no error")


def test_a_coefficient_without_sums_by_document_says_so() -> None:
    with pytest.raises(UnusableRatings, match="no sums by document"):
        by_document(lambda ratings: krippendorff_alpha(ratings), [[1, 1]], "A")


def test_as_many_documents_as_units_are_asked_for() -> None:
    with pytest.raises(UnusableRatings, match="2 units but documents for 1"):
        by_document(krippendorff_alpha, [["a", "b"], ["a", "a"]], ["A"])


def test_coincidence_matrices_of_documents_add_up() -> None:
    ratings, where = study(3)
    whole = Ratings.of(ratings)
    parts = Ratings.of(ratings, where)
    assert parts.coincidences.sum(axis=0) == pytest.approx(whole.coincidences[0])
    pairable = sum(count for count in whole.counts if count > 1)
    assert whole.coincidences.sum() == pytest.approx(pairable)


def test_kalphas_bootstrap_does_not_see_documents_and_is_reproducible() -> None:
    ratings, _ = study(3)
    one = hayes_krippendorff(ratings, "ordinal", draws=2000, seed=1)
    assert one == hayes_krippendorff(ratings, "ordinal", draws=2000, seed=1)
    assert one.value == pytest.approx(krippendorff_alpha(ratings, "ordinal").value)
    assert one.low < one.value < one.high
    assert set(one.below) == {0.9, 0.8, 0.7, 0.67, 0.6, 0.5}


def test_kalphas_bootstrap_takes_back_ones_that_come_from_one_cell_of_the_diagonal() -> None:
    # Agreement on nearly one value only: with few pairs most draws see that value alone.
    ratings = [["a", "a"]] * 30 + [["a", "b"]]
    found = hayes_krippendorff(ratings, pairs=2, draws=2000, seed=1)
    assert found.high <= 0.0


def test_kalphas_bootstrap_of_one_value_is_undefined() -> None:
    assert hayes_krippendorff([["a", "a"]] * 3).undefined == "no variation"
    with pytest.raises(UnusableRatings, match="Nothing differs"):
        hayes_krippendorff([["a", "b"]], lambda a, b: 0.0)


def test_a_confidence_sequence_is_wider_than_one_interval_and_asks_for_ten_documents() -> None:
    ratings, where = study(3, documents=30)
    sums = by_document(krippendorff_alpha, ratings, where)
    usual, always = jackknife(sums), confidence_sequence(sums, planned=30)
    assert 1.3 < (always.high - always.low) / (usual.high - usual.low) < 1.8
    # By hand for 30 of 30 documents: r = (2 log 20 + log(1 + 2 log 20)) / 30 = .26454, half-width / error = 3.0352.
    assert (always.high - always.low) / 2 / usual.se == pytest.approx(3.0352, abs=0.0001)
    few = by_document(krippendorff_alpha, *study(3, documents=9))
    assert confidence_sequence(few, planned=30).undefined == "fewer than 10 documents"


SPANS = {"anna": [(0, 10, "x"), (20, 30, "y")], "ben": [(2, 10, "x"), (22, 35, "x")]}


def test_agreement_on_ranges_is_one_for_the_same_ranges_and_undefined_without_any() -> None:
    same = Continuum(50, {"anna": SPANS["anna"], "ben": SPANS["anna"]})
    assert u_alpha(same).value == u_alpha(same, binary=True).value == 1.0
    empty = u_alpha(Continuum(50, {"anna": [], "ben": []}))
    assert (empty.value, empty.undefined, empty.n) == (None, "no variation", 50)
    lone = u_alpha(Continuum(50, {"anna": SPANS["anna"]}))
    assert (lone.value, lone.undefined, lone.n) == (None, "no unit has two ratings", 0)


def test_ranges_do_not_depend_on_coders_names_order_or_scale() -> None:
    one = u_alpha(Continuum(50, SPANS)).value
    swapped = u_alpha(Continuum(50, {"x": SPANS["ben"][::-1], "y": SPANS["anna"]})).value
    assert one is not None and swapped == pytest.approx(one)
    # The binary form sees where, not what.
    assert u_alpha(Continuum(50, SPANS), binary=True).value > one


def test_ranges_of_several_documents_add_up_and_have_a_jackknife() -> None:
    documents = [Continuum(50, SPANS), Continuum(80, {**SPANS, "ben": [(0, 9, "x")]}), Continuum(40, {"anna": []})]
    sums = u_alpha_by_document(documents, ["A", "B", "C"])
    assert sums.value() == u_alpha(documents).value
    assert u_alpha(documents).n == 130
    assert jackknife(sums).documents == 2
    assert character_alpha(documents[:1]).value == pytest.approx(1 - 99 * 2 * 9 / (2 * 41 * 59))


@pytest.mark.parametrize(
    ("spans", "words"),
    [([(0, 10, "x"), (9, 12, "y")], "overlap at 9"), ([(40, 60, "x")], "does not lie"), ([(5, 5, "x")], "does not")],
)
def test_ranges_that_cannot_be_are_refused(spans: list[tuple[int, int, str]], words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        u_alpha(Continuum(50, {"anna": spans, "ben": []}))


def test_weights_by_number_and_by_rank() -> None:
    assert agreement_weights("linear", (1, 2, 5))[0] == pytest.approx([1, 0.75, 0])
    assert agreement_weights("linear", ("a", "b", "e"))[0] == pytest.approx([1, 0.5, 0])
    assert agreement_weights("ordinal", ("a", "b", "e"))[0] == pytest.approx([1, 2 / 3, 0])
    assert agreement_weights(lambda a, b: 0.5 if a != b else 1.0, ("a", "b"))[0] == pytest.approx([1, 0.5])


def test_matrices_beyond_memory_are_refused_before_they_are_made() -> None:
    ratings = [[float(unit), float(unit + 1)] for unit in range(3000)]
    assert krippendorff_alpha(ratings, "ordinal").value is not None
    with pytest.raises(UnusableRatings, match="would not fit"):
        jackknife(by_document(krippendorff_alpha, ratings, numpy.arange(3000) // 100, distance="ordinal"))
