"""`disagreements` and `settle` as their user meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from desk import Desk, make_desk

from suggest.study.codes import read_codes
from suggest.study.imports import NewCoding, import_codings
from suggest.study.people import ensure_coder
from suggest.study.rounds import open_round
from suggest.study.settings import set_setting
from tui.cli import main


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    made = make_desk(tmp_path / "s.db", core="0", arm="0")
    for segment in made.ids()[:3]:
        for coder, code in (("anna", "Doubts"), ("ben", "Setting")):
            made.line(segment, coder)
            made.apply(segment, code, coder)
            made.done("complete", segment, coder)
    yield made
    made.study.close()


def run(desk: Desk, command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, str(desk.study.path), *arguments])


def test_a_disagreement_is_told_settled_by_its_citation_and_told_again(desk: Desk) -> None:
    shown = run(desk, "disagreements", "--limit", "1").stdout
    assert "D0 1 R0" in shown and "anna: Doubts" in shown and "ben: Setting" in shown and "2 more" in shown
    settled = run(desk, "settle", "D0 1", "--codes", "Doubts", "--reason", "money is meant", "--with", "anna,ben")
    assert (settled.exit_code, settled.stdout.strip()) == (0, "D0 1 in round main: Doubts")
    assert "settled: Doubts. money is meant" in run(desk, "disagreements").stdout
    left = json.loads(run(desk, "disagreements", "--open", "--json").stdout)
    assert (left["differ"], left["compared"], left["settled"]) == (2, 3, 0)


def test_who_agreed_is_by_default_who_coded_it(desk: Desk) -> None:
    found = json.loads(run(desk, "settle", desk.ids()[0], "--codes", "", "--json").stdout)
    assert (len(found["with"]), found["codes"]) == (2, [])
    assert "no code" in run(desk, "disagreements", "--limit", "1").stdout
    assert run(desk, "settle", "D0 1", "--reopen").exit_code == 0
    assert run(desk, "settle", "D0 1", "--reopen").exit_code == 1


def test_what_is_wrong_is_said_and_nothing_stored(desk: Desk) -> None:
    before = desk.entries()
    assert run(desk, "settle", "D0 1").exit_code == 2
    assert "no such segment" in run(desk, "settle", "D9 1", "--codes", "").stderr
    assert "no such code" in run(desk, "settle", "D0 1", "--codes", "Nope").stderr
    assert "no coder is called so" in run(desk, "settle", "D0 1", "--codes", "", "--with", "zoe").stderr
    assert desk.entries() == before


def test_a_reader_who_is_still_blind_is_told_nothing(desk: Desk) -> None:
    desk.reviewer("cleo")
    shown = run(desk, "disagreements", "--coder", "cleo").stdout
    assert "3 segments that two of them answered may not be told to cleo yet" in shown
    assert "answered by at least two" not in shown and "Doubts" not in shown
    found = json.loads(run(desk, "disagreements", "--coder", "cleo", "--json").stdout)
    assert (found["compared"], found["withheld"], found["segments"]) == (0, 3, [])
    assert "may not be told" not in run(desk, "disagreements", "--coder", "anna").stdout
    assert "3 segments answered by at least two" in run(desk, "disagreements", "--coder", "anna").stdout


def test_what_was_settled_is_kept_from_whom_the_work_behind_it_is(desk: Desk) -> None:
    ensure_coder(desk.study, "dora")
    assert run(desk, "settle", "D0 1", "--codes", "Doubts", "--reason", "as said", "--with", "anna,dora").exit_code == 0
    assert "as said" in run(desk, "disagreements", "--coder", "anna").stdout
    for arguments in ((), ("--json",)):
        shown = run(desk, "disagreements", "--coder", "ben", *arguments).stdout
        assert "D0 1" in shown and "as said" not in shown


def test_who_is_still_blind_is_warned_before_everything_is_told(desk: Desk) -> None:
    cleo = ensure_coder(desk.study, "cleo")
    set_setting(desk.study, desk.anna, "core", "0.5")
    open_round(desk.study, desk.anna, "second", coders=[cleo])  # which cleo has not opened yet
    for command in ("disagreements", "audit"):
        for who, warned in (("cleo", True), ("anna", False)):
            found = CliRunner().invoke(main, [command, str(desk.study.path)], env={"SECONDCODER_CODER": who})
            assert found.exit_code == 0 and ("to code blind" in found.stderr) == warned
    assert run(desk, "disagreements", "--coder", "cleo").stderr == ""


def test_who_coded_elsewhere_before_an_import_is_who_agreed(desk: Desk) -> None:
    segment, other = desk.ids()[:2]
    document, ordinal = segment.split(".")[0], int(segment.split(".")[1])
    labels = [NewCoding(name, document, desk.codes["Doubts"], ordinal, ordinal, ordinal) for name in ("cleo", "dan")]
    import_codings(
        desk.study, desk.anna, "elsewhere", labels, {(name, document): [ordinal] for name in ("cleo", "dan")}
    )
    found = json.loads(run(desk, "settle", segment, "--round", "elsewhere", "--codes", "Doubts", "--json").stdout)
    assert len(found["with"]) == 2
    before = desk.entries()
    refused = run(desk, "settle", other, "--round", "elsewhere", "--codes", "Doubts")
    assert refused.exit_code == 1 and "nobody has coded it in round elsewhere" in refused.stderr
    assert desk.entries() == before


def test_a_range_is_settled_only_where_one_segment_covers_it(desk: Desk) -> None:
    before = desk.entries()
    for range_ in ("D0 1-2", "D0 1–2", "D0 2-1"):
        assert run(desk, "settle", range_, "--codes", "Doubts").exit_code == 1
    assert "no segment covers" in run(desk, "settle", "D0 1-2", "--codes", "Doubts").stderr
    assert desk.entries() == before
    found = run(desk, "settle", "D0 1-1", "--codes", "Doubts,Doubts", "--json")
    told = json.loads(found.stdout)
    assert (told["cite"], len(told["codes"])) == ("D0 1", 1)
    assert (
        run(desk, "settle", desk.ids()[0], "--codes", "Doubts, Doubts").stdout.strip() == "D0 1 in round main: Doubts"
    )


def test_where_nobody_has_coded_it_is_said(desk: Desk) -> None:
    open_round(desk.study, desk.anna, "second")
    assert run(desk, "disagreements", "--round", "second").stdout.strip() == "Nobody has coded in round second."


def test_the_outcome_goes_into_a_codes_not_when_and_out_again_with_it(desk: Desk) -> None:
    arguments = ("D0 1", "--codes", "Doubts", "--not-when", "Setting=money is meant")

    def words() -> str:
        return "".join(code.wording.exclude for code in read_codes(desk.study))

    shown = run(desk, "settle", *arguments).stdout
    assert 'Added to "not when" of Setting' in shown and "to be read again" in shown
    assert "money is meant (D0 1)" in words()
    assert run(desk, "settle", "D0 1", "--reopen").exit_code == 0
    assert "money is meant" not in words()
    found = json.loads(run(desk, "settle", *arguments, "--same-meaning", "--json").stdout)
    assert found["not_when"] == {"code": desk.codes["Setting"], "words": "money is meant"}
    assert run(desk, "settle", "D0 1", "--codes", "Doubts", "--not-when", "money").exit_code == 2
    assert run(desk, "settle", "D0 1", "--codes", "Doubts", "--same-meaning").exit_code == 2
