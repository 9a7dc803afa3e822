"""SIGKILL in the middle of a run behind an endpoint, fifty times: no answer that was stored is paid for again, and what
the study says of prices and of what was sent is what the server counted."""

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

from suggest.models.chat.suggester import STORE_EVERY
from suggest.study.overview import overview
from suggest.study.runs import runs
from suggest.study.segments import segment_id
from suggest.study.study import Study

KILLS, SEGMENTS, AT_ONCE = 50, 500, 4


def usage(turn: int) -> dict[str, int]:
    """What the server counts for a call about a turn: each another sum."""
    return {"prompt_tokens": 1_000 + turn, "completion_tokens": 7 + turn % 5}


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
        return completion(usage=usage(turn))

    with served(script) as server:
        arguments = ("models", path, "add", "bar", "--base-url", server.url, "--model", "m", "--concurrency", AT_ONCE)
        assert kills.run(tmp_path, *arguments).returncode == 0
        killed = 0
        for _ in range(KILLS):
            shown = kills.run_fatal(tmp_path, chance.randrange(60, 700), "suggest", path, "--profile", "bar")
            killed += kills.was_killed(shown)
            done |= stored(path)
        told = json.loads(kills.run(tmp_path, "suggest", path, "--profile", "bar", "--json").stdout)
    assert killed > KILLS // 3, "most calls were ended in the middle"
    assert (told["segments"], told["left"], told["failed"]) == (SEGMENTS, 0, {})
    assert again == [], "a stored answer was asked again"
    most = 2 * AT_ONCE + STORE_EVERY
    assert asked.total() <= SEGMENTS + killed * most, "at each kill no more is lost than was in hand"
    with Study.open(path) as study:
        stored_tokens = [sum(run.tokens[side] for run in runs(study)) for side in (0, 1)]
        (sent,) = overview(study).sent.values()
    once = [sum(usage(turn)[kind] for turn in range(SEGMENTS)) for kind in ("prompt_tokens", "completion_tokens")]
    assert stored_tokens == once, "each answer that was stored is counted once, as the server counted it"
    on_record, came = sent[0], asked.total()
    assert came <= on_record <= came + killed * 2 * AT_ONCE, "nothing left that is not on record"
    print(f"{killed} kills; {came - SEGMENTS} calls in hand at them, asked again; {on_record - came} on record unsent")
    kills.check_whole(path)
