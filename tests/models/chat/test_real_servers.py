"""What real servers answered (tests/peers/servers.py records it), taken by the client as it came over the wire then."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from asking_peers import QUESTIONS
from endpoint_server import Served, served
from peers import PEERS
from recorded import Probed, Recorded, names, recorded

from suggest.engine.checks import parse_chat_answer
from suggest.engine.endpoints import PRESETS
from suggest.engine.tried import TRIED
from suggest.models.chat.calls import Body, CallFailed, Reply, Said
from suggest.models.chat.client import Client
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.probing import probe, suited
from suggest.models.interface import Answer, Failure, Halted, Outcome

from .conftest import chat, handed, tasks

pytestmark = pytest.mark.asyncio
ANSWER, CUT, LONG = "answer", "cut_off, no", "context_overflow, no"
BUSY, BROKEN, OVER = "transport, rate_limit", "transport, transient", "transport, no, fatal"

TAKEN = {
    "llama.cpp": {
        "plain": ANSWER, "new limit": ANSWER, "temperature and seed": ANSWER, "schema": ANSWER, "schema, warm": ANSWER,
        "object": ANSWER, "cut off": CUT, "log probabilities": ANSWER, "too long": LONG, "no such model": ANSWER,
    },
    "llama-cpp-python": {
        "plain": ANSWER, "new limit": ANSWER, "temperature and seed": ANSWER, "schema": BROKEN, "schema, warm": BROKEN,
        "object": ANSWER, "cut off": CUT, "log probabilities": ANSWER, "too long": LONG, "no such model": ANSWER,
        "control characters": ANSWER,
    },
    "vllm": {
        "plain": CUT, "new limit": CUT, "temperature and seed": CUT, "schema": CUT, "schema, warm": ANSWER,
        "object": ANSWER, "cut off": CUT, "log probabilities": ANSWER, "too long": LONG,
        "no such model": OVER,
    },
    "transformers": {
        "plain": CUT, "new limit": CUT, "temperature and seed": CUT, "schema": CUT, "schema, warm": ANSWER,
        "object": CUT, "cut off": CUT, "log probabilities": CUT, "too long": CUT, "no such model": BROKEN,
    },
    "litellm": {
        "plain": ANSWER, "new limit": ANSWER, "temperature and seed": ANSWER, "schema": ANSWER, "schema, warm": ANSWER,
        "object": ANSWER, "cut off": ANSWER, "log probabilities": ANSWER, "too long": ANSWER, "model fits": ANSWER,
        "model prose": ANSWER, "model limited": BUSY, "model overflow": LONG, "model broken": BROKEN,
        "model filtered": "content_filter, no", "model nobody": BROKEN, "no such model": OVER, "no key": OVER,
    },
}  # fmt: skip
"""How each reply is to be taken: an answer, or a failure of a kind, whether it is tried again, whether all end by it.
What the random models said decides between an answer and a cut-off one, so recording anew may change these two."""


async def taken(*replies: Served) -> list[Reply | CallFailed]:
    """How the client takes each of these."""
    found: list[Reply | CallFailed] = []
    with served(*replies) as server:
        client = Client(Endpoint(server.url, "m"))
        for _ in replies:
            try:
                found.append((await client.call(Body((Said("user", "x"),))))[0])
            except CallFailed as error:
                found.append(error)
        await client.aclose()
    return found


async def answer_to(name: str, question: str) -> Reply:
    """What the client makes of a reply that is an answer."""
    (found,) = await taken(recorded(name).replies[question])
    assert isinstance(found, Reply)
    return found


def endpoint_of(kept: Recorded, url: str) -> Endpoint:
    """A profile of the server's preset, without its key."""
    return Endpoint(**{**PRESETS[kept.preset], "base_url": url, "key_env": None}, model="m")


def in_words(found: Reply | CallFailed) -> str:
    if isinstance(found, Reply):
        return "answer"
    return f"{found.kind.value}, {found.retry.value}{', fatal' if found.fatal else ''}"


@pytest.mark.parametrize("name", list(TAKEN))
async def test_every_reply_of_a_real_server_is_taken_for_what_it_is_and_told_in_our_words(name: str) -> None:
    replies = recorded(name).replies
    found = dict(zip(replies, await taken(*replies.values()), strict=True))
    assert {question: in_words(one) for question, one in found.items()} == TAKEN[name]
    for one in found.values():
        if isinstance(one, CallFailed):
            assert not any(part in one.detail for part in ("litellm", "model's", "File", "tokens", "no-such"))


