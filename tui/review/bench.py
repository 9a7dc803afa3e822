"""The study as the review works on it, for one thread: what is next, what an act led to, where one was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from suggest.errors import BadInput, SecondCoderError
from suggest.review.claims import named_holds
from suggest.review.codebook import Codebook
from suggest.review.decisions import Reviewer
from suggest.review.filtering import Filter, named_filter
from suggest.review.item import QueueLine, Suggestion
from suggest.review.queue import Queue
from suggest.study.answers import AnswerReader
from suggest.study.claims import Hold, taken_by
from suggest.study.codes import Code
from suggest.study.documents import find_document, get_document
from suggest.study.pending import progress
from suggest.study.rounds import Round
from suggest.study.run_facts import any_run
from suggest.study.runs import suggestion_id
from suggest.study.segments import Segment, SegmentReader, segment_number
from suggest.study.sets import in_set
from suggest.study.settings import get_setting
from suggest.study.sources import Sources
from suggest.study.stale import stale_in
from suggest.study.study import Study
from suggest.study.unit import UnitCoding
from suggest.study.units import Undoable, last_act, last_undone, memos
from tui.review.card import Card, Outcome, Own, Proposal, Start
from tui.review.palette import own_palette
from tui.terminal.meaning import Meaning, meaning_of

AROUND, CHARACTERS = 60, 20_000
"""Of the talk, so many turns each way come with a segment, or fewer if they are long."""
SEEN = ("flagged", "completed")
"""States that work on a segment does not end: each segment of them comes once."""
NO_DECISIONS = ("memo", "flag", "skip", "mask")
"""What is done with a segment and teaches nobody."""


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

    @property
    def told(self) -> str:
        """In words: the order, and what is left out."""
        parts = [("document", self.document), ("speaker", self.speaker), ("suggested", self.code), ("own", self.mine),
                 ("state", self.state if self.state != "open" else ""), ("words", self.search)]  # fmt: skip
        only = ", ".join(f"{name} {text}" for name, text in parts if text)
        return f"Order: {self.order}" + (f"; only {only} (f changes it)" if only else "; nothing is left out")


class Bench:
    """One coder's review of one study. Use it in the thread that made it, and close it there."""

    def __init__(self, path: Path, choice: Choice, sources: Sources | None = None) -> None:
        self._study = Study.open(path, write=True, sources=sources)
        try:
            self._choice = choice
            self._codebook = Codebook(self._study)
            self._codebook.refresh()
            self._reviewer = Reviewer(self._study, choice.coder)
            self._reader = SegmentReader(self._study)
            self._chosen = self._filter(choice)
            self._queue: Queue | None = None
            self._told: list[Code] | None = None
            self._trail: list[int] = []
            self._place = -1
            self._passed: set[int] = set()
            self._answers: tuple[tuple[int, int], AnswerReader] = ((-1, -1), AnswerReader(self._study))
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
    def choice(self) -> Choice:
        """What of the study is reviewed, and in which order."""
        return self._choice

    def choose(self, **given: Any) -> Outcome:
        """Review something else, or in another order, from the next segment on; the fields are those of `Choice`."""
        wanted = replace(self._choice, **given)
        try:
            chosen = self._filter(wanted)
            Queue(self._study, self.coder, self._reviewer.round(), wanted.order, chosen)
        except SecondCoderError as error:
            return self._same(str(error), declined=True)
        self._choice, self._chosen, self._queue = wanted, chosen, None
        self._passed.clear()
        found = self.next()
        return (
            replace(found, said=f"{wanted.told}. {found.said}".strip())
            if found.card is None
            else replace(found, said=f"{wanted.told}.")
        )

    def _filter(self, choice: Choice) -> Filter:
        return named_filter(
            self._study, document=choice.document, speaker=choice.speaker, code=choice.code, mine=choice.mine,
            state=choice.state, search=choice.search,
        )  # fmt: skip

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
        """Let go of the segment that is open, and close the study file."""
        try:
            self._reviewer.leave()
        finally:
            self._study.close()

    def beat(self) -> str:
        """Prolong the claim on what is open; a sentence where somebody else has it by now. Ask every BEAT seconds."""
        lost = self._reviewer.claims.beat()
        round_ = self._reviewer.round()
        others = [hold for number in lost for hold in taken_by(self._study, round_, self._choice.coder, number)]
        return f"Meanwhile {_holders(self._study, others)}: what you decided there is kept." if others else ""

    def start(self) -> Start:
        """What the first screen needs to know."""
        codes = self._new_codes() or ()
        reasons = tuple(get_setting(self._study, "reject_reasons"))
        return Start(self._study.title, self._choice.name, codes, reasons, self._choice.coder, own_palette(self))

    def next(self, *, passing: bool = False) -> Outcome:
        """The next segment. `passing`: the one on screen is left as it is, and comes again after the others."""
        while passing and 0 <= self._place < len(self._trail) - 1:
            if not (outcome := self._walk(self._place + 1)).declined:
                return outcome
        if passing and self._trail:
            self._passed.add(self._trail[self._place])
        line = self._coming()
        if line is None:
            return Outcome(None, self._nothing_left())
        self._put(line.segment.number)
        return Outcome(self._card_of(line), codes=self._new_codes())

    def leave_completed(self) -> Outcome:
        """The next segment after one on which nothing is left to do."""
        if self._chosen.state in SEEN and self._trail:
            self._passed.add(self._trail[self._place])
        return self.next()

    def previous(self) -> Outcome:
        """The segment that was on screen before this one; at the beginning, the one before it in the document."""
        outcome = self._same("This is the first one.")
        while self._place > 0:
            if not (outcome := self._walk(self._place - 1)).declined:
                return outcome
        here = self._trail[self._place] if self._trail else None
        found = None if here is None else self._before(here)
        if found is None:
            return outcome
        self._trail.insert(0, found)
        self._place = 1
        return self._walk(0)

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
                    return self._visit(segment.number)
        if last is None:
            return self._same(f"{document.label} has no paragraph {wanted}.")
        return self._same(f"{document.label} {wanted} is not among what you code in this round.")

    def open(self, segment: str) -> Outcome:
        """A segment that was chosen in a list, by its id; of one that has to be read again it says so. Where the coder
        does not code it, the nearest one that they do code in its document, so that it is in sight."""
        number = self._number(segment)
        wanted = number if self._codable(number) else self._near(number)
        if wanted is None:
            return self._same("Nothing around there is among what you code in this round.")
        found = self._visit(wanted)
        if wanted != number and not found.declined:
            return replace(found, said="What you were looking for stands beside this segment.")
        stale = found.card.again if found.card and not found.declined else ()
        said = f"Look again at {', '.join(stale[:3])}{' and more' if len(stale) > 3 else ''}: ⏎ answers anew."
        return replace(found, said=said) if stale else found

    def _near(self, number: int) -> int | None:
        """The nearest segment of the document that the coder codes: the next one, else the one before."""
        segment = self._reader.number(number)
        if segment is None:
            return None
        held = get_document(self._study, segment.document)
        ahead = range(number + 1, min(held.first + held.count, number + AROUND))
        return next((n for n in ahead if self._codable(n)), None) or self._before(number)

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
        return counted(self._at(number, said), line)

    def look_again(self, segment: str) -> Outcome:
        """A segment as it stands now, on record with what is suggested for it by now."""
        return self._at(self._number(segment))

    def lay(
        self, segment: str, code: str, old: tuple[int, int], new: tuple[int, int], refs: tuple[str, str]
    ) -> Outcome:
        """Lay a code of the coder's own on another range: two entries, so that nothing is lost between them."""
        cite = self.act(segment, {"action": "add", "code": code, "range": [*new], "ref": refs[0]})
        if cite.declined or old == new:
            return cite
        line = {"action": "remove", "code": code, "range": [*old], "ref": refs[1]}
        return self.act(segment, line, "the code lies on the range now · u twice undoes it")

    def make(self, segment: str, line: Mapping[str, Any]) -> Outcome:
        """Make a code and apply it. Where codes are called nearly so, nothing is made and the outcome names them."""
        answer = self._reviewer.act({**line, "action": "new_code", "segment": segment})
        number = self._number(segment)
        if not answer["ok"]:
            near = tuple(item["code"] for item in answer.get("near", ()))
            return Outcome(self._card(number), str(answer["error"]), declined=True, near=near)
        outcome = self._at(number, f"a new code: {answer['made']['path'].replace(' > ', ' › ')}")
        return counted(outcome, {"action": "new_code"})

    def mask(self, segment: str, line: Mapping[str, Any]) -> Outcome:
        """Replace words of the segment's document for good."""
        answer = self._reviewer.act({**line, "action": "mask", "segment": segment})
        number = self._number(segment)
        if not answer["ok"]:
            return Outcome(self._card(number), str(answer["error"]), declined=True)
        done = answer["masked"]
        count = f"masked in {done['places']} place{'' if done['places'] == 1 else 's'}"
        more = f"; the same words stand in {done['elsewhere']} more of this document" if done["elsewhere"] else ""
        return self._at(number, f"{count}{more}")

    def finish(self, segment: str, line: Mapping[str, Any]) -> Outcome:
        """Carry out what ends the work on a segment; then the next one, unless something was revealed by it."""
        answer = self._reviewer.act({**line, "segment": segment})
        number = self._number(segment)
        if not answer["ok"]:
            return Outcome(self._card(number), str(answer["error"]), declined=True)
        revealed = answer.get("revealed")
        if revealed is not None and revealed["suggestions"]:
            return counted(self._at(number, "Now the model's: a takes one over, ⏎ stays with yours."), line)
        if self._chosen.state in SEEN:
            self._passed.add(number)
        else:
            self._passed.discard(number)
        return counted(self.next(), line)

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
            found = self._visit(act.segment)
            if found.declined:
                return found
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

    def _visit(self, number: int) -> Outcome:
        """Go to a segment of the coder's choice, unless others have taken it."""
        line = self._reviewer.open(number, self._reviewer.round())
        if line.held:
            return self._same(_taken(self._study, line), declined=True)
        self._put(number)
        return Outcome(self._card_of(line), codes=self._new_codes())

    def _walk(self, place: int) -> Outcome:
        """Go to a segment of the way that one came by; one that others have taken is no longer on it."""
        line = self._reviewer.open(self._trail[place], self._reviewer.round())
        if line.held:
            del self._trail[place]
            self._place -= place < self._place
            return self._same(_taken(self._study, line), declined=True)
        self._place = place
        return Outcome(self._card_of(line), codes=self._new_codes())

    def _put(self, number: int) -> None:
        del self._trail[self._place + 1 :]
        if not self._trail or self._trail[-1] != number:
            self._trail.append(number)
        del self._trail[:-1000]
        self._place = len(self._trail) - 1

    def _coming(self) -> QueueLine | None:
        round_ = self._reviewer.round()
        if self._queue is None or self._queue.round != round_:
            self._queue = Queue(self._study, self._choice.coder, round_, self._choice.order, self._chosen)
        line = self._reviewer.next(self._queue, self._passed)
        if line is None and self._passed and self._chosen.state not in SEEN:
            self._passed.clear()  # all that is left was passed by: begin again with it
            line = self._reviewer.next(self._queue)
        return line

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
        if self._queue is not None and (held := self._queue.held()):
            return f"What is left here, {_holders(self._study, held)}. It comes back when they let go of it: n looks."
        if self._chosen.state in SEEN:
            return f"That was all that is {self._chosen.state}: f changes what you see."
        if state.remaining:
            return f"Nothing is left here, but {state.remaining} segments elsewhere: f widens what you see."
        if not state.completed:
            return "There is nothing to code yet: bring in documents with 'secondcoder add'."
        return f"All {state.completed} segments are coded. u goes back to the last, q leaves."

    def _card(self, number: int) -> Card:
        return self._card_of(self._reviewer.show([number], self._reviewer.round())[0])

    def _card_of(self, line: QueueLine) -> Card:
        with self._study.reading():
            self._codebook.refresh()
            before, after = self._around(line.segment)
            return self._made(line, self._reviewer.round(), before, after)

    def _made(self, line: QueueLine, round_: Round, before: list[Segment], after: list[Segment]) -> Card:
        state, visible = line.view.unit.state, line.view.visible
        standing = progress(self._study, round_.id, self._choice.coder)
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
            tuple(text for coder, text in memos(self._study, line.segment.number) if coder == self._choice.coder),
            self._again(round_, line.segment.number) if line.view.unit.completed else (),
        )  # fmt: skip

    def _again(self, round_: Round, number: int) -> tuple[str, ...]:
        """Paths of the codes that the coder has to look at again in a completed segment."""
        stamp = self._study.stamp()
        if stamp != self._answers[0]:
            self._answers = (stamp, AnswerReader(self._study))
        found = stale_in(self._answers[1], round_.id, self._choice.coder, number)
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

    def _new_codes(self) -> tuple[Meaning, ...] | None:
        """The codes in use, if they are not those told before."""
        codes = self._codebook.codes
        if codes is self._told:
            return None
        self._told = codes
        return tuple(meaning_of(code) for code in codes)


