"""Codes in a tree: how far apart two of them, or two sets of them, are; and how a set scores against a reference."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from suggest.audit.coefficients.distances import membership
from suggest.audit.coefficients.result import Numbers, UnusableRatings


@dataclass(frozen=True, eq=False)
class TreeDistance:
    """The distance of Wu and Palmer in a code tree, for codes and for frozensets of codes. Made by `tree_distance`."""

    lines: Mapping[Hashable, frozenset[Hashable]]

    def closure(self, value: Hashable) -> frozenset[Hashable]:
        """The code, or each code of the set, with all that stand above it."""
        codes = value if isinstance(value, frozenset) else (value,)
        unknown = [code for code in codes if code not in self.lines]
        if unknown:
            raise UnusableRatings(f"Codes that are not in the tree: {len(unknown)}. Give every code and its parent.")
        return frozenset().union(*(self.lines[code] for code in codes))

    def __call__(self, a: Any, b: Any) -> float:
        """0 for the same, 1 for nothing shared below the root."""
        one, other = self.closure(a), self.closure(b)
        size = len(one) + len(other)
        return 1.0 - 2.0 * len(one & other) / size if size else 0.0

    def matrix(self, values: Sequence[Hashable]) -> Numbers:
        """The distances of all values (values, values)."""
        holds = membership([self.closure(value) for value in values])
        size = holds.sum(axis=1)
        both = size[:, None] + size
        return numpy.asarray(
            numpy.where(both > 0, 1.0 - 2.0 * (holds @ holds.T) / numpy.where(both > 0, both, 1.0), 0.0)
        )


def tree_distance(parents: Mapping[Any, Any]) -> TreeDistance:
    """The distance of two codes by the tree that `parents` gives: each code's parent, None for the uppermost.

    1 - 2 depth(nearest common ancestor) / (depth(a) + depth(b)), after Wu and Palmer (1994), with an unwritten root of
    depth 0 above the uppermost codes: these have depth 1 and are 1 apart. The depth of a code is the number of codes on
    its line up to the root, so this is the Dice distance of two lines, 1 - 2 |A∩B| / (|A| + |B|); for frozensets of
    codes the same formula is taken over all of the sets' lines. Two empty sets are 0 apart, an empty one is 1 from any
    other. The result goes to `krippendorff_alpha` as `distance`.
    """
    lines: dict[Hashable, frozenset[Hashable]] = {}
    for code in parents:
        line: list[Hashable] = []
        above: Hashable = code
        while above is not None and above not in lines:
            if above in line:
                raise UnusableRatings("The tree has a circle: a code is its own ancestor.")
            if above not in parents:
                raise UnusableRatings("A code's parent is not in the tree. Give every code and its parent.")
            line.append(above)
            above = parents[above]
        known = lines[above] if above is not None else frozenset()
        for member in reversed(line):
            known = known | {member}
            lines[member] = known
    return TreeDistance(lines)


@dataclass(frozen=True)
class HierarchicalScores:
    """Precision, recall and F1 over codes with their ancestors, 0 to 1; None where nothing was coded."""

    precision: float | None
    recall: float | None
    f1: float | None
    n: int


def hierarchical_scores(
    reference: Iterable[Any], predicted: Iterable[Any], distance: TreeDistance
) -> HierarchicalScores:
    """Kiritchenko, Matwin, Nock and Famili (2006): shared codes and ancestors, summed over units.

    `reference` and `predicted` hold a code or a frozenset for each unit; units where either is None are left out.
    """
    shared = wanted = given = units = 0
    for true, guess in zip(reference, predicted, strict=True):
        if true is None or guess is None:
            continue
        one, other = distance.closure(true), distance.closure(guess)
        shared, wanted, given, units = shared + len(one & other), wanted + len(one), given + len(other), units + 1
    return HierarchicalScores(
        precision=shared / given if given else None,
        recall=shared / wanted if wanted else None,
        f1=2 * shared / (given + wanted) if given + wanted else None,
        n=units,
    )
