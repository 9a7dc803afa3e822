"""What is audited, as arrays: the segments that can be coded, and for each coder an answer on every code.

Answers repeat, so each coder's different ones are kept once (`patterns`), and each segment names one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from suggest.study.audited_runs import WholeRun
from suggest.study.carry import Answer
from suggest.study.codes import Code
from suggest.study.rounds import Round

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

ANSWERS = tuple(Answer)
"""What the numbers in `patterns` stand for."""

VALUE: Small = np.array(
    [1 if answer is Answer.APPLIED else 0 if answer.negative else -1 for answer in ANSWERS], dtype=np.int8
)
"""By answer: 1 applied, 0 not applied, -1 missing."""

EXPLICIT: Small = np.array(
    [1 if answer is Answer.APPLIED else 0 if answer is Answer.REJECTED else -1 for answer in ANSWERS], dtype=np.int8
)
"""As `VALUE`, but silence is missing, too."""

NOTHING, APART, CORE, ARM, UNAIDED, SHOWN, MIXED, SETTLED = range(8)
"""How an answer came about. `APART`: outside of the review (a model's, or brought in from elsewhere); `CORE`: blind, in
the blind core; `ARM`: blind by this coder's own draw; `UNAIDED`: not drawn blind, and there was nothing to show;
`SHOWN`: with suggestions on screen. `MIXED` are two that cannot be compared. `SETTLED`: agreed on by coders who had not
seen suggestions when they answered; whatever stands beside it is no blind pair."""

EXPOSURES = {CORE: "blind", UNAIDED: "unaided", ARM: "arm", SHOWN: "shown", SETTLED: "settled"}
"""The classes that figures are made for, by the name they have there, the ones to rely on first."""


@dataclass(frozen=True)
class Frame:
    """The segments that can be coded, ascending by number. `ordinal` is the place in the document, `start` and `end`
    the range in it; `document` and
    `speaker` are indexes into the tuples of ids; a speaker is one document's. `block` numbers the blocks of the blind
    core, -1 outside; `weight` is one over the block's chance of being drawn, 1 outside. `opening`: always shown,
    whatever was drawn."""

    number: Ints
    document: Ints
    ordinal: Ints
    speaker: Ints
    start: Ints
    end: Ints
    block: Ints
    weight: Floats
    opening: Flags
    documents: tuple[str, ...]
    labels: tuple[str, ...]
    attributes: tuple[Mapping[str, str], ...]
    speakers: int

    @property
    def size(self) -> int:
        return len(self.number)

    @property
    def core(self) -> Flags:
        return self.block >= 0


@dataclass
class Rater:
    """A coder, a model or the consensus. `index` names a pattern for each segment of the frame, -1 where there is no
    answer; `exposure` and `assigned` are classes as above, `assigned` what was drawn beforehand. For a model, `beside`
    has the index that belongs to a coder (an id): what was pinned when that coder opened a segment; `later` says where
    nothing was, so that the answer is one of a run made since. `candidates`: what a
    model listed beside a coder, fitting or not, by row of the frame and code, with its confidence in millionths;
    `methods`: how that came about. `runs`: the numbers of the runs used, `learned` of those that learned from people.
    `by`: who settled what
    is the consensus. `revised`: a person's answers since a reveal."""

    id: str
    name: str
    kind: str
    round: Round
    patterns: npt.NDArray[np.uint8]
    index: Ints
    exposure: Small
    assigned: Small = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    beside: dict[str, Ints] = field(default_factory=dict)
    later: dict[str, Flags] = field(default_factory=dict)
    candidates: Mapping[str, Mapping[int, Mapping[int, int | None]]] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()
    runs: tuple[int, ...] = ()
    learned: tuple[int, ...] = ()
    revised: Ints | None = None
    by: frozenset[str] = frozenset()

    def answers(self, other: str | None = None) -> Ints:
        """The index that counts beside another coder (an id)."""
        return self.beside.get(other, self.index) if other is not None else self.index

    def values(self, rows: Ints, index: Ints | None = None, lookup: Small = VALUE) -> Small:
        """(rows x codes) 1, 0 or -1 for these places in the frame, all of which have an answer."""
        chosen: Small = lookup[self.patterns[(self.index if index is None else index)[rows]]]
        return chosen


@dataclass(frozen=True)
class ScoredRun:
    """A run about the whole tree, and its answers as those of a rater of the kind "run". Where it can have learned from
    the round's blind core it has none there."""

    run: WholeRun
    rater: Rater

    @property
    def number(self) -> int:
        return self.run.number


@dataclass(frozen=True)
class AnsweredTwice:
    """A person's first and second answers as those of two raters, whose exposure is that of the first answer (`SHOWN`,
    or `UNAIDED` where no suggestion was on screen). `came_back`: how many segments did, answered or not."""

    person: Rater
    came_back: int
    first: Rater
    second: Rater


@dataclass(frozen=True)
class Material:
    """Everything that an audit of one round counts. `codes` are today's, in the order of the tree; `columns` those that
    were asked for, `named` that coders were; `depth` of a theme is 1; `parents` by column, -1 for a theme's. `compared`
    are the runs to compare; `standing` has for a model (an id) the run that says how often codes occur. `twice` are the
    second answers that may be told, `not_looked` the names of those who have to see theirs first."""

    title: str
    round: Round
    rounds: tuple[str, ...]
    frame: Frame
    codes: Sequence[Code]
    columns: Ints
    depth: Ints
    parents: Ints
    raters: Sequence[Rater]
    tree_version: int
    completed_under: Mapping[int, int]
    notes: Sequence[str]
    named: bool
    compared: Sequence[ScoredRun] = ()
    standing: Mapping[str, ScoredRun] = field(default_factory=dict)
    twice: Sequence[AnsweredTwice] = ()
    not_looked: Sequence[str] = ()

    @property
    def people(self) -> list[Rater]:
        return [rater for rater in self.raters if rater.kind == "person"]

    @property
    def consensus(self) -> Rater | None:
        """What the coders settled, as a coder of its own."""
        return next((rater for rater in self.raters if rater.kind == "consensus"), None)

    @property
    def models(self) -> list[Rater]:
        return [rater for rater in self.raters if rater.kind == "model"]

    def segment(self, row: int) -> str:
        """The id of the segment in a row of the frame."""
        return f"{self.frame.documents[int(self.frame.document[row])]}.{int(self.frame.ordinal[row])}"

    def rater(self, id_: str) -> Rater:
        return next(rater for rater in self.raters if rater.id == id_)


def joint(one: Small, other: Small) -> Small:
    """The exposure class of two answers to one segment; `NOTHING` where one is absent, `MIXED` where they do not go
    together. Two from outside the review are blind towards one another."""
    found = np.where(one == other, one, np.where(one == APART, other, np.where(other == APART, one, MIXED)))
    found = np.where((one == APART) & (other == APART), CORE, found)
    found = np.where((one == SETTLED) | (other == SETTLED), SETTLED, found)
    kept: Small = np.where((one == NOTHING) | (other == NOTHING), NOTHING, found).astype(np.int8)
    return kept
