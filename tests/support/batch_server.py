"""An endpoint on loopback with OpenAI's files and batches: real sockets, real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class BatchServer:
    """Keeps uploaded files and batches. `state` is what it says of every batch."""

    answer: Answer
    state: str = "in_progress"
    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def take(self, content_type: str, body: bytes) -> dict[str, Any]:
        parts = message_from_bytes(f"content-type: {content_type}\r\n\r\n".encode() + body).get_payload()
        assert isinstance(parts, list)
        named = {str(part.get_param("name", header="content-disposition")): part for part in parts}  # type: ignore[union-attr]
        assert named["purpose"].get_payload() == "batch"  # type: ignore[union-attr]
        return self._keep(named["file"].get_payload(decode=True))  # type: ignore[union-attr,arg-type]

    def begin(self, body: dict[str, Any]) -> dict[str, Any]:
        assert (body["endpoint"], body["completion_window"]) == ("/v1/chat/completions", "24h")
        batch = f"batch_{len(self.batches) + 1}"
        self.batches[batch] = body["input_file_id"]
        return self.tell(batch)

    def tell(self, batch: str) -> dict[str, Any]:
        asked = [json.loads(line) for line in self.files[self.batches[batch]].split(b"\n") if line]
        told: dict[str, Any] = {
            "id": batch, "object": "batch", "endpoint": "/v1/chat/completions", "status": self.state,
            "input_file_id": self.batches[batch], "completion_window": "24h", "created_at": 0,
            "request_counts": {"total": len(asked), "completed": 0, "failed": 0},
        }  # fmt: skip
        if self.state in ("completed", "expired"):
            rows = "".join(json.dumps(self.answer(request)) + "\n" for request in asked)
            told["output_file_id"] = self._keep(rows.encode())["id"]
        return told

    def _keep(self, content: bytes) -> dict[str, Any]:
        name = f"file-{len(self.files) + 1}"
        self.files[name] = content
        return {"id": name, "object": "file", "bytes": len(content), "created_at": 0, "filename": "x",
                "purpose": "batch", "status": "processed"}  # fmt: skip


@contextmanager
def batch_server(answer: Answer) -> Iterator[BatchServer]:
    server = BatchServer(answer)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/files":
                self._say(json.dumps(server.take(self.headers["content-type"], body)).encode())
            else:
                self._say(json.dumps(server.begin(json.loads(body))).encode())

        def do_GET(self) -> None:
            kind, name, *more = self.path.removeprefix("/v1/").split("/")
            if kind == "files" and more == ["content"]:
                self._say(server.files[name])
            else:
                self._say(json.dumps(server.tell(name)).encode())

        def do_DELETE(self) -> None:
            name = self.path.rpartition("/")[2]
            gone = server.files.pop(name, None) is not None
            self._say(json.dumps({"id": name, "object": "file", "deleted": gone}).encode())

        def _say(self, body: bytes) -> None:
            body = body if server.status == 200 else b'{"error": {"message": "what Anna said"}}'
            self.send_response(server.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
