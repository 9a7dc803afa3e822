"""Published figures come out to their printed digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agreement_vectors import GIVES, NOT_TESTED, TABLE_ERRORS, read_vectors

from suggest.audit.coefficients import (
    Ratings,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)


def deviations(vectors: list[dict[str, Any]]) -> list[str]:
    """What differs by more than its tolerance, as lines to read."""
    found = []
    for one in vectors:
        value = GIVES[one["coefficient"]](one["data"])
        if value is None and "annotators" not in one["data"]:
            continue
        if one["coefficient"] in TABLE_ERRORS and "table" in one["data"]:
            units = sum(map(sum, one["data"]["table"]))
            value *= ((units - 1) / units) ** 0.5
        expected = one["expected"]
        if isinstance(expected, list) and isinstance(expected[0], str):
            same = value == expected
        elif isinstance(expected, list):
            same = all(abs(a - b) <= one["tolerance"] for a, b in zip(value, expected, strict=True))
        else:
            same = value is not None and abs(value - expected) <= one["tolerance"]
        if not same:
            found.append(f"{one['name']} {one['coefficient']}: {value} instead of {expected}")
    return found


@pytest.mark.parametrize(("status", "fewest"), [("published", 110), ("library", 26), ("computed", 27), ("recalled", 8)])
def test_every_vector_comes_out_to_its_tolerance(shared: Path, status: str, fewest: int) -> None:
    vectors = [one for one in read_vectors(shared) if one["status"] == status]
    tested = [one for one in vectors if one["coefficient"] not in NOT_TESTED]
    assert len(tested) >= fewest
    assert deviations(tested) == []


# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), example C; also Gwet's cac.raw4raters.
FOUR_OBSERVERS = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, None, 3, None],
]


@pytest.mark.parametrize(
    ("distance", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_four_observers(distance: Any, published: float) -> None:
    assert krippendorff_alpha(FOUR_OBSERVERS, distance).value == pytest.approx(published, abs=0.0006)


# Gwet, irrCAC for R 1.4, README: coefficient and standard error of the same ratings.
@pytest.mark.parametrize(
    ("coefficient", "value", "error"),
    [
        (percent_agreement, 0.81818, 0.12561),
        (fleiss_kappa, 0.76117, 0.15302),
        (conger_kappa, 0.76282, 0.14917),
        (krippendorff_alpha, 0.74342, 0.14548),
        (gwet_ac1, 0.77544, 0.14295),
        (brennan_prediger, 0.77273, 0.14472),
    ],
)
def test_gwets_coefficients_and_their_errors(coefficient: Any, value: float, error: float) -> None:
    found = coefficient(FOUR_OBSERVERS)
    assert found.value == pytest.approx(value, abs=6e-6)
    assert found.se == pytest.approx(error, abs=6e-6)


@pytest.mark.parametrize(
    ("weights", "value", "error"), [("linear", 0.859, 0.117), ("quadratic", 0.914, 0.104), ("ordinal", 0.899, 0.107)]
)
def test_gwets_ac2_and_its_errors(weights: Any, value: float, error: float) -> None:
    found = gwet_ac2(FOUR_OBSERVERS, weights)
    assert found.value == pytest.approx(value, abs=0.0006)
    assert found.se == pytest.approx(error, abs=0.0006)


def test_cohens_kappa_of_1960() -> None:
    # Cohen (1960), p. 45: 200 units, kappa .492; the error is that of statsmodels 0.15, Fleiss, Cohen and Everitt's.
    found = cohen_kappa(*sides([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert found.value == pytest.approx(0.492, abs=0.0005)
    assert found.se == pytest.approx(0.051, abs=0.0005)
    assert found.n == 200


def test_kappa_of_landis_and_koch() -> None:
    # Agresti (1992), p. 202: .493 with standard error .057.
    found = cohen_kappa(*sides([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]))
    assert found.value == pytest.approx(0.493, abs=0.0005)
    assert found.se == pytest.approx(0.057, abs=0.0005)


def test_weighted_kappa_of_sas() -> None:
    # SAS PROC FREQ as quoted in statsmodels.stats.inter_rater: .4701, interval .1845 to .7558.
    found = cohen_kappa(*sides([[0, 4, 1], [0, 8, 0], [0, 1, 5]]), weights="linear", categories=range(3))
    assert found.value == pytest.approx(0.4701, abs=6e-5)
    assert found.value - 1.959964 * found.se == pytest.approx(0.1845, abs=6e-5)


def test_scotts_pi_of_artstein_and_poesio() -> None:
    # Artstein and Poesio (2008), p. 558: S .4, pi .341, kappa .348.
    one, other = sides([[20, 10], [20, 50]])
    assert brennan_prediger(list(zip(one, other, strict=True)), range(2)).value == pytest.approx(0.4, abs=0.0006)
    assert scott_pi(one, other).value == pytest.approx(0.341, abs=0.0006)
    assert cohen_kappa(one, other).value == pytest.approx(0.348, abs=0.0006)


def test_kappa_of_fleiss_1971_and_of_the_encyclopedia() -> None:
    # Wikipedia, "Fleiss' kappa": 14 raters, 10 subjects, .21.
    counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    assert fleiss_kappa(Ratings.of_counts(counts)).value == pytest.approx(0.210, abs=0.0005)


def sides(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Two raters' ratings from their contingency table."""
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [one for one, _ in pairs], [other for _, other in pairs]
