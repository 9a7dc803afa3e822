"""new, add, documents, codes and codings as a user or another program calls them: output, keys, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from suggest.study.study import Study
from tui.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
TALK = "I: How was it?\n\nR1: Hard at first.\n\nR2: I was afraid.\n\nR1: Then it got better.\n"
CODES = "code_id,name,parent_id,definition\nT1,Hope,,what gives hope\nT1.1,Own,T1,one's own\nT2,Fear,,\n"
LABELS = "document_id,paragraph_from,paragraph_to,coder_id,code_id\nBU,2,3,ben,T1\nBU,4,4,ben,T1.1\n"

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs `secondcoder` in a folder of its own with the files of these tests; as anna."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    monkeypatch.chdir(tmp_path)
    for name, text in (("BU.txt", TALK), ("codes.csv", CODES), ("labels.csv", LABELS)):
        (tmp_path / name).write_text(text)

    def run(*arguments: str, ok: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == ok, result.output
        return result

    return run


@pytest.fixture
def begun(call: Call) -> Call:
    """The same, with a study s.db that has a document, a tree and ben's codings."""
    call("new", "s.db", "--title", "Talks")
    call("add", "s.db", "BU.txt")
    call("codes", "s.db", "import", "codes.csv")
    call("codings", "s.db", "import", "labels.csv")
    return call


def data(result: Result) -> Any:
    """The JSON document on standard output, which is ASCII only."""
    assert result.stdout.isascii()
    return json.loads(result.stdout)


def log_length() -> int:
    with Study.open(Path("s.db")) as study:
        return int(study.db.execute("SELECT count(*) FROM log").fetchone()[0])


@pytest.mark.parametrize("name", ["new", "add", "documents", "codes", "codings"])
def test_each_command_is_in_the_table_with_a_line_of_help(name: str) -> None:
    assert COMMANDS[name].help
    assert COMMANDS[name].load()


class TestNew:
    def test_it_makes_a_study_of_that_title(self, call: Call) -> None:
        assert call("new", "s.db", "--title", "Talks").stdout == ""
        with Study.open(Path("s.db")) as study:
            assert study.title == "Talks"

    def test_it_never_overwrites(self, call: Call) -> None:
        Path("s.db").write_text("mine")
        assert "exists" in call("new", "s.db", ok=1).stderr
        assert Path("s.db").read_text() == "mine"


class TestAdd:
    def test_a_line_for_each_document_and_narration_apart(self, call: Call) -> None:
        call("new", "s.db")
        Path("PU.txt").write_text("R1: One.\n\nR2: Two.\n")
        result = call("add", "s.db", "BU.txt", "PU.txt")
        assert result.stdout == "BU\t4\t3\nPU\t2\t2\n"
        assert "4 segments by turn from BU.txt" in result.stderr

    def test_a_preview_stores_nothing(self, call: Call) -> None:
        call("new", "s.db")
        before = log_length()
        shown = call("add", "s.db", "BU.txt", "--preview").stdout
        assert "4 segments by turn" in shown
        assert "3 data, 1 prompt" in shown
        assert "R1 2 (data)" in shown
        assert log_length() == before

    def test_a_preview_works_on_a_read_only_file(self, call: Call) -> None:
        call("new", "s.db")
        Path("s.db").chmod(0o400)
        assert data(call("add", "s.db", "BU.txt", "--preview", "--json"))["stored"] is False

    def test_json_says_what_was_taken(self, call: Call) -> None:
        call("new", "s.db")
        given = data(call("add", "s.db", "BU.txt", "--label", "XX", "--set", "site=Ulm", "--json"))
        (document,) = given["documents"]
        assert given["stored"] is True
        assert (document["label"], document["segments"], document["data"], document["prompt"]) == ("XX", 4, 3, 1)
        assert document["attributes"] == {"site": "Ulm"}

    def test_the_same_file_twice_is_noticed(self, call: Call) -> None:
        call("new", "s.db")
        call("add", "s.db", "BU.txt")
        assert "already as BU" in call("add", "s.db", "BU.txt", "--label", "B2", ok=1).stderr
        call("add", "s.db", "BU.txt", "--label", "B2", "--again")

    def test_one_bad_file_and_nothing_is_stored(self, call: Call) -> None:
        call("new", "s.db")
        before = log_length()
        Path("bad.txt").write_bytes(b"a\x00b")
        call("add", "s.db", "BU.txt", "bad.txt", ok=1)
        assert log_length() == before

    @pytest.mark.parametrize(
        "arguments",
        [["--set", "site"], ["--map", "=x"], ["--set", "a=1", "--set", "a=2"], ["--unit", "word"], ["--map", "x=y"]],
    )
    def test_wrong_usage_exits_with_2(self, call: Call, arguments: list[str]) -> None:
        call("new", "s.db")
        call("add", "s.db", "BU.txt", *arguments, ok=2)

    def test_a_missing_study_is_an_error_of_one_line(self, call: Call) -> None:
        result = call("add", "nowhere.db", "BU.txt", ok=1)
        assert result.stderr.startswith("Error: ")
        assert not Path("nowhere.db").exists()


