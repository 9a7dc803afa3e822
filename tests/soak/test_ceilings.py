"""Forty runs with ceilings drawn by lot, one call at once and thirty-two: what the server counted is never more."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import Served, completion, error, served
from kept import keep, quick

from suggest.engine import runs
from suggest.engine.tasks import Selection
from suggest.models.chat.budget import Ceiling
from suggest.study.people import ensure_coder
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from tests.engine.conftest import Bench

__all__ = ["quick"]
SEGMENTS, MOST_OUT, RUNS = 120, 60, 20
PRICES = (2.0, 8.0)


class Till:
    """Counts what it would charge, in millionths of a dollar: by lot how long an answer is, a token for each three
    bytes of a prompt, and one call in ten is charged for although it breaks down."""

    def __init__(self, seed: int) -> None:
        self.chance, self.lock, self.charged = random.Random(seed), threading.Lock(), 0.0

    def __call__(self, number: int, body: dict[str, Any]) -> Served:
        with self.lock:
            words = "".join(message["content"] for message in body["messages"])
            read, said = len(words.encode()) // 3, self.chance.randint(1, MOST_OUT)
            self.charged += read * PRICES[0] + said * PRICES[1]
            if self.chance.random() < 0.1:
                return error(500)
        return completion(usage={"prompt_tokens": read, "completion_tokens": said})


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with Study.create(tmp_path / "s.db", "A study", "anna", FixedSources(1)) as study:
        made = Bench(study, ensure_coder(study, "anna"), monkeypatch)
        made.code("trust", "to rely on somebody")
        made.talk("BIG", *(f"R{n % 3}: this is turn {n} of them" for n in range(SEGMENTS)))
        yield made


@pytest.mark.parametrize("at_once", [1, 32])
def test_no_ceiling_is_ever_gone_over_by_the_servers_own_count(bench: Any, at_once: int) -> None:
    chance, shares = random.Random(at_once), list[float]()
    for number in range(RUNS):
        till, ceiling = Till(number), chance.randrange(20_000, 150_000)
        with served(till) as server:
            keep(bench, server.url, name=f"p{number}", concurrency=at_once, most_output=MOST_OUT, prices=PRICES)
            report = runs.suggest(
                bench.study, bench.anna, f"p{number}", Selection(), ceiling=Ceiling(cost=ceiling)
            )  # fmt: skip
        assert till.charged <= ceiling, (number, till.charged, ceiling)
        assert report.ended in ("ceiling", "done")
        assert report.spent.cost is not None
        assert report.spent.cost <= till.charged <= report.spent.cost + (report.spent.perhaps_cost or 0)
        shares.append(till.charged / ceiling)
    print(json.dumps({"at once": at_once, "spent of the ceiling": [round(share, 2) for share in sorted(shares)]}))
