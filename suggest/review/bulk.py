"""Deciding several listed suggestions at once: all of them or none, logged as bulk and undone as one."""

from __future__ import annotations

from collections.abc import Callable

from suggest.review.answers import Answer
from suggest.review.entries import Entries
from suggest.review.opening import open_item
from suggest.review.requests import Bulk, Declined, Judge
from suggest.review.work import Work, check_queue
from suggest.study.log import EntryRef, Writer
from suggest.study.segments import Place, find_place, segment_id
from suggest.study.study import Study
from suggest.study.suggestion_sets import segment_of_suggestion
from suggest.study.units import ref_digest


def decide_in_bulk(
    study: Study, writer: Writer, coder: str, request: Bulk, entries: Entries, work_on: Callable[[Place], Work]
) -> Answer:
    """Carry the verdict out on each suggestion, in the order given. Declined, naming the first that stands against it:
    one that is blind or was drawn blind, is not known, or lies on a segment that is not the coder's to work on."""
    bulk = writer.new_id("b")
    stored: list[EntryRef] = []
    for suggestion in request.suggestions:
        work = work_on(_place(study, suggestion))
        if work.view.assigned != "shown" or not work.view.visible:
            raise Declined("not_shown", f"{suggestion} lies on a blind segment: those are decided one by one.")
        check_queue(study, coder, work, None)
        judge = Judge(request.verdict, None, None, work.place.id, suggestion, None, None, None)
        payload = entries.judgement(work, judge)
        if not entries.was_shown(work, judge):
            open_item(writer, work.round, coder, work.place.id, work.view, entries.current(work))
        unit = {"round": work.round.id, "coder": coder, "segment": work.place.id}
        ref = ref_digest(study, request.ref) if request.ref is not None and not stored else None
        reason = writer.content("reason", request.reason) if request.reason else None
        stored.append(writer.append("decided", {**unit, **payload, "reason": reason, "ref": ref, "bulk": bulk}))
    return Answer(stored[0], request.ref, bulk=tuple(stored))


def _place(study: Study, suggestion: str) -> Place:
    number = segment_of_suggestion(study, suggestion)
    place = None if number is None else find_place(study, segment_id(study, number))
    if place is None:
        raise Declined("unknown_suggestion", f"No suggestion has the id {suggestion[:40]}.")
    return place
