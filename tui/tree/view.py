"""What the screen of the code tree reads of the study: of others' work only what the coder may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggest.errors import Refused
from suggest.review.sight import Sight
from suggest.review.visible import CodeCounts, code_counts, coded_segments, own_seen
from suggest.study.applied import applied_together
from suggest.study.carry import Answer
from suggest.study.codes import read_codes
from suggest.study.people import coders
from suggest.study.rounds import current_round, rounds
from suggest.study.segments import SegmentReader
from suggest.study.sets import SegmentSet
from suggest.study.stale import stale
from suggest.study.study import Study
from suggest.study.wordings import CodeEvent, code_events
from tui.terminal.meaning import Meaning, meaning_of

PAGE = 64
"""Lines of a list that are read at once."""
SHOWN = 300
"""Of a segment's words so many characters are read for a line of a list."""

WHY = {Answer.STALE: "meaning changed", Answer.OPEN: "open", Answer.NOT_IN_SCOPE: "new"}


@dataclass(frozen=True)
class About:
    """A code beyond its words: what befell it, the segments that bear it as far as the coder may see who says so, and
    codes that the coder applied together with it."""

    code: str
    events: tuple[CodeEvent, ...]
    names: Mapping[str, str]
    people: Mapping[str, str]
    mine: SegmentSet
    colleagues: SegmentSet
    segments: Sequence[int]
    together: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SegmentLine:
    """A segment for a list: its number, id, citation, and the beginning of its words."""

    number: int
    id: str
    cite: str
    words: str


@dataclass(frozen=True)
class AgainLine:
    """A segment that the coder has to read again: which codes, and why; the round in which it was completed, and
    whether that is the one that the coder works in now, so that it can be done."""

    number: int
    round: str
    now: bool
    why: str


def read_tree(study: Study) -> tuple[Meaning, ...]:
    """The codes in use, in the order of the tree."""
    return tuple(meaning_of(code) for code in read_codes(study))


def read_own_counts(study: Study, coder: str) -> Mapping[str, CodeCounts]:
    """The coder's own counts by code, which are quickly read: without what colleagues, models and changes add."""
    own = own_seen(Sight(study, coder))
    return {code: CodeCounts(at.segments, at.documents, at.segments) for code, at in own.items()}


def read_counts(study: Study, coder: str) -> Mapping[str, CodeCounts]:
    """All counts by code, as far as the coder may know them."""
    return code_counts(Sight(study, coder))


def read_about(study: Study, coder: str, code: str, paths: Mapping[str, str]) -> About:
    """All about a code that the coder may know. `paths` are those of the codes in use, which the screen has."""
    with study.reading():
        events, together = code_events(study, code), applied_together(study, coder, code)
        named = {id_ for event in events for id_ in event.others} | {other for other, _ in together}
        names = (
            paths if named <= paths.keys() else {item.id: item.path_text for item in read_codes(study, all_states=True)}
        )
        mine, colleagues = coded_segments(Sight(study, coder), code)
        people = {person.id: person.name for person in coders(study)}
        return About(
            code,
            tuple(events),
            names,
            people,
            mine,
            colleagues,
            sorted(mine | colleagues),
            tuple(together),
        )


def read_lines(study: Study, numbers: Sequence[int]) -> list[SegmentLine]:
    """The segments of those numbers, for a list; what is gone has an empty line."""
    reader = SegmentReader(study)
    found = [(number, reader.number(number)) for number in numbers]
    return [
        SegmentLine(number, "", "", "")
        if segment is None
        else SegmentLine(
            number, segment.id, segment.cite, f"{segment.text[:SHOWN]}{'…' if len(segment.text) > SHOWN else ''}"
        )
        for number, segment in found
    ]


def read_again(study: Study, coder: str) -> list[AgainLine]:
    """What the coder has to read again, in the order of rounds and text."""
    with study.reading():
        paths = {code.id: code.path_text for code in read_codes(study)}
        named = {round_.id: round_.name for round_ in rounds(study)}
        try:
            now = current_round(study, coder).id
        except Refused:
            now = ""
        return [
            AgainLine(
                unit.number,
                named[unit.round],
                unit.round == now,
                "; ".join(f"{paths[code]} ({WHY[answer]})" for code, answer in unit.codes[:6])
                + (f" and {len(unit.codes) - 6} more" if len(unit.codes) > 6 else ""),
            )
            for unit in stale(study, coder=coder)
        ]
