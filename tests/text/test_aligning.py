"""Laying a second text beside a first: the same parts in the same order, or the first place where they part."""

from __future__ import annotations

import pytest

from suggest.errors import BadInput
from suggest.text.aligning import check_alignment, parts_by
from suggest.text.transcripts import Segment


def turns(*speakers: str | None) -> list[Segment]:
    return [Segment(10 * n, 10 * n + 9, "data", name, n + 1, n + 1) for n, name in enumerate(speakers)]


def check(first: list[Segment], second: list[Segment], unit: str = "turn") -> None:
    check_alignment(parts_by(unit, first), parts_by(unit, second), label="BU", file="de.txt", what=unit)


def test_speakers_may_be_called_otherwise_if_each_has_one_name() -> None:
    check(turns("I", "R1", "I", "R2"), turns("Moderatorin", "T1", "Moderatorin", "T2"))


@pytest.mark.parametrize(
    ("second", "place"),
    [
        (("I", "R1", "R2", "I"), "turn 3, paragraph 3"),  # a turn is missing
        (("I", "I", "R1", "I"), "turn 2, paragraph 2"),  # a turn is cut in two: two persons would be one
        (("I", "R1", "I", "R1"), "turn 4, paragraph 4"),  # two of the first would be one of the second
        (("I", None, "I", None), "turn 4, paragraph 4"),
    ],
)
def test_the_first_place_where_speakers_part_is_named(second: tuple[str | None, ...], place: str) -> None:
    with pytest.raises(BadInput) as raised:
        check(turns("I", "R1", "I", "R2"), turns(*second))
    assert raised.value.place == place and "speakers part" in str(raised.value)


@pytest.mark.parametrize(("size", "held"), [(2, "BU 3"), (4, "paragraph 4 of this text")])
def test_where_one_of_them_goes_on_alone_is_named(size: int, held: str) -> None:
    with pytest.raises(BadInput, match=f"has {size} turns, and BU has 3: nothing is left beside {held}"):
        check(turns("I", "R1", "I"), turns("I", "R1", "I", "R1")[:size] if size < 4 else turns("I", "R1", "I", "R1"))


def test_sentences_are_laid_beside_by_paragraph() -> None:
    first = [Segment(0, 5, "data", "R1", 1, 1), Segment(6, 9, "data", "R1", 1, 1), Segment(10, 15, "data", "R1", 2, 2)]
    second = [Segment(0, 5, "data", "R1", 1, 1), Segment(6, 9, "data", "R1", 2, 2), Segment(10, 15, "data", "R1", 2, 2)]
    check(first, second, "sentence")
    assert [(part.first, part.last, part.start, part.end) for part in parts_by("sentence", second)] == [
        (0, 0, 0, 5), (1, 2, 6, 15),
    ]  # fmt: skip
    assert len(parts_by("paragraph", first)) == 3


def test_two_speakers_in_one_paragraph_are_two_parts() -> None:
    both = [Segment(0, 5, "data", "R1", 1, 1), Segment(6, 9, "data", "R2", 1, 1)]
    assert len(parts_by("sentence", both)) == 2
