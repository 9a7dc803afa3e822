"""Several processes deciding on one file: nothing is lost, nothing is stored twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from desk import Desk

from suggest.study.verify import verify

ROOT = Path(__file__).resolve().parents[2]
Make = Callable[..., Desk]


def deciding(desk: Desk, coder: str, lines: list[dict[str, object]]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", "from tui.cli import main; main()", "decide", str(desk.study.path), "--coder", coder],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
    process.stdin.close()
    return process


def test_two_processes_of_one_coder_with_the_same_refs_store_each_line_once(make: Make) -> None:
    desk = make(sizes=(60,), core="0.3")
    lines: list[dict[str, object]] = []
    for i, segment in enumerate(desk.ids()):
        lines.append({"segment": segment, "action": "no_code", "ref": f"n{i}"})
        lines.append({"segment": segment, "action": "complete", "ref": f"c{i}"})
    processes = [deciding(desk, "anna", lines) for _ in range(2)]
    answers = [[json.loads(line) for line in process.stdout or ()] for process in processes]
    assert [process.wait() for process in processes] == [0, 0]
    assert all(answer["ok"] for each in answers for answer in each)
    assert [a["entry"] for a in answers[0]] == [a["entry"] for a in answers[1]]
    assert sum("repeated" in answer for each in answers for answer in each) == len(lines)
    stored = [kind for kind in desk.kinds() if kind in ("decided", "completed")]
    assert len(stored) == len(lines)
    assert desk.queue() == []
    assert verify(desk.study).ok


def test_two_coders_at_once_have_all_their_decisions(make: Make) -> None:
    desk = make(sizes=(60,), core="0.3")
    lines: list[dict[str, object]] = [{"segment": segment, "action": "complete"} for segment in desk.ids()]
    processes = {name: deciding(desk, name, lines) for name in ("anna", "ben")}
    for process in processes.values():
        answers = [json.loads(line) for line in process.stdout or ()]
        assert process.wait() == 0
        assert [answer["ok"] for answer in answers] == [True] * len(lines)
        entries = [tuple(answer["entry"]) for answer in answers]
        rows = desk.study.db.execute("SELECT replica, seq FROM log WHERE kind = 'completed'").fetchall()
        assert set(entries) <= set(rows)
    assert desk.kinds().count("completed") == 2 * len(lines)
    assert verify(desk.study).ok
