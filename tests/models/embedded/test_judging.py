"""What a run learns besides its head, and that no segment's own decisions have a part in what it is judged by."""

from __future__ import annotations

import numpy
import pytest
from taught import teaching

from suggest.models.embedded.comparing import Compared, Teaching
from suggest.models.embedded.fitting import DEFAULT_THRESHOLD
from suggest.models.embedded.head import READINGS
from suggest.models.embedded.judging import Judgement, Judgements, frozen, halves, judge
from suggest.models.embedded.lessons import Lesson
from suggest.models.interface import Example


def lesson(segment: str, document: str, code: int = 0) -> Lesson:
    return Lesson(Example(segment, "words", "c", "added", document=document), {code: 1.0})


LESSONS = [lesson(f"{document}{number}", document) for document in "abcdefgh" for number in range(5)]


def test_documents_are_halved_and_each_stays_whole() -> None:
    half = halves(LESSONS)
    assert half.sum() == len(LESSONS) // 2
    assert all(len(set(half[first : first + 5])) == 1 for first in range(0, len(LESSONS), 5))
    assert halves([lesson(one.example.segment, one.example.document, 3) for one in LESSONS]).tolist() == half.tolist()
    alone = halves([lesson(f"a{number}", "a") for number in range(10)])
    assert alone.sum() == 5


def test_what_was_decided_on_a_segment_moves_nothing_that_it_is_judged_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggest.models.embedded.head.LEAST_TO_CHOOSE", 10)
    full = teaching(60, 6)
    half = numpy.array(full.documents) % 2
    before, _ = judge(Compared(full), half, DEFAULT_THRESHOLD)
    moved = 0
    for row in range(0, 60, 7):
        targets = full.targets.copy()
        targets[row] = 1 - targets[row]
        other = Teaching(full.wordings, full.of_code, full.talk, targets, full.documents, full.families)
        after, _ = judge(Compared(other), half, DEFAULT_THRESHOLD)
        assert after.of_row(int(half[row])) == before.of_row(int(half[row]))
        moved += after != before
    assert moved


def test_what_nobody_decided_on_is_judged_by_what_all_teach() -> None:
    one, other, whole = (Judgement(READINGS[0], number) for number in (1, 2, 3))
    found = Judgements(whole, (one, other))
    assert [found.of_row(half) for half in (None, 0, 1)] == [whole, other, one]
    assert Judgements(whole).of_row(None) == whole


def test_a_run_freezes_all_of_it() -> None:
    found = Judgements(Judgement(READINGS[1], 3), (Judgement(READINGS[2], 1), Judgement(READINGS[3], 2)))
    parameters = dict(found.parameters())
    assert frozen(parameters, halved=True) == found
    assert frozen({**parameters, "neighbours": 2}, halved=True) == found
    assert frozen(dict(Judgements(found.whole).parameters()), halved=False) == Judgements(found.whole)
    assert frozen({"threshold": 3}, halved=False) is None
    assert frozen({**parameters, "first_reading": "of tea leaves"}, halved=True) is None
    assert len({reading.name for reading in READINGS}) == len(READINGS)
