"""Student's t, the beta distribution and exact binomial bounds, in a page: SciPy would add 100 MB for these alone."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

NORMAL = NormalDist()
_TINY = 1e-300


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b): the share of Beta(a, b) below `x`.

    Within 1e-10 for parameters up to 10,000. Continued fraction 8.17.22 of the NIST Digital Library of Mathematical
    Functions, evaluated after Lentz.
    """
    if not 0.0 <= x <= 1.0 or a <= 0.0 or b <= 0.0:
        raise ValueError("The beta distribution needs x from 0 to 1 and both parameters above 0.")
    if x in (0.0, 1.0):
        return x
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    scale = a * math.log(x) + b * math.log1p(-x) - math.log(a) - log_beta(a, b)
    return math.exp(scale) * _continued_fraction(x, a, b)


def log_beta(a: float, b: float) -> float:
    """The logarithm of the beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


@lru_cache(maxsize=4096)
def beta_quantile(p: float, a: float, b: float) -> float:
    """Below which value the share `p` of Beta(a, b) lies."""
    if not 0.0 <= p <= 1.0:
        raise ValueError("A share lies between 0 and 1.")
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2.0
        if middle in (low, high):
            return middle
        if beta_cdf(middle, a, b) < p:
            low = middle
        else:
            high = middle


def t_cdf(t: float, freedom: float) -> float:
    """The share of Student's t with `freedom` degrees of freedom below `t`."""
    # Near the middle the first form keeps the digits, in the tail the second.
    square = t * t
    if square < 1.0:
        tail = 0.5 * (1.0 - beta_cdf(square / (freedom + square), 0.5, freedom / 2.0))
    else:
        tail = 0.5 * beta_cdf(freedom / (freedom + square), freedom / 2.0, 0.5)
    return 1.0 - tail if t > 0.0 else tail


@lru_cache(maxsize=4096)
def t_quantile(p: float, freedom: float) -> float:
    """Below which value the share `p`, above 0 and below 1, of Student's t lies."""
    if not 0.0 < p < 1.0 or freedom <= 0.0:
        raise ValueError("Student's t needs a share between 0 and 1 and degrees of freedom above 0.")
    if p == 0.5:
        return 0.0
    tail = min(p, 1.0 - p)
    low, high = 0.0, 1.0
    while t_cdf(-high, freedom) > tail:
        low, high = high, 2.0 * high
    for _ in range(100):
        middle = (low + high) / 2.0
        if t_cdf(-middle, freedom) > tail:
            low = middle
        else:
            high = middle
    return -high if p < 0.5 else high


def normal_quantile(p: float) -> float:
    """Below which value the share `p`, above 0 and below 1, of the standard normal lies."""
    return NORMAL.inv_cdf(p)


def clopper_pearson(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The exact two-sided interval of a share, `count` of `total`. Clopper and Pearson (1934)."""
    outside = (1.0 - level) / 2.0
    return clopper_pearson_lower(count, total, outside), clopper_pearson_upper(count, total, outside)


def clopper_pearson_upper(count: int, total: int, delta: float = 0.05) -> float:
    """The share that is exceeded with a probability of at most `delta`, after `count` of `total`."""
    _check(count, total)
    return 1.0 if count == total else beta_quantile(1.0 - delta, count + 1.0, float(total - count))


def clopper_pearson_lower(count: int, total: int, delta: float = 0.05) -> float:
    """The share that is fallen short of with a probability of at most `delta`, after `count` of `total`."""
    _check(count, total)
    return 0.0 if count == 0 else beta_quantile(delta, float(count), total - count + 1.0)


def _check(count: int, total: int) -> None:
    if not 0 <= count <= total:
        raise ValueError(f"There cannot be {count} of {total}.")


def _continued_fraction(x: float, a: float, b: float) -> float:
    above, below, value = 1.0, 0.0, 1.0
    for step in range(20_000):
        half = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        else:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        below = 1.0 / (_away_from_zero(1.0 + term * below))
        above = _away_from_zero(1.0 + term / above)
        change = above * below
        value *= change
        if step and abs(change - 1.0) < 1e-15:
            return value - 1.0
    raise ArithmeticError("The beta distribution did not converge.")


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
