"""`copy` and `merge` as they are told: whose work came in, what was decided by rule, how far it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from calls import call, home
from click.testing import Result

__all__ = ["home"]
TALK = "I: How was it?\n\nR1: Hard at first.\n\nR2: Then it got better.\n\nR1: We helped one another.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that these tests work in."""
    monkeypatch.chdir(tmp_path)
    Path("BU.txt").write_text(TALK)
    return tmp_path


@pytest.fixture
def sites() -> None:
    """The centre's study s.db, and site.db, a copy of it."""
    call("new", "s.db", "--coder", "anna")
    call("add", "s.db", "BU.txt", "--unit", "paragraph", "--coder", "anna")
    for name in ("Support", "Doubt"):
        call("codes", "s.db", "add", name, "--coder", "anna")
    call("copy", "s.db", "site.db", "--coder", "anna")
    return call


def data(result: Result) -> Any:
    """The JSON document on standard output."""
    return json.loads(result.stdout)


def log_of(study: str) -> list[str]:
    return [json.loads(line)["kind"] for line in call("log", study, "--json").stdout.splitlines()]


def test_a_merge_tells_whose_work_came_in_and_what_was_decided_and_where_to_look(sites: None) -> None:
    call("codes", "s.db", "rename", "Doubt", "Doubts", "--coder", "anna")
    call("codes", "site.db", "rename", "Doubt", "Unsure", "--coder", "ben")
    call("codes", "site.db", "add", "Hope", "--coder", "ben")
    told = call("merge", "s.db", "site.db", "--coder", "anna").stdout
    assert "merged: 4 entries from 1 chain\n" in told
    assert "  ben: code_changed 2, coder_added 1\n" in told
    assert "1 matter done at both places at once" in told
    assert ": given other words twice: the later words stand\n    see: secondcoder codes STUDY history\n" in told


def test_a_merge_in_json(sites: None) -> None:
    call("codes", "s.db", "add", "Hope", "--coder", "anna")
    call("codes", "site.db", "add", "Hope", "--coder", "ben")
    told = data(call("merge", "s.db", "site.db", "--coder", "anna", "--json"))
    assert (told["entries"], len(told["chains"]), len(told["entry"])) == (3, 1, 2)
    assert told["work"] == [
        {"coder": "ben", "kind": "code_changed", "entries": 1},
        {"coder": "ben", "kind": "coder_added", "entries": 1},
    ]
    (conflict,) = told["conflicts"]
    assert set(conflict) == {
        "rule", "subjects", "name", "happened", "holds", "see", "here", "there", "count",
    }  # fmt: skip
    assert (conflict["rule"], len(conflict["subjects"])) == ("code_name", 2)
    assert conflict["name"].startswith("Hope [")


def test_a_second_merge_brings_nothing_and_stores_nothing(sites: None) -> None:
    call("codes", "site.db", "add", "Hope", "--coder", "ben")
    told = call("merge", "s.db", "site.db", "--coder", "anna").stdout
    assert "nothing was done at both places at once" in told
    before = log_of("s.db")
    assert "no work that this study does not have" in call("merge", "s.db", "site.db", "--coder", "anna").stderr
    assert log_of("s.db") == before
    assert data(call("merge", "s.db", "site.db", "--coder", "anna", "--json")) == {
        "entries": 0, "chains": [], "entry": None, "work": [], "backups": [], "beyond": [], "conflicts": [],
    }  # fmt: skip


def test_a_merge_that_brings_a_withdrawal_says_what_it_reached(sites: None) -> None:
    call("backup", "s.db", "backup.db")
    call("erase", "site.db", "--document", "BU", "--reason", "asked")
    told = call("merge", "s.db", "site.db").stdout
    assert "gone from the backup" in told and "backup.db as well" in told
    assert [line for line in told.splitlines() if line.startswith("NOT reached") and line.endswith("site.db")]
    for file in ("s.db", "backup.db"):
        assert b"better" not in Path(file).read_bytes()


def test_a_merge_without_a_withdrawal_says_nothing_of_copies(sites: None) -> None:
    call("codes", "site.db", "add", "Hope")
    told = data(call("merge", "s.db", "site.db", "--json"))
    assert (told["backups"], told["beyond"]) == ([], [])


def test_how_far_a_merge_is_can_be_read_by_a_program(sites: None) -> None:
    call("codes", "site.db", "add", "Hope", "--coder", "ben")
    shown = call("merge", "s.db", "site.db", "--coder", "anna", "--progress", "json", "--json")
    lines = [json.loads(line) for line in shown.stderr.splitlines() if line.startswith("{")]
    assert [line["phase"] for line in lines] == ["preparing"]  # a small study is checked and folded at once
    assert data(shown)["entries"] == 3


def test_a_copy_says_that_it_drew_the_blind_core_and_what_it_goes_without() -> None:
    call("new", "s.db")
    call("add", "s.db", "BU.txt")
    assert "blind core of 1 document was drawn first" in call("copy", "s.db", "one.db").stderr
    told = call("copy", "s.db", "two.db").stderr
    assert "blind core" not in told and "everything the study holds" in told
    call("copy", "s.db", "three.db", "--for", "nobody", expect=1)
    assert not Path("three.db").exists()


def test_a_copy_without_words_verifies_and_says_so(sites: None) -> None:
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(Path("s.db"), write=True) as study:
        ben = ensure_coder(study, "ben")
        with study.write(ben) as writer:
            text = writer.content("memo", "I was impatient")
            memo = {"coder": ben, "about": "study", "subject": None, "coding": None, "text": text, "ref": None}
            writer.append("memo_written", {**memo, "type": "reflexive"})
    assert "without the words of 1 reflexive memo." in call("copy", "s.db", "two.db").stderr
    assert "without the words of 1 reflexive memo," in call("verify", "two.db").stderr
    assert data(call("verify", "two.db", "--json"))["withheld"] == 1
    assert "everything the study holds" in call("copy", "s.db", "three.db", "--for", "ben").stderr
    assert data(call("verify", "three.db", "--json"))["withheld"] == 0


def test_a_copy_that_exists_is_not_overwritten_and_draws_nothing() -> None:
    call("new", "s.db")
    call("add", "s.db", "BU.txt")
    Path("there.db").write_text("mine")
    before = log_of("s.db")
    call("copy", "s.db", "there.db", expect=1)
    assert Path("there.db").read_text() == "mine"
    assert log_of("s.db") == before


def test_what_cannot_be_merged_is_told_in_a_line_and_changes_nothing(sites: None, folder: Path) -> None:
    call("new", "foreign.db")
    Path("cut.db").write_bytes(Path("site.db").read_bytes()[:20_000])
    Path("text.db").write_text("no study")
    before = Path("s.db").read_bytes()
    for other, code in (("foreign.db", 4), ("cut.db", 1), ("text.db", 1), ("s.db", 1), ("none.db", 1)):
        told = call("merge", "s.db", other, "--coder", "anna", expect=code).stderr
        assert told.startswith("Error: ") and len(told.splitlines()) == 1 and str(folder) not in told
    assert Path("s.db").read_bytes() == before


def test_what_is_too_much_to_read_is_counted(sites: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.commands.copies.MOST", 1)
    for study in ("s.db", "site.db"):
        for name in ("Hope", "Fear", "Work"):
            call("codes", study, "add", name)
    told = call("merge", "s.db", "site.db").stdout
    assert told.count("one name for several codes") == 1
    assert told.endswith("  and 2 more: '--json' lists all\n")
