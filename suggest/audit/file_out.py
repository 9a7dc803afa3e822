"""An audit without a word: answers, exposure and places as numbers, with a script that recomputes the figures.

For papers that must say that no data are available: anybody can check the figures, and nobody reads what was said.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from suggest.audit.audit import standing_verdicts
from suggest.audit.material import ANSWERS, APART, EXPOSURES, MIXED, NOTHING, Material, Rater, ScoredRun
from suggest.audit.reading import Choice, read_material
from suggest.study.audited import Verdicts, log_state
from suggest.study.carry import Answer
from suggest.study.looks import looks
from suggest.study.people import pseudonyms
from suggest.study.study import Study

FORMAT = "secondcoder-audit-2"

LETTERS = {
    Answer.APPLIED: "1",
    Answer.REJECTED: "r",
    Answer.SHOWN_NOT_APPLIED: "0",
    Answer.NOT_APPLIED: "0",
    Answer.UNSURE: "u",
    Answer.NOT_IN_SCOPE: "-",
    Answer.STALE: "s",
    Answer.OPEN: "o",
    Answer.BULK: "b",
}
"""How an answer on a code is written: 1 applied, r rejected, 0 silently not applied; all else is missing."""

CLASSES = {NOTHING: "nothing", APART: "apart", MIXED: "mixed", **EXPOSURES}

ABOUT = """This is the record behind the figures of an audit made with Second Coder. It holds no text and no names of
people: codes, coders, documents and speakers are numbered, answers are letters (1 applied, r rejected, 0 not applied in
a completed segment, u unsure, - not asked, s answered before the code was redefined, o open, b decided in bulk).

  python recompute.py                 prints counts and alpha of every two coders
  python recompute.py --json          prints all figures, in the form of 'secondcoder audit STUDY --json'
  python recompute.py report.json     compares every figure with that report; ends with 1 if any differs, with 2 if it
                                      cannot be read

Python 3.10 or newer suffices; nothing else is needed.
"""


def write_audit_file(study: Study, path: Path, choice: Choice) -> dict[str, int]:
    """A zip with `audit.json`, `recompute.py` and `README.txt`; counts of what is in it. The same study in the same
    state gives the same bytes."""
    with study.reading():
        material = read_material(study, replace(choice, every_run=True))
        said = standing_verdicts(study, material)
        looked = len(looks(study, material.round.id))
        entries, head = log_state(study)
        outside = pseudonyms(study)
    record = as_record(material, said, outside) | {"log": {"entries": entries, "head": head}, "looks": looked}
    script = (resources.files("suggest.audit") / "recompute.py").read_text(encoding="utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (
            ("audit.json", json.dumps(record, separators=(",", ":"), sort_keys=True)),
            ("recompute.py", script),
            ("README.txt", ABOUT),
        ):
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return {"segments": material.frame.size, "coders": len(material.raters), "codes": len(material.columns)}


def as_record(material: Material, said: Sequence[Verdicts], numbered: dict[str, str]) -> dict[str, Any]:
    """The record as plain values: segments by column, one entry for each coder and each run. `numbered` is what each
    person (an id) is called in it; attributes of documents are split by, and have neither names nor values."""
    frame = material.frame
    place = {int(column): n for n, column in enumerate(material.columns.tolist())}
    names = {rater.id: numbered.get(rater.id, rater.name) for rater in material.raters}
    return {
        "format": FORMAT,
        "purpose": material.round.purpose,
        "open": material.round.state == "open" and material.round.purpose != "imported",
        "tree_version": material.tree_version,
        "completed_under": {str(version): count for version, count in sorted(material.completed_under.items())},
        "named": material.named,
        "codes": [
            {
                "code": material.codes[column].id,
                "parent": place.get(int(material.parents[column])),
                "depth": int(material.depth[column]),
                "line": [place.get(code, -1 - code) for code in _line(material, column)],
            }
            for column in place
        ],
        "segments": {
            "document": frame.document.tolist(),
            "ordinal": frame.ordinal.tolist(),
            "speaker": frame.speaker.tolist(),
            "block": frame.block.tolist(),
            "weight": [round(weight, 9) for weight in frame.weight.tolist()],
            "opening": frame.opening.astype(int).tolist(),
        },
        "attributes": _splits(material),
        "raters": [_rater(material, rater, names) for rater in material.raters],
        "runs": [_run(material, run) for run in material.compared],
        "standing": {names[model]: run.number for model, run in material.standing.items() if model in names},
        "twice": [
            {
                "name": names[item.person.id],
                "came_back": item.came_back,
                "first": _rater(material, item.first, names),
                "second": _rater(material, item.second, names),
            }
            for item in material.twice
        ],
        "verdicts": [
            {"coder": names[item.coder], "model": names[item.model], "actions": item.actions, "bulk": item.bulk}
            for item in said
        ],
    }


def _line(material: Material, column: int) -> list[int]:
    """A code and what lies above it, the theme first."""
    way = [column]
    while material.parents[way[-1]] >= 0:
        way.append(int(material.parents[way[-1]]))
    return way[::-1]


def _splits(material: Material) -> list[list[int]]:
    """By attribute, which documents have the same value."""
    held = material.frame.attributes
    found = []
    for key in sorted({key for item in held for key in item}):
        numbers: dict[str | None, int] = {}
        found.append([numbers.setdefault(item.get(key), len(numbers)) for item in held])
    return found


def _patterns(material: Material, rater: Rater) -> list[str]:
    letters = [LETTERS[answer] for answer in ANSWERS]
    return ["".join(letters[n] for n in row) for row in rater.patterns[:, material.columns].tolist()]


def _run(material: Material, item: ScoredRun) -> dict[str, Any]:
    run = item.run
    return {
        "name": item.rater.name,
        "number": run.number,
        "kind": "run",
        "tree_version": run.tree_version,
        "learned": run.learned,
        "after_release": run.after_release,
        "left_out_of_core": run.tainted,
        "patterns": _patterns(material, item.rater),
        "answers": item.rater.index.tolist(),
    }


def _rater(material: Material, rater: Rater, names: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": names[rater.id],
        "kind": rater.kind,
        "patterns": _patterns(material, rater),
        "answers": rater.index.tolist(),
        "exposure": [CLASSES[n] for n in rater.exposure.tolist()],
    }
    if rater.kind == "model":
        known = [coder for coder in rater.beside if coder in names]
        found["beside"] = {names[coder]: rater.beside[coder].tolist() for coder in known}
        found["later"] = {names[coder]: rater.later[coder].astype(int).tolist() for coder in known}
        found["candidates"] = {names[coder]: _candidates(material, rater.candidates.get(coder, {})) for coder in known}
        return found
    found["assigned"] = [CLASSES[n] for n in rater.assigned.tolist()]
    if rater.kind == "consensus":
        found["by"] = [names[coder] for coder in names if coder in rater.by]
    if rater.revised is not None:
        found["revised"] = rater.revised.tolist()
    return found


def _candidates(
    material: Material, listed: Mapping[int, Mapping[int, int | None]]
) -> dict[str, list[list[int | None]]]:
    """By segment what a model listed, fitting or not, with its confidence in millionths."""
    place = {int(column): n for n, column in enumerate(material.columns.tolist())}
    return {
        str(row): [[place[code], confidence] for code, confidence in held.items() if code in place]
        for row, held in listed.items()
    }
