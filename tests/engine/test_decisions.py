"""The Decisions API as a second way to ask: a typed question for each code, answered with a probability."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import Served, error, served
from kept import quick

from suggest.engine.batching import write_batch
from suggest.engine.decisions import reading
from suggest.engine.dry_run import dry_run
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.engine.probing import probe_profile
from suggest.engine.runs import suggest
from suggest.errors import BadInput
from suggest.models.chat.budget import Ceiling
from suggest.models.chat.endpoint import Endpoint
from suggest.models.interface import Answer, Failure, FailureKind, Task
from suggest.study.runs import runs
from suggest.study.suggestion_sets import current_sets

__all__ = ["quick"]


def keep(bench: Any, url: str, **given: Any) -> None:
    per_call = given.pop("per_call", 1)
    endpoint = Endpoint(url, "luna", api="decisions", **given)
    keep_endpoint(bench.study, bench.anna, KeptEndpoint("typed", endpoint, (0.1, 0.0), per_call=per_call))


def decided(*answers: Any) -> Served:
    cached, thought = {"cached_tokens": 0, "cache_write_tokens": 0}, {"reasoning_tokens": 0}
    usage = {"input_tokens": 70, "output_tokens": 2, "total_tokens": 72, "input_tokens_details": cached,
             "output_tokens_details": thought}  # fmt: skip
    return Served(body=json.dumps({"answers": answers, "model": "luna-1", "usage": usage}).encode())


def likely(chance: Any, name: str | None = None) -> dict[str, Any]:
    return {"type": "predicate", "probability": chance, "name": name}


REFUSED = {"type": "refusal", "name": None}


def test_each_code_is_a_question_and_its_probability_the_confidence(bench: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        trust = bench.codes["trust"]
        return decided(*(likely(0.8 if one["name"] == trust else 0.25, one["name"]) for one in body["questions"]))

    with served(script) as server:
        keep(bench, server.url)
        report = bench.suggest("typed")
        assert (report.suggested, server.asked, set(server.paths)) == (8, 8, {"/v1/decisions"})
        body = server.bodies[0]
    assert set(body) == {"model", "input", "questions"}
    assert [one["role"] for one in body["input"]] == ["system", "user"]
    assert {one["name"] for one in body["questions"]} == set(bench.codes.values())
    assert {one["type"] for one in body["questions"]} == {"predicate"}
    (found,) = current_sets(bench.study, 1)
    assert [(one.code, one.confidence, one.method, one.fits, one.evidence) for one in found.candidates] == [
        (bench.codes["trust"], 800_000, "probability", True, None),
        (bench.codes["fear"], 250_000, "probability", False, None),
    ]
    assert (report.tokens, report.cost, report.confidence) == ((560, 16), 56, "probability")
    (run,) = runs(bench.study)
    assert (run.threshold, run.identity.partition("@")[0]) == (500_000, "decisions-1-luna")
    assert bench.suggest("typed").resumed == 8


def test_an_endpoint_without_decisions_ends_the_run_with_its_reason(bench: Any) -> None:
    with served(error(404)) as server:
        keep(bench, server.url)
        report = bench.suggest("typed")
    assert (report.ended, report.left) == ("halted", 8)
    assert "no such model or address" in report.why


@pytest.mark.parametrize(
    "answer",
    [decided(likely(0.5)), decided(likely(0.5), likely(1.5)), decided(likely(0.5), likely(True)),
     decided(likely(0.5), likely("0.5")), decided(likely(0.5), 3), decided(likely(0.5), {"type": "score"}),
     decided(likely(0.5), likely(0.5, "another")), Served(body=b"[]"), Served(body=b"no"),
     Served(body=b'{"answers": 3}')],
)  # fmt: skip
def test_what_is_no_probability_for_each_code_is_a_failure_that_is_not_asked_again_at_once(
    bench: Any, answer: Served
) -> None:
    with served(answer) as server:
        keep(bench, server.url, concurrency=1)
        report = bench.suggest("typed", limit=1)
        assert (report.failed, server.asked) == ({"invalid_answer": 1}, 1)


def test_a_refusal_says_nothing_of_its_code_and_of_all_codes_is_a_failure() -> None:
    read, task = reading(["a", "b"], 500_000), Task("s", "words", 0)
    some = read(task, json.dumps({"answers": [REFUSED, likely(0.4)]}), "h")
    assert isinstance(some, Answer)
    assert [(one.code, one.confidence, one.fits) for one in some.candidates] == [("b", 400_000, False)]
    none = read(task, json.dumps({"answers": [REFUSED, REFUSED]}), "h")
    assert isinstance(none, Failure)
    assert none.kind is FailureKind.REFUSAL


def test_five_candidates_are_kept_and_all_that_fit() -> None:
    codes = [f"c{number}" for number in range(9)]
    low = reading(codes, 500_000)(Task("s", "x", 0), json.dumps({"answers": [likely(0.1)] * 9}), "h")
    high = reading(codes, 500_000)(Task("s", "x", 0), json.dumps({"answers": [likely(0.5)] * 9}), "h")
    assert isinstance(low, Answer) and isinstance(high, Answer)
    assert (len(low.candidates), len(high.candidates)) == (5, 9)


def test_the_questions_count_in_the_price_and_under_a_ceiling(bench: Any) -> None:
    with served(decided(likely(0.1), likely(0.2))) as server:
        keep(bench, server.url, concurrency=1, most_output=16)
        planned = dry_run(bench.study, "typed")
        assert planned.calls == 8
        assert "decisions@1" in planned.example_prompt.prompt_version
        assert "JSON" not in planned.example_prompt.messages[0].content
        report = suggest(bench.study, bench.anna, "typed", ceiling=Ceiling(tokens=planned.tokens[0] // 8))
        assert (report.ended, server.asked) == ("ceiling", 0)


def test_what_is_for_chat_completions_is_refused(bench: Any, tmp_path: Path) -> None:
    keep(bench, "http://127.0.0.1:9/v1")
    with pytest.raises(BadInput, match="nothing to sample"):
        suggest(bench.study, bench.anna, "typed", samples=2)
    with pytest.raises(BadInput, match="asks for decisions"):
        write_batch(bench.study, bench.anna, "typed", tmp_path / "q.jsonl")
    with pytest.raises(BadInput, match="nothing to be found out"):
        probe_profile(bench.study, bench.anna, "typed")
    with pytest.raises(BadInput, match="one segment at a time"):
        keep(bench, "http://127.0.0.1:9/v1", per_call=2)
