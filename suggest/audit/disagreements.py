"""Where coders differ on a segment, by how much and why: ready to be discussed and settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from suggest.audit.coefficients import tree_distance
from suggest.audit.material import Frame, Ints, Material, Rater, Small
from suggest.audit.reading import Choice, read_material
from suggest.study.coded import round_codings
from suggest.study.segments import Segment, SegmentReader
from suggest.study.settling import Settlement, settlements
from suggest.study.study import Study

KINDS = ("missed", "other", "near", "range")
"""`missed`: one applied a code and the other nothing in its place; `other`: different codes; `near`: different codes of
one theme; `range`: the same code on other words."""

Range = tuple[int, int]


@dataclass(frozen=True)
class CodeVotes:
    """A code (its column) that was applied by some coders (names) and not by others. `overlap`: where all applied it to
    other words, the share that they have in common of all words that any of them meant; else None."""

    code: int
    applied: tuple[str, ...]
    not_applied: tuple[str, ...]
    overlap: float | None = None


@dataclass(frozen=True)
class Disagreement:
    """One segment. `codes` are the columns that each coder (name) applied; `distance` is the largest of two coders'
    answers in the tree, 0 to 1; `settled` what was agreed on, if anything was. `core`: it is in the blind core.
    `models` has the columns of models that stand beside the coders and are not compared with them."""

    row: int
    segment: Segment
    external: str | None
    codes: Mapping[str, tuple[int, ...]]
    votes: tuple[CodeVotes, ...]
    kinds: tuple[str, ...]
    distance: float
    settled: Settlement | None
    core: bool = False
    models: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class CodePair:
    """How often, over pairs of coders and segments, one applied code `a` where the other applied `b`, or nothing
    (None)."""

    a: int
    b: int | None
    times: int
    distance: float


@dataclass(frozen=True)
class Disagreements:
    """Segments that at least two of the coders answered (`compared`), and those on which they differ. `withheld`: how
    many more two answered, which may not be told."""

    material: Material
    raters: tuple[Rater, ...]
    compared: int
    segments: tuple[Disagreement, ...]
    code_pairs: tuple[CodePair, ...]
    withheld: int = 0

    @property
    def kinds(self) -> dict[str, int]:
        """In how many segments each kind occurs."""
        found = Counter(kind for item in self.segments for kind in item.kinds)
        return {kind: found[kind] for kind in KINDS}


def disagreements(
    study: Study,
    choice: Choice | None = None,
    keep: Callable[[Rater, int], bool] = lambda rater, number: True,
    keep_settled: Callable[[Settlement, str], bool] = lambda settled, round_: True,
    *,
    to_settle: bool = False,
    compare_models: bool = False,
) -> Disagreements:
    """All of them, in the order of the talk: of people's answers as they stand now; with one person alone, or models
    that were asked for, of models' too. `keep` says whether a coder's answer to a segment (its number) may be told,
    `keep_settled` whether what was settled in a round (its id) may. `to_settle`: models stand beside people who are
    compared, and in the blind core only where it is settled, so that nobody settles it by what a model says;
    `compare_models`: they are compared as well."""
    with study.reading():
        material = read_material(study, choice or Choice())
        return _Comparing(study, material, keep, keep_settled, to_settle, compare_models).all()


class _Comparing:
    def __init__(
        self,
        study: Study,
        material: Material,
        keep: Callable[[Rater, int], bool],
        keep_settled: Callable[[Settlement, str], bool],
        to_settle: bool,
        compare_models: bool,
    ) -> None:
        self.study, self.material = study, material
        people = material.people
        alone = len(people) > 1 and not material.named and not compare_models
        self.raters = people if alone else [*people, *material.models]
        self.index = [_now(rater, people) for rater in self.raters]
        self.answered = len(_by_two(self.index))
        round_ = material.round.id
        held = settlements(study, round_)
        self.settled = {number: item for number, item in held.items() if keep_settled(item, round_)}
        self.models = [model for model in material.models if to_settle and model not in self.raters]
        self.beside = [_now(model, people) for model in self.models]
        numbers = material.frame.number.tolist()
        open_core = material.frame.core & ~np.isin(material.frame.number, list(self.settled))
        for rater, index in zip([*self.raters, *self.models], [*self.index, *self.beside], strict=True):
            if to_settle and rater.kind == "model":
                index[open_core] = -1
            for row in np.flatnonzero(index >= 0).tolist():
                if not keep(rater, numbers[row]):
                    index[row] = -1
        parents = {i: int(parent) if parent >= 0 else None for i, parent in enumerate(material.parents.tolist())}
        self.distance = tree_distance(parents)
        self.ranges = [_ranges(study, material, rater) for rater in self.raters]

    def all(self) -> Disagreements:
        rows = _by_two(self.index)
        found, pairs = [], Counter[tuple[int, int | None]]()
        reader = SegmentReader(self.study)
        values = self._values(rows)
        for n in self._candidates(rows, values).tolist():
            item = self._compare(int(rows[n]), [value[n] for value in values], reader, pairs)
            if item is not None:
                found.append(item)
        ranked = [
            CodePair(a, b, times, 1.0 if b is None else self.distance(a, b))
            for (a, b), times in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0][0], pair[0][1] or -1))
        ]
        return Disagreements(
            self.material, tuple(self.raters), len(rows), tuple(found), tuple(ranked), self.answered - len(rows)
        )

    def _values(self, rows: Ints) -> list[Small]:
        found = []
        for rater, index in zip(self.raters, self.index, strict=True):
            value = np.full((len(rows), len(self.material.codes)), -1, dtype=np.int8)
            here = np.flatnonzero(index[rows] >= 0)
            value[here] = rater.values(rows[here], index)
            outside = np.ones(len(self.material.codes), dtype=np.bool_)
            outside[self.material.columns] = False
            value[:, outside] = -1
            found.append(value)
        return found

    def _candidates(self, rows: Ints, values: Sequence[Small]) -> Ints:
        """Rows in which a code was applied by one and not by another, or by two."""
        if not len(rows):
            return rows
        applied = sum((value == 1).astype(np.int16) for value in values)
        refused = sum((value == 0).astype(np.int16) for value in values)
        differ = ((np.asarray(applied) > 0) & (np.asarray(refused) > 0)) | (np.asarray(applied) > 1)
        return np.flatnonzero(differ.any(axis=1))

    def _compare(
        self,
        row: int,
        values: Sequence[Small],
        reader: SegmentReader,
        pairs: Counter[tuple[int, int | None]],
    ) -> Disagreement | None:
        names = [rater.name for rater in self.raters]
        present = [i for i, value in enumerate(values) if (value >= 0).any()]
        given = {i: frozenset(np.flatnonzero(values[i] == 1).tolist()) for i in present}
        kinds: set[str] = set()
        farthest = 0.0
        for i, j in combinations(present, 2):
            both = (values[i] >= 0) & (values[j] >= 0)
            one = frozenset(code for code in given[i] if both[code])
            other = frozenset(code for code in given[j] if both[code])
            farthest = max(farthest, self.distance(one, other))
            kinds |= self._kinds(one - other, other - one, pairs)
        votes = [self._votes(row, code, present, values) for code in sorted(frozenset().union(*given.values()))]
        kept = [vote for vote in votes if vote is not None]
        if any(vote.overlap is not None for vote in kept):
            kinds.add("range")
        if not kinds:
            return None
        segment = reader.number(int(self.material.frame.number[row]))
        assert segment is not None
        return Disagreement(
            row, segment, reader.external(segment), {names[i]: tuple(sorted(given[i])) for i in present}, tuple(kept),
            tuple(kind for kind in KINDS if kind in kinds), farthest, self.settled.get(segment.number),
            bool(self.material.frame.core[row]), self._models(row),
        )  # fmt: skip

    def _models(self, row: int) -> dict[str, tuple[int, ...]]:
        """What models that are not compared applied to a segment."""
        found = {}
        at = np.array([row])
        for model, index in zip(self.models, self.beside, strict=True):
            if index[row] >= 0:
                value = model.values(at, index)[0]
                columns = self.material.columns
                found[model.name] = tuple(column for column in columns.tolist() if value[column] == 1)
        return found

    def _kinds(self, one: frozenset[int], other: frozenset[int], pairs: Counter[tuple[int, int | None]]) -> set[str]:
        found = set()
        if one and other:
            for a in one:
                for b in other:
                    pairs[min(a, b), max(a, b)] += 1
                    found.add("near" if self.distance(a, b) < 1 else "other")
        elif one or other:
            found.add("missed")
            pairs.update((code, None) for code in one | other)
        return found

    def _votes(self, row: int, code: int, present: Sequence[int], values: Sequence[Small]) -> CodeVotes | None:
        yes = [i for i in present if values[i][code] == 1]
        no = tuple(self.raters[i].name for i in present if values[i][code] == 0)
        names = tuple(self.raters[i].name for i in yes)
        meant = [held for i in yes if (held := self.ranges[i].get((row, code)))]
        overlap = _overlap(meant) if len(meant) > 1 else 1.0
        if no or overlap < 1:
            return CodeVotes(code, names, no, overlap if overlap < 1 else None)
        return None


def _by_two(index: Sequence[Ints]) -> Ints:
    """The rows that at least two answered."""
    there = np.stack([one >= 0 for one in index]) if index else np.zeros((0, 0), dtype=np.bool_)
    return np.flatnonzero(there.sum(axis=0) >= 2)


def _now(rater: Rater, people: Sequence[Rater]) -> Ints:
    """The answers as they stand: a person's with what a reveal changed, a model's as the first person met it."""
    if rater.kind == "person":
        return rater.index.copy() if rater.revised is None else np.where(rater.revised >= 0, rater.revised, rater.index)
    found = rater.index.copy()
    for person in reversed(people):
        pinned = rater.answers(person.id)
        found = np.where(pinned >= 0, pinned, found)
    return found


def _ranges(study: Study, material: Material, rater: Rater) -> dict[tuple[int, int], list[Range]]:
    """By row and code, the words that a person meant, within the segment."""
    found: dict[tuple[int, int], list[Range]] = {}
    if rater.kind != "person":
        return found
    frame = material.frame
    place = {code.id: i for i, code in enumerate(material.codes)}
    documents = {document: i for i, document in enumerate(frame.documents)}
    spans = {i: _span(frame, i) for i in documents.values()}
    for coding in round_codings(study, rater.round.id, rater.id):
        code, document = place.get(coding.code), documents.get(coding.document)
        if code is None or document is None:
            continue
        low, high = spans[document]
        first = low + int(np.searchsorted(frame.end[low:high], coding.start, side="right"))
        last = low + int(np.searchsorted(frame.start[low:high], coding.end, side="left"))
        for row in range(first, last):
            start, end = max(coding.start, int(frame.start[row])), min(coding.end, int(frame.end[row]))
            found.setdefault((row, code), []).append((start, end))
    return found


def _span(frame: Frame, document: int) -> Range:
    rows = np.flatnonzero(frame.document == document)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)


def _overlap(meant: Sequence[Sequence[Range]]) -> float:
    """The share of characters that all meant among those that any meant."""
    sets = [{at for start, end in held for at in range(start, end)} for held in meant]
    every = set[int]().union(*sets)
    return len(set.intersection(*sets)) / len(every) if every else 1.0
