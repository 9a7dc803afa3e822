"""A question that was answered is not paid for again, whatever runs came in between and whoever else is at work."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from endpoint_server import Served, completion, error, served
from kept import keep, once_asked, quick

from suggest.engine.ahead import suggest_ahead
from suggest.engine.runs import suggest
from suggest.engine.tasks import Selection
from suggest.errors import SecondCoderError, UsageError
from suggest.study import leases
from suggest.study.codes import Wording, find_code, read_codes, reword
from suggest.study.leases import LEASE, Lease
from suggest.study.local_state import get_state, set_state
from suggest.study.runs import runs as read_runs
from suggest.study.study import Study
from suggest.study.verify import verify

__all__ = ["quick"]


def test_what_an_earlier_run_answered_is_not_asked_again_though_a_newer_one_was_about_a_part(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        bench.suggest("bar")
        bench.suggest("bar", redo=True, limit=2)
        assert server.asked == 10
        again = bench.suggest("bar")
        assert (again.resumed, again.left, server.asked) == (8, 0, 10)


def test_a_profile_that_was_changed_and_changed_back_pays_for_nothing_twice(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        bench.suggest("bar")
        keep(bench, server.url, most_output=99)
        bench.suggest("bar", limit=3)
        assert server.asked == 11, "another limit of an answer is another question"
        keep(bench, server.url)
        again = bench.suggest("bar")
        assert (again.resumed, again.number, server.asked) == (8, 1, 11)


def test_a_tree_that_was_changed_back_pays_for_nothing_twice_and_says_which_suggestions_are_shown(bench: Any) -> None:
    def define(text: str) -> None:
        trust = find_code(read_codes(bench.study), "trust")
        reword(bench.study, bench.anna, trust, Wording("trust", text), meaning=True)

    with served(completion()) as server:
        keep(bench, server.url)
        define("to count on somebody")
        assert bench.suggest("bar").remark == ""
        define("another matter")
        bench.suggest("bar")
        define("to count on somebody")
        again = bench.suggest("bar")
    assert (again.resumed, again.number, server.asked) == (8, 1, 16)
    assert "set current_runs 1" in again.remark
    assert "Where run 2 has answered since" in again.remark


def test_what_failed_in_one_run_and_was_answered_in_another_is_answered(bench: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return error(422) if number == 0 else completion()

    with served(script) as server:
        keep(bench, server.url, concurrency=1)
        assert bench.suggest("bar").failed == {"transport": 1}
        bench.suggest("bar", redo=True, limit=1)
        asked = server.asked
        assert bench.suggest("bar").resumed == 8
        assert server.asked == asked


def test_a_redefined_code_is_another_question(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        bench.suggest("bar")
        trust = find_code(read_codes(bench.study), "trust")
        reword(bench.study, bench.anna, trust, Wording("trust", "to count on somebody"), meaning=True)
        assert bench.suggest("bar").resumed == 0
        assert server.asked == 16


def test_a_model_that_learns_nothing_does_not_look_ahead(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        with pytest.raises(UsageError, match="learns nothing"):
            suggest_ahead(bench.study, bench.anna, "bar", [1, 2])
        assert (server.asked, read_runs(bench.study)) == (0, [])


def test_a_second_process_is_told_that_one_is_at_work_and_asks_nothing(bench: Any) -> None:
    refused: list[str] = []

    def meddle(study: Study) -> None:
        with pytest.raises(SecondCoderError) as raised:
            suggest(study, bench.anna, "bar", Selection())
        refused.append(str(raised.value))

    with served(once_asked(bench, meddle)) as server:
        keep(bench, server.url)
        report = bench.suggest("bar")
        assert (report.no_code, server.asked) == (8, 8)
    assert "Another process works on this run" in refused[0]
    assert get_state(bench.study.db, f"lease {report.run}") is None
    assert verify(bench.study).ok


def lease_of(bench: Any, **given: Any) -> Lease:
    """A lease that somebody else has taken on a run."""
    with bench.study.write(bench.anna):
        Lease("r", "theirs").hold(bench.study)
        held = json.loads(get_state(bench.study.db, "lease r") or "")
        set_state(bench.study.db, "lease r", json.dumps({**held, **given}))
    return Lease("r", "mine")


def test_a_lease_ends_with_its_process_and_by_itself(bench: Any) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    now = int(bench.study.sources.now())
    for given in ({"process": gone.pid}, {"until": now - 1}, {"until": now + 3 * LEASE}, {"file": "another"}):
        mine = lease_of(bench, **given)
        with bench.study.write(bench.anna):
            mine.hold(bench.study)
            mine.release(bench.study)
    for given in ({}, {"process": gone.pid, "machine": "another"}):
        mine = lease_of(bench, **given)
        with pytest.raises(SecondCoderError), bench.study.write(bench.anna):
            mine.hold(bench.study)
        with bench.study.write(bench.anna):
            Lease("r", "theirs").release(bench.study)


def test_a_run_that_another_process_took_over_asks_nothing_more(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_machine", lambda: "here")

    def take(study: Study) -> None:
        (run,) = read_runs(study)
        held = json.loads(get_state(study.db, f"lease {run.id}") or "")
        with study.write(bench.anna):
            set_state(study.db, f"lease {run.id}", json.dumps({**held, "token": "theirs", "machine": "there"}))

    with served(once_asked(bench, take)) as server:
        keep(bench, server.url, concurrency=1)
        report = bench.suggest("bar")
        assert (report.ended, report.no_code, server.asked) == ("halted", 1, 1)