def counted(outcome: Outcome, line: Mapping[str, Any]) -> Outcome:
    """The outcome of a line that is stored, with how many decisions that were."""
    return replace(outcome, decisions=0 if line.get("action") in NO_DECISIONS else 1)


def _taken(study: Study, line: QueueLine) -> str:
    return f"{line.segment.cite}: {_holders(study, line.held)}."


def _holders(study: Study, holds: Sequence[Hold]) -> str:
    """Who has segments open, and until when at the least."""
    named = named_holds(study, tuple(holds))
    who = " and ".join(sorted({item["coder"] for item in named}))
    verb = "has" if len({item["coder"] for item in named}) == 1 else "have"
    return f"{who} {verb} it open until {max(item['until'] for item in named)[11:16]} UTC at the least"


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
    return {
        "no_code": "no code fits",
        "skip": "later",
        "complete": "done",
        "unflag": "flag",
        "tree": "a change of the code tree",
    }.get(action, action)


def _difference(before: Card, after: Card) -> str:
    """The path of the code that an undo or redo concerned, "" where it was none."""
    for old, new in zip(before.proposals, after.proposals, strict=False):
        if (old.verdict, old.applied) != (new.verdict, new.applied):
            return (old.became or new.became or old.path).replace(" > ", " › ")
    return min((own.path for own in {*before.own} ^ {*after.own}), default="").replace(" > ", " › ")
