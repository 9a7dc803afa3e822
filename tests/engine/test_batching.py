"""Requests out, results in: what comes back is what `suggest` would have brought, in any order and however often."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from suggest.engine import runs
from suggest.engine.batching import ReadIn, Written, read_batch, write_batch
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.engine.tasks import Selection
from suggest.errors import BadInput, Refused
from suggest.models.chat import endpoint as places
from suggest.models.chat.budget import Ceiling
from suggest.models.chat.endpoint import Endpoint
from suggest.study.hosts import allow_host, hosts
from suggest.study.runs import runs as read_runs
from suggest.study.suggestion_sets import current_sets
from suggest.study.verify import verify


@pytest.fixture
def kept(bench: Any) -> Any:
    """The study keeps a chat model that nothing listens for."""
    keep_endpoint(bench.study, bench.anna, KeptEndpoint("bar", Endpoint("http://127.0.0.1:9/v1", "m"), (1.0, 2.0)))
    return bench


def write(bench: Any, path: Path, **more: Any) -> Written:
    return write_batch(bench.study, bench.anna, "bar", path, **more)


def read(bench: Any, *paths: Path) -> ReadIn:
    return read_batch(bench.study, bench.anna, "bar", paths)


def requests(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def answered(bench: Any, request: dict[str, Any]) -> dict[str, Any]:
    """A model that finds fear where somebody was afraid, and nothing elsewhere."""
    asked = request["body"]["messages"][-1]["content"].rpartition("segment to code")[2]
    said = {"code": bench.codes["fear"], "evidence": "was", "rationale": "It is said.", "confidence": 0.9}
    content = json.dumps({"suggestions": [said] if "afraid" in asked else []})
    body = {
        "model": "m-2026", "choices": [{"message": {"content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 5},
    }  # fmt: skip
    return {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def failed(request: dict[str, Any], code: str) -> dict[str, Any]:
    return {"custom_id": request["custom_id"], "response": None, "error": {"code": code, "message": "I was afraid"}}


def results(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def suggestions(bench: Any) -> list[tuple[int, list[tuple[str, Any]]]]:
    found = []
    for number in range(10):
        for item in current_sets(bench.study, number):
            found.append((number, [(one.code, one.evidence) for one in item.candidates if one.fits]))
    return found


def test_results_become_the_suggestions_of_a_run(kept: Any, tmp_path: Path) -> None:
    written = write(kept, tmp_path / "out.jsonl")
    assert (written.requests, written.segments, written.resumed) == (8, 8, 0)
    rows = [answered(kept, request) for request in requests(tmp_path / "out.jsonl")]
    random.Random(3).shuffle(rows)
    found = read(kept, results(tmp_path, "in.jsonl", rows))
    report = found.report
    assert (report.run, report.suggested, report.no_code, report.failed, report.left) == (written.run, 1, 7, {}, 0)
    assert (report.tokens, report.cost, found.strangers) == ((800, 40), 880, 0)
    assert [number for number, codes in suggestions(kept) if codes] == [4]
    assert read_runs(kept.study)[0].state == "done"
    assert verify(kept.study).ok


def test_parts_may_come_in_any_order_and_again(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    rows = [answered(kept, request) for request in requests(tmp_path / "out.jsonl")]
    later, first = results(tmp_path, "b.jsonl", rows[:3]), results(tmp_path, "a.jsonl", rows[3:])
    one = read(kept, first)
    assert (one.report.no_code + one.report.suggested, one.report.left) == (5, 3)
    two = read(kept, later, first, later)
    assert (two.report.no_code + two.report.suggested, two.report.resumed, two.report.left) == (3, 5, 0)
    assert (two.belong, two.strangers) == (3, 5)
    assert len(read_runs(kept.study)) == 1
    assert kept.answered_once()


def test_errors_are_typed_and_asked_again(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    asked = requests(tmp_path / "out.jsonl")
    rows = [
        failed(asked[0], "content_filter"),
        failed(asked[1], "context_length_exceeded"),
        failed(asked[2], "expired"),
    ]
    report = read(kept, results(tmp_path, "errors.jsonl", rows)).report
    assert report.failed == {"content_filter": 1, "context_overflow": 1, "transport": 1}
    again = write(kept, tmp_path / "again.jsonl")
    assert (again.requests, again.run) == (8, report.run)
    assert "afraid" not in json.dumps([entry.payload for entry in kept.log("failed")])


def test_an_answer_that_cannot_be_read_is_a_failure(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    row = answered(kept, requests(tmp_path / "out.jsonl")[0])
    row["response"]["body"]["choices"][0]["message"]["content"] = "I cannot say"
    report = read(kept, results(tmp_path, "in.jsonl", [row])).report
    assert (report.failed, report.left) == ({"invalid_answer": 1}, 7)


def test_what_was_read_in_wholly_is_no_error_when_it_comes_again(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    path = results(tmp_path, "in.jsonl", [answered(kept, request) for request in requests(tmp_path / "out.jsonl")])
    read(kept, path)
    again = read(kept, path)
    assert (again.report.resumed, again.report.left, again.strangers) == (8, 0, 8)
    assert read_runs(kept.study)[0].state == "done"


def test_a_failure_that_is_read_again_is_not_counted_again(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    row = answered(kept, requests(tmp_path / "out.jsonl")[0])
    row["response"]["body"]["choices"][0]["message"]["content"] = "I cannot say"
    path = results(tmp_path, "in.jsonl", [row])
    assert read(kept, path).report.tokens == (100, 5)
    again = read(kept, path).report
    assert (again.tokens, again.cost, again.failed) == ((0, 0), 0, {})
    good = results(tmp_path, "good.jsonl", [answered(kept, requests(tmp_path / "out.jsonl")[0])])
    assert read(kept, good).report.no_code == 1


def test_a_file_that_stays_is_on_record_and_one_that_is_refused_sends_nothing(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    assert len(kept.log("exported")) == 1
    before = hosts(kept.study)
    with pytest.raises(BadInput, match="there already"):
        write(kept, tmp_path / "out.jsonl")
    assert hosts(kept.study) == before


def test_the_same_question_is_asked_once_and_its_answer_serves_all_who_ask_it(kept: Any, tmp_path: Path) -> None:
    for label in ("CU", "DU"):
        kept.talk(label, f"I: about {label}", "I: so", "I: so", "I: so", "R1: yes")
    written = write(kept, tmp_path / "out.jsonl", selection=Selection(documents=("CU", "DU")))
    assert (written.requests, written.segments) == (1, 2)
    row = answered(kept, requests(tmp_path / "out.jsonl")[0])
    found = read(kept, results(tmp_path, "in.jsonl", [row]))
    assert (found.report.no_code, found.results, found.strangers) == (2, 1, 0)


def test_a_name_tells_nothing_and_stays_the_same(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "a.jsonl")
    write(kept, tmp_path / "b.jsonl")
    names = [[request["custom_id"] for request in requests(tmp_path / name)] for name in ("a.jsonl", "b.jsonl")]
    assert names[0] == names[1]
    assert len(set(names[0])) == 8
    assert all(len(name) <= 64 for name in names[0])
    assert len(read_runs(kept.study)) == 1


def test_results_for_another_tree_are_not_taken(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    rows = [answered(kept, request) for request in requests(tmp_path / "out.jsonl")]
    path = results(tmp_path, "in.jsonl", rows)
    kept.code("hope", "to wish for something")
    before = len(list(kept.log()))
    with pytest.raises(BadInput, match="none of the 8 results answers"):
        read(kept, path)
    assert len(list(kept.log())) == before


def test_what_is_written_is_on_record_and_only_for_a_host_that_is_allowed(
    kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "is_loopback", lambda host: False)
    with pytest.raises(Refused, match="does not allow text to go to"):
        write(kept, tmp_path / "out.jsonl")
    assert not list(tmp_path.glob("*.jsonl*"))
    assert hosts(kept.study) == []
    allow_host(kept.study, kept.anna, "127.0.0.1:9")
    write(kept, tmp_path / "out.jsonl")
    (host,) = hosts(kept.study)
    sent = sum(len(one["content"]) for r in requests(tmp_path / "out.jsonl") for one in r["body"]["messages"])
    assert (host.requests, host.characters) == (8, sent)
    assert verify(kept.study).ok


@pytest.mark.parametrize(
    ("ceiling", "told"), [(Ceiling(cost=100), "--max-cost"), (Ceiling(tokens=100), "--max-tokens")]
)
def test_a_ceiling_is_kept_before_anything_is_written(kept: Any, tmp_path: Path, ceiling: Ceiling, told: str) -> None:
    before = len(list(kept.log()))
    with pytest.raises(Refused, match=told):
        write(kept, tmp_path / "out.jsonl", ceiling=ceiling)
    assert len(list(kept.log())) == before
    assert not list(tmp_path.glob("*.jsonl*"))


def test_nothing_is_written_where_all_is_answered(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    rows = [answered(kept, request) for request in requests(tmp_path / "out.jsonl")]
    read(kept, results(tmp_path, "in.jsonl", rows))
    written = write(kept, tmp_path / "again.jsonl")
    assert (written.run, written.files, written.requests, written.resumed) == (None, (), 0, 8)


def test_a_model_of_this_machine_needs_no_files(kept: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="works on this machine"):
        write_batch(kept.study, kept.anna, "lexical", tmp_path / "out.jsonl")


def test_suggest_goes_on_where_the_files_ended(kept: Any, tmp_path: Path) -> None:
    write(kept, tmp_path / "out.jsonl")
    rows = [answered(kept, request) for request in requests(tmp_path / "out.jsonl")]
    taken = read(kept, results(tmp_path, "in.jsonl", rows[:6])).report
    report = runs.suggest(kept.study, kept.anna, "bar", Selection(segments=(kept.id(1),)))
    assert (report.run, report.resumed, report.left) == (taken.run, 1, 0)
