"""Documents in: all files of a call or none, labels, attributes, the same text twice, and corrections from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from suggest.errors import BadInput, UsageError
from suggest.exchange.bring_in import Wish, bring_in, corrected_text, objections, read_files
from suggest.study.documents import document_text, find_document, list_documents
from suggest.study.segments import all_details, details, segments
from suggest.study.study import Study

Write = Callable[[str, str | bytes], Path]


def test_a_file_becomes_a_document_labelled_by_its_name(study: Study, anna: str, write: Write) -> None:
    (id_,) = bring_in(study, anna, read_files([write("BU.txt", "I: Well?\nR1: Yes.\nR2: No.\n")], Wish()))
    document = find_document(study, "BU")
    assert (document.id, document.count, document.data) == (id_, 3, 2)
    assert [item.speaker for item in segments(study, id_)] == ["I", "R1", "R2"]
    assert document_text(study, id_) == "I: Well?\nR1: Yes.\nR2: No.\n"


def test_a_table_gives_one_document_per_id_and_keeps_its_ids(study: Study, anna: str, write: Write) -> None:
    path = write(
        "t.csv", "document_id,segment_id,order,speaker,text,mood\nA,a1,1,R,one,x\nB,b1,1,R,two,y\nA,a2,2,R,three,z\n"
    )
    bring_in(study, anna, read_files([path], Wish()))
    assert [(item.label, item.count) for item in list_documents(study)] == [("A", 2), ("B", 1)]
    first = next(segments(study, find_document(study, "A").id))
    assert details(study, first).external == "a1"
    assert details(study, first).attributes == (("mood", "x"),)
    assert all_details(study, first.document)[0] == details(study, first)


def test_columns_are_mapped_from_our_name_to_the_files(study: Study, anna: str, write: Write) -> None:
    path = write("t.csv", "Person,Answer\nx,one\ny,two\n")
    bring_in(study, anna, read_files([path], Wish(mapping={"text": "Answer", "document_id": "Person"})))
    assert [item.label for item in list_documents(study)] == ["x", "y"]


def test_attributes_of_the_call_hold_for_every_document(study: Study, anna: str, write: Write) -> None:
    files = [write("A.txt", "one\n"), write("B.txt", "two\n")]
    bring_in(study, anna, read_files(files, Wish(attributes={"site": "Ulm"})))
    assert [dict(item.attributes) for item in list_documents(study)] == [{"site": "Ulm"}] * 2


def test_a_label_names_one_document_only(write: Write) -> None:
    files = [write("A.txt", "one\n"), write("B.txt", "two\n")]
    with pytest.raises(UsageError):
        read_files(files, Wish(label="X"))
    assert read_files(files[:1], Wish(label="X"))[0].document.label == "X"


BAD = {
    "another file is bad": ["one\n", "a\x00b"],
    "the same text twice in one call": ["one\n", "one\n"],
    "an empty file": ["one\n", ""],
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_file_and_none_is_stored(
    study: Study, anna: str, write: Write, entries: Callable[[], int], name: str
) -> None:
    files = [write(f"{n}.txt", content) for n, content in enumerate(BAD[name])]
    before = entries()
    with pytest.raises(BadInput):
        bring_in(study, anna, read_files(files, Wish()))
    assert entries() == before
    assert list_documents(study) == []


def test_two_files_of_one_name_are_refused(study: Study, anna: str, write: Write) -> None:
    with pytest.raises(BadInput, match="label is taken"):
        bring_in(study, anna, read_files([write("A.txt", "one\n"), write("A.md", "two\n")], Wish()))
    assert list_documents(study) == []


def test_the_same_text_later_is_refused_unless_again(study: Study, anna: str, write: Write) -> None:
    bring_in(study, anna, read_files([write("A.txt", "one\n")], Wish()))
    twin = read_files([write("B.txt", "one\n")], Wish())
    with pytest.raises(BadInput, match="already as A"):
        bring_in(study, anna, twin)
    bring_in(study, anna, twin, again=True)
    assert [item.label for item in list_documents(study)] == ["A", "B"]


def test_the_preview_says_what_would_be_refused(study: Study, anna: str, write: Write) -> None:
    one = read_files([write("A.txt", "one\n")], Wish())
    assert objections(study, one) == []
    bring_in(study, anna, one)
    other = read_files([write("B.txt", "one\n"), write("C.txt", "two\n"), write("D.txt", "two\n")], Wish())
    said = objections(study, [*one, *other])
    assert [sentence.partition(":")[0] for sentence in said] == ["A", "A", "B", "D"]
    assert objections(study, other, again=True) == []


def test_an_attribute_that_is_no_text_is_refused(write: Write) -> None:
    with pytest.raises(BadInput, match="surrogate"):
        read_files([write("A.txt", "one\n")], Wish(attributes={"site": "\udcff"}))


def test_progress_counts_the_files(write: Write) -> None:
    seen: list[tuple[int, int]] = []
    files = [write("A.txt", "one\n"), write("B.txt", "two\n")]
    read_files(files, Wish(), lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_a_correction_is_read_as_the_document_was(study: Study, anna: str, write: Write) -> None:
    bring_in(study, anna, read_files([write("t.csv", "document_id,text\nA,one\nB,two\n")], Wish()))
    document = find_document(study, "B")
    assert corrected_text(document, write("u.csv", "document_id,text\nA,one\nB,zwei\n")) == "zwei"
    with pytest.raises(BadInput, match="no document called B"):
        corrected_text(document, write("v.csv", "document_id,text\nA,one\nC,zwei\n"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.rtf", rb"{\rtf1 {\b never closed"),
        ("bad.odt", b"PK\x03\x04 no archive"),
        ("bad.pdf", b"%PDF-1.7\nrubbish"),
        ("bad.html", b"<p> </p>"),
        ("bad.json", b'{"segments": [{"text": "a"}, {"text": 3}]}'),
        ("bad.tsv", b"start\tend\ttext\n0\t1\ta\nx\t2\tb\n"),
        ("bad.vtt", b"WEBVTT\n\n00:01.000 --> 00:0x.000\na\n"),
        ("bad.sqlite3", b"SQLite format 3\x00"),
    ],
)
def test_a_bad_file_among_good_ones_leaves_the_study_as_it_was(
    study: Study, tmp_path: Path, name: str, content: bytes
) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / name
    good.write_text("R1: hello")
    bad.write_bytes(content)
    before = study.db.execute("SELECT count(*) FROM log").fetchone()
    with pytest.raises(BadInput, match=name):
        bring_in(study, "c", read_files([good, bad], Wish()))
    assert study.db.execute("SELECT count(*) FROM log").fetchone() == before
    assert list_documents(study) == []
