"""RTF, OpenDocument and HTML: every word of the text, none of what stands beside it, and exact offsets."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_files import odt, odt_styles, rtf

from suggest.errors import BadInput
from suggest.text.documents import ReadDocument, read_documents
from suggest.text.web import Words


def read(folder: Path, name: str, content: str | bytes, **asked: str) -> ReadDocument:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    [document] = read_documents(path, **asked)  # type: ignore[arg-type]
    return document


def said(document: ReadDocument) -> list[tuple[str | None, str, str]]:
    return [(one.speaker, one.role, document.text[one.start : one.end]) for one in document.segments]


def noticed(document: ReadDocument) -> str:
    return " ".join(document.notices)


F4 = (
    r"\pard\s1 Interview 3\par \pard\plain {\b I:} Wie war das f\'fcr Sie? #00:00:05-1#\par "
    r"{\b B1:} Gut.\line Sehr \{gut\}. #00:00:12-5#\par \pard B1: last\par"
)


def test_rtf_keeps_speakers_headings_and_time_marks(tmp_path: Path) -> None:
    document = read(tmp_path, "f4.rtf", rtf(F4))
    assert said(document) == [
        (None, "other", "Interview 3"),
        ("I", "prompt", "Wie war das für Sie?"),
        ("B1", "data", "Gut.\nSehr {gut}."),
        ("B1", "data", "last"),
    ]
    assert [(one.time_from, one.time_to) for one in document.segments[1:3]] == [(None, 5_100), (5_100, 12_500)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"a\u8212-b", "a—b"),
        (r"\u55357?\u56832? x", "😀 x"),
        (r"{\uc2\u8212--}\u8211-", "—–"),
        (r"{\uc0\u8212\u8211 a}", "—–a"),
        (r"\u-4051?", "\uf02d"),
        (r"\u8212\'97b", "—b"),
        (r"{\f1 \'cf\'f0\'e8} \'e9", "При é"),
        (r"{\f2 \'83e\'83X\'83g}", "テスト"),
        (r"{\lquote a\rquote\~b\_c\-d}", "‘a’\u00a0b\u2011c\u00add"),
        ("a\nb\r\nc", "abc"),
        ("a\\\nb", "a\nb"),
        (r"a\tab b\emdash c", "a\tb—c"),
        (r"{\upr{old}{\*\ud{new \u8212?}}}", "new —"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (r"a{\*\unknown b{c}}d", "ad"),
        (r"a\bin3 {{}b", "ab"),
        (r"{\v hidden}a{\deleted gone}b{\deleted0 c}", "abc"),
    ],
)
def test_rtf_gives_the_words_that_a_reader_sees(tmp_path: Path, body: str, text: str) -> None:
    assert read(tmp_path, "a.rtf", rtf(body)).text == text


def test_a_row_of_an_rtf_table_is_a_paragraph(tmp_path: Path) -> None:
    row = r"\trowd\pard\intbl {0}\cell {1}\par {2}\cell\row "
    body = row.format("I", "why?", "so?") + row.format("R1", "well", "yes") + r"\pard I: after\par"
    document = read(tmp_path, "a.rtf", rtf(body))
    assert document.text == "I\twhy?\nso?\nR1\twell\nyes\nI: after"
    assert said(document)[:2] == [("I", "prompt", "why?\nso?"), ("R1", "data", "well\nyes")]


def test_what_rtf_holds_beside_its_text_is_counted(tmp_path: Path) -> None:
    body = (
        r"{\header\pard head\par}a{\footnote one}{\footnote two}{\*\annotation note}{\*\shppict{\pict 8950}}"
        r"{\nonshppict{\pict 8950}}{\v unseen}"
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt boxed\par}}}b"
    )
    document = read(tmp_path, "a.rtf", rtf(body))
    assert document.text == "ab"
    for part in ("2 footnotes", "1 comments", "1 pictures", "1 text boxes", "1 headers", "1 runs of deleted"):
        assert part in noticed(document)


def test_rtf_is_known_by_its_content(tmp_path: Path) -> None:
    assert read(tmp_path, "a.doc", rtf("a")).text == "a"


def test_numbers_that_rtf_prints_are_paragraph_numbers(tmp_path: Path) -> None:
    body = "".join(rf"\pard{{\listtext\pard\plain {n}.\tab}}R1: {w}\par " for n, w in ((7, "a"), (8, "b"), (9, "c")))
    document = read(tmp_path, "a.rtf", rtf(body), unit="paragraph")
    assert [one.paragraph_from for one in document.segments] == [7, 8, 9]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip))
def test_whatever_is_written_as_unicode_escapes_comes_back(tmp_path: Path, words: str) -> None:
    units = words.encode("utf-16-le")
    numbers = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    document = read(tmp_path, "a.rtf", rtf("".join(rf"\u{number}?" for number in numbers)))
    assert document.text == words


BOLD = '<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'


def test_opendocument_keeps_paragraphs_white_space_and_bold_names(tmp_path: Path) -> None:
    body = (
        '<text:h text:outline-level="1">Site B</text:h>'
        '<text:p><text:span text:style-name="T1">Anna</text:span>: a  b\n c<text:s text:c="2"/>d<text:tab/>e'
        "<text:line-break/>f </text:p>"
        '<text:p><text:span text:style-name="T1">Ben</text:span>: <text:a>link</text:a> so</text:p><text:p/>'
        '<text:section><text:p><text:span text:style-name="T1">Anna</text:span>: again</text:p></text:section>'
    )
    document = read(tmp_path, "a.odt", odt(body, BOLD))
    assert document.text == "Site B\nAnna: a b c  d\te\nf\nBen: link so\n\nAnna: again"
    assert said(document) == [
        (None, "other", "Site B"),
        ("Anna", "data", "a b c  d\te\nf"),
        ("Ben", "data", "link so"),
        ("Anna", "data", "again"),
    ]


def test_a_row_of_an_opendocument_table_is_a_paragraph(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(f"<table:table-row>{cell.format(a)}{cell.format(b)}</table:table-row>" for a, b in (("I", "why?"),))
    body = f"<table:table><table:table-header-rows>{rows}</table:table-header-rows>" + (
        f"<table:table-row>{cell.format('R1')}{cell.format('so</text:p><text:p>that')}</table:table-row></table:table>"
    )
    document = read(tmp_path, "a.odt", odt(body))
    assert document.text == "I\twhy?\nR1\tso\nthat"
    assert said(document) == [("I", "prompt", "why?"), ("R1", "data", "so\nthat")]


def test_numbers_of_opendocument_lists_are_paragraph_numbers(tmp_path: Path) -> None:
    style = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
        'text:start-value="5"/></text:list-style>'
    )
    item = "<text:list-item><text:p>R1: {}</text:p></text:list-item>"
    body = (
        f'<text:list text:style-name="L1">{item.format("a")}{item.format("b")}</text:list><text:p>R1: between</text:p>'
        f'<text:list text:style-name="L1" text:continue-numbering="true">{item.format("c")}'
        f"{item.format('d')}</text:list>"
    )
    document = read(tmp_path, "a.odt", odt(body, style), unit="paragraph")
    assert [one.paragraph_from for one in document.segments] == [5, 6, 6, 7, 8]


def test_what_opendocument_holds_beside_its_text_is_counted(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>a<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>foot</text:p></text:note-body></text:note><office:annotation><text:p>c</text:p></office:annotation>"
        "<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>"
        "<draw:frame><draw:image/></draw:frame>b</text:p>"
    )
    footer = "<style:master-page><style:footer><text:p>3</text:p></style:footer></style:master-page>"
    document = read(tmp_path, "a.odt", odt(body, parts={"styles.xml": odt_styles(footer)}))
    assert document.text == "ab"
    for part in ("deletions (1)", "1 footnotes", "1 comments", "1 text boxes", "1 pictures", "1 headers and footers"):
        assert part in noticed(document)


def test_opendocument_is_known_by_its_content(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", odt("<text:p>a</text:p>")).text == "a"


PAGE = (
    "<!DOCTYPE html><html><head><title>no</title><style>p {}</style></head><body><h1>Talk</h1>\n"
    "<p><b>Anna:</b> Hi   there<br>you &amp; I</p><p>Ben: so <img src=x></p><script>no()</script>"
    "<table><tr><td><b>Anna:</b></td><td><p>x</p><p>y</p></td></tr></table><p>Ben: no</p></body></html>"
)


def test_html_is_read_as_a_browser_shows_it(tmp_path: Path) -> None:
    document = read(tmp_path, "a.html", PAGE)
    assert document.text == "Talk\nAnna: Hi there\nyou & I\nBen: so\nAnna:\tx\ny\nBen: no"
    assert said(document)[:3] == [
        (None, "other", "Talk"),
        ("Anna", "data", "Hi there\nyou & I"),
        ("Ben", "data", "so"),
    ]
    assert "1 pictures" in noticed(document)


def test_noscribes_pages_have_times(tmp_path: Path) -> None:
    page = (
        '<body><p><a name="ts_0_900_" >(2 seconds pause)</a></p><p><a name="ts_1000_2000_S01" >S01: Guten</a>'
        '<a name="ts_2100_3000_S01" > Tag.</a></p><p><a name="ts_3000_3500_S02" >S02: Ja.</a></p></body>'
    )
    document = read(tmp_path, "a.html", page)
    found = [(one.speaker, one.time_from, one.time_to) for one in document.segments if one.role == "data"]
    assert found == [("S01", 1_000, 3_000), ("S02", 3_000, 3_500)]
    assert document.text == "(2 seconds pause)\nS01: Guten Tag.\nS02: Ja."


words = st.text(st.sampled_from("aé😀 \n"), min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=5), st.data())
def test_bytes_of_a_pages_words_lead_to_the_same_words(paragraphs: list[str], data: st.DataObject) -> None:
    page = "".join(f"<p>{words}</p>" for words in paragraphs)
    found = Words(page)
    raw = "".join(paragraphs)
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    place = found.range_of(len(raw[:start].encode()), len(raw[:end].encode()))
    marked = "".join(raw[start:end].split())
    assert "".join(found.text[slice(*place)].split() if place else "") == marked


BAD = {
    "rtf that is none": ("a.rtf", b"hello", "not RTF"),
    "rtf that ends in the middle": ("a.rtf", rb"{\rtf1 hello {\b there", "never closed"),
    "rtf without words": ("a.rtf", rtf(r"\par\par"), "no words"),
    "rtf nested without end": ("a.rtf", b"{\\rtf1 " + b"{" * 100_000, "nested"),
    "an odt without content": ("a.odt", odt("").replace(b"content.xml", b"cantent.xml"), "missing or damaged"),
    "an odt that is broken": ("a.odt", odt("<text:p>"), "damaged"),
    "an odt that is cut": ("a.odt", odt("<text:p>a</text:p>")[:300], "damaged"),
    "an odt without words": ("a.odt", odt("<text:p/>"), "no words"),
    "an odt with entities": (
        "a.odt",
        odt("", parts={"content.xml": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}),
        "document type",
    ),
    "an odt with a password": (
        "a.odt",
        odt("<text:p>a</text:p>", parts={"META-INF/manifest.xml": "<x><encryption-data/></x>"}),
        "password",
    ),
    "an odt that swells": ("a.odt", odt("<text:p>" + " " * 2**24 + "</text:p>"), "zip bomb"),
    "an odt nested without end": ("a.odt", odt("<text:section>" * 5_000 + "</text:section>" * 5_000), "nested|words"),
    "a spreadsheet called odt": (
        "a.odt",
        odt("", parts={"content.xml": "<x/>"}, mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "no text of OpenDocument",
    ),
    "an empty page": ("a.html", b"<html><body><p> </p></body></html>", "no words"),
    "a page with a NUL": ("a.html", b"<p>a\0b</p>", "NUL"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused(tmp_path: Path, name: str) -> None:
    file, content, why = BAD[name]
    with pytest.raises(BadInput, match=why) as caught:
        read(tmp_path, file, content)
    assert file in str(caught.value)
    assert caught.value.advice
