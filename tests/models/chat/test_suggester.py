"""A chat model as a suggester, over real sockets: everything that an endpoint may do ends as an outcome."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from endpoint_server import NO_CODE, Served, completion, error, served

from suggest.models.chat.budget import Ceiling
from suggest.models.chat.calls import Reply
from suggest.models.chat.endpoint import Endpoint
from suggest.models.interface import Answer, Failure, FailureKind, Halted, Price

from .conftest import ask, chat, handed, outcomes, tasks

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quick")]
GOOD = '{"suggestions": [{"code": "c1", "evidence": "in turn", "rationale": "It is said.", "confidence": 0.7}]}'


def segment_of(body: dict[str, Any]) -> str:
    return str(body["messages"][1]["content"]).rpartition(" ")[2]


async def test_a_question_for_each_segment_and_an_answer_with_evidence() -> None:
    with served(completion(GOOD)) as server:
        found = await outcomes(chat(Endpoint(server.url, "m")), tasks(5))
    assert {outcome.segment for outcome in found} == {f"s{n}" for n in range(5)}
    answer = next(outcome for outcome in found if outcome.segment == "s1")
    assert isinstance(answer, Answer)
    assert (answer.candidates[0].code, answer.candidates[0].evidence) == ("c1", (114, 121))
    assert (answer.tokens_in, answer.tokens_out) == (100, 5)


async def test_the_codes_on_offer_are_an_enumeration_in_the_schema() -> None:
    with served(completion()) as server:
        await outcomes(chat(Endpoint(server.url, "m", seed=3)), tasks(1))
        sent = server.bodies[0]
    shape = sent["response_format"]["json_schema"]
    assert shape["schema"]["properties"]["suggestions"]["items"]["properties"]["code"]["enum"] == ["c2", "c1"]
    assert (sent["temperature"], sent["seed"], sent["max_completion_tokens"]) == (0, 3, 1500)


async def test_a_plain_endpoint_is_asked_plainly() -> None:
    with served(completion()) as server:
        plain = Endpoint(server.url, "m", schema="none", temperature=None, output_limit="max_tokens")
        await outcomes(chat(plain), tasks(1))
    assert set(server.bodies[0]) == {"model", "messages", "max_tokens"}


async def test_an_answer_that_cannot_be_read_is_asked_for_once_more_with_the_reason() -> None:
    with served(completion("not json"), completion(NO_CODE)) as server:
        (found,) = await outcomes(chat(Endpoint(server.url, "m", concurrency=1)), tasks(1))
        again = server.bodies[1]["messages"]
    assert isinstance(found, Answer)
    assert (found.candidates, found.tokens_in) == ((), 200), "both calls are counted"
    assert [one["role"] for one in again] == ["system", "user", "assistant", "user"]
    assert "not JSON" in again[3]["content"]


async def test_after_that_it_is_a_failure_that_keeps_what_was_said() -> None:
    with served(completion("not json")) as server:
        (found,) = await outcomes(chat(Endpoint(server.url, "m")), tasks(1))
        assert server.asked == 2
    assert isinstance(found, Failure)
    assert (found.kind, found.raw, found.tokens_in) == (FailureKind.INVALID_ANSWER, "not json", 200)


async def test_through_everything_that_can_go_wrong_each_segment_has_one_outcome_and_the_counts_add_up() -> None:
    """Faults that pass are asked again until they are answered; those that stay are failures of their own kind."""
    seen: Counter[str] = Counter()

    def script(number: int, body: dict[str, Any]) -> Served:
        segment = int(segment_of(body))
        seen[segment_of(body)] += 1
        first = seen[segment_of(body)] == 1
        passing = [error(429, retry_after="0"), error(429, retry_after_ms="1"), error(500),
                   error(503, retry_after="0"), Served(body=b"{", how="reset"), completion("not json"),
                   completion('{"suggestions": 3}')]  # fmt: skip
        staying = {10: completion("", finish="content_filter"), 11: completion("x", finish="length"),
                   12: completion(None, message={"refusal": "no"}), 13: error(400, "context_length_exceeded"),
                   14: Served(body=b"<html>"), 15: completion(None), 16: error(422)}  # fmt: skip
        kind = segment % 20
        if kind < len(passing):
            return passing[kind] if first else completion(GOOD)
        return staying.get(kind, completion(GOOD))

    with served(script) as server:
        found = await outcomes(chat(Endpoint(server.url, "m", concurrency=16)), tasks(200))
    assert sorted(outcome.segment for outcome in found) == sorted(f"s{n}" for n in range(200))
    kinds = Counter(outcome.kind.value for outcome in found if isinstance(outcome, Failure))
    assert kinds == {
        "content_filter": 10, "cut_off": 10, "refusal": 10, "context_overflow": 10, "invalid_answer": 20,
        "transport": 10,
    }  # fmt: skip
    assert server.asked == 200 + 7 * 10, "one call more for each fault that passed, and none else"


async def test_a_wrong_key_ends_it_at_once_and_leaves_the_rest_unasked() -> None:
    with served(error(401)) as server:
        model = chat(Endpoint(server.url, "m", concurrency=4))
        with pytest.raises(Halted, match="the key is missing"):
            await outcomes(model, tasks(100))
        assert server.asked <= 8


async def test_a_server_that_is_not_there_ends_it_within_a_moment_with_its_reason() -> None:
    with served(completion()) as server:
        url = server.url
    with pytest.raises(Halted, match=r"127\.0\.0\.1:\d+: the endpoint cannot be reached, tried 8 times"):
        await outcomes(chat(Endpoint(url, "m")), tasks(100))


async def test_a_server_that_never_answers_ends_it_after_a_few_calls() -> None:
    with served(Served(how="hang")) as server:
        with pytest.raises(Halted, match="nothing was ever answered"):
            await outcomes(chat(Endpoint(server.url, "m", seconds=0.1)), tasks(100))
        assert server.asked <= 8


async def test_a_run_of_which_no_question_is_taken_stops_with_advice_and_keeps_the_failures() -> None:
    with served(error(400, message="no such field")) as server:
        model, found = chat(Endpoint(server.url, "m", concurrency=4)), list[Any]()
        with pytest.raises(Halted, match=r"400: the question was not taken, 2[0-3] questions in a row.*probe"):
            async for outcome in model.suggest(handed(tasks(200))):
                found.append(outcome)
        await model.aclose()
        assert len(found) <= server.asked < 40
    assert {outcome.kind for outcome in found} == {FailureKind.TRANSPORT}
    assert len(found) >= 20


async def test_a_server_that_breaks_down_over_every_call_ends_it_after_a_few() -> None:
    with served(error(500)) as server:
        with pytest.raises(Halted, match="answered 500, 8 times, and nothing was ever answered"):
            await outcomes(chat(Endpoint(server.url, "m")), tasks(100))
        assert server.asked <= 16


async def test_the_ceiling_is_never_gone_over_by_the_servers_own_count() -> None:
    for concurrency in (1, 16):
        with served(completion(NO_CODE)) as server:
            endpoint = Endpoint(server.url, "m", concurrency=concurrency, most_output=20)
            model = chat(endpoint, ceiling=Ceiling(cost=2_000), price=Price(1_000_000, 1_000_000))
            with pytest.raises(Halted, match="ceiling"):
                await outcomes(model, tasks(100))
            assert 1 <= server.asked <= 2_000 // 105


async def test_no_more_calls_at_once_than_the_endpoint_bears() -> None:
    with served(completion(NO_CODE)) as server:
        await outcomes(chat(Endpoint(server.url, "m", concurrency=3)), tasks(60))
        assert server.most_under_way <= 3


async def test_cancelling_ends_within_a_moment_whatever_the_endpoint_does() -> None:
    with served(Served(how="hang")) as server:
        model = chat(Endpoint(server.url, "m"))
        running = asyncio.create_task(_all(model))
        while not server.asked:
            await asyncio.sleep(0.005)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, 5)
        await model.aclose()


async def _all(model: Any) -> None:
    async for _ in model.suggest(handed(tasks(10))):
        pass


async def test_the_identity_of_a_question_changes_with_the_model_and_not_with_the_number_of_calls_at_once() -> None:
    one, two = Endpoint("http://127.0.0.1:1/v1", "m"), Endpoint("http://127.0.0.1:1/v1", "m", concurrency=2)
    other = Endpoint("http://127.0.0.1:1/v1", "n")
    (task,) = tasks(1)
    assert chat(one).task_hash(task) == chat(two).task_hash(task) != chat(other).task_hash(task)


async def test_where_text_goes_is_named_and_this_machine_is_nowhere() -> None:
    assert chat(Endpoint("http://127.0.0.1:1/v1", "m")).profile.host is None
    assert chat(Endpoint("https://Example.org/v1", "m")).profile.host == "example.org"


async def test_decisions_that_were_made_elsewhere_count_with_the_questions_that_asked_for_them() -> None:
    def perhaps(api: str) -> int:
        model = chat(Endpoint("http://127.0.0.1:9/v1", "m", api=api))  # type: ignore[arg-type]
        model.charged(tasks(1)[0], Reply("", usage=None))
        assert model.budget.perhaps_in == model.most_in(ask(tasks(1)[0]))
        return model.budget.perhaps_in

    assert perhaps("decisions") > perhaps("chat") > 0
