"""The child of an errand notices that its application is gone, stores what it has, and ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from desk import Desk, make_desk
from errand_parent import PARENT, gone

from suggest.children import child_environment
from suggest.study.runs import runs
from tui.errands.child import NICE, WORKER
from tui.errands.worker import watch


def work(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the worker with an input that stays open."""
    reading, writing = os.pipe()
    try:
        return subprocess.run(
            [*WORKER, "3", *map(str, arguments)], stdin=reading, capture_output=True, text=True,
            env=child_environment(), check=False,
        )  # fmt: skip
    finally:
        os.close(reading)
        os.close(writing)


def test_the_end_of_its_input_interrupts_it_twice_and_then_it_leaves() -> None:
    reading, writing = os.pipe()
    told: list[str] = []
    thread = threading.Thread(
        target=watch, args=(reading, lambda: told.append("interrupted"), lambda: told.append("left"), 0.01)
    )
    thread.start()
    os.write(writing, b"anything that is written means nothing")
    os.close(writing)
    thread.join()
    os.close(reading)
    assert told == ["interrupted", "interrupted", "left"]


def test_it_is_the_command_line_at_a_lower_priority(tmp_path: Path) -> None:
    ended = work("suggest", tmp_path / "none.db", "--progress=json", "--json")
    assert (ended.returncode, ended.stderr.splitlines()[-1][:7], "Traceback" in ended.stderr) == (1, "Error: ", False)


def test_let_go_of_before_it_began_it_ends_as_interrupted(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*WORKER, "0", "suggest", str(tmp_path / "none.db")],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=child_environment(), check=False,
    )  # fmt: skip
    assert ended.returncode in (1, 130)
    assert "Traceback" not in ended.stderr


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    return make_desk(tmp_path / "study.db", sizes=(3000,), core="0")


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGHUP])
def test_an_application_that_is_killed_leaves_no_process_and_a_run_that_can_be_gone_on_with(
    desk: Desk, signal_: signal.Signals
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(desk.study.path)], stdout=subprocess.PIPE, text=True, env=child_environment()
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid, word = int(parent.stdout.readline()), parent.stdout.readline()
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.nice(0) + NICE["run"]
        parent.send_signal(signal_)
        parent.wait()
    assert word == "suggesting\n"
    gone(pid)
    (run,) = runs(desk.study)
    assert (run.state, run.suggested + run.no_code > 0) == ("stopped", True)
    again = work("suggest", desk.study.path, "--profile=lexical", "--json")
    report = json.loads(again.stdout)
    assert (report["run"], report["ended"], report["new_run"]) == (run.id, "done", False)
    desk.study.close()
