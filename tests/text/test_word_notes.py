"""What an author wrote beside the body of a Word file: notes and text boxes, in the place where they are anchored."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from word_notes import box, mark, notes, old_box, paragraph, write

from suggest.errors import BadInput
from suggest.text.manuscripts import read_manuscript
from suggest.text.word_written import written_paragraphs


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    body = (
        paragraph("First.", mark("footnote", 3) + mark("endnote", 2))
        + paragraph("Second.", mark("footnote", 2) + box("Boxed.", "Boxed again."))
        + "<w:p><w:del w:id='9'><w:r><w:footnoteReference w:id='4'/></w:r></w:del></w:p>"
        + f"<w:tbl><w:tr><w:tc>{paragraph('Cell.', old_box('In a cell.'))}</w:tc></w:tr></w:tbl>"
        + paragraph("Third.")
    )
    footnotes = notes("footnote", ["Later in the file."], ["Marked first.", "More of it."], ["Deleted."])
    return write(tmp_path / "m.docx", body, footnotes=footnotes, endnotes=notes("endnote", ["At the end."]))


def test_notes_and_boxes_follow_the_paragraph_they_are_anchored_in(paper: Path) -> None:
    assert [(item.place, item.text, item.beside) for item in read_manuscript(paper)] == [
        ("paragraph 1", "First.", False),
        ("footnote 1", "Marked first.", True),
        ("footnote 1, paragraph 2", "More of it.", True),
        ("endnote 1", "At the end.", True),
        ("paragraph 2", "Second.", False),
        ("footnote 2", "Later in the file.", True),
        ("text box 1", "Boxed.", True),
        ("text box 1, paragraph 2", "Boxed again.", True),
        ("paragraph 3", "Cell.", False),
        ("text box 2", "In a cell.", True),
        ("paragraph 4", "Third.", False),
    ]


def test_who_reads_the_body_gets_nothing_else(paper: Path) -> None:
    assert [item.text for item in written_paragraphs(paper)] == ["First.", "Second.", "Cell.", "Third."]


def test_a_note_that_is_not_in_the_file_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "m.docx", paragraph("First.", mark("footnote", 7)), footnotes=notes("footnote", ["Other."]))
    assert [item.text for item in read_manuscript(path)] == ["First."]


def test_damaged_notes_are_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path / "m.docx", paragraph("First.", mark("footnote", 2)), footnotes="<w:footnotes>")
    with pytest.raises(BadInput, match="its footnotes are damaged"):
        read_manuscript(path)


def test_entities_in_notes_are_refused(tmp_path: Path) -> None:
    evil = '<!DOCTYPE x [<!ENTITY e "eeee">]>' + notes("footnote", ["&e;"])
    path = write(tmp_path / "m.docx", paragraph("First.", mark("footnote", 2)), footnotes=evil)
    assert "word/footnotes.xml" in zipfile.ZipFile(path).namelist()
    with pytest.raises(BadInput, match="document type or entities"):
        read_manuscript(path)
