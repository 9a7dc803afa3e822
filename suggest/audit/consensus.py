"""What the coders of a round settled, as a coder of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from suggest.audit.material import APART, ARM, CORE, MIXED, NOTHING, SETTLED, SHOWN, UNAIDED, Flags, Ints, Rater
from suggest.audit.patterns import Patterns
from suggest.audit.proposals import Work
from suggest.study.settling import Settlement, settled_answers, settlements

NAME = "consensus"


def consensus_rater(work: Work, raters: Sequence[Rater]) -> list[Rater]:
    """The consensus, if anything was settled in the round. Its answers are `SETTLED` where nobody who agreed had seen
    suggestions when answering, else `SHOWN`, `MIXED` where only some had or it is not known. Models stand beside it as
    they do beside the first of them."""
    held = settlements(work.study, work.round.id)
    at = {number: i for i, number in enumerate(work.frame.number.tolist())}
    found = [(at[number], item) for number, item in held.items() if number in at]
    if not found:
        return []
    size = work.frame.size
    index, exposure = np.full(size, -1, dtype=np.int64), np.full(size, NOTHING, dtype=np.int8)
    patterns = Patterns(work.codes)
    people = {rater.id: rater for rater in raters if rater.kind == "person"}
    for row, item in found:
        index[row] = patterns.add(settled_answers(work.reader, work.round, item))
        classes = {int(people[coder].exposure[row]) for coder in item.coders if coder in people} - {NOTHING}
        unseen = bool(classes) and classes <= {APART, CORE, ARM, UNAIDED}
        exposure[row] = SETTLED if unseen else SHOWN if classes == {SHOWN} else MIXED
    name = NAME if all(rater.name != NAME for rater in raters) else f"{NAME} (settled)"
    by = frozenset(coder for _, item in found for coder in item.coders)
    consensus = Rater(NAME, name, NAME, work.round, patterns.matrix(), index, exposure, exposure, by=by)
    for model in raters:
        if model.kind == "model":
            model.beside[NAME], model.later[NAME], listed = _beside(model, found, size)
            model.candidates = {**model.candidates, NAME: listed}
    return [consensus]


def _beside(
    model: Rater, found: Sequence[tuple[int, Settlement]], size: int
) -> tuple[Ints, Flags, dict[int, Mapping[int, int | None]]]:
    index, later = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    listed: dict[int, Mapping[int, int | None]] = {}
    for row, item in found:
        index[row] = model.index[row]
        for coder in item.coders:
            if coder in model.beside and model.beside[coder][row] >= 0:
                index[row], later[row] = model.beside[coder][row], model.later[coder][row]
                listed[row] = model.candidates[coder][row]
                break
    return index, later, listed