class TestCodes:
    def test_show_lists_the_tree(self, begun: Call) -> None:
        assert begun("codes", "s.db", "show").stdout.splitlines()[:3] == [
            "Hope  [T1]",
            "    what gives hope",
            "  Own  [T1.1]",
        ]

    def test_show_json_has_a_record_for_each_code(self, begun: Call) -> None:
        given = data(begun("codes", "s.db", "show", "--json"))
        assert given["tree_version"] == 1
        own = given["codes"][1]
        assert (own["external"], own["path"], own["depth"]) == ("T1.1", "Hope > Own", 2)

    def test_an_earlier_tree_can_be_shown(self, begun: Call) -> None:
        begun("codes", "s.db", "add", "New", "--under", "Hope", "--definition", "x")
        assert "New" in begun("codes", "s.db", "show").stdout
        assert "New" not in begun("codes", "s.db", "show", "--at", "1").stdout
        begun("codes", "s.db", "show", "--at", "99", ok=1)

    def test_every_change_says_what_it_makes_stale(self, begun: Call) -> None:
        for change, stale in (
            (["rename", "Fear", "Dread"], False),
            (["move", "Own", "--top"], False),
            (["define", "Dread", "--definition", "other"], True),
            (["add", "New"], True),
            (["split", "Hope", "--part", "A=one", "--part", "B"], True),
        ):
            said = begun("codes", "s.db", *change).stderr
            assert ("ben: " in said) is stale, change

    def test_retired_and_merged_codes_show_with_all(self, begun: Call) -> None:
        begun("codes", "s.db", "merge", "Own", "--into", "Hope")
        begun("codes", "s.db", "retire", "Fear")
        assert begun("codes", "s.db", "show").stdout.count("[") == 1
        shown = begun("codes", "s.db", "show", "--all").stdout
        assert "(merged)" in shown
        assert "(retired)" in shown

    def test_history_lists_every_change(self, begun: Call) -> None:
        begun("codes", "s.db", "rename", "Fear", "Dread")
        given = data(begun("codes", "s.db", "history", "--json"))
        assert [(item["change"], item["op"], item["coder"]) for item in given] == [
            (1, "add", "anna"),
            (2, "rename", "anna"),
        ]

    def test_the_stale_worklist_names_segments_and_reasons(self, begun: Call) -> None:
        assert data(begun("codes", "s.db", "stale", "--json")) == []
        begun("codes", "s.db", "define", "Fear", "--definition", "x")
        begun("codes", "s.db", "add", "New")
        given = data(begun("codes", "s.db", "stale", "--coder", "ben", "--json"))
        assert [item["cite"] for item in given] == ["BU 2", "BU 3", "BU 4"]
        assert {(code["path"], code["why"]) for code in given[0]["codes"]} == {("Fear", "stale"), ("New", "new")}
        assert "3 segments" in begun("codes", "s.db", "stale").stderr
        begun("codes", "s.db", "stale", "--coder", "nobody", ok=1)

    @pytest.mark.parametrize("name", ["out.csv", "out.yaml", "out.yml"])
    def test_what_is_exported_can_be_imported(self, begun: Call, name: str) -> None:
        begun("codes", "s.db", "export", name)
        begun("new", "t.db")
        begun("codes", "t.db", "import", name)
        assert begun("codes", "t.db", "show").stdout == begun("codes", "s.db", "show").stdout

    def test_an_export_does_not_overwrite_unless_told(self, begun: Call) -> None:
        before = log_length()
        begun("codes", "s.db", "export", "codes.csv", ok=1)
        assert Path("codes.csv").read_text() == CODES
        assert log_length() == before
        begun("codes", "s.db", "export", "codes.csv", "--force")

    def test_the_study_itself_is_no_target(self, begun: Call) -> None:
        Path("s.csv").hardlink_to("s.db")
        begun("codes", "s.db", "export", "s.csv", "--force", ok=1)
        assert begun("codes", "s.db", "show").stdout

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["move", "Own"], 2),
            (["move", "Own", "--top", "--under", "Fear"], 2),
            (["move", "Hope", "--under", "Own"], 1),
            (["split", "Hope", "--part", "A"], 2),
            (["define", "Hope"], 2),
            (["define", "Hope", "--definition", "what gives hope"], 1),
            (["rename", "Hope", "Fear"], 1),
            (["rename", "nobody", "x"], 1),
            (["merge", "Hope", "--into", "Hope"], 1),
            (["retire", "Hope"], 1),
            (["add", " "], 1),
            (["add", "x", "--id", "T1"], 1),
            (["export", "out.docx"], 2),
        ],
    )
    def test_what_cannot_be_done_is_refused_and_not_stored(self, begun: Call, arguments: list[str], code: int) -> None:
        before = log_length()
        begun("codes", "s.db", *arguments, ok=code)
        assert log_length() == before


