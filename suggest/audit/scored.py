"""Single runs as raters: each new model, prompt or tree is scored on the answers that people have given already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suggest.audit.material import APART, NOTHING, Rater, ScoredRun
from suggest.audit.patterns import Patterns
from suggest.audit.proposals import Work
from suggest.errors import BadInput
from suggest.study.audited import ProposedReader
from suggest.study.audited_runs import WholeRun, sets_of, whole_runs
from suggest.study.people import coders


class Runs:
    """The runs of a study beside a round. They are read when they are asked for, and once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._names = {coder.id: coder.name for coder in coders(work.study) if coder.type == "model"}
        self.known = whole_runs(work.study, work.round.id)
        self._read: dict[str, ScoredRun] = {}

    def named(self, name: str) -> ScoredRun:
        """A run by its number ("3", "model:embedded#3") or the newest of a model ("model:embedded"). BadInput if there
        is none."""
        head, _, number = name.rpartition("#") if "#" in name else ("", "", name)
        of_model = [run for run in self.known if self._names.get(run.model) in (name, f"model:{name}")]
        if of_model:
            return self.scored(of_model[-1])
        for run in self.known:
            if str(run.number) == number and head in ("", self._names.get(run.model)):
                return self.scored(run)
        there = ", ".join(self.name(run) for run in self.known) or "none yet"
        raise BadInput("there is no run about the whole tree of that name.", place=name, advice=f"There are: {there}.")

    def of_model(self, model: str) -> ScoredRun | None:
        """The run of a model (an id) that answered the most segments and cannot have learned from the core; of equals
        the newest."""
        held = [run for run in self.known if run.model == model and not run.tainted]
        best = max(held, key=lambda run: (run.answered, run.number), default=None)
        return None if best is None else self.scored(best)

    def all(self) -> list[ScoredRun]:
        return [self.scored(run) for run in self.known]

    def name(self, run: WholeRun) -> str:
        return f"{self._names.get(run.model, 'model')}#{run.number}"

    def scored(self, run: WholeRun) -> ScoredRun:
        if run.id not in self._read:
            self._read[run.id] = self._scored(run)
        return self._read[run.id]

    def _scored(self, run: WholeRun) -> ScoredRun:
        work, frame = self._work, self._work.frame
        hashes = sets_of(work.study, run.id)
        proposed = ProposedReader(work.study, run.model, work.reader).read(set(hashes.values()))
        patterns, index = Patterns(work.codes), np.full(frame.size, -1, dtype=np.int64)
        for at, number in enumerate(frame.number.tolist()):
            found = proposed.get(hashes.get(number, ""))
            if found is not None and not (run.tainted and frame.core[at]):
                index[at] = patterns.add(found.answers)
        exposure = np.where(index >= 0, APART, NOTHING).astype(np.int8)
        rater = Rater(
            run.id, self.name(run), "run", work.round, patterns.matrix(), index, exposure,
            np.full(frame.size, APART, dtype=np.int8), runs=(run.number,),
            learned=(run.number,) if run.learned else (),
        )  # fmt: skip
        return ScoredRun(run, rater)


def chosen_runs(runs: Runs, names: Sequence[str]) -> tuple[ScoredRun, ...]:
    """The runs to compare, at least two different ones. BadInput otherwise."""
    wanted = [name.strip() for name in names if name.strip()]
    if not wanted:
        return ()
    found = tuple({item.run.id: item for item in map(runs.named, wanted)}.values())
    if len(found) < 2:
        raise BadInput("one run cannot be compared with itself.", place=",".join(wanted), advice="Name two runs.")
    return found