async def test_presets_are_called_tried_where_there_are_replies_of_that_version_and_nowhere_else() -> None:
    kept = {name: recorded(name) for name in names()}
    assert {one.preset: (one.server, one.version, one.date) for one in kept.values()} == {
        preset: (tried.server, tried.version, tried.date) for preset, tried in TRIED.items()
    }
    assert set(kept) == set(TAKEN)
    assert {name: peer.preset for name, peer in PEERS.items()} == {name: one.preset for name, one in kept.items()}
    assert all(one.replies.keys() > QUESTIONS.keys() for one in kept.values())
    assert {"openai", "ollama", "lmstudio"} == PRESETS.keys() - TRIED.keys()


@pytest.mark.parametrize(
    ("name", "schema", "json_object", "logprobs", "shape"),
    [
        ("llama.cpp", "enforced", True, True, "json_schema"),
        ("llama-cpp-python", "refused", True, False, "json_object_schema"),
        ("vllm", "enforced", True, True, "json_schema"),
        ("transformers", "ignored", False, False, "none"),
        ("litellm", "ignored", True, False, "json_object"),
    ],
)
async def test_a_probe_finds_out_what_each_server_can_do(
    name: str, schema: str, json_object: bool, logprobs: bool, shape: str
) -> None:
    script = Probed(recorded(name))
    with served(script) as server:
        endpoint = replace(endpoint_of(script.kept, server.url), seed=3)
        found = await probe(endpoint)
    # What a proxy makes of a schema inside "some JSON object" was not recorded: it counts as refused.
    assert len(script.unknown) == (name == "litellm"), "the probe asks what was not recorded: record anew"
    assert (found.schema, found.json_object, found.logprobs) == (schema, json_object, logprobs)
    fitting = suited(endpoint, found)
    assert found.usage
    assert (fitting.schema, fitting.seed, fitting.temperature) == (shape, 3, 0)
    if name != "litellm":  # what is behind a proxy decides that
        assert endpoint.schema == shape


@pytest.mark.parametrize(("name", "codes"), [("llama.cpp", 1), ("vllm", 0)])
async def test_a_schema_that_is_enforced_gives_answers_that_can_be_read_even_of_noise(name: str, codes: int) -> None:
    (task,) = tasks(1)
    answer = parse_chat_answer(task, (await answer_to(name, "schema, warm")).content, "hash")
    assert isinstance(answer, Answer)
    assert len(answer.candidates) >= codes
    assert {candidate.code for candidate in answer.candidates} <= {"c1", "c2"}


async def test_control_characters_inside_strings_are_read() -> None:
    (task,) = tasks(1)
    found = await answer_to("llama-cpp-python", "control characters")
    with pytest.raises(json.JSONDecodeError, match="Invalid control character"):
        json.loads(found.content)
    assert isinstance(parse_chat_answer(task, found.content, "hash"), Answer)


async def test_a_server_with_one_model_answers_whatever_the_model_is_called() -> None:
    assert (await answer_to("llama.cpp", "no such model")).model == "tiny", "not what was asked for, and told"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", list(TAKEN))
async def test_whatever_a_real_server_answers_each_segment_ends_as_suggestions_or_a_typed_failure(name: str) -> None:
    """A segment for each reply that does not end the whole run, and the same reply whenever it is asked again."""
    kept = recorded(name)
    replies = [reply for question, reply in kept.replies.items()
               if "fatal" not in TAKEN[name][question] and TAKEN[name][question] != BUSY]  # fmt: skip

    def script(number: int, body: dict[str, Any]) -> Served:
        return replies[int(body["messages"][1]["content"].rpartition(" ")[2])]

    outcomes = await all_of(kept, script, len(replies))
    assert sorted(outcome.segment for outcome in outcomes) == sorted(f"s{n}" for n in range(len(replies)))
    kinds = Counter(outcome.kind.value for outcome in outcomes if isinstance(outcome, Failure))
    expected = Counter(TAKEN[name][question].split(",")[0] for question in kept.replies)
    assert kinds["context_overflow"] == expected["context_overflow"]
    assert kinds["cut_off"] == expected["cut_off"]


async def all_of(kept: Recorded, script: Any, count: int) -> list[Outcome]:
    with served(script) as server:
        model = chat(endpoint_of(kept, server.url))
        try:
            return [outcome async for outcome in model.suggest(handed(tasks(count)))]
        finally:
            await model.aclose()


@pytest.mark.parametrize("name", ["vllm", "litellm"])
async def test_a_model_that_a_server_does_not_have_ends_the_run_where_it_says_so(name: str) -> None:
    with served(recorded(name).replies["no such model"]) as server:
        model = chat(Endpoint(server.url, "m", concurrency=2))
        with pytest.raises(Halted, match="no such model"):
            async for _ in model.suggest(handed(tasks(20))):
                pass
        await model.aclose()
        assert server.asked <= 4
