"""Coefficients that were published and are advised against: they check how we read the sources; none is shipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy


def alpha_u_1995(units: Sequence[tuple[int, int, int, str]], begin: int, length: int, raters: int, code: str):
    """Observed and expected disagreement and alpha_U of one code. `units` are (rater, start, length, code).

    Krippendorff (1995; 2004). Its authors' paper of 2016 replaces it.
    """
    sections = [_sections(units, begin, length, rater, code) for rater in range(raters)]
    observed = 0.0
    for one, other in product(range(raters), repeat=2):
        if one != other:
            observed += sum(_squared_difference(a, b) for a in sections[one] for b in sections[other])
    observed /= raters * (raters - 1) * length**2
    sizes = [(size, valued) for rater in sections for _, size, valued in rater]
    total = sum(valued for _, valued in sizes)
    expected = 0.0
    for size, valued in sizes:
        if valued:
            gaps = sum(_fitting(gap, size) for gap, filled in sizes if not filled)
            expected += (total - 1) / 3 * (2 * size**3 - 3 * size**2 + size) + size**2 * gaps
    whole = raters * length
    squares = sum(size * (size - 1) for size, valued in sizes if valued)
    expected *= 2 / length / (whole * (whole - 1) - squares)
    return observed, expected, 1.0 - observed / expected


def _fitting(gap: int, size: int) -> int:
    return gap - size + 1 if gap >= size else 0


def _sections(units, begin, length, rater, code) -> list[tuple[int, int, bool]]:
    """The coder's units of the code, and the gaps between them: start, length, whether it is a unit."""
    found, at = [], begin
    for _, start, size, _ in sorted(unit for unit in units if unit[0] == rater and unit[3] == code):
        if start > at:
            found.append((at, start - at, False))
        found.append((start, size, True))
        at = start + size
    if at < begin + length:
        found.append((at, begin + length - at, False))
    return found


def _squared_difference(a: tuple[int, int, bool], b: tuple[int, int, bool]) -> int:
    """Two sections' squared difference: of their ends where units overlap, of the unit where it lies in a gap."""
    (one, size, valued), (other, width, filled) = a, b
    if valued and filled and -width < other - one < size:
        return (one - other) ** 2 + (one + size - other - width) ** 2
    if valued and not filled and one >= other and one + size <= other + width:
        return size**2
    if filled and not valued and other >= one and other + width <= one + size:
        return width**2
    return 0


def kappa_max(table) -> float:
    """The largest kappa that the margins allow. Cohen (1960)."""
    shares = numpy.asarray(table) / numpy.sum(table)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    expected = rows @ columns
    return (numpy.minimum(rows, columns).sum() - expected) / (1 - expected)


def fleiss_category(counts, category: int) -> float:
    """Fleiss' kappa of one category. Fleiss (1971)."""
    chosen = numpy.asarray(counts)[:, category]
    raters = numpy.sum(counts, axis=1)[0]
    share = chosen.mean() / raters
    pairs = (chosen * (chosen - 1)).sum() / (chosen.sum() * (raters - 1))
    return (pairs - share) / (1 - share)


def fleiss_error_1971(counts) -> float:
    """The standard error that Fleiss printed in 1971 and withdrew in 1979."""
    table = numpy.asarray(counts)
    units, raters = len(table), table.sum(axis=1)[0]
    shares = table.sum(axis=0) / (units * raters)
    expected, cubes = (shares**2).sum(), (shares**3).sum()
    spread = expected - (2 * raters - 3) * expected**2 + 2 * (raters - 2) * cubes
    return float(numpy.sqrt(2 / (units * raters * (raters - 1)) * spread) / (1 - expected))


def weighted_kappa_error_of_no_agreement(table, weights) -> float:
    """The standard error of weighted kappa if there were no agreement. Fleiss, Cohen and Everitt (1969)."""
    cells = numpy.asarray(table, dtype=float)
    shares, w = cells / cells.sum(), numpy.asarray(weights)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    chance = numpy.outer(rows, columns)
    expected = (w * chance).sum()
    margins = (w @ columns)[:, None] + (rows @ w)[None, :]
    spread = (chance * (w - margins) ** 2).sum() - expected**2
    return float(numpy.sqrt(spread / cells.sum()) / (1 - expected))


def boundary_similarity(one: Sequence[int], other: Sequence[int], near: int = 2) -> float:
    """Fournier's B of two segmentations, given as lengths: boundaries less than `near` apart count as half moved."""
    first, second = ({sum(masses[: n + 1]) for n in range(len(masses) - 1)} for masses in (one, other))
    matches, left, right = first & second, sorted(first - second), sorted(second - first)
    moved = 0
    for edge in left[:]:
        close = [other_edge for other_edge in right if abs(other_edge - edge) < near]
        if close:
            moved += 1
            left.remove(edge)
            right.remove(close[0])
    lone = len(left) + len(right)
    total = lone + moved + len(matches)
    return 1.0 - (lone + moved / near) / total if total else 1.0


def gamma_disorder(units: Sequence[tuple[str, float, float, str]], alpha: float, beta: float, empty: float) -> float:
    """The disorder of the best alignment, by trying every one. Mathet, Widlöcher and Métivier (2015).

    `units` are (coder, start, end, code).
    """
    coders = list(dict.fromkeys(unit[0] for unit in units))
    by_coder = [[unit[1:] for unit in units if unit[0] == coder] for coder in coders]
    pairs = len(coders) * (len(coders) - 1) / 2

    def apart(a, b) -> float:
        if a is None or b is None:
            return empty
        place = (abs(a[0] - b[0]) + abs(a[1] - b[1])) / (a[1] - a[0] + b[1] - b[0])
        return empty * (alpha * place**2 + beta * (a[2] != b[2]))

    def cost(row) -> float:
        return sum(apart(row[i], row[j]) for i in range(len(row)) for j in range(i)) / pairs

    def best(left: tuple[tuple, ...]) -> float:
        lead = next((i for i, own in enumerate(left) if own), None)
        if lead is None:
            return 0.0
        if left not in known:
            first = left[lead][0]
            choices = [[first] if i == lead else ([None] if i < lead else [None, *own]) for i, own in enumerate(left)]
            known[left] = min(cost(row) + best(_without(left, row)) for row in product(*choices))
        return known[left]

    known: dict[tuple[tuple, ...], float] = {}
    return best(tuple(tuple(own) for own in by_coder)) / (len(units) / len(coders))


def _without(left: tuple[tuple, ...], row: Sequence) -> tuple[tuple, ...]:
    return tuple(tuple(_drop(own, used)) for own, used in zip(left, row, strict=True))


def _drop(own: tuple, used) -> Iterator:
    return (unit for unit in own if unit is not used)