class TestCodings:
    def test_json_counts_what_came_in(self, begun: Call) -> None:
        given = data(begun("codings", "s.db", "import", "labels.csv", "--round", "again", "--json"))
        assert (given["round"], given["codings"], given["completed"]) == ("again", 2, 3)
        assert (given["coders"], given["new_coders"]) == (["ben"], [])

    def test_a_new_actor_leaves_no_trace_of_a_bad_import(self, begun: Call) -> None:
        Path("bad.csv").write_text(LABELS + "BU,9,9,ben,T1\n")
        before = log_length()
        assert "row 4" in begun("codings", "s.db", "import", "bad.csv", "--coder", "eva", ok=1).stderr
        assert log_length() == before


class TestDocuments:
    def test_list_gives_counts_and_attributes(self, begun: Call) -> None:
        begun("documents", "s.db", "set", "BU", "site=Ulm", "language=de")
        begun("documents", "s.db", "set", "BU", "language=")
        (document,) = data(begun("documents", "s.db", "list", "--json"))
        assert (document["label"], document["segments"], document["data"]) == ("BU", 4, 3)
        assert document["attributes"] == {"site": "Ulm"}
        assert "site=Ulm" in begun("documents", "s.db", "list").stdout

    def test_show_gives_the_transcript_with_numbers_and_roles(self, begun: Call) -> None:
        lines = begun("documents", "s.db", "show", "BU").stdout.splitlines()
        assert lines[1].split() == ["1", "prompt", "I:", "How", "was", "it?"]
        given = data(begun("documents", "s.db", "show", "BU", "--json"))
        assert [item["cite"] for item in given["transcript"]] == ["BU 1", "BU 2", "BU 3", "BU 4"]
        assert given["transcript"][1]["text"] == "Hard at first."

    def test_label_consent_and_roles_are_set(self, begun: Call) -> None:
        begun("documents", "s.db", "set", "BU", "--label", "XX", "--consent", "no_quote", "--speaker", "R1")
        begun("documents", "s.db", "set", "XX", "--role", "other", "--paragraphs", "3-4", "--speaker", "R1")
        (document,) = data(begun("documents", "s.db", "list", "--json"))
        assert document["consent"] == [{"speaker": "R1", "flag": "no_quote"}]
        assert document["data"] == 2
        begun("documents", "s.db", "set", "XX", "--consent", "no_quote=off", "--speaker", "R1")
        assert data(begun("documents", "s.db", "list", "--json"))[0]["consent"] == []

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["BU"], 2),
            (["BU", "site"], 2),
            (["BU", "a=1", "--consent", "all"], 2),
            (["BU", "a=1", "--consent", "exclude", "--speaker", "R9"], 1),
            (["BU", "a=1", "--role", "data"], 2),
            (["BU", "a=1", "--role", "data", "--paragraphs", "x"], 2),
            (["BU", "a=1", "--role", "data", "--paragraphs", "70"], 1),
            (["BU", "a=1", "--paragraphs", "2"], 2),
            (["BU", "a=1", "--label", " "], 1),
            (["XX", "a=1"], 1),
        ],
    )
    def test_nothing_is_set_where_something_is_wrong(self, begun: Call, arguments: list[str], code: int) -> None:
        before = log_length()
        begun("documents", "s.db", "set", *arguments, ok=code)
        assert log_length() == before

    def test_a_correction_makes_a_version_and_carries_the_codings(self, begun: Call) -> None:
        Path("new.txt").write_text(TALK.replace("Hard at first.", "Very hard at first."))
        given = data(begun("documents", "s.db", "correct", "BU", "new.txt", "--json"))
        assert (given["version"], given["lost"]) == (1, [])
        begun("documents", "s.db", "correct", "BU", "new.txt", ok=1)

    def test_a_correction_can_be_looked_at_before_it_is_made(self, begun: Call) -> None:
        Path("new.txt").write_text(TALK.replace("Hard at first.", "Very hard at first.").replace("it got", "got"))
        before = log_length()
        given = data(begun("documents", "s.db", "correct", "BU", "new.txt", "--preview", "--json"))
        assert [(item["coder"], item["lost"]) for item in given["moved"]] == [("ben", False), ("ben", False)]
        assert given["moved"][1]["after"] == "Then got better."
        assert given["emptied"] == []
        shown = begun("documents", "s.db", "correct", "BU", "new.txt", "--preview").output
        assert "Own by ben" in shown
        assert "nothing was stored" in shown
        assert log_length() == before

    @pytest.mark.parametrize("command", [["documents", "s.db", "remove", "BU"], ["erase", "s.db", "--document", "BU"]])
    def test_a_withdrawal_names_other_documents_with_the_words_by_their_labels(
        self, begun: Call, command: list[str]
    ) -> None:
        words = "one two three four five six seven eight nine ten"
        Path("BU2.txt").write_text(f"I: And?\n\nR1: {words}\n\nR1: That is all.\n")
        Path("PU.txt").write_text(f"I: What did they say?\n\nR9: They said {words}\n")
        begun("documents", "s.db", "set", "BU", "--label", "OLD")
        begun("add", "s.db", "BU2.txt", "--label", "BU")
        begun("add", "s.db", "PU.txt")
        told = begun(*command, "--reason", "withdrew").stdout
        assert "the same words stand in document PU: look" in told

    def test_removal_takes_the_words_and_the_study_still_verifies(self, begun: Call) -> None:
        begun("documents", "s.db", "remove", "BU", ok=2)
        begun("documents", "s.db", "remove", "BU", "--reason", "withdrew")
        assert data(begun("documents", "s.db", "list", "--json")) == []
        assert b"Then it got better" not in Path("s.db").read_bytes()
        assert data(begun("verify", "s.db", "--json"))["ok"] is True


