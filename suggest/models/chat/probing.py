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
from suggest.models.interface import FailureKind

SchemaFound = Literal["enforced", "followed", "ignored", "refused", "unknown"]
"""An answer's schema is enforced (also where the words of the prompt contradict it), followed where they do not, taken
and ignored, or refused; unknown where no answer came to its end."""

ANSWER, REASONED = 60, 2_000
"""Tokens of an answer at most: enough for a word, and for an object with a word in it; and enough for a model that
reasons before it says the word."""
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
    `usage` whether it counts tokens; `object_schema` whether a schema inside "some JSON object" is enforced, None where
    another way works or the profile takes this one. None is not known: no answer came to its end."""

    schema: SchemaFound
    json_object: bool | None
    logprobs: bool | None
    seed: bool
    temperature: bool
    usage: bool
    output_limit: Literal["max_completion_tokens", "max_tokens"]
    model: str | None
    fingerprint: str | None
    seconds: float
    calls: int
    object_schema: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def suited(endpoint: Endpoint, found: Probed) -> Endpoint:
    """The endpoint with the settings that it can take. A temperature or seed that it refuses is left out, and what is
    not known stays as it was."""
    schema: SchemaShape = "none"
    if found.json_object:
        inside = endpoint.schema == "json_object_schema" or found.object_schema
        schema = "json_object_schema" if inside else "json_object"
    if found.schema in ("enforced", "followed"):
        schema = "json_schema"
    elif found.schema == "unknown" or found.json_object is None:
        schema = endpoint.schema
    return replace(
        endpoint,
        schema=schema,
        output_limit=found.output_limit,
        temperature=endpoint.temperature if found.temperature else None,
        seed=endpoint.seed if found.seed else None,
        logprobs=endpoint.logprobs if found.logprobs is None else found.logprobs,
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
    asked.limit = limit
    loose = await asked.tried(_AGREEING, response_format={"type": "json_object"})
    weighed = await asked.tried(_PLAIN, logprobs=True)
    schema = await _schema(asked)
    inside = await _object_schema(asked, schema, loose)
    return Probed(
        schema,
        loose is not None and (None if loose.cut else _is_object(loose.content)),
        weighed is not None and (None if weighed.cut else weighed.weighed),
        await asked.tried(_PLAIN, seed=1) is not None,
        await asked.tried(_PLAIN, temperature=0) is not None,
        plain.usage is not None,
        "max_tokens" if limit == "max_tokens" else "max_completion_tokens",
        plain.model,
        plain.fingerprint,
        round(plain.seconds, 3),
        asked.calls,
        inside,
    )


async def _schema(asked: _Asked) -> SchemaFound:
    shape = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": _SHAPE}}
    against = await asked.tried(_CONTRADICTING, response_format=shape)
    if against is None:
        return "refused"
    if against.cut or _fits(against.content):
        return "unknown" if against.cut else "enforced"
    along = await asked.tried(_AGREEING, response_format=shape)
    if along is not None and along.cut:
        return "unknown"
    return "followed" if along is not None and _fits(along.content) else "ignored"


async def _object_schema(asked: _Asked, schema: SchemaFound, loose: _Said | None) -> bool | None:
    """Whether a schema inside "some JSON object" holds against the prompt, where no other way to say one does."""
    objects = loose is not None and _is_object(loose.content)
    if schema not in ("refused", "ignored") or not objects or asked.endpoint.schema == "json_object_schema":
        return None
    against = await asked.tried(_CONTRADICTING, response_format={"type": "json_object", "schema": _SHAPE})
    return against is not None and (None if against.cut else _fits(against.content))


async def _plain(asked: _Asked) -> tuple[Reply, str]:
    """A plain answer, and the name under which the endpoint takes the most tokens of one."""
    failed: CallFailed | None = None
    names = (asked.endpoint.output_limit, "max_completion_tokens", "max_tokens")
    for name in dict.fromkeys(names):
        asked.limit = name
        try:
            return (await asked.call(_PLAIN, {})).reply, name
        except CallFailed as error:
            failed = error
    assert failed is not None
    raise SecondCoderError(f"{asked.endpoint.host}: {failed.detail}. Nothing was kept.")


@dataclass(frozen=True, slots=True)
class _Said:
    """What came back. `cut`: the answer did not come to its end, so it says nothing but that the question was taken."""

    reply: Reply
    cut: bool = False

    @property
    def content(self) -> str:
        return self.reply.content

    @property
    def weighed(self) -> bool:
        return bool(self.reply.logprobs)


class _Asked:
    """Calls, counted. A fault that passes is tried once more; an endpoint that cannot be asked is not judged."""

    def __init__(self, endpoint: Endpoint, client: Callable[[Endpoint], Caller]) -> None:
        self.endpoint, self._client = endpoint, client(endpoint)
        self.limit: str = endpoint.output_limit
        self._most = ANSWER
        self.calls = 0

    async def call(self, messages: tuple[Said, ...], settings: Mapping[str, Any]) -> _Said:
        """CallFailed where the endpoint does not take the question, SecondCoderError where it cannot be asked."""
        for last in (False, True):
            self.calls += 1
            try:
                reply, _ = await self._client.call(Body(messages, {self.limit: self._most, **settings}))
                return _Said(reply)
            except CallFailed as error:
                if error.kind is FailureKind.CUT_OFF:
                    if self._most == ANSWER and not last:
                        self._most = REASONED
                        continue
                    return _Said(Reply(error.raw or "", usage=error.usage), cut=True)
                if error.raw is not None:
                    # Held back: an answer all the same, for what is to be found out here.
                    return _Said(Reply(error.raw, usage=error.usage))
                if error.fatal or error.retry is Retry.RATE_LIMIT or error.kind is FailureKind.TIMEOUT or (
                    error.passes and not error.heard
                ):  # fmt: skip
                    raise SecondCoderError(f"{self.endpoint.host}: {error.detail}. Nothing was kept.") from None
                if last or not error.passes:
                    raise
        raise AssertionError

    async def tried(self, messages: tuple[Said, ...], **more: Any) -> _Said | None:
        """The answer, None where the endpoint does not take the question."""
        try:
            return await self.call(messages, more)
        except CallFailed:
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
        found = json.loads(content, strict=False)  # as an answer is read: with raw line breaks inside strings
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _client(endpoint: Endpoint) -> Caller:
    from suggest.models.chat.client import Client

    return Client(endpoint)
