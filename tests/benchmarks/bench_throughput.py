"""How many segments a second a model behind an endpoint is asked for, beside bare loops over the `openai` client, and
how near a run comes to the calls that an endpoint allows a minute.

The server is on loopback, in a process of its own, and takes 200 ms for an answer.

Usage: bench_throughput.py [segments [times]]: the first table, the rows in turn so many times; bench_throughput.py
rates [calls a minute ...]: the second one, two minutes each.
"""

from __future__ import annotations

import asyncio
import json
import math
import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Literal, TypeAlias

sys.path.insert(0, str(Path(__file__).parent))

import openai
import studies

from suggest.engine import runs
from suggest.engine.endpoints import PROMPT, KeptEndpoint, keep_endpoint
from suggest.engine.prompts import load_prompt
from suggest.engine.tasks import Selection
from suggest.models.chat.calls import Body, Said
from suggest.models.chat.client import Client
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.shaping import settings
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.people import ensure_coder
from suggest.study.study import Study

DELAY, AT_ONCE = 0.2, 32
Says: TypeAlias = Literal["all", "wait", "nothing"]
"""What a server with a limit says of it: headers with each answer, how long to wait with a refusal, or neither."""
ANSWER = json.dumps(
    {"id": "r", "object": "chat.completion", "created": 0, "model": "m",
     "choices": [{"index": 0, "message": {"role": "assistant", "content": '{"suggestions": []}'},
                  "finish_reason": "stop"}],
     "usage": {"prompt_tokens": 900, "completion_tokens": 5, "total_tokens": 905}}
).encode()  # fmt: skip


def serve(told: Connection, a_minute: int | None, says: Says, counts: SynchronizedArray[int]) -> None:
    """Answer until the process is ended; of more calls than are allowed in a minute the rest is refused. Counts the
    calls that it answered and refused."""
    begun, used = 0.0, 0

    def head() -> tuple[int, list[str]]:
        nonlocal begun, used
        now = time.monotonic()
        if a_minute is None:
            counts[0] += 1
            return 200, []
        if now - begun >= 60 or not begun:
            begun, used = now, 0
        reset = 60 - (now - begun)
        if used >= a_minute:
            counts[1] += 1
            return 429, [] if says == "nothing" else [f"retry-after: {reset:.3f}"]
        used += 1
        counts[0] += 1
        if says != "all":
            return 200, []
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


@dataclass(frozen=True)
class Took:
    """Seconds of the clock and of our own processor that calls took, and how many more were refused."""

    calls: int
    seconds: float
    processor: float
    refused: int

    @property
    def a_second(self) -> float:
        return self.calls / self.seconds


def with_server(calls: int, work: Callable[[str], float], a_minute: int | None = None, says: Says = "all") -> Took:
    """What the work took, which gives its seconds."""
    ours, theirs = multiprocessing.Pipe()
    counts = multiprocessing.Array("q", 2)
    process = multiprocessing.Process(target=serve, args=(theirs, a_minute, says, counts), daemon=True)
    process.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}/v1"
        before = _processor()
        seconds = work(url)
        assert counts[0] == calls, "each answer is an answer to a segment"
        return Took(calls, seconds, _processor() - before, counts[1])
    finally:
        process.terminate()
        process.join()


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def make_study(folder: Path, segments: int) -> Path:
    """A study with so many turns and 30 codes."""
    path = folder / f"{time.monotonic_ns()}.db"
    with Study.create(path, "A study", "anna") as study:
        anna = ensure_coder(study, "anna")
        text, made = "", []
        for number in range(segments):
            speaker, words = (
                f"R{number % 3}",
                f"this is what was said in turn {number}, of work and of trust, some words",
            )
            start = len(text) + len(speaker) + 2
            text += f"{speaker}: {words}\n"
            made.append(NewSegment(start, start + len(words), "data", speaker, number + 1, number + 1, None))
        add_documents(study, anna, [NewDocument("T", text, "turn", made)])
        add_codes(study, anna, [NewCode(f"code {n}", Wording(f"code {n}", f"is about matter {n}")) for n in range(30)])
    return path


def run(url: str, path: Path, segments: int) -> float:
    """Seconds of a run over so many segments, from the first question to the last answer on disk."""
    with Study.open(path, write=True) as study:
        anna = ensure_coder(study, "anna")
        keep_endpoint(study, anna, KeptEndpoint("bar", Endpoint(url, "m", concurrency=AT_ONCE)))
        report = runs.suggest(study, anna, "bar", Selection(limit=segments), redo=True)
        assert (report.no_code, report.left) == (segments, 0), report
        return report.seconds


