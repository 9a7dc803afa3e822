"""The study as the review works on it, for one thread: what is next, what an act led to, where one was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.review.codebook import Codebook
from suggest.review.decisions import Reviewer
from suggest.review.filtering import named_filter
from suggest.review.item import QueueLine, Suggestion
from suggest.review.queue import Queue
from suggest.study.codes import Code
from suggest.study.documents import find_document, get_document
from suggest.study.pending import progress
from suggest.study.rounds import Round
from suggest.study.runs import suggestion_id
from suggest.study.segments import Segment, SegmentReader, segment_number
from suggest.study.sets import in_set
from suggest.study.settings import get_setting
from suggest.study.study import Study
from suggest.study.unit import UnitCoding
from suggest.study.units import Undoable, last_act, last_undone
from tui.review.card import Card, Outcome, Own, Proposal, Start
from tui.terminal.meaning import Meaning, meaning_of

AROUND, CHARACTERS = 60, 20_000
"""Of the talk, so many turns each way come with a segment, or fewer if they are long."""
ASKED = 26
"""Of 256 segments so many are asked "anything missing?" whatever was done: a tenth, by a hash that audit can redo."""


@dataclass(frozen=True)
class Choice:
    """Whose review it is (an id and a name) and what of it: the order, and the choice as the user named it."""

    coder: str
    name: str
    order: str = "document"
    document: str | None = None
    speaker: str | None = None
    code: str | None = None
    mine: str | None = None
    state: str = "open"
    search: str = ""


class Bench:
    """One coder's review of one study. Use it in the thread that made it, and close it there."""

    def __init__(self, path: Path, choice: Choice) -> None:
        self._study = Study.open(path, write=True)
        try:
            self._choice = choice
            self._codebook = Codebook(self._study)
            self._codebook.refresh()
            self._reviewer = Reviewer(self._study, choice.coder)
            self._reader = SegmentReader(self._study)
            self._chosen = named_filter(
                self._study, document=choice.document, speaker=choice.speaker, code=choice.code, mine=choice.mine,
                state=choice.state, search=choice.search,
            )  # fmt: skip
            self._queue: Queue | None = None
            self._told: list[Code] | None = None
            self._trail: list[int] = []
            self._place = -1
            self._passed: set[int] = set()
        except BaseException:
            self._study.close()
            raise

    @property
    def study(self) -> Study:
        """The open study, for the other screens' writing."""
        return self._study

    @property
    def coder(self) -> str:
        """Whose review it is: a coder's id."""
        return self._choice.coder

    @property
    def reviewer(self) -> Reviewer:
        """What decides for the coder, on other screens too."""
        return self._reviewer

    @property
    def codes(self) -> list[Code]:
        """The codes in use, in the order of the tree."""
        with self._study.reading():
            self._codebook.refresh()
        return self._codebook.codes

    def close(self) -> None:
        """Close the study file."""
        self._study.close()

    def start(self) -> Start:
        """What the first screen needs to know."""
        codes = self._new_codes() or ()
        reasons = tuple(get_setting(self._study, "reject_reasons"))
        return Start(self._study.title, self._choice.name, codes, reasons, self._choice.coder)

    def next(self, *, passing: bool = False) -> Outcome:
        """The next segment. `passing`: the one on screen is left as it is, and comes again after the others."""
        if passing and 0 <= self._place < len(self._trail) - 1:
            self._place += 1
            return self._at(self._trail[self._place])
        if passing and self._trail:
            self._passed.add(self._trail[self._place])
        number = self._coming()
        if number is None:
            return Outcome(None, self._nothing_left())
        self._put(number)
        return self._at(number)

    def previous(self) -> Outcome:
        """The segment that was on screen before this one; at the beginning, the one before it in the document."""
        if self._place > 0:
            self._place -= 1
            return self._at(self._trail[self._place])
        here = self._trail[self._place] if self._trail else None
        found = None if here is None else self._before(here)
        if found is None:
            return self._same("This is the first one.")
        self._trail.insert(0, found)
        return self._at(found)

    def go(self, cite: str) -> Outcome:
        """The segment of a citation such as "BU 51"."""
        label, _, paragraph = cite.strip().rpartition(" ")
        try:
            document = find_document(self._study, label) if label else None
        except BadInput as error:
            return self._same(str(error))
        if document is None or not paragraph.isascii() or not paragraph.isdigit() or len(paragraph) > 9:
            return self._same('A citation is a document and a paragraph, such as "BU 51".')
        wanted, last = int(paragraph), None
        for segment in self._reader.span(document.first, document.first + document.count - 1):
            if segment.paragraph_from <= wanted <= segment.paragraph_to:
                last = segment.number
                if self._codable(segment.number):
                    self._put(segment.number)
                    return self._at(segment.number)
        if last is None:
            return self._same(f"{document.label} has no paragraph {wanted}.")
        return self._same(f"{document.label} {wanted} is not among what you code in this round.")

    def open(self, segment: str) -> Outcome:
        """A segment that was chosen in a list, by its id."""
        number = self._number(segment)
        if not self._codable(number):
            return self._same("That segment is not among what you code in this round.")
        self._put(number)
        return self._at(number)

    def again(self) -> Outcome:
        """The segment on screen as it stands now, after work on another screen; the next one where it is no longer the
        coder's to code."""
        here = self._trail[self._place] if self._trail else None
        kept = [number for number in self._trail if self._codable(number)]
        if kept != self._trail:  # withdrawn, or not to be coded any more: there is no way back to it
            self._place = sum(self._codable(number) for number in self._trail[: self._place + 1]) - 1
            self._trail = kept
        return self.next() if here is None or not self._codable(here) else self._at(here)

    def act(self, segment: str, line: Mapping[str, Any], said: str = "") -> Outcome:
        """Carry out one decide object on a segment and show how that stands now."""
        answer = self._reviewer.act({**line, "segment": segment})
        number = self._number(segment)
        if not answer["ok"]:
            return Outcome(self._card(number), str(answer["error"]), declined=True)
        return self._at(number, said)

    def finish(self, segment: str, line: Mapping[str, Any]) -> Outcome:
        """Carry out what ends the work on a segment; then the next one, unless something was revealed by it."""
        answer = self._reviewer.act({**line, "segment": segment})
        number = self._number(segment)
        if not answer["ok"]:
            return Outcome(self._card(number), str(answer["error"]), declined=True)
        revealed = answer.get("revealed")
        if revealed is not None and revealed["suggestions"]:
            return self._at(number, "Now the model's: a takes one over, ⏎ stays with yours.")
        self._passed.discard(number)
        return self.next()

    def undo(self, shown: str | None, ref: str) -> Outcome:
        """Take back the coder's last act; where it lies on another segment, go there first and take nothing back."""
        return self._step("undo", "undone", last_act(self._study, self._choice.coder), shown, ref)

    def redo(self, shown: str | None, ref: str) -> Outcome:
        """Bring back what was undone last, in the same two steps."""
        return self._step("redo", "done again", last_undone(self._study, self._choice.coder), shown, ref)

    def _step(self, action: str, word: str, act: Undoable | None, shown: str | None, ref: str) -> Outcome:
        elsewhere = act is not None and act.segment is not None and act.segment != self._shown_number(shown)
        if act is not None and act.segment is not None and elsewhere:
            if not self._codable(act.segment):
                return self._same("Your last entry lies on a segment that is not yours to code any more.")
            self._put(act.segment)
            found = self._at(act.segment)
            cite = found.card.segment.cite if found.card else ""
            key = "u undoes" if action == "undo" else "ctrl+r does again"
            return Outcome(found.card, f"{key} here: {_named(act.action)} on {cite}", codes=found.codes)
        before = None if act is None or act.segment is None else self._card(act.segment)
        answer = self._reviewer.act({"action": action, "ref": ref})
        if not answer["ok"]:
            return self._same(str(answer["error"]), declined=True)
        touched = answer["undone" if action == "undo" else "redone"]
        if act is None or act.segment is None or before is None:
            return self._same(f"{word}: {_named(touched['action'])}")
        found = self._at(act.segment)
        what = _difference(before, found.card) if found.card else ""
        said = " ".join(part for part in (f"{word}: {_named(touched['action'])}", what) if part)
        return Outcome(found.card, f"{said} on {before.segment.cite}", codes=found.codes)

    def _same(self, said: str, *, declined: bool = False) -> Outcome:
        card = self._card(self._trail[self._place]) if self._trail else None
        return Outcome(card, said, declined)

    def _at(self, number: int, said: str = "") -> Outcome:
        card = self._card(number)
        return Outcome(card, said, codes=self._new_codes())

    def _put(self, number: int) -> None:
        del self._trail[self._place + 1 :]
        if not self._trail or self._trail[-1] != number:
            self._trail.append(number)
        del self._trail[:-1000]
        self._place = len(self._trail) - 1

    def _coming(self) -> int | None:
        round_ = self._reviewer.round()
        if self._queue is None or self._queue.round != round_:
            self._queue = Queue(self._study, self._choice.coder, round_, self._choice.order, self._chosen)
        coming = self._queue.take(len(self._passed) + 1)
        found = next((number for number in coming if number not in self._passed), None)
        if found is None and coming:
            self._passed.clear()  # all that is left was passed by: begin again with it
            found = coming[0]
        return found

    def _before(self, number: int) -> int | None:
        segment = self._reader.number(number)
        first = number if segment is None else get_document(self._study, segment.document).first
        return next((n for n in range(number - 1, first - 1, -1) if self._codable(n)), None)

    def _codable(self, number: int) -> bool:
        return in_set(self._study, f"scope:{self._reviewer.round().id}:{self._choice.coder}", number)

    def _number(self, segment: str) -> int:
        found = segment_number(self._study, segment)
        if found is None:
            raise BadInput("the segment is gone.", advice="Go on with n.")
        return found

    def _shown_number(self, shown: str | None) -> int | None:
        return None if shown is None else segment_number(self._study, shown)

    def _nothing_left(self) -> str:
        round_ = self._reviewer.round()
        state = progress(self._study, round_.id, self._choice.coder)
        if state.remaining:
            return f"Nothing is left here, but {state.remaining} segments elsewhere: leave with q and review all."
        if not state.completed:
            return "There is nothing to code yet: bring in documents with 'secondcoder add'."
        return f"All {state.completed} segments are coded. u goes back to the last, q leaves."

    def _card(self, number: int) -> Card:
        round_ = self._reviewer.round()
        line = self._reviewer.show([number], round_)[0]
        with self._study.reading():
            self._codebook.refresh()
            before, after = self._around(line.segment)
            return self._made(line, round_, before, after)

    def _made(self, line: QueueLine, round_: Round, before: list[Segment], after: list[Segment]) -> Card:
        state, visible = line.view.unit.state, line.view.visible
        standing = progress(self._study, round_.id, self._choice.coder)
        codings = {_of(coding): coding for coding in state.codings if coding.origin != "add"}
        verdicts = {suggestion_id(*key): verdict for key, verdict in state.verdicts.items()} if visible else {}
        ranked = sorted(line.suggestions, key=lambda suggestion: not suggestion.fits)
        own = tuple(
            Own(coding.code, self._codebook.path(coding.code), coding.start, coding.end)
            for coding in state.codings
            if coding.origin == "add" or _of(coding) not in {suggestion.id for suggestion in ranked}
        )
        seen = sha256(f"missing|{self._choice.coder}|{line.segment.id}".encode()).digest()[0]
        return Card(
            line.segment, tuple(before), tuple(after), round_.name, line.view.exposure, visible,
            tuple(self._proposal(s, i, verdicts, codings) for i, s in enumerate(ranked)),
            own, line.view.unit.completed, state.no_code, state.flagged, state.kept,
            standing.completed, standing.completed + standing.remaining, seen < ASKED,
        )  # fmt: skip

    def _proposal(
        self, given: Suggestion, rank: int, verdicts: Mapping[str, str], codings: Mapping[str, UnitCoding]
    ) -> Proposal:
        verdict, coding = verdicts.get(given.id), codings.get(given.id)
        became = self._codebook.path(coding.code) if coding is not None and verdict == "edit" else None
        strength = "weak" if not given.fits else "strong" if rank == 0 else "fair"
        return Proposal(
            given.id, given.code, given.path, given.fits, strength, given.evidence, given.rationale, given.profile,
            verdict, became,
        )  # fmt: skip

    def _around(self, segment: Segment) -> tuple[list[Segment], list[Segment]]:
        before, after = self._reader.around(segment, AROUND, AROUND)
        return _short(before[::-1])[::-1], _short(after)

    def _new_codes(self) -> tuple[Meaning, ...] | None:
        """The codes in use, if they are not those told before."""
        codes = self._codebook.codes
        if codes is self._told:
            return None
        self._told = codes
        return tuple(meaning_of(code) for code in codes)


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


def _named(action: str) -> str:
    return {"no_code": "no code fits", "skip": "later", "complete": "done", "unflag": "flag"}.get(action, action)


def _difference(before: Card, after: Card) -> str:
    """The path of the code that an undo or redo concerned, "" where it was none."""
    for old, new in zip(before.proposals, after.proposals, strict=False):
        if old.verdict != new.verdict or old.became != new.became:
            return old.became or new.became or old.path
    changed = {own.path for own in before.own} ^ {own.path for own in after.own}
    return min(changed, default="")
