"""Probing an endpoint: over a real socket, against servers that do what real ones were seen to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from endpoint_server import Served, completion, error, served

from suggest.errors import SecondCoderError
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.probing import Probed, probe, suited

pytestmark = pytest.mark.asyncio


def shape(body: dict[str, Any]) -> str:
    return str(body.get("response_format", {}).get("type", "none"))


def obedient(body: dict[str, Any]) -> str:
    """What a model says that does what its prompt says."""
    told = body["messages"][0]["content"]
    return "banana" if "banana" in told else json.dumps({"answer": "south"}) if "JSON" in told else "south"


def enforcing(n: int, body: dict[str, Any]) -> Served:
    weighed = {"logprobs": {"content": [{"token": "south", "logprob": -0.1}]}} if body.get("logprobs") else {}
    return completion(json.dumps({"answer": "south"}) if shape(body) != "none" else obedient(body), choice=weighed)


def ignoring(n: int, body: dict[str, Any]) -> Served:
    return completion(obedient(body), usage=None)


def following(n: int, body: dict[str, Any]) -> Served:
    return completion(obedient(body))


def old(n: int, body: dict[str, Any]) -> Served:
    """Knows neither the new name of the limit nor schemas, and breaks down over them."""
    if "max_completion_tokens" in body or "seed" in body or "temperature" in body:
        return error(400, "unknown_parameter")
    if shape(body) == "json_schema":
        return error(500)
    return completion(obedient(body))


async def found(script: Any) -> tuple[Probed, Endpoint]:
    with served(script) as server:
        endpoint = Endpoint(server.url, "m", seed=3)
        probed = await probe(endpoint)
        assert server.asked == probed.calls
        return probed, suited(endpoint, probed)


async def test_a_schema_that_holds_against_the_prompt_is_enforced() -> None:
    probed, endpoint = await found(enforcing)
    assert (probed.schema, probed.json_object, probed.logprobs, probed.usage) == ("enforced", True, True, True)
    assert (probed.model, probed.fingerprint, endpoint.schema, endpoint.seed) == ("served", "fp", "json_schema", 3)


async def test_a_schema_that_only_an_agreeing_prompt_brings_about_is_followed() -> None:
    probed, endpoint = await found(following)
    assert (probed.schema, endpoint.schema, probed.logprobs) == ("followed", "json_schema", False)


async def test_a_schema_is_ignored_where_prose_comes_in_any_case() -> None:
    probed, endpoint = await found(lambda n, body: completion("south it is", usage=None))
    assert (probed.schema, probed.json_object, probed.usage, endpoint.schema) == ("ignored", False, False, "none")


async def test_what_an_old_server_refuses_is_left_out_from_now_on() -> None:
    probed, endpoint = await found(old)
    assert (probed.schema, probed.output_limit, probed.seed, probed.temperature) == (
        "refused",
        "max_tokens",
        False,
        False,
    )
    assert (endpoint.schema, endpoint.output_limit, endpoint.seed) == ("json_object", "max_tokens", None)
    assert endpoint.temperature is None


async def test_a_schema_that_is_taken_inside_some_json_object_alone_is_found() -> None:
    def inside(n: int, body: dict[str, Any]) -> Served:
        if shape(body) == "json_schema":
            return error(500)
        held = "schema" in body.get("response_format", {})
        return completion(json.dumps({"answer": "south"}) if held else obedient(body))

    probed, endpoint = await found(inside)
    assert (probed.schema, probed.object_schema, endpoint.schema) == ("refused", True, "json_object_schema")
    probed, endpoint = await found(old)
    assert (probed.object_schema, endpoint.schema) == (False, "json_object")
    probed, endpoint = await found(enforcing)
    assert (probed.object_schema, endpoint.schema) == (None, "json_schema"), "not asked where it need not be known"


async def test_an_answer_with_a_raw_line_break_inside_is_read_as_a_run_reads_it() -> None:
    def broken(n: int, body: dict[str, Any]) -> Served:
        return completion('{"answer": "so\nso"}' if shape(body) == "json_object" else obedient(body))

    probed, _ = await found(broken)
    assert probed.json_object


@pytest.mark.parametrize("script", [error(401), error(404), error(500), error(429)])
async def test_an_endpoint_without_an_answer_is_told_and_not_judged(script: Served) -> None:
    with served(script) as server, pytest.raises(SecondCoderError, match="Nothing was kept"):
        await probe(Endpoint(server.url, "m"))


async def test_too_many_requests_in_the_middle_say_nothing_of_what_the_endpoint_can_do() -> None:
    def tired(n: int, body: dict[str, Any]) -> Served:
        return completion(obedient(body)) if n < 2 else error(429)

    with served(tired) as server, pytest.raises(SecondCoderError, match="too many requests"):
        await probe(Endpoint(server.url, "m"))


def reasoning(need: int) -> Any:
    """A model that enforces schemas, and needs so many tokens before it says a word."""

    def script(n: int, body: dict[str, Any]) -> Served:
        most = body.get("max_completion_tokens", 0)
        return enforcing(n, body) if most >= need else completion("", finish="length")

    return script


async def test_a_model_that_reasons_first_is_given_room_to_and_keeps_its_schema() -> None:
    probed, endpoint = await found(reasoning(500))
    assert (probed.schema, probed.json_object, probed.logprobs) == ("enforced", True, True)
    assert (endpoint.schema, endpoint.seed, endpoint.temperature) == ("json_schema", 3, 0)


async def test_answers_that_never_come_to_their_end_change_no_setting() -> None:
    for schema in ("json_schema", "json_object"):
        with served(reasoning(100_000)) as server:
            before = Endpoint(server.url, "m", seed=3, schema=schema)  # type: ignore[arg-type]
            probed = await probe(before)
        assert (probed.schema, probed.json_object, probed.logprobs) == ("unknown", None, None)
        assert suited(before, probed) == before


async def test_a_fault_that_passes_is_tried_once_more() -> None:
    failed: set[str] = set()

    def stumbling(n: int, body: dict[str, Any]) -> Served:
        kind = json.dumps([shape(body), sorted(body)])
        if kind not in failed:
            failed.add(kind)
            return error(502)
        return enforcing(n, body)

    probed, _ = await found(stumbling)
    assert (probed.schema, probed.json_object, probed.seed, probed.temperature) == ("enforced", True, True, True)


@pytest.mark.parametrize("fault", [Served(how="hang"), Served(body=b"{", how="reset")])
async def test_an_endpoint_that_falls_silent_in_the_middle_is_not_judged(fault: Served) -> None:
    def silent(n: int, body: dict[str, Any]) -> Served:
        return fault if shape(body) == "json_schema" else enforcing(n, body)

    with served(silent) as server, pytest.raises(SecondCoderError, match="Nothing was kept"):
        await probe(Endpoint(server.url, "m", seconds=0.3))