SCHEMA = json.loads(load_prompt(PROMPT).schema_json)
QUESTION = Body(
    (Said("system", "is about matter " * 200), Said("user", "what was said " * 40)),
    settings(Endpoint("http://127.0.0.1/v1", "m"), SCHEMA, [f"c{n}" for n in range(30)]),
)


def loop(calls: int, at_once: int, call: Callable[[], Awaitable[object]]) -> float:
    """Seconds of a plain loop: so many calls at once, nothing recorded, checked or stored."""

    async def all_of_them() -> float:
        left = iter(range(calls))

        async def some() -> None:
            for _ in left:
                await call()

        began = time.perf_counter()
        await asyncio.gather(*(some() for _ in range(at_once)))
        return time.perf_counter() - began

    return asyncio.run(all_of_them())


def bare(url: str, calls: int, at_once: int) -> float:
    """The loop over the `openai` client, as its documentation has it."""
    client, asked = openai.AsyncOpenAI(api_key="none", base_url=url, max_retries=0), QUESTION.as_json("m")
    return loop(calls, at_once, lambda: client.chat.completions.create(**asked))


def lean(url: str, calls: int, at_once: int) -> float:
    """The loop over the way in which a run uses that client."""
    client = Client(Endpoint(url, "m", concurrency=at_once))
    return loop(calls, at_once, lambda: client.call(QUESTION))


def speed(folder: Path, calls: int, times: int) -> None:
    """The rows in turn, so that what else the machine does meets all of them."""
    few, study = min(50, calls), make_study(folder, calls)
    rows: dict[str, tuple[int, int, Callable[[str], float]]] = {
        "a run": (calls, AT_ONCE, lambda url: run(url, study, calls)),
        "the openai client": (calls, AT_ONCE, lambda url: bare(url, calls, AT_ONCE)),
        "that client as a run uses it": (calls, AT_ONCE, lambda url: lean(url, calls, AT_ONCE)),
        "the openai client, one by one": (few, 1, lambda url: bare(url, few, 1)),
    }
    with_server(32, lambda url: lean(url, 32, AT_ONCE))  # what is imported, is
    with_server(1, lambda url: run(url, study, 1))
    found: dict[str, list[Took]] = {what: [] for what in rows}
    for _ in range(times):
        for what, (number, _, work) in rows.items():
            found[what].append(with_server(number, work))
    print("| What | Calls | At once | Seconds | Calls a second | Of the ideal | Processor, a call |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for what, (number, at_once, _) in rows.items():
        each = found[what]
        ideal = math.ceil(number / at_once) * DELAY
        middle = statistics.median(took.seconds for took in each)
        listed = ", ".join(f"{took.seconds:.1f}" for took in each)
        processor = 1000 * statistics.median(took.processor for took in each) / number
        print(f"| {what} | {number:,} | {at_once} | {listed} | {number / middle:.1f} | {ideal / middle:.1%} |"
              f" {processor:.1f} ms |")  # fmt: skip


def rates(folder: Path, limits: list[int]) -> None:
    """Two minutes' worth of calls for each limit and each thing that a server may say of it."""
    print("| Calls a minute | The server says | Calls | Seconds | Of the rate | Refused besides |")
    print("| --- | --- | --- | --- | --- | --- |")
    known: dict[Says, str] = {"all": "limits, with each answer", "wait": "how long to wait, with a refusal",
                              "nothing": "nothing"}  # fmt: skip
    for most in limits:
        calls = 2 * most
        for says, words in known.items():
            study = make_study(folder, calls)
            took = with_server(calls, lambda url, path=study, n=calls: run(url, path, n), most, says)  # type: ignore[misc]
            # The second window's calls cannot begin before the first is over; all of them may then come at once.
            share = 60 * calls / took.seconds / most
            refused = took.refused / (calls + took.refused)
            print(f"| {most} | {words} | {calls} | {took.seconds:.1f} | {share:.0%} | {took.refused} ({refused:.1%}) |",
                  flush=True)  # fmt: skip


def main(arguments: list[str]) -> None:
    with studies.workplace() as folder:
        os.environ["SECONDCODER_HOME"] = str(folder)
        if arguments[:1] == ["rates"]:
            rates(folder, [int(text) for text in arguments[1:]] or [120, 600])
        else:
            calls, times, *_ = [*(int(text) for text in arguments), *(3_200, 3)[len(arguments) :]]
            speed(folder, calls, times)


if __name__ == "__main__":
    main(sys.argv[1:])
