"""Second answers leave a study in the tables of what was done, and in nothing that says how a segment is coded."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk, make_desk

from suggest.exchange.matrix import write_matrix
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.refi.project_out import write_project
from suggest.exchange.tables_out import write_jsonl
from suggest.study.outflow import completed_under


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Desk]]:
    """The same work twice: in the second study segments came back and were answered otherwise."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made = []
    for name, share in (("once.db", "0"), ("twice.db", "1")):
        desk = make_desk(tmp_path / name, core="0", arm="0", stability=share, stability_gap="2", sizes=(12,))
        for segment in desk.ids()[:5]:
            desk.apply(segment, "Support/Trust")
            desk.done("complete", segment)
        made.append(desk)
    for segment in made[1].ids()[:3]:
        made[1].apply(segment, "Doubts")
        made[1].done("complete", segment)
    yield made[0], made[1]
    for desk in made:
        desk.study.close()


def test_matrices_are_the_same(pair: tuple[Desk, Desk], tmp_path: Path) -> None:
    for table in ("documents", "segments", "together"):
        found = []
        for n, desk in enumerate(pair):
            path = tmp_path / f"{table}{n}.csv"
            write_matrix(desk.study, path, OutOptions(name=path.name, table=table))
            with path.open(encoding="utf-8", newline="") as stream:
                found.append([[cell for cell in row if not cell.startswith("d")] for row in csv.reader(stream)])
        assert len(found[0]) == len(found[1]), table
    assert completed_under(pair[0].study) == completed_under(pair[1].study)


def test_tables_of_codings_are_the_same_and_those_of_decisions_say_the_round(
    pair: tuple[Desk, Desk], tmp_path: Path
) -> None:
    found = []
    for n, desk in enumerate(pair):
        write_jsonl(desk.study, tmp_path / f"{n}.jsonl", OutOptions())
        found.append([json.loads(line) for line in (tmp_path / f"{n}.jsonl").read_text().splitlines()])
    for kind in ("coding", "code"):
        counts = [Counter(item.get("round") for item in lines if item["record"] == kind) for lines in found]
        assert counts[0] == counts[1]
    rounds = Counter(item["round"] for item in found[1] if item["record"] == "decision")
    assert rounds == {"main": 10, "main, again": 6}


def test_a_project_holds_the_first_answers_alone(pair: tuple[Desk, Desk], tmp_path: Path) -> None:
    counts = [
        dict(write_project(desk.study, tmp_path / f"{n}.qdpx", OutOptions()).counts) for n, desk in enumerate(pair)
    ]
    assert counts[0] == counts[1]
