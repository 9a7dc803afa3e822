"""One call over a real socket: what is sent, and how each kind of answer is taken."""

from __future__ import annotations

import gzip
import json
import socket
import threading

import pytest
from endpoint_server import Served, completion, error, served

from suggest.errors import SecondCoderError
from suggest.models.chat import guarding as module
from suggest.models.chat.calls import Body, CallFailed, Reply, Retry, Said, Token, Usage
from suggest.models.chat.client import LONGEST_PAUSE, Client
from suggest.models.chat.endpoint import Endpoint
from suggest.models.interface import FailureKind

pytestmark = pytest.mark.asyncio

BODY = Body((Said("user", "a participant's words"),), {"max_tokens": 5})


async def call(url: str, **given: object) -> Reply:
    client = Client(Endpoint(url, "m", **given))  # type: ignore[arg-type]
    try:
        return (await client.call(BODY))[0]
    finally:
        await client.aclose()


async def failure(answer: Served, **given: object) -> CallFailed:
    with served(answer) as server:
        with pytest.raises(CallFailed) as raised:
            await call(server.url, **given)
        assert server.asked == 1, "the client does not try again by itself"
        assert "participant" not in str(raised.value)
        return raised.value


async def test_an_answer_comes_back_with_what_the_endpoint_says_of_it() -> None:
    with served(completion("said", usage={"prompt_tokens": 7, "completion_tokens": 2,
                                          "prompt_tokens_details": {"cached_tokens": 3}})) as server:  # fmt: skip
        reply = await call(server.url)
    assert (reply.content, reply.model, reply.fingerprint) == ("said", "served", "fp")
    assert reply.usage == Usage(7, 2, 3)
    assert server.paths == ["/v1/chat/completions"]
    assert server.bodies[0]["messages"] == [{"role": "user", "content": "a participant's words"}]
    assert (server.bodies[0]["model"], server.bodies[0]["max_tokens"]) == ("m", 5)


async def test_the_key_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-mine")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    with served(completion()) as server:
        await call(server.url, key_env="MY_KEY")
        await call(server.url)
    assert [headers["authorization"] for headers in server.headers] == ["Bearer sk-mine", "Bearer none"]
    monkeypatch.delenv("MY_KEY")
    with pytest.raises(SecondCoderError, match="MY_KEY, which should hold the key of 127"):
        Client(Endpoint("http://127.0.0.1:9/v1", "m", "MY_KEY"))


async def test_no_header_goes_out_that_is_not_meant_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-mine")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: hush\nAuthorization: Bearer sk-another")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-hush")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-hush")
    with served(completion()) as server:
        await call(server.url, key_env="MY_KEY")
        (headers,) = server.headers
    meant = {"host", "content-length", "content-type", "authorization", "accept", "accept-encoding", "user-agent"}
    assert set(headers) - {"connection"} <= meant
    assert (headers["authorization"], headers["accept-encoding"]) == ("Bearer sk-mine", "identity")
    assert "hush" not in repr(headers)
    assert "another" not in repr(headers)


async def test_a_key_that_no_request_can_carry_is_said_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-\u00e9\u00e9")
    with pytest.raises(SecondCoderError, match="not a key") as raised:
        Client(Endpoint("http://127.0.0.1:9/v1", "m", "MY_KEY"))
    assert "sk-" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "kind", "retry", "fatal"),
    [
        (error(429, retry_after="7"), FailureKind.TRANSPORT, Retry.RATE_LIMIT, False),
        (error(429, "insufficient_quota"), FailureKind.TRANSPORT, Retry.NO, True),
        (error(429, retry_after="86400"), FailureKind.TRANSPORT, Retry.NO, True),
        (error(500), FailureKind.TRANSPORT, Retry.TRANSIENT, False),
        (error(503), FailureKind.TRANSPORT, Retry.TRANSIENT, False),
        (error(503, retry_after="2"), FailureKind.TRANSPORT, Retry.RATE_LIMIT, False),
        (error(401), FailureKind.TRANSPORT, Retry.NO, True),
        (error(404), FailureKind.TRANSPORT, Retry.NO, True),
        (error(400, "context_length_exceeded"), FailureKind.CONTEXT_OVERFLOW, Retry.NO, False),
        (error(400, "content_filter"), FailureKind.CONTENT_FILTER, Retry.NO, False),
        (error(400, message="no such field"), FailureKind.TRANSPORT, Retry.NO, False),
        (completion("half", finish="length"), FailureKind.CUT_OFF, Retry.NO, False),
        (completion("", finish="content_filter"), FailureKind.CONTENT_FILTER, Retry.NO, False),
        (completion(None, message={"refusal": "I will not"}), FailureKind.REFUSAL, Retry.NO, False),
        (completion(None), FailureKind.INVALID_ANSWER, Retry.NO, False),
        (Served(body=b'{"choices": []}'), FailureKind.INVALID_ANSWER, Retry.NO, False),
        (Served(body=b"<html>hello</html>", headers={"content-type": "text/html"}), FailureKind.INVALID_ANSWER,
         Retry.NO, False),
        (Served(body=b"[" * 100_000), FailureKind.INVALID_ANSWER, Retry.NO, False),
        (Served(body=b'{"cho', how="reset"), FailureKind.TRANSPORT, Retry.TRANSIENT, False),
        (Served(body=b'{"cho', how="short"), FailureKind.TRANSPORT, Retry.TRANSIENT, False),
    ],
)  # fmt: skip
async def test_each_way_of_failing_is_told_from_the_others(
    answer: Served, kind: FailureKind, retry: Retry, fatal: bool
) -> None:
    failed = await failure(answer)
    assert (failed.kind, failed.retry, failed.fatal) == (kind, retry, fatal)


