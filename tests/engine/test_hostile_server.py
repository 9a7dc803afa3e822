"""Everything that an endpoint may do, once each; `make soak` sends a thousand segments through it."""

from __future__ import annotations

from typing import Any

import hostile
import pytest
from endpoint_server import Served, completion, error, served
from kept import keep, quick

from suggest.models.chat import asking

__all__ = ["quick"]


def test_each_segment_ends_as_an_answer_or_a_failure_of_its_kind(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.02)
    hostile.through_everything(bench, hostile.KINDS)


@pytest.mark.parametrize(
    ("answer", "scheme", "why"),
    [
        (Served(307, b"", {"location": "http://127.0.0.1:9/v1"}), "http", "sends to another address"),
        (error(401), "http", "key is missing"),
        (error(404), "http", "no such model"),
        (error(429, "insufficient_quota"), "http", "quota is used up"),
        (error(429, retry_after="86400"), "http", "asks to wait for 86400 s"),
        (completion(), "https", "no secure connection"),
    ],
)
def test_what_every_question_would_meet_ends_the_run_with_its_reason_and_nothing_counts_as_failed(
    bench: Any, answer: Served, scheme: str, why: str
) -> None:
    with served(answer) as server:
        keep(bench, server.url.replace("http", scheme, 1))
        report = bench.suggest("bar")
        assert server.asked <= 8
    assert (report.ended, report.failed, report.left) == ("halted", {}, 8)
    assert why in report.why
