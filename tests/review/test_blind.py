"""Blind segments: nothing of their suggestions before the answer is committed, and what happens then."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from desk import Desk

from suggest.review.queue import ORDERS
from suggest.study.rounds import close_round, find_round, release_core
from suggest.study.units import read_unit, snapshot

Make = Callable[..., Desk]
MARKER = "zqmarkerzq"


@pytest.fixture
def half_blind(make: Make) -> Desk:
    """Half of the segments in the core, some in the individual arm, and a marker in all their rationales."""
    desk = make(core="0.5", arm="0.2")
    desk.suggest_everywhere(words=MARKER)
    return desk


def unit(desk: Desk, segment: str) -> tuple[str | None, str | None]:
    found = read_unit(desk.study, desk.round.id, desk.anna, desk.number(segment))
    return found.assigned, found.actual


@pytest.mark.parametrize("exposure", ["blind", "blind_then_shown"])
def test_a_blind_line_has_no_set_and_no_suggestion_and_pins_what_is_withheld(half_blind: Desk, exposure: str) -> None:
    segment = half_blind.assigned(exposure)[0]
    line = half_blind.line(segment)
    assert (line["exposure"], line["set"], line["suggestions"]) == (exposure, None, [])
    payload = json.loads(
        half_blind.study.db.execute("SELECT payload FROM log ORDER BY seq DESC LIMIT 1").fetchone()[0]
    )
    assert (payload["shown"], len(payload["sets"])) == (False, 1)
    assert unit(half_blind, segment) == (exposure, "blind")


def test_completing_a_blind_then_shown_segment_reveals_in_the_same_step(half_blind: Desk) -> None:
    segment = half_blind.assigned("blind_then_shown")[0]
    half_blind.line(segment)
    answer = half_blind.done("complete", segment)
    assert half_blind.kinds()[-2:] == ["completed", "revealed"]
    line = half_blind.line(segment)
    assert answer["revealed"] == {"set": line["set"], "suggestions": line["suggestions"]}
    assert len(line["suggestions"]) == 5
    assert unit(half_blind, segment) == ("blind_then_shown", "blind_then_shown")


def test_completing_a_blind_segment_reveals_nothing(half_blind: Desk) -> None:
    segment = half_blind.assigned("blind")[0]
    assert "revealed" not in half_blind.done("complete", segment)
    assert half_blind.line(segment)["suggestions"] == []


def test_without_a_run_the_reveal_is_empty(make: Make) -> None:
    desk = make(core="0.5")
    segment = desk.assigned("blind_then_shown")[0]
    assert desk.done("complete", segment)["revealed"] == {"set": None, "suggestions": []}
    desk.done("keep", segment)


def test_what_was_pinned_is_revealed_though_a_newer_run_came_between(half_blind: Desk) -> None:
    segment = half_blind.assigned("blind_then_shown")[0]
    half_blind.line(segment)
    half_blind.suggest({segment: half_blind.candidates("Setting")})
    assert half_blind.done("complete", segment)["revealed"]["suggestions"][0]["path"] == "Support"


def test_after_the_reveal_decisions_are_revisions_beside_the_blind_answer(half_blind: Desk) -> None:
    segment = half_blind.assigned("blind_then_shown")[0]
    start = half_blind.line(segment)["start"]
    half_blind.done("add", segment, code="Doubts", range=[start, start + 4])
    shown = half_blind.done("complete", segment)["revealed"]["suggestions"]
    half_blind.done("accept", segment, suggestion=shown[0]["id"])
    half_blind.done("edit", segment, suggestion=shown[1]["id"], code="Setting")
    committed = snapshot(half_blind.study, half_blind.round.id, half_blind.anna, half_blind.number(segment))
    assert committed == [(half_blind.codes["Doubts"], start, start + 4)]
    assert len(half_blind.line(segment)["mine"]) == 3


def test_undoing_a_revealed_completion_leaves_the_blind_answer_and_the_reveal(half_blind: Desk) -> None:
    segment = half_blind.assigned("blind_then_shown")[0]
    start = half_blind.line(segment)["start"]
    half_blind.done("add", segment, code="Doubts", range=[start, start + 4])
    half_blind.done("complete", segment)
    committed = snapshot(half_blind.study, half_blind.round.id, half_blind.anna, half_blind.number(segment))
    for action in ("complete", "add"):
        assert half_blind.done("undo")["undone"] == {"action": action, "segment": segment}
    line = half_blind.line(segment)
    assert (line["completed"], line["mine"], len(line["suggestions"])) == (False, [], 5)
    assert half_blind.queue(limit=200).count(half_blind.number(segment)) == 1
    half_blind.done("complete", segment)
    assert half_blind.kinds().count("revealed") == 1
    again = snapshot(half_blind.study, half_blind.round.id, half_blind.anna, half_blind.number(segment))
    assert again == committed


def test_a_repeated_completion_tells_again_what_was_revealed(half_blind: Desk) -> None:
    segment = half_blind.assigned("blind_then_shown")[0]
    first = half_blind.done("complete", segment, ref="c")
    assert half_blind.done("complete", segment, ref="c")["revealed"] == first["revealed"]


def test_a_blind_segment_shows_its_suggestions_once_the_round_is_closed(half_blind: Desk) -> None:
    segment, round_ = half_blind.assigned("blind")[0], half_blind.round
    half_blind.done("complete", segment)
    close_round(half_blind.study, half_blind.anna, round_)
    closed = find_round(half_blind.study, "main")
    shown = half_blind.reviewer("anna").show([half_blind.number(segment)], closed)[0]
    assert len(shown.suggestions) == 5
    assert half_blind.kinds()[-1] == "revealed"


def test_a_released_core_shows_to_those_who_have_committed_and_to_nobody_else(half_blind: Desk) -> None:
    done, open_ = half_blind.assigned("blind")[:2]
    half_blind.done("complete", done)
    release_core(half_blind.study, half_blind.anna, half_blind.round)
    assert len(half_blind.line(done)["suggestions"]) == 5
    assert half_blind.line(open_)["suggestions"] == []


def test_the_exposure_drawn_for_a_segment_stays(half_blind: Desk) -> None:
    from suggest.study.settings import set_setting

    before = [half_blind.line(segment)["exposure"] for segment in half_blind.ids()]
    set_setting(half_blind.study, half_blind.anna, "core", "0")
    assert [half_blind.line(segment)["exposure"] for segment in half_blind.ids()] == before


@pytest.mark.parametrize("order", ORDERS)
def test_a_walk_through_the_queue_never_shows_a_withheld_word(half_blind: Desk, order: str) -> None:
    """Everything that is printed for a blind segment until it is committed: lines, answers, refusals."""
    desk = half_blind
    names = {desk.number(segment): segment for segment in desk.ids()}
    hidden = {desk.number(s) for s in desk.assigned("blind") + desk.assigned("blind_then_shown")}
    secrets = dict(desk.study.db.execute("SELECT segment, hash FROM current_set"))
    for number in desk.queue(order=order):
        segment = names[number]
        line = desk.line(segment)
        place = [line["start"], line["start"] + 3]
        printed = [
            line,
            desk.act("accept", segment, suggestion=f"{secrets[number][:20]}.1"),
            desk.act("edit", segment, suggestion=f"{secrets[number][:20]}.0", code="Doubts"),
            desk.act("add", segment, code="Doubts", range=place, ref=f"a{number}"),
            desk.act("remove", segment, code="Support"),
            desk.act("no_code", segment),
            desk.act("keep", segment),
            desk.act("flag", segment),
            desk.act("undo"),
            desk.act("redo"),
            desk.act("add", segment, code="Doubts", range=place, ref=f"a{number}"),
            desk.line(segment),
        ]
        text = json.dumps(printed)
        assert (MARKER in text) == (number not in hidden)
        if number in hidden:
            assert secrets[number][:12] not in text
        desk.done("complete", segment)
