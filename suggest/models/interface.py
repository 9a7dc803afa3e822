"""What the engine asks of a model and what a model answers: plain frozen values and one protocol.

Apart from the models themselves so that every room may import it without loading one.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from suggest.models.hashes import digest
from suggest.models.other_language import OtherLanguage

Scalar: TypeAlias = str | int | bool | None
Verdict = Literal["accepted", "rejected", "added", "no_code"]
EvidenceState = Literal["exact", "tolerant", "not_found", "none"]
ConfidenceMethod = Literal["none", "rank", "probability", "agreement", "verbal"]
"""How a confidence came about: not given; a model's own score, of which only the order means anything; a probability
of tokens or of a typed answer; the share of repeated samples that agree; stated by a chat model in words."""

ModelKind = Literal["lexical", "embedded", "chat", "decisions", "batch"]
Capability = Literal["evidence", "rationale", "learns", "json_schema", "probabilities", "seed"]

MILLION = 1_000_000
"""Confidences and thresholds are integers in millionths, since the log holds no floats."""


@dataclass(frozen=True, slots=True)
class OfferedCode:
    """A code as it is put before a model. `path` names it from the root, its own name last."""

    id: str
    name: str
    path: tuple[str, ...]
    definition: str
    include: str
    exclude: str
    examples: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A neighbouring segment. `start` is the document offset of its first character; without it, evidence
    cannot be placed in this turn."""

    segment: str
    speaker: str | None
    text: str
    role: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """What was decided about a code on another segment. A model never learns a segment's answer from itself.

    With "no_code" somebody read the segment and gave it none of the codes on offer: `code` is empty, and `but` names
    those of which that says nothing, since they are newer or were redefined.

    What stands around the text (the speaker, the turns before and after, and how far into its document it stands, in
    millionths) is there for models that read it; what is not known is left out.
    """

    segment: str
    text: str
    code: str
    verdict: Verdict
    but: tuple[str, ...] = ()
    document: str = ""
    speaker: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One segment to be coded. `start` is the document offset (code points) of the first character of `text`; `place`
    is how far into its document (an id) the segment stands, in millionths, for models that heed it."""

    segment: str
    text: str
    start: int
    speaker: str | None = None
    before: tuple[Turn, ...] = ()
    after: tuple[Turn, ...] = ()
    sample: int = 0
    document: str = ""
    place: int | None = None
    beside: OtherLanguage | None = None
    """For models that read it; evidence stands in `text` all the same."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One code proposed for one segment.

    `confidence` is in millionths (0 to 1,000,000) or None; `evidence` a half-open range of document offsets;
    `basis` names the segments whose decisions speak for it, so that their words are shown only where the reader
    may see them, and never stand in the rationale; `votes` says how many of how many samples named the code, where
    several were asked for.
    """

    code: str
    fits: bool
    confidence: int | None = None
    confidence_method: ConfidenceMethod = "none"
    evidence: tuple[int, int] | None = None
    evidence_state: EvidenceState = "none"
    rationale: str = ""
    basis: tuple[str, ...] = ()
    votes: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A code that a model would add to the tree: `under` is the code (an id) that it would belong under, None for the
    top. Evidence as in `Candidate`."""

    name: str
    definition: str
    under: str | None
    evidence: tuple[int, int] | None
    evidence_state: EvidenceState
    rationale: str


