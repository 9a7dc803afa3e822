"""Two coders on one study, by commands: what is one's alone, or blind for the other, the other reads nowhere."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from calls import call, home, told
from endpoint_server import completion, served
from kills import transcript

from tui.commands.export import ENDINGS, TARGETS

__all__ = ["home"]
SECRET, SHARED = "Angered", "Perhaps about trust"
READ = (("memos",), ("memos", "--type", "reflexive"), ("log",), ("disagreements",), ("status",), ("codes", "show"),
        ("queue", "--state", "completed"), ("proposals", "list"), ("proposals", "list", "--settled"))  # fmt: skip
"""Commands that answer a coder."""


def made(folder: Path, **settings: str) -> Path:
    """A study with two talks, two codes, and a model's suggestions; anna's and ben's."""
    path, codes = folder / "s.db", folder / "codes.csv"
    call("new", path)
    for number in (1, 2):
        file = folder / f"T{number}.txt"
        file.write_text("\n".join(transcript(number)) + "\n", encoding="utf-8")
        call("add", path, file)
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\nW,Work,,speaks of work\n")
    call("codes", path, "import", codes)
    for key, value in settings.items():
        call("settings", path, "set", key, value)
    call("suggest", path, "--profile", "lexical")
    return path


def queue(study: Path, coder: str) -> list[dict[str, Any]]:
    given = call("queue", study, "--limit", 100, "--coder", coder, "--json").stdout
    return [json.loads(line) for line in given.splitlines()]


def decide(study: Path, coder: str, *acts: dict[str, Any]) -> None:
    lines = call("decide", study, "--coder", coder, given="".join(json.dumps(act) + "\n" for act in acts)).stdout
    assert all(json.loads(line)["ok"] for line in lines.splitlines()), lines


def coded(study: Path, coder: str, code: str, segments: list[dict[str, Any]]) -> None:
    """A coder applies the code to each segment, and is done with it."""
    for line in segments:
        span = {"range": [line["start"], line["end"]]}
        decide(study, coder, {"segment": line["segment"], "action": "add", "code": code, **span},
               {"segment": line["segment"], "action": "complete"})  # fmt: skip


def memo(segment: str, text: str, type_: str | None = None) -> dict[str, Any]:
    return {"segment": segment, "action": "memo", "text": text, **({"type": type_} if type_ else {})}


def read(study: Path, coder: str) -> str:
    """All that the commands tell a coder, for readers and for programs."""
    forms = ((), ("--json",))
    return "\n".join(
        call(command[0], study, *command[1:], "--coder", coder, *form).output for command in READ for form in forms
    )


def words_of(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, str]:
    """anna and ben are done with the same segments, on the last of which ben wrote two memos; that segment."""
    study = made(tmp_path, core="0", arm="0")
    coded(study, "anna", "Trust", queue(study, "anna")[:3])
    coded(study, "ben", "Work", queue(study, "ben")[:3])
    segment = told("disagreements", study, "--coder", "anna")["segments"][2]["segment"]
    decide(study, "ben", memo(segment, SHARED), memo(segment, f"{SECRET} #quote #validation", "reflexive"))
    return study, segment


def test_a_reflexive_memo_is_in_no_answer_to_a_colleague(both: tuple[Path, str]) -> None:
    study, _ = both
    shown = read(study, "anna")
    assert SHARED in shown
    assert SECRET not in shown and '"reflexive"' not in shown
    own = read(study, "ben")
    assert SECRET in own and '"type": "reflexive"' in own


def test_that_a_reflexive_memo_was_taken_back_is_told_to_nobody_else(both: tuple[Path, str]) -> None:
    study, _ = both
    before = call("log", study, "--coder", "anna", "--json").stdout
    decide(study, "ben", {"action": "undo"})
    decide(study, "ben", {"action": "redo"})
    assert call("log", study, "--coder", "anna", "--json").stdout == before


@pytest.mark.parametrize("target", TARGETS)
def test_a_reflexive_memo_leaves_by_no_export(both: tuple[Path, str], tmp_path: Path, target: str) -> None:
    out = tmp_path / f"out{ENDINGS.get(target, '.csv')}"
    for coder in ("anna", "ben"):
        told_of = call("export", both[0], "--to", target, "--output", out, "--coder", coder, "--force").output
        assert SECRET not in told_of + words_of(out)
    assert (SHARED in words_of(out)) == (target == "qdpx")


