"""What an endpoint really does, found out by a few tiny calls that hold nothing of any study."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from suggest.errors import SecondCoderError
from suggest.models.chat.asking import Caller
from suggest.models.chat.calls import Body, CallFailed, Reply, Retry, Said
from suggest.models.chat.endpoint import Endpoint, SchemaShape

SchemaFound = Literal["enforced", "followed", "ignored", "refused"]
"""An answer's schema is enforced (also where the words of the prompt contradict it), followed where they do not, taken
and ignored, or refused."""

ANSWER = 60
"""Tokens of an answer at most: enough for a word, and for an object with a word in it."""
_SHAPE = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["north", "south"]}},
    "required": ["answer"],
    "additionalProperties": False,
}
_PLAIN = (Said("system", "You answer with one word."), Said("user", "Which word is the opposite of north?"))
_AGREEING = (
    Said("system", 'You answer with a JSON object such as {"answer": "north"}, and nothing else.'),
    Said("user", "Which word is the opposite of north?"),
)
_CONTRADICTING = (
    Said("system", "You answer with the word banana, without quotation marks, and nothing else. Never answer in JSON."),
    Said("user", "Which word is the opposite of north?"),
)


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found, by calls of which `calls` were made. `model` and `fingerprint` are what the endpoint calls
    itself; `seconds` is how long the plain call took; `logprobs`, `seed` and `temperature` whether it takes these;
    `usage` whether it counts tokens."""

    schema: SchemaFound
    json_object: bool
    logprobs: bool
    seed: bool
    temperature: bool
    usage: bool
    output_limit: Literal["max_completion_tokens", "max_tokens"]
    model: str | None
    fingerprint: str | None
    seconds: float
    calls: int

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def suited(endpoint: Endpoint, found: Probed) -> Endpoint:
    """The endpoint with the settings that it can take. A temperature or seed that it refuses is left out."""
    schema: SchemaShape = "none"
    if found.json_object:
        schema = "json_object_schema" if endpoint.schema == "json_object_schema" else "json_object"
    if found.schema in ("enforced", "followed"):
        schema = "json_schema"
    return replace(
        endpoint,
        schema=schema,
        output_limit=found.output_limit,
        temperature=endpoint.temperature if found.temperature else None,
        seed=endpoint.seed if found.seed else None,
    )


async def probe(endpoint: Endpoint, client: Callable[[Endpoint], Caller] | None = None) -> Probed:
    """Ask a few tiny questions. SecondCoderError where the endpoint gives no answer to a plain one."""
    asked = _Asked(endpoint, client or _client)
    try:
        return await _found(asked)
    finally:
        await asked.aclose()


async def _found(asked: _Asked) -> Probed:
    plain, limit = await _plain(asked)
    asked.settings = {limit: ANSWER}
    shape = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": _SHAPE}}
    against = await asked.tried(_CONTRADICTING, response_format=shape)
    schema: SchemaFound = "refused"
    if against is not None:
        schema = "enforced" if _fits(against.content) else "ignored"
    if schema == "ignored":
        along = await asked.tried(_AGREEING, response_format=shape)
        schema = "followed" if along is not None and _fits(along.content) else "ignored"
    loose = await asked.tried(_AGREEING, response_format={"type": "json_object"})
    weighed = await asked.tried(_PLAIN, logprobs=True)
    return Probed(
        schema,
        loose is not None and _is_object(loose.content),
        weighed is not None and bool(weighed.logprobs),
        await asked.tried(_PLAIN, seed=1) is not None,
        await asked.tried(_PLAIN, temperature=0) is not None,
        plain.usage is not None,
        "max_tokens" if limit == "max_tokens" else "max_completion_tokens",
        plain.model,
        plain.fingerprint,
        round(plain.seconds, 3),
        asked.calls,
    )


async def _plain(asked: _Asked) -> tuple[Reply, str]:
    """A plain answer, and the name under which the endpoint takes the most tokens of one."""
    failed: CallFailed | None = None
    names = (asked.endpoint.output_limit, "max_completion_tokens", "max_tokens")
    for name in dict.fromkeys(names):
        try:
            return await asked.call(_PLAIN, {name: ANSWER}), name
        except CallFailed as error:
            failed = error
            if error.fatal:
                break
    assert failed is not None
    raise SecondCoderError(f"{asked.endpoint.host}: {failed.detail}. Nothing was kept.")


class _Asked:
    """Calls without retries, counted."""

    def __init__(self, endpoint: Endpoint, client: Callable[[Endpoint], Caller]) -> None:
        self.endpoint, self._client = endpoint, client(endpoint)
        self.settings: Mapping[str, Any] = {}
        self.calls = 0

    async def call(self, messages: tuple[Said, ...], settings: Mapping[str, Any]) -> Reply:
        self.calls += 1
        try:
            reply, _ = await self._client.call(Body(messages, settings))
        except CallFailed as error:
            if error.raw is not None:
                # Cut off, or held back: an answer all the same, for what is to be found out here.
                return Reply(error.raw, usage=error.usage)
            raise
        return reply

    async def tried(self, messages: tuple[Said, ...], **more: Any) -> Reply | None:
        """The answer, None where the endpoint does not take the question."""
        try:
            return await self.call(messages, {**self.settings, **more})
        except CallFailed as error:
            if error.fatal or error.retry is Retry.RATE_LIMIT:
                raise SecondCoderError(f"{self.endpoint.host}: {error.detail}. Nothing was kept.") from None
            return None

    async def aclose(self) -> None:
        if hasattr(self._client, "aclose"):
            await self._client.aclose()


def _fits(content: str) -> bool:
    found = _object(content)
    return found is not None and set(found) == {"answer"} and found["answer"] in ("north", "south")


def _is_object(content: str) -> bool:
    return _object(content) is not None


def _object(content: str) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _client(endpoint: Endpoint) -> Caller:
    from suggest.models.chat.client import Client

    return Client(endpoint)
