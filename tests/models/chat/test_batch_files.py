"""Requests and results in files: what is written is complete or not there, what is read may be in any order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import BadInput
from suggest.models.chat.batch_files import LONGEST_LINE, RequestFiles, read_results


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def answer(name: str, content: str = "yes", status: int = 200) -> str:
    body = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    return json.dumps({"id": "x", "custom_id": name, "response": {"status_code": status, "body": body}, "error": None})


def failed(name: str, code: str = "server_error") -> str:
    return json.dumps({"custom_id": name, "response": None, "error": {"code": code, "message": "what Anna said"}})


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def content(found: Any) -> str:
    assert found is not None and found.body is not None
    return str(json.loads(found.body)["choices"][0]["message"]["content"])


def test_requests_are_written_in_the_format_of_the_batch_api(tmp_path: Path) -> None:
    with RequestFiles(tmp_path / "out.jsonl") as files:
        files.write("one", {"model": "m", "messages": [{"role": "user", "content": "Grüße \u2028 “”"}]})
        assert files.finish() == (tmp_path / "out.jsonl",)
    body = {"model": "m", "messages": [{"role": "user", "content": "Grüße \u2028 “”"}]}
    text = (tmp_path / "out.jsonl").read_bytes()
    assert [json.loads(line) for line in text.split(b"\n") if line] == [
        {"custom_id": "one", "method": "POST", "url": "/v1/chat/completions", "body": body}
    ]


def test_a_file_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    with RequestFiles(tmp_path / "out.jsonl", most_requests=2) as files:
        for name in "abcde":
            files.write(name, {})
        written = files.finish()
    assert [path.name for path in written] == ["out.jsonl", "out-2.jsonl", "out-3.jsonl"]
    assert [[line["custom_id"] for line in lines(path)] for path in written] == [["a", "b"], ["c", "d"], ["e"]]


def test_the_limit_in_bytes_holds(tmp_path: Path) -> None:
    with RequestFiles(tmp_path / "out.jsonl", most_bytes=250) as files:
        for name in "abcde":
            files.write(name, {"x": "y" * 40})
        written = files.finish()
    assert len(written) > 1
    assert all(path.stat().st_size <= 250 for path in written)
    assert sum(len(lines(path)) for path in written) == 5


def test_what_fails_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), RequestFiles(tmp_path / "out.jsonl") as files:
        files.write("one", {})
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    write(tmp_path, "out-2.jsonl", "mine")
    with (
        pytest.raises(BadInput, match="there already"),
        RequestFiles(tmp_path / "out.jsonl", most_requests=1) as files,
    ):
        files.write("one", {})
        files.write("two", {})
    assert [path.name for path in tmp_path.iterdir()] == ["out-2.jsonl"]


def test_a_file_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write(tmp_path, "out.jsonl", "mine")
    for path in (tmp_path / "out.jsonl", tmp_path / "nowhere" / "out.jsonl"):
        with pytest.raises(BadInput), RequestFiles(path):
            raise AssertionError("the context began")


def test_without_a_request_there_is_no_file(tmp_path: Path) -> None:
    with RequestFiles(tmp_path / "out.jsonl") as files:
        assert files.finish() == ()
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_can_read_the_requests(tmp_path: Path) -> None:
    with RequestFiles(tmp_path / "out.jsonl") as files:
        files.write("one", {})
        files.finish()
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0


def test_results_are_found_in_any_order_and_over_files(tmp_path: Path) -> None:
    first = write(tmp_path, "a.jsonl", answer("two", "second"), answer("one", "first"))
    second = write(tmp_path, "b.jsonl", failed("three"))
    found = read_results([second, first])
    assert (content(found.get("one")), content(found.get("two"))) == ("first", "second")
    error = found.get("three")
    assert error is not None and not error.answered and error.error == "server_error"
    assert found.get("four") is None
    assert (found.lines, found.repeated, found.bad, len(found)) == (3, 0, 0, 3)


@pytest.mark.parametrize("turned", [False, True])
def test_an_answer_goes_before_an_error_and_the_first_answer_before_others(tmp_path: Path, turned: bool) -> None:
    files = [
        write(tmp_path, "a.jsonl", failed("one"), answer("one", status=500)),
        write(tmp_path, "b.jsonl", answer("one", "good")),
        write(tmp_path, "c.jsonl", failed("one")),
    ]
    found = read_results(files[::-1] if turned else files)
    assert content(found.get("one")) == "good"
    assert found.repeated == 3
    again = read_results([write(tmp_path, "d.jsonl", answer("one", "first"), answer("one", "later"))])
    assert content(again.get("one")) == "first"


def test_a_line_that_is_cut_off_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", answer("one"), answer("two")[:40])
    found = read_results([path])
    assert found.get("one") is not None
    assert (found.bad, found.unreadable) == (1, ["a.jsonl, line 2"])


def test_a_line_that_is_too_long_is_passed_over_whole(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", "x" * (2 * LONGEST_LINE + 10), answer("one"))
    found = read_results([path])
    assert content(found.get("one")) == "yes"
    assert found.unreadable == ["a.jsonl, line 1"]


@pytest.mark.parametrize(
    "line",
    [
        "[]", "1", "null", "{}", '{"custom_id": 1}', '{"custom_id": "a"}', '{"custom_id": "a", "response": "x"}',
        '{"custom_id": "a", "response": {"status_code": "200"}}', "[" * 100_000, "\x00", '"custom_id"',
    ],
)  # fmt: skip
def test_a_file_without_a_result_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadInput, match="no line of this file"):
        read_results([write(tmp_path, "a.jsonl", line)])


def test_of_an_error_only_a_plain_code_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", failed("one", "You said: my mother"), failed("two", "rate_limit_exceeded"))
    found = read_results([path])
    assert [(item := found.get(name)) and item.error for name in ("one", "two")] == ["", "rate_limit_exceeded"]


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read") as error:
        read_results([tmp_path / "none.jsonl"])
    assert "none.jsonl" in str(error.value)
