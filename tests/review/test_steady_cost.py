"""What next, decide and undo cost: by index, and the same however much is completed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from desk import Desk
from traced import SMALL, scanned, traced

from suggest.review.filtering import Filter
from suggest.review.queue import ORDERS, Queue
from suggest.study.correcting import correct
from suggest.study.documents import document_text, get_document
from suggest.study.rounds import open_round
from suggest.study.sources import FixedSources
from suggest.study.study import Study

Make = Callable[..., Desk]


def round_trip(desk: Desk, segment: str, order: str) -> None:
    desk.queue(limit=1, order=order)
    line = desk.line(segment)
    if line["suggestions"]:
        desk.done("accept", segment, suggestion=line["suggestions"][0]["id"])
    desk.done("add", segment, code="Doubts", range=[line["start"], line["end"]])
    desk.done("complete", segment)
    desk.done("undo")
    desk.done("redo")


def completed(desk: Desk, count: int) -> None:
    """Complete that many more segments, in one transaction."""
    left = desk.queue(limit=count)
    names = {desk.number(segment): segment for segment in desk.ids()} if len(left) < 300 else None
    place = {"round": desk.round.id, "coder": desk.anna, "ref": None}
    rest = {"scope": ["all", None], "tree": None, "end_seen": None}
    rows = dict(desk.study.db.execute("SELECT n, document || '.' || ord FROM segment")) if names is None else names
    with desk.study.write(desk.anna) as writer:
        for number in left:
            writer.append("completed", {**place, **rest, "segment": rows[number]})


@pytest.mark.parametrize("order", ORDERS)
def test_every_statement_on_the_way_searches_an_index(make: Make, order: str) -> None:
    desk = make(sizes=(60, 60))
    desk.suggest_everywhere()
    desk.done("skip", desk.ids()[0])
    round_trip(desk, desk.assigned("shown")[2], order)
    segment = desk.assigned("shown")[3]
    statements, _ = traced(desk.study.db, lambda: round_trip(desk, segment, order))
    assert len(statements) > 50
    assert scanned(desk.study.db, statements) <= SMALL
    assert not [s for s in statements if re.search(r"\bOFFSET\b|NOT EXISTS", s)]


def test_the_cost_does_not_grow_with_what_is_completed(make: Make) -> None:
    desk = make(sizes=(3000, 3000), core="0.1", arm="0")
    ids = desk.ids()
    shown = set(desk.assigned("shown"))
    costs = []
    done = 0
    for target in (200, 5_000):
        completed(desk, target - done)
        done = target
        segment = next(s for s in ids[target + 50 :] if s in shown)
        round_trip(desk, segment, "document")
        segment = next(s for s in ids[target + 90 :] if s in shown)
        costs.append(traced(desk.study.db, lambda segment=segment: round_trip(desk, segment, "document")))
    (few, steps_few), (many, steps_many) = costs
    assert len(many) == len(few)
    assert steps_many <= steps_few * 1.02


@pytest.mark.parametrize("order", ["uncertain", "code", "random"])
def test_the_other_orders_ask_the_same_questions_however_much_is_completed(make: Make, order: str) -> None:
    desk = make(sizes=(1500, 1500), core="0.1", arm="0.05")
    desk.suggest({segment: desk.candidates(lead=i * 100) for i, segment in enumerate(desk.ids())})
    asked = []
    for _ in range(2):
        statements, _ = traced(desk.study.db, lambda: desk.queue(limit=1, order=order))
        asked.append(len(statements))
        completed(desk, 2_000)
    assert asked[1] <= asked[0] + 4


FILTERS = (
    Filter(speaker="R1"), Filter(search="turn"), Filter(search='"turn 1"', speaker="R2"), Filter(state="flagged"),
    Filter(state="completed"), Filter(state="later"), Filter(mine="CODE"),
)  # fmt: skip
"""But for `stale`, a worklist: it costs what the coder touched since it was worked out, or the working out."""


@pytest.mark.parametrize("chosen", FILTERS, ids=repr)
@pytest.mark.parametrize("order", ORDERS)
def test_a_kept_queue_with_a_filter_searches_indexes_and_asks_the_same_however_much_is_completed(
    make: Make, order: str, chosen: Filter
) -> None:
    desk = make(sizes=(300, 300), core="0.1", arm="0.05")
    desk.suggest_everywhere()
    if chosen.mine is not None:
        chosen = replace(chosen, mine=desk.codes["Doubts"])
    queue = Queue(desk.study, desk.anna, desk.round, order, chosen)
    asked = []
    for segment in desk.assigned("shown")[:4]:
        desk.done("flag", segment)
    for _ in range(2):
        queue.take(1)
        statements, _ = traced(desk.study.db, lambda: queue.take(1))
        asked.append(len(statements))
        assert scanned(desk.study.db, statements) <= SMALL | {"document"}
        completed(desk, 250)
    assert asked[1] <= asked[0] + 4


def came_back_cost(desk: Desk, ids: list[str], segment: str) -> tuple[list[str], int]:
    """What completing a segment costs as one comes back, then coding that and what is next."""

    def work() -> None:
        desk.done("complete", segment)
        (number,) = desk.queue(limit=1)
        desk.done("complete", ids[number])

    return traced(desk.study.db, work)


def test_a_segment_that_comes_back_costs_the_same_however_much_is_completed_and_has_come_back(make: Make) -> None:
    desk = make(sizes=(700,), core="0", arm="0", stability="1", stability_gap="5")
    ids = desk.ids()
    costs = []
    for first in (0, 300, 600):
        for n in range(first, first + 20):
            desk.done("complete", ids[n])
        costs.append(came_back_cost(desk, ids, ids[first + 20]))
        completed(desk, 250)
    for statements, _ in costs:
        assert any("came_back" in s for s in statements)
        assert scanned(desk.study.db, statements) <= SMALL
    assert costs[-1][1] <= costs[1][1] * 1.05


def test_the_draw_of_a_new_round_does_not_read_what_was_done_in_others(make: Make) -> None:
    desk = make(sizes=(700,), core="0", arm="0", stability="1", stability_gap="5")
    steps = []
    for round_ in ("more", "and more"):
        open_round(desk.study, desk.anna, round_)
        desk.reviewers.clear()
        desk.done("complete", desk.ids()[0])
        steps.append(traced(desk.study.db, lambda: desk.done("complete", desk.ids()[1]))[1])
        completed(desk, 500)
    assert steps[1] <= steps[0] * 1.05


def test_deciding_in_a_shared_file_reads_no_table_of_corrections(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    text = document_text(desk.study, desk.documents[0])
    correct(desk.study, desk.anna, get_document(desk.study, desk.documents[0]), after=f"{text}.")
    round_trip(desk, desk.ids()[0], "document")
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "another home"))
    with Study.open(desk.study.path, write=True, sources=FixedSources(77)) as other:
        ben = Desk(other, desk.codes, desk.documents, desk.anna)
        round_trip(ben, desk.ids()[1], "document")  # puts on record what this user knows
        statements, _ = traced(other.db, lambda: round_trip(ben, desk.ids()[2], "document"))
    assert any("FROM correction" in s for s in statements)
    assert scanned(desk.study.db, statements) <= SMALL | {"r"}
