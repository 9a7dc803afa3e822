"""Of some segments "anything missing?" is asked in any case, and the log keeps where it was asked."""

from __future__ import annotations

import json

from desk import Desk

from suggest.review.asking import drawn_for_asking
from suggest.study.units import asked_segments


def completed(desk: Desk) -> list[dict[str, object]]:
    rows = desk.study.db.execute("SELECT payload FROM log WHERE kind = 'completed' ORDER BY clock, tick, seq")
    return [json.loads(payload) for (payload,) in rows]


def test_about_a_tenth_is_drawn_for_each_coder_apart() -> None:
    segments = [f"dabcdefghijkl.{n}" for n in range(2_000)]
    one = [segment for segment in segments if drawn_for_asking("ca", segment)]
    assert 0.07 < len(one) / 2_000 < 0.13
    assert one != [segment for segment in segments if drawn_for_asking("cb", segment)]


def test_the_line_says_where_to_ask(desk: Desk) -> None:
    assert [desk.line(s)["asks"] for s in desk.ids()] == [drawn_for_asking(desk.anna, s) for s in desk.ids()]


def test_the_log_says_which_segments_were_asked_and_why(desk: Desk) -> None:
    drawn = next(s for s in desk.ids() if drawn_for_asking(desk.anna, s))
    other, silent = [s for s in desk.ids() if not drawn_for_asking(desk.anna, s)][:2]
    for segment in (drawn, other):
        desk.done("complete", segment, asked=True)
    desk.done("complete", silent)
    assert [payload.get("asked") for payload in completed(desk)] == ["drawn", "open", None]
    wanted = {desk.number(drawn): "drawn", desk.number(other): "open"}
    assert asked_segments(desk.study, desk.round.id, desk.anna) == wanted


def test_undo_takes_the_asking_back(desk: Desk) -> None:
    desk.done("complete", desk.ids()[0], asked=True)
    desk.done("undo")
    assert asked_segments(desk.study, desk.round.id, desk.anna) == {}
    desk.done("redo")
    assert len(asked_segments(desk.study, desk.round.id, desk.anna)) == 1
