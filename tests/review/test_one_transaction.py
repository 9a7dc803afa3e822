"""What follows from a decision is stored with it, or neither is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.errors import SecondCoderError
from suggest.review.queue import Queue

Make = Callable[..., Desk]


@pytest.fixture
def desk(make: Make) -> Desk:
    return make(sizes=(20,), core="0", arm="0", overlap="1")


def test_the_next_segment_is_opened_and_held_by_the_time_the_decision_is_stored(desk: Desk) -> None:
    anna, round_ = desk.reviewer("anna"), desk.round
    queue = Queue(desk.study, desk.anna, round_)
    first = anna.next(queue)
    assert first is not None
    before = desk.kinds()
    line = {"action": "complete", "segment": first.segment.id}
    answer, line_after = anna.act_and(line, lambda answer: anna.next(queue))
    assert answer["ok"]
    assert line_after is not None
    assert anna.claims.held == (line_after.segment.number,)
    assert desk.kinds()[len(before) :] == ["completed", "opened"]


def test_if_what_follows_fails_nothing_is_stored_and_the_claim_is_held(desk: Desk) -> None:
    anna, round_ = desk.reviewer("anna"), desk.round
    first = anna.next(Queue(desk.study, desk.anna, round_))
    assert first is not None
    held, before = anna.claims.held, desk.entries()

    def fail(answer: object) -> None:
        anna.next(Queue(desk.study, desk.anna, round_))
        raise SecondCoderError("there is no room left.")

    with pytest.raises(SecondCoderError):
        anna.act_and({"action": "complete", "segment": first.segment.id}, fail)
    assert desk.entries() == before
    assert anna.claims.held == held
    rows = desk.study.db.execute("SELECT segment FROM local_claim").fetchall()
    assert [number for (number,) in rows] == [*held]
    assert desk.done("complete", first.segment.id)


def test_nothing_follows_from_what_was_declined(desk: Desk) -> None:
    anna, before = desk.reviewer("anna"), desk.entries()
    answer, followed = anna.act_and({"action": "accept", "suggestion": "no.0"}, lambda answer: pytest.fail("it does"))
    assert (answer["ok"], followed, desk.entries()) == (False, None, before)
