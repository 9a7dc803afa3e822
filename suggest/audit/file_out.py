"""An audit without a word: answers, exposure and places as numbers, with a script that recomputes the figures.

For papers that must say that no data are available: anybody can check the figures, and nobody reads what was said.
"""

from __future__ import annotations

import json
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

from suggest.audit.material import ANSWERS, APART, EXPOSURES, MIXED, NOTHING, Material, Rater
from suggest.audit.reading import Choice, read_material
from suggest.study.audited import log_state
from suggest.study.carry import Answer
from suggest.study.people import pseudonyms
from suggest.study.study import Study

FORMAT = "secondcoder-audit-1"

LETTERS = {
    Answer.APPLIED: "1",
    Answer.REJECTED: "r",
    Answer.SHOWN_NOT_APPLIED: "0",
    Answer.NOT_APPLIED: "0",
    Answer.UNSURE: "u",
    Answer.NOT_IN_SCOPE: "-",
    Answer.STALE: "s",
    Answer.OPEN: "o",
}
"""How an answer on a code is written: 1 applied, r rejected, 0 silently not applied; all else is missing."""

CLASSES = {NOTHING: "nothing", APART: "apart", MIXED: "mixed", **EXPOSURES}

ABOUT = """This is the record behind the figures of an audit made with Second Coder. It holds no text and no names of
people: codes, coders, documents and speakers are numbered, answers are letters (1 applied, r rejected, 0 not applied in
a completed segment, u unsure, - not asked, s answered before the code was redefined, o open).

  python recompute.py                 prints counts and figures of every two coders
  python recompute.py report.json     compares them with 'secondcoder audit STUDY --json'; ends with 1 if any differs,
                                      with 2 if the report cannot be read

Python 3.10 or newer suffices; nothing else is needed.
"""


def write_audit_file(study: Study, path: Path, choice: Choice) -> dict[str, int]:
    """A zip with `audit.json`, `recompute.py` and `README.txt`; counts of what is in it. The same study in the same
    state gives the same bytes."""
    with study.reading():
        material = read_material(study, choice)
        entries, head = log_state(study)
        outside = pseudonyms(study)
    record = as_record(material, outside) | {"log": {"entries": entries, "head": head}}
    script = (resources.files("suggest.audit") / "recompute.py").read_text(encoding="utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (
            ("audit.json", json.dumps(record, separators=(",", ":"), sort_keys=True)),
            ("recompute.py", script),
            ("README.txt", ABOUT),
        ):
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return {"segments": material.frame.size, "coders": len(material.raters), "codes": len(material.columns)}


def as_record(material: Material, numbered: dict[str, str]) -> dict[str, Any]:
    """The record as plain values: segments by column, one entry for each coder. `numbered` is what each person (an id)
    is called in it."""
    frame = material.frame
    place = {int(column): n for n, column in enumerate(material.columns.tolist())}
    return {
        "format": FORMAT,
        "purpose": material.round.purpose,
        "tree_version": material.tree_version,
        "codes": [
            {
                "code": material.codes[column].id,
                "parent": place.get(int(material.parents[column])),
                "depth": int(material.depth[column]),
            }
            for column in place
        ],
        "segments": {
            "document": frame.document.tolist(),
            "speaker": frame.speaker.tolist(),
            "block": frame.block.tolist(),
            "weight": [round(weight, 9) for weight in frame.weight.tolist()],
            "opening": frame.opening.astype(int).tolist(),
        },
        "raters": [_rater(material, rater, numbered) for rater in material.raters],
    }


def _rater(material: Material, rater: Rater, numbered: dict[str, str]) -> dict[str, Any]:
    letters = [LETTERS[answer] for answer in ANSWERS]
    known = {other.id for other in material.raters}
    found: dict[str, Any] = {
        "name": numbered.get(rater.id, rater.name),
        "kind": rater.kind,
        "patterns": ["".join(letters[n] for n in row) for row in rater.patterns[:, material.columns].tolist()],
        "answers": rater.index.tolist(),
        "exposure": [CLASSES[n] for n in rater.exposure.tolist()],
    }
    if rater.kind == "model":
        found["beside"] = {
            numbered.get(coder, coder): index.tolist() for coder, index in rater.beside.items() if coder in known
        }
    elif rater.revised is not None:
        found["revised"] = rater.revised.tolist()
    return found
