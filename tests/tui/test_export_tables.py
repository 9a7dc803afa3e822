"""export, report and check-manuscript as a user or another program calls them: files, keys, exit codes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli import main

TALK = "I: How was it?\n\nR1: Hard at first.\n\nR2: I was afraid.\n\nR1: Then it got better.\n"
CODES = "code_id,name,parent_id,definition\nT1,Hope,,what gives hope\nT1.1,Own,T1,one's own\nT2,Fear,,\n"
LABELS = "document_id,paragraph_from,paragraph_to,coder_id,code_id\nBU,2,3,ben,T1\nBU,4,4,ben,T1.1\n"

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs `secondcoder` as anna in a folder of its own with a study s.db that has ben's codings."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    monkeypatch.chdir(tmp_path)
    for name, text in (("BU.txt", TALK), ("codes.csv", CODES), ("labels.csv", LABELS)):
        (tmp_path / name).write_text(text)

    def run(*arguments: str, ok: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == ok, result.output
        return result

    run("new", "s.db", "--title", "Talks")
    run("add", "s.db", "BU.txt")
    run("codes", "s.db", "import", "codes.csv")
    run("codings", "s.db", "import", "labels.csv")
    return run


@pytest.mark.parametrize(
    ("target", "name"),
    [("csv", "o.csv"), ("xlsx", "o.xlsx"), ("jsonl", "o.jsonl"), ("matrix", "o.csv"), ("matrix", "o.xlsx"),
     ("quotes", "o.csv"), ("quotes", "o.md"), ("quotes", "o.html"), ("quotes", "o.docx")],
)  # fmt: skip
def test_each_target_writes_its_file_and_notes_it_in_the_log(call: Call, target: str, name: str) -> None:
    answer = json.loads(call("export", "s.db", "--to", target, "--output", name, "--json").stdout)
    assert answer["file"] == name and Path(name).stat().st_size
    assert '"exported"' in call("log", "s.db", "--kind", "exported", "--json").stdout


def test_only_its_owner_may_read_what_holds_the_studys_words(call: Call) -> None:
    Path("o.csv").write_text("readable by all")
    Path("o.csv").chmod(0o644)
    call("export", "s.db", "--to", "csv", "--output", "o.csv", "--force")
    for target, name in (("xlsx", "o.xlsx"), ("jsonl", "o.jsonl"), ("quotes", "o.docx"), ("qdpx", "o.qdpx")):
        call("export", "s.db", "--to", target, "--output", name)
    call("report", "s.db", "--output", "o.html")
    call("validation", "s.db", "pack", "--site", "BU", "--output", "p.docx")
    call("audit", "s.db", "--html", "o2.html", "--markdown", "o.md")
    made = ("o.csv", "o.xlsx", "o.jsonl", "o.docx", "o.qdpx", "o.html", "p.docx", "o2.html", "o.md")
    assert {name: oct(Path(name).stat().st_mode & 0o777) for name in made} == dict.fromkeys(made, "0o600")


def test_a_file_that_is_there_is_kept_unless_forced(call: Call) -> None:
    Path("o.csv").write_text("mine")
    assert "is there already" in call("export", "s.db", "--to", "csv", "--output", "o.csv", ok=1).stderr
    assert Path("o.csv").read_text() == "mine"
    call("export", "s.db", "--to", "csv", "--output", "o.csv", "--force")
    with Path("o.csv").open(newline="", encoding="utf-8") as stream:
        assert [row["cite"] for row in csv.DictReader(stream) if row["record"] == "coding"] == ["BU 2–3", "BU 4"]
    assert "is the study itself" in call("export", "s.db", "--to", "csv", "--output", "s.db", "--force", ok=1).stderr


def test_what_cannot_be_written_is_wrong_usage(call: Call) -> None:
    for arguments in (("--to", "matrix", "--output", "o.pdf"), ("--to", "csv", "--output", "o.csv", "--table", "x")):
        call("export", "s.db", *arguments, ok=2)
    call("report", "s.db", "--output", "r.txt", ok=2)
    assert not [path for path in Path().iterdir() if path.name.startswith((".o", ".r", "o.", "r."))]


def test_a_matrix_as_svg_is_a_plot_of_its_table(call: Call) -> None:
    told = call("export", "s.db", "--to", "matrix", "--table", "together", "--output", "o.svg").stdout
    assert "o.svg: " in told and " codes, " in told
    assert "Codes that stand together" in Path("o.svg").read_text(encoding="utf-8")
    told = call("export", "s.db", "--to", "matrix", "--table", "segments", "--output", "p.svg", ok=2).stderr
    assert "no plot of the matrix of segments" in told and not Path("p.svg").exists()


def test_the_audits_record_is_of_the_round_and_coders_asked_for(call: Call) -> None:
    call("export", "s.db", "--to", "audit", "--output", "o.zip", "--coders", "ben", "--round", "labels")
    told = call("export", "s.db", "--to", "audit", "--output", "p.zip", "--round", "nowhere", ok=1).stderr
    assert "nowhere" in told and not Path("p.zip").exists()


@pytest.mark.parametrize(
    ("target", "name"),
    [("csv", "q.xlsx"), ("xlsx", "q.CSV"), ("jsonl", "q.csv"), ("qdpx", "q.zip"), ("audit", "q.md"), ("csv", "q.svg")],
)
def test_a_name_that_says_another_format_is_refused(call: Call, target: str, name: str) -> None:
    told = call("export", "s.db", "--to", target, "--output", name, ok=2).stderr
    assert f"--to {target} writes no {name[1:].lower()}" in told and not Path(name).exists()


def test_an_option_that_a_target_would_pass_over_is_refused(call: Call) -> None:
    told = call("export", "s.db", "--to", "qdc", "--output", "o.qdc", "--no-text", ok=2).stderr
    assert "--no-text means nothing with --to qdc" in told and not Path("o.qdc").exists()
    told = call("export", "s.db", "--to", "qdc", "--output", "o.qdc", "--pseudonyms", ok=2).stderr
    assert "--pseudonyms means nothing with --to qdc" in told and not Path("o.qdc").exists()
    call("export", "s.db", "--to", "jsonl", "--output", "o.jsonl", "--bom", ok=2)
    told = call("export", "s.db", "--to", "audit", "--output", "o.zip", "--pseudonyms", ok=2).stderr
    assert "names nobody in any case" in told


def test_a_report_prints_its_warnings_and_counts(call: Call) -> None:
    call("documents", "s.db", "set", "BU", "--speaker", "R2", "--consent", "no_quote")
    answer = json.loads(call("report", "s.db", "--output", "r.md", "--methods", "--json").stdout)
    assert (answer["codes"], answer["passages"], answer["quotes"]) == (2, 2, 2)
    assert any("consent to quote is missing" in warning for warning in answer["warnings"])
    text = Path("r.md").read_text(encoding="utf-8")
    assert "afraid" not in text and "> Hard at first. (…) (BU 2–3)" in text.replace("\n>\n> (…)", " (…)")


def test_a_manuscript_that_is_off_exits_3_and_says_where(call: Call) -> None:
    Path("m.md").write_text("# Hope\n\nAll was “hard at first” (BU 2).\n", encoding="utf-8")
    assert "nothing is off" in call("check-manuscript", "s.db", "m.md").stdout
    Path("m.md").write_text("# Fear\n\nAll was “hard at last” (BU 2).\n", encoding="utf-8")
    shown = call("check-manuscript", "s.db", "m.md", ok=3).stdout
    assert "line 3: not verbatim (BU 2)" in shown and "“last” is “first” in BU 2." in shown
    answer = json.loads(call("check-manuscript", "s.db", "m.md", "--json", ok=3).stdout)
    assert (answer["ok"], answer["citations"], answer["quotes"]) == (False, 1, 1)
    assert [finding["kind"] for finding in answer["findings"]] == ["not_verbatim", "not_coded"]
    assert set(answer["findings"][0]) == {"kind", "place", "cite", "said", "study"}
    call("check-manuscript", "s.db", "none.md", ok=1)


def test_a_check_changes_nothing_in_the_study(call: Call) -> None:
    Path("m.md").write_text("So it was (BU 2).\n")
    before = Path("s.db").read_bytes()
    call("check-manuscript", "s.db", "m.md")
    assert Path("s.db").read_bytes() == before