async def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    assert (await failure(error(429, retry_after="7"))).wait == 7
    assert (await failure(error(429, retry_after_ms="250"))).wait == 0.25
    assert (await failure(error(429, retry_after="Thu, 01 Jan 1970 00:00:00 GMT"))).wait == 0
    assert (await failure(error(429, retry_after="soon"))).wait is None


async def test_an_answer_that_never_comes_is_given_up() -> None:
    failed = await failure(Served(how="hang"), seconds=0.2)
    assert (failed.kind, failed.retry, failed.may_cost) == (FailureKind.TIMEOUT, Retry.TRANSIENT, True)


async def test_an_answer_that_never_ends_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 50_000)
    failed = await failure(completion("x" * 200_000))
    assert (failed.kind, failed.detail) == (FailureKind.INVALID_ANSWER, "the answer is longer than 50,000 bytes")


async def test_an_answer_that_unfolds_is_not_unfolded() -> None:
    bomb = Served(body=gzip.compress(b" " * 50_000_000), headers={"content-encoding": "gzip"})
    failed = await failure(bomb)
    assert (failed.kind, failed.detail) == (
        FailureKind.INVALID_ANSWER,
        "the answer is compressed, which was not asked for",
    )


async def test_a_pause_that_an_endpoint_asks_for_after_a_fault_has_an_end() -> None:
    for status in (408, 409, 425, 500, 502, 504):
        assert (await failure(error(status, retry_after="86400"))).wait == LONGEST_PAUSE
        assert (await failure(error(status, retry_after="3"))).wait == 3


async def test_a_redirect_is_never_followed_with_text() -> None:
    with served(completion()) as elsewhere:
        moved = Served(307, b"", {"location": f"{elsewhere.url}/chat/completions"})
        failed = await failure(moved)
        assert (failed.fatal, elsewhere.asked) == (True, 0)


async def test_nobody_at_home_is_said() -> None:
    with served(completion()) as server:
        url = server.url
    with pytest.raises(CallFailed, match="cannot be reached") as raised:
        await call(url)
    assert not raised.value.may_cost


async def test_plain_http_where_tls_is_expected_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(completion()) as server, pytest.raises(CallFailed) as raised:
        await call(server.url.replace("http://", "https://"))
    assert raised.value.fatal
    assert server.asked == 0


async def test_a_proxy_never_sees_what_is_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(completion()) as server, served(completion()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        await call(server.url)
    assert (server.asked, proxy.asked) == (1, 0)


async def test_an_encrypted_call_goes_through_the_proxy_that_is_named_and_shows_it_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-mine")
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        heard: list[bytes] = []

        def listen() -> None:
            connection, _ = proxy.accept()
            with connection:
                heard.append(connection.recv(10_000))
                connection.sendall(b"HTTP/1.1 502 no\r\n\r\n")

        listening = threading.Thread(target=listen)
        listening.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with pytest.raises(CallFailed):
            await call("https://models.example/v1", key_env="MY_KEY")
        listening.join()
    assert heard[0].startswith(b"CONNECT models.example:443 ")
    assert b"sk-mine" not in heard[0]


async def test_a_proxy_is_asked_for_nothing_that_it_could_read_or_is_told_not_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    found = [
        module.proxy_for(Endpoint(f"{address}/v1", "m"))
        for address in ("https://a.example", "http://a.example", "https://127.0.0.1", "https://m.inside.example")
    ]
    assert found == ["http://proxy.example:3128", None, None, None]


async def test_what_the_endpoint_says_of_its_limits_is_read() -> None:
    told = completion()
    headers = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59",
               "x-ratelimit-reset-requests": "1m0.5s"}  # fmt: skip
    with served(Served(body=told.body, headers=headers)) as server:
        client = Client(Endpoint(server.url, "m"))
        _, limit = await client.call(BODY)
        await client.aclose()
    assert (limit.limit, limit.left, limit.reset) == (60, 59, 60.5)


async def test_log_probabilities_are_taken_where_they_come_whole() -> None:
    others = [{"token": "c1", "logprob": -0.1}, {"token": "c", "bytes": [99, 50], "logprob": -2}, {"token": 3}, None]
    good = {"content": [{"token": "c1", "logprob": -0.1, "top_logprobs": others}]}
    wanted_good = (Token(b"c1", -0.1, ((b"c1", -0.1), (b"c2", -2.0))),)
    vast = {"content": [{"token": "c1", "logprob": -(10**400)}]}
    for given, wanted in [(good, wanted_good), ({"content": [{"token": "c1"}]}, ()), (None, ()), (vast, ())]:
        with served(completion("x", choice={"logprobs": given})) as server:
            assert (await call(server.url)).logprobs == wanted
            assert json.loads(json.dumps(server.bodies[0]))["max_tokens"] == 5
