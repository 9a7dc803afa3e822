"""Batches at an endpoint: handed in once, noted until their answers are here, never paid for twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from batch_server import BatchServer, batch_server

from suggest.engine.batch_jobs import Collected, Submitted, collect, refuse_while_waiting, submit
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.models.chat.endpoint import Endpoint
from suggest.study.batches import waiting_batches


def no_code(request: dict[str, Any]) -> dict[str, Any]:
    message = {"content": '{"suggestions": []}'}
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "model": "m"}
    return {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with batch_server(no_code) as running:
        yield running


@pytest.fixture
def kept(bench: Any, server: BatchServer) -> Any:
    keep_endpoint(bench.study, bench.anna, KeptEndpoint("bar", Endpoint(server.url, "m"), (1.0, 1.0)))
    return bench


def hand_in(bench: Any) -> Submitted:
    return submit(bench.study, bench.anna, "bar")


def fetch(bench: Any) -> Collected:
    return collect(bench.study, bench.anna, "bar")


def test_a_batch_is_handed_in_waits_and_is_collected(kept: Any, server: BatchServer) -> None:
    done = hand_in(kept)
    assert [batch.requests for batch in done.batches] == [8]
    assert waiting_batches(kept.study) == list(done.batches)
    uploaded = [json.loads(line) for line in server.files["file-1"].split(b"\n") if line]
    assert {request["body"]["model"] for request in uploaded} == {"m"}

    early = fetch(kept)
    assert (early.read, early.waiting, early.states[0][1].total) == (None, 1, 8)
    assert len(waiting_batches(kept.study)) == 1

    server.state = "completed"
    late = fetch(kept)
    assert late.read is not None
    assert (late.read.report.no_code, late.read.report.left, late.read.report.run) == (8, 0, done.written.run)
    assert waiting_batches(kept.study) == []
    assert kept.answered_once()
    assert (late.undeleted, server.files) == (0, {}), "nothing that participants said stays there"


def test_what_waits_is_not_asked_again(kept: Any) -> None:
    hand_in(kept)
    with pytest.raises(Refused, match=r"8 questions of bar wait .* paid for twice"):
        hand_in(kept)
    with pytest.raises(Refused, match=r"--batch-collect"):
        refuse_while_waiting(kept.study, "bar")
    refuse_while_waiting(kept.study, "other")


def test_a_batch_that_failed_waits_no_more(kept: Any, server: BatchServer) -> None:
    hand_in(kept)
    server.state = "failed"
    found = fetch(kept)
    assert (found.read, found.waiting) == (None, 0)
    assert waiting_batches(kept.study) == []
    assert hand_in(kept).written.requests == 8


def test_an_endpoint_that_is_down_loses_nothing(kept: Any, server: BatchServer) -> None:
    hand_in(kept)
    server.status = 500
    with pytest.raises(SecondCoderError, match="answered 500") as error:
        fetch(kept)
    assert "Anna" not in str(error.value)
    assert len(waiting_batches(kept.study)) == 1
    server.status, server.state = 200, "completed"
    assert fetch(kept).waiting == 0


def test_an_endpoint_without_batches_is_said(kept: Any, server: BatchServer) -> None:
    server.status = 404
    with pytest.raises(BadInput, match="no Batch API"):
        hand_in(kept)
    assert waiting_batches(kept.study) == []


def test_answers_that_are_of_no_use_any_more_are_said_once(kept: Any, server: BatchServer) -> None:
    hand_in(kept)
    kept.code("hope", "to wish for something")
    server.state = "completed"
    with pytest.raises(BadInput, match=r"none of the 8 results"):
        fetch(kept)
    with pytest.raises(BadInput, match="no batch of this profile waits"):
        fetch(kept)
