"""Projects of Taguette and QualCoder come in whole: texts, codes, codings on the right words by the right coders."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from foreign_projects import highlight_added, qualcoder, taguette

from suggest.errors import BadInput
from suggest.exchange.bring_in import Wish
from suggest.exchange.refi.project_in import IncomingProject, read_project
from suggest.exchange.refi.project_stored import BroughtIn, bring_project_in
from suggest.study.codes import read_codes
from suggest.study.documents import document_text, list_documents
from suggest.study.people import coders, ensure_coder
from suggest.study.study import Study
from suggest.study.units import codings
from suggest.study.verify import verify


def stored(study: Study, project: IncomingProject) -> BroughtIn:
    return bring_project_in(study, ensure_coder(study, "desk"), project)


def marked(study: Study) -> set[tuple[str, str, str]]:
    """Coder, code and words of every coding."""
    people = {coder.id: coder.name for coder in coders(study)}
    codes = {code.id: code.path_text for code in read_codes(study)}
    texts = {item.id: document_text(study, item.id) for item in list_documents(study)}
    return {(people[one.coder], codes[one.code], texts[one.document][one.start : one.end]) for one in codings(study)}


TAGUETTE: dict[str, list[tuple[Any, ...]]] = {
    "projects": [(1, "Waiting", "about waiting", None)],
    "documents": [
        (1, "ann.txt", "first talk", "a", None, 1, "LEFT_TO_RIGHT",
         "<p>Anna: I <b>waited</b> for hours.</p>\n<p>Nurse: 😀 Sorry, café.</p><p>Anna: naïve &amp; <i>end</i>.</p>"),
    ],
    "tags": [(1, 1, "care.time", "a child"), (2, 1, "care", "words"), (3, 1, "lone.one", "")],
    "highlights": [
        (1, 1, 8, 24, "<p><b>waited</b> for hours</p>"),
        (2, 1, 33, 43, "<p>😀 Sorry</p>"),
        (3, 1, 66, 69, "<p><i>end</i></p>"),
        (4, 1, 0, 4, "<p>Anna</p>"),
        (5, 1, 9_000, 9_100, ""),
        (6, 77, 1, 2, ""),
    ],
    "highlight_tags": [(1, 1), (1, 3), (2, 2), (3, 2), (5, 2)],
    "commands": [highlight_added(1, "anna"), highlight_added(2, "ben")],
}  # fmt: skip


def test_taguettes_highlights_lie_on_their_words_by_their_coders(tmp_path: Path, study: Study) -> None:
    project = read_project(taguette(tmp_path / "p.sqlite3", TAGUETTE), Wish())
    done = stored(study, project)
    assert marked(study) == {
        ("anna", "care > time", "waited for hours"),
        ("anna", "lone.one", "waited for hours"),
        ("ben", "care", "😀 Sorry"),
        ("unknown coder", "care", "end"),
    }
    assert [document_text(study, item.id) for item in list_documents(study)] == [
        "Anna: I waited for hours.\nNurse: 😀 Sorry, café.\nAnna: naïve & end."
    ]
    assert project.untaken == {
        "highlights without a tag": 1,
        "highlights in documents that are not there": 1,
        "selections outside of their text or without length": 1,
        "codings on such selections": 1,
    }
    assert not any("names of selections fit" in notice or "are not those" in notice for notice in project.notices)
    assert done.memos == 2  # on the document, and the project's description
    assert verify(study).ok


def test_a_file_of_several_taguette_projects_is_refused(tmp_path: Path) -> None:
    rows = {**TAGUETTE, "projects": [(1, "a", "", None), (2, "b", "", None)]}
    with pytest.raises(BadInput, match="2 projects"):
        read_project(taguette(tmp_path / "p.sqlite3", rows), Wish())


TEXT = "\ufeffI: why?\r\nR1: 😀 since it is far\r\nR2: and dear"


def coding(
    n: int, code: int, words: str, start: int, owner: str, memo: str = "", important: int = 0
) -> tuple[Any, ...]:
    """As QualCoder keeps it where its window counts the mark as a character, CR LF as two, in code points."""
    return n, code, 1, words, start, start + len(words), owner, "2026-01-02 03:04:05", memo, None, important


QUALCODER: dict[str, list[tuple[Any, ...]]] = {
    "project": [("v17", "2026", "about the project", "QualCoder 4.0")],
    "source": [
        (1, "ann.txt", TEXT, None, "a memo", "anna", "2026", None, None),
        (2, "b.png", "", "/images/b.png", "", "anna", "2026", None, None),
        (3, "c.mp3", None, "audio:/x/c.mp3", "", "anna", "2026", None, None),
        (4, "d.pdf", "R1: from a PDF", "docs/d.pdf", "", "anna", "2026", None, None),
    ],
    "code_cat": [(1, "Themes", "a", "", "of all", None), (2, "Inner", "a", "", "", 1)],
    "code_name": [
        (1, "distance", "how far", 2, "anna", "", "#aa00bb", None),
        (2, "cost", "", None, "anna", "", "", None),
        (3, "fare", "", None, "anna", "", "", 2),
    ],
    "code_text": [
        coding(1, 1, "since it is far", TEXT.index("since"), "anna", "said at once", 1),
        coding(2, 2, "dear", TEXT.index("dear"), "ben"),
        coding(3, 3, "and dear", TEXT.index("and dear"), "ben"),
        (4, 1, 99, "x", 0, 1, "ben", "", "", None, 0),
    ],
    "annotation": [(1, 1, TEXT.index("R2"), TEXT.index("R2") + 2, "look here", "ben", "2026")],
    "cases": [(1, "Site B", "the second", "anna", ""), (2, "Nowhere", "", "anna", "")],
    "case_text": [(1, 1, 1, 0, len(TEXT), "anna"), (2, 1, 4, 2, 5, "anna")],
    "attribute": [
        (1, "age", "case", "old", 1, "", ""),
        (2, "date", "file", "2026-01-01", 1, "", ""),
        (3, "age", "case", "new", 2, "", ""),
    ],
    "journal": [(1, "Day 1", "it went well", "", "anna")],
    "code_image": [(1, 2, 1)],
    "code_av": [(1, 3, 1), (2, 3, 1)],
    "graph": [(1, "g")],
}


@pytest.mark.parametrize("named", ["the folder", "the file in it"])
def test_qualcoders_codings_lie_on_their_words_by_their_coders(tmp_path: Path, study: Study, named: str) -> None:
    folder = qualcoder(tmp_path / "talk.qda", QUALCODER)
    project = read_project(folder if named == "the folder" else folder / "data.qda", Wish())
    done = stored(study, project)
    assert project.name == "talk"
    assert marked(study) == {
        ("anna", "Themes > Inner > distance", "since it is far"),
        ("ben", "cost", "dear"),
        ("ben", "cost > fare", "and dear"),
    }
    distance = next(code for code in read_codes(study) if code.name == "distance")
    assert (distance.wording.definition, distance.wording.color) == ("how far", "#aa00bb")
    assert project.documents[0].incoming.attributes == {"case": "Site B", "age": "old", "date": "2026-01-01"}
    assert project.untaken == {
        "pictures": 1,
        "audio recordings": 1,
        "codings in documents that are not there": 1,
        "marks of importance on codings": 1,
        "parts of documents that belong to a case": 1,
        "cases that hold no document wholly": 1,
        "values of such cases": 1,
        "codings on pictures and PDF areas": 1,
        "codings on recordings": 2,
        "graphs": 1,
    }
    # a document's, a coding's, an annotation, a case's, the project's, a journal's
    assert done.memos == 6
    assert verify(study).ok


def test_positions_of_qualcoders_window_are_recognised_by_the_words(tmp_path: Path, study: Study) -> None:
    text = "R1: 😀😀 so far away\nR2: dear"
    units = text[: text.index("far")].encode("utf-16-le")
    rows = {
        "source": [(1, "a", text, None, "", "anna", "", None, None)],
        "code_name": [(1, "distance", "", None, "", "", "", None)],
        "code_text": [(1, 1, 1, "far away", len(units) // 2, len(units) // 2 + 8, "anna", "", "", None, 0)],
    }
    project = read_project(qualcoder(tmp_path / "a.qda", rows), Wish())
    stored(study, project)
    assert marked(study) == {("anna", "distance", "far away")}
    assert any("UTF-16" in notice for notice in project.notices)


def test_categories_in_a_circle_are_put_to_the_top_and_told(tmp_path: Path, study: Study) -> None:
    rows = {
        "source": [(1, "a", "R1: hello", None, "", "", "", None, None)],
        "code_cat": [(1, "One", "", "", "", 2), (2, "Two", "", "", "", 1), (3, "Self", "", "", "", 3)],
        "code_name": [(1, "in one", "", 1, "", "", "", None)],
    }
    project = read_project(qualcoder(tmp_path / "a.qda", rows), Wish())
    stored(study, project)
    paths = {code.path_text for code in read_codes(study)}
    assert paths == {"One", "One > Two", "One > in one", "Self"}
    assert any("above themselves" in notice for notice in project.notices)


def test_older_projects_without_later_columns_come_in(tmp_path: Path, study: Study) -> None:
    path = tmp_path / "old.qda"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text);"
            "CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, color text);"
            "CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text);"
            "INSERT INTO source VALUES (1, 'a', 'R1: hello', NULL, '');"
            "INSERT INTO code_name VALUES (1, 'greeting', '', NULL, '');"
            "INSERT INTO code_text VALUES (1, 1, 'hello', 4, 9, 'anna');"
        )
    stored(study, read_project(path, Wish()))
    assert marked(study) == {("anna", "greeting", "hello")}


def wrong(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def test_a_file_of_other_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"neither of Taguette nor of QualCoder"):
        read_project(wrong(tmp_path / "x.sqlite3", "CREATE TABLE a (b)"), Wish())


def test_a_study_is_refused_with_what_takes_it(tmp_path: Path, study: Study) -> None:
    study.close()
    path = (tmp_path / "study.db").rename(tmp_path / "study.sqlite3")
    with pytest.raises(BadInput, match="study"):
        read_project(path, Wish())


VIEWS = """
CREATE VIEW documents AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'x' AS contents
  FROM n;
