"""What leaves: refused where the study does not allow the host, withheld where consent or the text changed since the
question was made, and on record before it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from suggest.engine.profiles import Profile
from suggest.errors import Refused
from suggest.models.chat.asking import Leave
from suggest.models.chat.questions import Question, Withheld
from suggest.printable import counted
from suggest.study.hosts import is_allowed, record_sent
from suggest.study.leases import Lease
from suggest.study.selecting import may_leave, text_version
from suggest.study.study import Study

GATHER = 0.025
"""Seconds for which questions wait for others to go on record with: each write waits for the disk. Meanwhile others are
under way, so that this costs no time where there are more of them than one."""


def refuse_unless_allowed(study: Study, profile: Profile, segments: int) -> None:
    """Refused, saying what would have been sent, where text would leave for a host that the study does not allow."""
    if profile.host is None or not profile.scope.leaving or is_allowed(study, profile.host):
        return
    around = f", with {profile.scope.neighbours} turns before and after each" if profile.scope.neighbours else ""
    around += ", what stands beside each in another language" if profile.scope.beside else ""
    raise Refused(
        f"The study does not allow text to go to {profile.host}. The words of "
        f"{counted(segments, 'segment')}{around}, the code tree and the study's title would have been "
        f"sent there; nothing was. If that may be, say 'secondcoder hosts STUDY allow {profile.host}'."
    )


class Outbox:
    """Puts on record what goes to a host, in the run: requests that come at once share one entry and one write.

    Everything is asked again in that very write, and as a request leaves if anybody else has written since: a host that
    was taken back in the middle of a run gets nothing more, and words that were withdrawn, corrected or kept here since
    their question was made do not go out with it. What was about to leave then, or when the run was ended, is on record
    and has not left.
    """

    def __init__(
        self, study: Study, actor: str, run: str, profile: Profile, *, holds: Callable[[str], bool],
        let_go: Callable[[str], None], still: Callable[[], None], lease: Lease,
    ) -> None:  # fmt: skip
        """`holds` says whether the text that a segment's question was made from is still the study's; `let_go` hears of
        a segment whose question is withheld. `still` is called in each write, and raises where nothing may go on, as
        `lease` does where another process has taken the run over."""
        self._study, self._actor, self._run, self._profile = study, actor, run, profile
        self._holds, self._let_go, self._still, self._lease = holds, let_go, still, lease
        self._quoted_told = False
        self._as_of = -1
        self._waiting: list[tuple[Question, int, asyncio.Future[int]]] = []

    async def __call__(self, question: Question, characters: int) -> Leave:
        """Returns when the entry is on disk, with what is to be called as the question leaves. Withheld, from either,
        where this question may not go, Refused where the host is not allowed any more."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[int] = loop.create_future()
        if not self._waiting:
            loop.call_later(GATHER, self._write)
        self._waiting.append((question, characters, written))
        as_of = await written
        return lambda: self._leaves(question, as_of)

    def _leaves(self, question: Question, as_of: int) -> None:
        if self._study.others() == as_of:
            return
        with self._study.reading():
            refuse_unless_allowed(self._study, self._profile, 1)
            self._still()
            self._lease.check(self._study)
            if not (self._may_leave(question.quoted) and self._may_go(question)):
                self._withheld(question)
                raise Withheld

    def _withheld(self, question: Question) -> None:
        if question.asked == 1:  # of several each is asked by itself then
            self._let_go(question.segments[0])

    def _write(self) -> None:
        batch, self._waiting = [one for one in self._waiting if not one[2].cancelled()], []
        try:
            going = self.recorded([(question, characters) for question, characters, _ in batch])
        except Exception as error:
            for _, _, written in batch:
                written.set_exception(error)
            return
        for (question, _, written), goes in zip(batch, going, strict=True):
            if goes:
                written.set_result(self._as_of)
            else:
                self._withheld(question)
                written.set_exception(Withheld())

    def recorded(self, batch: list[tuple[Question, int]]) -> list[bool]:
        """Which of these questions, each with its characters, may go; those that do are on record, on disk, when this
        returns."""
        if not batch:
            return []
        with self._study.write(self._actor) as writer:
            refuse_unless_allowed(self._study, self._profile, len(batch))
            self._still()
            self._lease.hold(self._study)
            self._as_of = self._study.others()
            quoted = batch[0][0].quoted
            all_may = self._may_leave(quoted)
            going = [all_may and self._may_go(question) for question, _ in batch]
            sent = [one for one, goes in zip(batch, going, strict=True) if goes]
            if sent:
                # What is quoted in the codes' wordings stands in every question; it is listed once.
                segments = [*(() if self._quoted_told else quoted)]
                segments += [segment for question, _ in sent for segment in question.segments]
                total = sum(characters for _, characters in sent)
                record_sent(self._study, writer, self._run, self._profile.host or "", segments, len(sent), total)
        self._quoted_told = self._quoted_told or bool(sent)
        return going

    def _may_go(self, question: Question) -> bool:
        if not all(self._holds(segment) for segment in question.segments[: question.asked]):
            return False
        if any(text_version(self._study, document) != version for document, version in question.versions):
            return False
        return self._may_leave(question.segments)

    def _may_leave(self, segments: tuple[str, ...]) -> bool:
        return may_leave(self._study, segments, leaving=self._profile.scope.leaving)
