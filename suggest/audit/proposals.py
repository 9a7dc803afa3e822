"""A model as one more coder: which of its stored answers belongs beside which coder's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.material import APART, NOTHING, Flags, Frame, Ints, Rater
from suggest.audit.patterns import Patterns
from suggest.study.answers import AnswerReader
from suggest.study.audited import Proposed, ProposedReader, Worked
from suggest.study.carry import Answer
from suggest.study.codes import Code
from suggest.study.people import Coder
from suggest.study.rounds import Round
from suggest.study.study import Study


@dataclass(frozen=True)
class Work:
    """What the people of an audit did: `worked` has each one's units by segment number."""

    study: Study
    reader: AnswerReader
    codes: Sequence[Code]
    frame: Frame
    round: Round
    people: Sequence[Rater]
    worked: Mapping[str, Mapping[int, Worked]]


def model_rater(work: Work, model: Coder) -> Rater | None:
    """A model's answers: beside each coder what was pinned when that coder opened a segment, and where nothing of this
    model was, its newest run; in the blind core only one that cannot have learned from it. None if there are none."""
    return _Proposals(work, model).rater()


class _Proposals:
    def __init__(self, work: Work, model: Coder) -> None:
        self.work, self.model = work, model
        frame = work.frame
        self.reader = ProposedReader(work.study, model.id, work.reader)
        newest = self.reader.newest()
        unlearned = self.reader.newest(only=self.reader.unlearned(work.round.id))
        self.standing = [
            (unlearned if core else newest).get(number)
            for number, core in zip(frame.number.tolist(), frame.core.tolist(), strict=True)
        ]
        pins = {hash_ for met in work.worked.values() for unit in met.values() for hash_ in unit.sets or ()}
        self.proposed = self.reader.read(pins | {hash_ for hash_ in self.standing if hash_ is not None})
        self.patterns = Patterns(work.codes)
        self.place = {code.id: i for i, code in enumerate(work.codes)}
        self.candidates: dict[tuple[str, ...], dict[int, int | None]] = {}
        self.merged: dict[tuple[str, ...], dict[str, Answer]] = {}

    def rater(self) -> Rater | None:
        size = self.work.frame.size
        alone = np.full(size, -1, dtype=np.int64)
        nobody: dict[int, dict[int, int | None]] = {}
        for at, hash_ in enumerate(self.standing):
            if hash_ is not None:
                nobody[at] = self._put(alone, at, (hash_,))
        candidates: dict[str, dict[int, dict[int, int | None]]] = {}
        beside: dict[str, Ints] = {}
        later: dict[str, Flags] = {}
        used: set[str] = set()
        for person in self.work.people:
            candidates[person.id] = {}
            beside[person.id], later[person.id], runs = self._beside(person, alone, nobody, candidates[person.id])
            used |= runs
        if not any((index >= 0).any() for index in (alone, *beside.values())):
            return None
        numbers, learned = self.reader.run_numbers(), self.reader.run_numbers(learned=True)
        return Rater(
            self.model.id, self.model.name, "model", self.work.round, self.patterns.matrix(), alone,
            np.where(alone >= 0, APART, NOTHING).astype(np.int8), np.full(size, APART, dtype=np.int8), beside, later,
            candidates, frozenset[str]().union(*(item.methods for item in self.proposed.values() if item.run in used)),
            tuple(sorted(numbers[run] for run in used)),
            tuple(sorted(learned[run] for run in used & learned.keys())),
        )  # fmt: skip

    def _beside(
        self,
        person: Rater,
        alone: Ints,
        nobody: Mapping[int, dict[int, int | None]],
        candidates: dict[int, dict[int, int | None]],
    ) -> tuple[Ints, Flags, set[str]]:
        """The answers that belong beside a person's, where they are of a later run, and the runs."""
        size = self.work.frame.size
        index, after = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.bool_)
        met, runs = self.work.worked[person.id], set[str]()
        for at in np.flatnonzero(person.index >= 0).tolist():
            unit = met.get(int(self.work.frame.number[at]))
            pinned = [hash_ for hash_ in (unit.sets if unit and unit.sets else ()) if hash_ in self.proposed]
            if pinned:
                candidates[at] = self._put(index, at, pinned)
            elif alone[at] >= 0:
                index[at], after[at], candidates[at] = alone[at], True, nobody[at]
                pinned = [str(self.standing[at])]
            runs.update(self.proposed[hash_].run for hash_ in pinned)
        return index, after, runs

    def _put(self, index: Ints, at: int, hashes: Sequence[str]) -> dict[int, int | None]:
        """Put the answer of these sets in its place; the codes they list, with their confidence."""
        key = tuple(hashes)
        if key not in self.merged:
            sets = [self.proposed[hash_] for hash_ in hashes]
            self.merged[key] = _merged(sets)
            self.candidates[key] = {
                self.place[code]: confidence for code, confidence in _listed(sets).items() if code in self.place
            }
        index[at] = self.patterns.add(self.merged[key])
        return self.candidates[key]


def _merged(sets: Sequence[Proposed]) -> dict[str, Answer]:
    """What a model says in several sets of one segment: a run about a few codes speaks for these."""
    found = dict(sets[0].answers)
    for item in sets[1:]:
        found.update(_asked(item))
    return found


def _listed(sets: Sequence[Proposed]) -> dict[str, int | None]:
    """The codes that a model lists in them, each by the last set that was about it."""
    found = dict(sets[0].candidates)
    for item in sets[1:]:
        asked = _asked(item)
        found = {code: confidence for code, confidence in found.items() if code not in asked} | item.candidates
    return found


def _asked(item: Proposed) -> dict[str, Answer]:
    """The answers on what was asked about."""
    return {code: answer for code, answer in item.answers.items() if answer is not Answer.NOT_IN_SCOPE}
