"""The one place where the `openai` client is used: one call, without retries of its own, and no redirects.

Importing the client takes half a second, so this module is imported when a run asks its first question.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai

from suggest.errors import SecondCoderError
from suggest.models.chat.calls import Body, CallFailed, Limit, Reply, Retry, Token, Usage, seconds_of
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.guarding import Guarded, NotRead
from suggest.models.interface import FailureKind

CONNECT_SECONDS = 10.0
LONGEST_WAIT = 600.0
"""An endpoint that asks for longer is not waited for."""
LONGEST_PAUSE = 60.0
"""After a fault that passes a question waits no longer than this, whatever the endpoint says."""
NO_KEY = "none"
"""Servers that need no key still want a header; the client refuses to be made without."""

MOST_LOGPROB = 1e6
"""No log probability is further from 0; this also keeps out what is no number."""

MOST_OTHERS = 100
"""No endpoint tells so many alternatives to a token."""

_OVERFLOW = ("context_length", "context length", "context window", "maximum context", "exceed_context",
             "too many tokens", "prompt is too long", "longer than the model")  # fmt: skip
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "quota_exceeded")
_NO_MODEL, _NO_KEY = ("invalid model name", "model_not_found"), ("no_db_connection",)
"""What LiteLLM says with a 400 where others answer 404 and 401."""


def key_of(endpoint: Endpoint) -> str:
    """The endpoint's key from the environment. Refuses, with a sentence, where the variable that should hold it is not
    set."""
    key = NO_KEY
    if endpoint.key_env == "":
        raise SecondCoderError(
            "The profile does not name the environment variable of its key. Keep it anew with 'secondcoder models "
            "STUDY add' and --key-env."
        )
    if endpoint.key_env is not None:
        key = os.environ.get(endpoint.key_env, "").strip()
        if not key.isascii() or not key.isprintable():
            raise SecondCoderError(
                f"What the environment variable {endpoint.key_env} holds is not a key: it has characters that no "
                "request can carry."
            )
        if not key:
            raise SecondCoderError(
                f"The environment variable {endpoint.key_env}, which should hold the key of {endpoint.host}, is "
                "not set."
            )
    return key


def connected(endpoint: Endpoint, most_bytes: int | None = None) -> openai.AsyncOpenAI:
    """The client, with our transport: an answer has `most_bytes` at most, by default what one to a question may have.
    Refuses as `key_of`."""
    key = key_of(endpoint)
    timeout = httpx2.Timeout(endpoint.seconds, connect=min(CONNECT_SECONDS, endpoint.seconds))
    transport = Guarded(endpoint, key, most_bytes)
    http = httpx2.AsyncClient(
        transport=transport, timeout=timeout, follow_redirects=False, trust_env=False, max_redirects=0
    )
    return openai.AsyncOpenAI(api_key=key, base_url=endpoint.base_url, max_retries=0, timeout=timeout, http_client=http)


class Client:
    """Calls one endpoint. Close it after use."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Refuses as `key_of`."""
        self._endpoint = endpoint
        self._client, self._url = connected(endpoint), f"{endpoint.base_url}/chat/completions"

    async def aclose(self) -> None:
        """Give the connections back. Safe to call twice."""
        await self._client.close()

    async def call(self, body: Body) -> tuple[Reply, Limit]:
        """Ask once. CallFailed, with what to do about it, where no answer came or it is none of its kind."""
        import asyncio

        began = time.monotonic()
        sent = body.as_json(self._endpoint.model)
        try:
            async with asyncio.timeout(self._endpoint.seconds):
                if self._endpoint.api == "decisions":
                    raw = await self._client.decisions.with_raw_response.create(**sent)
                    response = raw.http_response
                else:
                    # Posted as it is: what the client's own method does to it (and to the answer) takes longer than
                    # all the rest, and an answer is read here in any case.
                    response = await self._client.post(self._url, cast_to=httpx2.Response, body=sent)
        except openai.APIStatusError as error:
            raise _of_status(error) from None
        except (openai.APITimeoutError, TimeoutError):
            raise CallFailed(FailureKind.TIMEOUT, f"no answer within {self._endpoint.seconds:.0f} s", Retry.TRANSIENT,
                             may_cost=True) from None  # fmt: skip
        except openai.APIConnectionError as error:
            raise _of_connection(error) from None
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError) as error:
            raise CallFailed(FailureKind.TRANSPORT, f"the answer could not be read ({type(error).__name__})",
                             Retry.TRANSIENT, may_cost=True) from None  # fmt: skip
        seconds = time.monotonic() - began
        taken = decided_in if self._endpoint.api == "decisions" else reply_of
        return taken(response.content, seconds), _limit(response.headers)


