"""`suggest` and `prompts` as another program calls them: keys, exit codes, and what goes on which stream."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from calls import call, home
from kills import environment, transcript

from suggest.engine.runs import RunReport
from tui.commands.run_told import sentence

__all__ = ["home"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two talks of 24 turns, four of each the interviewer's, and two codes."""
    path = tmp_path / "s.db"
    call("new", path)
    for number in (1, 2):
        file = tmp_path / f"T{number}.txt"
        file.write_text("\n".join(transcript(number)) + "\n", encoding="utf-8")
        call("add", path, file)
    codes = tmp_path / "codes.csv"
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\nW,Work,,speaks of work\n")
    call("codes", path, "import", codes)
    return path


def test_the_report_has_the_keys_of_the_contract_and_adds_up(study: Path) -> None:
    report = json.loads(call("suggest", study, "--profile", "lexical", "--json").stdout)
    keys = {
        "run",
        "profile",
        "model",
        "segments",
        "suggested",
        "no_code",
        "failed",
        "resumed",
        "tokens",
        "cost",
        "seconds",
    }
    assert keys <= report.keys()
    assert report["tokens"] == {"input": 0, "output": 0, "method": "none"}
    assert report["cost"] == 0
    counted = report["suggested"] + report["no_code"] + sum(report["failed"].values()) + report["resumed"]
    assert report["segments"] == counted == 40
    again = json.loads(call("suggest", study, "--profile", "lexical", "--json").stdout)
    assert (again["resumed"], again["run"]) == (40, report["run"])


def test_a_limited_run_counts_within_the_selection(study: Path) -> None:
    options = ("--documents", "T2", "--codes", "Trust", "--limit", "5", "--json")
    report = json.loads(call("suggest", study, *options).stdout)
    assert report["segments"] == 5
    offered = {item["code"] for e in _entries(study, "suggested") for item in e["payload"]["candidates"]}
    assert len(offered) == 1


def test_without_a_profile_it_says_which_one_it_takes_on_standard_error(study: Path, without_weights: None) -> None:
    result = call("suggest", study, "--limit", "1")
    assert "'secondcoder models install'" in result.stderr
    assert "Suggesting with the lexical one." in result.stderr
    assert result.stdout.count("\n") == 1


def test_the_embedded_model_without_its_weights_says_what_to_do(study: Path, without_weights: None) -> None:
    result = call("suggest", study, "--profile", "embedded", expect=1)
    assert "'secondcoder models install'" in result.stderr
    assert "There are: lexical." in result.stderr
    assert _entries(study, "run_started") == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["--profile", "nobody"], 1, "lexical"),
        (["--documents", "XX"], 1, "no document has this label"),
        (["--codes", "nothing"], 1, "no such code"),
        (["--segments", "nothing"], 1, "no such segment"),
        (["--documents", ","], 2, "names nothing"),
        (["--limit", "0"], 2, "--limit"),
    ],
)
def test_what_cannot_be_done_is_said_and_stores_nothing(
    study: Path, arguments: list[str], exit_code: int, said: str
) -> None:
    result = call("suggest", study, *arguments, expect=exit_code)
    assert said in result.stderr
    assert result.stdout == ""
    assert _entries(study, "run_started") == []


def test_a_dry_run_shows_a_prompt_and_leaves_the_file_as_it_is(study: Path) -> None:
    before = study.read_bytes()
    planned = json.loads(call("suggest", study, "--profile", "lexical", "--dry-run", "--json").stdout)
    assert {"segments", "calls", "tokens", "cost", "example_prompt"} <= planned.keys()
    assert (planned["segments"], planned["calls"], planned["cost"]) == (40, 0, 0)
    assert [message["role"] for message in planned["example_prompt"]] == ["system", "user"]
    assert study.read_bytes() == before
    assert "no calls" in call("suggest", study, "--dry-run").stderr


INTERRUPTED = """
import os, signal, sys
from suggest.models import lexical
plain, asked = lexical.LexicalSuggester.answer, 0
def answer(self, task):
    global asked
    asked += 1
    if asked == 20:
        os.kill(os.getpid(), signal.SIGINT)
    return plain(self, task)
lexical.LexicalSuggester.answer = answer
from suggest.engine.runs import RunReport
from tui.cli import main
main()
"""


def test_an_interrupted_run_exits_130_and_goes_on_without_a_duplicate(study: Path, home: Path) -> None:
    arguments = ["suggest", str(study), "--profile", "lexical", "--json"]
    shown = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *arguments],
        capture_output=True,
        text=True,
        env=environment(home),
        check=False,
    )
    assert shown.returncode == 130, shown.stderr
    assert "goes on" in shown.stderr
    stopped = json.loads(shown.stdout)
    assert 0 < stopped["segments"] < 40
    assert _entries(study, "run_ended")[-1]["payload"]["state"] == "stopped"
    report = json.loads(call(*arguments).stdout)
    assert (report["resumed"], report["segments"]) == (stopped["segments"], 40)
    sets = [entry["payload"]["segment"] for entry in _entries(study, "suggested")]
    assert len(sets) == len(set(sets)) == 40


