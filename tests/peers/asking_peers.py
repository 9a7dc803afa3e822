"""Asking a real server: a recorder between it and the client, single questions, and runs of the example study."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from endpoint_server import EndpointServer, Served

from suggest.engine.prompts import load_prompt
from suggest.models.chat.calls import Body, CallFailed, Said
from suggest.models.chat.client import Client
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.shaping import with_codes

KEPT = ("content-type", "retry-after", "x-ratelimit-")
"""The headers of an answer that a client may read."""
KEY = "PEER_KEY"
HELLO = (Said("system", "You answer in few words."), Said("user", "Which word is the opposite of north?"))
LONG = (Said("user", "north " * 8_000),)
SHAPE = {"type": "json_schema", "json_schema": {"name": "suggestions", "strict": True,
         "schema": with_codes(load_prompt("deductive").schema, ["c1", "c2"])}}  # fmt: skip
OBJECT = {"type": "json_object"}
WORD = {"max_tokens": 60, "temperature": 1, "seed": 3}
"""Warm: a tiny random model comes to an end by chance only, and a seed keeps that the same."""

QUESTIONS: Mapping[str, tuple[tuple[Said, ...], Mapping[str, Any]]] = {
    "plain": (HELLO, WORD),
    "new limit": (HELLO, {"max_completion_tokens": 60, "temperature": 1, "seed": 3}),
    "temperature and seed": (HELLO, {"max_tokens": 12, "temperature": 0, "seed": 3}),
    "schema": (HELLO, {"max_tokens": 1_500, "temperature": 0, "response_format": SHAPE}),
    "schema, warm": (HELLO, {"max_tokens": 1_500, "temperature": 1, "seed": 5, "response_format": SHAPE}),
    "object": (HELLO, {"max_tokens": 300, "temperature": 0, "response_format": OBJECT}),
    "cut off": (HELLO, {"max_tokens": 2, "response_format": OBJECT}),
    "log probabilities": (HELLO, {"max_tokens": 60, "temperature": 0, "logprobs": True, "response_format": OBJECT}),
    "too long": (LONG, WORD),
}
Reply = dict[str, Any]


class Recorder:
    """Stands between the client and a server, and keeps what was answered."""

    def __init__(self, port: int, home: Path) -> None:
        self._port, self._home = port, f"{home.resolve()}/"
        self.replies: list[Reply] = []
        self.server = EndpointServer(self._forward)

    @property
    def url(self) -> str:
        return self.server.url

    def close(self) -> None:
        self.server.close()

    def _forward(self, number: int, body: Mapping[str, Any]) -> Served:
        told = {"content-type": "application/json"}
        if "authorization" in self.server.headers[number]:
            told["authorization"] = self.server.headers[number]["authorization"]
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        try:
            connection.request("POST", "/v1/chat/completions", json.dumps(body), told)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in answer.getheaders() if name.lower().startswith(KEPT)}
        text = content.decode("utf-8", "surrogateescape").replace(self._home, "")
        settings = {name: value for name, value in body.items() if name not in ("messages", "model")}
        asked = {"model": body["model"], "words": words_of(body), "settings": settings}
        self.replies.append({"asked": asked, "status": answer.status, "headers": headers, "body": text})
        return Served(answer.status, content, headers)


def words_of(body: Mapping[str, Any]) -> str:
    """What the messages say, where that is short: enough to tell questions apart."""
    said = "\n".join(message["content"] for message in body["messages"])
    return said if len(said) < 400 else f"{len(said)} characters"


async def ask(url: str, model: str, key: str | None, messages: tuple[Said, ...], settings: Mapping[str, Any]) -> str:
    """How the real client takes the answer, in a line."""
    client = Client(Endpoint(url, model, key, seconds=300))
    try:
        reply, _ = await client.call(Body(messages, settings))
        return f"answer {reply.content[:60]!r}, counted {reply.usage is not None}, weighed {len(reply.logprobs)}"
    except CallFailed as error:
        return f"{error.kind.value}, {error.retry.value}{', fatal' if error.fatal else ''}: {error.detail}"
    finally:
        await client.aclose()


def single_questions(recorder: Recorder, model: str, keyed: bool, more: Mapping[str, str]) -> dict[str, Reply]:
    """Every question once; what each was answered with, by its name."""
    found: dict[str, Reply] = {}

    def one(name: str, model: str, key: str | None, messages: tuple[Said, ...], settings: Mapping[str, Any]) -> None:
        told = asyncio.run(ask(recorder.url, model, key, messages, settings))
        found[name] = recorder.replies[-1]
        print(f"  {name:22} {found[name]['status']}  {told}")

    key = KEY if keyed else None
    for name, (messages, settings) in QUESTIONS.items():
        one(name, model, key, messages, settings)
    for name, other in more.items():
        one(f"model {name}", other, key, HELLO, WORD)
    one("no such model", "no-such-model", key, HELLO, WORD)
    if keyed:
        one("no key", model, None, HELLO, WORD)
    return found


def controls(recorder: Recorder, model: str, keyed: bool) -> Reply | None:
    """The first answer of a warm model, out of fifty, that has raw control characters inside its strings."""
    shape = {"type": "json_object", "schema": SHAPE["json_schema"]["schema"]}  # type: ignore[index]
    for seed in range(50):
        settings = {"max_tokens": 1_500, "temperature": 1, "seed": seed, "response_format": shape}
        asyncio.run(ask(recorder.url, model, KEY if keyed else None, HELLO, settings))
        reply = recorder.replies[-1]
        if reply["status"] == 200:
            said = json.loads(reply["body"])["choices"][0]["message"]["content"] or ""
            if said.endswith("}") and any(letter < " " for letter in said):
                return reply
    return None


class Study:
    """The example study in a folder, worked on by the command alone."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "study.db"
        self._environment = {**os.environ, "SECONDCODER_HOME": str(folder / "home"), "SECONDCODER_CODER": "peer"}
        from tui.example import lay_out

        lay_out(folder, "peer")

    def call(self, command: str, *arguments: object) -> Any:
        """What a command reports. RuntimeError with its own words where it ends with another exit code than 0."""
        program = Path(sys.executable).with_name("secondcoder")
        listed = [str(program), command, str(self.path), *(str(one) for one in arguments)]
        done = subprocess.run(listed, capture_output=True, text=True, env=self._environment, timeout=500)
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.strip()[-600:]}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout


def run(study: Study, recorder: Recorder, segments: int) -> dict[str, Any]:
    """Ask for so many segments. AssertionError where one of them did not end, as suggestions or as a typed failure."""
    before = recorder.server.asked
    report: dict[str, Any] = study.call("suggest", "--profile", "peer", "--limit", segments, "--json")
    ended = report["suggested"] + report["no_code"] + sum(report["failed"].values()) + report["resumed"]
    assert ended == report["segments"] == segments, report
    asked = recorder.replies[before:]
    statuses = Counter(reply["status"] for reply in asked)
    print(f"  {segments} segments in {report['seconds']:.1f} s, {len(asked)} calls {dict(statuses)}: suggestions for "
          f"{report['suggested']}, no code {report['no_code']}, failed {report['failed']}")  # fmt: skip
    return report


@contextmanager
def recording(port: int, home: Path) -> Iterator[Recorder]:
    """A recorder before the server at that port."""
    recorder = Recorder(port, home)
    try:
        yield recorder
    finally:
        recorder.close()
