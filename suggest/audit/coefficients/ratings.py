"""Ratings as arrays: encoded once, then used by every coefficient. Apart, since all take the same input."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
from numbers import Real
from typing import Any, Self, TypeAlias

import numpy
from numpy.typing import ArrayLike, NDArray

from suggest.audit.coefficients.result import Indices, Numbers, UnusableRatings


@dataclass(frozen=True, eq=False)
class Ratings:
    """Units times raters.

    `codes` (units, raters) holds the position of each rating in `values`, -1 where there is none. `documents` (units,)
    holds the position of the unit's document in `names`. Numbers and strings in `values` are sorted, all else stands
    in the order of its first appearance.
    """

    codes: NDArray[numpy.int32]
    values: tuple[Hashable, ...]
    documents: Indices
    names: tuple[Hashable, ...]

    @classmethod
    def of(cls, ratings: RatingsLike, documents: Iterable[Hashable] | None = None) -> Self:
        """From units, each a sequence with one entry per rater; None and NaN are missing.

        An array (units, raters) of numbers does, too, masked or with NaN for what is missing. `documents` names the
        document of each unit; without it all units are of one.
        """
        if isinstance(ratings, cls) and documents is None:
            return ratings
        if isinstance(ratings, Ratings):
            codes, values = ratings.codes, ratings.values
        else:
            codes, values = _encode(ratings)
        one_document = numpy.zeros(len(codes), dtype=numpy.intp), ("",)
        where, names = one_document if documents is None else _positions(documents)
        if len(where) != len(codes):
            raise UnusableRatings(f"There are {len(codes)} units but documents for {len(where)}: name one per unit.")
        return cls(codes, values, where, names)

    @classmethod
    def of_two(cls, a: Sequence[Any], b: Sequence[Any], documents: Iterable[Hashable] | None = None) -> Self:
        """Two raters' ratings of the same units, in the same order."""
        if len(a) != len(b):
            raise UnusableRatings(f"One rater has {len(a)} ratings, the other {len(b)}: give both for each unit.")
        if isinstance(a, numpy.ndarray) and isinstance(b, numpy.ndarray):
            stack = numpy.ma.stack if numpy.ma.isMaskedArray(a) or numpy.ma.isMaskedArray(b) else numpy.stack
            return cls.of(stack([a, b], axis=1), documents)
        return cls.of(list(zip(a, b, strict=True)), documents)

    @classmethod
    def of_codes(
        cls, codes: ArrayLike, values: Sequence[Hashable], documents: Iterable[Hashable] | None = None
    ) -> Self:
        """From positions in `values` (units, raters), negative where missing: the way that copies nothing needless."""
        array = numpy.asarray(codes, dtype=numpy.int32)
        if array.ndim != 2 or (array.size and array.max() >= len(values)):
            raise UnusableRatings("The codes must be an array (units, raters) of positions in `values`.")
        whole = cls(array, tuple(values), numpy.zeros(len(array), dtype=numpy.intp), ("",))
        return cls.of(whole, documents)

    @classmethod
    def of_counts(cls, counts: ArrayLike, values: Sequence[Hashable] | None = None) -> Self:
        """From a table (units, categories) of how many raters chose each category, as Fleiss prints them."""
        table = numpy.asarray(counts, dtype=numpy.int64)
        if table.ndim != 2 or (table.size and table.min() < 0):
            raise UnusableRatings("The counts must be an array (units, categories) without negative numbers.")
        codes = numpy.full((len(table), int(table.sum(axis=1).max(initial=0))), -1, dtype=numpy.int32)
        for row, unit in zip(codes, table, strict=True):
            chosen = numpy.repeat(numpy.arange(table.shape[1]), unit)
            row[: len(chosen)] = chosen
        return cls.of_codes(codes, range(table.shape[1]) if values is None else values)

    @classmethod
    def of_table(cls, table: ArrayLike, values: Sequence[Hashable] | None = None) -> Self:
        """From a contingency table of two raters: rows are the first rater's categories, columns the second's."""
        cells = numpy.asarray(table, dtype=numpy.int64)
        if cells.ndim != 2 or cells.shape[0] != cells.shape[1] or (cells.size and cells.min() < 0):
            raise UnusableRatings("The table must be square, categories times categories, without negative numbers.")
        pairs = numpy.argwhere(numpy.ones_like(cells))
        codes = numpy.repeat(pairs, cells.ravel(), axis=0)
        return cls.of_codes(codes, range(len(cells)) if values is None else values)

    def with_values(self, values: Iterable[Hashable]) -> Ratings:
        """The same ratings, encoded by these categories in this order; those that occur must be among them."""
        wanted = tuple(dict.fromkeys(values))
        if wanted == self.values:
            return self
        position = {value: index for index, value in enumerate(wanted)}
        unknown = [self.values[code] for code in numpy.unique(self.codes) if code >= 0]
        unknown = [value for value in unknown if value not in position]
        if unknown:
            raise UnusableRatings(f"{len(unknown)} of the values that occur are not among the categories given.")
        places = numpy.array([position.get(value, -1) for value in self.values] + [-1], dtype=numpy.int32)
        return Ratings(places[self.codes], wanted, self.documents, self.names)

    @cached_property
    def counts(self) -> NDArray[numpy.int64]:
        """How many ratings each unit has (units,)."""
        return numpy.asarray(numpy.count_nonzero(self.codes >= 0, axis=1))

    @cached_property
    def paired(self) -> int:
        """How many units have at least two ratings."""
        return int(numpy.count_nonzero(self.counts >= 2))

    @cached_property
    def varied(self) -> bool:
        """Whether at least two values occur in units with two ratings or more."""
        return int(numpy.count_nonzero(self.frequencies.sum(axis=0))) > 1

    @cached_property
    def packed(self) -> NDArray[numpy.int32]:
        """The codes with each unit's ratings first, the rest -1: only as wide as the unit with most ratings.

        Who rated is lost, which no coefficient minds that uses it; many raters with few ratings each cost no more.
        """
        width = int(self.counts.max(initial=0))
        if width < self.codes.shape[1] or bool((self.counts < width).any()):
            return numpy.ascontiguousarray(-numpy.sort(-self.codes, axis=1)[:, :width])
        return self.codes

    @cached_property
    def equal_pairs(self) -> Numbers:
        """How many ordered pairs of each unit's ratings are equal (units,)."""
        total = numpy.zeros(len(self.codes), dtype=numpy.int32)
        for one, other in self._pairs():
            total += (one == other) & (other >= 0)
        return numpy.asarray(2.0 * total, dtype=float)

    def pair_sums(self, matrix: Numbers) -> Numbers:
        """Per unit the sum of `matrix` (values, values) over ordered pairs of its ratings (units,)."""
        total = numpy.zeros(len(self.codes))
        both_ways = matrix + matrix.T
        for one, other in self._pairs():
            # A missing rating reads the last column: any number does, since it is not counted.
            total += numpy.where(other >= 0, both_ways[one, other], 0.0)
        return total

    def gather(self, numbers: Numbers) -> Numbers:
        """Per unit the sum of `numbers` (values,) over its ratings."""
        return numpy.asarray(numpy.append(numbers, 0.0)[self.packed].sum(axis=1))

    def by_document(self, per_unit: ArrayLike) -> Numbers:
        """The sum of a number per unit, by document (documents,)."""
        sums = numpy.bincount(self.documents, numpy.asarray(per_unit, dtype=float), minlength=len(self.names))
        return numpy.asarray(sums, dtype=float)

    @cached_property
    def frequencies(self) -> Numbers:
        """How often each value occurs in units with at least two ratings (documents, values)."""
        return self._by_document_and_value((self.counts >= 2).astype(float))

    @cached_property
    def shares(self) -> Numbers:
        """The sum over units of the share of each value among the unit's ratings (documents, values)."""
        return self._by_document_and_value(1.0 / numpy.maximum(self.counts, 1))

    def _by_document_and_value(self, per_rating: Numbers) -> Numbers:
        size = len(self.values)
        total = numpy.zeros(len(self.names) * size)
        rows = self.documents * size
        for column in self.packed.T:
            here = column >= 0
            full = bool(here.all())
            cells, weights = (rows + column, per_rating) if full else (rows[here] + column[here], per_rating[here])
            total += numpy.bincount(cells, weights, minlength=len(total))
        return total.reshape(len(self.names), size)

    @cached_property
    def coincidences(self) -> Numbers:
        """Krippendorff's coincidence matrix of each document (documents, values, values), symmetric."""
        size = len(self.values)
        total = numpy.zeros(len(self.names) * size * size)
        weight = 1.0 / numpy.maximum(self.counts - 1, 1)
        for one, other in self._pairs():
            here = numpy.flatnonzero(other >= 0)
            cells = (self.documents[here] * size + one[here]) * size + other[here]
            total += numpy.bincount(cells, weight[here], minlength=len(total))
        matrices = total.reshape(len(self.names), size, size)
        return matrices + matrices.transpose(0, 2, 1)

    def _pairs(self) -> Iterable[tuple[NDArray[numpy.int32], NDArray[numpy.int32]]]:
        """Column by column: the first is there wherever the second is, since packed rows are full from the left."""
        return combinations(numpy.ascontiguousarray(self.packed.T), 2)


