"""All suggestions of one code in a row, for constant comparison: never a segment that was drawn blind for the coder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggest.review.decisions import Reviewer
from suggest.review.item import QueueLine
from suggest.study.blindness import all_blind_elsewhere
from suggest.study.codes import load_tree
from suggest.study.rounds import Round
from suggest.study.segments import Segment
from suggest.study.sets import SegmentSet, read_set
from suggest.study.study import Study
from suggest.study.suggestion_sets import suggestion_id

BEFORE, LENGTH = 300, 2_000
"""Of a long segment so many characters come with a line, and so many of them before the evidence."""


@dataclass(frozen=True)
class Compared:
    """The suggestion of the code on one segment, and what the coder made of it.

    `words` is the segment's text, of a long one the part around the evidence; `mark` is the evidence in it.
    `verdict` is "accept", "edit", "reject", "unsure" or None, `became` the code (an id) that an edit put there;
    `applied`: the code stands on the segment by the coder's hand, whatever the verdict.
    """

    number: int
    segment: str
    cite: str
    speaker: str | None
    words: str
    mark: tuple[int, int] | None
    cut: bool
    suggestion: str
    profile: str
    rationale: str
    verdict: str | None
    became: str | None
    applied: bool
    completed: bool


@dataclass(frozen=True)
class Page:
    """Lines of the list from the place `start` on; `total` is how long the list is now.

    A line is None where the code is among the suggestions no more, as with other current runs.
    """

    total: int
    start: int
    lines: tuple[Compared | None, ...]


def suggested(study: Study, round_: Round, coder: str, code: str) -> SegmentSet:
    """The segments that the coder works on and that a code (an id) or one merged into it is suggested for, without
    the blind core and the coder's blind arm, whatever was revealed of them."""
    tree = load_tree(study)
    found = SegmentSet()
    for other in tree.codes:
        if tree.resolve(other) == code:
            found = found | read_set(study, f"fits:{other}")
    if not found:
        return found
    found = found & read_set(study, f"scope:{round_.id}:{coder}")
    found = found - read_set(study, f"core:{round_.id}") - read_set(study, f"arm:{round_.id}:{coder}")
    return found - all_blind_elsewhere(study, coder, round_)


class ByCode:
    """The lists of one coder (an id), who decides in them through `reviewer`."""

    def __init__(self, study: Study, coder: str, reviewer: Reviewer) -> None:
        self._study, self._coder, self._reviewer = study, coder, reviewer

    def segments(self, code: str) -> SegmentSet:
        """What the list of a code is made of, in its order."""
        round_ = self._reviewer.round()
        with self._study.reading():
            return suggested(self._study, round_, self._coder, code)

    def page(self, code: str, start: int, size: int) -> Page:
        """Lines of a code's list. As on any screen, what is new among them is on record before this returns."""
        found = self.segments(code)
        return Page(found.count(), start, tuple(self.lines(code, found.some(start, size))))

    def lines(self, code: str, numbers: Sequence[int]) -> list[Compared | None]:
        """The lines of these segments, which must be from the code's list."""
        shown = self._reviewer.show(numbers, self._reviewer.round())
        return [_compared(line, code) for line in shown]

    def first(self, codes: Sequence[str]) -> str | None:
        """The first of these codes with a list that is not empty."""
        return next((code for code in codes if self.segments(code)), None)


def _compared(line: QueueLine, code: str) -> Compared | None:
    state = line.view.unit.state
    verdicts = {suggestion_id(*key): verdict for key, verdict in state.verdicts.items()}
    same = [item for item in line.suggestions if item.code == code]
    same.sort(key=lambda item: (item.id not in verdicts, not item.fits))
    if not same or line.view.exposure != "shown":
        return None
    chosen = same[0]
    became = None
    for coding in state.codings:
        key = coding.act
        if key.set is not None and key.rank is not None and suggestion_id(key.set, key.rank) == chosen.id:
            became = coding.code if coding.origin == "edit" else None
    words, mark, part = _around(line.segment, chosen.evidence)
    return Compared(
        line.segment.number, line.segment.id, line.segment.cite, line.segment.speaker, words, mark, part, chosen.id,
        chosen.profile, chosen.rationale, verdicts.get(chosen.id), became,
        any(coding.code == code for coding in line.mine), line.view.unit.completed,
    )  # fmt: skip


def _around(segment: Segment, evidence: tuple[int, int] | None) -> tuple[str, tuple[int, int] | None, bool]:
    """The words to show, the evidence in them, and whether they are only a part of the segment."""
    text = segment.text
    mark = None if evidence is None else (max(0, evidence[0] - segment.start), evidence[1] - segment.start)
    if len(text) <= LENGTH:
        return text, mark, False
    first = 0 if mark is None else max(0, mark[0] - BEFORE)
    words = text[first : first + LENGTH]
    return words, None if mark is None else (mark[0] - first, min(mark[1] - first, len(words))), True