def test_a_title_is_one_line(call: Call) -> None:
    for title in ("", " ", "a\n  decisions: 9 accept", "x" * 501):
        call("new", "s.db", "--title", title, ok=1)
    assert not Path("s.db").exists()


def test_codes_with_the_same_path_from_two_sites_are_named_by_id(begun: Call) -> None:
    begun("copy", "s.db", "other.db")
    for study in ("s.db", "other.db"):
        begun("codes", study, "add", "New")
    assert "entries from 1 chain" in begun("merge", "s.db", "other.db").stdout
    told = begun("codes", "s.db", "rename", "New", "Newer", ok=1).stderr
    assert "Name one by its id: New [" in told
    begun("codes", "s.db", "rename", told.split("[")[1].split("]")[0], "Newer")


def test_a_file_that_is_no_study_is_not_sent_round_in_a_circle(call: Call) -> None:
    told = call("verify", "BU.txt", ok=1).stderr
    assert "not a study file" in told
    assert "verify" not in told


def test_codings_without_a_column_of_coders_say_how_to_name_the_coder(begun: Call) -> None:
    Path("one.csv").write_text("document_id,paragraph_from,code_id\nBU,2,T1\n")
    told = begun("codings", "s.db", "import", "one.csv", ok=1).stderr
    assert "--by" in told
    begun("codings", "s.db", "import", "one.csv", "--by", "ben")


