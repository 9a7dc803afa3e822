"""From a study to the arrays of an audit: which round, which coders, which of their answers count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suggest.audit.consensus import consensus_rater
from suggest.audit.material import (
    APART,
    ARM,
    CORE,
    SHOWN,
    UNAIDED,
    VALUE,
    AnsweredTwice,
    Flags,
    Frame,
    Ints,
    Material,
    Rater,
    Small,
)
from suggest.audit.patterns import Patterns
from suggest.audit.proposals import Work, model_rater
from suggest.audit.scored import Runs, chosen_runs
from suggest.audit.stability import twice
from suggest.errors import BadInput
from suggest.study.again import answered_twice, has_looked
from suggest.study.answers import AnswerReader
from suggest.study.audited import (
    Worked,
    core_blocks,
    decided_in_bulk,
    openings,
    places,
    views_completed,
    worked,
    workers,
)
from suggest.study.carry import Answer
from suggest.study.catalogue import catalogue
from suggest.study.codes import Code, find_code, load_tree, read_codes, tree_version
from suggest.study.committed import CommittedReader
from suggest.study.people import coders
from suggest.study.rounds import Round, find_round, rounds
from suggest.study.sets import SegmentSet, read_set
from suggest.study.study import Study
from suggest.study.tree import CodeTree

MILLION = 1_000_000


@dataclass(frozen=True)
class Choice:
    """What to audit: a round by name or id (None: the newest in which anybody coded), coders by name or id (none: all),
    a branch of the tree by code (None: all of it); runs to compare, by number or by their model's name. `reader` (a
    name or id) is who reads it: what is told to a coder first is told to others when that coder has looked."""

    round: str | None = None
    coders: Sequence[str] = ()
    branch: str | None = None
    compare: Sequence[str] = ()
    every_run: bool = False
    reader: str | None = None


def read_material(study: Study, choice: Choice) -> Material:
    """Everything that an audit counts, read in one moment. BadInput for a round, coder or code that is not there."""
    with study.reading():
        return _Reading(study, choice).material()


class _Reading:
    def __init__(self, study: Study, choice: Choice) -> None:
        self.study, self.choice = study, choice
        self.reader = CommittedReader(study)
        self.tree = load_tree(study)
        self.codes = read_codes(study, self.tree)
        self.known = {coder.id: coder for coder in coders(study)}
        self.round, self.others = audited_rounds(study, choice.round)
        self.frame = _frame(study, self.round)
        self.at = {number: i for i, number in enumerate(self.frame.number.tolist())}
        self.notes: list[str] = []
        self.worked: dict[str, dict[int, Worked]] = {}

    def material(self) -> Material:
        people = [self._person(self.round, coder) for coder in workers(self.study, self.round.id)]
        people += self._brought_in({rater.id for rater in people})
        work = Work(self.study, self.reader, self.codes, self.frame, self.round, people, self.worked)
        models = [model_rater(work, coder) for coder in self.known.values() if coder.type == "model"]
        found = [*people, *(model for model in models if model is not None)]
        raters = self._chosen([*found, *consensus_rater(work, found)])
        if labelled := [rater.name for rater in raters if rater.kind == "person" and _only_labelled(rater, self.frame)]:
            self.notes.append(
                f"{', '.join(labelled)}: brought in from elsewhere, and every segment that counts as read bears a "
                "code. If it was imported without --coverage, what a coder read and left without a code is missing, "
                "and agreement is too high."
            )
        columns, depth, parents = self._columns()
        runs = Runs(work)
        standing = {rater.id: runs.of_model(rater.id) for rater in raters if rater.kind == "model"}
        return Material(
            self.study.title, self.round, tuple(item.name for item in rounds(self.study) if not item.second),
            self.frame, self.codes,
            columns, depth, parents, raters, tree_version(self.study), views_completed(self.study, self.round.id),
            self.notes, bool(self.choice.coders),
            tuple(runs.all()) if self.choice.every_run else chosen_runs(runs, self.choice.compare),
            {model: run for model, run in standing.items() if run is not None}, *self._twice(raters),
        )  # fmt: skip

    def _twice(self, raters: list[Rater]) -> tuple[list[AnsweredTwice], list[str]]:
        """The second answers of the people that are audited, and who has not looked at theirs and is not the reader."""
        people = {rater.id: rater for rater in raters if rater.kind == "person"}
        told, waiting = [], []
        for given in answered_twice(self.study, self.round):
            if (person := people.get(given.coder)) is None or not given.answered:
                continue
            known = self.choice.reader in (person.id, person.name)
            if known or has_looked(self.study, self.round, person.id):
                told.append(twice(person, self.codes, self.at, self.frame.size, given))
            else:
                waiting.append(person.name)
        return told, waiting

    def _columns(self) -> tuple[Ints, Ints, Ints]:
        place = {code.id: i for i, code in enumerate(self.codes)}
        chosen = list(range(len(self.codes)))
        if self.choice.branch is not None:
            root = find_code(self.codes, self.choice.branch).id
            below = {root}
            for code in self.codes:  # a parent comes before what lies under it
                if _parent(self.tree, code) in below:
                    below.add(code.id)
            chosen = [i for i, code in enumerate(self.codes) if code.id in below]
        parents = [_parent(self.tree, code) for code in self.codes]
        depth: list[int] = []
        for parent in parents:
            depth.append(1 if parent is None else depth[place[parent]] + 1)
        above = [-1 if parent is None else place[parent] for parent in parents]
        return np.array(chosen, dtype=np.int64), np.array(depth, dtype=np.int64), np.array(above, dtype=np.int64)

    def _chosen(self, raters: list[Rater]) -> list[Rater]:
        if not self.choice.coders:
            return raters
        found = []
        for name in dict.fromkeys(name.strip() for name in self.choice.coders if name.strip()):
            rater = next((rater for rater in raters if name in (rater.name, rater.id)), None)
            if rater is None:
                there = ", ".join(rater.name for rater in raters) or "nobody yet"
                known = any(name in (coder.name, coder.id) for coder in self.known.values())
                what = "has no answers in this round." if known else "no coder is called so."
                raise BadInput(what, place=name, advice=f"In round {self.round.name} there are: {there}.")
            found.append(rater)
        return found

    def _brought_in(self, present: set[str]) -> list[Rater]:
        """Coders of imported rounds, who stand beside those of the round that is audited where none was named."""
        found: list[Rater] = []
        for item in self.others:
            for coder in workers(self.study, item.id):
                name = self.known[coder].name
                if coder in present:
                    self.notes.append(
                        f"{name} coded in round {item.name}, too. That is left out here: --round {item.name} audits it."
                    )
                    continue
                present.add(coder)
                found.append(self._person(item, coder))
        return found

    def _person(self, round_: Round, coder: str) -> Rater:
        size = self.frame.size
        index, exposure = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int8)
        patterns = Patterns(self.codes)
        met = {unit.number: unit for unit in worked(self.study, round_.id, coder)}
        self.worked[coder] = met
        arm = read_set(self.study, f"arm:{round_.id}:{coder}")
        drawn = self._assigned(arm) if round_ is self.round else np.full(size, APART, dtype=np.int8)
        bulk = decided_in_bulk(self.study, round_.id, coder)
        for first, last in self.reader.documents():
            for number, facts in self.reader.facts(round_.id, coder, first, last, shown=False).items():
                at = self.at.get(number)
                if at is None or facts.completed is None:
                    continue
                answers = self.reader.answers(facts)
                if number in bulk:
                    # Decided in bulk, unread: no measure of agreement counts it.
                    answers = answers | {code: Answer.BULK for code in bulk[number] if code in answers}
                index[at] = patterns.add(answers)
                exposure[at] = _exposure(round_, int(drawn[at]), met.get(number))
        rater = Rater(coder, self.known[coder].name, "person", round_, patterns.matrix(), index, exposure, drawn)
        if any(unit.revealed for unit in met.values()):
            rater.revised = self._revised(round_, coder, rater, patterns)
            rater.patterns = patterns.matrix()
        return rater

    def _revised(self, round_: Round, coder: str, rater: Rater, patterns: Patterns) -> Ints:
        """The answers as they stand now, where a reveal came after a blind one; -1 elsewhere."""
        now = AnswerReader(self.study)
        found = np.full(self.frame.size, -1, dtype=np.int64)
        revealed = {unit.number for unit in self.worked[coder].values() if unit.revealed and unit.completed}
        for first, last in now.documents():
            if not any(first <= number <= last for number in revealed):
                continue
            for number, facts in now.facts(round_.id, coder, first, last, shown=False).items():
                at = self.at.get(number)
                if at is not None and number in revealed and rater.exposure[at] in (CORE, ARM):
                    found[at] = patterns.add(now.answers(facts))
        return found

    def _assigned(self, arm: SegmentSet) -> Small:
        drawn = np.full(self.frame.size, SHOWN, dtype=np.int8)
        for number in arm:
            if number in self.at:
                drawn[self.at[number]] = ARM
        drawn[self.frame.core] = CORE
        return drawn


def _only_labelled(rater: Rater, frame: Frame) -> bool:
    """Whether the coder's answers came from elsewhere, all with a code, while in the same documents others are missing:
    so it is where only labelled segments could count as read."""
    there = rater.index >= 0
    if not there.any() or not (rater.exposure[there] == APART).all():
        return False
    applied = (VALUE[rater.patterns] == 1).any(axis=1)
    unread = ~there & np.isin(frame.document, frame.document[there])
    return bool(applied[rater.index[there]].all() and unread.any())


def _exposure(round_: Round, drawn: int, unit: Worked | None) -> int:
    """How an answer really came about. What was drawn blind but was on screen before counts as shown."""
    actual = unit.actual if unit is not None else None
    if round_.purpose == "imported":
        return SHOWN if actual in ("shown", "blind_then_shown") else APART
    if drawn in (CORE, ARM):
        spoiled = actual == "shown" or (unit is not None and unit.seen)
        return SHOWN if spoiled else drawn
    return SHOWN if actual in ("shown", "blind_then_shown") else UNAIDED


def _parent(tree: CodeTree, code: Code) -> str | None:
    """The live code above a code: where a theme went out of use, the one above that."""
    above = code.parent
    while above is not None and tree.codes[above].state != "live":
        above = tree.codes[above].parent
    return above


def audited_rounds(study: Study, wanted: str | None) -> tuple[Round, list[Round]]:
    """The round to audit, and the imported ones whose coders stand beside it."""
    known = [item for item in rounds(study) if not item.second]
    if wanted is not None:
        found = find_round(study, wanted)
        if found.second:
            raise BadInput(
                "holds second answers, which no figure of agreement counts.",
                place=wanted,
                advice="The audit of the round that they came back from tells how stable its coders are.",
            )
        return found, []
    coded = [item for item in known if workers(study, item.id)]
    own = [item for item in coded if item.purpose != "imported"]
    if own:
        return own[-1], [item for item in coded if item.purpose == "imported"]
    return (coded or known)[-1], []


def _frame(study: Study, round_: Round) -> Frame:
    found = places(study)
    listed = catalogue(study)
    number = np.array([place.number for place in found], dtype=np.int64)
    documents = {item.id: i for i, item in enumerate(listed)}
    speakers: dict[tuple[str, int], int] = {}
    speaker = [
        -1 if place.speaker is None else speakers.setdefault((place.document, place.speaker), len(speakers))
        for place in found
    ]
    block, weight = np.full(len(found), -1, dtype=np.int64), np.ones(len(found))
    for i, item in enumerate(core_blocks(study, round_.id)):
        low, high = np.searchsorted(number, (item.first, item.last + 1))
        block[low:high] = i
        weight[low:high] = MILLION / max(item.probability, 1)
    opening: Flags = np.zeros(len(found), dtype=np.bool_)
    for first, last in openings(study, round_.id):
        low, high = np.searchsorted(number, (first, last + 1))
        opening[low:high] = True
    return Frame(
        number, np.array([documents[place.document] for place in found], dtype=np.int64),
        np.array([place.ordinal for place in found], dtype=np.int64), np.array(speaker, dtype=np.int64),
        np.array([place.start for place in found], dtype=np.int64),
        np.array([place.end for place in found], dtype=np.int64), block, weight,
        opening, tuple(item.id for item in listed),
        tuple(item.label for item in listed), tuple(item.attributes for item in listed), len(speakers),
    )  # fmt: skip
