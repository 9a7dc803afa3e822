"""Codings from elsewhere: by segment and by paragraphs, several coders, coverage, and what is refused."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.errors import BadInput, UsageError
from suggest.exchange.codings import read_codings, store_codings
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.carry import Answer
from suggest.study.codes import NewCode, Wording, add_codes, read_codes
from suggest.study.imports import ImportedCodings
from suggest.study.people import coders, ensure_coder
from suggest.study.rounds import current_round, find_round, rounds
from suggest.study.segments import SegmentReader, segment_id
from suggest.study.sources import FixedSources
from suggest.study.stale import AnswerReader
from suggest.study.study import Study
from suggest.study.units import codings
from suggest.study.verify import verify

Write = Callable[[str, str | bytes], Path]
BY_SEGMENT = "document_id,segment_id,coder_id,code_id\n"
BY_PARAGRAPH = "document_id,paragraph_from,paragraph_to,coder_id,code_id\n"


@pytest.fixture(autouse=True)
def tree(study: Study, anna: str, talk: list[str]) -> None:
    add_codes(
        study,
        anna,
        [
            NewCode("h", Wording("Hope", external="T1")),
            NewCode("o", Wording("Own", external="T1.1"), "h"),
            NewCode("f", Wording("Fear", external="T2")),
        ],
    )


def bring(study: Study, actor: str, labels: Path, **given: object) -> ImportedCodings:
    return store_codings(study, actor, read_codings(study, labels, **given))  # type: ignore[arg-type]


def applied(study: Study) -> list[tuple[str, str, str, str]]:
    """(coder, segment's citation, code, words) of all codings."""
    names = {person.id: person.name for person in coders(study)}
    titles = {code.id: code.name for code in read_codes(study)}
    reader = SegmentReader(study)
    found = []
    for coding in codings(study):
        segment = reader.number(coding.segment)
        assert segment is not None
        words = study.contents.text(
            study.db.execute("SELECT text FROM document WHERE document = ?", (coding.document,)).fetchone()[0]
        )[coding.start : coding.end]
        found.append((names[coding.coder], segment.cite, titles[coding.code], words))
    return sorted(found)


def completed(study: Study, round_: str, coder: str) -> list[str]:
    person = ensure_coder(study, coder)
    reader = SegmentReader(study)
    answers = AnswerReader(study).completed(find_round(study, round_).id, person)
    return [segment.cite for n, _ in answers if (segment := reader.number(n)) is not None]


class TestBySegment:
    def test_a_label_marks_the_whole_segment(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\nPU,s3,eva,T2\n"))
        assert applied(study) == [
            ("ben", "BU 2", "Hope", "line 2 of the talk"),
            ("eva", "PU 3", "Fear", "line 3 of the talk"),
        ]

    @pytest.mark.parametrize("ref", ["T1.1", "Own", "Hope > Own", "hope › own"])
    def test_codes_are_named_by_id_name_or_path(self, study: Study, anna: str, write: Write, ref: str) -> None:
        bring(study, anna, write("l.csv", BY_SEGMENT + f"BU,s2,ben,{ref}\n"))
        assert [row[2] for row in applied(study)] == ["Own"]

    def test_our_own_segment_ids_are_known_too(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", f"segment_id,coder_id,code_id\n{segment_id(study, 3)},ben,T1\n"))
        assert [row[1] for row in applied(study)] == ["BU 4"]

    def test_a_row_said_twice_counts_once_and_is_told(self, study: Study, anna: str, write: Write) -> None:
        path = write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\nBU,s2,ben,T1\n")
        assert any("taken once" in notice for notice in read_codings(study, path).notices)
        bring(study, anna, path)
        assert len(applied(study)) == 1


class TestByParagraph:
    def test_a_coding_runs_over_the_segments_of_its_paragraphs(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", BY_PARAGRAPH + "BU,2,4,ben,T1\n"))
        assert applied(study) == [("ben", "BU 2", "Hope", "line 2 of the talk\nline 3 of the talk\nline 4 of the talk")]
        assert completed(study, "l", "ben") == ["BU 2", "BU 3", "BU 4"]

    def test_it_is_listed_under_its_first_data_segment(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", BY_PARAGRAPH + "BU,1,2,ben,T1\n"))
        ((_, cite, _, words),) = applied(study)
        assert (cite, words) == ("BU 2", "line 1 of the talk\nline 2 of the talk")
        assert completed(study, "l", "ben") == ["BU 2"]

    def test_without_paragraph_to_it_is_one_paragraph(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", "document_id,paragraph_from,coder_id,code_id\nBU,3,ben,T1\n"))
        assert [row[1] for row in applied(study)] == ["BU 3"]


class TestCoverage:
    def test_what_it_lists_is_completed_and_silence_there_is_a_negative(
        self, study: Study, anna: str, write: Write
    ) -> None:
        labels = write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n")
        coverage = write("c.csv", "document_id,segment_id,coder_id\nBU,s2,ben\nBU,s3,ben\nBU,s3,eva\n")
        bring(study, anna, labels, coverage=coverage)
        assert completed(study, "l", "ben") == ["BU 2", "BU 3"]
        assert completed(study, "l", "eva") == ["BU 3"]
        hope = next(code.id for code in read_codes(study) if code.name == "Hope")
        answers = dict(AnswerReader(study).completed(find_round(study, "l").id, ensure_coder(study, "ben")))
        assert [given[hope] for given in answers.values()] == [Answer.APPLIED, Answer.NOT_APPLIED]

    def test_without_it_only_labelled_segments_are_completed(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n"))
        assert completed(study, "l", "ben") == ["BU 2"]

    def test_a_label_outside_of_it_is_stored_said_and_not_completed(
        self, study: Study, anna: str, write: Write
    ) -> None:
        labels = write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n")
        coverage = write("c.csv", "document_id,segment_id,coder_id\nBU,s3,ben\n")
        assert any("not counted" in notice for notice in read_codings(study, labels, coverage=coverage).notices)
        bring(study, anna, labels, coverage=coverage)
        assert completed(study, "l", "ben") == ["BU 3"]
        assert len(applied(study)) == 1

    def test_by_paragraphs_the_data_segments_are_read(self, study: Study, anna: str, write: Write) -> None:
        labels = write("l.csv", BY_PARAGRAPH + "BU,2,2,ben,T1\n")
        coverage = write("c.csv", "document_id,paragraph_from,paragraph_to,coder_id\nBU,1,3,ben\n")
        bring(study, anna, labels, coverage=coverage)
        assert completed(study, "l", "ben") == ["BU 2", "BU 3"]

    def test_exposure_is_blind(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n"))
        assert study.db.execute("SELECT DISTINCT assigned, actual FROM unit").fetchall() == [("blind", "blind")]


class TestRoundsAndCoders:
    def test_it_is_a_round_of_its_own_that_nobody_codes_in(self, study: Study, anna: str, write: Write) -> None:
        path = write("old labels.csv", BY_SEGMENT + "BU,s2,ben,T1\n")
        assert bring(study, anna, path).name == "old labels"
        assert find_round(study, "old labels").purpose == "imported"
        assert current_round(study, ensure_coder(study, "ben")).name == "main"

    def test_a_second_import_gets_another_name(self, study: Study, anna: str, write: Write) -> None:
        path = write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n")
        assert [bring(study, anna, path).name for _ in range(3)] == ["l", "l 2", "l 3"]

    def test_a_name_that_is_taken_is_refused(
        self, study: Study, anna: str, write: Write, entries: Callable[[], int]
    ) -> None:
        before = entries()
        with pytest.raises(BadInput, match="--round"):
            bring(study, anna, write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n"), round_name="main")
        assert entries() == before

    def test_known_coders_are_themselves_and_new_ones_are_made(self, study: Study, anna: str, write: Write) -> None:
        path = write("l.csv", BY_SEGMENT + "BU,s2,anna,T1\nBU,s2,ben,T1\n")
        assert bring(study, anna, path).new_coders == ("ben",)
        assert sorted(person.name for person in coders(study)) == ["anna", "ben"]

    def test_one_entry_for_each_coder_and_document(self, study: Study, anna: str, write: Write) -> None:
        rows = "BU,s2,ben,T1\nBU,s3,ben,T2\nPU,s2,ben,T1\nBU,s2,eva,T1\n"
        bring(study, anna, write("l.csv", BY_SEGMENT + rows))
        kinds = study.db.execute("SELECT count(*) FROM log WHERE kind = 'codings_imported'").fetchone()
        assert kinds == (3,)

    def test_the_column_of_coders_may_have_another_name(self, study: Study, anna: str, write: Write) -> None:
        path = write("l.csv", "document_id,segment_id,rater,code_id\nBU,s2,ben,T1\n")
        bring(study, anna, path, coder_column="Rater")
        assert applied(study)[0][0] == "ben"

    def test_a_file_without_coders_is_one_coders(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("l.csv", "document_id,segment_id,code_id\nBU,s2,T1\n"), coder="ben")
        assert applied(study)[0][0] == "ben"
        with pytest.raises(UsageError):
            bring(study, anna, write("l.csv", BY_SEGMENT), coder="ben", coder_column="c")

    def test_a_model_is_no_person(self, study: Study, anna: str, write: Write) -> None:
        ensure_coder(study, "model:x", "model")
        with pytest.raises(BadInput, match="model"):
            bring(study, anna, write("l.csv", BY_SEGMENT + "BU,s2,model:x,T1\n"))


BAD = {
    "no key": ("segment,coder_id,code_id\ns2,ben,T1\n", "row 2", "segment_id"),
    "no coder column": ("document_id,segment_id,code_id\nBU,s2,T1\n", "row 1", "coder_id"),
    "no code column": ("document_id,segment_id,coder_id\nBU,s2,ben\n", "row 1", "code_id"),
    "unknown segment": (BY_SEGMENT + "BU,s2,ben,T1\nBU,s99,ben,T1\n", "row 3", "s99"),
    "unknown document": (BY_SEGMENT + "XX,s2,ben,T1\n", "row 2", "XX"),
    "unknown code": (BY_SEGMENT + "BU,s2,ben,T1\nBU,s2,ben,T9\n", "row 3", "T9"),
    "ambiguous segment": ("segment_id,coder_id,code_id\ns2,ben,T1\n", "row 2", "document_id"),
    "empty coder": (BY_SEGMENT + "BU,s2, ,T1\n", "row 2", "coder_id"),
    "coder with a comma": (BY_SEGMENT + 'BU,s2,"a, b",T1\n', "row 2", "comma"),
    "empty code": (BY_SEGMENT + "BU,s2,ben,\n", "row 2", "code_id"),
    "no paragraph": (BY_PARAGRAPH + "BU,,,ben,T1\n", "row 2", "paragraph_from"),
    "word for a paragraph": (BY_PARAGRAPH + "BU,two,,ben,T1\n", "row 2", "paragraph_from"),
    "paragraph nought": (BY_PARAGRAPH + "BU,0,1,ben,T1\n", "row 2", "paragraph_from"),
    "huge paragraph": (BY_PARAGRAPH + f"BU,{'9' * 400},,ben,T1\n", "row 2", "paragraph_from"),
    "other digits": (BY_PARAGRAPH + "BU,²,,ben,T1\n", "row 2", "paragraph_from"),
    "backwards": (BY_PARAGRAPH + "BU,4,2,ben,T1\n", "row 2", "before"),
    "paragraph beyond": (BY_PARAGRAPH + "BU,70,80,ben,T1\n", "row 2", "70"),
    "header twice": ("segment_id,segment_id,coder_id,code_id\ns2,s2,ben,T1\n", "row 1", "segment_id"),
    "ragged": (BY_SEGMENT + "BU,s2,ben,T1,more\n", "row 2", "cells"),
    "NUL": (BY_SEGMENT + "BU,s2,b\x00n,T1\n", "line 2", "NUL"),
    "wrong encoding": (BY_SEGMENT.encode() + "BU,s2,bén,T1\nBU,s3,b".encode() + b"\xffn,T1\n", "byte", "UTF-8"),
    "no rows": (BY_SEGMENT, "", "no codings"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_row_and_nothing_is_stored(
    study: Study, anna: str, write: Write, entries: Callable[[], int], name: str
) -> None:
    content, place, word = BAD[name]
    before = entries()
    with pytest.raises(BadInput) as caught:
        bring(study, anna, write("l.csv", content))
    assert place in caught.value.place
    assert word in str(caught.value)
    assert entries() == before
    assert [item.name for item in rounds(study)] == ["main"]


def test_a_bad_coverage_leaves_nothing_either(
    study: Study, anna: str, write: Write, entries: Callable[[], int]
) -> None:
    before = entries()
    labels = write("l.csv", BY_SEGMENT + "BU,s2,ben,T1\n")
    with pytest.raises(BadInput, match=r"c\.csv, row 3"):
        bring(study, anna, labels, coverage=write("c.csv", BY_SEGMENT + "BU,s2,ben,\nBU,s9,ben,\n"))
    assert entries() == before


def test_formula_cells_are_read_as_they_were_meant(study: Study, anna: str, write: Write) -> None:
    add_codes(study, anna, [NewCode("x", Wording("Risk", external="=R"))])
    bring(study, anna, write("l.csv", BY_SEGMENT + "BU,s2,ben,'=R\n"))
    assert [row[2] for row in applied(study)] == ["Risk"]


rows = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["ben", "eva"]), st.sampled_from("abc")), max_size=12)


@settings(max_examples=40)
@given(labels=rows, read=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["ben", "eva"])), max_size=12))
def test_every_label_and_nothing_else_is_an_answer(
    labels: list[tuple[int, str, str]], read: list[tuple[int, str]]
) -> None:
    labels = [*labels, (0, "ben", "a")]
    with (
        tempfile.TemporaryDirectory() as folder,
        Study.create(Path(folder) / "s.db", "T", "anna", FixedSources()) as study,
    ):
        anna = ensure_coder(study, "anna")
        places = [NewSegment(n * 2, n * 2 + 1, external=f"x{n}") for n in range(6)]
        add_documents(study, anna, [NewDocument("D", "a b c d e f", "row", places)])
        ids = add_codes(study, anna, [NewCode(name, Wording(name)) for name in "abc"])
        one, two = Path(folder) / "labels.csv", Path(folder) / "coverage.csv"
        one.write_text("segment_id,coder_id,code_id\n" + "".join(f"x{n},{who},{code}\n" for n, who, code in labels))
        two.write_text("segment_id,coder_id\n" + "".join(f"x{n},{who}\n" for n, who in [*read, (0, "ben")]))
        store_codings(study, anna, read_codings(study, one, coverage=two))
        found = {
            (n, person.name): {name for name, id_ in ids.items() if given[id_] is Answer.APPLIED}
            for person in coders(study)
            for n, given in AnswerReader(study).completed(find_round(study, "labels").id, person.id)
        }
        covered = {*read, (0, "ben")}
        assert found == {(n, who): {code for m, other, code in labels if (m, other) == (n, who)} for n, who in covered}
        assert len(codings(study)) == len(set(labels))
        assert verify(study).ok
