"""PDF with a text layer: paragraphs in reading order with their pages, or a refusal that says why."""

import subprocess
import sys
from pathlib import Path

import pytest
from pdf_files import ENCRYPTED, lines, pdf

from suggest.errors import BadInput
from suggest.text import pdf as reader
from suggest.text.documents import ReadDocument, read_documents

FULL = "this line is as full as a line of a justified paragraph on this page can well be"


def read(folder: Path, content: bytes, **asked: str) -> ReadDocument:
    path = folder / "a.pdf"
    path.write_bytes(content)
    [document] = read_documents(path, **asked)  # type: ignore[arg-type]
    return document


def noticed(document: ReadDocument) -> str:
    return " ".join(document.notices)


def test_lines_are_joined_to_the_talk_of_speakers(tmp_path: Path) -> None:
    page = lines(["I: " + FULL, "and goes on.", "R1: " + FULL, FULL, "here.", "I: " + "why?"])
    document = read(tmp_path, pdf(page))
    assert document.text == f"I: {FULL} and goes on.\nR1: {FULL} {FULL} here.\nI: why?"
    assert [(one.speaker, one.role) for one in document.segments] == [("I", "prompt"), ("R1", "data"), ("I", "prompt")]
    assert all(one.attributes == (("page", "1"),) for one in document.segments)


def test_bold_names_are_speakers_and_bold_lines_headings(tmp_path: Path) -> None:
    page = lines(["**Talk in B", "**Anna:** hello", "**Ben:** so", "**Anna:** yes"])
    document = read(tmp_path, pdf(page))
    assert [(one.speaker, one.role, document.text[one.start : one.end]) for one in document.segments] == [
        (None, "other", "Talk in B"),
        ("Anna", "data", "hello"),
        ("Ben", "data", "so"),
        ("Anna", "data", "yes"),
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ([(60, 760, FULL), (60, 748, FULL), (60, 724, "Next")], f"{FULL} {FULL}\nNext"),
        ([(60, 760, FULL), (80, 748, FULL), (60, 736, "end")], f"{FULL}\n{FULL} end"),
        ([(60, 760, FULL), (60, 748, "short."), (60, 736, "Next " + FULL)], f"{FULL} short.\nNext {FULL}"),
    ],
    ids=["a larger gap", "an indented line", "a line that ends early"],
)
def test_where_a_paragraph_begins(tmp_path: Path, page: list[tuple[float, float, str]], text: str) -> None:
    assert read(tmp_path, pdf(page)).text == text


def test_words_broken_at_line_ends_are_joined_by_a_rule_that_is_told(tmp_path: Path) -> None:
    page = lines([FULL + " inter-", "view " + FULL + " well-", "being and well-being " + FULL + " Anna-", "Maria."])
    document = read(tmp_path, pdf(page))
    assert document.text == f"{FULL} interview {FULL} well-being and well-being {FULL} Anna- Maria."
    assert "2 words were broken" in noticed(document)


def test_running_heads_and_page_numbers_are_left_out_and_told(tmp_path: Path) -> None:
    def page(n: int) -> list[tuple[float, float, str]]:
        return [(60, 810, f"Focus group B, part {n}"), *lines([f"R1: talk {n} " + FULL, "and on."]), (290, 30, f"{n}")]

    document = read(tmp_path, pdf(page(1), page(2), page(3)))
    assert document.text == "\n".join(f"R1: talk {n} {FULL} and on." for n in (1, 2, 3))
    assert [one.attributes for one in document.segments] == [(("page", str(n)),) for n in (1, 2, 3)]
    assert "Focus group B, part #” (3)" in noticed(document)
    assert "3 page numbers" in noticed(document)


def test_a_paragraph_goes_on_over_pages_and_has_both(tmp_path: Path) -> None:
    document = read(tmp_path, pdf(lines(["R1: " + FULL, FULL]), lines(["and so it goes on."])))
    assert document.text == f"R1: {FULL} {FULL} and so it goes on."
    assert [one.attributes for one in document.segments] == [(("page", "1-2"),)]


LEFT = ["R1: this column stands on the left", "and has several lines of talk", "which go on below one another."]
RIGHT = ["R2: the other one on the right side", "has just as many lines in it as", "the one on the left has them."]


def test_two_columns_that_the_file_has_one_after_the_other_are_read_so(tmp_path: Path) -> None:
    page = lines(["I: " + FULL], top=780) + lines(LEFT) + lines(RIGHT, left=320)
    document = read(tmp_path, pdf(page))
    assert document.text == f"I: {FULL}\n{' '.join(LEFT)}\n{' '.join(RIGHT)}"
    assert "two columns" in noticed(document)


