"""Agreement on ranges of a text: where coders marked something, and with which code."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy

from suggest.audit.coefficients.result import (
    NO_PAIRS,
    NO_VARIATION,
    ByDocument,
    Coefficient,
    Indices,
    Numbers,
    UnusableRatings,
    number,
    ratio,
)

Span = tuple[int, int, Hashable]
"""Start and end (half-open, in characters) and the code."""


@dataclass(frozen=True)
class Continuum:
    """A document and what each coder who read it marked: no range is an answer, and one coder's do not overlap."""

    length: int
    spans: Mapping[Hashable, Sequence[Span]]


def u_alpha(units: Continuum | Sequence[Continuum], *, binary: bool = False) -> Coefficient:
    """Krippendorff, Mathet, Bouvry and Widlöcher (2016): alpha for ranges, u-alpha, or |u-alpha with `binary`.

    Each coder's text falls into units (a range with its code) and gaps. l(c,k) is the length where one coder has c and
    another k, divided by the number of coders less one; the length expected by chance is l (l(c) l(k) - [c = k] S(c)) /
    (l² - S), where S adds the squared lengths of units and the plain lengths of gaps. Value: 1 - the observed over the
    expected length of unequal pairs. `binary` asks only whether anything is marked, and takes all codes for one: units
    stay as marked, also where they touch. Several documents add up; a document that one coder read is left out. `n`
    counts characters read by at least two. Undefined if all is marked alike. No standard error is known: take the
    document jackknife.

    cu-alpha is not offered: for three coders and more its correction is read in two ways, with different values.
    """
    sums = u_alpha_by_document(units, binary=binary)
    characters = int(sums.units.sum())
    if not characters:
        return Coefficient(None, 0, undefined=NO_PAIRS)
    value = sums.value()
    return Coefficient(value, characters, undefined=NO_VARIATION if value is None else None)


def u_alpha_by_document(
    units: Continuum | Sequence[Continuum], names: Sequence[Hashable] | None = None, *, binary: bool = False
) -> ByDocument:
    """Lengths of unequal pairs, of each code, and squared lengths of its units, by document."""
    continua = [units] if isinstance(units, Continuum) else list(units)
    codes = dict.fromkeys(span[2] for one in continua for spans in one.spans.values() for span in spans)
    place = {code: 1 if binary else index for index, code in enumerate(codes, start=1)}
    size = 2 if binary else len(codes) + 1
    sums = numpy.zeros((len(continua), 1 + 2 * size))
    for row, one in zip(sums, continua, strict=True):
        if len(one.spans) >= 2:
            row[:] = _sums(one, place, size)

    def evaluate(totals: Numbers) -> Numbers:
        unequal, lengths, squares = totals[:, 0], totals[:, 1 : 1 + size], totals[:, 1 + size :].sum(axis=1)
        whole = lengths.sum(axis=1)
        expected = whole * (whole**2 - (lengths**2).sum(axis=1))
        return 1.0 - ratio(unequal * (whole**2 - squares), expected)

    characters = numpy.array([one.length if len(one.spans) >= 2 else 0 for one in continua], dtype=int)
    return ByDocument(tuple(range(len(continua)) if names is None else names), sums, characters, evaluate)


def character_alpha(units: Continuum | Sequence[Continuum]) -> Coefficient:
    """Nominal alpha with every character a unit, marked or not. At most 1; for comparison with other programs only.

    Characters of one range are not independent of one another, so this is no substitute for `u_alpha`.
    """
    continua = [units] if isinstance(units, Continuum) else list(units)
    unequal = marked = whole = 0.0
    for one in continua:
        if len(one.spans) >= 2:
            sums = _sums(one, {span[2]: 1 for spans in one.spans.values() for span in spans}, 2)
            unequal, marked, whole = unequal + sums[0], marked + sums[2], whole + sums[1] + sums[2]
    characters = sum(one.length for one in continua if len(one.spans) >= 2)
    if not characters:
        return Coefficient(None, 0, undefined=NO_PAIRS)
    expected = 2.0 * marked * (whole - marked)
    if not expected:
        return Coefficient(None, characters, undefined=NO_VARIATION)
    return Coefficient(number(1.0 - (whole - 1.0) * unequal / expected), characters)


def _sums(one: Continuum, place: Mapping[Hashable, int], size: int) -> Numbers:
    """The length of unequal pairs, the length of gaps and of each code, and the squares of the units' lengths."""
    coders = [_sorted(one, coder) for coder in one.spans]
    cuts = numpy.unique(
        [0, one.length, *(edge for spans in coders for start, end, _ in spans for edge in (start, end))]
    )
    pieces = numpy.diff(cuts).astype(float)
    lengths, squares = numpy.zeros(size), numpy.zeros(size)
    seen = numpy.zeros((size, len(pieces)))
    for spans in coders:
        labels: Indices = numpy.zeros(len(pieces), dtype=numpy.intp)
        for start, end, code in spans:
            labels[numpy.searchsorted(cuts, start) : numpy.searchsorted(cuts, end)] = place[code]
            squares[place[code]] += float(end - start) ** 2
        lengths += numpy.bincount(labels, pieces, minlength=size)
        seen[labels, numpy.arange(len(pieces))] += 1
    # A gap may break anywhere, so it counts as single characters.
    squares[0] = lengths[0]
    equal = (seen * (seen - 1)).sum(axis=0) @ pieces / (len(coders) - 1)
    return numpy.concatenate([[lengths.sum() - equal], lengths, squares])


def _sorted(one: Continuum, coder: Hashable) -> list[Span]:
    spans = sorted(one.spans[coder], key=lambda span: span[:2])
    before = 0
    for start, end, _ in spans:
        if not 0 <= start < end <= one.length:
            raise UnusableRatings(f"A range from {start} to {end} does not lie in a text of {one.length} characters.")
        if start < before:
            raise UnusableRatings(
                f"Ranges of one coder overlap at {start}. Take each code by itself, or the longest of what overlaps."
            )
        before = end
    return spans
