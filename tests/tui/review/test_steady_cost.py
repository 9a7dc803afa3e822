"""What a key of the review asks of the study file: one write, indexes only, and the same however large all is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from desk import Desk
from traced import SMALL, scanned, traced

from tui.review.bench import Bench
from tui.review.choice import Choice

Make = Callable[..., Desk]


@contextmanager
def benched(desk: Desk) -> Iterator[Bench]:
    """The bench of anna, with the first segment on it."""
    desk.reviewer("anna")
    bench = Bench(desk.study.path, Choice(desk.anna, "anna"))
    try:
        bench.next()
        yield bench
    finally:
        bench.close()


def segment_of(bench: Bench) -> tuple[str, str]:
    """What is on the bench, and its first suggestion ("" where it is blind)."""
    card = bench.again().card
    assert card is not None
    return card.segment.id, next((item.id for item in card.proposals), "")


def keys(bench: Bench) -> dict[str, Callable[[], Any]]:
    """What the keys of a usual round do, in this order."""
    segment, suggestion = segment_of(bench)
    code = bench.codes[0].id
    place = {"code": code, "range": [*_range(bench)]}
    return {
        "accept": lambda: suggestion and bench.act(segment, {"action": "accept", "suggestion": suggestion}),
        "add": lambda: bench.act(segment, {"action": "add", **place}),
        "undo": lambda: bench.undo(segment, f"undo {segment}"),
        "redo": lambda: bench.redo(segment, f"redo {segment}"),
        "memo": lambda: bench.act(segment, {"action": "memo", "text": "a memo"}),
        "flag": lambda: bench.act(segment, {"action": "flag"}),
        "look": lambda: bench.look_again(segment),
        "beat": bench.beat,
        "complete": lambda: bench.finish(segment, {"action": "complete"}),
        "pass by": lambda: bench.next(passing=True),
        "previous": bench.previous,
        "go": lambda: bench.go("D0 3"),
    }


def _range(bench: Bench) -> tuple[int, int]:
    card = bench.again().card
    assert card is not None
    return card.segment.start, card.segment.end


def asked(bench: Bench) -> dict[str, tuple[list[str], int]]:
    """What each of the keys asks, on the segment that is on the bench."""
    return {name: traced(bench.study.db, job) for name, job in keys(bench).items()}


@pytest.fixture
def large(make: Make) -> Desk:
    desk = make(sizes=(60, 60), core="0.1", arm="0.05")
    desk.suggest_everywhere()
    return desk


def test_no_key_reads_a_table_that_grows_from_end_to_end(large: Desk) -> None:
    with benched(large) as bench:
        asked(bench)
        for name, (statements, _) in asked(bench).items():
            assert statements or name == "accept", name
            assert scanned(bench.study.db, statements) <= SMALL | ({"document"} if name == "go" else set()), name
            assert not [s for s in statements if re.search(r"\bOFFSET\b|NOT EXISTS", s)], name


def test_each_key_writes_once_and_looking_again_never(large: Desk) -> None:
    with benched(large) as bench:
        found = asked(bench)
        writes = {name: sum(s == "BEGIN IMMEDIATE" for s in statements) for name, (statements, _) in found.items()}
        once = ("accept", "add", "undo", "redo", "memo", "flag", "complete", "pass by", "previous", "go")
        assert writes == {**dict.fromkeys(once, 1), "look": 0, "beat": 0}


def test_a_key_takes_as_many_steps_however_much_is_there_and_done(make: Make) -> None:
    desks = [make(sizes=sizes, core="0", arm="0") for sizes in ((300,), (1500, 1500))]
    for desk in desks:
        desk.suggest_everywhere()
    steps = []
    for desk, done in zip(desks, (150, 2_000), strict=True):
        place = {"round": desk.round.id, "coder": desk.anna, "ref": None}
        rest = {"scope": ["all", None], "tree": None, "end_seen": None}
        with desk.study.write(desk.anna) as writer:
            for segment in desk.ids()[:done]:
                writer.append("completed", {**place, **rest, "segment": segment})
        with benched(desk) as bench:
            asked(bench)
            bench.next()
            steps.append({name: count for name, (_, count) in asked(bench).items()})
    few, many = steps
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] * 1.05} == {}