def decided_in(content: bytes, seconds: float) -> Reply:
    """The answers of a decision, as JSON, in a response that came with a good status."""
    try:
        found = json.loads(content)
        answers, usage = found["answers"], found.get("usage")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise CallFailed(FailureKind.INVALID_ANSWER, "the response is not a decision", may_cost=True) from None
    counted = usage if isinstance(usage, Mapping) else {}
    named = {"prompt_tokens": counted.get("input_tokens"), "completion_tokens": counted.get("output_tokens"),
             "prompt_tokens_details": counted.get("input_tokens_details")}  # fmt: skip
    text = json.dumps({"answers": answers}, ensure_ascii=False)
    return Reply(text, _text(found.get("model")), None, _usage(named), seconds)


def reply_of(content: bytes, seconds: float) -> Reply:
    """The answer in a response that came with a good status."""
    try:
        found = json.loads(content)
        choice = found["choices"][0]
        message = choice["message"]
        said, refusal, reason = message.get("content"), message.get("refusal"), choice.get("finish_reason")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError, OverflowError):
        raise CallFailed(FailureKind.INVALID_ANSWER, "the response is not a chat completion", may_cost=True) from None
    usage = _usage(found.get("usage"))
    text = said if isinstance(said, str) else ""
    if isinstance(refusal, str) and refusal.strip():
        raise CallFailed(FailureKind.REFUSAL, "the model refused to answer", usage=usage, may_cost=True, raw=refusal)
    if reason == "content_filter":
        raise CallFailed(FailureKind.CONTENT_FILTER, "the endpoint's content filter held the answer back",
                         usage=usage, may_cost=True, raw=text)  # fmt: skip
    if reason == "length":
        raise CallFailed(FailureKind.CUT_OFF, "the answer was longer than the most that was asked for",
                         usage=usage, may_cost=True, raw=text)  # fmt: skip
    if not text.strip():
        raise CallFailed(FailureKind.INVALID_ANSWER, "the answer is empty", usage=usage, may_cost=True, raw=text)
    return Reply(
        text,
        _text(found.get("model")),
        _text(found.get("system_fingerprint")),
        usage,
        seconds,
        _logprobs(choice.get("logprobs")),
    )


def _text(value: Any) -> str | None:
    return value[:500] if isinstance(value, str) else None


def _usage(value: Any) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    counted = value.get("prompt_tokens"), value.get("completion_tokens")
    if not all(type(number) is int and 0 <= number < 2**40 for number in counted):
        return None
    details = value.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    return Usage(int(counted[0] or 0), int(counted[1] or 0), cached if type(cached) is int and cached >= 0 else 0)


def _logprobs(value: Any) -> tuple[Token, ...]:
    listed = value.get("content") if isinstance(value, Mapping) else None
    found = []
    for item in listed if isinstance(listed, list) else []:
        weight = _weight(item)
        if weight is None:
            return ()
        others = item.get("top_logprobs")
        told = [_weight(other) for other in others[:MOST_OTHERS]] if isinstance(others, list) else []
        found.append(Token(*weight, tuple(other for other in told if other is not None)))
    return tuple(found)


def _weight(item: Any) -> tuple[bytes, float] | None:
    """A token and its log probability; None for anything else. A log probability is never above 0 but by rounding."""
    if not isinstance(item, Mapping):
        return None
    token, number, given = item.get("token"), item.get("logprob"), item.get("bytes")
    if not isinstance(token, str) or isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if not -MOST_LOGPROB <= number <= MOST_LOGPROB:
        return None
    exact = isinstance(given, list) and all(type(byte) is int and 0 <= byte < 256 for byte in given)
    text = bytes(given) if exact and given else token.encode("utf-8", "surrogatepass")
    return text, min(0.0, float(number))


