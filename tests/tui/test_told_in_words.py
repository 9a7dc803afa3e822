"""What commands tell people: names instead of ids, nothing twice, nothing cut without a sign, every ending named."""

from __future__ import annotations

from pathlib import Path

import pytest
from calls import call, home

__all__ = ["home"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    call("new", tmp_path / "s.db", "--title", "Talks")
    return tmp_path / "s.db"


def test_the_log_is_told_in_names_those_of_codes_out_of_use_too(study: Path) -> None:
    for name in ("Lamp", "Beacon"):
        call("codes", study, "add", name)
    call("codes", study, "merge", "Lamp", "--into", "Beacon")
    call("codes", study, "retire", "Beacon")
    told = [line.split(maxsplit=3)[3] for line in call("log", study).stdout.splitlines()]
    assert [" ".join(line.split()) for line in told] == [
        "replica started", "study created Talks", "coder added anna · person", "round opened main · main",
        "code changed add · Lamp", "code changed add · Beacon", "code changed merge · Lamp, Beacon",
        "code changed retire · Beacon",
    ]  # fmt: skip


def test_a_preview_says_once_how_paragraphs_are_counted_and_where_it_cuts(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "T1.txt"
    file.write_text("R1: " + "word " * 40 + "\nR1: Short.\n", encoding="utf-8")
    shown = call("add", study, file, "--preview").stdout
    assert shown.count("counted by this program") == 1
    assert f"R1: {('word ' * 40)[:160]}…\n" in shown
    assert "R1: Short.\n" in shown


def test_a_group_lists_its_commands_with_whole_sentences(study: Path) -> None:
    shown = " ".join(call("codes", study, "--help").stdout.split())
    assert "negative only where both were. move" in shown and "add A new code. define" in shown


def test_an_ending_that_no_codebook_has_is_told_those_that_there_are(study: Path, tmp_path: Path) -> None:
    told = call("codes", study, "export", tmp_path / "codes.xlsx", expect=2).stderr
    assert ".csv, .yaml, .yml or .qdc" in told
    call("codes", study, "add", "Lamp")
    assert "codes.qdc: 1 code written" in call("codes", study, "export", tmp_path / "codes.qdc").stderr


def test_codes_that_are_there_already_are_told_to_the_last(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    rows = [f"C{n},Code {n},,what it means" for n in range(14)]
    file.write_text("\n".join(["code_id,name,parent_id,definition", *rows]) + "\n", encoding="utf-8")
    call("codes", study, "import", file)
    assert "14 codes already in the study with the same words" in (told := call("codes", study, "import", file).stderr)
    assert "Code 11 and 2 more" in told


def test_nothing_stale_is_said_in_words(study: Path) -> None:
    result = call("codes", study, "stale")
    assert (result.stdout, result.stderr) == ("", "Nothing has to be looked at again.\n")


def test_profiles_without_a_study_are_asked_of_which(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = call("models", "list", expect=2).stderr
    assert "secondcoder models STUDY list ... (or: models --user list ...)" in told
    Path("list").symlink_to(study)
    assert "embedded" in call("models", "list", "list").stdout


def test_thousands_are_parted_alike_in_all_of_a_status(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "T1.txt"
    file.write_text("".join(f"R1: Word {n}.\n" for n in range(1100)), encoding="utf-8")
    call("add", study, file, "--unit", "paragraph")
    call("queue", study, "--limit", 1)
    for more in ((), ("--coder", "anna")):
        told = call("status", study, *more).stdout.splitlines()
        assert "1,100 segments" in told[1]
        assert next(line for line in told if "anna" in line).split()[-2:] == ["0", "1,100"]
