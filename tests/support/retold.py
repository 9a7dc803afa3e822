"""The record of an audit with everything in it replaced that the exported tables of the finished study tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from by_hand import Tables

Json = dict[str, Any]
RUNS = {"model:lexical": 1, "model:other": 2}
"""The run that stands beside people, by model."""


def number(value: Any) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-0.00", "0.00")


def told_by_tables(tables: Tables, record: Json, people: Sequence[str]) -> Json:
    """The record with everything replaced that the exported tables tell; what was settled is not in them."""
    blocks, weights = tables.blocks(), tables.weights()
    segments = {**record["segments"], "block": blocks,
                "weight": [weights.get(segment, 1.0) for segment in tables.segments]}  # fmt: skip
    names = [rater["name"] for rater in record["raters"] if rater["kind"] == "person"]
    called = dict(zip(names, people, strict=True))
    raters = []
    for rater in record["raters"]:
        if rater["kind"] == "person":
            raters.append(rater | _person(tables, called[rater["name"]]))
        elif rater["kind"] == "model":
            raters.append(rater | _model(tables, rater["name"], names, called))
        else:
            raters.append(rater)
    runs = [run | _answers([_letters(tables, tables.run(run["number"]).get(segment)) for segment in tables.segments])
            for run in record["runs"]]  # fmt: skip
    said = [{**item, "actions": tables.verdicts(called[item["coder"]], RUNS[item["model"]])}
            for item in record["verdicts"]]  # fmt: skip
    return {**record, "segments": segments, "raters": raters, "runs": runs, "verdicts": said}


def _letters(tables: Tables, held: set[str] | None) -> str | None:
    return None if held is None else "".join("1" if code in held else "0" for code in tables.codes)


def _answers(letters: Sequence[str | None]) -> Json:
    kinds = list(dict.fromkeys(item for item in letters if item is not None))
    return {"patterns": kinds, "answers": [-1 if item is None else kinds.index(item) for item in letters]}


def _person(tables: Tables, name: str) -> Json:
    letters = [tables.committed(name, segment) for segment in tables.segments]
    found = _answers(letters)
    revised: list[int] = []
    for segment in tables.segments:
        unit = tables.units.get((name, segment))
        if unit is None or not unit["revealed"] or tables.exposure(name, segment) not in ("blind", "arm"):
            revised.append(-1)
            continue
        held = _letters(tables, tables.now(name, segment)) or ""
        if held not in found["patterns"]:
            found["patterns"].append(held)
        revised.append(found["patterns"].index(held))
    return {**found, "exposure": [tables.exposure(name, segment) for segment in tables.segments], "revised": revised}


def _model(tables: Tables, name: str, names: Sequence[str], called: Mapping[str, str]) -> Json:
    """A model beside the people: of the first run, which all of them met, or of one that came later; alone it stands
    with its newest."""
    pinned, newest = tables.run(RUNS[name]), tables.run(3 if name == "model:lexical" else 2)
    letters = [_letters(tables, pinned[segment]) for segment in tables.segments]
    alone = [_letters(tables, newest[segment]) for segment in tables.segments]
    both = _answers([*letters, *alone])
    size = len(tables.segments)
    first, standing = both["answers"][:size], both["answers"][size:]
    beside, later = {}, {}
    candidates: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for person in names:
        there = [tables.committed(called[person], segment) is not None for segment in tables.segments]
        beside[person] = [at if held else -1 for at, held in zip(first, there, strict=True)]
        later[person] = [int(held and name == "model:other") for held in there]
        candidates[person] = {
            str(row): tables.listed(RUNS[name], segment)
            for row, segment in enumerate(tables.segments) if there[row]
        }  # fmt: skip
    candidates["consensus"] = {**candidates[names[1]], **candidates[names[0]]}
    return {"patterns": both["patterns"], "answers": standing,
            "beside": {"consensus": _settled(beside, names), **beside},
            "later": {"consensus": [0] * size, **later}, "candidates": candidates}  # fmt: skip


def _settled(beside: Mapping[str, list[int]], names: Sequence[str]) -> list[int]:
    return [max(beside[name][row] for name in names[:2]) for row in range(len(beside[names[0]]))]
