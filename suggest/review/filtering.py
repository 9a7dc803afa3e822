"""What of a queue is wanted: by document, speaker, words, code and state. Nothing here is computed from suggestions but
the filter `code`, which leaves blind segments to the queue's steady rate."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.errors import UsageError
from suggest.review.codebook import Codebook
from suggest.study.again import come_back
from suggest.study.documents import find_document, get_document, newest_document
from suggest.study.searching import matching
from suggest.study.segments import check_speaker, spoken_by
from suggest.study.sets import SegmentSet, gathered, read_set
from suggest.study.stale import StaleSegments
from suggest.study.study import Study
from suggest.study.units import coded_with, flagged
from suggest.study.vectors import words_changed

STATES = ("open", "later", "flagged", "completed", "stale")


@dataclass(frozen=True)
class Filter:
    """A choice of segments; what is None or "" does not narrow it. `document`, `code` and `mine` are ids.

    `speaker` is a name, `search` a query (see `suggest.study.searching`). With `code` that code is suggested for the
    segment; with `mine` one's own coding of it stands there. `state` is one of STATES: `open` is what is left, what was
    put off at its end; `later` only what was put off; `flagged`, `completed` and `stale` are one's own.
    """

    document: str | None = None
    speaker: str | None = None
    code: str | None = None
    mine: str | None = None
    state: str = "open"
    search: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise UsageError(f"{self.state} is not a state. There are: {', '.join(STATES)}.")


def named_filter(
    study: Study,
    *,
    document: str | None = None,
    speaker: str | None = None,
    code: str | None = None,
    mine: str | None = None,
    state: str = "open",
    search: str = "",
) -> Filter:
    """The filter of a choice as a person names it: a document's label, a speaker's name, codes by whatever names them.

    BadInput, naming what there is, for what there is not.
    """
    codebook = Codebook(study)
    codebook.refresh()
    return Filter(
        None if document is None else find_document(study, document).id,
        None if speaker is None else check_speaker(study, speaker),
        None if code is None else codebook.find(code).id,
        None if mine is None else codebook.find(mine).id,
        state,
        search,
    )


class Narrowing:
    """Works out what a filter leaves for a coder in a round.

    Keep it: what the words decide is looked for once, and again only after texts have changed."""

    def __init__(self, study: Study, coder: str, round_: str, chosen: Filter) -> None:
        self._study, self._coder, self._round, self._chosen = study, coder, round_, chosen
        self.first, self.last = 0, None
        if chosen.document is not None:
            held = get_document(study, chosen.document)
            self.first, self.last = held.first, held.first + held.count - 1
        self._stale = StaleSegments(study, round_, coder)
        self._texts: tuple[int, int] | None = None
        self._said = SegmentSet()

    @property
    def everything(self) -> bool:
        """Whether neither words, speakers nor codings narrow the choice."""
        return not (self._chosen.speaker or self._chosen.search.strip() or self._chosen.mine)

    def wanted(self) -> SegmentSet | None:
        """The segments that are wanted whatever their state; None for all of the document, or of the study."""
        if self.everything:
            return None
        found = self._by_words() if self._chosen.speaker or self._chosen.search.strip() else None
        if self._chosen.mine is None:
            return found
        mine = gathered(coded_with(self._study, self._round, self._coder, self._chosen.mine))
        mine = mine - come_back(self._study, self._coder)  # being here would tell how it was coded
        return mine if found is None else found & mine

    def in_state(self) -> SegmentSet:
        """The segments that are flagged, completed or stale, whichever is asked for."""
        match self._chosen.state:
            case "flagged":
                return gathered(flagged(self._study, self._round, self._coder))
            case "completed":
                return read_set(self._study, f"done:{self._round}:{self._coder}", self.first, self.last)
            case _:
                return self._stale.numbers()

    def _by_words(self) -> SegmentSet:
        """By speaker and search, kept until a document comes, is corrected or erased."""
        stamp = (words_changed(self._study), newest_document(self._study))
        if self._texts != stamp:
            self._texts, self._said = stamp, self._look()
        return self._said

    def _look(self) -> SegmentSet:
        speaker, query = self._chosen.speaker, self._chosen.search
        said = None if speaker is None else gathered(spoken_by(self._study, speaker, self.first, self.last))
        if not query.strip():
            return said or SegmentSet()
        found = matching(self._study, query, self.first, self.last)
        return found if said is None else found & said
