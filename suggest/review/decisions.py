"""One coder at work: each request is checked and written in one transaction, and answered when it is on disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from suggest.errors import BadInput, Refused
from suggest.review.answers import Answer, Made, Revealed, declined
from suggest.review.bulk import decide_in_bulk
from suggest.review.claims import Claims
from suggest.review.codebook import Codebook
from suggest.review.entries import Entries, decided
from suggest.review.item import ItemReader, QueueLine, shown_hash
from suggest.review.near import near_duplicates
from suggest.review.opening import is_new, look, open_item
from suggest.review.queue import Queue
from suggest.review.requests import (
    Bulk,
    Complete,
    Declined,
    Flag,
    Judge,
    MakeCode,
    Mask,
    Memo,
    OnSegment,
    Remove,
    Request,
    Translated,
    parse,
)  # fmt: skip
from suggest.review.translating import translate
from suggest.review.undoing import redo, undo
from suggest.review.work import Work, check_queue
from suggest.study.again import answered_in, bring_back
from suggest.study.blindness import open_rounds
from suggest.study.codes import NewCode, Wording, add_codes_within
from suggest.study.documents import get_document, newest_document
from suggest.study.log import EntryRef, Writer
from suggest.study.masking import finish_mask, mask_within
from suggest.study.rounds import Round, current_round, find_round, make_ready, ready
from suggest.study.segments import Place, find_place
from suggest.study.sets import in_set
from suggest.study.study import Study
from suggest.study.suggestion_sets import get_set
from suggest.study.units import act_code, entry_of_ref, ref_digest

T = TypeVar("T")


class _NotReady(Exception):
    """The core of a document is not drawn yet, or the coder has not joined the round."""

    def __init__(self, round_: Round) -> None:
        self.round = round_


class Reviewer:
    """The review of one coder (an id) in one study, without a screen: one for each process or thread.

    `claims` is what it has open; whoever works through a screen calls `claims.beat()` now and then, and `leave` at the
    end.
    """

    def __init__(self, study: Study, coder: str) -> None:
        self._study, self._coder = study, coder
        self._codebook = Codebook(study)
        self._items = ItemReader(study, coder, self._codebook)
        self._entries = Entries(study, coder, self._codebook)
        self.claims = Claims(study, coder)
        self._writer: Writer | None = None
        self._stamp: tuple[int, int] | None = None
        self._rounds: dict[str | None, Round] = {}
        self._ready: dict[str, int] = {}

    def act(self, line: object) -> dict[str, Any]:
        """Carry out one decide object; the answer object. Only a file that cannot be written raises."""
        try:
            return self.do(parse(line)).to_json()
        except Declined as error:
            return declined(error, line)

    def act_and(self, line: object, then: Callable[[Answer], T]) -> tuple[dict[str, Any], T | None]:
        """`act`, and in the same transaction what follows from it, such as opening what comes next: at the end all of
        that is on disk, or nothing. None for what follows where the object was declined."""
        try:
            request = parse(line)

            def both() -> tuple[dict[str, Any], T]:
                with self._writing():
                    answer = self.do(request)
                    return answer.to_json(), then(answer)

            return self._made_ready(both)
        except Declined as error:
            return declined(error, line), None

    def do(self, request: Request) -> Answer:
        """Carry out a request; the answer, once all of it is on disk. Declined if it cannot be done."""

        def carry_out() -> Answer:
            with self._writing() as writer:
                return self._guarded(writer, request)

        answer = self._made_ready(carry_out)
        if answer.masked is not None:
            answer = replace(answer, masked=replace(answer.masked, scrubbed=finish_mask(self._study)))
        return answer

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """A write transaction, or a part of the one that is open. If it fails, what was held before is held still."""
        if self._writer is not None:
            yield self._writer
            self._writer.fold.flush()
            return
        held = self.claims.kept()
        try:
            with self._study.write(self._coder) as self._writer:
                yield self._writer
        except BaseException:
            self.claims.keep(held)
            raise
        finally:
            self._writer = None

    def _made_ready(self, job: Callable[[], T]) -> T:
        """Do a job; where a round turns out not to be ready, make it ready and begin anew, in no transaction."""
        while True:
            try:
                return job()
            except _NotReady as needed:
                if self._writer is not None:
                    raise
                make_ready(self._study, self._coder, needed.round)

    def round(self, name: str | None = None) -> Round:
        """The round that the coder works in (default: the newest open one), made ready. Declined if there is none."""

        def found() -> Round:
            with self._study.reading():
                return self._round(name)

        return self._made_ready(found)

    def show(self, numbers: Sequence[int], round_: Round) -> list[QueueLine]:
        """The lines of these segments for the screen: what is new on it is on record before this returns.

        In a study that is open for reading only they are read, and nothing is recorded.
        """
        with self._study.reading():
            lines = [self._line(round_, number) for number in numbers]
        if not self._study.writable or not any(is_new(line.view, line.hashes) for line in lines):
            return lines  # without waiting for whoever writes
        with self._writing() as writer:
            return [self._shown(writer, round_, number) for number in numbers]

    def open(self, number: int, round_: Round) -> QueueLine:
        """Show one segment to work on it: it is claimed, in place of what this session held, as it is recorded.

        What nothing is left to do on is shown and not claimed. Where others have taken the segment, nothing is claimed
        or recorded, and `held` of the line says who.
        """
        return self._claimed(number, round_) or self.show([number], round_)[0]

    def _claimed(self, number: int, round_: Round) -> QueueLine | None:
        """The line, claimed or with who has taken it; None if enough others have completed the segment meanwhile."""
        if not self._study.writable:
            return None
        with self._writing() as writer:
            line = self._line(round_, number)
            if line.view.unit.completed:
                return self._shown(writer, round_, number)
            if in_set(self._study, f"full:{line.round.id}", number):
                return None
            if holds := self.claims.hold(number, line.round):
                return replace(line, held=holds)
            return self._shown(writer, round_, number)

    def hold(self, numbers: Sequence[int], round_: Round) -> list[int]:
        """Claim segments besides what is held; those that are free, in their order."""
        with self._writing():
            return [number for number in numbers if not self.claims.hold(number, round_, besides=True)]

    def next(self, queue: Queue, passed: Collection[int] = ()) -> QueueLine | None:
        """Open what comes next in a queue of this coder, without the segments (numbers) that were `passed` by.

        None if nothing is free: `queue.held()` says what others have open.
        """
        while True:
            coming = queue.take(len(passed) + 1)
            number = next((number for number in coming if number not in passed), None)
            if number is None:
                return None
            line = self._claimed(number, queue.round) if self._study.writable else self.open(number, queue.round)
            if line is not None and not line.held:
                return line

    def leave(self) -> None:
        """Let go of what this session has open."""
        self.claims.free()

    def _shown(self, writer: Writer, round_: Round, number: int) -> QueueLine:
        line = self._line(round_, number)
        open_item(writer, line.round, self._coder, line.segment.id, line.view, line.hashes)
        return line

    def _line(self, round_: Round, number: int) -> QueueLine:
        """The line of a segment; where a second answer is waited for, that of its round."""
        return self._items.line(answered_in(self._study, round_, self._coder, number), number)

    def _refresh(self) -> None:
        stamp = self._study.stamp()
        if stamp != self._stamp:
            self._stamp, self._rounds = stamp, {}
        self._codebook.refresh()

    def _round(self, name: str | None) -> Round:
        self._refresh()
        if name in self._rounds:
            return self._rounds[name]
        round_ = self._find_round(name)
        newest = newest_document(self._study)
        if self._ready.get(round_.id) != newest:
            if not ready(self._study, self._coder, round_):
                raise _NotReady(round_)
            self._ready[round_.id] = newest
        # What is blind in another open round is blind in this one, too: it has to be drawn before anything shows.
        for other in open_rounds(self._study, self._coder) if self._study.writable else ():
            if other.id != round_.id and not ready(self._study, self._coder, other):
                raise _NotReady(other)
        self._rounds[name] = round_
        return round_

    def _find_round(self, name: str | None) -> Round:
        try:
            round_ = current_round(self._study, self._coder) if name is None else find_round(self._study, name)
        except Refused as error:
            raise Declined("closed", str(error)) from None
        except BadInput as error:
            raise Declined("invalid", str(error)) from None
        if round_.state != "open" or round_.purpose == "imported":
            raise Declined("closed", "The round is closed: nothing more is coded in it.")
        if round_.coders is not None and self._coder not in round_.coders:
            raise Declined("not_in_queue", "This coder does not take part in the round.")
        return round_

    def _guarded(self, writer: Writer, request: Request) -> Answer:
        try:
            return self._carry_out(writer, request)
        except Refused as error:
            raise Declined("withdrawn", str(error)) from None

    def _carry_out(self, writer: Writer, request: Request) -> Answer:
        self._refresh()
        if request.ref is not None:
            entry = entry_of_ref(self._study, self._coder, request.ref)
            if entry is not None:
                return self._repeated(entry, request)
        if isinstance(request, Bulk):
            work_on = partial(self._work, request.round)
            return decide_in_bulk(self._study, writer, self._coder, request, self._entries, work_on)
        if isinstance(request, OnSegment):
            return self._on_segment(writer, request)
        if request.action == "undo":
            return undo(self._study, writer, self._coder, request)
        return redo(self._study, writer, self._coder, request)

    def _repeated(self, entry: EntryRef, request: Request) -> Answer:
        """The first answer again, for a client that never read it."""
        made = None
        if isinstance(request, MakeCode) and (code := act_code(self._study, entry)) is not None:
            made = Made(code, self._codebook.path(code))
        return Answer(entry, request.ref, repeated=True, revealed=self._revealed_before(request), made=made)

    def _revealed_before(self, request: Request) -> Revealed | None:
        if not isinstance(request, Complete):
            return None
        place = find_place(self._study, request.segment)
        try:
            return None if place is None else self._reveal(self._work(request.round, place))
        except Declined:
            return None  # The round was closed in between: what was stored in it is stored all the same.

    def _work(self, name: str | None, place: Place) -> Work:
        round_ = answered_in(self._study, self._round(name), self._coder, place.number)
        return Work(round_, place, look(self._study, round_, self._coder, place.number, place.id))

    def _on_segment(self, writer: Writer, request: OnSegment) -> Answer:
        place = find_place(self._study, request.segment)
        if place is None:
            raise Declined("unknown_segment", "No segment of this study has that id.")
        ref = ref_digest(self._study, request.ref) if request.ref is not None else None
        if isinstance(request, Memo):
            text = writer.content("memo", request.text)
            about = {"about": "segment", "subject": place.id, "coding": None, "text": text}
            if request.type is not None:
                about["type"] = request.type
            return Answer(writer.append("memo_written", {"coder": self._coder, **about, "ref": ref}), request.ref)
        if isinstance(request, Mask):
            return self._mask(writer, place, request, ref)
        if isinstance(request, Translated):
            return translate(self._study, writer, place, request, ref)
        work = self._work(request.round, place)
        check_queue(self._study, self._coder, work, request)
        made = None
        if isinstance(request, MakeCode):
            made, kind, payloads = self._new_code(writer, work, request)
        else:
            kind, payloads = self._entries.of(work, request)
        if work.view.unit.sets is None or isinstance(request, Judge):
            self._open(writer, work, request)
        entries = self._store(writer, work, request, kind, payloads)
        revealed = None
        if isinstance(request, Complete):
            revealed = self._commit_blind(writer, work)
            bring_back(self._study, writer, self._coder, work.round)
        self._claim(work, request)
        return Answer(entries[0], request.ref, revealed=revealed, made=made)

    def _store(
        self, writer: Writer, work: Work, request: OnSegment, kind: str, payloads: list[dict[str, Any]]
    ) -> list[EntryRef]:
        ref = ref_digest(self._study, request.ref) if request.ref is not None else None
        unit = {"round": work.round.id, "coder": self._coder, "segment": work.place.id}
        reason = getattr(request, "reason", None)
        if kind == "decided":
            payloads = [{**part, "reason": writer.content("reason", reason) if reason else None} for part in payloads]
        return [
            writer.append(kind, {**unit, **payload, "ref": ref if i == 0 else None})
            for i, payload in enumerate(payloads)
        ]

    def _claim(self, work: Work, request: OnSegment) -> None:
        """Whoever works on a segment holds it, where not all code everything, until they are through with it."""
        if request.action in ("complete", "skip"):
            self.claims.done(work.place.number)
        elif work.round.overlap and not work.view.unit.completed and not isinstance(request, Remove | Flag):
            self.claims.hold(work.place.number, work.round, besides=True)

    def _mask(self, writer: Writer, place: Place, request: Mask, ref: str | None) -> Answer:
        self._entries.check_range(place, request.range)
        document = get_document(self._study, place.document)
        try:
            done = mask_within(
                self._study, writer, document, *request.range, throughout=bool(request.throughout), ref=ref
            )
        except BadInput as error:
            raise Declined("invalid", str(error)) from None
        return Answer(done.entry, request.ref, masked=done)

    def _new_code(self, writer: Writer, work: Work, request: MakeCode) -> tuple[Made, str, list[dict[str, Any]]]:
        near = () if request.sure else near_duplicates(self._codebook.codes, request.name)
        if near:
            told = [{"code": code.id, "path": code.path_text} for code in near]
            paths = "; ".join(code.path_text for code in near)
            sentence = f'There is nearly the same already: {paths}. Say "sure": true to make it all the same.'
            raise Declined("near_duplicate", sentence, near=told)
        given = request.range or (work.place.start, work.place.end)
        self._entries.check_range(work.place, given)
        parent = None if request.under is None else self._entries.code(request.under)
        new = NewCode("new", Wording(request.name), None if parent is None else parent.id)
        try:
            code = add_codes_within(self._study, writer, [new])["new"]
        except BadInput as error:
            raise Declined("conflict", str(error)) from None
        path = request.name if parent is None else f"{parent.path_text} > {request.name}"
        if request.suggestion is not None:
            return Made(code, path), "decided", [self._entries.in_place(work, request, code)]
        return Made(code, path), "decided", [decided("add", code=code, range=list(given))]

    def _open(self, writer: Writer, work: Work, request: OnSegment) -> None:
        """Record what the coder has on screen, where no queue did."""
        if isinstance(request, Judge) and self._entries.was_shown(work, request):
            return
        open_item(writer, work.round, self._coder, work.place.id, work.view, self._entries.current(work))

    def _commit_blind(self, writer: Writer, work: Work) -> Revealed | None:
        """A blind answer is committed by completing: bring up what was withheld, if it is ever to come up."""
        if work.view.exposure != "blind_then_shown":
            return None
        if not work.view.visible:
            hashes = work.view.unit.sets or self._entries.current(work)
            unit = {"round": work.round.id, "coder": self._coder, "segment": work.place.id}
            writer.append("revealed", {**unit, "sets": list(hashes)})
            return self._revealed(hashes)
        return self._reveal(work)

    def _reveal(self, work: Work) -> Revealed | None:
        """What was revealed on a segment before; None if nothing was."""
        if work.view.exposure != "blind_then_shown" or not work.view.unit.revealed:
            return None
        return self._revealed(work.view.unit.sets or ())

    def _revealed(self, hashes: Sequence[str]) -> Revealed:
        sets = [found for hash_ in hashes if (found := get_set(self._study, hash_)) is not None]
        return Revealed(shown_hash([found.hash for found in sets]), self._items.suggestions(sets))
