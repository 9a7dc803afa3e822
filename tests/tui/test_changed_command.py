"""`suggest --changed` as another program calls it: what changed, what is saved, and when there is nothing to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from calls import call, home, told
from endpoint_server import completion, served
from kills import transcript

__all__ = ["home"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A talk of 24 turns, of which 20 are coded, and twelve codes."""
    path, file, codes = tmp_path / "s.db", tmp_path / "T1.txt", tmp_path / "codes.csv"
    call("new", path)
    file.write_text("\n".join(transcript(1)) + "\n", encoding="utf-8")
    call("add", path, file)
    rows = "".join(f"C{n},Kind {n},,speaks of kind {n}\n" for n in range(12))
    codes.write_text(f"code_id,name,parent_id,definition\n{rows}")
    call("codes", path, "import", codes)
    return path


def suggest(study: Path, *more: object) -> Any:
    return told("suggest", study, "--profile", "bar", "--limit", 3, *more)


def test_what_changed_is_asked_about_and_told(study: Path) -> None:
    with served(completion()) as server:
        call("models", study, "add", "bar", "--base-url", server.url, "--model", "m", "--price-input", 1,
             "--price-output", 1)  # fmt: skip
        suggest(study)
        call("codes", study, "define", "Kind 3", "--definition", "speaks of another kind")
        assert "--changed" in call("suggest", study, "--profile", "bar", "--dry-run").stderr
        planned = suggest(study, "--changed", "--dry-run")
        assert planned["changed"] == {**planned["changed"], "segments": 3, "since": [1], "left_out": 0, "unchanged": 0}
        assert (len(planned["changed"]["codes"]), len(planned["changed"]["beside"])) == (1, 5)
        assert planned["tokens"]["input"] < planned["whole_tree"]["tokens"]["input"]
        assert planned["cost"] < planned["whole_tree"]["cost"]
        assert server.asked == 3
        words = call("suggest", study, "--profile", "bar", "--limit", 3, "--changed", "--dry-run").stderr
        assert "in 100 of the tokens in are saved" in words
        report = suggest(study, "--changed")
        assert (report["no_code"], report["new_run"], server.asked) == (3, True, 6)
        assert report["changed"] == planned["changed"]


def test_where_nothing_changed_nothing_is_asked(study: Path) -> None:
    with served(completion()) as server:
        call("models", study, "add", "bar", "--base-url", server.url, "--model", "m")
        suggest(study)
        report = suggest(study, "--changed")
        assert (report["run"], report["changed"]["unchanged"], server.asked) == (None, 3, 3)
        assert suggest(study, "--changed", "--dry-run")["calls"] == 0
        result = call("suggest", study, "--profile", "bar", "--limit", 3, "--changed")
        assert result.stdout == "Nothing to do.\n"
        assert "No code has changed" in result.stderr


@pytest.mark.parametrize("more", [["--redo"], ["--codes", "Kind 1"], ["--propose"], ["--batch-out", "q.jsonl"]])
def test_it_goes_with_no_other_way_to_choose_what_is_asked(study: Path, more: list[str]) -> None:
    call("models", study, "add", "bar", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    call("suggest", study, "--profile", "bar", "--changed", *more, expect=2)
    assert "costs nothing" in call("suggest", study, "--profile", "lexical", "--changed", expect=2).stderr
