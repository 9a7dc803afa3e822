"""`suggest --ahead` and `decide --learn`: what comes next for a coder learns from what that coder just decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk import Desk, make_desk

from suggest.errors import SecondCoderError
from suggest.study.runs import runs
from suggest.study.suggestion_sets import current_sets
from tui.cli import main


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    desk = make_desk(tmp_path / "study.db", sizes=(40,), core="0.3")
    desk.reviewer("anna")  # the core is drawn here, by the desk's own chance
    yield desk
    desk.study.close()


def run(desk: Desk, *arguments: object, given: str = "", expect: int = 0) -> Result:
    command, *rest = (str(argument) for argument in arguments)
    result = CliRunner().invoke(main, [command, str(desk.study.path), *rest], input=given)
    assert result.exit_code == expect, result.output
    return result


def report(desk: Desk, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(desk, "suggest", "--json", *arguments).stdout)
    return found


def additions(desk: Desk, *segments: str) -> str:
    lines = ({"segment": s, "action": action} for s in segments for action in ("no_code", "complete"))
    return "".join(json.dumps(line) + "\n" for line in lines)


def suggested_by(desk: Desk, segment: str) -> int:
    """The number of the run whose suggestions stand for the segment."""
    found = current_sets(desk.study, desk.number(segment))[0].run
    return next(run.number for run in runs(desk.study) if run.id == found)


def test_the_next_in_the_coders_queue_are_suggested_anew_blind_ones_too(desk: Desk) -> None:
    run(desk, "suggest")
    shown = desk.assigned("shown")
    desk.done("no_code", shown[0])
    desk.done("complete", shown[0])
    found = report(desk, "--ahead", 20)
    queue = desk.queue(limit=20)
    assert (found["segments"], found["new_run"], found["learned_from"]) == (20, True, 1)
    names = {desk.number(segment): segment for segment in desk.ids()}
    assert {suggested_by(desk, names[number]) for number in queue} == {2}
    assert any(names[number] not in shown for number in queue)
    assert suggested_by(desk, shown[0]) == 1


def test_without_a_number_two_hundred_and_in_the_order_that_is_asked_for(desk: Desk) -> None:
    assert report(desk, "--ahead")["segments"] == len(desk.ids())
    desk.done("complete", desk.ids()[0])
    found = report(desk, "--order", "random", "--ahead", 5)
    assert found["segments"] == 5
    names = {desk.number(segment): segment for segment in desk.ids()}
    assert {suggested_by(desk, names[n]) for n in desk.queue(limit=5, order="random")} == {2}


def test_what_was_opened_with_a_suggestion_keeps_it(desk: Desk) -> None:
    run(desk, "suggest")
    first, second, third = desk.assigned("shown")[:3]
    before = desk.line(second)["set"]
    desk.done("no_code", first)
    desk.done("complete", first)
    run(desk, "suggest", "--ahead")
    assert desk.line(second)["set"] == before
    assert (suggested_by(desk, second), suggested_by(desk, third)) == (1, 2)


def test_it_says_so_and_ends_well_where_nothing_was_learned_or_nothing_is_left(desk: Desk) -> None:
    run(desk, "suggest")
    assert "Nothing was learned" in run(desk, "suggest", "--ahead").stdout
    skipped = report(desk, "--ahead", 7)
    assert (skipped["run"], skipped["segments"], skipped["resumed"], skipped["new_run"]) == (None, 7, 7, False)
    run(desk, "decide", given=additions(desk, *desk.ids()))
    assert "Nothing is left" in run(desk, "suggest", "--ahead").stdout


@pytest.mark.parametrize(
    "more", [("--redo",), ("--limit", 3), ("--documents", "D0"), ("--codes", "Doubts"), ("--dry-run",)]
)
def test_a_look_ahead_takes_no_selection(desk: Desk, more: tuple[object, ...]) -> None:
    assert "--ahead goes with" in run(desk, "suggest", "--ahead", 5, *more, expect=2).stderr
    assert "--order goes with" in run(desk, "suggest", "--order", "code", expect=2).stderr
    assert "not an order" in run(desk, "suggest", "--ahead", 5, "--order", "shape", expect=2).stderr


def test_deciding_line_by_line_learns_between_the_lines(desk: Desk) -> None:
    run(desk, "suggest")
    shown = desk.assigned("shown")
    result = run(desk, "decide", "--learn", 4, given=additions(desk, *shown[:5]))
    assert [json.loads(line)["ok"] for line in result.stdout.splitlines()] == [True] * 10
    found = runs(desk.study)
    assert [run.training.count if run.training else 0 for run in found] == [0, 2, 4]
    assert [run.parameters.get("ahead") for run in found[1:]] == [len(desk.ids()) - 2, len(desk.ids()) - 4]
    assert suggested_by(desk, shown[6]) == 3


def test_refused_and_repeated_lines_do_not_count(desk: Desk) -> None:
    run(desk, "suggest")
    segment = desk.assigned("shown")[0]
    line = json.dumps({"segment": segment, "action": "no_code", "ref": "1"}) + "\n"
    run(desk, "decide", "--learn", 2, given=line + line + "no JSON\n" + line)
    assert len(runs(desk.study)) == 1


def test_a_look_ahead_that_fails_stops_no_decision(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise SecondCoderError("there is no room left.")

    monkeypatch.setattr("suggest.engine.ahead.suggest_ahead", full)
    result = run(desk, "decide", "--learn", 1, given=additions(desk, *desk.assigned("shown")[:2]))
    assert [json.loads(line)["ok"] for line in result.stdout.splitlines()] == [True] * 4
    assert result.stderr.count("no room left") == 4


def test_the_answer_is_out_before_it_looks_ahead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run(desk, "suggest")
    order: list[str] = []
    monkeypatch.setattr("tui.commands.decide.print_json_line", lambda answer: order.append("answer"))
    monkeypatch.setattr("suggest.engine.ahead.suggest_ahead", lambda *_, **__: order.append("look"))
    run(desk, "decide", "--learn", 1, given=additions(desk, desk.assigned("shown")[0]))
    assert order == ["answer", "look", "answer", "look"]


def test_status_counts_looks_ahead_in_one_line(desk: Desk) -> None:
    run(desk, "suggest")
    run(desk, "decide", "--learn", 2, given=additions(desk, *desk.assigned("shown")[:3]))
    shown = run(desk, "status").stdout
    assert shown.count("  run ") == 1
    assert "3 looks ahead of a review, the last one run 4" in shown
