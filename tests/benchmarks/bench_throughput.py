"""How many segments a second a model behind an endpoint is asked for, beside bare loops over the same client, and how
near a run comes to the calls that an endpoint allows a minute.

The server is on loopback, in a process of its own, and takes 200 ms for an answer.

Usage: bench_throughput.py [segments].
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import studies

from suggest.engine import runs
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.engine.tasks import Selection
from suggest.models.chat.calls import Body, Said
from suggest.models.chat.client import Client
from suggest.models.chat.endpoint import Endpoint
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.people import ensure_coder
from suggest.study.study import Study

DELAY, AT_ONCE = 0.2, 32
ANSWER = json.dumps(
    {"id": "r", "object": "chat.completion", "created": 0, "model": "m",
     "choices": [{"index": 0, "message": {"role": "assistant", "content": '{"suggestions": []}'},
                  "finish_reason": "stop"}],
     "usage": {"prompt_tokens": 900, "completion_tokens": 5, "total_tokens": 905}}
).encode()  # fmt: skip


def serve(told: Connection, a_minute: int | None) -> None:
    """Answer until the process is ended; of more calls than are allowed in a minute the rest is refused."""
    begun, used = 0.0, 0

    def head() -> tuple[int, list[str]]:
        nonlocal begun, used
        now = time.monotonic()
        if a_minute is None:
            return 200, []
        if now - begun >= 60 or not begun:
            begun, used = now, 0
        reset = 60 - (now - begun)
        if used >= a_minute:
            return 429, [f"retry-after: {reset:.3f}"]
        used += 1
        return 200, [f"x-ratelimit-limit-requests: {a_minute}", f"x-ratelimit-remaining-requests: {a_minute - used}",
                     f"x-ratelimit-reset-requests: {reset:.3f}s"]  # fmt: skip

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while header := await reader.readuntil(b"\r\n\r\n"):
                sizes = [line for line in header.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                await reader.readexactly(int(sizes[0].split(b":")[1]))
                status, lines = head()
                body = ANSWER if status == 200 else b'{"error": {"message": "slow"}}'
                if status == 200:
                    await asyncio.sleep(DELAY)
                first = f"HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
                writer.write((first + "".join(f"{line}\r\n" for line in lines) + "\r\n").encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=256)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def with_server(a_minute: int | None, work: Callable[[str], float]) -> float:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs, a_minute), daemon=True)
    process.start()
    try:
        return work(f"http://127.0.0.1:{ours.recv()}/v1")
    finally:
        process.terminate()
        process.join()


def run(url: str, folder: Path, segments: int) -> float:
    """Seconds of a run over so many segments, from the first question to the last answer on disk."""
    with Study.create(folder / f"{time.monotonic_ns()}.db", "A study", "anna") as study:
        anna = ensure_coder(study, "anna")
        turns = [f"R{n % 3}: this is what was said in turn {n}, of work and of trust, some twenty words of it" for n in
                 range(segments)]  # fmt: skip
        text, made = "", []
        for number, turn in enumerate(turns, 1):
            speaker, _, words = turn.partition(": ")
            start = len(text) + len(speaker) + 2
            text += f"{turn}\n"
            made.append(NewSegment(start, start + len(words), "data", speaker, number, number, None))
        add_documents(study, anna, [NewDocument("T", text, "turn", made)])
        add_codes(study, anna, [NewCode(f"code {n}", Wording(f"code {n}", f"is about matter {n}")) for n in range(30)])
        keep_endpoint(study, anna, KeptEndpoint("bar", Endpoint(url, "m", concurrency=AT_ONCE)))
        report = runs.suggest(study, anna, "bar", Selection())
        assert (report.no_code, report.left) == (segments, 0), report
        return report.seconds


def bare(url: str, segments: int, at_once: int) -> float:
    """Seconds of a plain loop over the bare client: so many at once, nothing recorded, checked or stored."""
    prompt = Body((Said("system", "is about matter " * 200), Said("user", "what was said " * 40)), {"max_tokens": 100})

    async def all_of_them() -> float:
        client, left = Client(Endpoint(url, "m", concurrency=at_once)), iter(range(segments))

        async def some() -> None:
            for _ in left:
                await client.call(prompt)

        began = time.perf_counter()
        workers: list[Awaitable[None]] = [some() for _ in range(at_once)]
        await asyncio.gather(*workers)
        await client.aclose()
        return time.perf_counter() - began

    return asyncio.run(all_of_them())


def main(segments: int) -> None:
    with studies.workplace() as folder:
        os.environ["SECONDCODER_HOME"] = str(folder)
        few = min(50, segments)
        rows = [
            ("a run, 32 at once", segments, with_server(None, lambda url: run(url, folder, segments))),
            ("the bare client, 32 at once", segments, with_server(None, lambda url: bare(url, segments, AT_ONCE))),
            ("the bare client, one after another", few, with_server(None, lambda url: bare(url, few, 1))),
        ]
        for what, number, seconds in rows:
            print(f"{what:36} {number:5} calls {seconds:7.1f} s {number / seconds:7.1f} a second")
        for most in (120, 600):
            number = 2 * most
            seconds = with_server(most, lambda url, number=number: run(url, folder, number))  # type: ignore[misc]
            # The second window's calls cannot begin before the first is over.
            share = 60 * number / seconds / most
            print(f"at most {most} a minute: {number} calls in {seconds:.1f} s, {share:.0%} of it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
