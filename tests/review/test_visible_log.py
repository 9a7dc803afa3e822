"""The log of one coder: what is blind, and what colleagues did, is not in it before both are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, make_desk

from suggest.review.sight import Sight
from suggest.review.visible_log import OPEN, page_seen
from suggest.review.visible_memos import visible_memos
from suggest.study.events import KINDS
from suggest.study.log_pages import Choice
from suggest.study.people import ensure_coder
from suggest.study.rounds import close_round
from suggest.study.settings import set_setting
from suggest.study.settling import settle


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made: list[Desk] = []

    def build(**given: Any) -> Desk:
        made.append(make_desk(tmp_path / f"study{len(made)}.db", sizes=(40, 120), **given))
        made[-1].suggest_everywhere()
        made[-1].reviewer("anna")
        made[-1].reviewer("ben")
        return made[-1]

    yield build
    for desk in made:
        desk.study.close()


def kinds(desk: Desk, segment: str, coder: str = "anna") -> list[str]:
    """What a coder may read about a segment, oldest first; models' entries only by their kinds."""
    sight = Sight(desk.study, ensure_coder(desk.study, coder))
    page = page_seen(sight, None, 1000, backwards=True, choice=Choice(segment=segment))
    assert page.further is None
    return [entry.kind for entry in page.entries]


@pytest.mark.parametrize("wanted", ["blind", "blind_then_shown"])
def test_a_blind_segments_suggestions_are_not_in_it(make: Callable[..., Desk], wanted: str) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned(wanted)[0]
    assert kinds(desk, segment) == []
    desk.line(segment)
    assert kinds(desk, segment) == ["opened"]
    desk.done("complete", segment)
    shown = "suggested" in kinds(desk, segment)
    assert shown == (wanted == "blind_then_shown")
    close_round(desk.study, desk.anna, desk.round)
    assert "suggested" in kinds(desk, segment)


def test_a_shown_segments_suggestions_are_in_it(make: Callable[..., Desk]) -> None:
    desk = make(core="0", arm="0")
    assert kinds(desk, desk.ids()[0]) == ["suggested"]


def test_before_the_core_is_drawn_no_suggestion_is_in_it(make: Callable[..., Desk]) -> None:
    desk = make(core="0.5", arm="0")
    carla = ensure_coder(desk.study, "carla")  # has not joined the round
    page = page_seen(Sight(desk.study, carla), None, 1000, backwards=False)
    assert not {entry.kind for entry in page.entries} & {"suggested", "opened", "decided", "completed"}


@pytest.mark.parametrize("settings", [{"core": "0.5", "arm": "0"}, {"core": "0", "arm": "0"}])
def test_colleagues_work_is_in_it_once_both_are_done(make: Callable[..., Desk], settings: dict[str, str]) -> None:
    desk = make(**settings)
    segment = desk.assigned("blind_then_shown" if settings["core"] != "0" else "shown")[0]
    start = desk.line(segment)["start"]
    desk.done("add", segment, coder="ben", code="Doubts", range=[start, start + 3])
    desk.done("memo", segment, coder="ben", text="what ben thinks")
    desk.done("undo", coder="ben")
    desk.done("flag", segment, coder="ben")
    mine = {"opened", "suggested"}
    assert set(kinds(desk, segment)) <= mine
    desk.done("complete", segment)
    assert set(kinds(desk, segment)) <= {*mine, "completed", "revealed"}
    desk.done("complete", segment, coder="ben")
    assert set(kinds(desk, segment)) >= {"decided", "memo_written", "flagged", "completed"}


def test_where_colleagues_are_shown_they_are_in_it_but_not_in_blind_segments(make: Callable[..., Desk]) -> None:
    desk = make(core="0.5", arm="0")
    set_setting(desk.study, desk.anna, "peers", "shown")
    shown, blind = desk.assigned("shown")[0], desk.assigned("blind_then_shown")[0]
    for segment in (shown, blind):
        desk.done("no_code", segment, coder="ben")
    assert "decided" in kinds(desk, shown)
    assert kinds(desk, blind) == []


def test_what_somebody_took_back_is_as_visible_as_what_it_was(make: Callable[..., Desk]) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    desk.done("no_code", segment, coder="ben")
    desk.done("undo", coder="ben")
    desk.done("redo", coder="ben")

    def reverted() -> int:
        sight = Sight(desk.study, desk.anna)
        return len(page_seen(sight, None, 1000, backwards=True, choice=Choice(kind="reverted")).entries)

    assert reverted() == 0
    desk.done("complete", segment)
    desk.done("complete", segment, coder="ben")
    assert reverted() == 2


def test_what_was_settled_is_told_to_who_agreed_and_to_who_sees_the_work_behind_it(make: Callable[..., Desk]) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    ben, cleo = ensure_coder(desk.study, "ben"), ensure_coder(desk.study, "cleo")
    desk.reviewer("cleo")
    settle(desk.study, desk.anna, desk.round, segment, [desk.codes["Doubts"]], [desk.anna, ben])
    for reader, told in ((desk.anna, 1), (ben, 1), (cleo, 0)):
        page = page_seen(Sight(desk.study, reader), None, 1000, backwards=True, choice=Choice(kind="settled"))
        assert len(page.entries) == told


def test_every_kind_is_either_open_or_judged() -> None:
    judged = {"opened", "revealed", "decided", "completed", "flagged", "memo_written", "proposed", "suggested",
              "sampled", "suggestion_failed", "reverted", "codings_imported", "run_started", "replica_started",
              "merged", "checkpointed", "settled", "came_back"}  # fmt: skip
    assert set(KINDS) - OPEN <= judged
    assert not OPEN & judged


def test_a_reflexive_memo_is_its_writers_alone(desk: Desk) -> None:
    first, second = desk.ids()[:2]
    for coder in ("anna", "ben"):
        desk.line(first, coder)
        desk.done("complete", first, coder=coder)
    desk.done("memo", first, coder="ben", text="it is about trust", type="analytic")
    desk.done("memo", first, coder="ben", text="I got angry", type="reflexive")
    desk.done("memo", second, coder="ben", text="not done yet", type="query")
    ben = ensure_coder(desk.study, "ben")
    assert [memo.text for memo in visible_memos(desk.study, desk.anna)] == ["it is about trust"]
    assert [memo.type for memo in visible_memos(desk.study, ben)] == ["analytic", "reflexive", "query"]