CREATE TABLE highlights (id, start_offset); CREATE TABLE tags (path);
"""


def test_views_are_no_tables(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"neither of"):
        read_project(wrong(tmp_path / "x.sqlite3", VIEWS), Wish())


def broken(path: Path) -> bytes:
    """The file with rubbish over all its pages but the first."""
    held = path.read_bytes()
    return held[:4096] + b"\xff" * (len(held) - 4096)


BAD = {
    "empty": (lambda path: b"", "no SQLite"),
    "text": (lambda path: b"hello", "no SQLite"),
    "only a head": (lambda path: b"SQLite format 3\x00", "damaged"),
    "cut": (lambda path: path.read_bytes()[:6000], "damaged"),
    "rubbish inside": (broken, "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_file_is_refused_and_nothing_is_left_beside_it(tmp_path: Path, name: str) -> None:
    content, why = BAD[name]
    good = taguette(tmp_path / "good", TAGUETTE)
    path = tmp_path / "p.sqlite3"
    path.write_bytes(content(good))
    with pytest.raises(BadInput, match=why) as caught:
        read_project(path, Wish())
    assert caught.value.advice
    assert str(tmp_path) not in str(caught.value)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["good", "p.sqlite3"]


def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    path = taguette(tmp_path / "p.sqlite3", TAGUETTE)
    path.with_name("p.sqlite3-wal").write_bytes(b"x")
    with pytest.raises(BadInput, match="open in another program"):
        read_project(path, Wish())


def test_cells_of_any_kind_do_no_harm(tmp_path: Path, study: Study) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = {
        "projects": [(1, b"\xff", 3, None)],
        "documents": [
            (1, 5, None, None, None, 1, None, "<p>hello there</p>"),
            (2, "b", "", "", None, 1, "", b"\x00\xff"),
        ],
        "tags": [(1, 1, "a\x00\x1b[31m", 2.5), (2, 1, "", ""), (3, 1, "", "")],
        "highlights": [(1, 1, "0", 5, b""), (2, 1, 0, 2**62, None), (3, 1, -5, 5, ""), (4, 1, 0, 5, "<p>hello</p>")],
        "highlight_tags": [(1, 1), (2, 1), (3, 1), (4, 1), (4, 99)],
        "commands": [(1, "x", "", 1, 1, "[" * 100_000), (2, None, None, 1, 1, "3")],
    }
    stored(study, read_project(taguette(tmp_path / "p.sqlite3", rows), Wish()))
    assert "hello" in {words for _, _, words in marked(study)}
    assert verify(study).ok


def test_taguettes_own_file_comes_in_whole(shared: Path, study: Study) -> None:
    project = read_project(shared / "data" / "refi" / "made-by-taguette" / "project.sqlite3", Wish())
    stored(study, project)
    assert {(code, words) for _, code, words in marked(study)} == {
        ("waiting", "waited for hours"),
        ("care > time", "waited for hours"),
        ("care", "😀 Sorry"),
        ("waiting", "end."),
        ("information", "Nobody told me"),
        ("care", "We tried — twice."),
    }
