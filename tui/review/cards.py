"""Cards out of lines of the queue: how a segment stands with its coder, and the talk around it."""

from __future__ import annotations

from collections.abc import Mapping

from suggest.review.codebook import Codebook
from suggest.review.item import QueueLine, Suggestion
from suggest.study.answers import AnswerReader
from suggest.study.pending import progress
from suggest.study.rounds import Round
from suggest.study.run_facts import any_run
from suggest.study.segments import Segment, SegmentReader
from suggest.study.stale import stale_in
from suggest.study.study import Study
from suggest.study.suggestion_sets import suggestion_id
from suggest.study.unit import UnitCoding
from suggest.study.units import own_memos
from tui.review.card import Card, Own, Proposal

AROUND, CHARACTERS = 60, 20_000
"""Of the talk, so many turns each way come with a segment, or fewer if they are long."""


class Cards:
    """Makes the cards of one coder (an id)."""

    def __init__(self, study: Study, coder: str, codebook: Codebook) -> None:
        self._study, self._coder, self._codebook = study, coder, codebook
        self._reader = SegmentReader(study)
        self._answers: tuple[tuple[int, int], AnswerReader] = ((-1, -1), AnswerReader(study))

    def of(self, line: QueueLine, round_: Round) -> Card:
        """The card of a line of the queue, with as much of the talk around it as the screen scrolls through."""
        with self._study.reading():
            self._codebook.refresh()
            return self._made(line, round_, *self._around(line.segment))

    def _made(self, line: QueueLine, round_: Round, before: list[Segment], after: list[Segment]) -> Card:
        state, visible = line.view.unit.state, line.view.visible
        standing = progress(self._study, round_.id, self._coder)
        codings = {_of(coding): coding for coding in state.codings if coding.origin != "add"}
        verdicts = {suggestion_id(*key): verdict for key, verdict in state.verdicts.items()} if visible else {}
        ranked = sorted(line.suggestions, key=lambda suggestion: not suggestion.fits)
        own = tuple(
            self._own(coding)
            for coding in state.codings
            if coding.origin == "add" or _of(coding) not in {suggestion.id for suggestion in ranked}
        )
        return Card(
            line.segment, tuple(before), tuple(after), round_.name, line.view.exposure, visible,
            tuple(self._proposal(s, i, verdicts, codings) for i, s in enumerate(ranked)),
            own, line.view.unit.completed, state.no_code, state.flagged, state.kept,
            standing.completed, standing.completed + standing.remaining, line.asks,
            bool(line.suggestions) or any_run(self._study),
            () if line.round.second else tuple(
                f"{type_}: {text}" if type_ else text
                for type_, text in own_memos(self._study, line.segment.number, self._coder)
            ),
            line.round.second,
            self._again(round_, line.segment.number) if line.view.unit.completed else (),
            line.beside,
        )  # fmt: skip

    def _again(self, round_: Round, number: int) -> tuple[str, ...]:
        """Paths of the codes that the coder has to look at again in a completed segment."""
        stamp = self._study.stamp()
        if stamp != self._answers[0]:
            self._answers = (stamp, AnswerReader(self._study))
        found = stale_in(self._answers[1], round_.id, self._coder, number)
        return tuple(self._codebook.path(code) for code, _ in found)

    def _proposal(
        self, given: Suggestion, rank: int, verdicts: Mapping[str, str], codings: Mapping[str, UnitCoding]
    ) -> Proposal:
        verdict, coding = verdicts.get(given.id), codings.get(given.id)
        applied = None if coding is None else self._own(coding)
        strength = "weak" if not given.fits else "strong" if rank == 0 else "fair"
        return Proposal(
            given.id, given.code, given.path, given.fits, strength, given.evidence, given.rationale, given.profile,
            verdict, applied,
        )  # fmt: skip

    def _own(self, coding: UnitCoding) -> Own:
        return Own(coding.code, self._codebook.path(coding.code), coding.start, coding.end)

    def _around(self, segment: Segment) -> tuple[list[Segment], list[Segment]]:
        before, after = self._reader.around(segment, AROUND, AROUND)
        return _short(before[::-1])[::-1], _short(after)


def _of(coding: UnitCoding) -> str:
    act = coding.act
    return "" if act.set is None or act.rank is None else suggestion_id(act.set, act.rank)


def _short(turns: list[Segment]) -> list[Segment]:
    kept: list[Segment] = []
    size = 0
    for turn in turns:
        size += len(turn.text)
        if size > CHARACTERS and kept:
            break
        kept.append(turn)
    return kept
