"""Findings by code: what is counted, which quotes are taken, how they are cited, and what the author is warned of."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaving import Leaving, small, talk

from suggest.errors import UsageError
from suggest.exchange.blocks import Block, Grid, Heading, Items, Quoted, Text
from suggest.exchange.blocks_docx import write_docx
from suggest.exchange.blocks_html import write_html
from suggest.exchange.blocks_md import write_markdown
from suggest.exchange.findings import Theme, read_themes
from suggest.exchange.gathering import Gathered
from suggest.exchange.identifying import warnings
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.passages import joined
from suggest.exchange.quotes import write_quotes
from suggest.exchange.report import write_report
from suggest.study.settings import set_setting
from suggest.study.study import Study
from suggest.text.citations import Citation, format_citations
from suggest.text.manuscripts import read_manuscript


@pytest.fixture
def made(study: Study) -> Leaving:
    return small(study)


def themes(made: Leaving, most: int = 3) -> dict[str, Theme]:
    with Gathered(made.study, OutOptions()) as gathered:
        return {theme.code.name: theme for theme in read_themes(made.study, gathered, most=most)}


def test_overlapping_codings_of_several_people_are_one_passage(made: Leaving) -> None:
    start, end = made.range(made.number("BU", 4))
    made.decide(made.anna, "BU", 4, "add", "Hope", range_=[start, start + 10])
    made.decide(made.person("ben"), "BU", 4, "add", "Hope", range_=[start + 5, end])
    made.decide(made.anna, "BU", 2, "add", "Hope")
    hope = themes(made)["Hope"]
    assert (hope.own.passages, hope.own.citation, hope.own.sites) == (2, "(BU 2, 4)", (("Butare", 2),))
    assert (hope.own.asked, hope.own.unasked, hope.own.speakers) == (1, 1, 1)


def test_a_theme_counts_a_passage_of_several_subthemes_once(made: Leaving) -> None:
    made.code("Courage", "Support")
    made.decide(made.anna, "BU", 4, "add", "Hope")
    made.decide(made.anna, "BU", 4, "add", "Courage")
    made.decide(made.anna, "DS", 1, "add", "Support")
    support = themes(made)["Support"]
    assert support.own.citation == "(DS 1)" and support.together is not None
    assert (support.together.passages, support.together.citation) == (2, "(BU 4; DS 1)")
    assert support.together.sites == (("Butare", 1), ("Dorsten", 1))


def test_sites_come_in_the_studys_order_by_label_or_by_name(made: Leaving) -> None:
    made.decide(made.anna, "BU", 4, "add", "Hope")
    made.decide(made.anna, "DS", 1, "add", "Hope")
    set_setting(made.study, made.anna, "site_order", "DS,BU")
    assert themes(made)["Hope"].own.citation == "(DS 1; BU 4)"
    set_setting(made.study, made.anna, "site_order", "Butare")
    assert themes(made)["Hope"].own.citation == "(BU 4; DS 1)"


def test_a_memo_chooses_the_quotes(made: Leaving) -> None:
    for paragraph in (2, 4, 5):
        made.decide(made.anna, "BU", paragraph, "add", "Hope")
    assert len(themes(made, most=2)["Hope"].quotes) == 2
    made.memo(made.anna, "BU", 5, "good for the paper #quote")
    (quote,) = themes(made, most=2)["Hope"].quotes
    assert (quote.words, quote.cite, quote.chosen) == ("We trusted them, slowly.", "BU 5", True)


def test_quotes_by_rule_come_from_other_sites_first_and_unasked_before_asked(made: Leaving) -> None:
    for label, paragraph in (("BU", 2), ("BU", 4), ("DS", 1)):
        made.decide(made.anna, label, paragraph, "add", "Hope")
    assert [quote.cite for quote in themes(made, most=2)["Hope"].quotes] == ["BU 4", "DS 1"]
    same = "These are words of just the same length for all."
    made.add(talk("PU", [("I", "So?"), ("R1", same), ("R2", same)]))
    for paragraph in (2, 3):
        made.decide(made.anna, "PU", paragraph, "add", "Trust")
    assert [quote.cite for quote in themes(made, most=1)["Trust"].quotes] == ["PU 3"]


def test_a_long_quote_is_cut_at_a_sentence_and_says_so(study: Study) -> None:
    made = small(study)
    made.add(talk("PU", [("R1", "This is one of many sentences. " * 40)]))
    made.decide(made.anna, "PU", 1, "add", "Hope")
    words = themes(made)["Hope"].quotes[0].words
    assert words.endswith("many sentences. (…)") and 400 < len(words) <= 620


def test_what_may_not_be_quoted_is_cited_and_counted(made: Leaving) -> None:
    made.decide(made.anna, "BU", 3, "add", "Trust")
    made.decide(made.anna, "DS", 2, "add", "Trust")
    trust = themes(made)["Trust"]
    assert (trust.own.citation, trust.kept_back, trust.quotes) == ("(BU 3)", 1, ())


def test_an_exchange_is_quoted_with_its_speakers_and_without_who_said_no(made: Leaving) -> None:
    made.imported("ben", [("BU", 2, 5, "Trust")], "elsewhere")
    (quote,) = themes(made)["Trust"].quotes
    assert quote.cite == "BU 2–5"
    assert quote.words.split("\n") == [
        "R1: It was hard at first, asked as I am.",
        "(…)",
        "R1: Then it got better unasked, and we laughed a lot about it all.",
        "R4: We trusted them, slowly.",
    ]


def test_warnings_of_what_may_identify(study: Study) -> None:
    made = small(study)
    roles = {"R1": "nurse", "R2": "psychiatrist", "R3": "nurse"}
    turns = [("R2", f"Well, number {n} was the one that I liked best.") for n in range(5)]
    made.add(talk("PU", [*turns, ("R1", "Dr. Okello came from Kampala to see it."), ("R3", "Yes.")], roles=roles))
    made.add(talk("KA", [("Psychiatrist", "I was not sure what it was for."), ("Nurse 1", "Me."), ("Nurse 2", "No.")]))
    for n in range(1, 7):
        made.decide(made.anna, "PU", n, "add", "Hope")
    made.decide(made.anna, "KA", 1, "add", "Trust")
    made.decide(made.anna, "BU", 3, "add", "Support")
    made.add(talk("XX", [("task", "The task was to tell the Moderator."), ("Moderator", "Yes, that was so.")]))
    made.decide(made.anna, "XX", 1, "add", "Trust")
    with Gathered(study, OutOptions()) as gathered:
        told = "\n".join(warnings(study, gathered.documents, read_themes(study, gathered, most=6)))
    assert "the only one in PU with role = psychiatrist" in told and "role = nurse" not in told
    assert "the only one in KA called Psychiatrist" in told
    assert "R2 of PU has 5 of 8 quotes" in told and "(XX 1)" not in told.replace("quoted as (XX 1)", "")
    assert "A likely name or place stands in the quote (PU 6)" in told
    assert "Nothing of “Support” is quoted" in told and "1 passage is cited but not quoted whole" in told


def lone(made: Leaving) -> None:
    """A quoted speaker who is the only one of a profession, and one who is the only one called so."""
    made.add(talk("PU", [("Okello", "I came here early."), ("Nabirye", "So did I.")], roles={"Okello": "psychiatrist"}))
    made.add(talk("KA", [("Psychiatrist", "I was not sure what it was for."), ("Nurse 1", "Me."), ("Nurse 2", "No.")]))
    made.decide(made.anna, "PU", 1, "add", "Hope")
    made.decide(made.anna, "KA", 1, "add", "Trust")


def test_pseudonyms_keep_no_warning_back(made: Leaving, tmp_path: Path) -> None:
    lone(made)
    told = "\n".join(write_report(made.study, tmp_path / "r.md", OutOptions(name="r.md", pseudonyms=True)).notices)
    assert "the only one in PU with role = psychiatrist" in told and "the only one in KA called Psychiatrist" in told


def test_a_report_says_how_many_warnings_there_were_and_not_what_they_say(made: Leaving, tmp_path: Path) -> None:
    lone(made)
    outcome = write_report(made.study, tmp_path / "r.md", OutOptions(name="r.md"))
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert any("called Psychiatrist" in notice for notice in outcome.notices)
    assert "only one" not in text and "sychiatrist" not in text
    assert f"{len(outcome.notices)} warnings were given" in text


paragraphs = st.integers(1, 40)
ranges = st.tuples(st.sampled_from(["BU", "PU"]), paragraphs, st.integers(0, 3)).map(
    lambda item: Citation(item[0], item[1], item[1] + item[2])
)


@given(st.lists(ranges, max_size=12))
def test_joined_citations_name_the_same_paragraphs_each_once_in_order(given_: list[Citation]) -> None:
    def named(citations: list[Citation]) -> list[tuple[str, int]]:
        return [(one.label, n) for one in citations for n in range(one.first, one.last + 1)]

    found = joined(given_)
    assert set(named(found)) == set(named(given_)) and len(named(found)) == len(set(named(found)))
    assert all(a.label != b.label or a.last < b.first for a, b in pairwise(found))


def test_ranges_are_joined_as_papers_print_them() -> None:
    cited = [Citation("BU", *pair) for pair in ((16, 16), (17, 17), (36, 45), (41, 50), (60, 60), (61, 61), (62, 62))]
    assert format_citations(joined(cited)) == "BU 16, 17, 36–50, 60–62"


HOSTILE = "<script>alert(1)</script> [/] `x` # no *heading* | \x1b]52;c;x\x07 \u202e end"
BLOCKS: list[Block] = [
    Heading(2, HOSTILE),
    Text(f"# {HOSTILE}"),
    Text("1. no list\n- nor this", "gap"),
    Quoted(f"{HOSTILE}\nsecond", "BU 1"),
    Items([HOSTILE]),
    Grid((HOSTILE, "BU"), [(HOSTILE, 3), ("x", None)], shaded=True),
]


def test_hostile_words_are_no_markup_in_any_report(tmp_path: Path) -> None:
    write_html(tmp_path / "r.html", HOSTILE, BLOCKS)
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            tags.append(tag)

    whole = (tmp_path / "r.html").read_text(encoding="utf-8")
    Reader().feed(whole)
    assert "script" not in tags and "\x1b" not in whole and "\u202e" not in whole
    write_markdown(tmp_path / "r.md", HOSTILE, BLOCKS)
    lines = (tmp_path / "r.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("#") for line in lines) == 2 and not any("<script>" in line for line in lines)
    assert sum(line.startswith("- ") for line in lines) == 1 and "\x1b" not in "".join(lines)
    write_docx(tmp_path / "r.docx", HOSTILE, BLOCKS)
    read = docx.Document(str(tmp_path / "r.docx"))
    assert [p.style.name for p in read.paragraphs][:2] == ["Title", "Heading 1"]
    assert read.paragraphs[4].text.endswith("second") or read.paragraphs[5].text == "second (BU 1)"


def test_markdown_reads_back_as_it_was_said(tmp_path: Path) -> None:
    words = "1. I *never* said_so [really] # - <b> | a\\b ~ `x`"
    write_markdown(tmp_path / "r.md", "T", [Quoted(words, "BU 1")])
    (_, read) = read_manuscript(tmp_path / "r.md")
    assert (read.text, read.block) == (f"{words} (BU 1)", True)


@pytest.mark.parametrize("name", ["r.html", "r.md", "r.docx"])
def test_a_report_with_a_methods_appendix_says_what_the_log_cannot_know(
    made: Leaving, tmp_path: Path, name: str
) -> None:
    made.run()
    made.decide(made.anna, "BU", 4, "add", "Hope")
    outcome = write_report(made.study, tmp_path / name, OutOptions(name=name), methods=True)
    assert outcome.counts == {"codes": 1, "passages": 1, "quotes": 1}
    path = tmp_path / name
    text = (
        "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        if name.endswith("docx")
        else path.read_text(encoding="utf-8")
    )
    assert name.endswith("docx") or ("Applied so far" in text and "\N{FULL BLOCK}" * 20 in text)
    for told in ("22. Data saturation", "24. Number of data coders", "To be filled in", "lexical 1", "(BU 4)"):
        assert told in text
    assert "No text was sent to any host" in text


def test_the_same_study_gives_the_same_report(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "BU", 4, "add", "Hope")
    for name in ("a.docx", "b.docx"):
        write_report(made.study, tmp_path / name, OutOptions(name=name))
    assert docx.Document(str(tmp_path / "a.docx")).element.xml == docx.Document(str(tmp_path / "b.docx")).element.xml


def test_quotes_as_a_table(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "BU", 4, "add", "Hope")
    made.decide(made.person("ben"), "BU", 3, "add", "Hope")
    write_quotes(made.study, tmp_path / "q.csv", OutOptions(name="q.csv"))
    with (tmp_path / "q.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["code"], row["cite"], row["coders"], row["withheld"]) for row in rows] == [
        ("S.1", "BU 3", "ben", "no_quote"), ("S.1", "BU 4", "anna", ""),
    ]  # fmt: skip
    assert rows[1]["text"].startswith("Then it got better") and rows[0]["text"] == ""


def test_other_endings_are_refused(made: Leaving, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.html, \.md or \.docx"):
        write_report(made.study, tmp_path / "r", OutOptions(name="r.pdf"))
    with pytest.raises(UsageError, match=r"\.csv, \.xlsx"):
        write_quotes(made.study, tmp_path / "r", OutOptions(name="r.pdf"))