def test_text_side_by_side_in_rows_is_refused_with_the_page(tmp_path: Path) -> None:
    page = [one for pair in zip(lines(LEFT), lines(RIGHT, left=320), strict=True) for one in pair]
    with pytest.raises(BadInput, match=r"page 2.*side by side"):
        read(tmp_path, pdf(lines(["I: why?"]), page))


def test_speakers_in_a_narrow_column_stay_with_their_words(tmp_path: Path) -> None:
    talk = ["I\twhy?", "R1\tsince it is so and nothing else", "I\tah", "R1\tyes"]
    page = [
        (left, 760 - n * 14, words)
        for n, line in enumerate(talk)
        for left, words in zip((60, 120), line.split("\t"), strict=True)
    ]
    document = read(tmp_path, pdf(page))
    assert document.text == "\n".join(talk)
    assert [one.speaker for one in document.segments] == ["I", "R1", "I", "R1"]


def test_letters_keep_their_accents_and_ligatures_become_letters(tmp_path: Path) -> None:
    assert read(tmp_path, pdf(lines(["Für „Zoë“ – so"]))).text == "Für „Zoë“ – so"
    assert "ﬁ".translate(reader._LIGATURES) == "fi"


def test_a_page_without_words_is_told(tmp_path: Path) -> None:
    document = read(tmp_path, pdf(lines(["R1: " + FULL]), []))
    assert "perhaps scanned: pages 2." in noticed(document)


def test_pdf_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(pdf(lines(["hello"])))
    assert read_documents(path)[0].text == "hello"


BAD = {
    "no words": (pdf([]), "scanner"),
    "a password": (pdf(lines(["a"]), trailer=ENCRYPTED), "password"),
    "letters that have no name": (pdf(lines(["a"]), nameless="0041004200430044"), "which letters"),
    "no PDF": (b"hello", "not a PDF"),
    "nothing": (b"", "not a PDF"),
    "only a head": (b"%PDF-1.7\n", "damaged"),
    "a cut file": (pdf(lines(["a"]))[:700], "damaged|scanner"),
    "a page tree in a circle": (pdf(lines(["a"])).replace(b"/Kids [9 0 R]", b"/Kids [2 0 R]"), "damaged|scanner"),
    "rubbish": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_pdf_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    content, why = BAD[name]
    with pytest.raises(BadInput, match=why) as caught:
        read(tmp_path, content)
    assert "a.pdf" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.advice


def test_a_pdf_that_ends_its_reader_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], -11, b"", b"")

    monkeypatch.setattr(reader.subprocess, "run", killed)
    with pytest.raises(BadInput, match="damaged"):
        read(tmp_path, pdf(lines(["a"])))


def test_the_library_that_reads_pdf_is_not_loaded_by_this_process() -> None:
    code = "import sys, suggest.text.documents, suggest.text.pdf; print('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_footnotes_and_their_marks_are_left_out_and_told_and_other_raised_numbers_stay(tmp_path: Path) -> None:
    talk = ["R1: It was hard^1^, on 20 m^2^ and no more, " + FULL, FULL + " as I^12^ said."]
    foot = [(60, 90, "^1^ She laughs.", 7), (60, 80, "12 The recording stops here,", 7), (60, 71, "and goes on.", 7)]
    document = read(tmp_path, pdf([*lines(talk), *foot], lines(["I: And then? " + FULL, "^7^ " + FULL])))
    assert (
        document.text
        == f"R1: It was hard, on 20 m² and no more, {FULL} {FULL} as I said.\nI: And then? {FULL} ⁷ {FULL}"
    )
    assert "2 footnotes" in noticed(document)


def test_small_type_at_the_foot_without_a_mark_above_stays(tmp_path: Path) -> None:
    document = read(tmp_path, pdf([*lines(["R1: It was hard.", FULL]), (60, 90, "12 months later.", 7)]))
    assert "12 months later." in document.text and "footnotes" not in noticed(document)


def spread(left: float, height: float, words: str) -> list[tuple[float, float, str]]:
    """Words as justified type has them in a narrow column: far apart, at other places in each line."""
    parts = words.split(" ")
    gap = (250 - 5.4 * sum(map(len, parts))) / (len(parts) - 1)
    return [(left + n * gap + 5.4 * sum(map(len, parts[:n])), height, word) for n, word in enumerate(parts)]


ROWS = [
    "an uncommonly long talk",
    "conversation about people",
    "many things that we saw",
    "organisational responsibility",
]


