"""A server that does everything that endpoints were seen to do to those who ask them, and what has to come of it."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any

from endpoint_server import NO_CODE, Served, completion, error, served
from kept import keep

from suggest.study.verify import verify

SECONDS = 1.5
"""The longest that a call may take here: long enough for a busy machine, since whatever is late is asked again."""
PASSING = (
    error(429, retry_after="0"), error(429), error(429, retry_after_ms="1"), error(500), error(502), error(503),
    error(503, retry_after="0"), error(408), Served(how="hang"), Served(body=b" " * 500, how="trickle"),
    Served(body=b'{"cho', how="reset"), Served(body=b'{"cho', how="short"), completion("not json"),
    completion('{"suggestions": 3}'), completion('{"suggestions": [{"code": 1}]}'), completion("[" * 100_000),
)  # fmt: skip
"""What is asked again, and goes well then."""
STAYING = (
    (completion(None, message={"refusal": "I will not"}), "refusal"),
    (completion("", finish="content_filter"), "content_filter"),
    (error(400, "content_filter"), "content_filter"),
    (completion('{"suggest', finish="length"), "cut_off"),
    (error(400, "context_length_exceeded"), "context_overflow"),
    (error(422), "transport"),
    (Served(body=b'{"choices": []}'), "invalid_answer"),
    (Served(body=b"<html>hello</html>", headers={"content-type": "text/html"}), "invalid_answer"),
    (Served(body=b" " * 10_000_000), "invalid_answer"),
    (Served(body=b"\x1f\x8b" * 100, headers={"content-encoding": "gzip"}), "invalid_answer"),
    (completion(None), "invalid_answer"),
)
"""What no second try mends, and the failure that it is."""
KINDS = len(PASSING) + len(STAYING) + 3


@dataclass(frozen=True)
class Suggested:
    """Answers in which something is wrong that can be set right."""

    code: str

    def answer(self, kind: int) -> Served:
        made_up = {"code": "no-such-code", "evidence": "", "rationale": "Why not.", "confidence": 0.5}
        quote = {"code": self.code, "evidence": "words that nobody said", "rationale": "It is said.", "confidence": 2}
        return completion((NO_CODE, json.dumps({"suggestions": [made_up]}), json.dumps({"suggestions": [quote]}))[kind])


def through_everything(bench: Any, segments: int) -> None:
    """A run of so many segments through all of it: each ends as an answer or a failure of its own kind, the counts add
    up, and none is asked more often than it needs."""
    bench.talk("BIG", *(f"R{n % 3}: this is turn {n} of them" for n in range(segments)))
    good, asked, lock = Suggested(bench.codes["trust"]), Counter[int](), threading.Lock()

    def script(number: int, body: dict[str, Any]) -> Served:
        told = body["messages"][1]["content"].rpartition("segment to code")[2]
        found = re.search(r"this is turn (\d+) of them", told)
        assert found is not None
        turn = int(found.group(1))
        with lock:
            asked[turn] += 1
            first = asked[turn] == 1
        kind = turn % KINDS
        if kind < len(PASSING):
            return PASSING[kind] if first else completion()
        kind -= len(PASSING)
        return STAYING[kind][0] if kind < len(STAYING) else good.answer(kind - len(STAYING))

    with served(script) as server:
        keep(bench, server.url, seconds=SECONDS, concurrency=16)
        report = bench.suggest("bar", documents=("BIG",))
    kinds = [turn % KINDS for turn in range(segments)]
    failures = Counter(STAYING[kind - len(PASSING)][1] for kind in kinds if 0 <= kind - len(PASSING) < len(STAYING))
    assert report.failed == dict(failures)
    assert (report.segments, report.left, report.ended) == (segments, 0, "done")
    assert report.suggested == kinds.count(KINDS - 1), "an invented quote is a suggestion without evidence"
    assert report.no_code == segments - report.suggested - failures.total()
    assert asked == {turn: 2 if kind < len(PASSING) else 1 for turn, kind in enumerate(kinds)}
    states = {
        entry.payload["candidates"][0]["state"] for entry in bench.log("suggested") if entry.payload["candidates"]
    }
    assert states <= {"not_found"}
    assert report.spent.answered + report.spent.unanswered > 0
    assert verify(bench.study).ok
