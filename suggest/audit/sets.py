"""Whole answers compared: the set of codes that each coder gave a segment, at each level of the tree and by how far
codes lie from one another in it."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from suggest.audit.coefficients.alpha import alpha_by_document
from suggest.audit.coefficients.distances import Distance
from suggest.audit.coefficients.ratings import Ratings
from suggest.audit.coefficients.tree import tree_distance
from suggest.audit.figures import NO_VARIATION, Figure, no_figure, with_interval
from suggest.audit.material import VALUE, Floats, Ints, Material, Small
from suggest.errors import BadInput
from suggest.study.codes import find_code

MOST_SETS = 3_000
"""So many different answers are compared with one another at most: their distances are a square table."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The sets of several coders: `ratings` (segments x coders) name sets of code columns; -1 where there is no
    answer."""

    ratings: Ratings

    def rolled(self, above: Mapping[int, int]) -> Answers:
        """The same, each code replaced by what stands for it."""
        sets = [frozenset(above[code] for code in held) for held in _sets(self.ratings)]
        place: dict[frozenset[int], int] = {}
        moved = np.array([place.setdefault(held, len(place)) for held in sets] + [-1], dtype=np.int32)
        held = self.ratings
        return Answers(Ratings(moved[held.codes], tuple(place), held.documents, held.names))

    def alpha(self, distance: Distance) -> Figure:
        """Krippendorff's alpha with its interval."""
        if not self.ratings.paired:
            return no_figure("no segment has two answers")
        if len(self.ratings.values) > MOST_SETS:
            return no_figure(f"more than {MOST_SETS} different answers")
        if not self.ratings.varied:
            return no_figure(NO_VARIATION)
        parts = alpha_by_document(self.ratings, distance)
        value = parts.value()
        if value is None:
            return no_figure(NO_VARIATION)
        used = parts.units > 0
        without = parts.evaluate(parts.sums.sum(axis=0) - parts.sums[used])
        return with_interval(value, without, int(used.sum()))


def _sets(ratings: Ratings) -> list[frozenset[int]]:
    return [held for held in ratings.values if isinstance(held, frozenset)]


def answer_sets(values: Sequence[Small], documents: Ints) -> Answers:
    """The codes that each coder applied, of those that all who answered the segment had to answer.

    `values` as in `counting`: segments x codes for each coder; `documents` (segments,) in ascending order.
    """
    present = [np.asarray((value >= 0).any(axis=1)) for value in values]
    common = np.ones(values[0].shape, dtype=np.bool_)
    for value, there in zip(values, present, strict=True):
        common &= (value >= 0) | ~there[:, None]
    usable = np.asarray(common.any(axis=1))
    packed = [np.packbits((value == 1) & common, axis=1) for value in values]
    width = packed[0].shape[1]
    stacked = np.ascontiguousarray(np.concatenate(packed)) if width else np.zeros((0, 1), dtype=np.uint8)
    if not len(stacked):
        return Answers(Ratings.of_codes(np.zeros((0, len(values)), dtype=np.int32), []))
    first, which = _different(stacked)
    rows = np.unpackbits(stacked[first], axis=1)
    sets = [frozenset(np.flatnonzero(row).tolist()) for row in rows]
    codes = which.reshape(len(values), -1).T.astype(np.int32)
    codes = np.where(np.stack(present, axis=1) & usable[:, None], codes, -1)
    return Answers(Ratings.of_codes(codes, sets, documents))