def test_columns_of_justified_words_far_apart_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [one for n, words in enumerate(ROWS * 2) for one in spread(40, 700 - 12 * n, words)]
    right = [one for n, words in enumerate(ROWS[::-1] * 2) for one in spread(320, 700 - 12 * n, words)]
    wanted = " ".join([*ROWS * 2, *ROWS[::-1] * 2])
    document = read(tmp_path, pdf(left + right))
    assert document.text.replace("\n", " ") == wanted and "two columns" in noticed(document)


def test_one_column_with_wide_spaces_is_no_table_and_no_two_columns(tmp_path: Path) -> None:
    rows = [ROWS[0], FULL, ROWS[1], FULL, ROWS[2], FULL, ROWS[3]] * 3
    page = [
        one
        for n, words in enumerate(rows)
        for one in ([(60, 700 - 13 * n, words)] if words is FULL else spread(60, 700 - 13 * n, words))
    ]
    document = read(tmp_path, pdf(page))
    assert document.text.replace("\n", " ") == " ".join(rows) and "two columns" not in noticed(document)


def test_lines_that_happen_to_have_a_wide_space_at_one_place_are_no_columns(tmp_path: Path) -> None:
    halves = [(60, "so they went on"), (160, "with it"), (290, "and after that"), (420, "nobody came")]
    page = [
        one
        for n in range(12)
        for one in (
            [(left, 700 - 13 * n, words) for left, words in halves] if n % 4 == 1 else [(60, 700 - 13 * n, FULL)]
        )
    ]
    assert (
        read(tmp_path, pdf(page)).text.replace("\t", " ").count("so they went on with it and after that nobody came")
        == 3
    )


def test_two_wide_stretches_side_by_side_among_full_lines_are_refused(tmp_path: Path) -> None:
    pair = [(60, "the one half of a line is here"), (320, "and the other half is over there")]
    page = [
        one
        for n in range(12)
        for one in ([(left, 700 - 13 * n, words) for left, words in pair] if n % 4 == 1 else [(60, 700 - 13 * n, FULL)])
    ]
    with pytest.raises(BadInput, match=r"page 1.*side by side"):
        read(tmp_path, pdf(page))


def test_three_columns_are_refused(tmp_path: Path) -> None:
    words = ["people in this narrow one", "say just as many things as", "those in the others do"]
    page = lines(words, left=40) + lines(words, left=220) + lines(words, left=400)
    with pytest.raises(BadInput, match=r"page 1.*side by side"):
        read(tmp_path, pdf(page))


def cell(left: float, top: float, *words: str) -> list[tuple[float, float, str]]:
    return lines(words, left=left, top=top)


@pytest.mark.parametrize(
    "page",
    [
        cell(60, 494, "2") + cell(200, 500, "a colleague explained", "the ward to me"),
        [
            one
            for n in range(4)
            for one in cell(60, 600 - 40 * n, "R1")
            + cell(120, 600 - 40 * n, "she said", "so")
            + cell(300, 600 - 40 * n, "sure")
        ],
        [
            one
            for n in range(3)
            for one in cell(60, 600 - 40 * n, "Anna", "Meyer") + cell(120, 600 - 40 * n, "she said so", "and went on")
        ],
    ],
    ids=["a cell in the middle of its row's height", "a cell in the middle that goes on", "names of two lines"],
)
def test_tables_whose_cells_have_several_lines_are_refused(
    tmp_path: Path, page: list[tuple[float, float, str]]
) -> None:
    with pytest.raises(BadInput, match=r"page 1.*side by side"):
        read(tmp_path, pdf(page))


def test_names_that_the_file_has_before_all_words_stay_with_their_words(tmp_path: Path) -> None:
    page = lines(["I", "R1", "I", "R2"]) + lines(["why?", "since it is so", "ah", "yes"], left=120)
    assert read(tmp_path, pdf(page)).text == "I\twhy?\nR1\tsince it is so\nI\tah\nR2\tyes"


def test_a_table_whose_last_cells_go_on_is_read_row_by_row(tmp_path: Path) -> None:
    page = [
        one
        for n, name in enumerate(("one", "two", "three"))
        for one in cell(60, 600 - 40 * n, f"{n}")
        + cell(90, 600 - 40 * n, name)
        + cell(200, 600 - 40 * n, "she said", "so")
    ]
    assert read(tmp_path, pdf(page)).text.split("\n") == [
        "0\tone\tshe said",
        "so",
        "1\ttwo\tshe said",
        "so",
        "2\tthree\tshe said",
        "so",
    ]
