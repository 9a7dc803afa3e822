"""The retry loop: what is tried again, how long it waits, and when it gives up."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from suggest.models.chat import asking as module
from suggest.models.chat.asking import ATTEMPTS, Asking
from suggest.models.chat.budget import Budget, Ceiling
from suggest.models.chat.calls import Body, CallFailed, Limit, Reply, Retry, Usage
from suggest.models.chat.gate import Gate
from suggest.models.interface import FailureKind

pytestmark = pytest.mark.asyncio
BUSY = CallFailed(FailureKind.TRANSPORT, "busy", Retry.TRANSIENT, may_cost=True)


class Fake:
    """Gives its answers in turn, the last for ever."""

    def __init__(self, *answers: CallFailed | Reply) -> None:
        self.answers, self.calls = answers, 0

    async def call(self, body: Body) -> tuple[Reply, Limit]:
        answer = self.answers[min(self.calls, len(self.answers) - 1)]
        self.calls += 1
        if isinstance(answer, CallFailed):
            raise answer
        return answer, Limit()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []

    async def pause(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(module, "pause", pause)
    return found


def asking(client: Fake, budget: Budget | None = None) -> Asking:
    return Asking(client, Gate(4), budget or Budget(Ceiling(), None, 10), chance=random.Random(1))


async def test_a_passing_fault_is_tried_again_after_growing_waits(waits: list[float]) -> None:
    client = Fake(BUSY, BUSY, BUSY, Reply("said"))
    assert (await asking(client).ask(Body(()), 5)).content == "said"
    assert client.calls == 4
    assert all(0.5 <= wait / full <= 1 for wait, full in zip(waits, (0.5, 1, 2), strict=True))


async def test_a_wait_that_the_endpoint_asks_for_is_kept(waits: list[float]) -> None:
    asked = CallFailed(FailureKind.TRANSPORT, "down", Retry.TRANSIENT, wait=9)
    await asking(Fake(asked, Reply("said"))).ask(Body(()), 5)
    assert waits == [9]


async def test_a_fault_that_stays_is_given_up(waits: list[float]) -> None:
    client = Fake(BUSY)
    with pytest.raises(CallFailed, match="busy"):
        await asking(client).ask(Body(()), 5)
    assert client.calls == ATTEMPTS


async def test_what_no_second_try_mends_is_not_tried_again(waits: list[float]) -> None:
    client = Fake(CallFailed(FailureKind.CONTEXT_OVERFLOW, "too long"))
    with pytest.raises(CallFailed, match="too long"):
        await asking(client).ask(Body(()), 5)
    assert (client.calls, waits) == (1, [])


async def test_refusals_for_the_rate_are_borne_longer_than_faults(waits: list[float]) -> None:
    refused = CallFailed(FailureKind.TRANSPORT, "too many", Retry.RATE_LIMIT, wait=0)
    client = Fake(*[refused] * 20, Reply("said"))
    assert (await asking(client).ask(Body(()), 5)).content == "said"


async def test_every_attempt_that_may_be_charged_for_stays_in_the_sum(waits: list[float]) -> None:
    budget = Budget(Ceiling(), None, 10)
    await asking(Fake(BUSY, Reply("said", usage=Usage(3, 2))), budget).ask(Body(()), 5)
    assert (budget.tokens_in, budget.tokens_out, budget.perhaps_out) == (3, 2, 10)


async def test_what_goes_out_is_on_record_before_it_does() -> None:
    order: list[str] = []

    class Recording(Fake):
        async def call(self, body: Body) -> tuple[Reply, Limit]:
            order.append("sent")
            return await super().call(body)

    async def sending(body: Body) -> Callable[[], None]:
        order.append("recorded")
        return lambda: order.append("leaves")

    budget = Budget(Ceiling(), None, 10)
    await Asking(Recording(Reply("said")), Gate(1), budget, sending).ask(Body(()), 5)
    assert order == ["recorded", "leaves", "sent"]


async def test_what_may_not_leave_after_all_is_not_sent_and_costs_nothing() -> None:
    def stay() -> None:
        raise PermissionError

    async def sending(body: Body) -> Callable[[], None]:
        return stay

    client, budget = Fake(Reply("said")), Budget(Ceiling(), None, 10)
    with pytest.raises(PermissionError):
        await Asking(client, Gate(1), budget, sending).ask(Body(()), 5)
    assert (client.calls, budget.unanswered, budget.perhaps_out) == (0, 0, 0)
