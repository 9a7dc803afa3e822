"""`demo`: the example study is there whole or not at all, and a second call goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import call, home
from click.testing import Result
from kills import check_whole, fatal_places, run, run_fatal, statements, was_killed

from tui import example

__all__ = ["home"]


def demo(folder: Path, *options: str, expect: int = 0) -> Result:
    return call("demo", "--dir", folder, "--no-review", *options, expect=expect)


def status(folder: Path) -> dict[str, object]:
    shown: dict[str, object] = json.loads(call("status", folder / "study.db", "--json").stdout)
    return shown


pytestmark = pytest.mark.usefixtures("without_weights")


def test_it_lays_out_the_study_and_suggests_for_every_segment(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    shown = demo(folder)
    assert "'secondcoder models install'" in shown.stderr
    assert "Suggesting with the lexical one." in shown.stderr
    assert "secondcoder queue" in shown.stdout
    seen = status(folder)
    assert (seen["documents"], seen["codes"], seen["data_segments"], seen["sets"]) == (6, 22, 231, 231)
    settings = json.loads(call("settings", folder / "study.db", "--json").stdout)
    assert (settings["core"], settings["core_opening"]) == (0.15, 12)
    documents = json.loads(call("documents", folder / "study.db", "list", "--json").stdout)
    assert [(item["label"], item["attributes"]["site"]) for item in documents][:2] == [
        ("ALM", "Almsted"),
        ("BRK", "Brackenholt"),
    ]
    assert (folder / "codes.csv").is_file()
    assert (folder / "transcripts" / "CEL.docx").is_file()
    check_whole(folder / "study.db")


def test_a_second_call_changes_nothing(tmp_path: Path) -> None:
    demo(tmp_path)
    before = status(tmp_path)
    demo(tmp_path)
    assert status(tmp_path) == before


def test_what_the_user_changed_beside_the_study_stays(tmp_path: Path) -> None:
    demo(tmp_path)
    (tmp_path / "codes.csv").write_text("mine")
    demo(tmp_path)
    assert (tmp_path / "codes.csv").read_text() == "mine"


def test_a_foreign_file_is_never_overwritten_and_nothing_is_written_beside_it(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    assert "codes.csv" in demo(tmp_path, expect=1).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["codes.csv", "notes.txt"]
    assert (tmp_path / "codes.csv").read_text() == "mine"


def test_another_study_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    call("new", tmp_path / "study.db")
    before = (tmp_path / "study.db").read_bytes()
    assert "another study" in demo(tmp_path, expect=1).stderr
    assert (tmp_path / "study.db").read_bytes() == before


def test_the_reference_coding_comes_in_only_if_asked_for(tmp_path: Path) -> None:
    demo(tmp_path / "a")
    demo(tmp_path / "b", "--with-reference")
    assert status(tmp_path / "a")["completed"] == {}
    assert status(tmp_path / "b")["completed"] == {"anna": 231, "ben": 231}


def test_a_study_that_another_process_put_there_first_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = example._make_study
    first: list[object] = []

    def slow(path: Path, folder: Path, stated: example.Example, coder: str, *, with_reference: bool) -> None:
        monkeypatch.setattr(example, "_make_study", make)
        demo(folder)
        first.append(status(folder))
        make(path, folder, stated, coder, with_reference=with_reference)

    monkeypatch.setattr(example, "_make_study", slow)
    demo(tmp_path)
    assert [status(tmp_path)] == first
    assert not list(tmp_path.glob(".study.db*"))


def test_killed_anywhere_it_is_completed_by_the_next_call(tmp_path: Path, home: Path) -> None:
    total = statements(home, "demo", "--dir", tmp_path / "whole", "--no-review")
    for number, fatal in enumerate(fatal_places(total, 3, 5)):
        folder = tmp_path / f"d{number}"
        shown = run_fatal(home, fatal, "demo", "--dir", folder, "--no-review")
        assert was_killed(shown), shown.stderr
        if (folder / "study.db").exists():
            check_whole(folder / "study.db")
        assert run(home, "demo", "--dir", folder, "--no-review").returncode == 0
        assert status(folder)["sets"] == 231
        check_whole(folder / "study.db")
        assert not list(folder.glob(".*"))
