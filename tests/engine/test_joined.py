"""Ways to ask a model, put together: own prompts, two steps, examples, samples, several segments, decisions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from endpoint_server import NO_CODE, Served, completion, error, served
from kept import quick, told

from suggest.engine.dry_run import dry_run
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.engine.prompts import prompt_text
from suggest.engine.proposing import propose
from suggest.engine.runs import suggest
from suggest.engine.study_prompts import add_prompt
from suggest.engine.tasks import offered_codes
from suggest.errors import BadInput
from suggest.models.chat.counting import Bytes
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.health import FRUITLESS
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.runs import runs
from suggest.study.settings import set_setting
from suggest.study.suggestion_sets import current_sets
from suggest.study.verify import verify

__all__ = ["quick"]
TIGHT: dict[str, Any] = {"context": 6_000, "most_output": 500}


@pytest.fixture
def large(bench: Any) -> Any:
    """A study with more codes than there is room for."""
    about = "Rules for wagons, sidings, signals and the shunting of freight, whatever the weather on that day."
    add_codes(bench.study, bench.anna, [NewCode(str(n), Wording(f"Railway {n}", about)) for n in range(300)])
    return bench


def keep(
    bench: Any, url: str, *, examples: int = 0, per_call: int = 1, prompt: str | None = None, **given: Any
) -> None:
    kept = KeptEndpoint("bar", Endpoint(url, "m", **given), (1.0, 1.0), neighbours=0, prompt=prompt, examples=examples,
                        per_call=per_call)  # fmt: skip
    keep_endpoint(bench.study, bench.anna, kept)


def own(**changed: str) -> str:
    """A prompt of the study's own: the deductive one with these words for others."""
    text = prompt_text("deductive").replace("name: deductive", "name: own")
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    return text


def listed(body: dict[str, Any]) -> list[str]:
    return re.findall(r"(?m)^id: (\S+)$", told(body))


def test_samples_of_a_narrowed_tree_say_nothing_of_codes_that_were_not_offered(large: Any) -> None:
    with served(completion(NO_CODE)) as server:
        keep(large, server.url, **TIGHT)
        report = suggest(large.study, large.anna, "bar", samples=2)
        offered = {tuple(sorted(listed(body))) for body in server.bodies}
        assert (report.no_code, server.asked) == (8, 16)
        assert suggest(large.study, large.anna, "bar", samples=2).resumed == 8
    for entry in large.log("suggested"):
        assert tuple(entry.payload["offered"]) in offered
    (run,) = runs(large.study)
    assert (run.parameters["samples"], run.parameters["narrowed_by"]) == (2, "words-1")
    assert verify(large.study).ok


def test_with_a_narrowed_tree_segments_are_asked_about_one_by_one(large: Any) -> None:
    with served(completion(NO_CODE)) as server:
        keep(large, server.url, per_call=4, **TIGHT)
        assert dry_run(large.study, "bar").calls == 8
        report = large.suggest("bar")
        assert (report.no_code, server.asked) == (8, 8)
    assert all(entry.payload["offered"] for entry in large.log("suggested"))


def test_examples_of_a_narrowed_tree_have_room_and_speak_of_codes_on_offer_alone(large: Any) -> None:
    set_setting(large.study, large.anna, "core", "0")
    set_setting(large.study, large.anna, "arm", "0")
    for number in (4, 8, 9):
        large.decide(number, "add", "fear")
        large.complete(number)
    with served(completion(NO_CODE)) as server:
        keep(large, server.url, examples=4, **TIGHT)
        large.suggest("bar")
        for body in server.bodies:
            said = re.findall(r"people decided: (\S+) fits", told(body))
            assert set(said) <= set(listed(body))
            assert Bytes().count(told(body)) <= TIGHT["context"] - TIGHT["most_output"]
        assert any("people decided:" in told(body) for body in server.bodies)


