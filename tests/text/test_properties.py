"""Promises about every reader that hold for all input: exact offsets, nothing lost, a clear error or an import."""

import csv
import io
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.errors import BadInput, UsageError
from suggest.text.documents import ReadDocument, Segment, preview, read_documents, segment_text
from suggest.text.segmentation import sentences

UNITS = ["turn", "paragraph", "sentence", "line"]
any_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)
pieces = st.sampled_from(
    [
        "I: ",
        "R1: ",
        "**Anna:** ",
        "MODERATOR - ",
        "Note: ",
        "[00:01:02] ",
        "00:01:02-->00:02\n",
        "(laughs)",
        "51 ",
        "[52] ",
        "53 R4: ",
        "\n",
        "\n\n",
        "# Title\n",
        "-->",
        "00:00:01,000 --> 00:00:02,000\n",
        "WEBVTT\n\n",
        "<v Anna>",
        ",",
        '"',
        ";",
        "\t",
        "\r\n",
        "\r",
        "Well. I think so! ",
        "so, Dr. Smith in London ",
        "é👩‍👩‍👧e\u0301 ",
        "\ufeff",
        "\x1b[31m",
        "\u2028",
        "---\n",
        "Anna (00:03): ",
    ]
)
messy = st.lists(st.one_of(pieces, any_text), max_size=25).map("".join)
line_text = any_text.map(lambda text: text.replace("\r", " ").replace("\n", " "))


def check(text: str, segments: Sequence[Segment]) -> None:
    """Ordered, not overlapping, not empty, inside the text, and paragraph numbers from 1 in order."""
    end = 0
    for segment in segments:
        assert end <= segment.start < segment.end <= len(text)
        assert text[segment.start : segment.end].strip()
        assert 1 <= segment.paragraph_from <= segment.paragraph_to
        assert segment.speaker is None or segment.speaker == " ".join(segment.speaker.split()) != ""
        end = segment.end


def read_bytes(content: bytes, name: str, **asked: object) -> list[ReadDocument]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_documents(path, **asked)  # type: ignore[arg-type]


@given(messy, st.sampled_from(UNITS), st.booleans())
@settings(max_examples=400)
def test_segments_of_any_text_are_ordered_ranges_of_it(text: str, unit: str, markdown: bool) -> None:
    check(text, segment_text(text, unit, markdown=markdown))


@given(messy, st.sampled_from([".txt", ".md", ".vtt", ".srt", ".csv", ".tsv"]), st.sampled_from([None, *UNITS, "row"]))
@settings(max_examples=600)
def test_any_text_in_any_format_is_imported_or_refused(text: str, suffix: str, unit: str | None) -> None:
    content = ("document_id,speaker,text\n" + text if suffix == ".csv" else text).encode()
    try:
        documents = read_bytes(content, "a" + suffix, unit=unit)
    except (BadInput, UsageError):
        return
    for document in documents:
        check(document.text, document.segments)
    assert len(preview(documents)) == len(documents)


@given(st.binary(max_size=300), st.sampled_from([".txt", ".md", ".vtt", ".srt", ".csv", ".docx", ".xlsx"]))
@settings(max_examples=300)
def test_any_bytes_are_imported_or_refused(content: bytes, suffix: str) -> None:
    try:
        documents = read_bytes(content, "a" + suffix)
    except BadInput:
        return
    for document in documents:
        check(document.text, document.segments)