def _limit(headers: Mapping[str, str]) -> Limit:
    def number(name: str) -> int | None:
        text = headers.get(name, "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    reset = headers.get("x-ratelimit-reset-requests")
    return Limit(
        number("x-ratelimit-limit-requests"),
        number("x-ratelimit-remaining-requests"),
        None if reset is None else seconds_of(reset),
    )


def _wait(headers: Mapping[str, str]) -> float | None:
    """What Retry-After asks for, in seconds: a number, or a date."""
    precise = headers.get("retry-after-ms", "").strip()
    if precise.isascii() and precise.isdigit() and len(precise) < 12:
        return int(precise) / 1000
    text = headers.get("retry-after")
    if text is None:
        return None
    found = seconds_of(text)
    if found is not None:
        return found
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _of_status(error: openai.APIStatusError) -> CallFailed:
    """How a response with a bad status is to be taken. None of its words are kept: they may quote the prompt."""
    status = error.status_code
    told = f"{error.code or ''} {error.type or ''} {error.message or ''}".casefold()
    said = f"the endpoint answered {status}"
    wait = _wait(error.response.headers)
    if status == 429 and any(word in told for word in _QUOTA):
        return CallFailed(FailureKind.TRANSPORT, f"{said}: the account's quota is used up", fatal=True)
    if status == 429 or (status == 503 and wait is not None):
        if wait is not None and wait > LONGEST_WAIT:
            return CallFailed(FailureKind.TRANSPORT, f"{said} and asks to wait for {wait:.0f} s", fatal=True)
        return CallFailed(FailureKind.TRANSPORT, f"{said}: too many requests", Retry.RATE_LIMIT, wait)
    if status in (400, 413, 422) and any(word in told for word in _OVERFLOW):
        return CallFailed(FailureKind.CONTEXT_OVERFLOW, "the prompt is longer than what the model takes at once")
    if status == 400 and "content_filter" in told:
        return CallFailed(FailureKind.CONTENT_FILTER, "the endpoint's content filter held the question back")
    if status in (401, 403) or (status == 400 and any(word in told for word in _NO_KEY)):
        return CallFailed(FailureKind.TRANSPORT, f"{said}: the key is missing, wrong, or not allowed this", fatal=True)
    if status == 404 or (status == 400 and any(word in told for word in _NO_MODEL)):
        return CallFailed(FailureKind.TRANSPORT, f"{said}: there is no such model or address", fatal=True)
    if 300 <= status < 400:
        return CallFailed(FailureKind.TRANSPORT, f"{said}: it sends to another address, which is not followed",
                          fatal=True)  # fmt: skip
    if status in (408, 409, 425) or status >= 500:
        pause = None if wait is None else min(wait, LONGEST_PAUSE)
        return CallFailed(FailureKind.TRANSPORT, said, Retry.TRANSIENT, pause, may_cost=status >= 500, status=status)
    return CallFailed(FailureKind.TRANSPORT, f"{said}: the question was not taken")


def _of_connection(error: openai.APIConnectionError) -> CallFailed:
    cause: BaseException | None = error.__cause__
    names: list[str] = []
    while cause is not None and len(names) < 10:
        names.append(type(cause).__name__)
        if isinstance(cause, NotRead):
            return CallFailed(FailureKind.INVALID_ANSWER, str(cause), may_cost=True)
        cause = cause.__cause__ or cause.__context__
    told = str(error.__cause__ or "").casefold()
    if "certificate" in told or "ssl" in told or "SSLError" in names:
        return CallFailed(FailureKind.TRANSPORT, "no secure connection to the endpoint could be made", fatal=True)
    if "ConnectError" in names:
        return CallFailed(FailureKind.TRANSPORT, "the endpoint cannot be reached", Retry.TRANSIENT, heard=False)
    return CallFailed(FailureKind.TRANSPORT, "the connection broke off", Retry.TRANSIENT, may_cost=True, heard=False)
