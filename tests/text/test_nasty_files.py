"""Nasty files: each is read as it should be, with exact offsets, or refused with a message that says what and where.

The files are built from the table below in a temporary folder; none is kept in the repository.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl
import pytest

from suggest.errors import BadInput
from suggest.text.documents import ReadDocument, read_documents

HEADER = "document_id,segment_id,order,speaker,text\n"
VTT = "WEBVTT\n\n"


@dataclass(frozen=True)
class Case:
    """`words` are those of all segments in order where the file is read; `refused` a part of the message if not."""

    file: str
    content: bytes | Callable[[], bytes]
    words: list[str] | None = None
    refused: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


def table(rows: str) -> bytes:
    return (HEADER + rows).encode()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one part changed, or added where it has none of that name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()


def in_body(xml: str) -> bytes:
    """A Word file whose body begins with this XML."""
    return with_part(
        word("last"), "word/document.xml", lambda part: part.replace(b"<w:body>", b"<w:body>" + xml.encode())
    )


def entities(part: bytes) -> bytes:
    declaration = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
    return part.replace(b"?>", b"?>" + declaration, 1) if b"?>" in part else declaration + part


def entities_in_utf16(part: bytes) -> bytes:
    return entities(part).decode().replace("UTF-8", "UTF-16").encode("utf-16")


def cached_formula(part: bytes) -> bytes:
    return part.replace(b"<v></v>", b"<v>7</v>").replace(b"<v />", b"<v>7</v>").replace(b"<v/>", b"<v>7</v>")


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        for number in range(10_001):
            archive.writestr(f"word/media/{number}", "")
    return out.getvalue()


GERMAN = (
    "I: Können Sie bitte erzählen, wie Sie die Unterstützung erlebt haben?\n"
    "R1: Ich fand es schön, dass jemand da war, der das Gefühl kannte. Für mich war es größer als erwartet.\n"
)
GERMAN_TALK = [line.split(": ", 1)[1] for line in GERMAN.splitlines()]
RUSSIAN = "Расскажите, пожалуйста, о вашей работе. Я работаю здесь уже три года, и мне очень нравится."
FAMILY = "👩‍👩‍👧"

CASES = {
    # encodings and line endings
    "an empty file": Case("a.txt", b"", refused="the file is empty"),
    "white space only": Case("a.txt", b" \n\t\n", refused="no words"),
    "a byte-order mark alone": Case("a.txt", b"\xef\xbb\xbf", refused="no words"),
    "UTF-8 with a byte-order mark": Case("a.txt", b"\xef\xbb\xbfI: a", ["a"]),
    "two byte-order marks": Case("a.txt", "\ufeff\ufeffhello".encode(), ["\ufeffhello"]),
    "a byte-order mark inside": Case("a.txt", "he\ufeffllo".encode(), ["he\ufeffllo"]),
    "UTF-16 LE with mark": Case("a.txt", b"\xff\xfe" + "I: é\r\n".encode("utf-16-le"), ["é"]),
    "UTF-16 BE with mark": Case("a.txt", b"\xfe\xff" + f"I: {FAMILY}".encode("utf-16-be"), [FAMILY]),
    "UTF-16 LE without mark": Case("a.txt", "I: hello there".encode("utf-16-le"), ["hello there"]),
    "UTF-16 BE without mark": Case("a.txt", "I: hello there".encode("utf-16-be"), ["hello there"]),
    "UTF-32 with mark": Case("a.txt", "I: hello".encode("utf-32"), ["hello"]),
    "UTF-16 cut in a character": Case("a.txt", b"\xff\xfeI\x00:\x00 ", refused="byte 6"),
    "UTF-16 with half a surrogate pair": Case("a.txt", b"\xff\xfe\x00\xd8a\x00", refused="byte 2"),
    "German in a Windows encoding": Case("a.txt", GERMAN.encode("cp1252"), GERMAN_TALK),
    "Russian in a Windows encoding": Case("a.txt", RUSSIAN.encode("cp1251"), [RUSSIAN]),
    "one odd byte": Case("a.txt", b"I: caf\xe9", refused="byte 6"),
    "one odd byte, encoding named": Case("a.txt", b"I: caf\xe9", ["café"], mapping={"encoding": "cp1252"}),
    "UTF-8 with one damaged character": Case("a.txt", "é ü ö ä".encode()[:-1], refused="byte 9"),
    "an encoded lone surrogate": Case("a.txt", b"I: \xed\xa0\x80", refused="byte 3"),
    "UTF-8 read as ASCII": Case("a.txt", "é".encode(), refused="not valid ascii", mapping={"encoding": "ascii"}),
    "noise": Case("a.txt", bytes(range(128, 256)) * 20, refused="not UTF-8"),
    "CRLF": Case("a.txt", b"I: a\r\nR1: b\r\n", ["a", "b"]),
    "lone CR": Case("a.txt", b"I: a\rR1: b\r", ["a", "b"]),
    "all line endings mixed": Case("a.txt", b"I: a\r\n\rR1: b\nR2: c\r\r\n", ["a", "b", "c"]),
    "NUL": Case("a.txt", b"I: a\nR1: b\x00c", refused="line 2, character 6"),
    "control characters stay": Case("a.txt", b"R1: \x1b[31mred\x07\x0b\x0c\x7f.", ["\x1b[31mred\x07\x0b\x0c\x7f."]),
    "Unicode line separators part nothing": Case("a.txt", "a\u2028b\x85c\u2029d".encode(), ["a\u2028b\x85c\u2029d"]),
    "emoji and combining characters": Case(
        "a.txt", f"R1: {FAMILY} e\u0301 ok\nR2: 🇺🇬!".encode(), [f"{FAMILY} e\u0301 ok", "🇺🇬!"]
    ),
    "right-to-left text": Case(
        "a.txt", "R1: אני עובד כאן\nR2: \u202eevil\u202c".encode(), ["אני עובד כאן", "\u202eevil\u202c"]
    ),
    "a line of 5 MB": Case("a.txt", lambda: b"a" * (5 * 2**20), refused="longer than 4 MB"),
    "a file of 51 MB": Case("a.txt", lambda: b"word\n" * (51 * 2**20 // 5), refused="limit for this format is 50 MB"),
    "a table whose line has 200 MB": Case("a.csv", lambda: b"a" * 200_000_000, refused="longer than 4 MB"),
    # files that are something else
    "a PDF called text": Case("a.txt", b"%PDF-1.7\n", refused="damaged"),
    "rich text called text": Case("a.txt", b"{\\rtf1 hello}", ["hello"]),
    "an old Word file": Case("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), refused="old Office file"),
    "an old Word file called text": Case("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refused="old Word"),
    "a ZIP archive called text": Case("a.txt", lambda: many_parts()[:500], refused="ZIP archive"),
    "a Word file called text": Case("a.txt", lambda: word("I: a", "R1: b"), ["a", "b"]),
    "an unknown ending": Case("a.xyz", b"hello", refused="not known by its ending"),
    "captions called text": Case("a.txt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello", ["hello"]),
    # speakers, numbers, roles
    "a note is no speaker": Case(
        "a.txt", b"I: why?\nR1: well\nNote: this\nSo: that\nNote: x", ["why?", "well\nNote: this\nSo: that\nNote: x"]
    ),
    "a web address is no speaker": Case("a.txt", b"http://a.org\nhttp://b.org", ["http://a.org", "http://b.org"]),
    "times of day are no speakers": Case("a.txt", b"10:30 we met\n11:30 we left", ["10:30 we met", "11:30 we left"]),
    "printed paragraph numbers": Case("a.txt", b"51 I: a\n52 R4: b\n[53] R4: c", ["a", "b", "c"]),
    "a number longer than any": Case("a.txt", b"9" * 50 + b" R1: a", ["9" * 50 + " R1: a"]),
    "a label without words": Case("a.txt", b"I:\nR1:\nR2: a", ["a"]),
    "labels only": Case("a.txt", b"I:\nR1:\n", []),
    "a label of 5,000 letters": Case("a.txt", b"A" * 5000 + b": a", ["A" * 5000 + ": a"]),
    "full-width colons": Case(
        "a.txt", "主持人：好\n受访者：是\n主持人：嗯\n受访者：不".encode(), ["好", "是", "嗯", "不"]
    ),
    "unclosed brackets and stars": Case("a.md", b"**Anna: a\n\n[00:01:02 b\n\n(c", ["**Anna: a", "[00:01:02 b", "(c"]),
    "Markdown front matter": Case("a.md", b"---\ntitle: x\n---\n\n**I:** a", ["---", "title: x", "---", "a"]),
    # captions
    "captions without cues": Case("a.vtt", VTT.encode(), refused="no cue"),
    "captions with empty cues": Case("a.vtt", (VTT + "00:01.000 --> 00:02.000\n\n").encode(), refused="no cue"),
    "a broken time line": Case("a.vtt", (VTT + "00:0x.000 --> 00:02.000\na").encode(), refused="line 3"),
    "an arrow among words": Case("a.vtt", (VTT + "00:01.000 --> 00:02.000\na --> b").encode(), ["a --> b"]),
    "a note among cues": Case(
        "a.vtt", (VTT + "NOTE x\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\na").encode(), ["a"]
    ),
    "two voices in a cue": Case("a.vtt", (VTT + "00:01.000 --> 00:02.000\n<v A>a</v>\n<v B>b").encode(), ["a", "b"]),
    "tags and entities": Case(
        "a.vtt", (VTT + "00:01.000 --> 00:02.000\n<i>a</i> &lt;b&gt; <c.x>c</c>").encode(), ["a <b> c"]
    ),
    "no tag": Case("a.vtt", (VTT + "00:01.000 --> 00:02.000\na < b > c").encode(), ["a < b > c"]),
    "SRT without empty lines": Case(
        "a.srt", b"1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb", ["a", "b"]
    ),
    "SRT with CRLF, mark and points": Case("a.srt", b"\xef\xbb\xbf1\r\n00:00:01.000 --> 00:00:02.000\r\na\r\n", ["a"]),
    "SRT with an empty line in a cue": Case("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\na\n\nb\n", ["a b"]),
    # tables
    "a header alone": Case("a.csv", HEADER.encode(), refused="no rows"),
    "no text column": Case("a.csv", b"id,answer\n1,a", refused="'id', 'answer'"),
    "no row with words": Case("a.csv", table("D,1,1,,\n"), refused="no row holds any words"),
    "a mapped column that is not there": Case(
        "a.csv", table("D,1,1,,a\n"), refused="'Answer'", mapping={"text": "Answer"}
    ),
    "the same id twice": Case("a.csv", table("D,1,1,,a\nD,2,2,,b\nD,1,3,,c\n"), refused="rows 2 and 4"),
    "the same id in two documents": Case("a.csv", table("D,1,1,,a\nE,1,1,,b\n"), ["a", "b"]),
    "an empty document_id": Case("a.csv", table("D,1,1,,a\n,2,2,,b\n"), refused="row 3"),
    "an order in words": Case("a.csv", table("D,1,one,,a\n"), refused="order is not a number"),
    "an infinite order": Case("a.csv", table("D,1,inf,,a\n"), refused="order is not a number"),
    "rows out of order": Case("a.csv", table("D,1,10,,b\nD,2,9,,a\n"), ["a", "b"]),
    "a row that is too long": Case("a.csv", table("D,1,1,,well, yes\n"), refused="row 2"),
    "a row that is too short": Case("a.csv", table("D,1,1\nD,2,2,,a\n"), ["a"]),
    "a quote that is never closed": Case("a.csv", table('D,1,1,,"a\nD,2,2,,b\n'), refused="never closed"),
    "words after a closing quote": Case("a.csv", table('D,1,1,,"a" b\n'), refused="quote ends inside"),
    "line breaks inside a cell": Case("a.csv", table('D,1,1,,"a\r\nb\rc"\nD,2,2,,d\n'), ["a\nb\nc", "d"]),
    "white space in a cell stays": Case("a.csv", table('D,1,1,,"  a "\n'), ["  a "]),
    "a cell of two million characters": Case(
        "a.csv", lambda: table('D,1,1,,"' + "word\n" * 400_000 + '"\n'), refused="more than 1,048,576 characters"
    ),
    "semicolons and a mark": Case("a.csv", b"\xef\xbb\xbfdocument_id;text\nD;a, b\n", ["a, b"]),
    "tabs": Case("a.tsv", b'document_id\ttext\nD\t"a\tb"\n', ["a\tb"]),
    "one column": Case("a.csv", b"text\na\nb\n", ["a", "b"]),
    "two text columns": Case("a.csv", b"text,Text,text\na,b,c\n", refused="two columns are called 'text'"),
    "formulas stay words": Case("a.csv", table('D,1,1,,"=HYPERLINK(""x"")"\n'), ['=HYPERLINK("x")']),
    "NUL in a table": Case("a.csv", table("D,1,1,,a\x00b\n"), refused="NUL"),
    "a paragraph that is no number": Case("a.csv", b"paragraph,text\nx,a\n", refused="row 2"),
    "a paragraph range backwards": Case("a.csv", b"paragraph,text\n9-3,a\n", refused="row 2"),
    "a role that is none": Case("a.csv", b"role,text\nboss,a\n", refused="role is not one of the three"),
    # Word
    "no archive": Case("a.docx", b"hello", refused="not a readable .docx"),
    "an empty Word file": Case("a.docx", b"", refused="the file is empty"),
    "a Word file without words": Case("a.docx", lambda: word("", " "), refused="no words"),
    "a Word file cut short": Case("a.docx", lambda: word("a")[:-200], refused="not a readable .docx"),
    "an archive that is no document": Case(
        "a.docx", lambda: with_part(word("a"), "word/document.xml", lambda _: b"<x/>"), refused="damaged"
    ),
    "XML that is none": Case(
        "a.docx", lambda: with_part(word("a"), "word/document.xml", lambda part: part[:-30]), refused="damaged"
    ),
    "XML entities": Case("a.docx", lambda: with_part(word("a"), "word/document.xml", entities), refused="entities"),
    "XML entities in UTF-16": Case(
        "a.docx", lambda: with_part(word("a"), "word/document.xml", entities_in_utf16), refused="entities"
    ),
    "XML entities in a side part": Case(
        "a.docx", lambda: with_part(word("a"), "word/styles.xml", entities), refused="entities"
    ),
    "a zip bomb": Case(
        "a.docx", lambda: with_part(word("a"), "word/media/a.xml", lambda _: bytes(60_000_000)), refused="zip bomb"
    ),
    "ten thousand parts": Case("a.docx", many_parts, refused="10002 parts"),
    "tracked changes": Case(
        "a.docx",
        lambda: in_body(
            "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
        ),
        ["new", "last"],
    ),
    "a content control": Case(
        "a.docx",
        lambda: in_body("<w:sdt><w:sdtContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:sdtContent></w:sdt>"),
        ["a", "last"],
    ),
    "a line break and a tab": Case(
        "a.docx",
        lambda: in_body("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r></w:p>"),
        ["a\nb\tc", "last"],
    ),
    # Excel
    "a workbook": Case("a.xlsx", lambda: sheet(["text"], ["a"], [None], [3.0], [True]), ["a", "3", "TRUE"]),
    "an empty workbook": Case("a.xlsx", lambda: sheet(), refused="the sheet is empty"),
    "a workbook cut short": Case("a.xlsx", lambda: sheet(["text"], ["a"])[:-100], refused="not a readable .xlsx"),
    "a formula without result": Case("a.xlsx", lambda: sheet(["text"], ["a"], ["=A2&A2"]), refused="cell A3"),
    "a formula with its result": Case(
        "a.xlsx", lambda: with_part(sheet(["text"], ["=3+4"]), "xl/worksheets/sheet1.xml", cached_formula), ["7"]
    ),
    "an error value": Case("a.xlsx", lambda: sheet(["text"], ["#N/A"]), refused="cell A2"),
    "a cell beyond the header": Case("a.xlsx", lambda: sheet(["text"], ["a", "b"]), refused="row 2"),
    "a missing sheet": Case("a.xlsx", lambda: sheet(["text"], ["a"]), refused="'Sheet'", mapping={"sheet": "Data"}),
    "entities in a workbook": Case(
        "a.xlsx", lambda: with_part(sheet(["text"], ["a"]), "xl/worksheets/sheet1.xml", entities), refused="entities"
    ),
    "a zip bomb in a workbook": Case(
        "a.xlsx",
        lambda: with_part(sheet(["text"], ["a"]), "xl/media/a", lambda _: bytes(60_000_000)),
        refused="zip bomb",
    ),
    "a workbook with a wrong dimension": Case(
        "a.xlsx",
        lambda: with_part(
            sheet(["text"], ["a"], ["b"]), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"A1:A3", b"A1:A1")
        ),
        ["a", "b"],
    ),
    "a workbook without its sheet": Case(
        "a.xlsx",
        lambda: with_part(sheet(["text"], ["a"]), "xl/worksheets/sheet1.xml", lambda _: b"<x"),
        refused="damaged",
    ),
}


def read(case: Case, folder: Path) -> list[ReadDocument]:
    path = folder / case.file
    path.write_bytes(case.content if isinstance(case.content, bytes) else case.content())
    return read_documents(path, mapping=case.mapping)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused is not None])
def test_a_bad_file_is_refused_with_what_and_where(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    with pytest.raises(BadInput) as caught:
        read(case, tmp_path)
    assert case.refused is not None
    assert case.refused in str(caught.value)
    assert case.file in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused is None])
def test_an_odd_file_is_read_with_exact_offsets(name: str, tmp_path: Path) -> None:
    documents = read(CASES[name], tmp_path)
    assert [one.text[s.start : s.end] for one in documents for s in one.segments] == CASES[name].words
    for document in documents:
        ends = [0, *(segment.end for segment in document.segments)]
        assert all(
            end <= s.start < s.end <= len(document.text) for end, s in zip(ends, document.segments, strict=False)
        )
        assert "\r" not in document.text and "\x00" not in document.text


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 60


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_documents(tmp_path / "none.txt")
    with pytest.raises(BadInput, match="folder"):
        read_documents(tmp_path)
