"""Searching the words of segments: what is found, that any text is a query, and that what is withdrawn is not found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggest.study import documents, masking
from suggest.study.searching import Terms, matching, search
from suggest.study.segments import speakers, spoken_by

TURNS = [
    ("I", "Who goes to the ward?"),
    ("R1", "Mary goes to\nthe WARD on Mondays"),
    ("R2", "Nobody. The street is called Straße, Mu\u0308nchen"),
    ("R1", "the the the ward, Maryland"),
]


@pytest.fixture
def told(work: Any, tools: Any) -> Any:
    work.add(tools.talk("BU", TURNS), tools.talk("PU", [*TURNS, ("R2", "More.")]))
    return work


@pytest.mark.parametrize(
    ("query", "ordinals"),
    [
        ("ward", [0, 1, 3]), ("Mary WARD", [1, 3]), ('"to the ward"', [0, 1]), ("„to the“ mondays", [1]),
        ("mary", [1, 3]), ("M\u00fcnchen", [2]), ("MU\u0308NCHEN", [2]), ("straße", [2]), ("nowhere", []), ("", []),
        ('"', []), ('"" ""', []),
        ("%", []), ("*", []), ("ward?", [0]), ("NEAR(ward", []), ("[/]", []), ("\x00", []), ("\ud800", []), ("(", []),
    ],
)  # fmt: skip
def test_what_is_found(told: Any, query: str, ordinals: list[int]) -> None:
    assert [*matching(told.study, query)] == ordinals + [n + 4 for n in ordinals]
    assert [hit.segment.ordinal for hit in search(told.study, query, document=told.documents["PU"]).hits] == ordinals


def test_a_hit_says_where_the_words_stand(told: Any) -> None:
    hit = search(told.study, 'mary "to the ward"').hits[0]
    text = documents.document_text(told.study, told.documents["BU"])
    assert [text[start:end] for start, end in hit.ranges] == ["Mary", "to\nthe WARD"]


def test_words_on_both_sides_of_a_border_are_not_one_phrase(told: Any) -> None:
    assert [*matching(told.study, '"ward? Mary"')] == []
    assert [*matching(told.study, "Who Mondays")] == []


def test_results_come_in_pages(told: Any) -> None:
    found, after = [], -1
    while True:
        page = search(told.study, "ward", after=after, limit=2)
        assert len(page.hits) <= 2
        found += [hit.segment.number for hit in page.hits]
        if page.more is None:
            break
        after = page.more
    assert found == [0, 1, 3, 4, 5, 7]


@given(st.text(max_size=40), st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_query(query: str, text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in Terms(query).ranges(text))


@given(st.text(alphabet="aIİißé\u0301É x\n", max_size=20), st.data())
def test_a_word_is_found_where_it_stands_whatever_its_case(text: str, data: st.DataObject) -> None:
    text = f"{text} x"
    words = text.split()
    word = data.draw(st.sampled_from(words))
    spelt = data.draw(st.sampled_from([word, word.lower()] if "İ" not in word else [word]))
    place = f"before {text} after".index(word)
    found = Terms(f'"{spelt}"').ranges(f"before {text} after")
    assert any(start <= place < end for start, end in found) or "İ" in word


def test_what_is_masked_or_erased_is_not_found(told: Any) -> None:
    document = documents.find_document(told.study, "BU")
    start = documents.document_text(told.study, document.id).index("Mary")
    masking.mask(told.study, told.anna, document, start, start + 4)
    assert [*matching(told.study, "mary")] == [3, 5, 7]
    told.erase("PU", "segments", (1, 1))
    assert [*matching(told.study, "mary")] == [3, 7]
    told.erase("BU")
    assert [*matching(told.study, "mary")] == [7]
    kept = [name for (name,) in told.study.db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'cache_%'")]
    assert not [name for name in kept if "word" in name or "fts" in name]


def test_the_segments_of_a_speaker(told: Any) -> None:
    assert [*spoken_by(told.study, "R1")] == [1, 3, 5, 7]
    assert [*spoken_by(told.study, "R1", 4, 7)] == [5, 7]
    assert [*spoken_by(told.study, "nobody")] == []
    assert speakers(told.study) == ["I", "R1", "R2"]
