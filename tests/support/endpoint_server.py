"""An OpenAI-compatible endpoint on loopback that answers as a test tells it to: real sockets, real HTTP."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NO_CODE = '{"suggestions": []}'


@dataclass(frozen=True)
class Served:
    """One response. `how` is "plain", "hang" (no answer until the test ends), "trickle" (a byte now and then), "reset"
    (the connection is torn down in the middle) or "short" (fewer bytes than promised)."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "plain"


def completion(content: str | None = NO_CODE, *, finish: str = "stop", usage: Any = "counted", **more: Any) -> Served:
    """A chat completion with that content."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    found = {
        "id": "r", "object": "chat.completion", "created": 0, "model": "served", "system_fingerprint": "fp",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, **more.pop("choice", {})}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105} if usage == "counted" else usage,
        **more,
    }  # fmt: skip
    return Served(body=json.dumps(found).encode())


def error(status: int, code: str = "", message: str = "no", **headers: str) -> Served:
    """An error in OpenAI's form."""
    told = {"error": {"message": message, "type": "error", "code": code}}
    return Served(status, json.dumps(told).encode(), {name.replace("_", "-"): text for name, text in headers.items()})


Script = Callable[[int, dict[str, Any]], Served]
"""What to answer to the n-th request (from 0) with this body."""


class EndpointServer:
    """Keeps what it was asked."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._lock = threading.Lock()
        self.over = threading.Event()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.under_way = self.most_under_way = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_POST(self) -> None:
                server._answer(self)

            def do_GET(self) -> None:
                server._answer(self)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def asked(self) -> int:
        return len(self.bodies)

    def close(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers.get("content-length", "0"))) or b"{}")
        with self._lock:
            number = len(self.bodies)
            self.bodies.append(body)
            self.paths.append(handler.path)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            self._send(handler, self._script(number, body))
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with self._lock:
                self.under_way -= 1

    def _send(self, handler: BaseHTTPRequestHandler, served: Served) -> None:
        if served.how == "hang":
            self.over.wait(60)
            return
        handler.send_response(served.status)
        handler.send_header("content-type", served.headers.get("content-type", "application/json"))
        promised = len(served.body) + (100 if served.how in ("reset", "short") else 0)
        handler.send_header("content-length", str(promised))
        for name, value in served.headers.items():
            if name != "content-type":
                handler.send_header(name, value)
        handler.end_headers()
        if served.how == "trickle":
            for place in range(len(served.body)):
                handler.wfile.write(served.body[place : place + 1])
                handler.wfile.flush()
                if self.over.wait(0.05):
                    return
            return
        handler.wfile.write(served.body)
        handler.wfile.flush()
        if served.how == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if served.how in ("reset", "short"):
            handler.close_connection = True
            handler.connection.close()


@contextmanager
def served(*answers: Served | Script) -> Iterator[EndpointServer]:
    """A server that gives these answers in turn, the last one for ever; or what a script says."""
    if len(answers) == 1 and callable(answers[0]):
        script: Script = answers[0]
    else:
        listed = [answer for answer in answers if isinstance(answer, Served)] or [completion()]

        def script(number: int, body: dict[str, Any]) -> Served:
            return listed[min(number, len(listed) - 1)]

    server = EndpointServer(script)
    try:
        yield server
    finally:
        server.close()