def test_an_own_prompt_asks_about_several_segments_at_once(bench: Any) -> None:
    add_prompt(bench.study, bench.anna, own(**{"  How to code\n": "  Read slowly.\n\n  How to code\n"}))
    with served(completion('{"answers": []}')) as server:
        keep(bench, server.url, per_call=8, prompt="own")
        bench.suggest("bar")
        assert "Read slowly." in told(server.bodies[0]) and "These were 8 segments" in told(server.bodies[0])
    assert [run.parameters["prompt"] for run in runs(bench.study)] == ["own@1"]


def test_another_prompt_begins_a_run_also_where_decisions_are_shown_and_says_so(bench: Any) -> None:
    add_prompt(bench.study, bench.anna, own(**{"  How to code\n": "  Read slowly.\n\n  How to code\n"}))
    with served(completion(NO_CODE)) as server:
        keep(bench, server.url, examples=2)
        bench.suggest("bar")
        report = bench.suggest("bar", prompt="own")
    assert report.remark == "The prompt is another than in the runs before: a new run begins."


def test_a_prompt_without_a_place_for_examples_goes_with_none(bench: Any) -> None:
    add_prompt(bench.study, bench.anna, own(**{"{{examples}}": "nothing"}))
    keep(bench, "http://127.0.0.1:9/v1", prompt="own")
    with pytest.raises(BadInput, match=r"never uses \{\{examples\}\}"):
        keep(bench, "http://127.0.0.1:9/v1", prompt="own", examples=2)
    keep(bench, "http://127.0.0.1:9/v1", examples=2)
    with pytest.raises(BadInput, match=r"never uses \{\{examples\}\}"):
        bench.suggest("bar", prompt="own")


def test_decisions_are_asked_with_their_own_prompt_about_the_whole_tree_and_propose_nothing(bench: Any) -> None:
    keep(bench, "http://127.0.0.1:9/v1", api="decisions")
    assert dry_run(bench.study, "bar").example_prompt.prompt_version.startswith("decisions@1")
    with pytest.raises(BadInput, match="proposes nothing"):
        propose(bench.study, bench.anna, "bar")
    with pytest.raises(BadInput, match="about all codes at once"):
        keep(bench, "http://127.0.0.1:9/v1", api="decisions", **TIGHT)
    with pytest.raises(BadInput, match="than the longest answer"):
        keep(bench, "http://127.0.0.1:9/v1", per_call=9, **TIGHT)


def test_log_probabilities_weigh_a_choice_among_the_codes_that_were_offered(large: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        code = large.codes["fear"]
        said = json.dumps({"suggestions": [{"code": code, "evidence": "", "rationale": "", "confidence": 0.1}]})
        before, _, after = said.partition(code)
        hidden = next(other for other in ids if other not in listed(body))
        others = [{"token": code, "logprob": -0.5}, {"token": hidden, "logprob": -1.0}, {"token": "x", "logprob": -20}]
        sure = [{"token": "y", "logprob": -20.0}]
        tokens = [{"token": before, "logprob": 0.0, "top_logprobs": sure},
                  {"token": code, "logprob": -0.5, "top_logprobs": others},
                  {"token": after, "logprob": 0.0, "top_logprobs": sure}]  # fmt: skip
        choice = {"message": {"content": said}, "finish_reason": "stop", "logprobs": {"content": tokens}}
        return Served(body=json.dumps({"choices": [choice], "model": "m"}).encode())

    ids = [code.id for code in offered_codes(large.study)]
    with served(script) as server:
        keep(large, server.url, logprobs=True, **TIGHT)
        large.suggest("bar", limit=8)
    found = [one for number in (1, 2, 3, 4) for one in current_sets(large.study, number)[0].candidates]
    assert found
    assert {(one.method, one.confidence) for one in found} == {("probability", 1_000_000)}


def test_questions_about_several_segments_that_all_fail_alike_end_the_run_after_so_many_questions(empty: Any) -> None:
    empty.talk("BU", *(f"R: words {number}" for number in range(4 * FRUITLESS)))
    empty.code("fear", "afraid")
    with served(error(422)) as server:
        keep(empty, server.url, per_call=2, concurrency=1)
        report = empty.suggest("bar")
        assert FRUITLESS <= server.asked <= FRUITLESS + 2, "those under way are waited for"
    assert report.ended == "halted"
    assert "20 questions in a row" in report.why