def _different(rows: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Where each different row first stands, and which of these each row is."""
    wide = np.zeros((len(rows), -(-rows.shape[1] // 8) * 8), dtype=np.uint8)
    wide[:, : rows.shape[1]] = rows
    columns = wide.view(np.uint64)
    first, which = np.zeros(1, dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for column in columns.T:  # eight bytes at a time: sorting numbers is quick, sorting rows is not
        kinds, of_column = np.unique(column, return_inverse=True)
        _, first, which = np.unique(which * len(kinds) + of_column, return_index=True, return_inverse=True)
    return first, which


@dataclass(frozen=True, eq=False)
class MatrixDistance:
    """A distance of codes that was given from outside, and of sets of them: from each code of both sets to the nearest
    of the other, on average. Two empty sets are 0 apart, an empty one is 1 from any other. For one code each it is the
    distance of the codes."""

    distances: Floats

    def __call__(self, a: Any, b: Any) -> float:
        return float(self.matrix([a, b])[0, 1])

    def matrix(self, values: Sequence[Hashable]) -> Floats:
        sets = [sorted(held) for held in values if isinstance(held, frozenset)]
        size = len(self.distances)
        holds = np.zeros((len(sets), size))
        nearest = np.ones((size, len(sets)))
        for row, held in enumerate(sets):
            holds[row, held] = 1.0
            if held:
                nearest[:, row] = self.distances[:, held].min(axis=1)
        way = holds @ nearest
        sizes = holds.sum(axis=1)
        both = sizes[:, None] + sizes
        return np.asarray(np.where(both > 0, (way + way.T) / np.where(both > 0, both, 1.0), 0.0))


@dataclass(frozen=True, eq=False)
class Measures:
    """How far codes (by column) are apart: `tree` in the study's tree or by a file, `name` says which; `levels` give
    for each depth what stands for each code there."""

    tree: Distance
    name: str
    levels: Mapping[int, Mapping[int, int]]


def measures(material: Material, file: Path | None = None) -> Measures:
    """The distances for the columns of the material. BadInput for a file that cannot be taken."""
    columns = material.columns.tolist()
    place = {code: i for i, code in enumerate(columns)}
    lines = {i: _line(material.parents, code) for i, code in enumerate(columns)}
    deepest = max((len(line) for line in lines.values()), default=0)
    # Codes above a branch have no column: they get numbers of their own below zero.
    levels = {
        depth: {i: place.get(line[min(depth, len(line)) - 1], -1 - line[min(depth, len(line)) - 1])
                for i, line in lines.items()}
        for depth in range(1, deepest + 1)
    }  # fmt: skip
    if file is not None:
        return Measures(MatrixDistance(read_distances(material, file)), f"the distances in {file.name}", levels)
    parents: dict[int, int | None] = {}
    for line in lines.values():
        named = [place.get(code, -1 - code) for code in line]
        parents.update(zip(named, [None, *named], strict=False))
    return Measures(tree_distance(parents), "the study's own tree", levels)


def _line(parents: Ints, code: int) -> list[int]:
    way = [code]
    while parents[way[-1]] >= 0:
        way.append(int(parents[way[-1]]))
    return way[::-1]


def read_distances(material: Material, file: Path) -> Floats:
    """A table of distances between codes, 0 to 1 (columns x columns): a CSV whose first row and first column name
    codes.

    Where it is not the same both ways the mean stands. BadInput for a table that is not square, for other numbers, and
    for codes that are not there. A code that it does not name is 1 from all others; BadInput if anybody applied it.
    """
    rows = _rows(file)
    head = [name.strip() for name in rows[0][1:]]
    codes = [material.codes[column] for column in material.columns.tolist()]
    found = [_code(file, codes, name) for name in head]
    if len(set(found)) != len(found):
        raise BadInput("a code is named twice in the first row.", file=file.name, place="row 1")
    if len(rows) != len(head) + 1:
        raise BadInput(f"{len(head)} columns and {len(rows) - 1} rows; the table must be square.", file=file.name)
    table = np.ones((len(codes), len(codes)))
    np.fill_diagonal(table, 0.0)
    for n, row in enumerate(rows[1:], 2):
        if len(row) != len(head) + 1 or row[0].strip() not in head:
            raise BadInput("the row does not fit the first one.", file=file.name, place=f"row {n}")
        at = found[head.index(row[0].strip())]
        table[at, found] = [_number(file, n, cell) for cell in row[1:]]
    if np.diag(table).any():
        raise BadInput("the distance from a code to itself must be 0.", file=file.name)
    named = np.zeros(len(codes), dtype=np.bool_)
    named[found] = True
    _check_applied(material, file, named)
    # Alpha takes every pair both ways round, so that a table which differs by direction counts by its mean.
    return np.asarray((table + table.T) / 2)


def _rows(file: Path) -> list[list[str]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as source:
            rows = [row for row in csv.reader(source) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a CSV file in UTF-8"
        raise BadInput(f"cannot be read: {reason}.", file=file.name) from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise BadInput("holds no table of distances.", file=file.name, advice="Name codes in its first row and column.")
    return rows


def _code(file: Path, codes: Sequence[Any], name: str) -> int:
    try:
        wanted = find_code(codes, name)
    except BadInput as error:
        raise BadInput(error.what, file=file.name, place=f"row 1, {name}", advice=error.advice) from None
    return next(i for i, code in enumerate(codes) if code.id == wanted.id)


def _number(file: Path, row: int, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BadInput("a distance is a number from 0 to 1.", file=file.name, place=f"row {row}")
    return value


def _check_applied(material: Material, file: Path, named: Any) -> None:
    """Every code that anybody applied needs distances."""
    for rater in material.raters:
        applied = (VALUE[rater.patterns[:, material.columns]] == 1).any(axis=0)
        for column in np.flatnonzero(applied & ~named).tolist():
            code = material.codes[int(material.columns[column])]
            raise BadInput(
                "the table says nothing of a code that was applied.", file=file.name, place=code.path_text,
                advice="Add it, or audit a part of the tree with --branch.",
            )  # fmt: skip