@dataclass(frozen=True, slots=True)
class Served:
    """What an endpoint said of itself with an answer, None where it said nothing, and how long the call took,
    None where that is not known."""

    model: str | None
    fingerprint: str | None
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The suggestion set for one segment, best candidate first. None of them fitting is an answer too. `offered` are
    the codes (ids) that the model could choose from, None where that were all of its run; `proposed` what it would add
    to the tree, where it was asked for that.

    `context` names the segments whose words the model had before it besides this one's, None where that is what its
    task says. `gathered`: it was made of samples that are on record already, with the tokens that they took.
    """

    segment: str
    candidates: tuple[Candidate, ...]
    task_hash: str
    raw: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    sample: int = 0
    served: Served | None = None
    offered: tuple[str, ...] | None = None
    proposed: tuple[Proposed, ...] = ()
    context: tuple[str, ...] | None = None
    gathered: bool = False

    @property
    def fitting(self) -> tuple[str, ...]:
        """The codes that fit, in order of rank; empty means "no code fits"."""
        return tuple(candidate.code for candidate in self.candidates if candidate.fits)


class FailureKind(StrEnum):
    """Why a segment has no answer. A closed vocabulary: it stands in the log."""

    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    CUT_OFF = "cut_off"
    CONTEXT_OVERFLOW = "context_overflow"
    INVALID_ANSWER = "invalid_answer"
    TRANSPORT = "transport"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """A segment that stays missing, with its reason. `detail` holds no participant's words; `raw` may. `context` as in
    `Answer`."""

    segment: str
    kind: FailureKind
    detail: str
    task_hash: str = ""
    raw: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    sample: int = 0
    served: Served | None = None
    context: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A segment that was not asked about after all: no outcome, and the next call asks it."""

    segment: str
    sample: int = 0


Outcome: TypeAlias = Answer | Failure | LeftOver


class Halted(Exception):
    """A model can give no further outcome, whatever it is asked: its message says why, for the user and in no words of
    a participant. What was asked and has no outcome stays unanswered, and is asked by the next call.

    `ceiling`: what stopped it is the most that the user wanted to spend; `refused`: the study's own rules.
    """

    def __init__(self, why: str, *, ceiling: bool = False, refused: bool = False) -> None:
        self.ceiling, self.refused = ceiling, refused
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Price:
    """Millionths of a US dollar per million tokens. Free is Price(0, 0); an unknown price is None, never 0."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model takes at once. None means without limit (`context_tokens`) or not needed (`host`)."""

    context_tokens: int | None = None
    concurrency: int = 1
    store_every: int = 256
    store_within: float = 1.0
    """How many answers may wait to be stored together, and how many seconds: few and short where each costs money."""


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """A model as a run names it.

    `identity` changes whenever the same task could be answered differently, so it covers what was learned;
    `training` is the SHA-256 of the decisions learned from, empty where there were none; `host` is where text
    goes, None where it stays on this machine; `parameters` are fixed for the run, the threshold among them.
    """

    name: str
    kind: ModelKind
    identity: str
    capabilities: frozenset[Capability] = frozenset()
    price: Price | None = None
    limits: Limits = Limits()
    host: str | None = None
    training: str = ""
    parameters: tuple[tuple[str, Scalar], ...] = ()


class Suggester(Protocol):
    """A model behind the one interface that the engine knows."""

    @property
    def profile(self) -> ModelProfile: ...

    @property
    def codes(self) -> tuple[OfferedCode, ...]:
        """The codes on offer, fixed for the run. An answer may name no other."""
        ...

    def task_hash(self, task: Task) -> str:
        """The identity of the question, for resuming: see `hashes.TaskIdentity`."""
        ...

    def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        """One outcome for each task, or that it was left over, in any order. Tasks are pulled only as fast as they can
        be worked on."""
        ...

    async def aclose(self) -> None:
        """Gives back connections and processes. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Forecast:
    """What questions would come to before any is asked: calls, the answers that these ask for, and tokens in, counted
    by `method`. `most_out` is the most that a single answer can be long."""

    calls: int
    answers: int
    tokens_in: int
    most_out: int
    method: str


@runtime_checkable
class Forecasting(Protocol):
    """A model whose questions cost something."""

    def forecast(self, tasks: Iterable[Task]) -> Forecast:
        """What asking these once would come to."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A model that has something to do before the first question, which goes on in the caller's thread."""

    def prepare(self) -> None:
        """Do it, unless it was done. Raises SecondCoderError where the model cannot be used."""
        ...


def offered_code(
    id: str,
    name: str,
    *,
    path: tuple[str, ...] = (),
    definition: str = "",
    include: str = "",
    exclude: str = "",
    examples: tuple[str, ...] = (),
) -> OfferedCode:
    """A code with its `version`: the SHA-256 (hex) of its wording, the path included. `path` defaults to the name."""
    whole = path or (name,)
    version = digest("code", [name, whole, definition, include, exclude, examples])
    return OfferedCode(id, name, whole, definition, include, exclude, examples, version)
