"""Looks at a round that is still being coded: an interval that holds at all of them, and an entry for each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from desk import Desk

from suggest.audit.audit import Question, audit
from suggest.audit.coefficients import by_document, krippendorff_alpha
from suggest.audit.material import CORE, Ints
from suggest.audit.reading import Choice
from suggest.audit.sequential import confidence_sequence
from suggest.audit.telling import tell
from suggest.study.looks import log_look, looks
from suggest.study.rounds import close_round

Make = Callable[..., Desk]


def test_the_wider_interval_is_the_confidence_sequence_of_the_library(finished: Desk) -> None:
    report = audit(finished.study, Question(Choice(coders=("anna", "ben"))))
    (item,) = report.looking.figures
    pair, frame = item.pair, report.material.frame
    rows = [row for row in range(frame.size) if pair.a.exposure[row] == pair.b.exposure[row] == CORE]
    cells, documents = [], []
    for row in rows:
        for x, y in zip(pair.a.values(_one(row))[0], pair.b.values(_one(row))[0], strict=True):
            if x >= 0 and y >= 0:
                cells.append([int(x), int(y)])
                documents.append(int(frame.document[row]))
    wanted = confidence_sequence(by_document(krippendorff_alpha, cells, documents), planned=12)
    assert item.planned == 12 and item.alpha.interval == pytest.approx((wanted.low, wanted.high))
    usual = pair.pooled.alpha.interval
    assert usual is not None and item.alpha.low is not None and item.alpha.low < usual[0]


def _one(row: int) -> Ints:
    return np.array([row])


def test_a_look_is_due_where_intervals_are_shown_of_new_work(make: Make) -> None:
    desk = make(core="0.9", arm="0", sizes=(12,) * 10)
    blind = [*desk.assigned("blind"), *desk.assigned("blind_then_shown")]
    last = {segment.partition(".")[0]: segment for segment in sorted(blind)}
    late = last.pop(desk.documents[0])
    for number, segment in enumerate(sorted(set(blind) - {late})):
        for coder in ("anna", "ben"):
            desk.line(segment, coder)
            if (number + (coder == "ben") * (number % 5 == 0)) % 2:
                desk.apply(segment, "Support", coder)
            desk.done("complete", segment, coder)
    held = audit(desk.study, Question()).looking
    assert held.due and held.figures and held.documents == 10
    assert log_look(desk.study, desk.anna, desk.round, held.documents, held.segments)
    assert not log_look(desk.study, desk.anna, desk.round, held.documents, held.segments)
    again = audit(desk.study, Question())
    assert not again.looking.due and len(again.looking.looks) == 1 == desk.kinds().count("looked")
    assert any("There was one look before" in getattr(b, "words", "") for s in tell(again) for b in s.blocks)
    for coder in ("anna", "ben"):
        desk.line(late, coder)
        desk.done("complete", late, coder)
    assert audit(desk.study, Question()).looking.due
    close_round(desk.study, desk.anna, desk.round)
    closed = audit(desk.study, Question(Choice(round="main"))).looking
    assert not closed.due and not closed.open and closed.figures == ()


def test_few_documents_show_no_interval_and_are_no_look(make: Make) -> None:
    desk = make(core="0.9", arm="0", sizes=(12,) * 3)
    for segment in desk.assigned("blind"):
        for coder in ("anna", "ben"):
            desk.line(segment, coder)
            desk.done("complete", segment, coder)
    assert not audit(desk.study, Question()).looking.due
    assert looks(desk.study, desk.round.id) == []
