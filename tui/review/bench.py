"""The study as the review works on it, for one thread: what is next, what an act led to, where one was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from suggest.errors import BadInput, SecondCoderError
from suggest.review.answers import Answer
from suggest.review.codebook import Codebook
from suggest.review.decisions import Reviewer
from suggest.review.item import QueueLine
from suggest.study.cites import cite_of
from suggest.study.claims import taken_by
from suggest.study.codes import Code
from suggest.study.documents import find_document
from suggest.study.pending import progress
from suggest.study.segments import SegmentReader, segment_number
from suggest.study.settings import get_setting
from suggest.study.sources import Sources
from suggest.study.study import Study
from suggest.study.units import Undoable, last_act, last_undone
from tui.review.card import Card, Outcome, Start
from tui.review.cards import Cards
from tui.review.choice import Choice
from tui.review.palette import own_palette
from tui.review.telling import difference, holders, named, nothing_left, taken
from tui.review.way import Way
from tui.terminal.meaning import Meaning, meaning_of
from tui.terminal.tree_words import told_of

NO_DECISIONS = ("memo", "flag", "skip", "mask")
"""What is done with a segment and teaches nobody."""


class Bench:
    """One coder's review of one study. Use it in the thread that made it, and close it there."""

    def __init__(self, path: Path, choice: Choice, sources: Sources | None = None) -> None:
        self._study = Study.open(path, write=True, sources=sources)
        try:
            self._codebook = Codebook(self._study)
            self._codebook.refresh()
            self._reviewer = Reviewer(self._study, choice.coder)
            self._way = Way(self._study, self._reviewer, choice)
            self._cards = Cards(self._study, choice.coder, self._codebook)
            self._told: list[Code] | None = None
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
        return self._way.choice.coder

    @property
    def choice(self) -> Choice:
        """What of the study is reviewed, and in which order."""
        return self._way.choice

    def choose(self, **given: Any) -> Outcome:
        """Review something else, or in another order, from the next segment on; the fields are those of `Choice`."""
        wanted = replace(self.choice, **given)
        try:
            self._way.choose(wanted)
        except SecondCoderError as error:
            return self._same(str(error), declined=True)
        found = self.next()
        said = f"{wanted.told}." if found.card is not None else f"{wanted.told}. {found.said}".strip()
        return replace(found, said=said)

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
        others = [hold for number in lost for hold in taken_by(self._study, round_, self.coder, number)]
        return f"Meanwhile {holders(self._study, others)}: what you decided there is kept." if others else ""

    def start(self) -> Start:
        """What the first screen needs to know."""
        codes = self._new_codes() or ()
        reasons = tuple(get_setting(self._study, "reject_reasons"))
        return Start(self._study.title, self.choice.name, codes, reasons, self.coder, own_palette(self))

    def next(self, *, passing: bool = False) -> Outcome:
        """The next segment. `passing`: the one on screen is left as it is, and comes again after the others."""
        while passing and (line := self._way.step(1)) is not None:
            if not line.held:
                return self._shown(line)
        if passing:
            self._way.pass_by()
        line = self._way.coming()
        return Outcome(None, self._nothing_left()) if line is None else self._shown(line)

    def leave_completed(self) -> Outcome:
        """The next segment after one on which nothing is left to do."""
        if self._way.once:
            self._way.pass_by()
        return self.next()

    def previous(self) -> Outcome:
        """The segment that was on screen before this one; at the beginning, the one before it in the document."""
        refused = None
        while (line := self._way.step(-1)) is not None:
            if not line.held:
                return self._shown(line)
            refused = line
        here = self._way.here
        found = None if here is None else self._way.before(here)
        if found is not None:
            self._way.lead_in(found)
            line = self._way.step(-1)
            if line is not None and not line.held:
                return self._shown(line)
            refused = line
        return self._same("This is the first one.") if refused is None else self._refused(refused)

    def go(self, cite: str) -> Outcome:
        """The segment of a citation such as "BU 51"."""
        label, _, paragraph = cite.strip().rpartition(" ")
        try:
            document = find_document(self._study, label) if label else None
        except BadInput as error:
            return self._same(str(error), declined=True)
        if document is None or not paragraph.isascii() or not paragraph.isdigit() or len(paragraph) > 9:
            return self._same('A citation is a document and a paragraph, such as "BU 51".')
        wanted, last = int(paragraph), None
        for segment in SegmentReader(self._study).span(document.first, document.first + document.count - 1):
            if segment.paragraph_from <= wanted <= segment.paragraph_to:
                last = segment.number
                if self._way.codable(segment.number):
                    return self._visit(segment.number)
        if last is None:
            return self._same(f"{document.label} has no paragraph {wanted}.")
        return self._same(f"{document.label} {wanted} is not among what you code in this round.")

    def open(self, segment: str) -> Outcome:
        """A segment that was chosen in a list, by its id; of one that has to be read again it says so. Where the coder
        does not code it, the nearest one that they do code in its document, so that it is in sight."""
        number = self._number(segment)
        wanted = number if self._way.codable(number) else self._way.near(number)
        if wanted is None:
            return self._same("Nothing around there is among what you code in this round.")
        found = self._visit(wanted)
        if wanted != number and not found.declined:
            return replace(found, said="What you were looking for stands beside this segment.")
        stale = found.card.again if found.card and not found.declined else ()
        said = f"Look again at {', '.join(stale[:3])}{' and more' if len(stale) > 3 else ''}: ⏎ answers anew."
        return replace(found, said=said) if stale else found

    def again(self) -> Outcome:
        """The segment on screen as it stands now, after work on another screen; the next one where it is no longer the
        coder's to code."""
        here = self._way.here
        self._way.mend()
        return self.next() if here is None or not self._way.codable(here) else self._at(here)

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
        look = "; look at the other language, too: l" if done["look"] else ""
        return self._at(number, f"{count}{more}{look}")

    def finish(self, segment: str, line: Mapping[str, Any]) -> Outcome:
        """Carry out what ends the work on a segment and, in the same transaction, open the next one, unless something
        was revealed by it."""
        number = self._number(segment)

        def follow(answer: Answer) -> QueueLine | None:
            return None if _reveals(answer) else self._way.open_after(number)

        answer, line_after = self._reviewer.act_and({**line, "segment": segment}, follow)
        if not answer["ok"]:
            return Outcome(self._card(number), str(answer["error"]), declined=True)
        if (revealed := answer.get("revealed")) is not None and revealed["suggestions"]:
            return counted(self._at(number, "Now the model's: a takes one over, ⏎ stays with yours."), line)
        self._way.arrive(number, line_after)
        return counted(Outcome(None, self._nothing_left()) if line_after is None else self._shown(line_after), line)

    def undo(self, shown: str | None, ref: str) -> Outcome:
        """Take back the coder's last act; where it lies on another segment, go there first and take nothing back."""
        return self._step("undo", "undone", last_act(self._study, self.coder), shown, ref)

    def redo(self, shown: str | None, ref: str) -> Outcome:
        """Bring back what was undone last, in the same two steps."""
        return self._step("redo", "done again", last_undone(self._study, self.coder), shown, ref)

    def _step(self, action: str, word: str, act: Undoable | None, shown: str | None, ref: str) -> Outcome:
        # What was said of the other language may lie beside the moderator's words, which nobody goes to.
        aside = act is not None and act.kind == "second_text_marked"
        number = None if act is None or aside else act.segment
        elsewhere = number is not None and number != self._shown_number(shown)
        if act is not None and number is not None and elsewhere:
            if not self._way.codable(number):
                return self._same("Your last entry lies on a segment that is not yours to code any more.")
            found = self._visit(number)
            if found.declined:
                return found
            cite = found.card.segment.cite if found.card else ""
            key = "u undoes" if action == "undo" else "ctrl+r does again"
            return Outcome(found.card, f"{key} here: {named(act.action)} on {cite}", codes=found.codes)
        before = None if number is None else self._card(number)
        tree = told_of(self._study, act.target) if act is not None and act.kind == "code_changed" else ""
        answer = self._reviewer.act({"action": action, "ref": ref})
        if not answer["ok"]:
            return self._same(str(answer["error"]), declined=True)
        touched = answer["undone" if action == "undo" else "redone"]
        if number is None or before is None:
            place = cite_of(self._study, touched["segment"]) if aside and touched["segment"] else None
            return self._same(f"{word}: {tree or named(touched['action'])}" + (f" on {place}" if place else ""))
        found = self._at(number)
        what = difference(before, found.card) if found.card else ""
        said = " ".join(part for part in (f"{word}: {named(touched['action'])}", what) if part)
        return Outcome(found.card, f"{said} on {before.segment.cite}", codes=found.codes)

    def _same(self, said: str, *, declined: bool = False) -> Outcome:
        here = self._way.here
        return Outcome(None if here is None else self._card(here), said, declined)

    def _at(self, number: int, said: str = "") -> Outcome:
        card = self._card(number)
        return Outcome(card, said, codes=self._new_codes())

    def _visit(self, number: int) -> Outcome:
        """Go to a segment of the coder's choice, unless others have taken it."""
        line = self._way.visit(number)
        return self._refused(line) if line.held else self._shown(line)

    def _refused(self, line: QueueLine) -> Outcome:
        return self._same(taken(self._study, line), declined=True)

    def _shown(self, line: QueueLine) -> Outcome:
        return Outcome(self._cards.of(line, self._reviewer.round()), codes=self._new_codes())

    def _number(self, segment: str) -> int:
        found = segment_number(self._study, segment)
        if found is None:
            raise BadInput("the segment is gone.", advice="Go on with n.")
        return found

    def _shown_number(self, shown: str | None) -> int | None:
        return None if shown is None else segment_number(self._study, shown)

    def _nothing_left(self) -> str:
        held = self._way.held()
        standing = progress(self._study, self._reviewer.round().id, self.coder)
        return nothing_left(self.choice.state, standing, holders(self._study, held) if held else "")

    def _card(self, number: int) -> Card:
        round_ = self._reviewer.round()
        return self._cards.of(self._reviewer.show([number], round_)[0], round_)

    def _new_codes(self) -> tuple[Meaning, ...] | None:
        """The codes in use, if they are not those told before."""
        codes = self._codebook.codes
        if codes is self._told:
            return None
        self._told = codes
        return tuple(meaning_of(code) for code in codes)


def _reveals(answer: Answer) -> bool:
    return answer.revealed is not None and bool(answer.revealed.suggestions)


def counted(outcome: Outcome, line: Mapping[str, Any]) -> Outcome:
    """The outcome of a line that is stored, with how many decisions that were."""
    return replace(outcome, decisions=0 if line.get("action") in NO_DECISIONS else 1)
