"""Codes quote people: words of those who did not agree to it leave by no way, and whoever exports is told."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from leaving import Leaving, small

from suggest.exchange.outgoing import Outcome, OutOptions
from suggest.exchange.refi.codebook_out import write_codebook
from suggest.exchange.refi.project_out import write_project
from suggest.exchange.report import write_report
from suggest.exchange.tables_out import write_csv, write_jsonl, write_xlsx
from suggest.exchange.validation import write_pack
from suggest.exchange.wordings_out import codes_going_out
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.quoting import LEFT_OUT
from suggest.study.study import Study

UNQUOTED, EXCLUDED = "SECRETWORDS of a person who said no.", "EXCLUDEDWORDS of a person who left."


@pytest.fixture
def quoting(study: Study) -> Leaving:
    """A study in which a code's wording quotes three people: one may not be quoted, one is excluded, one may be."""
    made = small(study)
    wording = Wording(
        "Loss",
        f"as in: {EXCLUDED} And: {UNQUOTED} Such things.",
        include=f"also {UNQUOTED}",
        exclude=f"not {EXCLUDED}",
        examples=(UNQUOTED, "We trusted them, slowly.", EXCLUDED),
        external="L",
    )
    made.codes |= add_codes(study, made.anna, [NewCode("Loss", wording)])
    made.imported("ben", [("BU", 5, 5, "Loss")], "elsewhere")
    return made


def pack(study: Study, path: Path, options: OutOptions) -> Outcome:
    return write_pack(study, path, options, "Butare")


WAYS: dict[str, tuple[Callable[[Study, Path, OutOptions], Outcome], str, str | None]] = {
    "table": (write_csv, "o.csv", "codes"),
    "workbook": (write_xlsx, "o.xlsx", None),
    "lines": (write_jsonl, "o.jsonl", None),
    "report": (write_report, "o.html", None),
    "document": (write_report, "o.docx", None),
    "codebook": (write_codebook, "o.qdc", None),
    "pack": (pack, "o.csv", None),
}


def words_in(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("way", WAYS)
def test_words_that_may_not_be_quoted_leave_in_no_wording(quoting: Leaving, tmp_path: Path, way: str) -> None:
    write, name, table = WAYS[way]
    outcome = write(quoting.study, tmp_path / name, OutOptions(name=name, table=table))
    found = words_in(tmp_path / name)
    assert "SECRETWORDS" not in found and "EXCLUDEDWORDS" not in found
    assert LEFT_OUT in found and "Such things" in found
    assert any("wording of 1 code: Loss" in notice for notice in outcome.notices)


def test_a_project_holds_what_may_not_be_quoted_but_nothing_of_the_excluded(quoting: Leaving, tmp_path: Path) -> None:
    outcome = write_project(quoting.study, tmp_path / "o.qdpx", OutOptions(name="o.qdpx"))
    assert "EXCLUDEDWORDS" not in words_in(tmp_path / "o.qdpx")
    with zipfile.ZipFile(tmp_path / "o.qdpx") as archive:
        assert b"And: SECRETWORDS" in archive.read("project.qde")
    assert any("wording of 1 code: Loss" in notice for notice in outcome.notices)


def test_examples_of_others_and_names_stay_and_all_is_said(quoting: Leaving) -> None:
    codes, (notice,) = codes_going_out(quoting.study)
    loss = next(code for code in codes if code.name == "Loss")
    assert loss.wording.definition == f"as in: {LEFT_OUT}. And: {LEFT_OUT}. Such things."
    assert (loss.wording.include, loss.wording.exclude) == (f"also {LEFT_OUT}.", f"not {LEFT_OUT}.")
    assert loss.wording.examples == ("We trusted them, slowly.",)
    assert loss.wording.external == "L" and "SECRET" not in notice