def found(report: Path) -> str:
    """A report but for the place in the log that it was made at."""
    return re.sub(r"entry \d+, head \w+", "", words_of(report))


@pytest.mark.parametrize("ending", ["html", "md", "docx"])
def test_a_reflexive_memo_is_in_no_report_and_chooses_no_quote(
    both: tuple[Path, str], tmp_path: Path, ending: str
) -> None:
    with_it, without = tmp_path / f"with.{ending}", tmp_path / f"without.{ending}"
    call("report", both[0], "--quotes", 1, "--output", with_it, "--coder", "anna")
    assert SECRET not in words_of(with_it)
    decide(both[0], "ben", {"action": "undo"})
    call("report", both[0], "--quotes", 1, "--output", without, "--coder", "anna")
    assert found(with_it) == found(without)


@pytest.mark.parametrize("ending", ["docx", "xlsx", "csv"])
def test_a_reflexive_memo_goes_out_with_no_validation_pack(both: tuple[Path, str], tmp_path: Path, ending: str) -> None:
    study, segment = both
    decide(study, "ben", memo(segment, "Whom did you trust?", "query"))
    out = tmp_path / f"pack.{ending}"
    call("validation", study, "pack", "--site", "T1", "--output", out, "--coder", "anna")
    assert "Whom did you trust?" in words_of(out) and SECRET not in words_of(out)


def test_nothing_tells_what_a_colleague_or_a_model_said_of_what_is_blind(tmp_path: Path) -> None:
    study = made(tmp_path, core="0.5", arm="0")
    proposals = json.dumps({"proposals": [{"name": "Being new", "definition": "d", "under": "", "evidence": "",
                                           "rationale": "Why not"}]})  # fmt: skip
    with served(completion(proposals)) as server:
        call("models", study, "add", "bar", "--base-url", server.url, "--model", "m")
        call("suggest", study, "--profile", "bar", "--propose")
    mine = queue(study, "anna")
    blind = {line["segment"] for line in mine if line["exposure"] != "shown"}
    cites = {line["cite"] for line in mine if line["segment"] in blind}
    assert blind and len(blind) < len(mine)
    coded(study, "anna", "Trust", [line for line in mine if line["segment"] not in blind])
    theirs = queue(study, "ben")
    coded(study, "ben", "Work", theirs)
    decide(study, "ben", *(memo(line["segment"], f"{SHARED} {line['segment']}") for line in theirs))

    def told_of(*command: object) -> str:
        first, *rest = command
        return call(first, study, *rest, "--coder", "anna", "--json").stdout

    for command in (("memos",), ("disagreements",), ("proposals", "list")):
        shown = told_of(*command) + call(command[0], study, *command[1:], "--coder", "anna").stdout
        assert [segment for segment in blind if f'"{segment}"' in shown] == []
        assert [cite for cite in cites if f"{cite} " in shown] == []
        assert any(f'"{line["segment"]}"' in shown for line in mine), command
    entries = [json.loads(line) for line in told_of("log").splitlines()]
    about = {(entry["kind"], entry["payload"].get("coder")) for entry in entries
             if entry["payload"].get("segment") in blind or entry["payload"].get("subject") in blind}  # fmt: skip
    assert {kind for kind, _ in about} == {"opened"} and len(about) == 1, "that anna herself has looked"
    status = json.loads(told_of("status"))
    assert status["codings"] == sum(status["decisions"].values()) == len(mine) - len(blind)


def test_what_is_blind_comes_once_it_is_answered(tmp_path: Path) -> None:
    study = made(tmp_path, core="0.5", arm="0")
    blind = [line for line in queue(study, "anna") if line["exposure"] != "shown"]
    theirs = {line["segment"]: line for line in queue(study, "ben")}
    coded(study, "ben", "Work", [theirs[line["segment"]] for line in blind])
    decide(study, "ben", *(memo(line["segment"], f"{SHARED} {line['segment']}") for line in blind))
    assert told("memos", study, "--coder", "anna")["memos"] == []
    coded(study, "anna", "Trust", blind[:1])
    assert [one["segment"] for one in told("memos", study, "--coder", "anna")["memos"]] == [blind[0]["segment"]]
    found = told("disagreements", study, "--coder", "anna")["segments"]
    assert [one["segment"] for one in found] == [blind[0]["segment"]]
