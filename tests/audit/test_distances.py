"""Distances between values, between sets of codes and in a tree of codes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.audit.coefficients import UnusableRatings, distance_matrix, krippendorff_alpha, tree_distance

PARENTS = {
    "Barriers": None,
    "Facilitators": None,
    "Cost": "Barriers",
    "Access": "Barriers",
    "Transport": "Access",
    "Hours": "Access",
    "Support": "Facilitators",
}
TREE = tree_distance(PARENTS)
CODES = st.sampled_from(sorted(PARENTS))
SETS = st.frozensets(CODES, max_size=4)


@pytest.mark.parametrize(
    ("one", "other", "jaccard", "masi"),
    # Passonneau (2006): half of two is 1 - 1/2 * 2/3.
    [("A", "AB", 1 / 2, 2 / 3), ("AB", "BC", 2 / 3, 8 / 9), ("A", "B", 1, 1), ("AB", "AB", 0, 0), ("", "A", 1, 1)],
)
def test_distances_of_sets(one: str, other: str, jaccard: float, masi: float) -> None:
    pair = (frozenset(one), frozenset(other))
    assert distance_matrix("jaccard", pair)[0, 1] == pytest.approx(jaccard)
    assert distance_matrix("masi", pair)[0, 1] == pytest.approx(masi)


def test_two_coders_who_gave_no_code_agree() -> None:
    assert distance_matrix("masi", (frozenset(), frozenset("A")))[0, 0] == 0.0
    found = krippendorff_alpha([[frozenset(), frozenset()], [frozenset("A"), frozenset("A")]], "jaccard")
    assert found.value == pytest.approx(1.0)


@given(values=st.lists(SETS, unique=True, min_size=2, max_size=6), name=st.sampled_from(["jaccard", "masi", "tree"]))
@settings(max_examples=60)
def test_distances_are_symmetric_and_zero_only_for_the_same(values: list[frozenset[str]], name: Any) -> None:
    matrix = distance_matrix(TREE if name == "tree" else name, values)
    assert (matrix == matrix.T).all()
    for row, one in enumerate(values):
        for column, other in enumerate(values):
            alike = TREE.closure(one) == TREE.closure(other) if name == "tree" else one == other
            assert (matrix[row, column] < 1e-12) == alike
            assert matrix[row, column] <= 1.0


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Cost", "Cost", 0),
        ("Cost", "Barriers", 1 - 2 * 1 / 3),
        ("Cost", "Access", 1 - 2 * 1 / 4),
        ("Transport", "Hours", 1 - 2 * 2 / 6),
        ("Transport", "Cost", 1 - 2 * 1 / 5),
        ("Cost", "Support", 1),
        ("Barriers", "Facilitators", 1),
    ],
)
def test_the_tree_distance_is_that_of_wu_and_palmer(one: str, other: str, apart: float) -> None:
    assert TREE(one, other) == pytest.approx(apart)
    assert TREE(frozenset({one}), frozenset({other})) == pytest.approx(apart)


@given(values=st.lists(SETS | CODES, min_size=1, max_size=6))
@settings(max_examples=40)
def test_the_matrix_of_a_tree_holds_its_distances(values: list[Any]) -> None:
    matrix = TREE.matrix(values)
    for row, one in enumerate(values):
        for column, other in enumerate(values):
            assert matrix[row, column] == pytest.approx(TREE(one, other), abs=1e-12)


def test_a_near_miss_in_the_tree_costs_less_than_a_far_one() -> None:
    sure = [[code, code] for code in ("Cost", "Transport", "Support", "Hours")]
    near = krippendorff_alpha([*sure, ["Transport", "Hours"]], TREE).value
    far = krippendorff_alpha([*sure, ["Transport", "Support"]], TREE).value
    assert near is not None and far is not None and near > far


def test_a_distance_that_depends_on_the_order_counts_by_its_mean() -> None:
    ratings = [["a", "b"], ["b", "a"], ["a", "a"], ["b", "b"], ["c", "a"]]

    def lopsided(a: str, b: str) -> float:
        return 1.0 if a < b else 0.5

    even = krippendorff_alpha(ratings, lambda a, b: 0.75).value
    assert krippendorff_alpha(ratings, lopsided).value == pytest.approx(even)


@pytest.mark.parametrize(
    ("parents", "words"),
    [({"a": "b", "b": "a"}, "circle"), ({"a": "a"}, "circle"), ({"a": "b"}, "parent is not in the tree")],
)
def test_a_tree_that_is_none_is_refused(parents: dict[str, str], words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        tree_distance(parents)


def test_a_code_outside_the_tree_is_refused_without_being_named() -> None:
    with pytest.raises(UnusableRatings, match="not in the tree") as refusal:
        krippendorff_alpha([["Cost", "of my mother"]], TREE)
    assert "mother" not in str(refusal.value)


@pytest.mark.parametrize(
    ("distance", "ratings", "words"),
    [
        ("interval", [["a", "b"]], "takes numbers"),
        ("ratio", [[1, -1]], "negative"),
        ("masi", [["a", "b"]], "frozensets"),
        ("cosine", [["a", "b"]], "no distance 'cosine'"),
        (lambda a, b: -1.0, [["a", "b"]], "from 0 upwards"),
        (lambda a, b: float("nan"), [["a", "b"]], "from 0 upwards"),
    ],
)
def test_distances_that_do_not_fit_are_refused_in_words(distance: Any, ratings: Any, words: str) -> None:
    with pytest.raises(UnusableRatings, match=words):
        krippendorff_alpha(ratings, distance)


def test_a_distance_that_sees_no_difference_leaves_alpha_undefined() -> None:
    assert krippendorff_alpha([["a", "b"]], lambda a, b: 0.0).undefined == "no variation"
