"""Open rounds that wait for coders who have not begun in them: how many segments each would have before them."""

from __future__ import annotations

from suggest.study.assigned import assigned
from suggest.study.blindness import open_rounds
from suggest.study.fold.rounds import kept_out, spans_of
from suggest.study.pending import members
from suggest.study.people import coders
from suggest.study.rounds import Round
from suggest.study.sets import SegmentSet, gathered_spans, read_set
from suggest.study.study import Study
from suggest.study.unit import SECOND


def would_have(study: Study, round_: Round, coder: str) -> SegmentSet:
    """The segments that a coder (an id) would have left on joining the round, by the very rules of joining."""
    given = gathered_spans((first, last) for _, first, last in spans_of(study.db, round_.id, coder))
    barred: dict[int, int] = {}
    for page, bit in kept_out(study.db):
        barred[page] = barred.get(page, 0) | bit
    return (given & read_set(study, "data")) - SegmentSet(barred) - read_set(study, f"full:{round_.id}")


def not_begun(study: Study) -> dict[str, dict[str, int]]:
    """By coder (an id), the open rounds (by name) that a person has not begun in, with the segments that wait there.

    A round that is everybody's waits for those whose work is known from another one, an imported one too, and for those
    who were assigned something in it: other names are no coders so far. Consensus rounds wait for nobody.
    """
    with study.reading():
        known = {coder for (coder,) in study.db.execute("SELECT DISTINCT coder FROM membership")}
        found: dict[str, dict[str, int]] = {}
        for person in (coder.id for coder in coders(study) if coder.type == "person"):
            for item in open_rounds(study, person):
                called = item.coders is not None or person in known or person in assigned(study, item.id)
                if called and item.purpose not in ("consensus", SECOND) and person not in members(study, item.id):
                    found.setdefault(person, {})[item.name] = would_have(study, item, person).count()
        return found
