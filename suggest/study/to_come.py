"""Which segments somebody has still to code: what others said of these is for nobody's eyes, a model's among them where
its words may repeat it."""

from __future__ import annotations

from suggest.study.blindness import blind_in, open_rounds
from suggest.study.documents import list_documents
from suggest.study.history import position_of
from suggest.study.log import EntryRef
from suggest.study.rounds import Round, rounds
from suggest.study.segments import segment_number
from suggest.study.sets import SegmentSet, gathered, gathered_spans, read_set
from suggest.study.settings import get_setting
from suggest.study.study import Study


def still_to_code(study: Study, upto: EntryRef) -> SegmentSet:
    """The segments that a coder of an open round had not completed there by an entry, as rounds and coders are today;
    what had come back by then to be coded once more is among them.

    A coder who is named in a round and has not joined it has all of its documents before them. With the setting `peers`
    = `shown` only what is blind for somebody counts, since the rest may be seen anyway. What is completed or comes back
    after the entry changes nothing, so that a run finds again what it had learned from.
    """
    seen = get_setting(study, "peers") == "shown"
    position = position_of(study, upto)
    found = SegmentSet()
    for item in rounds(study):
        if item.state != "open" or item.purpose in ("imported", "consensus"):
            continue
        joined = [coder for (coder,) in study.db.execute("SELECT coder FROM membership WHERE round = ?", (item.id,))]
        if item.second:
            for coder in joined:
                found |= _come_back_by(study, item, coder, upto) - _completed(study, item, coder, position)
            continue
        for coder in joined:
            if seen:
                found |= _blind_for(study, coder, position)
            else:
                unit = f"{item.id}:{coder}"
                given = read_set(study, f"left:{unit}") | read_set(study, f"done:{unit}")
                found |= given - _completed(study, item, coder, position)
        if set(item.coders or ()) - set(joined):
            found |= _all_of(study, item)
    return found


def _blind_for(study: Study, coder: str, position: int) -> SegmentSet:
    """What is blind for the coder in a round and was not completed there by then."""
    found = SegmentSet()
    for item in open_rounds(study, coder):
        if not item.second:
            found |= blind_in(study, item, coder) - _completed(study, item, coder, position)
    return found


def _come_back_by(study: Study, second: Round, coder: str, upto: EntryRef) -> SegmentSet:
    """What had come back to the coder by then, and is still to be coded by what consent says today."""
    rows = study.db.execute(
        "SELECT DISTINCT json_extract(payload, '$.segment') FROM log WHERE kind = 'came_back' "
        "AND json_extract(payload, '$.round') = ? AND json_extract(payload, '$.coder') = ? AND "
        "(clock, tick, replica, seq) <= (SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?)",
        (second.id, coder, *upto),
    ).fetchall()
    numbers = [number for (id_,) in rows if (number := segment_number(study, id_)) is not None]
    return gathered(numbers) & read_set(study, f"scope:{second.id}:{coder}")


def _completed(study: Study, round_: Round, coder: str, position: int) -> SegmentSet:
    rows = study.db.execute(
        "SELECT segment FROM unit WHERE round = ? AND coder = ? AND completed <= ?", (round_.id, coder, position)
    )
    return gathered(number for (number,) in rows)


def _all_of(study: Study, round_: Round) -> SegmentSet:
    return gathered_spans(
        (document.first, document.first + document.count - 1)
        for document in list_documents(study)
        if document.count and (round_.documents is None or document.id in round_.documents)
    )


def blind_blocks(study: Study) -> list[tuple[int, int]]:
    """The blocks of all blind cores, released or not: the numbers of their first and last segments, in order."""
    return study.db.execute("SELECT DISTINCT first, last FROM core_block ORDER BY first, last").fetchall()
