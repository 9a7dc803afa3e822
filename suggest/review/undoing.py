"""Undo and redo: one's own acts, the newest first, as entries of their own."""

from __future__ import annotations

from suggest.review.answers import Answer, Touched
from suggest.review.requests import Declined, Request
from suggest.review.work import check_place
from suggest.study.again import come_back
from suggest.study.log import EntryRef, Writer
from suggest.study.rounds import rounds
from suggest.study.segments import segment_id
from suggest.study.study import Study
from suggest.study.units import (
    Undoable,
    bulk_acts,
    bulk_undone,
    last_act,
    last_undone,
    others_stand_on,
    ref_digest,
)  # fmt: skip


def undo(study: Study, writer: Writer, coder: str, request: Request) -> Answer:
    """Take back the coder's newest act that stands; a bulk act as a whole."""
    act = last_act(study, coder)
    if act is None:
        raise Declined("nothing_to_undo", "There is nothing of yours left to undo.")
    _check_open(study, act)
    _check_first(study, coder, act, "undo")
    if others_stand_on(study, coder, act):
        raise Declined(
            "others_build_on_it",
            "Others have worked on with this change, so it cannot be undone: make the opposite change instead.",
        )
    targets = [act.target] if act.bulk is None else bulk_acts(study, coder, act.bulk)
    entry = _revert(study, writer, targets, request)
    return Answer(entry, request.ref, undone=_touched(study, act, len(targets)))


def redo(study: Study, writer: Writer, coder: str, request: Request) -> Answer:
    """Bring back what was undone last, unless the coder has acted since; a bulk act as a whole."""
    act = last_undone(study, coder)
    if act is None:
        raise Declined("nothing_to_undo", "There is nothing to redo: nothing was undone since your last act.")
    _check_open(study, act)
    _check_first(study, coder, act, "redo")
    if act.action == "complete" and act.segment is not None:
        round_ = next((known for known in rounds(study) if known.id == act.round), None)
        if round_ is not None:
            check_place(study, coder, round_, act.segment)
    targets = [act.entry] if act.bulk is None else bulk_undone(study, coder, act.bulk)
    entry = _revert(study, writer, targets, request)
    return Answer(entry, request.ref, redone=_touched(study, act, len(targets)))


def _revert(study: Study, writer: Writer, targets: list[EntryRef], request: Request) -> EntryRef:
    """One entry for each target, the client's own id with the first."""
    ref = ref_digest(study, request.ref) if request.ref is not None else None
    entries = [
        writer.append("reverted", {"entry": list(target), "ref": ref if i == 0 else None})
        for i, target in enumerate(targets)
    ]
    return entries[0]


def _check_open(study: Study, act: Undoable) -> None:
    if any(known.id == act.round and known.state != "open" for known in rounds(study)):
        raise Declined("closed", "It was done in a round that is closed now: nothing in it changes any more.")


def _check_first(study: Study, coder: str, act: Undoable, what: str) -> None:
    """While a segment waits for a second answer the first one is not to be seen, and stays as it is."""
    second = any(known.id == act.round and known.second for known in rounds(study))
    if act.segment is not None and act.segment in come_back(study, coder) and not second:
        raise Declined(
            "conflict",
            f"Your next {what} would touch a segment that has come back to be coded once more: complete it first.",
        )


def _touched(study: Study, act: Undoable, count: int) -> Touched:
    if act.bulk is not None:
        return Touched("bulk", None, count)
    return Touched(act.action, None if act.segment is None else segment_id(study, act.segment))