@given(any_text.filter(str.strip), st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_stored_text_is_the_files_text_with_line_feeds(text: str, encoding: str) -> None:
    [document] = read_bytes(text.encode(encoding), "a.txt")
    assert document.text == text.replace("\r\n", "\n").replace("\r", "\n")


speech = (
    st.text(st.characters(categories=["Ll", "Lo", "So", "Zs"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda words: any(map(str.isalpha, words)))
)


@given(st.lists(st.tuples(st.sampled_from(["I", "R1", "R2", "Moderator"]), speech), min_size=1, max_size=20))
def test_a_transcript_gives_back_who_said_what(turns: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{speaker}: {words}" for speaker, words in turns)
    segments = segment_text(text)
    assert [(one.speaker, text[one.start : one.end]) for one in segments] == turns
    assert [one.paragraph_from for one in segments] == list(range(1, len(turns) + 1))
    assert [one.role == "prompt" for one in segments] == [speaker in ("I", "Moderator") for speaker, _ in turns]


@given(messy)
def test_sentences_leave_no_word_out(text: str) -> None:
    ranges = list(sentences(text, 0, len(text), "en"))
    covered = "".join(text[start:end] for start, end in ranges)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))


@given(
    st.lists(st.tuples(st.sampled_from(["D", "E", "[/]"]), any_text), min_size=1, max_size=20), st.sampled_from(",;\t|")
)
def test_a_table_gives_back_its_cells(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["document_id", "segment_id", "text"])
    writer.writerows([name, f"s{index}", words] for index, (name, words) in enumerate(rows))
    said = {f"s{i}": words.replace("\r\n", "\n").replace("\r", "\n") for i, (_, words) in enumerate(rows)}
    if not any(words.strip() for words in said.values()):
        return
    documents = read_bytes(out.getvalue().encode(), "a.csv")
    found = {s.external: one.text[s.start : s.end] for one in documents for s in one.segments}
    assert found == {key: words for key, words in said.items() if words.strip()}


in_xml = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).filter(str.strip)


@given(st.lists(in_xml, min_size=1, max_size=8))
@settings(max_examples=25)
def test_a_word_file_gives_back_its_paragraphs(paragraphs: list[str]) -> None:
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    out = io.BytesIO()
    document.save(out)
    [read] = read_bytes(out.getvalue(), "a.docx", unit="paragraph")
    assert read.text == "\n".join(paragraphs)
    check(read.text, read.segments)


@given(st.lists(in_xml.filter(lambda words: words[0] not in "=#"), min_size=1, max_size=8))
@settings(max_examples=25)
def test_a_workbook_gives_back_its_cells(cells: list[str]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["text"])
    for words in cells:
        book.active.append([words])
    out = io.BytesIO()
    book.save(out)
    [read] = read_bytes(out.getvalue(), "a.xlsx")
    assert [read.text[one.start : one.end] for one in read.segments] == cells


cue_words = speech.filter(lambda words: "-->" not in words)


@given(
    st.lists(st.tuples(st.sampled_from(["Anna", "Ben"]), cue_words), min_size=1, max_size=12),
    st.sampled_from(["vtt", "srt"]),
)
def test_captions_give_back_speakers_words_and_times(cues: list[tuple[str, str]], suffix: str) -> None:
    stamps = [(index * 2000 + 500, index * 2000 + 1500) for index in range(len(cues))]
    mark = "," if suffix == "srt" else "."
    blocks = [
        f"{n}\n00:00:{a // 1000:02d}{mark}500 --> 00:00:{b // 1000:02d}{mark}500\n<v {who}>{words}\n"
        for n, ((who, words), (a, b)) in enumerate(zip(cues, stamps, strict=True), 1)
    ]
    [document] = read_bytes(
        (("WEBVTT\n\n" if suffix == "vtt" else "") + "\n".join(blocks)).encode(), f"a.{suffix}", unit="paragraph"
    )
    read = [(s.speaker, document.text[s.start : s.end], s.time_from, s.time_to) for s in document.segments]
    assert read == [(who, words, a, b) for (who, words), (a, b) in zip(cues, stamps, strict=True)]


def test_a_turn_of_captions_runs_over_one_speakers_cues() -> None:
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nAnna: so I\n\n00:02.000 --> 00:03.000\nwent home\n\n"
        "00:04.000 --> 00:05.000\nI: why?\n\n00:06.000 --> 00:07.000\nAnna: tired\n"
    )
    [document] = read_bytes(vtt.encode(), "a.vtt")
    first = document.segments[0]
    assert document.text[first.start : first.end] == "so I\nwent home"
    assert (first.speaker, first.time_from, first.time_to, first.paragraph_from, first.paragraph_to) == (
        "Anna",
        1000,
        3000,
        1,
        2,
    )
    assert [one.role for one in document.segments] == ["data", "prompt", "data"]


@pytest.mark.parametrize("unit", UNITS)
def test_stored_prose_is_segmented_again_as_at_import(unit: str) -> None:
    text = "I: Why did you go? Tell me.\nR1: I had to.\nReally.\n(laughs)\nR2: Me too."
    [document] = read_bytes(text.encode(), "a.txt", unit=unit)
    assert segment_text(document.text, unit) == document.segments
