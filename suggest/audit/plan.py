"""How much more has to be coded blind by two, before alpha is as sure as it needs to be."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.audit.figures import FEWEST_DOCUMENTS, Figure, too_few
from suggest.audit.intervals import Interval
from suggest.audit.pairs import CodeFigures, PairFigures
from suggest.audit.planning import documents_for, units_for_kappa
from suggest.audit.quantiles import t_quantile

EXPECTED = 0.7
"""The kappa that is taken for a code too rare to estimate one."""


@dataclass(frozen=True)
class Need:
    """For one code (its column; None for all): the half-width now, and what the wanted one takes, counting what there
    is; never fewer documents than an interval needs, and no half-width while there are fewer.

    `documents` comes from the error that the documents have shown, `segments` for a code too rare for that from its
    prevalence, at a kappa of `EXPECTED` and with segments taken for independent. None where neither can be told.
    """

    code: int | None
    half_width: float | None
    documents: int | None
    segments: int | None
    reason: str | None = None


@dataclass(frozen=True)
class Plan:
    """What two coders need who have coded `segments` in so many `documents` blind."""

    pair: PairFigures
    wanted: float
    pooled: Need
    codes: tuple[Need, ...]


def plans(pairs: tuple[PairFigures, ...], wanted: float) -> list[Plan]:
    """For every two people who coded blind. `wanted` is the half-width of the 95 % interval, above 0."""
    found = []
    for pair in pairs:
        if pair.exposure == "blind" and pair.a.kind == pair.b.kind == "person":
            codes = tuple(_need(code, pair, wanted) for code in pair.codes if code.units)
            found.append(Plan(pair, wanted, _need(pair.pooled, pair, wanted), codes))
    return found


def _need(item: CodeFigures, pair: PairFigures, wanted: float) -> Need:
    figure = item.alpha
    if figure.value is not None and figure.se and pair.documents > 1:
        documents = _documents(figure, pair.documents, wanted)
        if pair.documents < FEWEST_DOCUMENTS:
            return Need(item.code, None, documents, None, too_few(pair.documents))
        return Need(item.code, _half(figure, pair.documents), documents, None)
    positives = 2 * item.both + item.only_a + item.only_b
    if not positives:
        return Need(item.code, None, None, None, "nobody applied it, so its prevalence is not known")
    if figure.value is not None:
        return Need(item.code, None, None, None, figure.open)
    share = positives / (2 * item.units)
    segments = units_for_kappa(EXPECTED, share, wanted) if share < 1 else None
    return Need(item.code, None, None, segments, figure.undefined)


def _half(figure: Figure, documents: int) -> float:
    return t_quantile(0.975, documents - 1) * (figure.se or 0.0)


def _documents(figure: Figure, documents: int, wanted: float) -> int | None:
    interval = Interval(figure.value, figure.low, figure.high, 0.95, documents, "document jackknife, t", figure.se)
    needed = documents_for(interval, wanted)
    return None if needed is None else max(needed, FEWEST_DOCUMENTS)
