"""`suggest` through request files and batches, as another program calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from batch_server import batch_server
from calls import call, home, told
from kills import transcript

__all__ = ["home"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A talk of 24 turns, of which 20 are coded, one code, and a model behind an endpoint."""
    path, file, codes = tmp_path / "s.db", tmp_path / "T1.txt", tmp_path / "codes.csv"
    call("new", path)
    file.write_text("\n".join(transcript(1)) + "\n", encoding="utf-8")
    call("add", path, file)
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\n")
    call("codes", path, "import", codes)
    keep(path, "http://127.0.0.1:9/v1")
    return path


def keep(study: Path, url: str) -> None:
    prices = ("--price-input", 1, "--price-output", 2)
    call("models", study, "add", "bar", "--base-url", url, "--model", "m", *prices)


def no_code(request: dict[str, Any]) -> dict[str, Any]:
    body = {"choices": [{"message": {"content": '{"suggestions": []}'}, "finish_reason": "stop"}]}
    return {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def answered(path: Path, into: Path) -> Path:
    rows = [json.dumps(no_code(json.loads(line))) for line in path.read_text(encoding="utf-8").splitlines()]
    into.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return into


def test_questions_go_out_and_answers_come_in(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    written = told("suggest", study, "--profile", "bar", "--batch-out", out)
    assert (written["requests"], written["segments"], written["files"]) == (20, 20, [str(out)])
    assert written["most_cost"] > 0
    read = told("suggest", study, "--profile", "bar", "--batch-in", answered(out, tmp_path / "in.jsonl"))
    assert (read["no_code"], read["left"], read["results"], read["strangers"]) == (20, 0, 20, 0)
    assert read["run"] == written["run"]
    assert "nothing to ask" in call("suggest", study, "--profile", "bar", "--batch-out", tmp_path / "x.jsonl").stdout


@pytest.mark.parametrize("repeated", [False, True])
def test_several_files_of_results_follow_the_option(study: Path, tmp_path: Path, *, repeated: bool) -> None:
    for limit, name in ((8, "a"), (20, "b")):
        call("suggest", study, "--profile", "bar", "--limit", limit, "--batch-out", tmp_path / f"{name}.jsonl")
        answered(tmp_path / f"{name}.jsonl", tmp_path / f"{name}-in.jsonl")
    files = [tmp_path / "a-in.jsonl", tmp_path / "b-in.jsonl"]
    if repeated:
        read = told("suggest", study, "--profile", "bar", "--batch-in", files[0], "--batch-in", files[1])
    else:
        read = told("suggest", study, "--profile", "bar", "--batch-in", *files)
    assert (read["no_code"], read["left"], read["results"]) == (20, 0, 20)


def test_a_batch_is_handed_in_and_collected(study: Path) -> None:
    with batch_server(no_code) as server:
        keep(study, server.url)
        assert told("suggest", study, "--profile", "bar", "--batch-submit")["batches"][0]["requests"] == 20
        refused = call("suggest", study, "--profile", "bar", expect=4)
        assert "20 questions of bar wait" in refused.stderr
        assert told("suggest", study, "--profile", "bar", "--batch-collect")["waiting"] == 1
        server.state = "completed"
        found = call("suggest", study, "--profile", "bar", "--batch-collect")
    assert "batch_1: completed" in found.stdout
    assert "20 segments" in found.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--batch-submit", "--batch-collect"), "one at a time"),
        (("--batch-collect", "--limit", "3"), "goes with --profile alone"),
        (("--batch-collect", "--dry-run"), "--dry-run goes without"),
        (("stray.jsonl",), "unexpected extra argument"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(study: Path, options: tuple[str, ...], says: str) -> None:
    assert says in call("suggest", study, "--profile", "bar", *options, expect=2).stderr
