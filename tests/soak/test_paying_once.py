"""SIGKILL in the middle of a run behind an endpoint, fifty times: no answer that was stored is paid for again."""

from __future__ import annotations

import json
import random
import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import kills
from endpoint_server import Served, completion, served

from suggest.study.segments import segment_id
from suggest.study.study import Study

KILLS, SEGMENTS, AT_ONCE = 50, 500, 4


def stored(path: Path) -> set[int]:
    """The turns that have an answer on disk."""
    with Study.open(path) as study:
        rows = study.db.execute("SELECT DISTINCT segment FROM suggestion_set").fetchall()
        return {int(segment_id(study, number).rpartition(".")[2]) for (number,) in rows}


def test_fifty_kills_of_a_run_pay_for_no_stored_answer_again(tmp_path: Path) -> None:
    path, file, codes = tmp_path / "s.db", tmp_path / "T.txt", tmp_path / "codes.csv"
    file.write_text("\n".join(f"R{n % 3 + 1}: this is turn {n} of them" for n in range(SEGMENTS)) + "\n")
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\n")
    for arguments in (("new", path), ("add", path, file), ("codes", path, "import", codes)):
        assert kills.run(tmp_path, *arguments).returncode == 0
    done, again, asked = set[int](), list[int](), Counter[int]()
    lock, chance = threading.Lock(), random.Random(5)

    def script(number: int, body: dict[str, Any]) -> Served:
        told = body["messages"][1]["content"].rpartition("segment to code")[2]
        found = re.search(r"this is turn (\d+) of them", told)
        assert found is not None
        turn = int(found.group(1))
        with lock:
            asked[turn] += 1
            again.extend([turn] if turn in done else [])
        return completion()

    with served(script) as server:
        arguments = ("models", path, "add", "bar", "--base-url", server.url, "--model", "m", "--concurrency", AT_ONCE)
        assert kills.run(tmp_path, *arguments).returncode == 0
        killed = 0
        for _ in range(KILLS):
            shown = kills.run_fatal(tmp_path, chance.randrange(60, 900), "suggest", path, "--profile", "bar")
            killed += kills.was_killed(shown)
            done |= stored(path)
        told = json.loads(kills.run(tmp_path, "suggest", path, "--profile", "bar", "--json").stdout)
    assert killed > KILLS // 3, "most calls were ended in the middle"
    assert (told["segments"], told["left"], told["failed"]) == (SEGMENTS, 0, {})
    assert again == [], "a stored answer was asked again"
    assert asked.total() <= SEGMENTS + killed * 2 * AT_ONCE, "at each kill no more is lost than was in hand"
    kills.check_whole(path)
