"""Positions: however a program counted them, the words that were marked are found, and the way taken is told."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from suggest.exchange.refi.found import FoundSelection
from suggest.exchange.refi.readings import STANDARD, Places, Reading, take_reading

READINGS = [
    Reading(unit, breaks, mark)
    for unit, breaks, mark in product(("points", "utf16", "utf8"), ("one", "two", "file"), (False, True))
]
TEXTS = st.text(st.sampled_from("ab é😀👩🏽\u200d\n"), min_size=1, max_size=40)


def raw_of(text: str, breaks: str, mark: bool) -> str:
    return ("\ufeff" if mark else "") + text.replace("\n", {"crlf": "\r\n", "cr": "\r", "lf": "\n"}[breaks])


def counted(raw: str, text: str, reading: Reading, offset: int) -> int:
    """The position of an offset as a program counts that reads so, said another way than the code says it."""
    before = text[:offset]
    if reading.breaks == "two" or (reading.breaks == "file" and "\r\n" in raw):
        before = before.replace("\n", "\r\n")
    before = ("\ufeff" if reading.mark else "") + before
    return {
        "points": len(before),
        "utf16": len(before.encode("utf-16-le")) // 2,
        "utf8": len(before.encode("utf-8")),
    }[reading.unit]


@given(TEXTS, st.sampled_from(READINGS), st.sampled_from(["lf", "crlf", "cr"]), st.booleans(), st.data())
def test_a_position_leads_back_to_its_offset(
    text: str, reading: Reading, breaks: str, mark: bool, data: st.DataObject
) -> None:
    raw = raw_of(text, breaks, mark)
    offset = data.draw(st.integers(0, len(text)))
    assert Places(raw, text, reading).of(counted(raw, text, reading, offset)) == offset


@given(TEXTS, st.sampled_from(READINGS), st.sampled_from(["lf", "crlf"]), st.data())
def test_names_lead_to_the_words_that_were_marked(
    text: str, reading: Reading, breaks: str, data: st.DataObject
) -> None:
    raw = raw_of(text, breaks, reading.mark)
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), min_size=1, max_size=5))
    marked = [(min(pair), max(pair)) for pair in spans]
    named = [(span, " ".join(text[slice(*span)].split())) for span in marked]
    assume(all(name for _, name in named))
    selections = [
        FoundSelection(counted(raw, text, reading, start), counted(raw, text, reading, end), name, "", "")
        for (start, end), name in named
    ]
    taken = take_reading(raw, text, selections)
    assert taken.not_fitting == 0
    for selection, (_, name) in zip(selections, named, strict=True):
        place = taken.places.range_of(selection)
        assert place is not None
        assert " ".join(text[slice(*place)].replace("\ufeff", "").split()) == name


BASE = "Anna: I waited 😀 for hours.\nNurse: Sorry, café.\nEnd.\n"


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_each_way_of_counting_is_recognised(reading: Reading) -> None:
    raw = raw_of(BASE, "crlf" if reading.breaks == "file" else "lf", reading.mark)
    words = ("waited", "hours", "Sorry", "café", "End")
    selections = [
        FoundSelection(*(counted(raw, BASE, reading, BASE.index(word) + add) for add in (0, len(word))), word, "", "")
        for word in words
    ]
    taken = take_reading(raw, BASE, selections)
    assert taken.reading == reading
    assert (taken.fitting, taken.not_fitting) == (5, 0)


@pytest.mark.parametrize("name", ["", "line:12", "Quotation 6:1", "00:16.17 – 00:45.35", "21s"])
def test_names_that_are_no_words_change_nothing(name: str) -> None:
    taken = take_reading("\ufeff" + BASE, BASE, [FoundSelection(6, 8, name, "", "")])
    assert taken.reading == STANDARD


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("I waited 😀 for hours. Nurse: Sorry, café.", True),
        ("I  waited\u2029😀 for hours. Nurse: Sorry, café.", True),
        ("I waited 😀 for…", True),
        ("I waited 😀 for...", True),
        ("I waited", False),
        ("I waited 😀 for hours. Nurse: Sorry, caf", True),
        ("waited 😀 for hours. Nurse: Sorry, café.", False),
    ],
)
def test_a_name_is_the_words_or_their_beginning(name: str, fits: bool) -> None:
    taken = take_reading(BASE, BASE, [FoundSelection(6, 48, name, "", "")])
    assert BASE[6:48] == "I waited 😀 for hours.\nNurse: Sorry, café.\n"[:42]
    assert (taken.fitting == 1) is fits


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 10_000), (9, 4), (None, 3), (3, None)])
def test_a_selection_outside_of_the_text_has_no_place(start: int | None, end: int | None) -> None:
    selection = FoundSelection(start, end, "x", "", "")
    assert Places(BASE, BASE, STANDARD).range_of(selection) is None
    assert Places("\ufeff" + BASE, BASE, Reading(mark=True)).range_of(selection) is None
