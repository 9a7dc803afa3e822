"""Several answers to the same question as one: how many of them named each code, and the best evidence for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from suggest.models.interface import MILLION, Answer, Candidate, Task

MOST_SAMPLES = 50


@dataclass(slots=True)
class _Named:
    """What the samples say of one code: the place at which each named it, and what it was named with."""

    ranks: list[int] = field(default_factory=list)
    said: list[Candidate] = field(default_factory=list)


def agreed(task: Task, samples: Sequence[Answer], task_hash: str) -> Answer:
    """The set that the samples come to: every code that any of them named, those that more named first.

    A code's confidence is the share of samples that named it ("agreement"), and it fits where more than half did. A
    sample that named no code counts as one that named none of them. Evidence and rationale are those of a sample: of
    the words that most samples point to, as the first of these says it.
    """
    named: dict[str, _Named] = {}
    for sample in samples:
        seen: set[str] = set()
        for rank, candidate in enumerate(sample.candidates):
            if candidate.code not in seen:
                seen.add(candidate.code)
                found = named.setdefault(candidate.code, _Named())
                found.ranks.append(rank)
                found.said.append(candidate)
    whole = len(samples)

    def place(code: str) -> tuple[int, float, str]:
        ranks = named[code].ranks
        return -len(ranks), sum(ranks) / len(ranks), code

    candidates = tuple(_of(code, named[code].said, whole) for code in sorted(named, key=place))
    return Answer(task.segment, candidates, task_hash, gathered=True)


def _of(code: str, said: Sequence[Candidate], whole: int) -> Candidate:
    best = _best(said)
    return Candidate(
        code,
        fits=2 * len(said) > whole,
        confidence=round(MILLION * len(said) / whole),
        confidence_method="agreement",
        evidence=best.evidence,
        evidence_state=best.evidence_state,
        rationale=best.rationale,
        votes=(len(said), whole),
    )


def _best(said: Sequence[Candidate]) -> Candidate:
    """One that points to the words to which most point; the first, where none points anywhere."""
    places = Counter(one.evidence for one in said if one.evidence is not None)
    if not places:
        return said[0]
    most = max(places.values())
    return next(one for one in said if one.evidence is not None and places[one.evidence] == most)
