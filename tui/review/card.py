"""What the widgets get of a segment: nothing that its coder may not see yet."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.review.beside import Beside
from suggest.study.segments import Segment
from tui.terminal.meaning import Meaning


@dataclass(frozen=True)
class Own:
    """A code that the coder applied; the range in document offsets."""

    code: str
    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Proposal:
    """A visible suggestion. `strength` is a word, from ranks; `evidence` in document offsets.

    `verdict` is "accept", "edit", "reject", "unsure" or None; `applied` the coding that stands in its place, if any.
    """

    id: str
    code: str
    path: str
    fits: bool
    strength: str
    evidence: tuple[int, int] | None
    rationale: str
    profile: str
    verdict: str | None = None
    applied: Own | None = None

    @property
    def became(self) -> str | None:
        """The path of another code that an edit put there; None where there is none."""
        return None if self.applied is None or self.applied.path == self.path else self.applied.path


@dataclass(frozen=True)
class Card:
    """A segment as the screen shows it, with some of the talk around it and how it stands with the coder.

    `visible`: the suggestions may be seen; until then `proposals` is empty, whatever was suggested.
    """

    segment: Segment
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    round: str
    exposure: str
    visible: bool
    proposals: tuple[Proposal, ...]
    own: tuple[Own, ...]
    completed: bool
    no_code: bool
    flagged: bool
    kept: bool
    done: int
    total: int
    asks: bool
    """Whether "anything missing?" is asked of this segment in any case."""
    suggested: bool = True
    """Whether a model was asked about this study at all, whatever it said."""
    memos: tuple[str, ...] = ()
    """What the coder wrote on the segment before; colleagues' memos are elsewhere."""
    second: bool = False
    """Whether it has come back to be coded once more, without anything of the first time."""
    again: tuple[str, ...] = ()
    """Paths of the codes that have to be looked at again here, since their meaning changed after it was completed."""

    beside: Beside | None = None
    """What stands beside the segment in another language."""


@dataclass(frozen=True)
class Start:
    """What the first screen needs to know of the study."""

    title: str
    coder: str
    codes: tuple[Meaning, ...]
    reasons: tuple[str, ...]
    coder_id: str
    palette: tuple[str | None, ...] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a request to the study led to: the card to show (None: no work is left) and a sentence about it.

    `declined`: nothing was stored, and `said` says why; `near` are the codes (ids) that a new one would nearly double.
    `decisions`: so many are on disk by it.
    """

    card: Card | None
    said: str = ""
    declined: bool = False
    decisions: int = 0
    codes: tuple[Meaning, ...] | None = None
    near: tuple[str, ...] = ()
