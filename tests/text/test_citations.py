"""Citations: what papers print parses to labels and paragraphs, and prints back."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggest.errors import BadInput
from suggest.text.citations import Citation, format_citations, parse_citations

labels = st.one_of(
    st.sampled_from(["BU", "PU", "P2", "Dar es Salaam", "para", "ULM-2", "[/]D"]), st.text(min_size=1, max_size=12)
)
numbers = st.integers(1, 99_999)
citations = st.builds(
    lambda label, first, more: Citation(label, first, first + more), labels, numbers, st.sampled_from([0, 0, 1, 21])
)


@given(st.lists(citations, min_size=1, max_size=12), st.sampled_from(["joined", "bracketed", "separate"]))
def test_printed_citations_parse_to_the_same_list(given_list: list[Citation], style: str) -> None:
    assert parse_citations(format_citations(given_list, style)) == given_list  # type: ignore[arg-type]


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from(["BU", "P2", "51", "10–14", ",", ";", "(", ")", '"', "¶", "para"]), max_size=12).map(
            " ".join
        ),
    )
)
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        found = parse_citations(text)
    except BadInput:
        return
    assert found
    assert parse_citations(format_citations(found)) == found


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("BU 51", [("BU", 51, 51)]),
        ("PU 10–14", [("PU", 10, 14)]),
        ("DS, 64", [("DS", 64, 64)]),
        ("PU107-128", [("PU", 107, 128)]),
        ("(BU 19, 36; PU 10–14)", [("BU", 19, 19), ("BU", 36, 36), ("PU", 10, 14)]),
        ("ULM 88, UKE 42, 48", [("ULM", 88, 88), ("UKE", 42, 42), ("UKE", 48, 48)]),
        ("P2 51", [("P2", 51, 51)]),
        ("BU para 51", [("BU", 51, 51)]),
        ("BU ¶ 51", [("BU", 51, 51)]),
        ("DS 64, 8, 64", [("DS", 64, 64), ("DS", 8, 8), ("DS", 64, 64)]),
        ('"Focus group 1" 5', [("Focus group 1", 5, 5)]),
    ],
)
def test_what_papers_print_is_understood(printed: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(one.label, one.first, one.last) for one in parse_citations(printed)] == expected


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "()",
        "BU",
        "51",
        "BU 51,",
        "BU 51; ;PU 3",
        "BU 14–10",
        "BU 0",
        "BU 51 53",
        "BU 1234567890",
        "see BU 51!",
        "BU –3",
        ", 51",
    ],
)
def test_what_is_no_citation_is_refused_with_the_character(garbage: str) -> None:
    with pytest.raises(BadInput, match="character"):
        parse_citations(garbage)


def test_an_impossible_citation_is_not_printed() -> None:
    for impossible in (Citation("", 1, 1), Citation("BU", 0, 1), Citation("BU", 3, 2)):
        with pytest.raises(BadInput):
            format_citations([impossible])


def test_labels_stand_once_or_each_time() -> None:
    two = parse_citations("BU 19, 36; PU 10-14")
    assert format_citations(two) == "BU 19, 36; PU 10–14"
    assert format_citations(two, "bracketed") == "(BU 19, 36; PU 10–14)"
    assert format_citations(two, "separate") == "BU 19; BU 36; PU 10–14"


SHARED = os.environ.get("SECONDCODER_SHARED")


@pytest.mark.skipif(not SHARED, reason="SECONDCODER_SHARED is not set: the founding study's citations are not here")
def test_every_bracket_of_the_founding_study_is_understood() -> None:
    import csv

    with (Path(str(SHARED)) / "data/upsides/citations.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    printed = {row["as_printed"]: [] for row in rows}
    for row in rows:
        one = Citation(row["document_id"], int(row["paragraph_from"]), int(row["paragraph_to"]))
        if one not in printed[row["as_printed"]]:
            printed[row["as_printed"]].append(one)
    assert {key: parse_citations(key) for key in printed} == printed, json.dumps(list(printed))
