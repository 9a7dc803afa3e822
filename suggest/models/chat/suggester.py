"""A chat model as a suggester: a question for each segment, answers checked, and everything that can go wrong typed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any

from suggest.models.chat.answering import Answering, Came
from suggest.models.chat.asking import Caller
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.gate import Gate
from suggest.models.chat.health import Health
from suggest.models.chat.identity import STORE_EVERY, THRESHOLD, Chat
from suggest.models.chat.questioner import Questioner
from suggest.models.interface import Halted, Outcome, Task

__all__ = ["STORE_EVERY", "THRESHOLD", "Chat", "ChatSuggester"]


class ChatSuggester(Questioner):
    """A `Suggester` that asks an endpoint. Its client is made when the first question is asked.

    Where each question is asked several times, what has an answer is the segment: each sample is put on record by
    itself, and a segment's outcome is what all of them come to, or the first failure among them.

    Where a question asks about several segments, each has an outcome of its own; one that has no answer that can be
    read among the others' is asked about by itself.
    """

    def __init__(self, chat: Chat, client: Callable[[Endpoint], Caller] | None = None) -> None:
        """`client` makes what calls the endpoint; by default the `openai` client, imported then."""
        super().__init__(chat)
        self._gate, self._health = Gate(chat.endpoint.concurrency), Health()
        self._answering = Answering(self, client or _client, self._gate, self._health)

    async def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        """One outcome for each task, as they come, as many questions at a time as the endpoint bears.

        Halted where every further question would fail as well, might cost more than the ceiling, or may not be sent:
        calls under way are waited for, since they may have been paid for, and the others are left without an outcome.
        """
        asking: set[asyncio.Task[Came]] = set()
        waiting = aiter(tasks)
        coming: asyncio.Task[list[Task]] | None = None
        stopped_by: Exception | None = None
        over = self._answering.stopped = False
        try:
            while asking or not over:
                if coming is None and not over and len(asking) < 2 * self._gate.room:
                    coming = asyncio.ensure_future(_next(waiting, self.chat.per_call))
                either: set[asyncio.Future[Any]] = {*asking} | ({coming} if coming is not None and not over else set())
                done, _ = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if coming is not None and coming in done:
                    done.discard(coming)
                    try:
                        asking.add(asyncio.create_task(self._answering.outcomes(coming.result())))
                    except StopAsyncIteration:
                        over = True
                    coming = None
                for ended in done:
                    asking.discard(ended)
                    if ended.cancelled():
                        continue
                    if (error := ended.exception()) is None:
                        came = ended.result()
                        if not self._answering.stopped:
                            asking |= {asyncio.create_task(self._answering.alone(*one)) for one in came.left}
                        for outcome in came.outcomes:
                            yield outcome
                        if self._health.hopeless and stopped_by is None:
                            stopped_by, over = Halted(f"{self.chat.endpoint.host}: {self._health.hopeless}."), True
                            self._answering.stop(asking)
                    elif isinstance(error, Exception):
                        stopped_by, over = stopped_by or error, True
                        self._answering.stop(asking)
                    else:
                        raise error
            if stopped_by is not None:
                raise stopped_by
        finally:
            left = [*asking, *([coming] if coming is not None else [])]
            for one in left:
                one.cancel()
            if left:
                await asyncio.gather(*left, return_exceptions=True)

    def prepare(self) -> None:
        """What has to be read before the first question is, in the caller's thread."""
        self.chat.prepare()

    async def aclose(self) -> None:
        """Gives the connections back. Safe to call twice."""
        self.chat.close()
        await self._answering.aclose()


async def _next(tasks: AsyncIterator[Task], most: int) -> list[Task]:
    """The next tasks, at least one and at most so many; StopAsyncIteration after the last."""
    found = [await anext(tasks)]
    while len(found) < most:
        try:
            found.append(await anext(tasks))
        except StopAsyncIteration:
            break
    return found


def _client(endpoint: Endpoint) -> Caller:
    from suggest.models.chat.client import Client

    return Client(endpoint)
