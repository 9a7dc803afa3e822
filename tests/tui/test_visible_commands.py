"""`log`, `status` and `codes show` for one coder: what they print and leave out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from desk import Desk, make_desk

from suggest.study.imports import import_codings
from tui.cli import main


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = make_desk(tmp_path / "study.db", sizes=(30,), core="0.3")
    desk.suggest_everywhere()
    segment = desk.assigned("shown")[0]
    desk.done("no_code", segment, "ben")
    desk.done("complete", segment, "ben")
    yield desk
    desk.study.close()


def run(desk: Desk, *arguments: str) -> Result:
    command, *rest = arguments
    return CliRunner().invoke(main, [command, str(desk.study.path), *rest])


def test_the_log_of_a_coder_has_no_hashes_and_nothing_of_colleagues(desk: Desk) -> None:
    whole = [json.loads(line) for line in run(desk, "log", "--json").stdout.splitlines()]
    mine = [json.loads(line) for line in run(desk, "log", "--json", "--coder", "anna").stdout.splitlines()]
    assert {entry["kind"] for entry in whole} - {entry["kind"] for entry in mine} == {"decided", "completed", "opened"}
    assert all("hash" in entry for entry in whole) and not any("hash" in entry for entry in mine)
    readable = run(desk, "log", "--coder", "ben", "--kind", "decided").stdout
    assert len(readable.splitlines()) == 1 and readable.endswith("D0 1 · no code\n")


def test_status_and_codes_for_a_coder(desk: Desk) -> None:
    status = json.loads(run(desk, "status", "--json", "--coder", "anna").stdout)
    assert (status["decisions"], status["codings"]) == ({}, 0)
    assert status["rounds"]["main"]["ben"]["completed"] == 1
    assert "own decisions: 1 no_code" in run(desk, "status", "--coder", "ben").stdout
    listed = json.loads(run(desk, "codes", "show", "--json", "--coder", "anna").stdout)["codes"]
    assert {code["name"]: code["counts"]["by_model"] for code in listed}["Support"] == len(desk.assigned("shown"))
    assert "segments 0, mine 0, by model" in run(desk, "codes", "show", "--coder", "anna").stdout


@pytest.mark.parametrize("command", [("log",), ("status",), ("codes", "show")])
def test_a_coder_who_does_not_exist_is_said(desk: Desk, command: tuple[str, ...]) -> None:
    result = run(desk, *command, "--coder", "nobody")
    assert (result.exit_code, result.stdout) == (1, "") and "anna, lead, ben" in result.stderr


def test_status_tells_who_has_work_before_them_and_has_not_begun(desk: Desk) -> None:
    done = {("cleo", document): [0] for document in desk.documents}
    import_codings(desk.study, desk.anna, "imported", [], done)
    left = json.loads(run(desk, "status", "--json").stdout)["remaining"]
    assert left.keys() == {"anna", "ben", "cleo"}
    assert left["cleo"] == left["ben"] + 1
    shown = run(desk, "status").stdout.splitlines()
    head = next(line for line in shown if line.split()[:1] == ["coder"])
    assert head.endswith("not begun in")
    assert next(line for line in shown if line.split()[:1] == ["cleo"]).split() == [
        "cleo",
        "1",
        str(left["cleo"]),
        "main",
    ]
    own = json.loads(run(desk, "status", "--json", "--coder", "cleo").stdout)["rounds"]
    assert own["main"]["cleo"] == {"completed": 0, "remaining": left["cleo"]}
    assert own["imported"]["cleo"] == {"completed": 1, "remaining": 0}
