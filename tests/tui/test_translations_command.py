"""`add --original-of` and `translations` as a team uses them, with the exit codes of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from calls import call, home

__all__ = ["home"]

TALK = "I: How are you?\nR1: I am well, Maria helps.\nI: And then?\nR2: They nod only.\n"
REDE = "I: Wie geht es?\nR1: Gut, Maria hilft.\nI: Und dann?\nR2: Sie nicken \x1b[31mnur.\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """BU with its original."""
    path = tmp_path / "s.db"
    for name, text in (("BU.txt", TALK), ("de.txt", REDE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    call("new", path)
    call("add", path, tmp_path / "BU.txt")
    call("add", path, tmp_path / "de.txt", "--original-of", "BU", "--language", "de")
    return path


def told(study: Path, *more: object) -> Any:
    return json.loads(call("translations", study, *more, "--json").stdout)


def paragraphs(study: Path) -> list[dict[str, Any]]:
    (document,) = told(study, "list", "--document", "BU")
    return list(document["paragraphs"])


def test_a_preview_stores_nothing_and_a_second_one_is_refused(study: Path, tmp_path: Path) -> None:
    again = call("add", study, tmp_path / "de.txt", "--translation-of", "BU", expect=1).stderr
    assert "has its original already" in again
    call("add", study, tmp_path / "BU.txt", "--label", "PU", "--again")
    before = json.loads(call("status", study, "--json").stdout)["log"]
    shown = json.loads(call("add", study, tmp_path / "de.txt", "--translation-of", "PU", "--preview", "--json").stdout)
    assert (shown["stored"], shown["side"], shown["parts"], shown["with_words"]) == (False, "translation", 4, 4)
    assert told(study, "list", "--document", "PU") == []
    assert json.loads(call("status", study, "--json").stdout)["log"] == before


def test_wrong_usage_and_wrong_places_have_their_codes(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "de.txt"
    call("add", study, file, "--original-of", "BU", "--translation-of", "BU", expect=2)
    call("add", study, file, "--original-of", "BU", "--label", "X", expect=2)
    call("add", study, file, file, "--original-of", "BU", expect=2)
    call("add", study, file, "--original-of", "ZZ", expect=1)
    call("translations", study, "check", "BU", "one", expect=2)
    call("translations", study, "check", "BU", "9", expect=1)
    call("translations", study, "query", "BU", "1-2", "why", expect=2)
    call("translations", study, "list", "--state", "odd", expect=2)
    file.write_text("I: Wie?\nR1: Gut.\n", encoding="utf-8")
    call("add", study, tmp_path / "BU.txt", "--label", "PU", "--again")
    said = call("add", study, file, "--original-of", "PU", expect=1).stderr
    assert "this text has 2 turns, and PU has 4: nothing is left beside PU 3" in said


def test_two_people_check_ask_and_answer(study: Path) -> None:
    call("settings", study, "set", "translation_checks", "2")
    call("translations", study, "check", "BU", "1-2", "--coder", "anna")
    call("translations", study, "check", "BU", "2", "--coder", "ben")
    call("translations", study, "query", "BU", "4", "is it\x1b[31m a nod", "--coder", "ben")
    assert [one["state"] for one in paragraphs(study)] == ["draft", "checked", "draft", "query"]
    assert paragraphs(study)[1]["checked_by"] == ["anna", "ben"]
    assert paragraphs(study)[3]["queries"] == [{"coder": "ben", "text": "is it\x1b[31m a nod"}]
    listed = call("translations", study, "list", "--state", "query").stdout
    assert listed == "BU 4  query\n    ben asks: is it␛[31m a nod\n"
    call("translations", study, "check", "BU", "4", "--coder", "anna")
    assert call("translations", study, "list", "--state", "query").stdout.startswith("BU 4  query, checked by anna\n")
    call("translations", study, "draft", "BU", "4", "--coder", "anna")
    call("translations", study, "answer", "BU", "4", "it is")
    call("translations", study, "draft", "BU", "2", "--coder", "ben")
    assert [one["state"] for one in paragraphs(study)] == ["draft"] * 4
    head = call("translations", study, "list").stdout.splitlines()
    assert head[1].split() == ["BU", "original", "de", "4", "4", "0", "0", "0"]


def test_both_texts_are_shown_and_are_safe_to_show(study: Path) -> None:
    shown = call("translations", study, "show", "BU", "4").stdout
    assert shown == "BU 4  draft\n    They nod only.\n    Sie nicken ␛[31mnur.\n"
    assert [one["beside"] for one in told(study, "show", "BU")["paragraphs"]][1] == "Gut, Maria hilft."


def test_a_paragraph_is_put_right_from_a_file_and_is_a_draft_again(study: Path, tmp_path: Path) -> None:
    call("translations", study, "check", "BU", "4")
    better = tmp_path / "better.txt"
    better.write_bytes("Sie nicken bloß.\r\n".encode())
    call("translations", study, "correct", "BU", "4", better)
    assert (paragraphs(study)[3]["beside"], paragraphs(study)[3]["state"]) == ("Sie nicken bloß.", "draft")
    call("translations", study, "correct", "BU", "4", better, expect=1)
    better.write_bytes(b"\xff\xfe\xff")
    assert "not UTF-8" in call("translations", study, "correct", "BU", "4", better, expect=1).stderr
    assert "nicken" not in call("log", study, "--json").stdout


def test_a_name_masked_in_one_text_is_listed_for_another_look(study: Path) -> None:
    start = TALK.index("Maria")
    segment = paragraphs(study)[1]["segments"][0]
    line = {"segment": segment, "action": "mask", "range": [start, start + 5]}
    call("decide", study, given=json.dumps(line))
    call("translations", study, "mask", "BU", "4", "nicken")
    assert call("translations", study, "list", "--look").stdout == (
        "BU 2  draft · look again: masked\nBU 4  draft · look again: masked\n"
    )
    assert [one["beside"] for one in paragraphs(study)] == [
        "Wie geht es?", "Gut, [masked] hilft.", "Und dann?", "Sie [masked] \x1b[31mnur.",
    ]  # fmt: skip
    assert b"Maria" not in study.read_bytes() and b"nicken" not in study.read_bytes()
    call("verify", study)


def test_an_erasure_takes_it_and_removing_takes_the_rest(study: Path) -> None:
    call("erase", study, "--speaker", "R1", "--reason", "asked")
    assert [one["state"] for one in paragraphs(study)] == ["draft", "withdrawn", "draft", "draft"]
    assert b"hilft" not in study.read_bytes()
    call("translations", study, "check", "BU", "2", expect=1)
    call("translations", study, "remove", "BU")
    assert told(study, "list") == [] and b"nicken" not in study.read_bytes()
    call("translations", study, "remove", "BU", expect=1)
    call("verify", study)


def test_line_by_line_it_is_read_checked_asked_and_undone(study: Path) -> None:
    for key in ("core", "arm"):
        call("settings", study, "set", key, "0")
    lines = [json.loads(line) for line in call("queue", study, "--coder", "anna", "--json").stdout.splitlines()]
    beside = lines[0]["beside"]
    assert (beside["side"], beside["language"], beside["text"], beside["state"]) == (
        "original", "de", "Gut, Maria hilft.", "draft",
    )  # fmt: skip
    segment = lines[0]["segment"]
    given = [
        {"segment": segment, "action": "translation_check", "of": beside["of"], "ref": "1"},
        {"segment": segment, "action": "translation_check", "of": beside["of"], "ref": "1"},
        {"action": "undo"},
        {"segment": segment, "action": "translation_query", "text": "so?"},
        {"segment": segment, "action": "translation_check", "of": "0" * 64},
        {"segment": segment, "action": "translation_query"},
        {"segment": segment, "action": "translation_answer"},
        {"segment": segment, "action": "translation_draft"},
    ]
    stdin = "\n".join(json.dumps(line) for line in given)
    answers = [json.loads(line) for line in call("decide", study, "--coder", "anna", given=stdin).stdout.splitlines()]
    assert [one["ok"] for one in answers] == [True, True, True, True, False, False, True, False]
    assert answers[1]["repeated"] and answers[0]["entry"] == answers[1]["entry"]
    assert answers[2]["undone"] == {"action": "translation_check", "segment": segment}
    assert "changed in the meantime" in answers[4]["error"]
    assert answers[7]["kind"] == "invalid"
    assert paragraphs(study)[1]["state"] == "draft"
    assert "original (de), draft: Gut" in call("queue", study, "--coder", "anna").stdout
