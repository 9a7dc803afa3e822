"""`queue` and `decide` as they are run: lines in, lines out, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk import Desk, make_desk

from suggest.study.rounds import open_round
from suggest.study.sets import read_set
from tui.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    desk = make_desk(tmp_path / "study.db", sizes=(30,), core="0.3")
    desk.suggest_everywhere()
    yield desk
    desk.study.close()


def run(desk: Desk, command: str, *arguments: str, given: bytes | str = b"") -> Result:
    return CliRunner().invoke(main, [command, str(desk.study.path), *arguments], input=given)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def written(*decisions: object) -> str:
    return "".join(json.dumps(decision) + "\n" for decision in decisions)


def test_queue_prints_what_is_next_as_json_lines_in_ascii(desk: Desk) -> None:
    result = run(desk, "queue", "--limit", "5", "--json")
    assert [line["cite"] for line in lines(result)] == ["D0 1", "D0 2", "D0 3", "D0 4", "D0 5"]
    assert result.stdout.isascii()


def test_queue_records_what_it_prints_once(desk: Desk) -> None:
    first = run(desk, "queue", "--limit", "5", "--json").stdout
    before = desk.entries()
    assert desk.kinds().count("opened") == 5
    assert run(desk, "queue", "--limit", "5", "--json").stdout == first
    assert desk.entries() == before


def test_queue_takes_order_document_and_code(desk: Desk) -> None:
    everything = lines(run(desk, "queue", "--limit", "99", "--order", "random", "--document", "D0", "--json"))
    assert len(everything) == len(desk.ids())
    assert lines(run(desk, "queue", "--code", "Setting", "--json", "--limit", "99")) == []


def test_queue_of_a_read_only_file_is_printed_and_not_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.reviewer("anna")
    before = desk.entries()
    monkeypatch.setattr(os, "access", lambda path, mode, **_: mode != os.W_OK)
    found = lines(run(desk, "queue", "--json", "--limit", "99"))
    assert (len(found), desk.entries()) == (len(desk.ids()), before)
    assert any(line["suggestions"] for line in found)


def test_queue_of_a_read_only_file_for_somebody_new_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode, **_: mode != os.W_OK)
    result = run(desk, "queue", "--coder", "new", "--json")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "read-only" in result.stderr


def test_a_model_cannot_review(desk: Desk) -> None:
    for command in ("queue", "decide"):
        assert run(desk, command, "--coder", "model:lexical").exit_code == 4


def test_queue_for_eyes_shows_no_control_character(desk: Desk) -> None:
    result = run(desk, "queue", "--limit", "2")
    assert "D0 turn 0: people said" in result.stdout
    assert run(desk, "queue", "--document", "nothing").exit_code == 1


def test_decide_answers_each_line_and_bad_ones_stop_nothing(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    given = [
        b'{"segment": "%s", "action": "no_code", "ref": "1"}' % first.encode(),
        b"not json",
        b'{"action": "add", "segment": "\\ud800"}',
        b"\xff\xfe",
        b'{"action": "memo", "segment": "x", "text": NaN}',
        b"[" * 100_000,
        b'{"action": "undo", "n": %s}' % (b"9" * 5000),
        b"",
        b'{"segment": "%s", "action": "complete", "ref": "2"}' % second.encode(),
    ]
    answers = lines(run(desk, "decide", given=b"\n".join(given)))
    assert [answer["ok"] for answer in answers] == [True, False, False, False, False, False, False, True]
    assert {answer.get("kind") for answer in answers[1:-1]} == {"invalid"}
    assert [answers[0]["ref"], answers[-1]["ref"]] == ["1", "2"]


def test_decide_refuses_a_line_that_is_too_long_and_goes_on(desk: Desk) -> None:
    text = b'{"action": "memo", "segment": "x", "text": "%s"}\n' % (b"a" * 10_000_001)
    good = written({"action": "flag", "segment": desk.ids()[0]}).encode()
    answers = lines(run(desk, "decide", given=text + good + text[:-1]))
    assert [answer["ok"] for answer in answers] == [False, True, False]


def test_decide_reads_a_file(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(written({"action": "flag", "segment": desk.ids()[0]}))
    assert [answer["ok"] for answer in lines(run(desk, "decide", "--input", str(file)))] == [True]


def test_what_queue_prints_decide_takes_until_nothing_is_left(desk: Desk) -> None:
    acts: list[dict[str, object]] = []
    for line in lines(run(desk, "queue", "--limit", "99", "--json")):
        for i, suggestion in enumerate(line["suggestions"]):
            action = "accept" if i == 0 else "reject"
            acts.append({"segment": line["segment"], "action": action, "suggestion": suggestion["id"]})
        acts.append({"segment": line["segment"], "action": "complete"})
        if line["exposure"] == "blind_then_shown":
            acts.append({"segment": line["segment"], "action": "keep"})
    answers = lines(run(desk, "decide", given=written(*acts)))
    assert [answer for answer in answers if not answer["ok"]] == []
    assert lines(run(desk, "queue", "--json")) == []


def test_a_decision_that_cannot_be_stored_is_answered_and_the_command_fails(desk: Desk) -> None:
    pages = desk.study.db.execute("PRAGMA page_count").fetchone()[0]
    from suggest.study import connect

    original = connect._plain
    with pytest.MonkeyPatch.context() as patch:

        def small(uri: str) -> Any:
            connection = original(uri)
            connection.execute(f"PRAGMA max_page_count = {pages}")
            return connection

        desk.reviewer("anna")
        patch.setattr(connect, "_plain", small)
        memo = {"action": "memo", "segment": desk.ids()[0], "text": "x" * 500_000}
        result = run(desk, "decide", given=written(memo, {"action": "undo"}))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["ok"], answer["kind"]) for answer in answers] == [(False, "not_stored"), (False, "nothing_to_undo")]
    assert result.exit_code == 1


def test_decide_ends_quietly_when_nobody_reads_its_answers(desk: Desk) -> None:
    given = written(*({"action": "flag", "segment": segment} for segment in desk.ids() * 40))
    process = subprocess.Popen(
        [sys.executable, "-c", "from tui.cli import main; main()", "decide", str(desk.study.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    reader = process.stdout
    assert process.stdin is not None
    process.stdin.write(given[: len(given) // 2].encode())
    process.stdin.flush()
    entry = json.loads(reader.readline())["entry"]
    reader.close()
    process.stdout = None
    _, narration = process.communicate(given[len(given) // 2 :].encode())
    assert b"Traceback" not in narration
    kept = desk.study.db.execute("SELECT kind FROM log WHERE replica = ? AND seq = ?", entry).fetchone()
    assert kept == ("flagged",)


def test_a_key_that_stands_twice_is_refused(desk: Desk) -> None:
    (segment,) = [line["segment"] for line in lines(run(desk, "queue", "--limit", "1", "--json"))]
    given = f'{{"segment": "x", "segment": "{segment}", "action": "no_code"}}\n'
    (answer,) = lines(run(desk, "decide", given=given))
    assert (answer["ok"], answer["kind"]) == (False, "invalid")
    assert "twice" in answer["error"]


def test_a_range_below_zero_is_called_that(desk: Desk) -> None:
    (segment,) = [line["segment"] for line in lines(run(desk, "queue", "--limit", "1", "--json"))]
    line = {"segment": segment, "action": "add", "code": "Doubts", "range": [-5, 3]}
    (answer,) = lines(run(desk, "decide", given=written(line)))
    assert "begins before the document" in answer["error"]


@pytest.mark.parametrize("command", ["queue", "decide"])
def test_a_name_that_is_new_is_told_so_that_a_slip_shows(desk: Desk, command: str) -> None:
    run(desk, command)
    assert run(desk, command).stderr == ""
    told = run(desk, command, "--coder", "ana").stderr
    assert "ana is new in this study" in told
    assert "anna" in told


def test_queue_takes_speaker_state_own_code_and_words(desk: Desk) -> None:
    segment = desk.assigned("shown")[0]
    desk.done("add", segment, code="Doubts", range=[desk.line(segment)["start"], desk.line(segment)["end"]])
    desk.done("flag", segment)
    for option in (("--state", "flagged"), ("--mine", "Doubts"), ("--search", f'"{desk.line(segment)["text"]}"')):
        assert [line["segment"] for line in lines(run(desk, "queue", "--json", *option))] == [segment]
    said = lines(run(desk, "queue", "--json", "--limit", "99", "--speaker", "R1"))
    assert {line["speaker"] for line in said} == {"R1"}
    result = run(desk, "queue", "--speaker", "Nobody")
    assert (result.exit_code, result.stdout) == (1, "") and "R1" in result.stderr


def test_queue_holds_for_a_script_and_says_what_colleagues_hold(desk: Desk) -> None:
    open_round(desk.study, desk.anna, "one each", overlap=1)
    core = read_set(desk.study, f"core:{desk.round.id}")
    shown = sum(desk.number(segment) not in core for segment in desk.ids())
    mine = lines(run(desk, "queue", "--json", "--hold", "--limit", "99"))
    assert len(mine) == len(desk.ids())
    theirs = run(desk, "queue", "--json", "--limit", "99", "--coder", "ben")
    assert len(lines(theirs)) == len(desk.ids()) - shown
    assert f"{shown} more are open with colleagues: anna (until" in theirs.stderr
