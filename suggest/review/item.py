"""One line of the queue: a segment with the talk around it, what is suggested for it, and one's own codings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from suggest.review.asking import drawn_for_asking
from suggest.review.beside import Beside, beside
from suggest.review.codebook import Codebook
from suggest.review.opening import View, look, sets_for
from suggest.study.again import come_back
from suggest.study.claims import Hold
from suggest.study.rounds import Round
from suggest.study.segments import Segment, SegmentReader
from suggest.study.study import Study
from suggest.study.suggestion_sets import (
    StoredCandidate,
    StoredSet,
    asked_anew,
    current_runs,
    current_sets,
    get_set,
)
from suggest.study.units import has_completed, unit_codings

NEIGHBOURS = 3
MILLION = 1_000_000
NEAREST = 3
"""So many decided segments are cited beside a suggestion that they speak for."""

ELSEWHERE = "another segment"


@dataclass(frozen=True)
class Suggestion:
    """A code proposed for a segment. `confidence` from 0 to 1 or None, come about by `confidence_method`; with
    "agreement" `votes` is (n of K samples), else None. `evidence` in document offsets or None.

    `basis` names, of the segments whose decisions speak for it, those that the reader has completed and no other:
    that somebody coded a segment so is not to be read before one's own answer on it.
    """

    id: str
    code: str
    path: str
    fits: bool
    confidence: float | None
    calibrated: bool
    evidence: tuple[int, int] | None
    rationale: str
    profile: str
    basis: tuple[str, ...] = ()
    confidence_method: str = "none"
    votes: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """As `queue` and `decide` print it."""
        evidence = None if self.evidence is None else list(self.evidence)
        votes = None if self.votes is None else list(self.votes)
        return {**self.__dict__, "evidence": evidence, "basis": list(self.basis), "votes": votes}


@dataclass(frozen=True)
class Mine:
    """One of the coder's own codings that stand; the range in document offsets."""

    code: str
    path: str
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """As `queue` prints it."""
        return {"code": self.code, "path": self.path, "range": [self.start, self.end]}


@dataclass(frozen=True)
class QueueLine:
    """What the screen shows of a segment. `hashes` names the current suggestion sets, also while they are withheld.

    `asks`: "anything missing?" is asked of the segment in any case. `held` names the colleagues who have taken it,
    where `Reviewer.open` could not claim it.
    """

    segment: Segment
    external: str | None
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    round: Round
    view: View
    hashes: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    mine: tuple[Mine, ...]
    asks: bool = False
    held: tuple[Hold, ...] = ()
    beside: Beside | None = None
    """What stands beside the segment in another language."""

    @property
    def set(self) -> str | None:
        """The hash of what is on screen; None if nothing is, or nothing may be."""
        return shown_hash(self.hashes) if self.view.visible else None

    def to_json(self) -> dict[str, Any]:
        """The object that `queue` prints."""
        segment = self.segment
        return {
            "segment": segment.id,
            "external": self.external,
            "cite": segment.cite,
            "document": segment.label,
            "speaker": segment.speaker,
            "role": segment.role,
            "start": segment.start,
            "text": segment.text,
            "before": [_neighbour(other) for other in self.before],
            "after": [_neighbour(other) for other in self.after],
            "round": self.round.name,
            "exposure": self.view.exposure,
            "set": self.set,
            "suggestions": [suggestion.to_json() for suggestion in self.suggestions],
            "mine": [coding.to_json() for coding in self.mine],
            "end": segment.end,
            "completed": self.view.unit.completed,
            "no_code": self.view.unit.state.no_code,
            "flagged": self.view.unit.state.flagged,
            "asks": self.asks,
            "beside": None if self.beside is None else self.beside.to_json(),
            "again": self.round.second,
        }


def _neighbour(segment: Segment) -> dict[str, Any]:
    return {"segment": segment.id, "speaker": segment.speaker, "role": segment.role, "text": segment.text}


def shown_hash(hashes: Sequence[str]) -> str | None:
    """One name for what several models said: the set's own hash, or SHA-256 over the sorted hashes' ASCII digits."""
    if len(hashes) < 2:
        return hashes[0] if hashes else None
    return sha256("".join(sorted(hashes)).encode()).hexdigest()


