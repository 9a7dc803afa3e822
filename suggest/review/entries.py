"""What a request about a segment amounts to: the kind of log entry and the payloads, before anything is written."""

from __future__ import annotations

from typing import Any

from suggest.errors import BadInput
from suggest.review.asking import drawn_for_asking
from suggest.review.codebook import Codebook
from suggest.review.opening import sets_for
from suggest.review.requests import Apply, Complete, Declined, Flag, Judge, MakeCode, OnSegment, Remove, Request
from suggest.review.work import Work
from suggest.study.codes import Code, tree_head
from suggest.study.segments import Place
from suggest.study.study import Study
from suggest.study.suggestion_sets import StoredCandidate, current_hashes, current_runs, set_of_suggestion

Payload = dict[str, Any]


class Entries:
    """Works out what requests amount to. Use it inside a transaction, after the codebook was refreshed."""

    def __init__(self, study: Study, coder: str, codebook: Codebook) -> None:
        self._study, self._coder, self._codebook = study, coder, codebook

    def of(self, work: Work, request: OnSegment) -> tuple[str, list[Payload]]:
        """The kind of entry and the payloads; Declined if the request cannot be carried out."""
        match request:
            case Judge():
                return "decided", [self.judgement(work, request)]
            case Apply():
                code = self.code(request.code)
                self.check_range(work.place, request.range)
                return "decided", [decided("add", code=code.id, range=list(request.range))]
            case Remove():
                return "decided", self._removals(work, request)
            case Complete():
                head = tree_head(self._study)
                scope = [work.round.scope, work.round.scope_code]
                tree = None if head is None else list(head)
                asked = {}
                if request.asked:
                    drawn = drawn_for_asking(self._coder, work.place.id)
                    asked = {"asked": "drawn" if drawn else "open"}
                return "completed", [{"scope": scope, "tree": tree, "end_seen": request.end_seen, **asked}]
            case Flag():
                on = not work.state.flagged if request.on is None else request.on
                return "flagged", [{"on": on and request.action != "unflag"}]
            case _:
                self._check_plain(work, request)
                return "decided", [decided(request.action)]

    def current(self, work: Work) -> tuple[str, ...]:
        """The hashes of the suggestion sets that the unit may meet today."""
        hashes = current_hashes(self._study, work.place.number, current_runs(self._study))
        return sets_for(self._study, work.round, work.place.number, work.view, hashes)

    def was_shown(self, work: Work, request: Judge) -> bool:
        """Whether the suggestion is on record as shown to the coder."""
        unit = work.view.unit
        if unit.actual not in ("shown", "blind_then_shown"):
            return False
        prefix, _, rank = request.suggestion.partition(".")
        seen = {(hash_[: len(prefix)], rank) for hash_ in unit.sets or ()}
        judged = {(hash_[: len(prefix)], str(n)) for hash_, n in unit.state.verdicts}
        return (prefix, rank) in seen | judged

    def judgement(self, work: Work, request: Judge) -> Payload:
        """The payload of a verdict on a suggestion that the coder may see."""
        payload, candidate = self._judged(work, request)
        if request.action not in ("accept", "edit"):
            return payload
        if request.code is not None:
            code: Code | None = self.code(request.code)
        else:
            code = self._codebook.standing(candidate.code)
        if code is None:
            raise Declined("unknown_code", "The suggested code is no longer in use.")
        return {**payload, "code": code.id, "range": self._given(work, candidate, request.range)}

    def in_place(self, work: Work, request: MakeCode, code: str) -> Payload:
        """The payload by which a code made just now (an id) stands in the place of a suggestion."""
        assert request.suggestion is not None
        judge = Judge("edit", None, None, request.segment, request.suggestion, code, request.range, None)
        payload, candidate = self._judged(work, judge)
        return {**payload, "code": code, "range": self._given(work, candidate, request.range)}

    def _given(self, work: Work, candidate: StoredCandidate, given: tuple[int, int] | None) -> list[int]:
        if given is not None:
            self.check_range(work.place, given)
        return list(given or candidate.evidence or (work.place.start, work.place.end))

    def _judged(self, work: Work, request: Judge) -> tuple[Payload, StoredCandidate]:
        if not work.view.visible:
            raise Declined("not_shown", "The suggestions of this segment are not shown before it is completed.")
        found = set_of_suggestion(self._study, work.place.number, request.suggestion)
        if found is None:
            raise Declined("unknown_suggestion", "This segment has no suggestion of that id.")
        stored, rank = found
        if not self.was_shown(work, request) and stored.hash not in self.current(work):
            raise Declined("not_shown", "The suggestion was not on this coder's screen: ask 'queue' for today's.")
        return decided(request.action, set=stored.hash, rank=rank), stored.candidates[rank]

    def code(self, ref: str) -> Code:
        """The code that a request names."""
        try:
            return self._codebook.find(ref)
        except BadInput as error:
            raise Declined("unknown_code", str(error)) from None

    def check_range(self, place: Place, given: tuple[int, int]) -> None:
        """Declined for a range beyond the document, or beside the segment."""
        if given[1] > place.length:
            raise Declined("invalid", f"'range' ends beyond the document, which has {place.length} characters.")
        if given[0] >= place.end or given[1] <= place.start:
            raise Declined(
                "invalid",
                f"'range' does not touch the segment, which runs from {place.start} to {place.end} in the document.",
            )

    def _check_plain(self, work: Work, request: Request) -> None:
        unit = work.view.unit
        if request.action == "no_code" and unit.state.codings:
            raise Declined("conflict", "Codes are applied here: remove them first, or complete the segment with them.")
        if request.action == "keep" and not (unit.completed and unit.revealed):
            raise Declined("conflict", "Nothing was revealed here that one's own answer could be kept against.")
        if request.action == "skip" and unit.completed:
            raise Declined("conflict", "The segment is completed: it cannot be put off.")

    def _removals(self, work: Work, request: Remove) -> list[Payload]:
        code = self.code(request.code)
        meant = [
            coding
            for coding in work.state.codings
            if self._codebook.standing(coding.code) == code and request.range in (None, (coding.start, coding.end))
        ]
        if not meant:
            raise Declined("not_yours", "There is no such coding of yours on this segment.")
        given = None if request.range is None else list(request.range)
        return [decided("remove", code=applied, range=given) for applied in dict.fromkeys(c.code for c in meant)]


def decided(action: str, **given: Any) -> Payload:
    """The payload of a decision, but for who decides, on what and why."""
    return {"action": action, "set": None, "rank": None, "code": None, "range": None, **given}
