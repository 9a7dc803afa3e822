"""An endpoint that is not there is told at once, and one that stumbles is borne."""

from __future__ import annotations

import pytest

from suggest.models.chat.calls import CallFailed, Retry
from suggest.models.chat.health import GIVEN_UP, UNHEARD, UNREACHED, Health
from suggest.models.interface import FailureKind

UNREACHABLE = CallFailed(FailureKind.TRANSPORT, "cannot be reached", Retry.TRANSIENT, heard=False)
LATE = CallFailed(FailureKind.TIMEOUT, "no answer within 9 s", Retry.TRANSIENT, may_cost=True)
BROKEN = CallFailed(FailureKind.TRANSPORT, "the endpoint answered 500", Retry.TRANSIENT)


@pytest.mark.parametrize(("error", "most"), [(UNREACHABLE, UNREACHED), (LATE, UNHEARD)])
def test_where_nothing_was_ever_answered_a_few_tries_are_enough(error: CallFailed, most: int) -> None:
    health = Health()
    found = [health.failed(error).fatal for _ in range(most)]
    assert found == [False] * (most - 1) + [True]
    assert "nothing was ever answered" in health.failed(error).detail


@pytest.mark.parametrize("error", [UNREACHABLE, LATE])
def test_once_it_has_answered_it_is_borne_longer(error: CallFailed) -> None:
    health = Health()
    health.answered()
    assert not any(health.failed(error).fatal for _ in range(100))
    given_up = [health.given_up(error).fatal for _ in range(GIVEN_UP)]
    assert given_up == [False] * (GIVEN_UP - 1) + [True]


def test_an_answer_of_whatever_kind_in_between_begins_the_count_anew() -> None:
    health = Health()
    for _ in range(5 * GIVEN_UP):
        assert not health.given_up(BROKEN).fatal
        health.failed(CallFailed(FailureKind.REFUSAL, "no"))


def test_a_refusal_for_the_rate_says_that_it_is_there() -> None:
    health = Health()
    busy = CallFailed(FailureKind.TRANSPORT, "too many", Retry.RATE_LIMIT)
    assert not any(health.failed(busy).fatal for _ in range(100))
