"""The embedded model from the command line, with its real weights: the first run, and one that learned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import call, home

from suggest.models.embedded.weights import find_weights

__all__ = ["home"]

pytestmark = pytest.mark.skipif(find_weights() is None, reason="the weights of the embedded model are not installed")


def report(*arguments: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(call("suggest", *arguments, "--json").stdout)
    return found


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    turns = tmp_path / "turns.csv"
    said = (
        "I trust the nurses, they keep what they promise.",
        "The rent went up again and my wages did not.",
        "Mhm.",
        "You can rely on the people here. The buses are late, though.",
        "The buses never come when they should.",
        "I lie awake at night. In the morning I am tired.",
        "The buses were late on Monday, too.",
    )
    rows = [f'D,s{number},{number},R1,"{text}"' for number, text in enumerate(said, 1)]
    turns.write_text("document_id,segment_id,order,speaker,text\n" + "\n".join(rows) + "\n")
    codes = tmp_path / "codes.csv"
    codes.write_text(
        "code_id,name,parent_id,definition\n"
        "T,Trust,,People can be relied upon\n"
        "M,Money,,What is earned and what things cost\n"
        "S,Sleep,,Nights and being tired\n"
        "O,Other,,\n"
    )
    call("new", path)
    call("add", path, turns, "--unit", "row")
    call("codes", path, "import", codes)
    call("settings", path, "set", "core", "0")
    call("settings", path, "set", "arm", "0")
    return path


def queue(path: Path) -> dict[str, dict[str, object]]:
    lines = (json.loads(line) for line in call("queue", path, "--limit", "99", "--json").stdout.splitlines())
    return {line["external"]: line for line in lines}


def best(line: dict[str, object]) -> dict[str, object]:
    suggestions = line["suggestions"]
    assert isinstance(suggestions, list)
    found: dict[str, object] = suggestions[0]
    return found


def test_it_is_the_default_and_reads_meaning_and_evidence(study: Path) -> None:
    first = report(study)
    assert (first["profile"], first["segments"], first["failed"], first["cost"]) == ("embedded", 7, {}, 0)
    lines = queue(study)
    said = {external: best(line)["path"] for external, line in lines.items()}
    assert (said["s1"], said["s2"], said["s6"]) == ("Trust", "Money", "Sleep")
    assert best(lines["s3"])["fits"] is False
    relied = lines["s4"]
    start, end = best(relied)["evidence"]  # type: ignore[misc]
    assert isinstance(relied["text"], str)
    assert isinstance(relied["start"], int)
    assert relied["text"][start - relied["start"] : end - relied["start"]] == "You can rely on the people here."
    assert best(relied)["calibrated"] is False


def test_it_goes_on_where_it_was_and_learns_when_told_to(study: Path) -> None:
    assert report(study, "--limit", "3")["suggested"] != 0
    assert report(study)["resumed"] == 3
    assert report(study)["resumed"] == 7
    lines = queue(study)
    assert best(lines["s7"])["path"] != "Other"
    taught = lines["s5"]
    span = [taught["start"], taught["start"] + len(str(taught["text"]))]  # type: ignore[operator]
    acts = [
        {"segment": taught["segment"], "action": "add", "code": "Other", "range": span},
        {"segment": taught["segment"], "action": "complete"},
    ]
    call("decide", study, given="".join(json.dumps(act) + "\n" for act in acts))
    again = report(study, "--redo")
    assert (again["resumed"], again["learned_from"]) == (0, 1)
    learned = best(queue(study)["s7"])
    assert (learned["path"], learned["basis"]) == ("Other", [taught["segment"]])
    assert report(study)["resumed"] == 7
    call("verify", study)
