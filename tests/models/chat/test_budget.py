"""The ceiling: every call under way counts at the most that it could come to."""

from __future__ import annotations

import asyncio

import pytest

from suggest.models.chat.budget import Budget, BudgetReached, Ceiling, cost_of
from suggest.models.chat.calls import Usage
from suggest.models.interface import Price

pytestmark = pytest.mark.asyncio
DEAR = Price(1_000_000, 2_000_000)
"""A dollar for a million tokens in, two for a million out."""


async def test_cost_is_rounded_up_and_whole() -> None:
    assert cost_of(DEAR, 1_000, 500) == 2_000
    assert cost_of(Price(1, 0), 1, 0) == 1


async def test_what_is_under_way_counts_at_its_worst_and_is_freed_by_what_it_came_to() -> None:
    budget = Budget(Ceiling(tokens=255), None, 50)
    await _tried(budget)
    first = await budget.reserve(70)
    second = await budget.reserve(70)
    third = asyncio.create_task(budget.reserve(70))
    await asyncio.sleep(0)
    assert not third.done(), "two may come to 242 tokens"
    first.sent()
    first.answered(Usage(10, 1))
    (await third).close()
    second.close()
    assert (budget.tokens_in, budget.tokens_out) == (10, 1)


async def _tried(budget: Budget) -> None:
    """One call was answered, so that others may be under way beside each other."""
    share = await budget.reserve(0)
    share.answered(Usage(0, 0))


async def test_one_call_is_under_way_until_one_was_counted() -> None:
    budget = Budget(Ceiling(tokens=10_000), None, 50)
    first = await budget.reserve(10)
    second = asyncio.create_task(budget.reserve(10))
    await asyncio.sleep(0)
    assert not second.done()
    first.sent()
    first.answered(Usage(10, 1))
    (await second).close()
    free = Budget(Ceiling(), None, 50)
    await free.reserve(10)
    await asyncio.wait_for(free.reserve(10), 1)


async def test_an_endpoint_that_heeds_no_limit_of_an_answer_costs_no_more_than_the_ceiling() -> None:
    budget = Budget(Ceiling(tokens=10_000), None, 100)
    used = 0
    with pytest.raises(BudgetReached):
        while True:
            share = await budget.reserve(10)
            share.sent()
            share.answered(Usage(10, 3_000))
            used += 3_010
    assert used == 3 * 3_010, "the next might have gone over"


async def test_where_nothing_can_become_free_the_ceiling_is_reached() -> None:
    budget = Budget(Ceiling(cost=100), DEAR, 10)
    with pytest.raises(BudgetReached):
        await budget.reserve(1_000)


async def test_an_answer_that_never_came_stays_in_the_sum_where_it_may_be_charged_for() -> None:
    budget = Budget(Ceiling(tokens=1_000), None, 100)
    for may_cost, rest in [(False, 0), (True, 100)]:
        share = await budget.reserve(200)
        share.sent()
        share.failed(may_cost=may_cost, usage=None)
        assert budget.perhaps_out == rest
        assert (budget.unanswered, budget.uncounted) == (int(may_cost), 0)
    share = await budget.reserve(200)
    share.sent()
    share.close()
    assert budget.perhaps_out == 200, "cut off in the middle"
    (await budget.reserve(200)).close()
    assert budget.perhaps_out == 200, "never sent"


async def test_an_endpoint_that_counts_more_than_was_thought_possible_is_believed() -> None:
    budget = Budget(Ceiling(tokens=10_000), None, 10)
    share = await budget.reserve(100)
    share.sent()
    share.answered(Usage(1_000, 5))
    assert (await budget.reserve(100)).most_in >= 1_000


async def test_a_ceiling_on_the_cost_needs_a_price() -> None:
    with pytest.raises(ValueError, match="needs a price"):
        Budget(Ceiling(cost=1), None, 10)
