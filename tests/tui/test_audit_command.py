"""`audit`: what it prints, as JSON and for readers, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from coded import finished_study
from desk import Desk, make_desk

from tui.cli import main


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made = make_desk(tmp_path / "s.db", core="0.5", arm="0.2", sizes=(20, 16))
    made.suggest_everywhere()
    for number, segment in enumerate(made.ids()):
        for coder in ("anna", "ben"):
            made.line(segment, coder)
            if (number + (coder == "ben")) % 3:
                made.apply(segment, "Support/Trust", coder)
            made.done("complete", segment, coder)
    yield made
    made.study.close()


def run(desk: Desk, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", str(desk.study.path), *arguments])


def test_json_has_the_keys_of_the_contract(desk: Desk) -> None:
    found = json.loads(run(desk, "--json").stdout)
    assert {"round", "pairs", "groups", "exposure_effect", "calibration", "misses"} <= found.keys()
    keys = {
        "both", "only_a", "only_b", "neither", "documents", "prevalence_a", "prevalence_b", "agreement",
        "positive_agreement", "alpha", "alpha_ci", "kappa", "ac1",
    }  # fmt: skip
    for pair in found["pairs"]:
        assert {"a", "b", "exposure", "segments", "documents", "codes", "pooled", "levels", "tree_alpha"} <= pair.keys()
        assert keys <= pair["pooled"].keys()
        assert all(keys | {"code", "path"} <= code.keys() for code in pair["codes"])
        for level in pair["levels"]:
            assert {"depth", "alpha", "alpha_ci"} <= level.keys()
        for code in pair["codes"]:
            assert code["alpha"] is not None or code["undefined"]
    assert {group["exposure"] for group in found["groups"]} >= {"blind"}


def test_readable_output_fits_80_columns_with_what_it_stands_on_first(desk: Desk) -> None:
    shown = run(desk).stdout
    assert max(map(len, shown.splitlines())) <= 80
    order = [
        "WHAT THIS STANDS ON",
        "CODED BLIND\n",
        "CODE BY CODE",
        "WHAT THE MODEL MISSED",
        "WITH SUGGESTIONS ON SCREEN",
    ]
    assert [shown.index(head) for head in order] == sorted(shown.index(head) for head in order)
    assert "Below 10" in shown


def test_fail_under_ends_with_3(desk: Desk) -> None:
    assert run(desk, "--fail-under", "-1").exit_code == 0
    assert run(desk, "--fail-under", "0.99").exit_code == 3
    assert run(desk, "--fail-under", "2").exit_code == 2


def test_wrong_names_are_told_with_those_that_there_are(desk: Desk) -> None:
    wrong = run(desk, "--coders", "anna,nobody")
    assert (wrong.exit_code, "anna, ben, model:lexical" in wrong.stderr) == (1, True)
    assert "main" in run(desk, "--round", "other").stderr
    assert "document" in run(desk, "--by", "site").stderr


def test_by_document(desk: Desk) -> None:
    found = json.loads(run(desk, "--by", "document", "--json").stdout)
    assert [part["value"] for part in found["by"]["parts"]] == ["D0", "D1"]
    whole = {(p["a"], p["b"], p["exposure"]): p["segments"] for p in found["pairs"]}
    parts = [(p["a"], p["b"], p["exposure"], p["segments"]) for part in found["by"]["parts"] for p in part["pairs"]]
    for key, segments in whole.items():
        assert sum(part[3] for part in parts if part[:3] == key) == segments


def test_files_are_written_whole_and_not_over_others(desk: Desk, tmp_path: Path) -> None:
    page, text = tmp_path / "a.html", tmp_path / "a.md"
    made = run(desk, "--html", str(page), "--markdown", str(text), "--branch", "Support")
    assert (made.exit_code, made.stdout) == (0, "")
    assert "--branch Support" in page.read_text() and "## Coded blind" in text.read_text()
    page.write_text("mine")
    assert run(desk, "--html", str(page)).exit_code == 1
    assert page.read_text() == "mine"
    assert run(desk, "--html", str(page), "--force", "--json").exit_code == 0
    assert page.read_text().startswith("<!doctype html>")
    assert run(desk, "--html", str(desk.study.path), "--force").exit_code == 1
    assert run(desk, "--html", str(tmp_path / "no" / "a.html")).exit_code == 1


def test_who_still_has_to_code_blind_is_warned(desk: Desk) -> None:
    assert run(desk, "--coder", "anna").stderr == ""
    desk.reviewer("cleo")
    assert "segments to code blind" in run(desk, "--coder", "cleo").stderr


def test_a_pack_and_a_manuscript_check_warn_who_still_codes_blind_too(desk: Desk, tmp_path: Path) -> None:
    desk.line(desk.ids()[0], "cleo")
    (tmp_path / "m.md").write_text("So it was (D0 2).\n", encoding="utf-8")
    for name, told in (("cleo", True), ("lead", False)):
        pack = ["validation", str(desk.study.path), "pack", "--site", "D0", "--output", str(tmp_path / f"{name}.csv")]
        for call in (pack, ["check-manuscript", str(desk.study.path), str(tmp_path / "m.md")]):
            done = CliRunner().invoke(main, [*call, "--coder", name])
            assert done.exit_code == 0, done.output
            assert ("code blind" in done.stderr) is told


def test_who_was_left_out_is_not_told_to_have_coded_nothing(desk: Desk) -> None:
    for chosen, told in (("anna", "Only anna was chosen"), ("model:lexical", "No person was chosen")):
        shown = " ".join(run(desk, "--coders", chosen).stdout.split())
        assert told in shown
        assert "has coded in round" not in shown and "Nobody" not in shown and "No segment was coded" not in shown


def test_page_and_markdown_do_not_replace_one_another(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    same = tmp_path / "folder" / ".." / "same.x"
    found = run(desk, "--html", str(tmp_path / "same.x"), "--markdown", str(same), "--force")
    assert found.exit_code == 2 and "the same file" in found.stderr and not same.exists()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("home")))
        made = finished_study(tmp_path_factory.mktemp("finished") / "s.db", sizes=(14,) * 10)
        yield made
        made.study.close()


def test_a_look_at_an_open_round_is_noted_once(finished: Desk) -> None:
    first, again = run(finished, "--coder", "maria"), run(finished, "--json")
    assert "Noted in the log: look 1 at round main" in first.stderr and "Noted" not in again.stderr
    assert "LOOKING WHILE CODING GOES ON" in first.stdout
    found = json.loads(again.stdout)["looks"]
    assert (found["open"], found["before"]) == (True, 1) and found["pairs"]


def test_runs_are_compared_by_number_or_model(finished: Desk) -> None:
    shown = run(finished, "--compare", "1,model:other").stdout
    assert "RUNS COMPARED ON THE SAME SEGMENTS" in shown and max(map(len, shown.splitlines())) <= 80
    wrong = run(finished, "--compare", "1,7")
    assert wrong.exit_code == 1 and "model:lexical#1, model:other#2, model:lexical#3" in wrong.stderr


def test_the_page_says_by_which_call_it_is_made_again(finished: Desk, tmp_path: Path) -> None:
    page = tmp_path / "audit.html"
    assert run(finished, "--compare", "1,3", "--epsilon", "0.2", "--html", str(page)).exit_code == 0
    made = page.read_text(encoding="utf-8")
    assert "secondcoder audit STUDY --compare 1,3 --epsilon 0.2" in made and "margin 0.2." in made


def test_sections_are_what_the_page_says_and_progress_goes_to_the_program_that_asked(desk: Desk) -> None:
    found = run(desk, "--json", "--sections", "--progress", "json")
    told = json.loads(found.stdout)["told"]
    assert told["headline"][0].startswith("anna – ben, blind: alpha ")
    assert [section["title"] for section in told["sections"]][:2] == ["What this stands on", "Coded blind"]
    assert {block["kind_of_block"] for section in told["sections"] for block in section["blocks"]} >= {"text", "table"}
    phases = [json.loads(line)["phase"] for line in found.stderr.splitlines() if line.startswith("{")]
    assert phases == ["preparing", "reading", "counting"]
    assert "told" not in json.loads(run(desk, "--json").stdout)
    assert run(desk, "--sections").exit_code == 2


def test_how_stable_a_coder_is_is_told_to_that_coder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made = make_desk(tmp_path / "s.db", core="0", arm="0", stability="1", stability_gap="2", sizes=(12,))
    for segment in made.ids()[:4]:
        made.apply(segment, "Doubts")
        made.done("complete", segment)
    made.done("complete", made.ids()[0])
    try:
        assert "sees them first: anna." in " ".join(run(made, "--coder", "lead").stdout.split())
        assert json.loads(run(made, "--json", "--coder", "lead").stdout)["stability"]["coders"] == []
        mine = run(made, "--json", "--coder", "anna")
        (told,) = json.loads(mine.stdout)["stability"]["coders"]
        assert (told["coder"], told["first"], told["came_back"], told["segments"], told["changed"]) == (
            "anna", "alone", 2, 1, 1,
        )  # fmt: skip
        assert "From now on audits tell it others, too" in mine.stderr
        assert made.kinds()[-1] == "looked"
        assert "Noted" not in run(made, "--coder", "anna").stderr
        assert len(json.loads(run(made, "--json", "--coder", "lead").stdout)["stability"]["coders"]) == 1
    finally:
        made.study.close()
