"""SIGKILL of the application at any moment of a run: its child stores what it has, ends, and the study is whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from desk import make_desk
from errand_parent import PARENT, gone

from suggest.children import child_environment
from suggest.study.runs import runs
from suggest.study.verify import verify

KILLS = 40


def test_forty_kills_leave_no_process_and_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = make_desk(tmp_path / "study.db", sizes=(20_000,), core="0")
    chance = random.Random(7)
    before = 0
    for _ in range(KILLS):
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(desk.study.path)],
            stdout=subprocess.PIPE, text=True, env=child_environment(),
        )  # fmt: skip
        assert parent.stdout is not None
        with parent.stdout:
            pid = int(parent.stdout.readline())
            time.sleep(chance.random() * 3)
            parent.kill()
            parent.wait()
        gone(pid)
        now = sum(run.suggested + run.no_code for run in runs(desk.study))
        assert now >= before
        before = now
    assert before
    assert verify(desk.study).ok
    desk.study.close()
