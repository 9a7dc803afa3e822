"""export and add with REFI-QDA files as a user or another program calls them: output, keys, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from foreign_projects import highlight_added, taguette
from refi_files import Project, Selection, Source

from suggest.study.study import Study
from tui.cli import main
from tui.commands.export import TARGETS, find_target

TEXT = "I: How was it?\nR1: Hard at first.\n"
Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs `secondcoder` in a folder with an empty study s.db and a project p.qdpx; as anna."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    monkeypatch.chdir(tmp_path)
    Project([Source("BU \x85[31m", TEXT, [Selection(19, 23), Selection(24, 99, name="x")])]).write(tmp_path / "p.qdpx")

    def run(*arguments: str, ok: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == ok, result.output
        return result

    run("new", "s.db", "--title", "Talks")
    return run


def log_length() -> int:
    with Study.open(Path("s.db")) as study:
        return int(study.db.execute("SELECT count(*) FROM log").fetchone()[0])


def test_a_project_is_added_and_what_was_left_is_said(call: Call) -> None:
    result = call("add", "s.db", "p.qdpx")
    assert result.stdout.splitlines()[-1] == "p.qdpx: 1 document, 3 codes, 1 coding by Ann, 0 memos, round P"
    assert "selections outside of their text or without length (1)" in result.stderr
    assert "\x85" not in result.stdout


def test_the_same_as_json(call: Call) -> None:
    answer = json.loads(call("add", "s.db", "p.qdpx", "--json").stdout)
    assert {key: answer[key] for key in ("stored", "codes", "codings", "round", "coders")} == {
        "stored": True, "codes": 3, "codings": 1, "round": "P", "coders": ["Ann"]
    }  # fmt: skip
    assert answer["documents"][0]["segments"] == 2
    assert answer["documents"][0]["document"]
    assert answer["not_taken"]["codings on such selections"] == 1


def test_a_preview_stores_nothing(call: Call) -> None:
    before = log_length()
    result = call("add", "s.db", "p.qdpx", "--preview")
    assert "1 document, 3 codes, 1 coding" in result.stdout
    assert "speakers: I 1 (prompt), R1 1 (data)" in result.stdout
    assert "nothing was stored" in result.stderr
    assert log_length() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["p.qdpx", "p.qdpx"], 2, "comes by itself"),
        (["p.qdpx", "--label", "X"], 2, "--label"),
        (["gone.qdpx"], 1, "gone.qdpx: the file cannot be read"),
        (["bad.qdpx"], 1, "bad.qdpx"),
    ],
)
def test_what_cannot_be_added_is_refused_in_one_line(call: Call, arguments: list[str], code: int, said: str) -> None:
    Path("bad.qdpx").write_bytes(b"PK\x03\x04 broken")
    before = log_length()
    result = call("add", "s.db", *arguments, ok=code)
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert log_length() == before


def test_a_study_goes_out_and_in_again(call: Call) -> None:
    call("add", "s.db", "p.qdpx")
    assert call("export", "s.db", "--to", "qdpx", "--output", "out.qdpx").stdout == (
        "out.qdpx: 1 document, 3 codes, 1 coding, 0 memos\n"
    )
    call("new", "t.db")
    assert "1 coding by Ann" in call("add", "t.db", "out.qdpx").stdout


def test_codes_go_out_as_a_codebook_and_in_again(call: Call) -> None:
    call("add", "s.db", "p.qdpx")
    assert json.loads(call("export", "s.db", "--to", "qdc", "--output", "c.qdc", "--json").stdout)["codes"] == 3
    call("codes", "s.db", "export", "d.qdc")
    assert Path("c.qdc").read_bytes() == Path("d.qdc").read_bytes()
    call("new", "t.db")
    assert call("codes", "t.db", "import", "c.qdc").stdout == "3 codes added\n"


@pytest.mark.parametrize("target", ["qdpx", "qdc"])
def test_an_export_never_overwrites_and_is_in_the_log(call: Call, target: str) -> None:
    call("add", "s.db", "p.qdpx")
    Path("out").write_text("mine")
    assert "is there already" in call("export", "s.db", "--to", target, "--output", "out", ok=1).stderr
    assert Path("out").read_text() == "mine"
    before = log_length()
    call("export", "s.db", "--to", target, "--output", "out", "--force")
    assert Path("out").stat().st_size > 100
    assert log_length() == before + 1
    assert sorted(path.name for path in Path().iterdir() if "part" in path.name) == []


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_names_a_function(target: str) -> None:
    assert callable(find_target(target))


def test_an_export_that_fails_leaves_nothing(call: Call) -> None:
    before = log_length()
    assert "empty" in call("export", "s.db", "--to", "qdc", "--output", "c.qdc", ok=1).stderr
    assert not Path("c.qdc").exists()
    assert log_length() == before
    call("export", "s.db", "--to", "qdpx", "--output", "gone/c.qdpx", ok=1)
    assert log_length() == before
    call("export", "s.db", "--to", "nothing", "--output", "x", ok=2)


def test_a_project_of_taguette_is_looked_at_and_added(call: Call) -> None:
    taguette(
        Path("t.sqlite3"),
        {
            "projects": [(1, "Waiting", "", None)],
            "documents": [(1, "BU", "", "", None, 1, "", "<p>R1: we waited\x1b[31m long</p>")],
            "tags": [(1, 1, "waiting", "")],
            "highlights": [(1, 1, 7, 13, "waited")],
            "highlight_tags": [(1, 1)],
            "commands": [highlight_added(1, "ben")],
        },
    )
    before = log_length()
    seen = call("add", "s.db", "t.sqlite3", "--preview")
    assert "1 document, 1 code, 1 coding by ben" in seen.output
    assert "\x1b" not in seen.output
    assert log_length() == before
    told = json.loads(call("add", "s.db", "t.sqlite3", "--json").stdout)
    assert (told["stored"], told["codes"], told["codings"], told["round"]) == (True, 1, 1, "Waiting")


def test_a_project_that_cannot_be_read_leaves_the_study_as_it_was(call: Call) -> None:
    Path("t.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    before = log_length()
    assert "damaged" in call("add", "s.db", "t.sqlite3", ok=1).output
    assert log_length() == before
