"""What a run's process says, as counts, a bar, a rate and a time that is left."""

from __future__ import annotations

import json
from typing import Any

from tui.errands.errands import whole_run
from tui.errands.state import State, bar, duration, outcome_words, progress_words


def heard(*lines: dict[str, Any] | str) -> State:
    state = State(whole_run("embedded", "anna"))
    for line in lines:
        state = state.heard(line if isinstance(line, str) else json.dumps(line))
    return state


def line(phase: str, done: int, total: int | None, seconds: float, **more: Any) -> dict[str, Any]:
    return {"phase": phase, "done": done, "total": total, "seconds": seconds, "failed": 0, "cost": None, **more}


def test_rate_and_time_left_count_from_the_beginning_of_the_phase() -> None:
    state = heard(line("reading", 90, 90, 10.0), line("suggesting", 0, 100, 20.0), line("suggesting", 50, 100, 25.0))
    assert state.per_second == 10.0
    assert state.left == 5.0
    assert progress_words(state) == "suggesting  50/100  10/s  5 s left"
    assert bar(state, 10) == "█████░░░░░"


def test_failures_and_price_are_told_as_they_come() -> None:
    state = heard(line("suggesting", 2, 10, 1.0, failed=1, cost=0.126))
    assert progress_words(state).endswith("1 failed  $0.13")


def test_before_anything_is_known_nothing_is_made_up() -> None:
    state = heard(line("preparing", 0, None, 0.0))
    assert (state.per_second, state.left, state.share) == (0.0, None, None)
    assert progress_words(state) == "preparing"
    assert bar(state, 4) == "····"


def test_sentences_between_the_lines_are_kept_and_the_error_found_among_them() -> None:
    state = heard("A blind core was drawn.", line("preparing", 0, None, 0.0), "Error: no host is allowed.", "[1, 2]")
    assert state.told == ("A blind core was drawn.", "Error: no host is allowed.", "[1, 2]")
    assert state.over(4, "").error == "no host is allowed."


def test_an_interrupted_start_says_that_nothing_was_asked() -> None:
    assert outcome_words(heard().over(130, "")) == "The run was stopped before anything was asked."


def test_a_look_ahead_that_learned_nothing_says_so() -> None:
    state = heard().over(0, json.dumps({"run": None, "segments": 20, "suggested": 0, "resumed": 20}))
    assert "nothing new was learned" in outcome_words(state)


def test_times_are_told_in_units_that_one_can_grasp() -> None:
    assert [duration(s) for s in (0.2, 90, 600, 9000)] == ["1 s", "90 s", "10 min", "2.5 h"]
