"""What a change of the tree is said to make stale is what it makes stale, whatever happened before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from suggest.study import codes
from suggest.study.carry import Answer
from suggest.study.foreseen import Foreseen, foresee
from suggest.study.stale import stale
from suggest.study.study import Study

NEW = ("new 0", "new 1")


def a_change(study: Study, chance: Random) -> dict[str, Any] | None:
    """Some change that can be made now, with ids of our own for what it makes; None where the tree is empty."""
    known = codes.read_codes(study)
    if not known:
        return None
    code, other = chance.choice(known), chance.choice(known)
    parts = [{"code": id_, "parent": None, "wording": ""} for id_ in NEW]
    found: list[dict[str, Any]] = [
        {"op": "add", "codes": [{"code": NEW[0], "parent": code.id, "wording": ""}]},
        {"op": "define", "code": code.id, "wording": ""},
        {"op": "rename", "code": code.id, "wording": ""},
        {"op": "split", "code": code.id, "parts": parts},
    ]
    if code.id != other.id:
        found.append({"op": "merge", "code": code.id, "into": other.id})
    if not code.children:
        found.append({"op": "retire", "code": code.id})
    return chance.choice(found)


def make(study: Study, actor: str, change: Mapping[str, Any]) -> dict[str, str]:
    """Make the change; the ids of its new codes by those it was foreseen with."""
    mark = study.db.execute("SELECT count(*) FROM log").fetchone()[0]
    code = {item.id: item for item in codes.read_codes(study)}
    match change["op"]:
        case "add":
            parent = change["codes"][0]["parent"]
            made = codes.add_codes(study, actor, [codes.NewCode(NEW[0], codes.Wording(f"New {mark}"), parent)])
            return dict(made)
        case "define" | "rename":
            wording = codes.Wording(f"Other words {mark}", "another meaning")
            codes.reword(study, actor, code[change["code"]], wording, meaning=change["op"] == "define")
        case "split":
            parts = [codes.Wording(f"New {mark} one"), codes.Wording(f"New {mark} two")]
            return dict(zip(NEW, codes.split_code(study, actor, code[change["code"]], parts), strict=True))
        case "merge":
            codes.merge_codes(study, actor, code[change["code"]], code[change["into"]])
        case _:
            codes.retire(study, actor, code[change["code"]])
    return {}


def listed(study: Study) -> dict[tuple[str, str, int], dict[str, Answer]]:
    return {(unit.round, unit.coder, unit.number): dict(unit.codes) for unit in stale(study)}


def told(items: list[Foreseen], ids: Mapping[str, str]) -> dict[tuple[str, str, int], dict[str, Answer]]:
    return {
        (item.round, item.coder, item.number): {ids.get(code, code): why for code, why in item.codes} for item in items
    }


def new_ones(before: Mapping[Any, Mapping[str, Answer]], after: Mapping[Any, Mapping[str, Answer]]) -> dict[Any, Any]:
    found = {
        unit: {code: why for code, why in given.items() if code not in before.get(unit, {})}
        for unit, given in after.items()
    }
    return {unit: given for unit, given in found.items() if given}


@pytest.fixture
def worked(tools: Any, tmp_path: Path) -> Iterator[Any]:
    """A study with two coders at work on a small tree."""
    made = tools.new_work(tmp_path / "study.db")
    made.add(tools.numbered_talk("BU", 14))
    for name in ("Support", "Doubt", "Hope"):
        made.code(name)
    made.code("Peers", "Support")
    yield made
    made.study.close()


def some_work(work: Any, chance: Random) -> None:
    """Acts of both coders by chance, with changes of the tree among them."""
    known = codes.read_codes(work.study)
    for _ in range(12):
        coder, number = chance.choice([work.anna, work.bo]), chance.randrange(14)
        action = chance.choice(("add", "add", "complete", "complete", "complete", "no_code", "change"))
        if action == "complete":
            work.complete(coder, number)
        elif action == "add":
            work.decide(coder, number, "add", chance.choice(known).id)
        elif action == "no_code":
            work.decide(coder, number, "no_code")
        elif chance.random() < 0.4:
            code = chance.choice(known)
            wording = codes.Wording(code.name, f"meaning {chance.random()}")
            codes.reword(work.study, coder, code, wording, meaning=True)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_foreseen_is_what_then_happens(worked: Any, seed: int) -> None:
    chance = Random(seed)
    some_work(worked, chance)
    for _ in range(3):
        change = a_change(worked.study, chance)
        if change is None:
            return
        before, foreseen = listed(worked.study), foresee(worked.study, change)
        ids = make(worked.study, worked.anna, change)
        assert told(foreseen, ids) == new_ones(before, listed(worked.study)), change["op"]
        undone = worked.study.db.execute("SELECT replica, seq FROM tree_change ORDER BY n DESC LIMIT 1").fetchone()
        if chance.random() < 0.5:
            worked.undo(worked.anna, undone)


def test_positives_and_negatives_are_told_apart_and_nothing_is_stored(worked: Any) -> None:
    worked.decide(worked.anna, 1, "add", worked.codes["Hope"])
    for number in (1, 2, 3):
        worked.complete(worked.anna, number)
    entries = worked.study.db.execute("SELECT count(*) FROM log").fetchone()
    found = foresee(worked.study, {"op": "define", "code": worked.codes["Hope"], "wording": ""}, coder=worked.anna)
    assert [(item.number, item.before) for item in found] == [
        (1, Answer.APPLIED), (2, Answer.NOT_APPLIED), (3, Answer.NOT_APPLIED),
    ]  # fmt: skip
    assert all(item.codes == ((worked.codes["Hope"], Answer.STALE),) for item in found)
    assert worked.study.db.execute("SELECT count(*) FROM log").fetchone() == entries
    assert foresee(worked.study, {"op": "define", "code": worked.codes["Hope"], "wording": ""}, coder=worked.bo) == []


def test_a_split_opens_only_what_had_the_code(worked: Any) -> None:
    worked.decide(worked.anna, 1, "add", worked.codes["Hope"])
    for number in (1, 2):
        worked.complete(worked.anna, number)
    parts = [{"code": id_, "parent": None, "wording": ""} for id_ in NEW]
    found = foresee(worked.study, {"op": "split", "code": worked.codes["Hope"], "parts": parts})
    assert [(item.number, item.codes) for item in found] == [(1, tuple((id_, Answer.OPEN) for id_ in NEW))]


@pytest.mark.parametrize("op", ["rename", "move", "retire"])
def test_what_carries_makes_nothing_stale(worked: Any, op: str) -> None:
    worked.complete(worked.anna, 1)
    more = {"rename": {"wording": ""}, "move": {"parent": worked.codes["Doubt"]}, "retire": {}}[op]
    assert foresee(worked.study, {"op": op, "code": worked.codes["Hope"], **more}) == []
