"""What the readers make of transcripts as people write them: speakers, numbers, times, roles, units and attributes."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from suggest.errors import BadInput, UsageError
from suggest.text.archives import check_archive
from suggest.text.documents import ReadDocument, Segment, preview, read_documents, segment_text

ROOT = Path(__file__).resolve().parents[2]


def read(folder: Path, text: str, name: str = "BU.txt", **asked: object) -> ReadDocument:
    path = folder / name
    path.write_bytes(text.encode())
    [document] = read_documents(path, **asked)  # type: ignore[arg-type]
    return document


def said(document: ReadDocument) -> list[tuple[str | None, str, str]]:
    return [(one.speaker, one.role, document.text[one.start : one.end]) for one in document.segments]


def test_speakers_are_recognised_in_the_forms_that_transcripts_use(tmp_path: Path) -> None:
    text = "I: why?\nR1: so\nMODERATOR - and\nMODERATOR - then\n[00:01:02] R1: ok\nAnna (00:03): yes\nAnna (00:04): no"
    assert [(speaker, words) for speaker, _, words in said(read(tmp_path, text))] == [
        ("I", "why?"),
        ("R1", "so"),
        ("MODERATOR", "and"),
        ("MODERATOR", "then"),
        ("R1", "ok"),
        ("Anna", "yes"),
        ("Anna", "no"),
    ]


def test_time_codes_become_milliseconds(tmp_path: Path) -> None:
    document = read(tmp_path, "[00:01:02] R1: a\nR1 (01:03): b\n00:00:04.5 R1: c\nR1: #00:00:05-3# d")
    assert [one.time_from for one in document.segments] == [62_000, 63_000, 4_500, 5_300]


def test_names_with_a_time_on_their_own_line_speak_what_follows(tmp_path: Path) -> None:
    document = read(tmp_path, "Anna Berg  0:03\nhello\n\nBen Roth  0:10\nhi\n\nAnna Berg  0:20\nwell")
    assert [(s, w) for s, _, w in said(document)] == [("Anna Berg", "hello"), ("Ben Roth", "hi"), ("Anna Berg", "well")]
    assert [one.time_from for one in document.segments] == [3_000, 10_000, 20_000]


def test_a_label_that_stands_once_is_no_speaker_but_its_words_go_to_nobody_else(tmp_path: Path) -> None:
    document = read(tmp_path, "I: why?\nR1: so\nKaren: me too\nI: ah")
    assert said(document)[2] == (None, "data", "Karen: me too")
    assert any("Karen" in notice for notice in document.notices)


def test_speakers_can_be_named(tmp_path: Path) -> None:
    document = read(tmp_path, "I: why?\nKaren: me too", mapping={"speakers": "Karen, Ben"})
    assert said(document)[1] == ("Karen", "data", "me too")


def test_speakers_that_differ_in_case_stay_apart_and_white_space_is_joined(tmp_path: Path) -> None:
    document = read(tmp_path, "Anna  Berg: a\nAnna Berg: b\nANNA BERG: c\nANNA BERG: d")
    assert [speaker for speaker, _, _ in said(document)] == ["Anna Berg", "Anna Berg", "ANNA BERG", "ANNA BERG"]


def test_who_asks_is_a_prompt_and_noises_and_headings_are_other(tmp_path: Path) -> None:
    asked = "Focus group Butabika\n\nModerator: why?\nR1: (laughs)\nR1: so (laughs) well\n"
    text = asked + "[noise]\n...\n00:05:00\nFacilitator: and?"
    assert [role for _, role, _ in said(read(tmp_path, text))] == [
        "other",
        "prompt",
        "other",
        "data",
        "other",
        "other",
        "other",
        "prompt",
    ]


def test_markdown_is_stored_as_it_is_written(tmp_path: Path) -> None:
    text = "# Interview\n\n**Anna:** Can you\ntell me?\n\n**Ben**: *yes*\n\nmore\n\n**Anna:** ok\n"
    document = read(tmp_path, text, "BU.md")
    assert document.text == text
    assert said(document) == [
        (None, "other", "# Interview"),
        ("Anna", "data", "Can you\ntell me?"),
        ("Ben", "data", "*yes*\n\nmore"),
        ("Anna", "data", "ok"),
    ]


def test_paragraph_numbers_are_taken_from_the_file_where_it_prints_them(tmp_path: Path) -> None:
    document = read(tmp_path, "51 R4: hello\n52 and more\n54 I: why?\nwrapped\n[60] R4: because")
    assert [(one.paragraph_from, one.speaker) for one in document.segments] == [
        (51, "R4"),
        (52, "R4"),
        (54, "I"),
        (60, "R4"),
    ]
    assert document.counted.startswith("taken from the file")


def test_numbers_that_do_not_rise_are_talk(tmp_path: Path) -> None:
    document = read(tmp_path, "3 people came\n5 of them stayed\n2 went home\n9 came back")
    assert said(document)[0][2] == "3 people came"
    assert [one.paragraph_from for one in document.segments] == [1, 2, 3, 4]
    assert document.counted.startswith("counted by this program")


def test_lines_of_wrapped_text_belong_to_one_paragraph(tmp_path: Path) -> None:
    line = "words that fill the line up to the length at which it was broken\n"
    document = read(tmp_path, (line * 3 + "end.\n\n") * 3)
    assert [one.paragraph_from for one in document.segments] == [1, 2, 3]
    assert document.text[document.segments[0].start : document.segments[0].end] == line * 3 + "end."


def test_a_time_code_inside_a_block_of_lines_is_not_talk(tmp_path: Path) -> None:
    document = read(tmp_path, "**I:** why\n[00:01:02] and how?", "BU.md")
    assert [(words, one.time_from) for (_, _, words), one in zip(said(document), document.segments, strict=True)] == [
        ("why", None),
        ("and how?", 62_000),
    ]


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("turn", ["Well. Dr. Smith came.\nThen I left.", "Why?"]),
        ("paragraph", ["Well. Dr. Smith came.", "Then I left.", "Why?"]),
        ("sentence", ["Well.", "Dr. Smith came.", "Then I left.", "Why?"]),
        ("line", ["Well. Dr. Smith came.", "Then I left.", "Why?"]),
    ],
)
def test_units(tmp_path: Path, unit: str, words: list[str]) -> None:
    document = read(tmp_path, "R1: Well. Dr. Smith came.\nThen I left.\nI: Why?", unit=unit, language="en")
    assert [one[2] for one in said(document)] == words
    assert document.unit == unit


def test_the_default_unit_is_turns_where_there_are_speakers_and_else_paragraphs(tmp_path: Path) -> None:
    assert read(tmp_path, "I: a\nR1: b").unit == "turn"
    assert read(tmp_path, "Once we went there.\nIt was cold.").unit == "paragraph"


def test_what_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    for asked in (
        {"unit": "page"},
        {"unit": "row"},
        {"mapping": {"text": "a"}},
        {"label": " "},
        {"encoding": "klingon"},
    ):
        with pytest.raises(UsageError):
            read(tmp_path, "I: a", **asked)
    with pytest.raises(UsageError, match="one document"):
        read(tmp_path, "document_id,text\nD,a\nE,b", "a.csv", label="X")


def test_utf8_with_a_broken_character_is_refused_whatever_a_guess_would_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suggest.text.decoding._legacy_encoding", lambda content: "cp1252")
    (tmp_path / "a.txt").write_bytes("schön und größer".encode() + b"\xc3 ")
    with pytest.raises(BadInput, match="byte 19"):
        read_documents(tmp_path / "a.txt")


def test_a_table_gives_one_document_per_document_id(tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    path.write_text(
        "document_id,segment_id,order,speaker,text,site,mood\n"
        "BU,b2,2,R1,fine,Kampala,glad\nPU,p1,1,I,why?,Pune,\nBU,b1,1,moderator,and?,Kampala,\nBU,b3,3,R1,,Kampala,\n",
        encoding="utf-8",
    )
    bu, pu = read_documents(path)
    assert (bu.label, bu.text, bu.unit, bu.attributes) == ("BU", "and?\nfine\n", "row", (("site", "Kampala"),))
    assert bu.segments == (
        Segment(0, 4, "prompt", "moderator", 1, 1, "b1"),
        Segment(5, 9, "data", "R1", 2, 2, "b2", attributes=(("mood", "glad"),)),
    )
    assert any("1 row without words" in notice for notice in bu.notices)
    assert (pu.label, pu.text, pu.attributes) == ("PU", "why?", (("site", "Pune"),))


def test_mapped_columns_and_printed_paragraphs(tmp_path: Path) -> None:
    text = "Who,Answer,paragraph\nR1,yes,51\nR2,no,60-64\n"
    document = read(tmp_path, text, "PU.csv", mapping={"text": "Answer", "speaker": "who"})
    assert document.label == "PU"
    assert [(one.speaker, one.paragraph_from, one.paragraph_to) for one in document.segments] == [
        ("R1", 51, 51),
        ("R2", 60, 64),
    ]


def test_rows_can_be_cut_into_sentences_or_joined_to_turns(tmp_path: Path) -> None:
    text = "segment_id,speaker,text\na,R1,One. Two.\nb,R1,Three.\nc,I,Why?\n"
    by_sentence = read(tmp_path, text, "a.csv", unit="sentence")
    assert [one.external for one in by_sentence.segments] == ["a.1", "a.2", "b", "c"]
    by_turn = read(tmp_path, text, "a.csv", unit="turn")
    assert [(one[0], one[2]) for one in said(by_turn)] == [("R1", "One. Two.\nThree."), ("I", "Why?")]
    assert [(one.paragraph_from, one.paragraph_to, one.external) for one in by_turn.segments] == [
        (1, 2, None),
        (3, 3, "c"),
    ]


def test_observations_in_brackets_are_material_in_a_table(tmp_path: Path) -> None:
    document = read(tmp_path, "text\n(The participant reads the tab)\n(laughs)\n", "a.csv")
    assert [one.role for one in document.segments] == ["data", "other"]


def test_a_role_column_is_obeyed(tmp_path: Path) -> None:
    document = read(tmp_path, "role,speaker,text\nother,R1,a\n,I,b\nDATA,I,c\n", "a.csv")
    assert [one.role for one in document.segments] == ["other", "prompt", "data"]


def made_in_word(build: object) -> bytes:
    document = docx.Document()
    build(document)  # type: ignore[operator]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read_word_file(folder: Path, content: bytes) -> ReadDocument:
    (folder / "BU.docx").write_bytes(content)
    [document] = read_documents(folder / "BU.docx")
    return document


def test_word_gives_headings_bold_names_and_table_rows(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        document.add_heading("Site Butabika", 1)
        for name, words in (("Anna:", " hello"), ("Ben", ": hi"), ("Anna: ", "again")):
            paragraph = document.add_paragraph()
            paragraph.add_run(name).bold = True
            paragraph.add_run(words)
        table = document.add_table(2, 2)
        for row, texts in enumerate((("I", "why?"), ("R1", "so\nthat"))):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text

    assert said(read_word_file(tmp_path, made_in_word(build))) == [
        (None, "other", "Site Butabika"),
        ("Anna", "data", "hello"),
        ("Ben", "data", "hi"),
        ("Anna", "data", "again"),
        ("I", "prompt", "why?"),
        ("R1", "data", "so\nthat"),
    ]


def test_words_automatic_numbers_are_paragraph_numbers(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("Focus group")
        for words in ("I: a", "R1: b", "I: c", "R1: d"):
            document.add_paragraph(words, style="List Number")

    document = read_word_file(tmp_path, made_in_word(build))
    assert [one.paragraph_from for one in document.segments] == [1, 1, 2, 3, 4]
    assert document.counted.startswith("taken from the file")


def test_what_word_moved_elsewhere_stands_once(tmp_path: Path) -> None:
    run = b"<w:r><w:t>moved</w:t></w:r>"
    moved = b"<w:p><w:moveFrom>" + run + b"</w:moveFrom><w:moveTo>" + run + b"</w:moveTo></w:p>"
    content = made_in_word(lambda document: document.add_paragraph("last"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"<w:body>", b"<w:body>" + moved))
    document = read_word_file(tmp_path, out.getvalue())
    assert document.text == "moved\nlast"
    assert any("Tracked changes" in notice for notice in document.notices)


def test_a_document_type_across_two_chunks_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", b" " * (2**20 - 4) + b"<!DOCTYPE x>")
    with pytest.raises(BadInput, match="document type"):
        check_archive(path, "docx")


def test_the_preview_counts_roles_speakers_and_paragraphs(tmp_path: Path) -> None:
    [shown] = preview([read(tmp_path, "I: why?\nR1: so\nR1: well\n(laughs)\nI: ah")])
    assert (shown.label, shown.unit, shown.paragraphs, shown.segments) == ("BU", "turn", 5, 5)
    assert shown.roles == (("data", 2), ("prompt", 2), ("other", 1))
    assert [(one.name, one.segments, one.role) for one in shown.speakers] == [("I", 2, "prompt"), ("R1", 2, "data")]
    assert shown.first_lines[0] == ("prompt", "I", "why?")
    assert any("Encoding" in notice for notice in shown.notices)


def test_the_preview_points_at_likely_names_but_not_at_speakers(tmp_path: Path) -> None:
    text = (
        "Anna: I saw Dr. Okello there and we lived in Kampala then.\nAnna: and so Mary came, and later Mary left.\n"
        "Ben: I told Anna that. Write to anna@example.org or +44 20 7946 0018.\nBen: Yes, I told Anna. We Can. we can."
    )
    document = read(tmp_path, text)
    hints = {one.words: one for one in preview([document])[0].names}
    assert {word: one.kind for word, one in hints.items()} == {
        "Okello": "person",
        "Kampala": "place",
        "Mary": "name",
        "anna@example.org": "contact",
        "+44 20 7946 0018": "contact",
    }
    for word, one in hints.items():
        assert [document.text[start:end] for start, end in one.ranges] == [word] * len(one.ranges)
    assert len(hints["Mary"].ranges) == 2


def test_lone_surrogates_in_text_from_elsewhere_keep_their_place() -> None:
    text = "R1: well \ud800 then. Then done."
    assert [text[one.start : one.end] for one in segment_text(text, "sentence")] == ["well \ud800 then.", "Then done."]


def test_reading_imports_no_format_library_before_a_file_needs_it() -> None:
    code = (
        "import sys, suggest.text.documents, suggest.text.citations\n"
        "heavy = {'docx', 'openpyxl', 'lxml', 'sentencex', 'charset_normalizer'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stderr) == (0, "")


SHARED = os.environ.get("SECONDCODER_SHARED")


@pytest.mark.skipif(not SHARED, reason="SECONDCODER_SHARED is not set: the real sets are not here")
@pytest.mark.parametrize(
    ("name", "documents", "segments"),
    [("serdif_thinkaloud", 17, 3009), ("talkmoves", 63, 30_825), ("cams_dialogue", 21, 210)],
)
def test_real_sets_are_read_row_by_row(name: str, documents: int, segments: int) -> None:
    import csv

    path = Path(str(SHARED)) / "data" / name / "segments.csv"
    found = read_documents(path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = {row["segment_id"]: row["text"] for row in csv.DictReader(stream)}
    assert len(found) == documents
    assert {s.external: one.text[s.start : s.end] for one in found for s in one.segments} == rows
    assert len(rows) == segments
