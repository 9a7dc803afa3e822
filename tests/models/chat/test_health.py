"""An endpoint that is not there is told at once, and one that stumbles is borne."""

from __future__ import annotations

import pytest

from suggest.models.chat.calls import CallFailed, Retry
from suggest.models.chat.health import BROKEN as BROKEN_CALLS
from suggest.models.chat.health import FRUITLESS, GIVEN_UP, UNHEARD, UNREACHED, Health
from suggest.models.interface import Answer, Failure, FailureKind

UNREACHABLE = CallFailed(FailureKind.TRANSPORT, "cannot be reached", Retry.TRANSIENT, heard=False)
LATE = CallFailed(FailureKind.TIMEOUT, "no answer within 9 s", Retry.TRANSIENT, may_cost=True)
BROKEN = CallFailed(FailureKind.TRANSPORT, "the endpoint answered 500", Retry.TRANSIENT)


DOWN = CallFailed(FailureKind.TRANSPORT, "the endpoint answered 500", Retry.TRANSIENT, status=500)


@pytest.mark.parametrize(("error", "most"), [(UNREACHABLE, UNREACHED), (LATE, UNHEARD), (DOWN, BROKEN_CALLS)])
def test_where_nothing_was_ever_answered_a_few_tries_are_enough(error: CallFailed, most: int) -> None:
    health = Health()
    found = [health.failed(error).fatal for _ in range(most)]
    assert found == [False] * (most - 1) + [True]
    assert "nothing was ever answered" in health.failed(error).detail


@pytest.mark.parametrize("error", [UNREACHABLE, LATE, DOWN])
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


def test_a_server_that_loads_its_model_is_waited_for() -> None:
    health = Health()
    loading = CallFailed(FailureKind.TRANSPORT, "the endpoint answered 503", Retry.TRANSIENT, status=503)
    assert not any(health.failed(loading).fatal for _ in range(100))


def failed(kind: FailureKind, detail: str = "so it is") -> Failure:
    return Failure("s", kind, detail)


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (FailureKind.TRANSPORT, "models STUDY probe"),
        (FailureKind.INVALID_ANSWER, "enforces the shape"),
        (FailureKind.CUT_OFF, "--max-output"),
        (FailureKind.CONTEXT_OVERFLOW, "--codes"),
    ],
)
def test_questions_that_all_fail_in_one_way_are_not_gone_on_with_and_what_may_help_is_said(
    kind: FailureKind, advice: str
) -> None:
    health = Health()
    for _ in range(FRUITLESS - 1):
        health.ended(failed(kind))
    assert not health.hopeless
    health.ended(failed(kind))
    assert health.hopeless.startswith(f"so it is, {FRUITLESS} questions in a row. ")
    assert advice in health.hopeless


def test_once_a_question_was_answered_only_those_that_are_not_even_taken_are_counted() -> None:
    health = Health()
    health.ended(Answer("s", (), "hash"))
    for _ in range(5 * FRUITLESS):
        health.ended(failed(FailureKind.CONTEXT_OVERFLOW))
    assert not health.hopeless, "long ones may follow one another"
    for _ in range(FRUITLESS):
        health.ended(failed(FailureKind.TRANSPORT))
    assert health.hopeless


def test_failures_of_several_ways_or_with_answers_between_are_borne() -> None:
    health = Health()
    for number in range(5 * FRUITLESS):
        health.ended(failed(FailureKind.TRANSPORT, f"the endpoint answered {400 + number % 2}"))
        health.ended(failed(FailureKind.REFUSAL))
    for _ in range(5):
        for _ in range(FRUITLESS - 1):
            health.ended(failed(FailureKind.TRANSPORT))
        health.ended(Answer("s", (), "hash"))
    assert not health.hopeless
