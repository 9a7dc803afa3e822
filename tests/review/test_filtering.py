"""Narrowing the queue by document, speaker, words, codes and state, in every order; blind ones come at their rate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.errors import BadInput, UsageError
from suggest.review.filtering import STATES, Filter, named_filter
from suggest.review.queue import ORDERS, Queue
from suggest.study.codes import Wording, read_codes, reword
from suggest.study.people import ensure_coder

Make = Callable[..., Desk]


def chosen(desk: Desk, order: str = "document", **given: str) -> list[int]:
    return desk.queue(order=order, chosen=named_filter(desk.study, **given))


def speaker_of(desk: Desk, number: int) -> str | None:
    return str(desk.line(_ids(desk)[number])["speaker"])


def _ids(desk: Desk) -> dict[int, str]:
    return {desk.number(segment): segment for segment in desk.ids()}


@pytest.mark.parametrize("order", ORDERS)
def test_by_speaker_words_and_document_together(desk: Desk, order: str) -> None:
    everything = set(desk.queue())
    said = set(chosen(desk, order, speaker="R1"))
    assert said == {n for n in everything if speaker_of(desk, n) == "R1"}
    found = set(chosen(desk, order, search='"turn 1" people'))
    assert found == {n for n in everything if "turn 1" in desk.line(_ids(desk)[n])["text"]}
    both = set(chosen(desk, order, speaker="R1", search='"turn 1"', document="D1"))
    assert both == {n for n in said & found if n >= 40}


@pytest.mark.parametrize("order", ORDERS)
def test_by_state(desk: Desk, order: str) -> None:
    ids = desk.ids()
    desk.done("skip", ids[3])
    desk.done("skip", ids[1])
    desk.done("flag", ids[5])
    for n in (0, 7):
        desk.done("complete", ids[n])
    desk.done("flag", ids[7])
    numbers = [desk.number(segment) for segment in ids]
    assert chosen(desk, order, state="later") == [numbers[3], numbers[1]]
    assert set(chosen(desk, order, state="flagged")) == {numbers[5], numbers[7]}
    assert set(chosen(desk, order, state="completed")) == {numbers[0], numbers[7]}
    assert set(chosen(desk, order, state="open")) == set(numbers) - {numbers[0], numbers[7]}
    assert chosen(desk, order, state="open")[-2:] == [numbers[3], numbers[1]]
    assert chosen(desk, order, state="stale") == []
    desk.done("undo")
    assert set(chosen(desk, order, state="flagged")) == {numbers[5]}


def test_by_ones_own_code(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    desk.done("add", first, code="Doubts", range=[0, 3])
    place = desk.line(second)["start"]
    desk.done("add", second, "ben", code="Doubts", range=[place, place + 3])
    assert chosen(desk, mine="Doubts") == [desk.number(first)]
    desk.done("complete", first)
    assert chosen(desk, mine="Doubts") == []
    assert chosen(desk, mine="Doubts", state="completed") == [desk.number(first)]


def test_stale_segments_leave_when_they_are_looked_at_again(desk: Desk) -> None:
    ids = desk.ids()
    for segment in ids[:3]:
        desk.done("complete", segment)
    doubts = next(code for code in read_codes(desk.study) if code.name == "Doubts")
    reword(desk.study, ensure_coder(desk.study, "lead"), doubts, Wording("Doubts", "other"), meaning=True)
    queue = Queue(desk.study, desk.anna, desk.round, "document", Filter(state="stale"))
    assert queue.take(9) == [desk.number(segment) for segment in ids[:3]]
    desk.done("complete", ids[1])
    assert queue.take(9) == [desk.number(ids[0]), desk.number(ids[2])]
    desk.done("undo")
    assert queue.take(9) == [desk.number(segment) for segment in ids[:3]]


def test_a_kept_queue_sees_new_documents_and_corrections(desk: Desk) -> None:
    from desk import more_talk

    queue = Queue(desk.study, desk.anna, desk.round, "document", Filter(search='"turn 1:"'))
    before = queue.take(9)
    added = more_talk(desk, "NEW", 3)
    desk.done("flag", f"{added}.0")
    assert queue.take(9) == [*before, desk.number(f"{added}.1")]
    line = desk.line(_ids(desk)[before[0]])
    start = line["start"] + line["text"].index("turn 1:")
    desk.done("mask", line["segment"], range=[start, start + 7])
    assert queue.take(9) == [before[1], desk.number(f"{added}.1")]


def test_what_does_not_exist_is_said(desk: Desk) -> None:
    with pytest.raises(UsageError, match="open, later"):
        Filter(state="gone")
    for given in ({"speaker": "nobody"}, {"document": "D9"}, {"code": "Nothing"}, {"mine": "Nothing"}):
        with pytest.raises(BadInput):
            named_filter(desk.study, **given)


@pytest.mark.parametrize("order", ["uncertain", "code", "random"])
def test_within_a_filter_blind_segments_come_at_a_steady_rate(make: Make, order: str) -> None:
    desk = make(sizes=(120, 120), core="0.3", arm="0.1")
    desk.suggest_everywhere()
    blind = {desk.number(s) for s in desk.assigned("blind") + desk.assigned("blind_then_shown")}
    found = chosen(desk, order, speaker="R1")
    share = len(blind.intersection(found)) / len(found)
    for part in (found[:20], found[:40], found[40:]):
        assert abs(len(blind.intersection(part)) / len(part) - share) < 0.25


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("state", STATES)
def test_no_filter_or_order_depends_on_what_is_suggested_for_blind_segments(make: Make, order: str, state: str) -> None:
    """Two studies that differ in nothing but what is suggested for blind segments list the same."""
    listed = []
    for name, lead in (("one", "Doubts"), ("two", "Setting")):
        desk = make(f"{name}.db", sizes=(60, 60), core="0.3", arm="0.1")
        blind = set(desk.assigned("blind") + desk.assigned("blind_then_shown"))
        desk.suggest(
            {
                segment: desk.candidates(lead, "Support", lead=400_000 if name == "one" else 1)
                if segment in blind
                else desk.candidates("Support")
                for segment in desk.ids()
            }
        )
        for n, segment in enumerate(desk.ids()[:60]):
            if n % 3 == 0:
                desk.done("complete", segment)
            if n % 4 == 0:
                desk.done("flag", segment)
            if n % 5 == 1:
                desk.act("skip", segment)
        found = [chosen(desk, order, state=state)]
        found += [chosen(desk, order, state=state, code=code) for code in ("Doubts", "Setting", "Support")]
        found += [chosen(desk, order, state=state, speaker="R2"), chosen(desk, order, state=state, search="1")]
        listed.append(found)
    assert listed[0] == listed[1]
    assert any(listed[0]) or state == "stale"
