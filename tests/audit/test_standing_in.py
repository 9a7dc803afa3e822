"""Standing in for a person: the audit's figures are those of the library for the same answers, and keep silent where it
would have to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from desk import Desk

from suggest.audit.alternative import AlternativeTest, alternative_annotator_test
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, audit
from suggest.audit.coefficients.distances import distance_matrix
from suggest.audit.material import CORE
from suggest.audit.reading import Choice, read_material
from suggest.audit.standing_in import stand_ins
from suggest.study.imports import NewCoding, import_codings

Make = Callable[..., Desk]
Columns = tuple[list[list[object]], list[object], list[int]]


def columns(desk: Desk, code: int | None) -> Columns:
    """People's answers and the first model's to the blind core, (segments x people): on a code, or as sets."""
    material = read_material(desk.study, Choice())
    model = material.models[0]
    humans: list[list[object]] = []
    machine: list[object] = []
    documents = []

    def answer(values: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> object:
        if code is None:
            return frozenset(np.flatnonzero(values == 1).tolist())
        return None if values[code] < 0 else bool(values[code])

    for row in range(material.frame.size):
        blind = [person.exposure[row] == CORE for person in material.people]
        if sum(blind) < 2:
            continue
        at = np.array([row])
        pinned = [model.answers(person.id)[row] for person in material.people]
        first = next(index for index in pinned if index >= 0)
        machine.append(answer(model.values(at, np.full(material.frame.size, first))[0]))
        humans.append([answer(person.values(at)[0]) if there else None
                       for person, there in zip(material.people, blind, strict=True)])  # fmt: skip
        documents.append(int(material.frame.document[row]))
    return humans, machine, documents


def counts(test: AlternativeTest) -> list[tuple[int, int, int]]:
    return [(one.better, one.ties, one.worse) for one in test.annotators]


def same(one: AlternativeTest, other: AlternativeTest) -> None:
    assert counts(one) == counts(other)
    assert [item.p for item in one.annotators] == pytest.approx([item.p for item in other.annotators])
    assert (one.omega, one.passed) == (other.omega, other.passed)
    assert one.rho == pytest.approx(other.rho)


@pytest.mark.parametrize("epsilon", [0.15, 0.3])
def test_each_code_is_tested_as_the_library_tests_it(finished: Desk, epsilon: float) -> None:
    item = stand_ins(read_material(finished.study, Choice()), epsilon)[0]
    assert [person.name for person in item.people] == ["anna", "ben", "cleo"] and len(item.codes) == 3
    for code in item.codes:
        humans, machine, documents = columns(finished, code.code)
        same(code.published, alternative_annotator_test(humans, machine, epsilon=epsilon, guard="off"))
        guarded = alternative_annotator_test(humans, machine, epsilon=epsilon, documents=documents)
        assert guarded.guard == "balanced"
        same(code.guarded, guarded)


def test_whole_answers_are_compared_by_how_alike_sets_are(finished: Desk) -> None:
    material = read_material(finished.study, Choice())
    item = stand_ins(material, 0.2)[0]
    humans, machine, documents = columns(finished, None)

    def alike(a: object, b: object) -> float:
        return 1.0 - float(distance_matrix("masi", [a, b])[0, 1])

    wanted = alternative_annotator_test(
        humans, machine, epsilon=0.2, scoring=alike, documents=documents, guard="off"
    )  # fmt: skip
    assert sum(map(sum, counts(item.whole))) == sum(map(sum, counts(wanted)))
    unsure = sum(value is None for row in columns(finished, 1)[0] for value in row)
    assert unsure  # the audit leaves codes out that somebody did not answer: a few sets are smaller
    assert [one.advantage for one in item.whole.annotators] == pytest.approx(
        [one.advantage for one in wanted.annotators], abs=0.03
    )


def test_two_people_are_too_few_to_ask(finished: Desk) -> None:
    found = as_json(audit(finished.study, Question(Choice(coders=("anna", "ben", "model:lexical")))))
    assert found["alternative_test"] == {"models": [], "undefined": "fewer than 3 people coded blind beside a model"}


def test_few_documents_and_rare_codes_have_counts_and_no_verdict(make: Make) -> None:
    desk = make(core="0", arm="0", sizes=(40, 40))
    desk.suggest_everywhere()
    new, done = [], {}
    for coder in ("cleo", "dan", "eve"):
        for document in desk.documents:
            done[coder, document] = list(range(36))
            new += [NewCoding(coder, document, desk.codes["Doubts"], at, at, at) for at in range(0, 36, 3)]
            new += [NewCoding(coder, document, desk.codes["Setting"], 1, 1, 1)]
    import_codings(desk.study, desk.anna, "elsewhere", new, done)
    (item,) = as_json(audit(desk.study, Question()))["alternative_test"]["models"]
    for code in item["codes"]:
        for test in (code["guarded"], code["published"]):
            assert (test["passed"], test["omega"], test["rho"]) == (None, None, None)
            assert test["undefined"].startswith(("too few documents", "fewer than"))
            assert all(one["p"] is None and one["held_its_own"] is None for one in test["annotators"])
            assert any(one["equal"] for one in test["annotators"])
