"""Site validation: quotes go out to their site without names, and the answers come back once, all or none."""

from __future__ import annotations

import csv
from pathlib import Path

import docx
import openpyxl
import pytest
from leaving import Leaving, small

from suggest.errors import BadInput, UsageError
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.validation import read_pack, write_pack
from suggest.study.memos import all_memos
from suggest.study.people import coders
from suggest.study.segments import segment_id
from suggest.study.study import Study
from suggest.study.units import memos
from suggest.text.word_written import written_paragraphs


@pytest.fixture
def made(study: Study) -> Leaving:
    held = small(study)
    held.code("Talk", definition="=1+1")
    held.imported("ben", [("BU", 2, 5, "Talk"), ("BU", 4, 4, "Hope"), ("DS", 1, 1, "Hope")], "elsewhere")
    return held


def pack(made: Leaving, path: Path, site: str = "Butare", **more: bool) -> Path:
    write_pack(made.study, path, OutOptions(name=path.name), site, **more)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_pack_holds_the_sites_own_quotes_without_speakers(made: Leaving, tmp_path: Path) -> None:
    found = rows(pack(made, tmp_path / "p.csv"))
    assert [(row["cite"], row["understood_as"]) for row in found] == [("BU 4", "Support > Hope"), ("BU 2–5", "Talk")]
    assert "R1" not in found[1]["words"] and "SECRETWORDS" not in found[1]["words"]
    assert found[1]["words"].split("\n")[0] == "– It was hard at first, asked as I am."
    assert found[1]["meaning"] == "'=1+1" and found[0]["question"].endswith("yes, partly or no?")
    assert "R1: It was hard" in rows(pack(made, tmp_path / "q.csv", labels=True))[1]["words"]


def answered(path: Path) -> Path:
    """The pack with an answer and a comment on its first quote."""
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = [row.cells for row in document.tables[0].rows]
        cells[3][1].text, cells[4][1].text = "partly", "Not all.\nSome of it."
        document.save(str(path))
    elif path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        head = [cell.value for cell in sheet[1]]
        sheet.cell(2, head.index("answer") + 1).value = "partly"
        sheet.cell(2, head.index("comment") + 1).value = "Not all.\nSome of it."
        book.save(path)
    else:
        whole = path.read_text(encoding="utf-8").splitlines(keepends=True)
        whole[1] = whole[1].replace(",,\n", ',partly,"Not all.\nSome of it."\n')
        path.write_text("".join(whole), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["p.docx", "p.xlsx", "p.csv"])
def test_answers_come_back_as_memos_once(made: Leaving, tmp_path: Path, name: str) -> None:
    path = answered(pack(made, tmp_path / name))
    read = read_pack(made.study, path, "Butare")
    assert (read.stored, read.known, read.empty) == (1, 0, 1)
    again = read_pack(made.study, path, "Butare")
    assert (again.stored, again.known) == (0, 1)
    ((who, text),) = memos(made.study, made.number("BU", 4))
    assert {coder.id: coder.name for coder in coders(made.study)}[who] == "Butare"
    assert text == "#validation “Support > Hope”: partly. Not all.\nSome of it."


def test_a_reference_of_another_study_stores_nothing(made: Leaving, tmp_path: Path) -> None:
    path = answered(pack(made, tmp_path / "p.csv"))
    path.write_text(path.read_text(encoding="utf-8") + "dxyzxyzxyzxyz.1/kabcabcabcabc,,,,,,yes,\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"'dxyzxyzxyzxyz\.1/kabcabcabcabc' is not of this study"):
        read_pack(made.study, path, "Butare")
    assert memos(made.study, made.number("BU", 4)) == [] and "Butare" not in {c.name for c in coders(made.study)}


def test_words_where_a_reference_should_stand_are_in_no_message(made: Leaving, tmp_path: Path) -> None:
    path = pack(made, tmp_path / "p.csv")
    path.write_text("reference,answer,comment\nThey shouted at me,yes,\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"row 2.*the reference is not of this study") as told:
        read_pack(made.study, path, "Butare")
    assert "shouted" not in str(told.value)


def test_what_is_no_pack_or_no_site_is_refused(made: Leaving, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no site is called so.*Butare, Dorsten"):
        pack(made, tmp_path / "p.csv", "Nowhere")
    with pytest.raises(UsageError):
        pack(made, tmp_path / "p.pdf")
    docx.Document().save(str(tmp_path / "empty.docx"))
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    for name in ("empty.docx", "empty.xlsx"):
        with pytest.raises(BadInput, match="holds no validation pack"):
            read_pack(made.study, tmp_path / name, "Butare")


def test_what_a_coder_asks_the_site_is_in_its_pack_and_the_answer_comes_back(made: Leaving, tmp_path: Path) -> None:
    for paragraph, text in ((4, "Who laughed with you?"), (3, "What did you say no to?")):
        ask(made, paragraph, text)
    ask(made, 4, "I laughed, too", "reflexive")
    ask(made, 1, "Whom did you know?", label="DS")
    ask(made, 2, "Why did you leave?", label="DS")
    path = pack(made, tmp_path / "p.csv")
    *_, refused, asked = rows(path)
    assert (refused["question"], refused["words"]) == ("What did you say no to?", "(…)")
    assert asked["question"] == "Who laughed with you?" and asked["words"].startswith("Then it got better")
    assert "I laughed, too" not in path.read_text(encoding="utf-8")
    whole = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(whole.removesuffix(",,") + ",partly,we did\n", encoding="utf-8")
    assert read_pack(made.study, path, "Butare").stored == 1
    assert "#validation “Who laughed with you?”: partly. we did" in [memo.text for memo in all_memos(made.study)]
    words = "\n".join(row.text for row in written_paragraphs(pack(made, tmp_path / "p.docx")))
    assert "Who laughed with you?" in words and "I laughed, too" not in words

    elsewhere = pack(made, tmp_path / "d.csv", "Dorsten").read_text(encoding="utf-8")
    assert "Whom did you know?" in elsewhere and "Who laughed" not in elsewhere
    assert "Why did you leave?" not in elsewhere, "it is about words of a person who is excluded"


def ask(made: Leaving, paragraph: int, text: str, type_: str = "query", label: str = "BU") -> None:
    with made.study.write(made.anna) as writer:
        writer.append(
            "memo_written",
            {
                "coder": made.anna,
                "about": "segment",
                "subject": segment_id(made.study, made.number(label, paragraph)),
                "coding": None,
                "text": writer.content("memo", text),
                "ref": None,
                "type": type_,
            },
        )
