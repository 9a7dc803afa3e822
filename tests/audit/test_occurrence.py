"""How often codes occur: the library's estimators on the segments and with the chances of the draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from desk import Desk

from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, audit
from suggest.audit.figures import Figure
from suggest.audit.intervals import Interval
from suggest.audit.material import CORE, VALUE
from suggest.audit.occurrence import chances, occurrences
from suggest.audit.prevalence import design_based_prevalence, prediction_powered_prevalence
from suggest.audit.reading import Choice, read_material
from suggest.study.audited import core_blocks
from suggest.study.draw import draw_blocks

Make = Callable[..., Desk]


def same(figure: Figure, interval: Interval) -> None:
    assert figure.value == pytest.approx(interval.value)
    assert figure.se == pytest.approx(interval.se)
    assert figure.interval == pytest.approx((interval.low, interval.high))


def test_the_estimates_are_those_of_the_library(finished: Desk) -> None:
    material = read_material(finished.study, Choice())
    frame = material.frame
    item = occurrences(material)[0]
    assert item.run.number == 3 and item.left_out == 0 and item.undefined is None
    rows = np.flatnonzero((item.run.rater.index >= 0) & ~frame.opening)
    chance, documents = chances(frame)[rows], frame.document[rows]
    for code in item.codes:
        applied = np.zeros(len(rows))
        answered = np.zeros(len(rows))
        for person in material.people:
            values = VALUE[person.patterns[:, code.code]][person.index[rows]]
            blind = (person.exposure[rows] == CORE) & (values >= 0)
            answered += blind
            applied += blind & (values == 1)
        with np.errstate(invalid="ignore"):
            people = applied / answered
        model = (VALUE[item.run.rater.patterns[:, code.code]][item.run.rater.index[rows]] == 1).astype(float)
        design = design_based_prevalence(people, model, chance, documents)
        same(code.by_design, design.interval)
        same(code.people, design.people)
        coded = ~np.isnan(people)
        powered = prediction_powered_prevalence(
            people[coded], model[coded], model[~coded], documents=documents[coded],
            documents_elsewhere=documents[~coded],
        )  # fmt: skip
        same(code.powered, powered.interval)
        assert code.weight == pytest.approx(powered.tuning)
        assert code.model == pytest.approx(model.mean())


def test_the_chance_of_a_segment_is_what_the_draw_gives_it(make: Make) -> None:
    desk = make(core="0.3", arm="0", sizes=(60, 45, 90))
    desk.assigned("blind")
    frame = read_material(desk.study, Choice()).frame
    found = chances(frame)
    for number in range(3):
        size = int((frame.document == number).sum())
        hits: Counter[int] = Counter()
        for seed in range(4_000):
            for block in draw_blocks(str(seed), "d", size, 300_000):
                hits.update(range(block.first, block.last + 1))
        assert sum(hits.values()) / 4_000 / size == pytest.approx(0.3, abs=0.01)
        if (frame.document[frame.core] == number).any():
            assert found[frame.document == number][0] == pytest.approx(0.3, abs=0.001)
    assert core_blocks(desk.study, desk.round.id)


def test_documents_whose_core_is_not_coded_yet_are_left_out(make: Make) -> None:
    desk = make(core="0.5", arm="0", sizes=(20,) * 3)
    desk.suggest_everywhere()
    core = [*desk.assigned("blind_then_shown"), *desk.assigned("blind")]
    first = [segment for segment in core if segment.startswith(desk.documents[0])]
    for segment in first:
        desk.line(segment)
        desk.done("complete", segment)
    (item,) = occurrences(read_material(desk.study, Choice()))
    assert (item.documents, item.left_out, item.coded) == (1, 2, len(first))
    desk.line(core[-1])
    desk.done("complete", core[-1])
    assert occurrences(read_material(desk.study, Choice()))[0].documents == 1


@pytest.mark.parametrize(("core", "reason"), [("0", "no blind core was drawn"), ("0.5", "no document has all")])
def test_without_a_draw_or_its_coding_there_is_a_reason(make: Make, core: str, reason: str) -> None:
    desk = make(core=core, arm="0", sizes=(20, 20))
    desk.suggest_everywhere()
    segment = desk.assigned("shown")[0]
    desk.line(segment)
    desk.done("complete", segment)
    (item,) = as_json(audit(desk.study, Question()))["prevalence"]["models"]
    assert item["undefined"].startswith(reason) and item["codes"] == []
