"""The one retry loop: a question is asked until it is answered or it is clear that it will not be."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, stop_after_delay

from suggest.models.chat.budget import Budget
from suggest.models.chat.calls import Body, CallFailed, Limit, Reply, Retry
from suggest.models.chat.gate import Gate
from suggest.models.chat.health import Health

ATTEMPTS = 8
LONGEST = 900.0
"""Seconds after which a question that was refused time and again is given up."""
FIRST_WAIT, MOST_WAIT = 0.5, 30.0
PATIENT = 60
"""So many refusals for the rate alone are borne: they say nothing of the question."""


async def pause(seconds: float) -> None:
    """Wait before the next attempt."""
    await asyncio.sleep(seconds)


Leave: TypeAlias = Callable[[], None]
"""Called at the moment in which a question that is on record leaves: raises where it may not any more."""


class Caller(Protocol):
    """What asks an endpoint once."""

    async def call(self, body: Body) -> tuple[Reply, Limit]: ...


class Asking:
    """Asks through a gate and within a budget. `sending` is awaited before each attempt with what will be sent: what
    goes out is on record first. That is done while others are under way, and what it gives is called as it leaves."""

    def __init__(
        self,
        client: Caller,
        gate: Gate,
        budget: Budget,
        sending: Callable[[Body], Awaitable[Leave | None]] | None = None,
        *,
        health: Health | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._client, self._gate, self._budget, self._sending = client, gate, budget, sending
        self._health = health or Health()
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, keeps no secret

    async def ask(self, body: Body, tokens_in: int, answers: int = 1) -> Reply:
        """The answer to one question. `tokens_in` is the most that the prompt may come to, `answers` about how many
        segments it asks.

        CallFailed where it is not to be had, a fatal one where none is to be expected any more; `BudgetReached` where
        the next attempt might cost more than is left.
        """
        retrying = AsyncRetrying(
            stop=_given_up,
            wait=self._wait,
            retry=retry_if_exception(lambda error: isinstance(error, CallFailed) and error.passes),
            reraise=True,
            sleep=lambda seconds: pause(seconds),
        )
        try:
            reply: Reply = await retrying(self._once, body, tokens_in, answers)
        except CallFailed as error:
            raise self._health.given_up(error) from None
        return reply

    async def _once(self, body: Body, tokens_in: int, answers: int) -> Reply:
        share = await self._budget.reserve(tokens_in, answers)
        leave: Leave | None = None

        async def on_record() -> None:
            nonlocal leave
            leave = await self._sending(body) if self._sending is not None else None

        try:
            async with self._gate.attempt(on_record) as epoch:
                if leave is not None:
                    leave()
                share.sent()
                try:
                    reply, limit = await self._client.call(body)
                except CallFailed as error:
                    if error.retry is Retry.RATE_LIMIT:
                        self._gate.too_many(epoch, error.wait)
                    share.failed(may_cost=error.may_cost, usage=error.usage, answered=error.raw is not None)
                    raise self._health.failed(error) from None
            self._health.answered()
            self._gate.went_well(limit)
            share.answered(reply.usage)
            return reply
        finally:
            share.close()

    def _wait(self, state: RetryCallState) -> float:
        """What the endpoint asked for, or a growing time with some chance in it, whichever is longer."""
        error = state.outcome.exception() if state.outcome else None
        growing = min(MOST_WAIT, FIRST_WAIT * 2.0 ** min(state.attempt_number - 1, 10))
        asked = error.wait if isinstance(error, CallFailed) and error.wait is not None else 0.0
        if isinstance(error, CallFailed) and error.retry is Retry.RATE_LIMIT:
            # The gate holds everybody back for what was asked; waiting here as well would be waiting twice.
            growing = min(growing, 2.0)
            asked = 0.0
        return max(asked, growing * (0.5 + self._chance.random() / 2))


_too_often = stop_after_attempt(ATTEMPTS)
_refused_too_often = stop_after_attempt(PATIENT)
_too_long = stop_after_delay(LONGEST)


def _given_up(state: RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    for_the_rate = isinstance(error, CallFailed) and error.retry is Retry.RATE_LIMIT
    return bool((_refused_too_often if for_the_rate else _too_often)(state)) or bool(_too_long(state))
