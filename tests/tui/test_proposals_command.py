"""`suggest --propose` and `proposals` as an analyst uses them: asked, joined, made, merged, dismissed, undone."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from bag_encoder import BagEncoder
from calls import call, home, told
from endpoint_server import EndpointServer, Served, completion, error, served
from kills import transcript

from suggest.engine import meanings
from suggest.errors import SecondCoderError
from suggest.models import ideas

__all__ = ["home"]


@pytest.fixture
def study(tmp_path: Path, without_weights: None) -> Path:
    """A talk of 24 turns, of which 20 are coded, one code, and nothing blind."""
    path, file, codes = tmp_path / "s.db", tmp_path / "T1.txt", tmp_path / "codes.csv"
    call("new", path)
    file.write_text("\n".join(transcript(1)) + "\n", encoding="utf-8")
    call("add", path, file)
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\n")
    call("codes", path, "import", codes)
    for key in ("core", "arm"):
        call("settings", path, "set", key, "0")
    return path


def segment_of(body: dict[str, Any]) -> str:
    """The words that a request is about."""
    asked = body["messages"][1]["content"].rpartition("The segment to read")[2]
    return str(asked.split("\n")[2])


def proposal(name: str, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A proposal whose evidence is the first words of what was asked about."""
    quote = "" if body is None else " ".join(segment_of(body).split()[:3])
    return {"name": name, "definition": f"Says {name.lower()}.", "under": "", "evidence": quote,
            "rationale": "No code says so.", **more}  # fmt: skip


def answer(*proposals: dict[str, Any]) -> Served:
    return completion(json.dumps({"proposals": list(proposals)}))


def ask(study: Path, script: Any, *more: object, expect: int = 0) -> Any:
    """Have a server with this script propose."""
    with served(script) as server:
        keep(study, server)
        return asked(study, server, *more, expect=expect)


def keep(study: Path, server: EndpointServer) -> None:
    """Keep a profile for a server."""
    prices = ("--price-input", 1, "--price-output", 1)
    call("models", study, "add", "bar", "--base-url", server.url, "--model", "m", "--concurrency", 1, *prices)


def asked(study: Path, server: EndpointServer, *more: object, expect: int = 0) -> Any:
    """Have the kept server propose: the report, how often it was asked in this call, and with what."""
    before = server.asked
    result = call("suggest", study, "--profile", "bar", "--propose", "--json", *more, expect=expect)
    report = json.loads(result.stdout) if result.stdout else {}
    return {**report, "asked": server.asked - before, "bodies": server.bodies[before:], "stderr": result.stderr}


def always(*names: str) -> Any:
    return lambda number, body: answer(*(proposal(name, body) for name in names))


