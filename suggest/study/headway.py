"""How far coders are in a round, as sets of segments: by document, and in the blind core.

Only numbers of completed segments come from here: nothing of what anybody coded.
"""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.people import coders
from suggest.study.rounds import Round, rounds
from suggest.study.sets import SegmentSet, read_set
from suggest.study.study import Study


@dataclass(frozen=True)
class Headway:
    """One coder in one round: what is to be coded, and what of that is completed. `core` is the round's blind core."""

    coder: str
    name: str
    to_code: SegmentSet
    completed: SegmentSet
    core: SegmentSet

    def within(self, first: int, count: int) -> tuple[int, int]:
        """(completed, to code) of the `count` segments from number `first` on, such as one document's."""
        last = first + count - 1
        return self.completed.within(first, last).count(), self.to_code.within(first, last).count()

    @property
    def in_core(self) -> tuple[int, int]:
        """(completed, to code) in the blind core."""
        return (self.completed & self.core).count(), (self.to_code & self.core).count()


def headway(study: Study, round_: Round, coder: str, first: int = 0, last: int | None = None) -> Headway:
    """The headway of one coder (an id) who has joined the round; empty sets for others. Of all segments, or only of
    those from number `first` to `last`, such as one document's."""
    with study.reading():
        done = read_set(study, f"done:{round_.id}:{coder}", first, last)
        scope = done if round_.purpose == "imported" else read_set(study, f"scope:{round_.id}:{coder}", first, last)
        name = next((item.name for item in coders(study) if item.id == coder), "")
        return Headway(coder, name, scope, scope & done, read_set(study, f"core:{round_.id}", first, last))


def rounds_of(study: Study, coder: str) -> list[Round]:
    """The rounds that a coder (an id) has joined, the newest first, those of codings made elsewhere last;
    none of second answers."""
    joined = {row[0] for row in study.db.execute("SELECT round FROM membership WHERE coder = ?", (coder,))}
    mine = [item for item in reversed(rounds(study)) if item.id in joined and not item.second]
    return [*(r for r in mine if r.purpose != "imported"), *(r for r in mine if r.purpose == "imported")]


def companions(study: Study, round_: Round, coder: str) -> list[str]:
    """The coders (ids) who have joined the round: `coder` first, the others in the order in which they came."""
    joined = {row[0] for row in study.db.execute("SELECT coder FROM membership WHERE round = ?", (round_.id,))}
    return [coder] * (coder in joined) + [c.id for c in coders(study) if c.id in joined and c.id != coder]
