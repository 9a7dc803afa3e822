"""What leaves during a run: whatever was withdrawn, kept here or taken back meanwhile goes out no more, and what was
paid for by then is kept."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from endpoint_server import completion, served
from kept import away, keep, once_asked, quick, told

from suggest.engine import sending
from suggest.engine.endpoints import kept_endpoints
from suggest.errors import SecondCoderError
from suggest.study.documents import find_document, set_consent
from suggest.study.erase import erase
from suggest.study.hosts import allow_host, revoke_host
from suggest.study.runs import runs as read_runs
from suggest.study.study import Study
from suggest.study.verify import verify
from suggest.study.withdrawal import erasures

__all__ = ["quick"]


def test_words_that_are_to_stay_here_from_now_on_leave_no_more(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch)

    def forbid(study: Study) -> None:
        set_consent(study, bench.anna, find_document(study, "PU"), "R2", "local_only", True)

    with served(once_asked(bench, forbid)) as server:
        keep(bench, server.url, concurrency=1)
        allow_host(bench.study, bench.anna, kept_endpoints(bench.study)["bar"].endpoint.host)
        report = bench.suggest("bar")
        sent = "\n".join(told(body) for body in server.bodies)
        assert "I was afraid" in sent
        assert "nobody came" not in sent
        assert "I went home" not in sent
        assert (report.no_code, report.failed, report.left, report.ended) == (4, {}, 4, "done")
        again = bench.suggest("bar")
        assert (again.no_code, again.left) == (2, 0), "what is not about the words that stay is asked without them"
        assert "nobody came" not in "\n".join(told(body) for body in server.bodies)


def test_words_that_were_erased_meanwhile_leave_no_more(bench: Any) -> None:
    def withdraw(study: Study) -> None:
        for what in erasures(study, "PU", "R2", (), "withdrawn"):
            erase(study, what, bench.anna)

    with served(once_asked(bench, withdraw)) as server:
        keep(bench, server.url, concurrency=1)
        report = bench.suggest("bar")
        assert "nobody came" not in "\n".join(told(body) for body in server.bodies)
    assert (report.no_code, report.left) == (4, 4)
    assert verify(bench.study).ok


def test_a_host_that_is_taken_back_gets_nothing_more_and_what_it_answered_is_kept(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch)
    with served(once_asked(bench, lambda study: revoke_host(study, bench.anna, host))) as server:
        keep(bench, server.url, concurrency=1)
        host = kept_endpoints(bench.study)["bar"].endpoint.host
        allow_host(bench.study, bench.anna, host)
        report = bench.suggest("bar")
        assert server.asked == 1
    assert (report.ended, report.no_code, report.failed, report.left) == ("refused", 1, {}, 7)
    assert "does not allow text to go" in report.why
    assert read_runs(bench.study)[0].state == "stopped"


@pytest.fixture
def second_on_record(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when the second question is on record: with one call at once, while the first is under way."""
    record, event, requests = sending.record_sent, threading.Event(), list[int]()

    def counted(*given: Any) -> object:
        found = record(*given)
        requests.append(given[5])
        if sum(requests) >= 2:
            event.set()
        return found

    monkeypatch.setattr(sending, "record_sent", counted)
    return event


def test_what_is_on_record_and_was_withdrawn_before_it_left_does_not_leave(
    bench: Any, monkeypatch: pytest.MonkeyPatch, second_on_record: threading.Event
) -> None:
    away(monkeypatch)

    def forbid(study: Study) -> None:
        assert second_on_record.wait(60)
        set_consent(study, bench.anna, find_document(study, "BU"), "R2", "local_only", True)

    with served(once_asked(bench, forbid)) as server:
        keep(bench, server.url, concurrency=1)
        allow_host(bench.study, bench.anna, kept_endpoints(bench.study)["bar"].endpoint.host)
        report = bench.suggest("bar")
        first, *others = (told(body) for body in server.bodies)
    assert "hard to trust" in first, "it stood around the first segment, and went with it"
    assert "hard to trust" not in "\n".join(others)
    assert report.left > 0
    assert verify(bench.study).ok


def test_a_host_that_is_taken_back_gets_nothing_of_what_was_about_to_leave(
    bench: Any, monkeypatch: pytest.MonkeyPatch, second_on_record: threading.Event
) -> None:
    away(monkeypatch)

    def take_back(study: Study) -> None:
        assert second_on_record.wait(60)
        revoke_host(study, bench.anna, kept_endpoints(study)["bar"].endpoint.host)

    with served(once_asked(bench, take_back)) as server:
        keep(bench, server.url, concurrency=1)
        allow_host(bench.study, bench.anna, kept_endpoints(bench.study)["bar"].endpoint.host)
        report = bench.suggest("bar")
        assert (server.asked, report.no_code, report.ended) == (1, 1, "refused")


def test_what_cannot_be_put_on_record_is_not_sent_and_answers_on_their_way_are_kept(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, calls = sending.record_sent, list[int]()

    def full(*given: Any) -> object:
        calls.append(1)
        if len(calls) > 1:
            raise SecondCoderError("there is no room left to write.")
        return record(*given)

    monkeypatch.setattr(sending, "record_sent", full)
    with served(completion()) as server:
        keep(bench, server.url, concurrency=2)
        report = bench.suggest("bar")
        assert server.asked == report.no_code > 0, "each answer that was paid for is stored"
    assert (report.ended, report.why, report.failed) == ("halted", "there is no room left to write.", {})
