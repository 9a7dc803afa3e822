"""A paper against the study: each planted fault is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
import word_notes
from findings_paper import Paper, Row, paper, read_rows, spoken, transcripts
from leaving import Leaving, small

from suggest.exchange.bring_in import Wish, bring_in, read_files
from suggest.exchange.codebook import import_codebook, read_codebook
from suggest.exchange.codings import read_codings, store_codings
from suggest.exchange.findings import read_themes
from suggest.exchange.gathering import Gathered
from suggest.exchange.manuscript import Checked, check_manuscript
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.report import site_grid, write_report
from suggest.study.documents import find_document, set_consent
from suggest.study.settings import set_setting
from suggest.study.study import Study
from suggest.text.citations import format_citations, parse_citations

PAPER = """# Findings

## 3.1 Support

Nobody had to ask: “we simply spoke up” (DS 1).

> Then it got better (…), and we laughed [together] a lot (BU 4)

### Hope

As one said, ‘they knew what it is like’ (DS 3).

## Discussion

They trusted them (BU 5).
"""


@pytest.fixture
def made(study: Study) -> Leaving:
    held = small(study)
    for label, paragraph, code in (("DS", 1, "Support"), ("BU", 4, "Hope"), ("DS", 3, "Hope"), ("BU", 5, "Trust")):
        held.decide(held.anna, label, paragraph, "add", code)
    return held


def check(made: Leaving, folder: Path, text: str, name: str = "m.md") -> Checked:
    (folder / name).write_text(text, encoding="utf-8")
    return check_manuscript(made.study, folder / name)


def test_a_paper_that_is_right_has_no_finding(made: Leaving, tmp_path: Path) -> None:
    checked = check(made, tmp_path, PAPER)
    assert checked.ok and (checked.citations, checked.quotes, checked.under_codes) == (4, 3, 3)
    assert checked.notices == []


FAULTS = {
    "a changed word": ("spoke up", "cried out", "not_verbatim", "“cried out” is “spoke up” in DS 1."),
    "a word too many": ("knew what", "knew well what", "not_verbatim", "“well” is not in DS 3."),
    "words of nobody": ("we simply spoke up", "pigs can fly and cows", "not_verbatim", "Nothing like it"),
    "a wrong paragraph": ("(BU 4)", "(BU 5)", "wrong_paragraph", "The words stand in BU 4."),
    "a wrong document": ("(BU 4)", "(DS 3)", "wrong_paragraph", "The words stand in BU 4."),
    "a paragraph that is not there": ("(BU 4)", "(BU 400)", "unknown_paragraph", "up to 5. The words stand in BU 4."),
    "a document that is not there": ("(DS 3)", "(DX 3)", "unknown_document", "BU, DS. The words stand in DS 3."),
    "a range that runs backwards": ("(DS 1)", "(DS 3–1)", "unreadable_citation", "runs backwards"),
    "another theme": ("### Hope", "## Trust", "not_coded", "It is coded “Support > Hope”."),
    "no consent": ("Then it got better (…), and we laughed [together] a lot (BU 4)", "SECRETWORDS of a person (BU 3)",
                   "may_not_be_quoted", "no_quote"),
    "an excluded person": ("> Then it got better (…), and we laughed [together] a lot (BU 4)", "So it was (DS 2).",
                           "may_not_be_quoted", "excluded"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_and_nothing_else(made: Leaving, tmp_path: Path, fault: str) -> None:
    made.decide(made.anna, "BU", 3, "add", "Support")
    old, new, kind, told = FAULTS[fault]
    assert PAPER.count(old) == 1
    (finding,) = check(made, tmp_path, PAPER.replace(old, new)).findings
    assert finding.kind == kind and told in finding.study and finding.place.startswith("line ")


@pytest.mark.parametrize("cited", ["BU 3", "BU 2–4"])
def test_a_slip_gets_no_words_past_consent_and_shows_none(made: Leaving, tmp_path: Path, cited: str) -> None:
    checked = check(made, tmp_path, f"# A\n\n“SECRETWORDS of a woman who said no” ({cited}).\n")
    assert [finding.kind for finding in checked.findings] == ["not_verbatim", "may_not_be_quoted"]
    assert not any("SECRETWORDS" in finding.study or "person" in finding.study for finding in checked.findings)
    assert checked.findings[1].study == "Consent to quote is missing (no_quote)."


def test_a_slip_beside_words_without_consent_is_told_from_what_may_be_shown(made: Leaving, tmp_path: Path) -> None:
    (finding,) = check(made, tmp_path, "# A\n\n“Then it got worse unasked, and we laughed” (BU 3–4).\n").findings
    assert (finding.kind, finding.study) == ("not_verbatim", "“worse” is “better” in BU 3–4.")


def test_each_finding_in_a_wrapped_paragraph_has_its_own_line_in_their_order(made: Leaving, tmp_path: Path) -> None:
    text = "# Findings\n\nIt was so (BU 400)\n"
    text += "and “we cried out” (DS 1),\nand “they knew what it is like”\nas well (DS 9).\n"
    found = [(finding.place, finding.kind) for finding in check(made, tmp_path, text).findings]
    assert found == [("line 3", "unknown_paragraph"), ("line 4", "not_verbatim"), ("line 6", "unknown_paragraph")]
    assert check(made, tmp_path, text).findings[-1].study.endswith("The words stand in DS 3.")


def test_a_subthemes_coding_counts_for_its_theme_and_not_the_other_way_round(made: Leaving, tmp_path: Path) -> None:
    assert check(made, tmp_path, "## Support\n\nThey knew (DS 3).\n").ok
    (finding,) = check(made, tmp_path, "## Hope\n\nThey spoke (DS 1).\n").findings
    assert (finding.kind, finding.said) == ("not_coded", "under “Hope”")


def test_a_heading_may_run_in(made: Leaving, tmp_path: Path) -> None:
    (finding,) = check(made, tmp_path, "# Findings\n\nTrust. They knew (DS 3).\n").findings
    assert finding.kind == "not_coded"


def test_a_quote_without_a_citation_is_a_remark_unless_it_may_not_be_quoted(made: Leaving, tmp_path: Path) -> None:
    checked = check(
        made, tmp_path, "# A\n\n“Then it got better unasked, and we laughed.” And others spoke too (DS 1).\n"
    )
    assert checked.ok and "a quote without a citation; the words stand in BU 4" in checked.notices[0]
    checked = check(made, tmp_path, "# A\n\n“SECRETWORDS of a person who said no.” And others spoke too (DS 1).\n")
    assert [finding.kind for finding in checked.findings] == ["may_not_be_quoted"]


def test_a_paper_without_citations_or_themes_says_what_was_not_checked(made: Leaving, tmp_path: Path) -> None:
    assert "No citation was found" in check(made, tmp_path, "Words.\n").notices[0]
    assert "No heading is the name of a code" in check(made, tmp_path, "So it was (DS 1).\n").notices[0]


def test_a_word_file_is_checked_alike(made: Leaving, tmp_path: Path) -> None:
    written = docx.Document()
    written.add_heading("Support", 1)
    written.add_paragraph("Then it got worse unasked (BU 4)", style="Quote")
    written.save(str(tmp_path / "m.docx"))
    (finding,) = check_manuscript(made.study, tmp_path / "m.docx").findings
    assert (finding.kind, finding.place) == ("not_verbatim", "paragraph 2")


@pytest.mark.parametrize("name", ["r.md", "r.docx"])
def test_the_studys_own_report_is_right(made: Leaving, tmp_path: Path, name: str) -> None:
    made.imported("ben", [("BU", 2, 5, "Trust")], "elsewhere")
    for pseudonyms in (False, True):
        options = OutOptions(name=name, pseudonyms=pseudonyms)
        write_report(made.study, tmp_path / name, options, every=True)
        checked = check_manuscript(made.study, tmp_path / name)
        assert checked.ok and checked.quotes >= 5, checked.findings


# The founding study: its transcripts are not public, so words of our own stand around the quotes under their numbers.


@pytest.fixture(scope="session")
def founding(shared: Path) -> dict[str, list[Row]]:
    return {name: read_rows(shared / "data" / "upsides" / f"{name}.csv") for name in ("codes", "citations", "quotes")}


@pytest.fixture
def upsides(study: Study, anna: str, tmp_path: Path, shared: Path, founding: dict[str, list[Row]]) -> Study:
    folder = shared / "data" / "upsides"
    bring_in(study, anna, read_files(transcripts(tmp_path, founding["citations"], founding["quotes"]), Wish()))
    import_codebook(study, anna, read_codebook(folder / "codes.csv"))
    store_codings(study, anna, read_codings(study, folder / "citations.csv", coder="authors"))
    set_setting(study, anna, "site_order", "ULM,UKE,BU,DS,BGU,PU")
    return study


def test_one_citation_string_a_theme_names_exactly_the_rows_of_the_table(
    upsides: Study, founding: dict[str, list[Row]]
) -> None:
    with Gathered(upsides, OutOptions()) as gathered:
        themes = {theme.key: theme for theme in read_themes(upsides, gathered)}
        grid = site_grid(gathered, list(themes.values()))
    wanted: dict[str, set[tuple[str, int, int]]] = {key: set() for key in themes}
    for row in founding["citations"]:
        wanted[row["code_id"]].add((row["document_id"], int(row["paragraph_from"]), int(row["paragraph_to"])))
    for key, rows in wanted.items():
        cited = parse_citations(themes[key].own.citation) if rows else []
        assert {(one.label, one.first, one.last) for one in cited} == rows
        assert len(cited) == len(rows) == themes[key].own.passages
    assert list(grid.head) == ["Code", "ULM", "UKE", "BU", "DS", "BGU", "PU", "All"]
    counts = {str(row[0]).strip(): list(row[1:]) for row in grid.rows}
    for theme in themes.values():
        rows = wanted[theme.key]
        if theme.together is None:
            assert counts[theme.code.name] == [
                *(sum(row[0] == site for row in rows) for site in grid.head[1:-1]), len(rows),
            ]  # fmt: skip


def test_every_printed_bracket_reads_and_prints_back(founding: dict[str, list[Row]]) -> None:
    printed: dict[str, list[tuple[str, int, int]]] = {}
    for row in founding["citations"]:
        item = (row["document_id"], int(row["paragraph_from"]), int(row["paragraph_to"]))
        if item not in printed.setdefault(row["as_printed"], []):
            printed[row["as_printed"]].append(item)
    for bracket, rows in printed.items():
        read = parse_citations(bracket)
        assert [(one.label, one.first, one.last) for one in read] == rows
        assert parse_citations(format_citations(read, "bracketed")) == read


def test_the_findings_of_the_paper_are_right(upsides: Study, founding: dict[str, list[Row]], tmp_path: Path) -> None:
    checked = checked_paper(upsides, whole(founding), tmp_path)
    assert checked.ok, checked.findings
    assert checked.quotes == len(founding["quotes"]) and checked.citations > len(founding["citations"])


ELSEWHERE = "> The staff (…) have got close to our PSWs (BU 34)\n\n"
PLANTED = {
    "a changed word": ("more vigilant", "more watchful", "not_verbatim", "“watchful” is “vigilant”"),
    "a wrong paragraph": ("before (BU 51)", "before (BU 52)", "wrong_paragraph", "The words stand in BU 51"),
    "a quote under another theme": ("> Some [MHWs] looked", f"{ELSEWHERE}> Some [MHWs] looked", "not_coded",
                                    "It is coded “Supporting PSWs”."),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_planted_in_the_paper_is_found_and_nothing_else(
    upsides: Study, founding: dict[str, list[Row]], tmp_path: Path, fault: str
) -> None:
    old, new, kind, told = PLANTED[fault]
    checked = checked_paper(upsides, whole(founding).but(old, new), tmp_path)
    assert [finding.kind for finding in checked.findings] == [kind], checked.findings
    assert told in checked.findings[0].study


def test_a_quote_without_consent_in_the_paper_is_found_and_nothing_else(
    upsides: Study, anna: str, founding: dict[str, list[Row]], tmp_path: Path
) -> None:
    """R3 of ULM says paragraphs 38, 54 and 58, each quoted once."""
    quoted = [row for row in founding["quotes"] if row["document_id"] == "ULM" and int(row["paragraph_from"]) % 4 == 2]
    assert {row["quote_id"] for row in quoted} == {"Q08", "Q27", "Q38"}
    set_consent(upsides, anna, find_document(upsides, "ULM"), "R3", "no_quote", True)
    checked = checked_paper(upsides, whole(founding), tmp_path)
    assert {(finding.kind, finding.cite) for finding in checked.findings} == {
        ("may_not_be_quoted", cite) for cite in ("ULM 54", "ULM 58", "ULM 38")
    }
    assert len(checked.findings) == 3


def whole(founding: dict[str, list[Row]]) -> Paper:
    return paper(founding["codes"], founding["citations"], founding["quotes"])


def checked_paper(study: Study, written: Paper, folder: Path) -> Checked:
    (folder / "paper.md").write_text(written.text(), encoding="utf-8")
    return check_manuscript(study, folder / "paper.md")


def test_the_transcripts_of_these_tests_hold_what_was_said_and_not_the_authors_marks() -> None:
    assert spoken("(…) they [PSWs] came …, all of them") == "so much more was said here they came …, all of them"


def test_notes_and_text_boxes_are_checked_under_their_theme(made: Leaving, tmp_path: Path) -> None:
    marked = word_notes.mark("footnote", 2) + word_notes.box("“We trusted her, slowly” (BU 5).")
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Hope</w:t></w:r></w:p>'
    body = heading + word_notes.paragraph("It got better.", marked)
    footnotes = word_notes.notes("footnote", ["Trust. “they knew what it is like” (DS 3), and more (DS 1)."])
    path = word_notes.write(tmp_path / "m.docx", body, footnotes=footnotes)
    checked = check_manuscript(made.study, path)
    assert [(one.place, one.kind, one.cite) for one in checked.findings] == [
        ("footnote 1", "not_coded", "DS 1"),
        ("text box 1", "not_verbatim", "BU 5"),
        ("text box 1", "not_coded", "BU 5"),
    ]
    assert (checked.citations, checked.quotes) == (3, 2)
