"""Figures of all codes at once are those of the coefficients, code by code."""

from __future__ import annotations

import numpy as np
import pytest

from suggest.audit.coefficients import Ratings, cohen_kappa, gwet_ac1, krippendorff_alpha, positive_agreement
from suggest.audit.coefficients.alpha import alpha_by_document
from suggest.audit.counting import (
    ac1,
    agreement,
    alpha,
    cells,
    count,
    counts_of,
    kappa,
    starts_of,
)
from suggest.audit.counting import positive_agreement as positive
from suggest.audit.figures import figures
from suggest.audit.intervals import jackknife
from suggest.audit.material import Ints, Small


def drawn(
    raters: int, seed: int, *, missing: float = 0.1, documents: int = 12, codes: int = 4
) -> tuple[list[Small], Ints]:
    """Answers of raters who lean on a common truth, some missing; and each segment's document."""
    dice = np.random.default_rng(seed)
    size = documents * 9
    truth = dice.random((size, codes)) < np.linspace(0.15, 0.6, codes)
    values = []
    for _ in range(raters):
        value = np.where(dice.random(truth.shape) < 0.2, ~truth, truth).astype(np.int8)
        value[dice.random(truth.shape) < missing] = -1
        values.append(value)
    return values, np.repeat(np.arange(documents), 9)


def column(values: list[Small], code: int) -> list[list[int | None]]:
    return [[None if v < 0 else int(v) for v in row] for row in np.stack([v[:, code] for v in values], axis=1)]


@pytest.mark.parametrize("seed", range(5))
def test_two_coders(seed: int) -> None:
    values, documents = drawn(2, seed)
    table = cells(values[0], values[1], starts_of(documents)).total()
    for code in range(4):
        units = [unit for unit in column(values, code) if None not in unit]
        a, b = zip(*units, strict=True)
        assert alpha(counts_of(table))[code] == pytest.approx(krippendorff_alpha(units).value)
        assert kappa(table)[code] == pytest.approx(cohen_kappa(a, b).value)
        assert ac1(counts_of(table))[code] == pytest.approx(gwet_ac1(units, categories=(0, 1)).value)
        assert positive(counts_of(table))[code] == pytest.approx(positive_agreement(a, b).value)
        assert agreement(counts_of(table))[code] == pytest.approx(np.mean([x == y for x, y in units]))


@pytest.mark.parametrize("seed", range(5))
def test_four_coders_with_missing_answers(seed: int) -> None:
    values, documents = drawn(4, seed, missing=0.4)
    counts = count(values, starts_of(documents)).total()
    for code in range(4):
        units = column(values, code)
        assert alpha(counts)[code] == pytest.approx(krippendorff_alpha(units).value)
        assert ac1(counts)[code] == pytest.approx(gwet_ac1(units, categories=(0, 1)).value)


def test_intervals_are_the_jackknifes() -> None:
    values, documents = drawn(3, 1, documents=14)
    for value in values:
        value[documents < 2, 0] = -1  # two documents say nothing of the first code
    counts = count(values, starts_of(documents))
    for code, figure in enumerate(figures(alpha, counts, counts.units)):
        ratings = Ratings.of(column(values, code), documents)
        wanted = jackknife(alpha_by_document(ratings))
        assert figure.interval == pytest.approx((wanted.low, wanted.high), abs=1e-10, rel=0)


def test_below_ten_documents_there_is_no_interval() -> None:
    values, documents = drawn(2, 1, documents=9)
    counts = count(values, starts_of(documents))
    figure = figures(alpha, counts, counts.units)[0]
    assert figure.value is not None and figure.interval is None
    assert figure.open == "too few documents (9 of at least 10)"


def test_without_variation_nothing_is_defined() -> None:
    ones = np.ones((24, 1), dtype=np.int8)
    for value in (ones, ones - 1):
        counts = count([value, value], starts_of(np.repeat(np.arange(12), 2)))
        for statistic in (alpha, ac1):
            figure = figures(statistic, counts, counts.units)[0]
            assert (figure.value, figure.undefined) == (None, "no variation")


def test_codes_are_counted_in_steps_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    values, documents = drawn(3, 2)
    whole = count(values, starts_of(documents))
    monkeypatch.setattr("suggest.audit.counting.AT_ONCE", len(documents))
    for name in whole.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(whole, name), getattr(count(values, starts_of(documents)), name))
