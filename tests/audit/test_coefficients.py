"""What every coefficient of agreement promises: order and names do not matter, and what is undefined is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.audit.coefficients import (
    Coefficient,
    Ratings,
    UnusableRatings,
    brennan_prediger,
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
)

LABELS = ("a", "b", "c", "d")
MANY: dict[str, Callable[[Any], Coefficient]] = {
    "percent": percent_agreement,
    "fleiss": fleiss_kappa,
    "conger": conger_kappa,
    "ac1": lambda ratings: gwet_ac1(ratings, LABELS),
    "bp": lambda ratings: brennan_prediger(ratings, LABELS),
    "alpha": krippendorff_alpha,
}
CORRECTED = {name: one for name, one in MANY.items() if name != "percent"}


def pairs(coefficient: Callable[..., Coefficient], **options: Any) -> Callable[[Any], Coefficient]:
    """A coefficient of two raters, asked like the others."""
    return lambda ratings: coefficient([unit[0] for unit in ratings], [unit[1] for unit in ratings], **options)


TWO: dict[str, Callable[[Any], Coefficient]] = {
    "cohen": pairs(cohen_kappa),
    "weighted": pairs(cohen_kappa, weights="linear"),
    "scott": pairs(scott_pi),
}


def tables(raters: int, *, missing: bool = True) -> st.SearchStrategy[list[list[str | None]]]:
    entry = st.sampled_from([*LABELS, None] if missing else LABELS)
    return st.lists(st.lists(entry, min_size=raters, max_size=raters), min_size=2, max_size=12)


def same(one: Coefficient, other: Coefficient) -> bool:
    """Equal but for the order in which numbers were added up."""
    if one.undefined or other.undefined:
        return (one.value, one.undefined) == (other.value, other.undefined)
    near = pytest.approx
    return one.value == near(other.value, abs=1e-9) and one.se == near(other.se, abs=1e-7) and one.n == other.n


@pytest.mark.parametrize("name", MANY)
@given(ratings=tables(3), data=st.data())
@settings(max_examples=40)
def test_the_order_of_units_and_of_raters_does_not_matter(name: str, ratings: Any, data: st.DataObject) -> None:
    units = data.draw(st.permutations(ratings))
    order = data.draw(st.permutations(range(3)))
    shuffled = [[unit[rater] for rater in order] for unit in units]
    assert same(MANY[name](ratings), MANY[name](shuffled))


@pytest.mark.parametrize("name", ["percent", "fleiss", "conger", "alpha", "cohen", "scott"])
@given(ratings=tables(2), data=st.data())
@settings(max_examples=40)
def test_other_names_for_the_labels_change_nothing(name: str, ratings: Any, data: st.DataObject) -> None:
    names: dict[Any, Any] = {None: None, **dict(zip(LABELS, data.draw(st.permutations([7, 1, 3, 5])), strict=True))}
    coefficient = {**MANY, **TWO}[name]
    assert same(coefficient(ratings), coefficient([[names[value] for value in unit] for unit in ratings]))


@pytest.mark.parametrize("name", {**MANY, **TWO})
@given(labels=st.lists(st.sampled_from(LABELS), min_size=2, max_size=12).filter(lambda one: len(set(one)) > 1))
@settings(max_examples=25)
def test_perfect_agreement_on_more_than_one_label_is_one(name: str, labels: list[str]) -> None:
    found = {**MANY, **TWO}[name]([[label, label] for label in labels])
    assert found.value == pytest.approx(1.0)
    assert found.se == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("name", {**CORRECTED, **TWO})
def test_one_label_only_is_undefined_and_not_one_or_zero(name: str) -> None:
    found = {**CORRECTED, **TWO}[name]([["a", "a"]] * 9)
    assert (found.value, found.se, found.undefined, found.n) == (None, None, "no variation", 9)


def test_percent_agreement_has_a_value_without_variation() -> None:
    assert percent_agreement([["a", "a"]] * 9).value == 1.0


@pytest.mark.parametrize("name", {**MANY, **TWO})
@pytest.mark.parametrize("ratings", [[], [["a", None], [None, "b"]]])
def test_without_a_unit_rated_twice_there_is_no_value(name: str, ratings: Any) -> None:
    found = {**MANY, **TWO}[name](ratings)
    assert (found.value, found.undefined, found.n) == (None, "no unit has two ratings", 0)


@pytest.mark.parametrize("name", {**MANY, **TWO})
@given(ratings=tables(2, missing=False))
@settings(max_examples=40)
def test_coefficients_stay_in_their_range(name: str, ratings: Any) -> None:
    found = {**MANY, **TWO}[name](ratings)
    assert found.value is None or -1.0 - 1e-9 <= found.value <= 1.0 + 1e-9


@given(ratings=tables(4))
@settings(max_examples=40)
def test_a_unit_that_one_rater_rated_does_not_move_alpha(ratings: Any) -> None:
    assert same(krippendorff_alpha(ratings), krippendorff_alpha([*ratings, [None, "d", None, None]]))


@given(ratings=tables(2))
@settings(max_examples=40)
def test_an_empty_unit_moves_nothing(ratings: Any) -> None:
    for coefficient in {**MANY, **TWO}.values():
        assert same(coefficient(ratings), coefficient([*ratings, [None, None]]))


@given(ratings=tables(2, missing=False))
@settings(max_examples=40)
def test_scotts_pi_is_fleiss_kappa_and_congers_is_cohens_for_two_raters(ratings: Any) -> None:
    assert same(TWO["scott"](ratings), fleiss_kappa(ratings))
    assert conger_kappa(ratings).value == pytest.approx(TWO["cohen"](ratings).value)


@given(ratings=tables(3))
@settings(max_examples=40)
def test_ac2_with_identity_weights_is_ac1(ratings: Any) -> None:
    assert same(gwet_ac1(ratings, LABELS), gwet_ac2(ratings, "identity", LABELS))


@given(ratings=tables(3))
@settings(max_examples=30)
def test_alpha_is_one_minus_observed_over_expected_counted_pair_by_pair(ratings: Any) -> None:
    """The definition, in the slowest possible way."""
    kept = [[value for value in unit if value is not None] for unit in ratings]
    kept = [unit for unit in kept if len(unit) > 1]
    flat = [value for unit in kept for value in unit]
    observed = sum(
        (a != b) / (len(unit) - 1) for unit in kept for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j
    )
    expected = sum(a != b for i, a in enumerate(flat) for j, b in enumerate(flat) if i != j)
    found = krippendorff_alpha(ratings)
    assert found.value == (pytest.approx(1 - (len(flat) - 1) * observed / expected) if expected else None)


def test_categories_that_nobody_used_count_for_gwet_and_brennan_prediger() -> None:
    ratings = [["a", "a"], ["a", "b"], ["b", "b"], ["a", "a"]]
    assert brennan_prediger(ratings).value == pytest.approx(0.5)
    assert brennan_prediger(ratings, LABELS).value == pytest.approx(2 / 3)
    assert gwet_ac1(ratings, LABELS).value > gwet_ac1(ratings).value


def test_positive_agreement_takes_no_notice_of_shared_negatives() -> None:
    one, other = [1, 1, 1, 0], [1, 1, 0, 1]
    found = positive_agreement(one, other)
    more = positive_agreement([*one, *[0] * 50], [*other, *[0] * 50])
    assert found.value == more.value == pytest.approx(4 / 6)
    assert found.se == more.se == pytest.approx((4 * 2 * 2 * 4) ** 0.5 / 36)
    nothing = positive_agreement([0, 0, None], [0, 0, 1])
    assert (nothing.value, nothing.undefined, nothing.n) == (None, "neither rater used the code", 2)


def test_positive_agreement_refuses_labels() -> None:
    with pytest.raises(UnusableRatings, match="True or False"):
        positive_agreement(["a"], ["b"])


def test_holsti_counts_shared_values_or_shared_codes_of_sets() -> None:
    assert holsti(["a", "b", None], ["a", "c", "a"]).value == pytest.approx(0.5)
    one = [frozenset("ab"), frozenset(), frozenset("c")]
    other = [frozenset("b"), frozenset(), frozenset("c")]
    assert holsti(one, other).value == pytest.approx(2 * 2 / (3 + 2))
    assert holsti([frozenset()], [frozenset()]).undefined == "neither rater gave a code"
    with pytest.raises(UnusableRatings, match="frozensets"):
        holsti([frozenset("a"), "a"], ["a", "a"])


def test_arrays_tables_and_lists_are_read_alike() -> None:
    lists = [[1, 2, None], [2, 2, 2], [3, None, 3], [1, 1, 2]]
    array = numpy.array([[numpy.nan if value is None else value for value in unit] for unit in lists])
    masked = numpy.ma.masked_invalid(array)
    expected = krippendorff_alpha(lists, "interval")
    for other in (array, masked, Ratings.of(lists), numpy.array(lists, dtype=object)):
        assert same(expected, krippendorff_alpha(other, "interval"))


def test_a_table_of_pandas_is_read_by_rows() -> None:
    class Frame:
        """What of a data frame matters here."""

        def __iter__(self) -> Any:
            return iter(["anna", "ben"])

        def to_numpy(self) -> Any:
            return numpy.array([["a", "a"], ["b", "a"], ["b", "b"]], dtype=object)

    frame: Any = Frame()
    assert percent_agreement(frame).value == pytest.approx(2 / 3)


def test_raters_are_packed_so_that_many_with_few_ratings_are_quick() -> None:
    codes = numpy.full((200, 4000), -1)
    codes[numpy.arange(200), numpy.arange(200) * 7] = numpy.arange(200) % 3
    codes[numpy.arange(200), numpy.arange(200) * 7 + 1] = numpy.arange(200) % 2
    ratings = Ratings.of_codes(codes, LABELS)
    assert ratings.packed.shape == (200, 2)
    small = [[LABELS[i % 3], LABELS[i % 2]] for i in range(200)]
    assert same(krippendorff_alpha(ratings), krippendorff_alpha(small))


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([["a", "b"], ["a"]], "Unit 2 has 1 entries"),
        ([[["a"], ["b"]]], "frozenset"),
        (numpy.zeros(3), "two dimensions"),
    ],
)
def test_ratings_that_cannot_be_read_are_refused_in_words(ratings: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        percent_agreement(ratings)


def test_a_value_outside_the_categories_is_refused() -> None:
    with pytest.raises(UnusableRatings, match="1 of the values"):
        gwet_ac1([["a", "e"]], LABELS)


def test_two_raters_with_different_numbers_of_units_are_refused() -> None:
    with pytest.raises(UnusableRatings, match="2 ratings, the other 1"):
        cohen_kappa(["a", "b"], ["a"])


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[1, 0.5]], "must be 2 times 2"),
        ([[1, 0.5], [0.4, 1]], "symmetric"),
        ([[0, 1], [1, 0]], "1 for a value and itself"),
        ([[1, 2], [2, 1]], "between 0 and 1"),
        ("cubic", "There are no weights"),
    ],
)
def test_weights_that_are_none_are_refused_in_words(weights: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        cohen_kappa(["a", "b"], ["b", "b"], weights=weights)