class ItemReader:
    """Reads queue lines for one coder. Use it inside a transaction or `study.reading()`."""

    def __init__(self, study: Study, coder: str, codebook: Codebook) -> None:
        self._study, self._coder, self._codebook = study, coder, codebook
        self._segments = SegmentReader(study)

    def line(self, round_: Round, number: int) -> QueueLine:
        """The line of a segment number; KeyError if there is no such segment."""
        segment = self._segments.number(number)
        if segment is None:
            raise KeyError(number)
        self._codebook.refresh()
        view = look(self._study, round_, self._coder, number, segment.id)
        sets = current_sets(self._study, number, current_runs(self._study))
        allowed = sets_for(self._study, round_, number, view, [found.hash for found in sets])
        current = {found.hash: found for found in sets}
        held = (current.get(hash_) or get_set(self._study, hash_) for hash_ in allowed)
        sets = [found for found in held if found is not None]
        before, after = self._segments.around(segment, NEIGHBOURS, NEIGHBOURS)
        return QueueLine(
            segment,
            self._segments.external(segment),
            tuple(before),
            tuple(after),
            round_,
            view,
            allowed,
            self.suggestions(sets) if view.visible else (),
            self._mine(round_, number, view),
            drawn_for_asking(self._coder, segment.id),
            beside=beside(self._study, segment.document, segment.ordinal),
        )

    def suggestions(self, sets: Sequence[StoredSet]) -> tuple[Suggestion, ...]:
        """The candidates of each set in turn, fitting ones first, then by rank; each code once per set.

        What a model was asked anew about a few codes stands in the place of what it said of these before. Codes merged
        since stand under their heir, codes out of use are left out.
        """
        found = []
        for stored in sets:
            seen: set[str] = set()
            anew = asked_anew(stored, sets)
            for candidate in sorted(stored.candidates, key=lambda c: (not c.fits, c.rank)):
                code = self._codebook.standing(candidate.code)
                if code is None or code.id in seen or not anew.isdisjoint((code.id, candidate.code)):
                    continue
                seen.add(code.id)
                basis = self._basis(candidate)
                found.append(
                    Suggestion(
                        candidate.id,
                        code.id,
                        code.path_text,
                        candidate.fits,
                        None if candidate.confidence is None else candidate.confidence / MILLION,
                        False,
                        candidate.evidence,
                        self._rationale(candidate, basis),
                        stored.profile,
                        tuple(segment.id for segment in basis),
                        candidate.method,
                        candidate.votes,
                    )
                )
        return tuple(found)

    def _basis(self, candidate: StoredCandidate) -> list[Segment]:
        """The segments of the basis that the coder has completed, in its order, without those that came back."""
        known = (self._segments.get(id_) for id_ in candidate.basis)
        waiting = come_back(self._study, self._coder)  # who reads that BU 51 speaks for a code knows how it was coded
        return [
            s for s in known
            if s is not None and s.number not in waiting and has_completed(self._study, self._coder, s.number)
        ]  # fmt: skip

    def _rationale(self, candidate: StoredCandidate, basis: Sequence[Segment]) -> str:
        """The rationale, with the segments it names cited where the coder has completed them, unnamed elsewhere; those
        of the basis that it does not name and the coder has completed follow, the nearest ones."""
        text = candidate.rationale
        nearest = [segment.cite for segment in basis if segment.id not in text][:NEAREST]
        cited = {segment.id: segment.cite for segment in basis}
        for id_ in sorted(candidate.basis, key=len, reverse=True):
            text = text.replace(id_, cited.get(id_, ELSEWHERE))
        return f"{text} Nearest: {', '.join(nearest)}." if nearest else text

    def _mine(self, round_: Round, number: int, view: View) -> tuple[Mine, ...]:
        if round_.second:  # its codings stand in no list of codings
            stood = ((self._codebook.standing(held.code), held) for held in view.unit.state.codings)
            return tuple(
                Mine(code.id, code.path_text, held.start, held.end)
                for code, held in sorted(stood, key=lambda item: (item[1].start, item[1].end))
                if code is not None and held.start < held.end
            )
        return tuple(
            Mine(coding.code, self._codebook.path(coding.code), coding.start, coding.end)
            for coding in unit_codings(self._study, round_.id, self._coder, number)
            if not coding.lost and self._codebook.standing(coding.code) is not None
        )