RatingsLike: TypeAlias = Ratings | Sequence[Sequence[Any]] | NDArray[Any]
"""Units, each with one entry per rater: a value, a frozenset of values, or None."""


def missing(value: Any) -> bool:
    """None, and NaN, which is the same in tables that came through pandas or NumPy."""
    return value is None or (isinstance(value, float) and value != value)


def in_order(values: Iterable[Hashable]) -> tuple[Hashable, ...]:
    """Numbers by size, strings by their characters; anything else as it came."""
    found = list(values)
    keys: list[Any] = found
    if found and (all(isinstance(value, Real) for value in found) or all(isinstance(value, str) for value in found)):
        keys = sorted(keys)
    return tuple(keys)


def _encode(ratings: Any) -> tuple[NDArray[numpy.int32], tuple[Hashable, ...]]:
    if hasattr(ratings, "to_numpy"):  # A table of pandas: iterating it would give the names of its columns.
        ratings = ratings.to_numpy()
    if isinstance(ratings, numpy.ndarray) and ratings.dtype.kind in "biufSU":
        return _encode_array(ratings)
    rows = [tuple(unit) for unit in ratings]
    raters = len(rows[0]) if rows else 0
    for number, row in enumerate(rows, start=1):
        if len(row) != raters:
            raise UnusableRatings(
                f"Unit {number} has {len(row)} entries, unit 1 has {raters}: give one per rater, None where missing."
            )
    try:
        seen = [value for value in dict.fromkeys(chain.from_iterable(rows)) if not missing(value)]
    except TypeError:
        raise UnusableRatings("A rating must be hashable: for several codes on a unit give a frozenset.") from None
    values = in_order(seen)
    position: dict[Any, int] = {value: index for index, value in enumerate(values)}
    find: Callable[[Any, int], int] = position.get
    flat = numpy.fromiter((find(value, -1) for row in rows for value in row), numpy.int32, len(rows) * raters)
    return flat.reshape(len(rows), raters), values


def _encode_array(ratings: NDArray[Any]) -> tuple[NDArray[numpy.int32], tuple[Hashable, ...]]:
    if ratings.ndim != 2:
        raise UnusableRatings("An array of ratings must have two dimensions, units and raters.")
    absent = numpy.ma.getmaskarray(ratings).copy()
    plain = numpy.ma.getdata(ratings)
    if plain.dtype.kind == "f":
        absent |= numpy.isnan(plain)
    values, codes = numpy.unique(plain[~absent], return_inverse=True)
    encoded = numpy.full(plain.shape, -1, dtype=numpy.int32)
    encoded[~absent] = codes
    return encoded, tuple(values.tolist())


def _positions(documents: Iterable[Hashable]) -> tuple[Indices, tuple[Hashable, ...]]:
    if isinstance(documents, numpy.ndarray):
        values, where = numpy.unique(documents, return_inverse=True)
        return where.astype(numpy.intp), tuple(values.tolist())
    position: dict[Hashable, int] = {}
    listed = [position.setdefault(document, len(position)) for document in documents]
    return numpy.array(listed, dtype=numpy.intp), tuple(position)
