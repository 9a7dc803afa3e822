"""Open rounds that wait for somebody: what the glance at a study says is left before a coder has begun."""

from __future__ import annotations

from typing import Any

import pytest

from suggest.study import documents, people, rounds, settings
from suggest.study.imports import import_codings
from suggest.study.not_begun import not_begun, would_have
from suggest.study.overview import overview
from suggest.study.pending import members


@pytest.fixture
def talk(work: Any, tools: Any) -> Any:
    """Two documents of nine segments of data each, nobody has begun."""
    for key in ("core", "arm"):
        settings.set_setting(work.study, work.anna, key, "0")
    work.code("Support")
    work.add(tools.numbered_talk("BU", 10), tools.numbered_talk("PU", 10))
    return work


def elsewhere(work: Any, name: str) -> str:
    """The work of somebody, brought in: one segment of BU."""
    import_codings(work.study, work.anna, "imported", [], {(name, work.documents["BU"]): [1]})
    found = people.find_coder(work.study, name)
    assert found is not None
    return str(found.id)


def test_who_coded_elsewhere_has_all_of_the_open_round_left(talk: Any) -> None:
    cleo = elsewhere(talk, "cleo")
    assert not_begun(talk.study) == {cleo: {"main": 18}}
    view = overview(talk.study)
    assert (view.completed, view.remaining, view.not_begun) == ({"cleo": 1}, {"cleo": 18}, {"cleo": {"main": 18}})


def test_a_name_of_which_no_work_is_known_is_nobody_who_is_waited_for(talk: Any) -> None:
    assert overview(talk.study).remaining == {}


def test_who_is_named_or_was_assigned_something_is_waited_for(talk: Any) -> None:
    rounds.assign(talk.study, talk.anna, rounds.rounds(talk.study)[0], talk.bo, [talk.documents["PU"]])
    rounds.open_round(talk.study, talk.anna, "second", coders=[talk.anna], documents=[talk.documents["BU"]])
    assert overview(talk.study).not_begun == {"anna": {"second": 9}, "bo": {"main": 9}}


def test_it_is_what_is_laid_out_on_joining(talk: Any) -> None:
    """Assigned documents, kept out by consent, and completed by as many as the overlap wants."""
    second = rounds.open_round(talk.study, talk.anna, "second", overlap=1)
    round_ = rounds.find_round(talk.study, second)
    rounds.make_ready(talk.study, talk.anna, round_)
    for number in (1, 2, 12):
        talk.complete(talk.anna, number, second)
    pu = documents.find_document(talk.study, "PU")
    rounds.assign(talk.study, talk.anna, round_, talk.bo, [pu.id])
    documents.set_consent(talk.study, talk.anna, pu, "R1", "exclude", True)
    before = would_have(talk.study, round_, talk.bo)
    rounds.make_ready(talk.study, talk.bo, round_)
    assert 0 < before.count() == members(talk.study, second)[talk.bo].remaining < 8
    assert "second" not in not_begun(talk.study).get(talk.bo, {})


def test_a_round_that_is_closed_leaves_nothing(talk: Any) -> None:
    main = rounds.rounds(talk.study)[0]
    rounds.make_ready(talk.study, talk.anna, main)
    talk.complete(talk.anna, 1)
    assert overview(talk.study).remaining == {"anna": 17}
    rounds.close_round(talk.study, talk.anna, main)
    view = overview(talk.study)
    assert (view.completed, view.remaining, view.not_begun) == ({"anna": 1}, {"anna": 0}, {})


def test_a_consensus_round_waits_for_nobody(talk: Any) -> None:
    cleo = elsewhere(talk, "cleo")
    rounds.open_round(talk.study, talk.anna, "talked over", purpose="consensus")
    assert not_begun(talk.study) == {cleo: {"main": 18}}


def test_proposals_are_counted_by_what_became_of_them(rich: Any, talk: Any) -> None:
    assert overview(rich.study).proposals == {"waiting": 1, "made": 0, "merged": 1, "dismissed": 1}
    assert overview(talk.study).proposals == {}
