"""`suggest --progress json`: how far a run is, for the program that started it; and how such a program ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calls import call
from desk import Desk, make_desk
from kills import environment

from suggest.engine.pipeline import Progress
from suggest.study.runs import runs
from tui.commands.progress import JsonProgress


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    desk = make_desk(tmp_path / "study.db", sizes=(40,), core="0")
    desk.reviewer("anna")
    yield desk
    desk.study.close()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("ahead", [(), ("--ahead", 20)])
def test_each_line_is_an_object_that_says_how_far_the_run_is(desk: Desk, ahead: tuple[object, ...]) -> None:
    result = call("suggest", desk.study.path, "--profile", "lexical", "--progress", "json", "--json", *ahead)
    total = 20 if ahead else len(desk.ids())
    told = lines(result.stderr)
    assert [told[0]["phase"], told[0]["total"]] == ["preparing", None]
    last = {"phase": "suggesting", "done": total, "total": total, "failed": 0, "cost": 0.0}
    assert last.items() <= told[-1].items()
    assert told[-1]["tokens"] == {"input": 0, "output": 0}
    assert told[-1]["seconds"] >= told[0]["seconds"] >= 0
    assert json.loads(result.stdout)["segments"] == total


def test_without_it_nothing_is_told_where_no_terminal_is(desk: Desk) -> None:
    for form in ((), ("--progress", "none"), ("--progress", "bar")):
        said = call("suggest", desk.study.path, "--profile", "lexical", "--redo", *form).stderr
        assert lines(said) == []
        assert "40/40" not in said and "█" not in said


class Clock:
    """A clock that somebody else moves on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_there_are_about_ten_lines_a_second_and_the_last_of_a_phase_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    telling = JsonProgress(clock)
    for done in range(1, 1000):
        clock.now += 0.002
        telling.reading(done, 2000)
    for done in range(1, 500):
        clock.now += 0.002
        telling.suggesting(Progress(done, 1000, 1.0, failed=2, cost=1_500_000))
    telling.close()
    told = lines(capsys.readouterr().err)
    assert 25 <= len(told) <= 10 * clock.now + 5  # a second's ten, and the first and last of each phase
    assert [line["done"] for line in told if line["phase"] == "reading"][-1] == 999
    assert (told[-1]["done"], told[-1]["failed"], told[-1]["cost"]) == (499, 2, 1.5)


def test_a_reader_that_has_gone_away_ends_the_lines_and_not_the_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def isatty(self) -> bool:
            return False

        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("tui.commands.progress.sys.stderr", Gone(), raising=False)
    telling = JsonProgress()
    telling.suggesting(Progress(1, 1, 1.0))
    telling.close()


SIGNALLED = """
import os, signal, sys
name, ignored = sys.argv.pop(1), sys.argv.pop(1)
if ignored == "ignored":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
from suggest.models import lexical
plain, asked = lexical.LexicalSuggester.answer, 0
def answer(self, task):
    global asked
    asked += 1
    if asked == 20:
        os.kill(os.getpid(), getattr(signal, name))
    return plain(self, task)
lexical.LexicalSuggester.answer = answer
from tui.cli import main
main()
"""


@pytest.mark.parametrize("ahead", [(), ("--ahead", "30")])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("before", ["default", "ignored"])
def test_a_signal_ends_it_stopped_and_resumable(
    desk: Desk, tmp_path: Path, name: str, before: str, ahead: tuple[str, ...]
) -> None:
    arguments = ["suggest", str(desk.study.path), "--profile", "lexical", "--progress", "json", "--json", *ahead]
    shown = subprocess.run(
        [sys.executable, "-c", SIGNALLED, name, before, *arguments],
        capture_output=True,
        text=True,
        env=environment(tmp_path / "home"),
        check=False,
    )
    assert shown.returncode == 130, shown.stderr
    report = json.loads(shown.stdout)
    assert (report["ended"], report["suggested"] + report["no_code"]) == ("stopped", lines(shown.stderr)[-1]["done"])
    assert report["left"] > 0
    assert [run.state for run in runs(desk.study)] == ["stopped"]
    again = json.loads(call(*arguments).stdout)
    assert again["resumed"] == report["segments"]


@pytest.mark.parametrize("words", [("--ahead",), ("--ahead", "7"), ("--ahead=7",)])
def test_ahead_takes_a_number_and_never_the_study(desk: Desk, words: tuple[str, ...]) -> None:
    number = len(desk.ids()) if words == ("--ahead",) else 7
    report = json.loads(call("suggest", "--json", "--profile", "lexical", *words, desk.study.path).stdout)
    assert report["segments"] == number
    assert runs(desk.study)[0].parameters["ahead"] == number


def test_learn_takes_a_number_and_never_the_study(desk: Desk) -> None:
    call("suggest", desk.study.path, "--profile", "lexical")
    said = "".join(json.dumps({"segment": segment, "action": "no_code"}) + "\n" for segment in desk.ids()[:4])
    call("decide", "--learn", desk.study.path, given=said)
    assert len(runs(desk.study)) == 1
    call("decide", "--learn", "2", desk.study.path, given=said)
    assert len(runs(desk.study)) > 1


def test_a_number_out_of_range_is_refused_by_its_option(desk: Desk) -> None:
    assert "--ahead" in call("suggest", "--ahead", "0", desk.study.path, expect=2).stderr


def test_the_signals_are_as_before_afterwards(desk: Desk) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    call("suggest", desk.study.path, "--profile", "lexical")
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