def test_killed_in_the_middle_of_answering_it_goes_on_without_a_duplicate(study: Path, home: Path) -> None:
    # Answers are stored four at a time here, so that the kill falls between two batches.
    kill = INTERRUPTED.replace("SIGINT", "SIGKILL").replace(
        "from tui.cli", "import suggest.models.interface as i\ni.Limits.store_every = 4\nfrom tui.cli"
    )
    arguments = ["suggest", str(study), "--profile", "lexical", "--json"]
    shown = subprocess.run(
        [sys.executable, "-c", kill, *arguments], capture_output=True, env=environment(home), check=False
    )
    assert shown.returncode == -signal.SIGKILL
    report = json.loads(call(*arguments).stdout)
    assert report["segments"] == report["suggested"] + report["no_code"] + report["resumed"] == 40
    assert 0 < report["resumed"] < 40
    assert not report["new_run"]
    sets = [entry["payload"]["segment"] for entry in _entries(study, "suggested")]
    assert len(sets) == len(set(sets)) == 40


def test_prompts_are_listed_shown_copied_and_compared(study: Path, tmp_path: Path) -> None:
    bilingual, decisions, listed, inductive = known = json.loads(call("prompts", study, "list", "--json").stdout)
    assert [one["name"] for one in known] == ["bilingual", "decisions", "deductive", "inductive"]
    assert {bilingual["task"], decisions["task"], listed["task"]} == {"code"} and inductive["task"] == "propose"
    shown = json.loads(call("prompts", study, "show", listed["name"], "--json").stdout)
    assert (shown["sha256"], shown["version"]) == (listed["sha256"], listed["version"])
    file = tmp_path / "mine.yaml"
    call("prompts", study, "copy", "deductive", file)
    assert call("prompts", study, "show", "deductive").stdout == file.read_text(encoding="utf-8")
    assert call("prompts", study, "diff", "deductive", file).stdout == ""
    file.write_text(file.read_text(encoding="utf-8").replace("English", "German"), encoding="utf-8")
    changed = call("prompts", study, "diff", "deductive", file).stdout
    assert "-  language: English" in changed
    assert "+  language: German" in changed


def test_a_prompt_is_never_written_over_a_file_and_a_broken_one_is_refused(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\n")
    assert "exists already" in call("prompts", study, "copy", "deductive", file, expect=1).stderr
    assert file.read_text() == "name: mine\n"
    assert "mine.yaml" in call("prompts", study, "diff", "deductive", file, expect=1).stderr
    assert "deductive" in call("prompts", study, "show", "other", expect=1).stderr


def test_a_study_keeps_prompts_of_its_own(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    call("prompts", study, "copy", "deductive", file, "--as", "slow")
    assert "can be used" in call("prompts", study, "check", file).stdout
    kept = json.loads(call("prompts", study, "add", file, "--json").stdout)
    assert (kept["name"], kept["version"], kept["origin"], kept["remarks"]) == ("slow", 1, "study", [])
    file.write_text(file.read_text().replace("version: 1", "version: 2").replace("English", "German"))
    call("prompts", study, "add", file)
    listed = json.loads(call("prompts", study, "list", "--json").stdout)
    ours = [(one["name"], one["version"], one["by"]) for one in listed if one["origin"] == "study"]
    assert ours == [("slow", 1, "anna"), ("slow", 2, "anna")]
    assert "German" in call("prompts", study, "show", "slow").stdout
    assert "+  language: German" in call("prompts", study, "diff", "slow@1", "slow").stdout
    call("prompts", study, "remove", "slow")
    assert "put away" in call("prompts", study, "list").stdout


def test_a_prompt_that_cannot_be_used_is_refused_with_its_line_and_nothing_is_kept(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    call("prompts", study, "copy", "deductive", file, "--as", "mine")
    whole = file.read_text()
    for broken, what in (
        (whole.replace("{{codes}}", "the codes"), "never uses {{codes}}"),
        (whole.replace("{{before}}", "{{befor}}"), "{{befor}} is not a variable"),
        (whole.replace("  <data {{fence}}>\n  {{codes}}", "  {{codes}}"), "{{codes}} holds people's words"),
        (whole.replace("required: [suggestions]", "required: []"), "suggestions"),
    ):
        file.write_text(broken)
        assert what in (error := call("prompts", study, "add", file, expect=1).stderr)
        assert "mine.yaml, line " in error
    listed = json.loads(call("prompts", study, "list", "--json").stdout)
    assert {one["origin"] for one in listed} == {"program"}


def _entries(study: Path, kind: str) -> list[dict[str, object]]:
    lines = call("log", study, "--kind", kind, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_a_run_that_came_to_nothing_does_not_say_that_nothing_was_left() -> None:
    done = RunReport("r", 1, "bar", "m", 0, 0, {}, 3, 0, (0, 0), "none", None, 1.0, "done", False, 0, "")
    assert "Nothing was left to do" in sentence(done)
    assert "Nothing was left to do" not in sentence(replace(done, resumed=0, left=3, ended="halted"))
