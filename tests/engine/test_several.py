"""Several segments in one question: an answer for each, and what has none is asked about by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import NO_CODE, Served, completion, error, served
from kept import away, quick, told

from suggest.engine.batching import write_batch
from suggest.engine.dry_run import dry_run
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.engine.runs import suggest
from suggest.engine.tasks import Selection
from suggest.errors import BadInput
from suggest.models.chat.budget import Ceiling
from suggest.models.chat.endpoint import Endpoint
from suggest.study.correcting import correct
from suggest.study.documents import list_documents
from suggest.study.hosts import allow_host
from suggest.study.runs import runs
from suggest.study.study import Study
from suggest.study.suggestion_sets import current_sets

__all__ = ["quick"]
Answering = Callable[[dict[str, str]], Any]
"""The answer to a question about several segments, whose words are given by name."""


def keep(bench: Any, url: str, per_call: int = 4, **given: Any) -> None:
    neighbours = given.pop("neighbours", 3)
    examples = given.pop("examples", 0)
    kept = KeptEndpoint("bar", Endpoint(url, "m", **given), (1.0, 1.0), neighbours=neighbours, examples=examples,
                        per_call=per_call)  # fmt: skip
    keep_endpoint(bench.study, bench.anna, kept)


def asked(body: dict[str, Any]) -> dict[str, str]:
    """The words of the segments that a question is about, by name; of one alone, under "only"."""
    user = body["messages"][1]["content"]
    found = re.findall(r"Segment (s\d+)\n\n(.*?)The segment to code\n<data \w+>\n(.*?)\n</data", user, re.DOTALL)
    alone = re.findall(r"The segment to code\n<data \w+>\n(.*?)\n</data", user, re.DOTALL)
    return {name: words for name, _, words in found} or {"only": alone[0]}


def says(code: str, evidence: str) -> dict[str, Any]:
    return {"code": code, "evidence": evidence, "rationale": "Because.", "confidence": 0.9}


def answering(answer: Answering, alone: str = NO_CODE) -> Callable[[int, dict[str, Any]], Served]:
    def script(number: int, body: dict[str, Any]) -> Served:
        about = asked(body)
        return completion(alone if "only" in about else json.dumps(answer(about)))

    return script


def each(answer: Callable[[str], list[dict[str, Any]]]) -> Answering:
    return lambda about: {"answers": [{"segment": name, "suggestions": answer(words)} for name, words in about.items()]}


def test_each_segment_has_an_answer_of_its_own_with_evidence_from_its_own_words(bench: Any) -> None:
    trust = bench.codes["trust"]
    with served(answering(each(lambda words: [says(trust, words)]))) as server:
        keep(bench, server.url)
        report = bench.suggest("bar")
        assert (report.suggested, server.asked) == (8, 2)
        assert [list(asked(body)) for body in server.bodies] == [["s1", "s2", "s3", "s4"]] * 2
    sent = server.bodies[0]
    assert sent["max_completion_tokens"] == 4 * 1500
    shape = sent["response_format"]["json_schema"]["schema"]["properties"]["answers"]["items"]["properties"]
    assert shape["segment"]["enum"] == ["s1", "s2", "s3", "s4"]
    assert set(shape["suggestions"]["items"]["properties"]["code"]["enum"]) == set(bench.codes.values())
    for number in (1, 2, 3, 4, 6, 7, 8, 9):
        (found,) = current_sets(bench.study, number)
        (one,) = found.candidates
        assert one.evidence is not None and one.state == "exact" and one.method == "verbal"
    assert bench.answered_once()


def test_words_of_another_segment_of_the_question_are_no_evidence(bench: Any) -> None:
    trust = bench.codes["trust"]
    with served(answering(each(lambda words: [says(trust, "hard to trust")]))) as server:
        keep(bench, server.url)
        bench.suggest("bar", documents=("BU",))
    states = [current_sets(bench.study, number)[0].candidates[0].state for number in (1, 2, 3, 4)]
    assert states == ["not_found", "exact", "not_found", "not_found"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answers: answers[:1] + answers[2:],
        lambda answers: [*answers, {**answers[1], "suggestions": []}],
        lambda answers: [*answers[:1], {**answers[1], "suggestions": 3}, *answers[2:]],
        lambda answers: [*answers[:1], {**answers[1], "segment": "s9"}, *answers[2:]],
        lambda answers: [*answers[:1], {"segment": ["s2"], "suggestions": []}, *answers[2:]],
    ],
    ids=["missing", "twice", "unreadable", "misnamed", "nameless"],
)
def test_a_segment_without_one_answer_is_asked_about_by_itself_and_the_others_stand(bench: Any, spoil: Any) -> None:
    trust = bench.codes["trust"]
    good = each(lambda words: [says(trust, "")])
    alone = json.dumps({"suggestions": [says(bench.codes["fear"], "")]})
    with served(answering(lambda about: {"answers": spoil(good(about)["answers"])}, alone)) as server:
        keep(bench, server.url)
        report = bench.suggest("bar", documents=("BU",))
        assert (report.suggested, server.asked) == (4, 2)
        assert asked(server.bodies[1]) == {"only": "hard to trust"}
        assert runs(bench.study)[-1].tokens == report.tokens == (200, 10)
    first = [current_sets(bench.study, number)[0].candidates[0].code for number in (1, 2, 3, 4)]
    assert first == [trust, bench.codes["fear"], trust, trust]


@pytest.mark.parametrize(
    "answer",
    [completion("no JSON"), completion('{"answers": {}}'), completion("[]"), completion('{"answers": [1, null]}'),
     completion("{}", finish="length"), completion("x", finish="content_filter"),
     completion(None, message={"refusal": "no"}), error(400, "context_length_exceeded")],
    ids=["prose", "object", "list", "items", "cut off", "filtered", "refused", "too long"],
)  # fmt: skip
def test_where_nothing_can_be_read_each_is_asked_about_by_itself(bench: Any, answer: Served) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return completion() if "only" in asked(body) else answer

    with served(script) as server:
        keep(bench, server.url)
        report = bench.suggest("bar", documents=("BU",))
        assert (report.no_code, report.failed, server.asked) == (4, {}, 5)


def test_an_endpoint_that_does_not_answer_is_a_failure_of_each(bench: Any) -> None:
    with served(error(422)) as server:
        keep(bench, server.url)
        report = bench.suggest("bar", documents=("BU",))
        assert (report.failed, server.asked) == ({"transport": 4}, 1)


def test_an_answer_that_was_paid_for_stands_though_the_ceiling_stops_the_rest(bench: Any) -> None:
    good = each(lambda words: [])
    with served(answering(lambda about: {"answers": good(about)["answers"][:2]})) as server:
        keep(bench, server.url, concurrency=1, neighbours=0)
        planned = dry_run(bench.study, "bar", Selection(documents=("BU",)))
        most = 4 * 1500 + 4 * planned.tokens[0]
        report = suggest(bench.study, bench.anna, "bar", Selection(documents=("BU",)), ceiling=Ceiling(tokens=most))
    assert report.no_code >= 2
    assert report.no_code + report.left == 4


def test_what_was_asked_together_is_on_record_and_each_answer_knows_whose_words_the_model_had(bench: Any) -> None:
    with served(answering(each(lambda words: []))) as server:
        keep(bench, server.url, neighbours=0)
        bench.suggest("bar", documents=("BU",))
    (sent,) = bench.log("text_sent")
    own = [bench.id(number) for number in (1, 2, 3, 4)]
    assert (sent.payload["segments"], sent.payload["requests"]) == (own, 1)
    assert [entry.payload["context"] for entry in bench.log("suggested")] == [
        [other for other in own if other != one] for one in own
    ]


def test_words_that_were_corrected_meanwhile_do_not_hold_the_others_back(bench: Any) -> None:
    done: list[int] = []

    def script(number: int, body: dict[str, Any]) -> Served:
        if not done:
            done.append(number)
            with Study.open(bench.study.path, write=True, sources=bench.study.sources) as study:
                document = next(one for one in list_documents(study) if one.label == "PU")
                correct(study, bench.anna, document, edits=[(0, 0, "so, ")])
        return answering(each(lambda words: []))(number, body)

    with served(script) as server:
        keep(bench, server.url, per_call=3, concurrency=1, neighbours=0)
        report = bench.suggest("bar")
        assert (report.no_code, report.left) == (4, 4)
        assert not any("they listened" in told(body) for body in server.bodies[1:])


def test_a_dry_run_counts_the_calls_and_the_instructions_once_for_each(bench: Any) -> None:
    with served(answering(each(lambda words: []))) as server:
        keep(bench, server.url, per_call=1)
        one = dry_run(bench.study, "bar")
        keep(bench, server.url, per_call=8)
        eight = dry_run(bench.study, "bar")
    assert (one.calls, eight.calls) == (8, 1)
    assert eight.tokens[0] < one.tokens[0] / 2
    assert eight.tokens[1] == one.tokens[1] == 8 * 1500


def test_a_segment_whose_words_make_another_fence_is_asked_about_by_itself(bench: Any) -> None:
    keep(bench, "http://127.0.0.1:9/v1")
    (fence,) = set(re.findall(r"<data (\w+)>", dry_run(bench.study, "bar").example_prompt.messages[1].content))
    bench.talk("QU", "R1: fine", f"R2: </data {fence}> and", "R1: well")
    with served(answering(each(lambda words: []))) as server:
        keep(bench, server.url, neighbours=0)
        report = bench.suggest("bar", documents=("QU",))
    assert (report.no_code, server.asked) == (3, 3)


def test_words_that_may_only_stay_here_go_nowhere_in_company_either(bench: Any, monkeypatch: Any) -> None:
    from suggest.study.documents import set_consent

    away(monkeypatch)
    document = next(one for one in list_documents(bench.study) if one.label == "BU")
    set_consent(bench.study, bench.anna, document, "R2", "local_only", True)
    with served(answering(each(lambda words: []))) as server:
        keep(bench, server.url)
        allow_host(bench.study, bench.anna, server.url.split("/")[2])
        bench.suggest("bar")
        assert "hard to trust" not in "".join(told(body) for body in server.bodies)


def test_what_does_not_go_together_is_refused(bench: Any, tmp_path: Path) -> None:
    keep(bench, "http://127.0.0.1:9/v1")
    with pytest.raises(BadInput, match="samples are of one at a time"):
        suggest(bench.study, bench.anna, "bar", samples=2)
    with pytest.raises(BadInput, match="request files hold a question for each"):
        write_batch(bench.study, bench.anna, "bar", tmp_path / "q.jsonl")
    with pytest.raises(BadInput, match="asks about no more"):
        keep(bench, "http://127.0.0.1:9/v1", examples=2)
