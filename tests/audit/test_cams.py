"""Real codings in a tree: the weighted alphas that the authors of CAMS published come out to four decimals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from suggest.audit.coefficients import krippendorff_alpha

PUBLISHED = {
    "DA": {"set_1": 0.4787, "set_2": 0.3246, "set_3": 0.4424, "set_4": 0.5189, "set_5": 0.5850},
    "AP": {"set_1": 0.2004, "set_2": 0.1055, "set_3": 0.1132, "set_4": 0.2156, "set_5": 0.2841},
}
"""Duran, Battle and Smith, Communication Methods and Measures (2022), repository tables; practice dialogue included."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "cams_dialogue"


@pytest.mark.parametrize("kind", ["DA", "AP"])
def test_the_tree_weighted_alpha_of_each_set_is_the_published_one(folder: Path, kind: str) -> None:
    table = rows(folder / f"{kind.lower()}_distance_matrix.csv")
    apart = {(row["labels"], other): float(row[other]) for row in table for other in row if other != "labels"}
    sets: dict[str, str] = json.loads((folder / "coder_sets.json").read_text(encoding="utf-8"))
    given = {
        (row["segment_id"], row["coder_id"]): row["code_id"].partition(":")[2]
        for row in rows(folder / "labels.csv")
        if row["code_id"].startswith(f"{kind}:")
    }
    segments = [row["segment_id"] for row in rows(folder / "segments.csv")]
    found = {}
    for name in PUBLISHED[kind]:
        coders = [coder for coder, belongs in sets.items() if belongs == name]
        ratings = [[given.get((segment, coder)) for coder in coders] for segment in segments]
        found[name] = krippendorff_alpha(ratings, lambda a, b: apart[a, b]).value
    assert found == pytest.approx(PUBLISHED[kind], abs=0.00005)
