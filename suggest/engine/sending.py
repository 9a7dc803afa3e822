"""What leaves: refused where the study does not allow the host, and on record before it goes."""

from __future__ import annotations

import asyncio

from suggest.engine.profiles import Profile
from suggest.errors import Refused
from suggest.models.chat.suggester import Question
from suggest.study.hosts import is_allowed, record_sent
from suggest.study.study import Study


def refuse_unless_allowed(study: Study, profile: Profile, segments: int) -> None:
    """Refused, saying what would have been sent, where text would leave for a host that the study does not allow."""
    if profile.host is None or not profile.scope.leaving or is_allowed(study, profile.host):
        return
    around = f", with {profile.scope.neighbours} turns before and after each" if profile.scope.neighbours else ""
    raise Refused(
        f"The study does not allow text to go to {profile.host}. The words of {segments} segments{around}, the code "
        f"tree and the study's title would have been sent there; nothing was. If that may be, say 'secondcoder hosts "
        f"STUDY allow {profile.host}'."
    )


class Outbox:
    """Puts on record what goes to a host, in the run: requests that come at once share one entry and one write.

    Consent is asked again each time: a host that was taken back in the middle of a run gets nothing more.
    """

    def __init__(self, study: Study, actor: str, run: str, profile: Profile) -> None:
        self._study, self._actor, self._run, self._profile = study, actor, run, profile
        self._waiting: list[tuple[Question, int]] = []
        self._written: asyncio.Future[None] | None = None

    async def __call__(self, question: Question, characters: int) -> None:
        """Returns when the entry is on disk. Refused where the host is not allowed any more."""
        self._waiting.append((question, characters))
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(self._write, self._written)
        await asyncio.shield(self._written)

    def _write(self, written: asyncio.Future[None]) -> None:
        batch, self._waiting, self._written = self._waiting, [], None
        try:
            refuse_unless_allowed(self._study, self._profile, len(batch))
            segments = [segment for question, _ in batch for segment in question.segments]
            with self._study.write(self._actor) as writer:
                host = self._profile.host or ""
                total = sum(characters for _, characters in batch)
                record_sent(self._study, writer, self._run, host, segments, len(batch), total)
        except Exception as error:
            if not written.cancelled():
                written.set_exception(error)
        else:
            if not written.cancelled():
                written.set_result(None)
