"""`rounds`: what its user is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from desk import make_desk

from suggest.study.documents import describe, get_document
from suggest.study.rounds import find_round
from tui.cli import main


def test_a_second_open_round_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    study, runner = str(tmp_path / "s.db"), CliRunner()
    assert runner.invoke(main, ["new", study, "--coder", "anna"]).exit_code == 0
    second = runner.invoke(main, ["rounds", study, "open", "two", "--coder", "anna"])
    assert "main, two" in second.stderr
    for name in ("main", "two"):
        assert runner.invoke(main, ["rounds", study, "close", name, "--coder", "anna"]).exit_code == 0
    assert "Open rounds now" not in runner.invoke(main, ["rounds", study, "open", "three", "--coder", "anna"]).stderr


def test_rounds_are_opened_assigned_and_spread_by_attribute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    desk = make_desk(tmp_path / "s.db", sizes=(40, 10, 20), core="0", arm="0")
    for document, site in zip(desk.documents, ("north", "south", "north"), strict=True):
        describe(desk.study, desk.anna, get_document(desk.study, document), attributes={"site": site})
    runner, study = CliRunner(), str(desk.study.path)

    def run(*arguments: str) -> Result:
        return runner.invoke(main, ["rounds", study, *arguments])

    assert run("open", "north", "--where", "site=north", "--overlap", "1").exit_code == 0
    assert find_round(desk.study, "north").documents == (desk.documents[0], desk.documents[2])
    shown = run("spread", "north", "--coders", "anna,ben", "--dry-run")
    assert "D0" in shown.stdout and "Nothing was assigned" in shown.stderr
    assert run("spread", "north", "--coders", "anna,ben").exit_code == 0
    assert {desk.line(s)["document"] for s in desk.ids()[:1]} == {"D0"}
    assert len(desk.queue("ben")) == 18 and len(desk.queue("anna")) == 36
    told = run("assign", "north", "ben", "--where", "site=north")
    assert "ben codes D0, D2 in round north: 0 segments completed, 54 left" in told.stderr
    few = run("assign", "main", "ben", "--segments", ",".join(desk.ids()[:2]))
    assert "ben codes 2 segments in round main" in few.stderr
    wrong = run("assign", "north", "ben", "--where", "site=west")
    assert (wrong.exit_code, "north, south" in wrong.stderr) == (1, True)
    assert run("assign", "north", "ben", "--segments", "nope").exit_code == 1
    assert run("assign", "north", "ben", "--segments", "x", "--documents", "D0").exit_code == 2
    assert run("spread", "north", "--coders", "anna,anna").exit_code == 2
    desk.study.close()


def test_the_core_of_a_closed_round_is_released_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    desk = make_desk(tmp_path / "s.db", sizes=(20,), core="1")
    runner, study = CliRunner(), str(desk.study.path)
    early = runner.invoke(main, ["rounds", study, "release", "main"])
    assert early.exit_code == 4 and "before it is closed" in early.stderr
    assert not find_round(desk.study, "main").released
    assert runner.invoke(main, ["rounds", study, "close", "main"]).exit_code == 0
    assert runner.invoke(main, ["rounds", study, "release", "main"]).exit_code == 0
    assert find_round(desk.study, "main").released
    desk.study.close()
