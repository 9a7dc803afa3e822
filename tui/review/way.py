"""The way through a study: what comes next for a coder, what was on screen before, and what was passed by."""

from __future__ import annotations

from collections.abc import Collection

from suggest.review.decisions import Reviewer
from suggest.review.filtering import Filter, named_filter
from suggest.review.item import QueueLine
from suggest.review.queue import Queue
from suggest.study.claims import Hold
from suggest.study.documents import get_document
from suggest.study.segments import SegmentReader
from suggest.study.sets import in_set
from suggest.study.study import Study
from tui.review.cards import AROUND
from tui.review.choice import Choice

SEEN = ("flagged", "completed")
"""States that work on a segment does not end: each segment of them comes once."""
KEPT = 1000
"""So many steps lead back."""


class Way:
    """One coder's way. Segments are named by their numbers."""

    def __init__(self, study: Study, reviewer: Reviewer, choice: Choice) -> None:
        self._study, self._reviewer, self._choice = study, reviewer, choice
        self._chosen = self._filter(choice)
        self._reader = SegmentReader(study)
        self._queue: Queue | None = None
        self._trail: list[int] = []
        self._place = -1
        self._passed: set[int] = set()

    @property
    def choice(self) -> Choice:
        """What of the study is reviewed, and in which order."""
        return self._choice

    @property
    def once(self) -> bool:
        """Whether each segment comes once, whatever is done with it."""
        return self._choice.state in SEEN

    @property
    def here(self) -> int | None:
        """The segment on screen, or the last one that was."""
        return self._trail[self._place] if self._trail else None

    def choose(self, wanted: Choice) -> None:
        """Review something else from the next segment on. SecondCoderError if that cannot be; then all is as it was."""
        chosen = self._filter(wanted)
        Queue(self._study, wanted.coder, self._reviewer.round(), wanted.order, chosen)
        self._choice, self._chosen, self._queue = wanted, chosen, None
        self._passed.clear()

    def _filter(self, choice: Choice) -> Filter:
        return named_filter(
            self._study, document=choice.document, speaker=choice.speaker, code=choice.code, mine=choice.mine,
            state=choice.state, search=choice.search,
        )  # fmt: skip

    def coming(self) -> QueueLine | None:
        """Open what comes next in the queue, and go there. None if nothing is free: `held` says who has the rest."""
        line = self._opened(self._passed)
        if line is None and self._passed and not self.once:
            self._passed.clear()  # all that is left was passed by: begin again with it
            line = self._opened(self._passed)
        if line is not None:
            self._go(line.segment.number)
        return line

    def open_after(self, number: int) -> QueueLine | None:
        """Open what comes next once a segment is finished, where that is not stored yet: `arrive` there when it is."""
        passed = self._passed | {number} if self.once else self._passed - {number}
        line = self._opened(passed)
        return self._opened(set()) if line is None and passed and not self.once else line

    def arrive(self, finished: int, line: QueueLine | None) -> None:
        """The work on a segment is ended, and what `open_after` gave is on screen."""
        if self.once:
            self._passed.add(finished)
        else:
            self._passed.discard(finished)
        if not self.once and (line is None or line.segment.number in self._passed):
            self._passed.clear()  # all that is left was passed by
        if line is not None:
            self._go(line.segment.number)

    def _opened(self, passed: Collection[int]) -> QueueLine | None:
        round_ = self._reviewer.round()
        if self._queue is None or self._queue.round != round_:
            self._queue = Queue(self._study, self._choice.coder, round_, self._choice.order, self._chosen)
        return self._reviewer.next(self._queue, passed)

    def held(self) -> tuple[Hold, ...]:
        """What would come, if others did not have it open."""
        return () if self._queue is None else self._queue.held()

    def pass_by(self) -> None:
        """Let the segment on screen come again after the others."""
        if (here := self.here) is not None:
            self._passed.add(here)

    def visit(self, number: int) -> QueueLine:
        """Open a segment of the coder's choice and go there, unless others have taken it: see `held` of the line."""
        line = self._reviewer.open(number, self._reviewer.round())
        if not line.held:
            self._go(number)
        return line

    def step(self, by: int) -> QueueLine | None:
        """One step on (1) or back (-1) the way that one came by. What others have taken is no longer on it: see `held`
        of the line. None at its end."""
        place = self._place + by
        if not 0 <= place < len(self._trail):
            return None
        line = self._reviewer.open(self._trail[place], self._reviewer.round())
        if line.held:
            del self._trail[place]
            self._place -= place < self._place
        else:
            self._place = place
        return line

    def lead_in(self, number: int) -> None:
        """Put a segment before the first one of the way."""
        self._trail.insert(0, number)
        self._place += 1

    def _go(self, number: int) -> None:
        del self._trail[self._place + 1 :]
        if not self._trail or self._trail[-1] != number:
            self._trail.append(number)
        del self._trail[:-KEPT]
        self._place = len(self._trail) - 1

    def mend(self) -> None:
        """Leave out what was withdrawn, or is not to be coded any more: there is no way back to it."""
        kept = [number for number in self._trail if self.codable(number)]
        if kept != self._trail:
            self._place = sum(self.codable(number) for number in self._trail[: self._place + 1]) - 1
            self._trail = kept

    def codable(self, number: int) -> bool:
        """Whether the coder codes a segment in this round."""
        return in_set(self._study, f"scope:{self._reviewer.round().id}:{self._choice.coder}", number)

    def near(self, number: int) -> int | None:
        """The nearest segment of the document that the coder codes: the next one, else the one before."""
        segment = self._reader.number(number)
        if segment is None:
            return None
        held = get_document(self._study, segment.document)
        ahead = range(number + 1, min(held.first + held.count, number + AROUND))
        return next((n for n in ahead if self.codable(n)), None) or self.before(number)

    def before(self, number: int) -> int | None:
        """The segment before one in its document that the coder codes."""
        segment = self._reader.number(number)
        first = number if segment is None else get_document(self._study, segment.document).first
        return next((n for n in range(number - 1, first - 1, -1) if self.codable(n)), None)
