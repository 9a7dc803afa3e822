"""What a manuscript claims: its citations, and which quote belongs to which."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggest.errors import BadInput
from suggest.text.claims import Claims, read_claims
from suggest.text.manuscripts import Written, read_manuscript

LABELS = ("BU", "DS", "PU", "ULM")


def claims(text: str, *, block: bool = False) -> Claims:
    return next(iter(read_claims([Written("line 1", text, 0, block)], LABELS)))


def pairs(text: str, *, block: bool = False) -> list[tuple[str, str | None]]:
    return [(said.words, said.cited.words if said.cited else None) for said in claims(text, block=block).said]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("So it was (BU 51).", ["BU 51-51"]),
        ("So it was [BU 51].", ["BU 51-51"]),
        ("So it was (BU 19, 36; PU 10–14).", ["BU 19-19", "BU 36-36", "PU 10-14"]),
        ("So it was (R3, BU 51).", ["BU 51-51"]),
        ("So it was (BU51, 53).", ["BU 51-51", "BU 53-53"]),
        ("So it was (nurse; see BU 51, 53 and Table 2).", ["BU 51-51", "BU 53-53"]),
        ("As Smith found (Smith 2020), (n = 5), (Table 2), (COVID 19), (2019, 15), (PSWs).", []),
    ],
)
def test_brackets_that_cite(text: str, cited: list[str]) -> None:
    found = [f"{one.label} {one.first}-{one.last}" for bracket in claims(text).cited for one in bracket.citations]
    assert found == cited


def test_a_label_that_is_likely_a_slip_is_unknown() -> None:
    (bracket,) = claims("So it was (BX 51).").cited
    assert (bracket.citations, bracket.unknown) == ((), ("BX",))
    (bracket,) = claims("So it was (BU 51; XX 3).").cited
    assert bracket.unknown == ("XX",)


@pytest.mark.parametrize("words", ["R3, BU 51", "P12: BU 51", "R3, BU 51; R 4, PU 10"])
def test_a_speaker_before_the_label_is_no_document(words: str) -> None:
    (bracket,) = claims(f"So it was ({words}).").cited
    assert (bracket.citations[0].label, bracket.unknown) == ("BU", ())


def test_what_cannot_be_read_beside_a_label_is_a_problem() -> None:
    (bracket,) = claims("So it was (BU 59–36).").cited
    assert "runs backwards" in bracket.problem


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They spoke of ‘common ground’ (ULM 92).", [("common ground", "ULM 92")]),
        ("It’s the boys’ view: ‘I don’t know the nurses’ names’ (BU 3).", [("I don’t know the nurses’ names", "BU 3")]),
        ("Both ‘overconfident’ and ‘proud’ (DS 28).", [("overconfident", "DS 28"), ("proud", "DS 28")]),
        ("He said “I said ‘stop’ to him” (BU 1).", [("I said ‘stop’ to him", "BU 1")]),
        ('They were "ambassadors" (BU 55), others "not" (DS 2).', [("ambassadors", "BU 55"), ("not", "DS 2")]),
        ("As one said (BU 55): “It helped.”", [("It helped.", "BU 55")]),
        ("Some were glad (“It helped”, BU 55).", [("It helped", "“It helped”, BU 55")]),
        ('Some were glad ("It helped", BU 55), others ("not", DS 2).',
         [("It helped", '"It helped", BU 55'), ("not", '"not", DS 2')]),
        ('So it was ("BU" 55).', []),
        ("The “so-called” peers came. Others left (BU 2).", [("so-called", None)]),
        ("Sie war „ganz nah“ dabei (ULM 3).", [("ganz nah", "ULM 3")]),
        ("Elle était «tout près» (BU 3).", [("tout près", "BU 3")]),
        ("It’s hers, isn’t it, the boys’ and girls’ (BU 3)", []),
    ],
)  # fmt: skip
def test_a_quote_belongs_to_the_citation_of_its_sentence(text: str, found: list[tuple[str, str | None]]) -> None:
    assert pairs(text) == found


def test_a_block_quote_is_all_of_its_paragraph() -> None:
    assert pairs("It helped, [they] said (…) a lot (BU 51)", block=True) == [
        ("It helped, [they] said (…) a lot", "BU 51")
    ]
    assert pairs("“It ‘helped’ a lot” (BU 51).", block=True) == [("It ‘helped’ a lot", "BU 51")]


def test_the_citation_may_stand_in_a_later_paragraph() -> None:
    written = [
        Written("line 1", "R1: It helped", block=True),
        Written("line 2", "R2: It did", block=True),
        Written("line 3", "(BU 51–52)"),
        Written("line 4", "And so on."),
    ]
    found = [said.cited.words if said.cited else None for item in read_claims(written, LABELS) for said in item.said]
    assert found == ["BU 51–52", "BU 51–52"]


@given(st.text("(){}[]“”‘’'\"«»„ BU51,;–.ab\n", max_size=60), st.booleans())
def test_any_paragraph_can_be_read(text: str, block: bool) -> None:
    found = claims(text, block=block)
    assert all(text[one.start + 1 : one.end - 1].strip() == one.words for one in found.cited)
    assert all(said.words in text for said in found.said)


MARKDOWN = """# Findings

## Trust

One line
of two.

- One “item” of (BU 2)
- Another “item”

> It *helped* \\[us\\] a lot
> and more (BU 1)

Next.
"""


def test_markdown_has_headings_paragraphs_and_block_quotes(tmp_path: Path) -> None:
    (tmp_path / "m.md").write_text(MARKDOWN, encoding="utf-8")
    read = read_manuscript(tmp_path / "m.md")
    assert [(item.place, item.text, item.level, item.block) for item in read] == [
        ("line 1", "Findings", 1, False),
        ("line 3", "Trust", 2, False),
        ("line 5", "One line\nof two.", 0, False),
        ("line 8", "- One “item” of (BU 2)", 0, False),
        ("line 9", "- Another “item”", 0, False),
        ("line 11", "It helped [us] a lot\nand more (BU 1)", 0, True),
        ("line 14", "Next.", 0, False),
    ]


def test_plain_text_has_short_lines_as_headings(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("Trust\n\nTrust grew (BU 1).\n\n    It helped (BU 2)\n", encoding="utf-8")
    read = read_manuscript(tmp_path / "m.txt")
    assert [(item.place, item.level, item.block) for item in read] == [
        ("line 1", 1, False), ("line 3", 0, False), ("line 5", 0, True),
    ]  # fmt: skip


def test_word_has_headings_quotes_tables_and_tracked_changes(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Trust", 2)
    paragraph = made.add_paragraph("Kept ")
    inserted = paragraph._p.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}ins", {})
    inserted.append(made.add_paragraph("inserted")._p.r_lst[0])
    paragraph._p.append(inserted)
    made.add_paragraph("It helped (BU 1)", style="Quote")
    table = made.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "“It helped”", "(BU 2)"
    made.save(str(tmp_path / "m.docx"))
    read = read_manuscript(tmp_path / "m.docx")
    assert [(item.text, item.level, item.block) for item in read] == [
        ("Trust", 2, False), ("Kept inserted", 0, False), ("It helped (BU 1)", 0, True),
        ("“It helped”\t(BU 2)", 0, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"), [("m.pdf", b"%PDF-1.7"), ("m.docx", b"PK"), ("m.md", b" \n"), ("n.txt", None)]
)
def test_what_is_no_manuscript_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput):
        read_manuscript(tmp_path / name)
