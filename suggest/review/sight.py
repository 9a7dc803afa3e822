"""What one coder may see of colleagues' work and of the model's suggestions, for every screen and list that shows them.

The rules, in this order:

- One's own codings are always seen, but for a segment that has come back: until it is completed once more, nothing of
  the first answer is.
- The model's suggestions for a blind segment are withheld until they were revealed, or its round is over.
- On a segment that is blind for the coder in any open round, and not committed there, nobody else's work is seen.
- Second answers of colleagues are seen when their round is over.
- Colleagues' codings are seen where the round is over or settles a consensus, with the setting `peers` = `shown`, and
  else where both have completed the segment in that round. Codings made elsewhere are seen once one has completed the
  segment in some round.
"""

from __future__ import annotations

from collections.abc import Sequence

from suggest.study.again import come_back
from suggest.study.blindness import blindness
from suggest.study.coded import touched
from suggest.study.rounds import Round, rounds
from suggest.study.sets import SegmentSet, read_set
from suggest.study.settings import get_setting
from suggest.study.study import Study
from suggest.study.units import StoredCoding


class Sight:
    """What a coder (an id) may see at one moment, read from sets of segments: make a new one for each look."""

    def __init__(self, study: Study, coder: str) -> None:
        self.study, self.coder = study, coder
        with study.reading():
            self.rounds = {item.id: item for item in rounds(study)}
            self._kept = blindness(study, coder)
            self.come_back = come_back(study, coder)
            self._peers = get_setting(study, "peers") == "shown"
        self._done: dict[tuple[str, str], SegmentSet] = {}

    @property
    def withheld(self) -> SegmentSet:
        """The segments whose suggestions the coder may not see."""
        return self._kept.withheld

    def suggestions(self, number: int) -> bool:
        """Whether the suggestions for a segment may be seen."""
        return number not in self._kept.withheld

    def codings(self, coder: str, round_: str, number: int) -> bool:
        """Whether the work of a coder on a segment in a round (ids) may be seen."""
        held = self.rounds.get(round_)
        if coder == self.coder:
            return number not in self.come_back or (held is not None and held.second)
        if held is None or number in self._kept.uncommitted:
            return False
        if held.second:
            return held.state == "closed"
        if self._peers or held.purpose == "consensus" or (held.state == "closed" and held.purpose != "imported"):
            return True
        if held.purpose == "imported":
            return any(number in self._completed(other, self.coder) for other in self.rounds)
        return number in self._completed(round_, self.coder) and number in self._completed(round_, coder)

    def settled(self, coders: Sequence[str], round_: str, number: int) -> bool:
        """Whether what was settled for a segment by these coders (ids) may be seen: by those who agreed on it, and else
        by whom the work behind it may be."""
        if number in self._kept.uncommitted and (self.coder not in coders or number in self.come_back):
            return False
        if self.coder in coders:
            return True
        return all(self.codings(coder, round_, number) for coder in coders)

    def memo(self, coder: str, number: int) -> bool:
        """Whether a coder's note on a segment may be seen: where their work on it may be, in every open round."""
        if coder == self.coder:
            return number not in self.come_back
        open_ = [
            item.id for item in self.rounds.values()
            if item.purpose != "imported" and item.state == "open" and not item.second
        ]  # fmt: skip
        return all(self.codings(coder, round_, number) for round_ in open_)

    def coding(self, coding: StoredCoding) -> bool:
        """Whether a coding may be seen: on each of the segments that it runs over."""
        if coding.coder == self.coder and not self.come_back:
            return True
        return all(self.codings(coding.coder, coding.round, number) for number in touched(self.study, coding))

    def over(self) -> list[Round]:
        """The rounds whose codings serve as examples: those that are over, and those that settle a consensus."""
        chosen = (item for item in self.rounds.values() if item.state == "closed" or item.purpose == "consensus")
        return [item for item in chosen if item.purpose != "imported" and not item.second]

    def _completed(self, round_: str, coder: str) -> SegmentSet:
        key = (round_, coder)
        if key not in self._done:
            self._done[key] = read_set(self.study, f"done:{round_}:{coder}")
        return self._done[key]
