"""Quantiles as tables print them, and as their definitions ask."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggest.audit.quantiles import (
    beta_cdf,
    beta_quantile,
    clopper_pearson,
    clopper_pearson_lower,
    clopper_pearson_upper,
    t_cdf,
    t_quantile,
)


@pytest.mark.parametrize(
    ("share", "freedom", "printed"),
    # NIST/SEMATECH e-Handbook, table of Student's t.
    [
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 5, 2.571),
        (0.975, 11, 2.201),
        (0.975, 30, 2.042),
        (0.95, 3, 2.353),
        (0.99, 100, 2.364),
        (0.025, 11, -2.201),
        (0.5, 4, 0.0),
    ],
)
def test_quantiles_of_t_are_those_of_the_tables(share: float, freedom: float, printed: float) -> None:
    assert t_quantile(share, freedom) == pytest.approx(printed, abs=0.0006)


def test_t_with_very_many_degrees_of_freedom_is_normal() -> None:
    assert t_quantile(0.975, 1e8) == pytest.approx(1.959963984540, abs=1e-7)


def test_t_with_one_and_two_degrees_of_freedom_has_a_closed_form() -> None:
    for t in (-40.0, -1.0, 0.01, 0.9, 3.0, 500.0):
        assert t_cdf(t, 1) == pytest.approx(0.5 + math.atan(t) / math.pi, rel=1e-12)
        assert t_cdf(t, 2) == pytest.approx(0.5 + t / (2 * math.sqrt(2 + t * t)), rel=1e-10)


@given(st.floats(0.0, 1.0), st.integers(1, 12), st.integers(1, 12))
def test_the_beta_distribution_is_a_binomial_tail(x: float, a: int, b: int) -> None:
    n = a + b - 1
    tail = math.fsum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert beta_cdf(x, a, b) == pytest.approx(tail, abs=1e-12)


@given(st.floats(0.001, 0.999), st.floats(0.3, 400), st.floats(0.3, 400))
def test_quantile_and_share_of_beta_undo_each_other(p: float, a: float, b: float) -> None:
    assert beta_cdf(beta_quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-9)


def test_fifty_nine_without_an_error_bound_the_error_at_five_percent() -> None:
    assert clopper_pearson_upper(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59), abs=1e-12)
    assert clopper_pearson_upper(0, 59) < 0.05 < clopper_pearson_upper(0, 58)
    assert clopper_pearson_upper(1, 93) < 0.05 < clopper_pearson_upper(1, 92)


def test_the_exact_interval_of_a_share() -> None:
    # Brown, Cai and DasGupta (2001) and every textbook: 8 of 10 is 44.4 % to 97.5 %.
    assert clopper_pearson(8, 10) == pytest.approx((0.4439, 0.9748), abs=5e-5)
    assert clopper_pearson(0, 10)[0] == 0.0
    assert clopper_pearson(10, 10)[1] == 1.0
    assert clopper_pearson_lower(10, 10, 0.05) == pytest.approx(0.05**0.1)


@pytest.mark.parametrize("bad", [(-1, 5), (6, 5)])
def test_more_than_all_is_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="There cannot be"):
        clopper_pearson(*bad)


def test_arguments_outside_their_range_are_refused() -> None:
    for call in (lambda: beta_cdf(1.1, 1, 1), lambda: beta_quantile(2, 1, 1), lambda: t_quantile(0.0, 3)):
        with pytest.raises(ValueError, match=r"share|beta"):
            call()