def log(study: Path, kind: str) -> list[dict[str, Any]]:
    lines = call("log", study, "--kind", kind, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_what_nearly_says_the_same_is_one_line_with_all_its_segments(study: Path) -> None:
    names = ("Being believed", "being  Believed!", "Believed, being", "Being beleived", "Waiting rooms")
    report = ask(study, lambda number, body: answer(proposal(names[number % 5], body)), "--limit", 5)
    assert (report["segments"], report["proposed"], report["proposals"], report["failed"]) == (5, 5, 5, {})
    found = told("proposals", study, "list")["proposals"]
    assert [(one["segments"], len(one["proposals"])) for one in found] == [(4, 4), (1, 1)]
    assert all(one["quote"] and one["state"] == "exact" for group in found for one in group["proposals"])
    assert call("verify", study).exit_code == 0


def test_a_code_is_made_by_a_person_who_is_its_author_and_its_origin_stays_on_record(study: Path) -> None:
    ask(study, always("Being believed"), "--limit", 3)
    (group,) = told("proposals", study, "list")["proposals"]
    made = told("proposals", study, "make", group["id"], "--under", "Trust", "--coder", "bo")
    assert made["path"] == "Trust > Being believed"
    assert told("proposals", study, "list")["proposals"] == []
    (entry,) = [one for one in log(study, "code_changed") if "proposals" in one["payload"]]
    assert sorted(entry["payload"]["proposals"]) == sorted(one["id"] for one in group["proposals"])
    settled = told("proposals", study, "list", "--settled")
    assert {(one["action"], one["by"], one["path"]) for one in settled} == {("make", "bo", "Trust > Being believed")}
    told_again = call("proposals", study, "make", group["id"], expect=1).stderr
    assert "no such proposal waits" in told_again


def test_undo_takes_the_code_away_and_brings_the_proposals_back(study: Path) -> None:
    ask(study, always("Being believed"), "--limit", 2)
    (group,) = told("proposals", study, "list")["proposals"]
    call("proposals", study, "make", group["id"])
    call("decide", study, given='{"action": "undo"}\n')
    assert told("proposals", study, "list")["proposals"] == [group]
    assert "Being believed" not in call("codes", study, "show").stdout
    call("proposals", study, "dismiss", group["id"], "--reason", "too general")
    assert told("proposals", study, "list", "--settled")[0]["reason"] == "too general"
    call("decide", study, given='{"action": "undo"}\n')
    assert told("proposals", study, "list")["proposals"] == [group]
    call("decide", study, given='{"action": "redo"}\n')
    assert told("proposals", study, "list")["proposals"] == []
    assert call("verify", study).exit_code == 0


def test_proposals_are_merged_into_a_code_that_covers_them_and_it_stays_as_it_is(study: Path) -> None:
    ask(study, always("Being believed", "Waiting rooms"), "--limit", 2)
    before = call("codes", study, "show").stdout
    first, second = told("proposals", study, "list")["proposals"]
    assert told("proposals", study, "merge", first["id"], "--into", "Trust", "--alone")["path"] == "Trust"
    assert [one["segments"] for one in told("proposals", study, "list")["proposals"]] == [2, 1]
    made = told("proposals", study, "make", second["id"], *(one["id"] for one in first["proposals"][1:]), "--top")
    assert made["path"] == "Waiting rooms"
    call("decide", study, given='{"action": "undo"}\n')
    assert call("codes", study, "show").stdout == before


def test_what_was_asked_is_not_asked_again_though_codes_were_made_since(study: Path) -> None:
    with served(always("Being believed")) as server:
        keep(study, server)
        first = asked(study, server, "--limit", 4)
        (group,) = told("proposals", study, "list")["proposals"]
        call("proposals", study, "make", group["id"])
        again = asked(study, server, "--limit", 6)
        assert (first["asked"], again["asked"], again["resumed"], again["proposals"]) == (4, 2, 4, 0)
        assert "Being believed" in again["bodies"][0]["messages"][0]["content"]
        anew = asked(study, server, "--limit", 4, "--redo")
        assert (anew["asked"], anew["new_run"]) == (4, True)
    assert [one["answered"] for one in told("proposals", study, "runs")] == [6, 4]


def test_a_hostile_answer_is_a_typed_failure_or_made_harmless(study: Path) -> None:
    quote = "A quote that nobody ever said."
    answers = [
        completion("I propose to code everything."),
        completion('{"proposals": [{"name": "a"}]}'),
        completion('{"suggestions": []}'),
        answer(proposal("Invented", evidence=quote)),
        answer(proposal("Elsewhere", under="kaaaaaaaaaaaa")),
        answer(proposal("trust"), proposal("  "), proposal("!!!")),
        answer(proposal("A\u001b[31m name\nof lines \u202e" + "x" * 500)),
        answer(*(proposal(f"Idea {n}") for n in range(500))),
        error(500),
    ]

    def script(number: int, body: dict[str, Any]) -> Served:
        words = segment_of(body)
        return answers[min(order.setdefault(words, len(order)), len(answers) - 1)]

    order: dict[str, int] = {}
    report = ask(study, script, "--limit", 8)
    assert report["failed"] == {"invalid_answer": 3}
    assert sum(report["failed"].values()) + report["proposed"] + report["nothing"] == 8
    found = [one for group in told("proposals", study, "list")["proposals"] for one in group["proposals"]]
    by_name = {one["name"]: one for one in found}
    assert (by_name["Invented"]["quote"], by_name["Invented"]["state"]) == (None, "not_found")
    groups = {one["name"]: one for one in told("proposals", study, "list")["proposals"]}
    assert groups["Elsewhere"]["under"] is None
    assert not {"trust", "", "!!!"} & by_name.keys()
    (long,) = [name for name in by_name if name.startswith("A")]
    assert len(long) == 100
    assert "\n" not in long
    shown = call("proposals", study, "list").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert sum(name.startswith("Idea") for name in by_name) == 20
    call("verify", study)


def test_a_dry_run_shows_the_question_and_stores_nothing(study: Path) -> None:
    call("models", study, "add", "bar", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    before = told("status", study)["log"]["entries"]
    shown = told("suggest", study, "--profile", "bar", "--propose", "--dry-run")
    assert (shown["segments"], shown["calls"], shown["cost"]) == (20, 20, None)
    assert shown["prompt_version"].startswith("inductive@1+")
    assert "speaks of trust" in shown["example_prompt"][0]["content"]
    assert told("status", study)["log"]["entries"] == before


def test_a_study_without_codes_can_begin_with_proposals(tmp_path: Path) -> None:
    path, file = tmp_path / "s.db", tmp_path / "T1.txt"
    call("new", path)
    file.write_text("\n".join(transcript(1)) + "\n", encoding="utf-8")
    call("add", path, file)
    for key in ("core", "arm"):
        call("settings", path, "set", key, "0")
    ask(path, always("Being believed"), "--limit", 2)
    (group,) = told("proposals", path, "list")["proposals"]
    call("proposals", path, "make", group["id"])
    assert "Being believed" in call("codes", path, "show").stdout


def test_models_that_only_compare_and_prompts_for_codes_are_refused(study: Path) -> None:
    assert "proposes no codes" in call("suggest", study, "--profile", "lexical", "--propose", expect=1).stderr
    call("models", study, "add", "bar", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    wrong = ("suggest", study, "--profile", "bar")
    assert "asks for codes of the tree" in call(*wrong, "--propose", "--prompt", "deductive", expect=1).stderr
    assert "asks for new codes" in call(*wrong, "--prompt", "inductive", expect=1).stderr
    assert "--propose goes without" in call(*wrong, "--propose", "--codes", "Trust", expect=2).stderr


def test_a_ceiling_holds_and_the_same_command_goes_on(study: Path) -> None:
    with served(always("Being believed")) as server:
        keep(study, server)
        stopped = asked(study, server, "--max-tokens", 6_200, expect=4)
        assert 0 < stopped["asked"] < 20
        assert "ceiling is reached" in stopped["stderr"]
        assert asked(study, server)["asked"] == 20 - stopped["asked"]


def test_what_is_proposed_of_blind_segments_is_not_there_before_the_coder_has_answered(study: Path) -> None:
    call("settings", study, "set", "core", "0.5")
    ask(study, lambda number, body: answer(proposal("Shared", body), proposal(segment_of(body)[:40], body)))
    listed = told("proposals", study, "list")
    assert listed["kept_back"] is True
    queue = [json.loads(line) for line in call("queue", study, "--limit", 40, "--json").stdout.splitlines()]
    blind = {line["segment"] for line in queue if line["exposure"] != "shown"}
    assert blind
    seen = {one["segment"] for group in listed["proposals"] for one in group["proposals"]}
    assert seen == {line["segment"] for line in queue} - blind
    assert told("status", study, "--coder", "anna")["proposals"] == {"waiting": 2 * len(seen)}
    entries = call("log", study, "--coder", "anna", "--kind", "proposed", "--json").stdout.splitlines()
    assert {json.loads(line)["payload"]["segment"] for line in entries} == seen
    first = next((line["segment"] for line in queue if line["exposure"] == "blind_then_shown"), None)
    if first is None:  # by lot all blocks of this study's core are blind for good
        return
    call("decide", study, given=json.dumps({"segment": first, "action": "complete"}) + "\n")
    now = {one["segment"] for group in told("proposals", study, "list")["proposals"] for one in group["proposals"]}
    assert now == seen | {first}


def test_proposals_go_when_the_words_that_they_stand_on_are_withdrawn(study: Path) -> None:
    ask(study, always("Being believed"), "--limit", 3)
    (group,) = told("proposals", study, "list")["proposals"]
    gone = group["proposals"][0]
    with sqlite3.connect(study) as database:
        held = database.execute("SELECT body FROM content WHERE kind = 'proposal'").fetchall()
    assert len(held) == 3
    call("erase", study, "--segments", gone["segment"], "--reason", "asked for")
    with sqlite3.connect(study) as database:
        held = database.execute("SELECT body FROM content WHERE kind = 'proposal'").fetchall()
    left = [one["id"] for group in told("proposals", study, "list")["proposals"] for one in group["proposals"]]
    assert gone["id"] not in left
    assert len(held) == len(left) < 3
    assert call("verify", study).exit_code == 0


def test_copies_settle_proposals_apart_and_come_together(study: Path, tmp_path: Path) -> None:
    ask(study, always("Being believed", "Waiting rooms"), "--limit", 2)
    away = tmp_path / "away.db"
    call("copy", study, away)
    first, second = told("proposals", study, "list")["proposals"]
    call("proposals", study, "make", first["id"])
    call("proposals", away, "dismiss", second["id"], "--coder", "bo")
    call("merge", study, away)
    assert told("proposals", study, "list")["proposals"] == []
    settled = {(one["name"], one["action"], one["by"]) for one in told("proposals", study, "list", "--settled")}
    assert settled == {("Being believed", "make", "anna"), ("Waiting rooms", "dismiss", "bo")}
    assert told("status", study)["proposals"] == {"waiting": 0, "made": 2, "merged": 0, "dismissed": 2}
    assert "codes that models proposed: 2 made, 2 dismissed" in call("status", study).stdout
    assert call("verify", study).exit_code == 0


def test_lines_that_may_mean_the_same_are_shown_beside_one_another_and_joined_by_nobody(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanings, "encoder_here", BagEncoder)
    monkeypatch.setattr(ideas, "identity", lambda: BagEncoder.identity)
    said = ({"name": "Late trains", "definition": "Trains that come late again."},
            {"name": "Delays of trains", "definition": "Trains come late."},
            {"name": "Apples", "definition": "Fruit on trees."})  # fmt: skip
    ask(study, lambda n, body: answer(*({**proposal("", body), **one} for one in said)), "--limit", 2)
    found = {one["name"]: one for one in told("proposals", study, "list")["proposals"]}
    assert len(found) == 3
    assert found["Late trains"]["maybe"] == [found["Delays of trains"]["id"]]
    assert found["Delays of trains"]["maybe"] == [found["Late trains"]["id"]]
    assert found["Apples"]["maybe"] == []
    other = found["Delays of trains"]
    assert f"May mean the same: {other['id']}  Delays of trains: Trains come late." in (
        call("proposals", study, "list").stdout
    )
    both = [found["Late trains"]["id"], other["id"]]
    call("proposals", study, "make", *both)
    (left,) = told("proposals", study, "list")["proposals"]
    assert left["name"] == "Apples"


def test_a_machine_without_the_model_shows_what_was_read_elsewhere(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ideas, "identity", lambda: BagEncoder.identity)
    said = ({"name": "Late trains", "definition": ""}, {"name": "Late trains again", "definition": ""})
    script = lambda n, body: answer(*({**proposal("", body), **one} for one in said))  # noqa: E731
    ask(study, script, "--limit", 1)
    assert all(one["maybe"] == [] for one in told("proposals", study, "list")["proposals"])
    with monkeypatch.context() as there:
        there.setattr(meanings, "encoder_here", BagEncoder)
        ask(study, script, "--limit", 2)
    assert any(one["maybe"] for one in told("proposals", study, "list")["proposals"]), "the earlier ones are read, too"


def test_a_model_that_breaks_down_over_proposals_takes_nothing_from_them(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(BagEncoder):
        def encode(self, passages: Any) -> Any:
            raise SecondCoderError("The weights are damaged.")

    monkeypatch.setattr(meanings, "encoder_here", Broken)
    report = ask(study, lambda n, body: answer(proposal("Late", body)), "--limit", 1)
    assert (report["proposals"], report["ended"]) == (1, "done")


def test_the_wordings_of_a_line_are_told_beside_one_another(study: Path) -> None:
    names = iter(["Late trains", "late train", "Late trains"])
    ask(study, lambda n, body: answer(proposal(next(names), body)), "--limit", 3)
    (group,) = told("proposals", study, "list")["proposals"]
    assert group["name"] == "Late trains"
    (other,) = (one for one in group["proposals"] if one["name"] == "late train")
    assert f"Also worded {other['id']}  late train: Says late train." in call("proposals", study, "list").stdout
