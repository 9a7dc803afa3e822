"""What the screen of the code tree reads of the study: nothing in it comes from colleagues' codings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggest.errors import Refused
from suggest.study.applied import Applied, applied_counts, applied_segments, applied_together
from suggest.study.carry import Answer
from suggest.study.codes import read_codes
from suggest.study.people import coders
from suggest.study.rounds import current_round, rounds
from suggest.study.segments import SegmentReader
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
class Counts:
    """By code's id: where the coder applied it, and on how many segments it has to be looked at again."""

    applied: Mapping[str, Applied]
    stale: Mapping[str, int]


@dataclass(frozen=True)
class About:
    """A code beyond its words: what befell it, the coder's segments with it, and codes applied together with it."""

    code: str
    events: tuple[CodeEvent, ...]
    names: Mapping[str, str]
    people: Mapping[str, str]
    segments: Sequence[int]
    together: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SegmentLine:
    """A segment for a list: its id, citation, and the beginning of its words."""

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


def read_applied(study: Study, coder: str) -> Counts:
    """The coder's own counts as far as they are quickly read: without what is stale."""
    return Counts(applied_counts(study, coder), {})


def read_stale(study: Study, coder: str) -> Mapping[str, int]:
    """On how many of the coder's completed segments each code has to be looked at again."""
    found: dict[str, int] = {}
    for unit in stale(study, coder=coder):
        for code, _ in unit.codes:
            found[code] = found.get(code, 0) + 1
    return found


def read_about(study: Study, coder: str, code: str) -> About:
    """All about a code that the coder may know."""
    with study.reading():
        names = {item.id: item.path_text for item in read_codes(study, all_states=True)}
        people = {person.id: person.name for person in coders(study)}
        return About(
            code,
            tuple(code_events(study, code)),
            names,
            people,
            applied_segments(study, coder, code),
            tuple(applied_together(study, coder, code)),
        )


def read_lines(study: Study, numbers: Sequence[int]) -> list[SegmentLine]:
    """The segments of those numbers, for a list; what is gone has an empty line."""
    reader = SegmentReader(study)
    found = [reader.number(number) for number in numbers]
    return [
        SegmentLine("", "", "") if segment is None else SegmentLine(segment.id, segment.cite, segment.text[:SHOWN])
        for segment in found
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