def test_messages_about_a_file_name_the_option_that_helps(call: Call) -> None:
    call("new", "s.db")
    Path("latin.txt").write_bytes(b"caf\xe9 \xe0 Paris\n")
    assert "--encoding cp1252" in call("add", "s.db", "latin.txt", ok=1).stderr
    call("add", "s.db", "latin.txt", "--encoding", "cp1252")
    Path("once.txt").write_text("I: Hello.\nKaren: Yes.\nI: And?\nBenno: No.\n")
    assert "--map speakers=" in call("add", "s.db", "once.txt", "--preview").stdout
    assert "Karen 1" in call("add", "s.db", "once.txt", "--preview", "--map", "speakers=Karen,Benno").stdout


def test_hostile_names_reach_no_terminal(call: Call) -> None:
    call("new", "s.db")
    evil = "\x1b]0;t\x07\u202ex\x9b31m"
    Path("t.csv").write_text(f"document_id,speaker,text,a\n{evil},{evil},{evil},{evil}\n", encoding="utf-8")
    Path("c.csv").write_text(f"code_id,name,parent_id,definition\n{evil},{evil},,{evil}\n", encoding="utf-8")
    outputs = [
        call("add", "s.db", "t.csv", "--preview"),
        call("add", "s.db", "t.csv"),
        call("codes", "s.db", "import", "c.csv"),
        call("codes", "s.db", "show"),
        call("codes", "s.db", "history"),
        call("documents", "s.db", "list"),
        call("documents", "s.db", "show", evil),
        call("codes", "s.db", "rename", evil, "y" + evil),
        call("codes", "s.db", "add", "y" + evil, ok=1),
        call("documents", "s.db", "show", evil + "x", ok=1),
    ]
    for result in outputs:
        assert not set(result.output) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_exit_codes_hold_in_a_process_of_its_own(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SECONDCODER_HOME": str(tmp_path / "home")}

    def run(*arguments: str) -> int:
        command = [sys.executable, "-c", "from tui.cli import main; main()", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True).returncode

    (tmp_path / "codes.csv").write_text(CODES)
    assert run("new", "s.db") == 0
    assert run("new", "s.db") == 1
    assert run("codes", "s.db", "import", "codes.csv") == 0
    assert run("codes", "s.db", "move", "Own") == 2
