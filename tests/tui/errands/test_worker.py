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

from suggest.children import child_environment
from suggest.study.runs import runs
from tui.errands.child import WORKER
from tui.errands.worker import watch

PARENT = """
import sys, time
from pathlib import Path
from tui.errands.errands import Errands, whole_run
errands = Errands(Path(sys.argv[1]), "anna")
def tell(state):
    if state.phase == "suggesting" or state.ended:
        print(state.ended or "suggesting", errands._children["run"]._process.pid, flush=True)
errands.told_to(tell)
print(errands.start(whole_run("lexical", "anna")), flush=True)
time.sleep(600)
"""


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
    command = [*WORKER, "3", "suggest", str(tmp_path / "none.db"), "--progress=json", "--json"]
    ended = subprocess.run(
        command, stdin=subprocess.PIPE, capture_output=True, text=True, env=child_environment(), check=False
    )
    first, *_, error = ended.stderr.splitlines()
    assert (ended.returncode, error.startswith("Error: "), "Traceback" in ended.stderr) == (1, True, False), first


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
        assert parent.stdout.readline() == "\n"
        word, pid = parent.stdout.readline().split()
        parent.send_signal(signal_)
        parent.wait()
    assert word == "suggesting"
    _gone(int(pid))
    (run,) = runs(desk.study)
    assert (run.state, run.suggested + run.no_code > 0) == ("stopped", True)
    again = subprocess.run(
        [*WORKER, "0", "suggest", str(desk.study.path), "--profile=lexical", "--json"],
        stdin=subprocess.PIPE, capture_output=True, text=True, env=child_environment(), check=True,
    )  # fmt: skip
    report = json.loads(again.stdout)
    assert (report["run"], report["ended"], report["new_run"]) == (run.id, "done", False)
    desk.study.close()


def _gone(pid: int) -> None:
    """Return when a process that is nobody's child of ours has ended."""
    for _ in range(6000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z":
            return
        threading.Event().wait(0.01)
    raise AssertionError("the process outlived the application")
