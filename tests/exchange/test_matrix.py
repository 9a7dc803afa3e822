"""Matrices: zero is an answer, empty is none, and what coders settled counts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from leaving import Leaving, small

from suggest.errors import UsageError
from suggest.exchange.matrix import write_matrix
from suggest.exchange.outgoing import OutOptions
from suggest.study import rounds
from suggest.study.study import Study


@pytest.fixture
def made(study: Study) -> Leaving:
    return small(study)


def matrix(made: Leaving, path: Path, table: str | None = None, **options: Any) -> list[dict[str, str]]:
    write_matrix(made.study, path, OutOptions(name="m.csv", table=table, **options))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_missing_is_kept_apart_from_zero(made: Leaving, tmp_path: Path) -> None:
    run = made.run()
    first = made.suggest(run, "BU", 2, "Trust", "Hope")
    made.decide(made.anna, "BU", 2, "add", "Support")
    made.decide(made.anna, "BU", 2, "unsure", set_=first, rank=0)
    made.complete(made.anna, "BU", 2)
    made.code("Late")
    rows = matrix(made, tmp_path / "m.csv", "segments")
    person, model = rows[0], rows[1]
    assert (person["coder"], person["round"], person["cite"]) == ("anna", "main", "BU 2")
    # Applied, completed without, unsure, and a code that came later: 1, 0, missing, missing.
    assert [person[code] for code in ("S", "S.1", "T")] == ["1", "0", ""]
    assert person[made.codes["Late"]] == ""
    assert (model["coder"], model["coder_type"]) == ("model:lexical", "model")
    assert [model[code] for code in ("S", "S.1", "T")] == ["0", "0", "1"]


def test_a_segment_nobody_completed_says_only_what_was_applied(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "BU", 4, "add", "Hope")
    (row,) = matrix(made, tmp_path / "m.csv", "segments")
    assert [row[code] for code in ("S", "S.1", "T")] == ["", "1", ""]


def test_codes_by_document_count_segments_once_and_leave_unread_documents_empty(made: Leaving, tmp_path: Path) -> None:
    ben = made.person("ben")
    for coder in (made.anna, ben):
        made.decide(coder, "BU", 2, "add", "Trust")
    made.decide(ben, "BU", 4, "add", "Trust")
    made.complete(made.anna, "BU", 2)
    rows = {row["path"]: row for row in matrix(made, tmp_path / "m.csv")}
    assert (rows["Trust"]["BU"], rows["Trust"]["DS"]) == ("2", "")
    assert rows["Support"]["BU"] == "0"
    assert [rows["Trust"][name] for name in ("segments in all", "documents in all", "speakers in all")] == [
        "2",
        "1",
        "1",
    ]


def test_what_a_consensus_round_settled_counts_alone(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "BU", 2, "add", "Trust")
    made.decide(made.anna, "BU", 4, "add", "Trust")
    held = rounds.open_round(made.study, made.anna, "talked over", purpose="consensus")
    made.decide(made.anna, "BU", 2, "add", "Hope", round_=held)
    made.complete(made.anna, "BU", 2, round_=held)
    rows = {row["path"]: row["BU"] for row in matrix(made, tmp_path / "m.csv")}
    assert rows == {"Support": "0", "Support > Hope": "1", "Trust": "1"}
    assert {r["path"]: r["BU"] for r in matrix(made, tmp_path / "m.csv", round="main")}["Trust"] == "2"


def test_codes_that_stand_together(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "BU", 2, "add", "Trust")
    made.decide(made.person("ben"), "BU", 2, "add", "Hope")
    made.decide(made.anna, "BU", 4, "add", "Hope")
    rows = {row["path"]: row for row in matrix(made, tmp_path / "m.csv", "together")}
    assert (rows["Trust"]["S.1"], rows["Support > Hope"]["T"], rows["Support > Hope"]["S.1"]) == ("1", "1", "2")
    assert rows["Support"]["S"] == "0"


def test_excluded_people_count_nowhere(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "DS", 2, "add", "Trust")
    made.complete(made.anna, "DS", 2)
    assert {row["path"]: row["DS"] for row in matrix(made, tmp_path / "m.csv")}["Trust"] == "0"
    assert matrix(made, tmp_path / "m.csv", "segments") == []


def test_other_endings_and_matrices_are_refused(made: Leaving, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx"):
        write_matrix(made.study, tmp_path / "m", OutOptions(name="m.pdf"))
    with pytest.raises(UsageError, match="no matrix 'x'"):
        matrix(made, tmp_path / "m.csv", "x")


def test_no_name_of_a_column_is_a_formula(made: Leaving, tmp_path: Path) -> None:
    made.code("Sum", external="=1+1")
    made.decide(made.anna, "BU", 4, "add", "Sum")
    (row,) = matrix(made, tmp_path / "m.csv", "segments")
    assert row["'=1+1"] == "1" and "=1+1" not in row
