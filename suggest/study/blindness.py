"""Which segments are blind for a coder, over all rounds that are open: what is blind in one is blind in every other.

A segment stays so until the coder has committed an answer to it in each open round in which it was drawn blind. A
document whose core is not drawn yet in an open round counts as blind, and so does all of a round that the coder has
not joined yet, since nobody knows what will be.
"""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.rounds import Round, rounds, undrawn_spans
from suggest.study.sets import SegmentSet, gathered_spans, in_set, read_set
from suggest.study.study import Study


def open_rounds(study: Study, coder: str) -> list[Round]:
    """The open rounds that a coder (an id) takes part in, in the order of opening; imported ones are no such."""
    return [
        item
        for item in rounds(study)
        if item.state == "open" and item.purpose != "imported" and (item.coders is None or coder in item.coders)
    ]


def blind_in(study: Study, round_: Round, coder: str) -> SegmentSet:
    """The segments that are blind for the coder in a round, whatever was committed or revealed since."""
    if round_.second:
        return read_set(study, f"scope:{round_.id}:{coder}")
    drawn = read_set(study, f"core:{round_.id}") | read_set(study, f"arm:{round_.id}:{coder}")
    return drawn | gathered_spans(undrawn_spans(study, round_, coder))


def blind_elsewhere(study: Study, coder: str, round_: Round, number: int) -> bool:
    """Whether another open round has the segment blind for the coder, who has not committed an answer there."""
    for other in open_rounds(study, coder):
        if other.id == round_.id:
            continue
        unit = f"{other.id}:{coder}"
        drawn = in_set(study, f"core:{other.id}", number) or in_set(study, f"arm:{unit}", number)
        if drawn and not (in_set(study, f"done:{unit}", number) or in_set(study, f"revealed:{unit}", number)):
            return True
    return False


def all_blind_elsewhere(study: Study, coder: str, round_: Round) -> SegmentSet:
    """All segments of which `blind_elsewhere` says so."""
    found = SegmentSet()
    for other in open_rounds(study, coder):
        if other.id != round_.id:
            unit = f"{other.id}:{coder}"
            drawn = read_set(study, f"core:{other.id}") | read_set(study, f"arm:{unit}")
            found = found | (drawn - read_set(study, f"done:{unit}") - read_set(study, f"revealed:{unit}"))
    return found


@dataclass(frozen=True)
class Blindness:
    """What is kept from one coder now: the segments whose suggestions are `withheld`, and those that the coder has not
    `committed` an answer to although they are blind, so that colleagues' codings are kept back as well."""

    withheld: SegmentSet
    uncommitted: SegmentSet


def blindness(study: Study, coder: str) -> Blindness:
    """What is kept from a coder (an id) now, read from pages of bits."""
    withheld = uncommitted = SegmentSet()
    for item in open_rounds(study, coder):
        blind, unit = blind_in(study, item, coder), f"{item.id}:{coder}"
        done = read_set(study, f"done:{unit}")
        seen = read_set(study, f"revealed:{unit}")
        withheld = withheld | (blind - (seen | done if item.released else seen))
        uncommitted = uncommitted | (blind - done)
    return Blindness(withheld, uncommitted)


def has_begun(study: Study, coder: str) -> bool:
    """Whether a coder (an id) has joined a round that is open, or is named in one."""
    query = "SELECT 1 FROM membership m JOIN round r USING (round) WHERE m.coder = ? AND r.state = 'open' LIMIT 1"
    if study.db.execute(query, (coder,)).fetchone() is not None:
        return True
    return any(item.coders is not None and coder in item.coders for item in open_rounds(study, coder))


def codes_here(study: Study, coder: str) -> bool:
    """Whether a coder (an id) has joined an open round in which people code here, or is named in one: not only codings
    of theirs were brought in."""
    query = (
        "SELECT 1 FROM membership m JOIN round r USING (round) WHERE m.coder = ? AND r.state = 'open' "
        "AND r.purpose <> 'imported' LIMIT 1"
    )
    if study.db.execute(query, (coder,)).fetchone() is not None:
        return True
    return any(item.coders is not None for item in open_rounds(study, coder))


def left_to_code_blind(study: Study, coder: str) -> int:
    """How many segments a coder (an id) who has begun has still to code blind: until then nobody else's work on them,
    nor figures of it, should be read."""
    if not has_begun(study, coder):
        return 0
    return (blindness(study, coder).uncommitted & read_set(study, "data")).count()
