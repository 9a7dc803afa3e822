"""How far apart two values are, for alpha, and how near, for the weighted kappas."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from numbers import Real
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy
from numpy.typing import ArrayLike

from suggest.audit.coefficients.result import Numbers, UnusableRatings

DistanceName: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio", "jaccard", "masi"]
Distance: TypeAlias = DistanceName | Callable[[Any, Any], float]
WeightName: TypeAlias = Literal["identity", "linear", "quadratic", "ordinal"]
Weights: TypeAlias = WeightName | ArrayLike | Callable[[Any, Any], float]


@runtime_checkable
class HasMatrix(Protocol):
    """A distance that gives all distances at once, which a thousand codes make worth its while."""

    def matrix(self, values: Sequence[Hashable]) -> Numbers:
        """The distances of all values (values, values), symmetric, 0 on the diagonal."""
        ...  # pragma: no cover


def distance_matrix(distance: Distance, values: Sequence[Hashable]) -> Numbers:
    """All distances between `values` (values, values), for every distance but the ordinal, which needs frequencies.

    nominal 1 if different; interval (a - b)²; ratio ((a - b) / (a + b))², for numbers from 0; jaccard 1 - |A∩B|/|A∪B|;
    masi 1 - jaccard similarity times 1, 2/3, 1/3 or 0 for equal, one within the other, overlapping, disjoint sets
    (Passonneau 2006). Two empty sets are 0 apart, an empty one is 1 from any other. A function of two values is
    called for each pair of different values and must not be negative; pairs of ratings have no order, so if it depends
    on the order the mean of both counts.
    """
    if callable(distance):
        return _called(distance, values)
    match distance:
        case "nominal":
            return 1.0 - numpy.eye(len(values))
        case "interval":
            numbers = _numbers(distance, values)
            return numpy.asarray((numbers[:, None] - numbers) ** 2)
        case "ratio":
            numbers = _numbers(distance, values)
            if numbers.size and numbers.min() < 0:
                raise UnusableRatings("The ratio distance takes numbers from 0 upwards; there is a negative rating.")
            sums = numbers[:, None] + numbers
            return numpy.asarray(((numbers[:, None] - numbers) / numpy.where(sums > 0, sums, 1.0)) ** 2)
        case "jaccard" | "masi":
            return _of_sets(distance, values)
    raise UnusableRatings(
        f"There is no distance {distance!r}: nominal, ordinal, interval, ratio, jaccard, masi, or a function."
    )


def ordinal_distances(frequencies: Numbers) -> Numbers:
    """Krippendorff's ordinal distances (..., values, values) for frequencies (..., values) in the order of the values.

    (sum of the frequencies from a to b, minus half of both ends)²: what lies between two ranks is how many ratings do.
    """
    middle = numpy.cumsum(frequencies, axis=-1) - frequencies / 2.0
    return numpy.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def agreement_weights(weights: Weights, values: Sequence[Hashable]) -> Numbers:
    """How much two values agree (values, values): 1 on the diagonal, 0 to 1 beside it.

    linear 1 - |a - b| / range and quadratic 1 - (a - b)² / range², by the numbers themselves, by rank for other values;
    ordinal 1 - C(|rank difference| + 1, 2) / C(number of values, 2) (Gwet 2014). An array is taken in the order of
    `values`; a function of two values gives their weight.
    """
    size = len(values)
    if callable(weights):
        given = 1.0 - _called(lambda a, b: 1.0 - weights(a, b), values)
    elif not isinstance(weights, str):
        given = numpy.asarray(weights, dtype=float)
        if given.shape != (size, size):
            raise UnusableRatings(f"The weights must be {size} times {size}, as there are {size} categories.")
    else:
        given = _named_weights(weights, values)
    if not (numpy.allclose(given, given.T) and numpy.allclose(numpy.diag(given), 1.0)):
        raise UnusableRatings("Weights must be symmetric, with 1 for a value and itself.")
    if given.size and not (given.min() >= -1e-12 and given.max() <= 1 + 1e-12):
        raise UnusableRatings("Weights must lie between 0 and 1.")
    return given


def _named_weights(weights: str, values: Sequence[Hashable]) -> Numbers:
    size = len(values)
    ranks = numpy.arange(size, dtype=float)
    numeric = all(isinstance(value, Real) for value in values)
    places = numpy.array(values, dtype=float) if numeric else ranks
    apart = numpy.abs(places[:, None] - places)
    widest = apart.max(initial=0.0) or 1.0
    match weights:
        case "identity":
            return numpy.eye(size)
        case "linear":
            return numpy.asarray(1.0 - apart / widest)
        case "quadratic":
            return numpy.asarray(1.0 - (apart / widest) ** 2)
        case "ordinal":
            steps = numpy.abs(ranks[:, None] - ranks)
            return numpy.asarray(1.0 - steps * (steps + 1) / max(size * (size - 1), 1))
    raise UnusableRatings(
        f"There are no weights {weights!r}: identity, linear, quadratic, ordinal, an array, a function."
    )


def _called(distance: Callable[[Any, Any], float], values: Sequence[Hashable]) -> Numbers:
    if isinstance(distance, HasMatrix):
        return distance.matrix(values)
    matrix = numpy.zeros((len(values), len(values)))
    for row, a in enumerate(values):
        for column in range(row):
            b = values[column]
            matrix[row, column] = matrix[column, row] = (distance(a, b) + distance(b, a)) / 2.0
    if not numpy.isfinite(matrix).all() or matrix.min(initial=0.0) < 0:
        raise UnusableRatings("A distance must be a number from 0 upwards for every pair of values.")
    return matrix


def _numbers(distance: str, values: Sequence[Hashable]) -> Numbers:
    if not all(isinstance(value, Real) for value in values):
        raise UnusableRatings(f"The {distance} distance takes numbers; there are other ratings.")
    return numpy.array(values, dtype=float)


def membership(values: Sequence[Hashable]) -> Numbers:
    """Which set holds which element (sets, elements), 1 or 0."""
    if not all(isinstance(value, frozenset) for value in values):
        raise UnusableRatings("This distance takes frozensets; there are other ratings.")
    sets = [value for value in values if isinstance(value, frozenset)]
    place = {element: index for index, element in enumerate(dict.fromkeys(item for one in sets for item in one))}
    matrix = numpy.zeros((len(sets), len(place)))
    for row, one in enumerate(sets):
        matrix[row, [place[element] for element in one]] = 1.0
    return matrix


def _of_sets(distance: str, values: Sequence[Hashable]) -> Numbers:
    # Counts are small whole numbers, exact in single precision, which is twice as fast to multiply.
    holds = membership(values).astype(numpy.float32)
    shared = holds @ holds.T
    size = holds.sum(axis=1)
    union = size[:, None] + size - shared
    equal = shared == union
    # Two empty sets have nothing in their union: they are alike.
    likeness = numpy.divide(shared, union, out=numpy.ones(shared.shape), where=union > 0, dtype=float)
    if distance == "masi":
        within = shared == numpy.minimum(size[:, None], size)
        likeness *= numpy.where(equal, 1.0, numpy.where(within, 2 / 3, 1 / 3))
    return numpy.asarray(numpy.subtract(1.0, likeness, out=likeness))
