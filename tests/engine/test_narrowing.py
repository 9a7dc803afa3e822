"""A code tree larger than a model's context: two steps, said wherever the run is, and nothing unoffered is a no."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from bag_encoder import BagEncoder
from endpoint_server import NO_CODE, Served, completion, served
from kept import keep, quick, told

from suggest.engine import dry_run
from suggest.errors import BadInput
from suggest.models.interface import offered_code
from suggest.models.narrowing import ByMeaning, ByWords
from suggest.study.answers import AnswerReader
from suggest.study.audited import ProposedReader
from suggest.study.carry import Answer
from suggest.study.codes import NewCode, Wording, add_codes, read_codes
from suggest.study.people import coders
from suggest.study.runs import runs as read_runs
from suggest.study.verify import verify

__all__ = ["quick"]

LARGE, CONTEXT, MOST_OUTPUT = 300, 6_000, 500


@pytest.fixture
def large(bench: Any) -> Any:
    """A study with hundreds of codes that have nothing to do with what is said."""
    about = "Rules for wagons, sidings, signals and the shunting of freight, whatever the weather on that day."
    add_codes(bench.study, bench.anna, [NewCode(str(n), Wording(f"Railway {n}", about)) for n in range(LARGE)])
    return bench


def offered_in(body: dict[str, Any]) -> list[str]:
    """The ids of the codes that a request lists."""
    return re.findall(r"(?m)^id: (\S+)$", told(body))


def test_a_small_tree_is_offered_whole(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url, context=CONTEXT, most_output=MOST_OUTPUT)
        bench.suggest("bar")
        assert sorted(offered_in(server.bodies[0])) == sorted(code.id for code in read_codes(bench.study))
    (run,) = read_runs(bench.study)
    assert "narrowed_by" not in run.parameters


def test_a_large_tree_is_narrowed_to_what_is_nearest_and_has_room(large: Any) -> None:
    with served(completion()) as server:
        keep(large, server.url, context=CONTEXT, most_output=MOST_OUTPUT)
        report = large.suggest("bar")
        asked = next(body for body in server.bodies if "I was afraid" in told(body).rpartition("segment to code")[2])
    assert report.no_code == 8
    assert large.codes["fear"] in offered_in(asked)
    assert 20 < len(offered_in(asked)) < LARGE
    assert -(-len(told(asked).encode()) // 3) <= CONTEXT - MOST_OUTPUT
    shape = asked["response_format"]["json_schema"]["schema"]["properties"]["suggestions"]["items"]
    assert sorted(shape["properties"]["code"]["enum"]) == sorted(offered_in(asked))
    (run,) = read_runs(large.study)
    assert (run.parameters["narrowed_by"], run.parameters["context"]) == ("words-1", CONTEXT)
    assert "larger than the model's context" in " ".join(report.warnings)
    assert verify(large.study).ok


def test_a_code_that_was_not_offered_is_missing_and_never_a_no(large: Any) -> None:
    with served(completion()) as server:
        keep(large, server.url, context=CONTEXT, most_output=MOST_OUTPUT)
        large.suggest("bar")
        offered = {tuple(sorted(offered_in(body))) for body in server.bodies}
    model = next(coder.id for coder in coders(large.study) if coder.name == "model:bar")
    reader = ProposedReader(large.study, model, AnswerReader(large.study))
    newest = reader.newest()
    found = reader.read(set(newest.values()))
    assert len(newest) == 8
    for one in found.values():
        said = tuple(sorted(code for code, answer in one.answers.items() if answer is Answer.NOT_APPLIED))
        assert said in offered
        others = {answer for code, answer in one.answers.items() if code not in said}
        assert others == {Answer.NOT_IN_SCOPE}


def test_a_code_of_the_tree_that_was_not_offered_is_dropped_from_an_answer(large: Any) -> None:
    ids = [code.id for code in read_codes(large.study)]

    def script(number: int, body: dict[str, Any]) -> Served:
        hidden = next(code for code in ids if code not in offered_in(body))
        said = {"code": hidden, "evidence": "", "rationale": "", "confidence": 0.9}
        return completion(json.dumps({"suggestions": [said]}))

    with served(script) as server:
        keep(large, server.url, context=CONTEXT, most_output=MOST_OUTPUT)
        report = large.suggest("bar")
    assert (report.suggested, report.no_code) == (0, 8)


def test_what_was_answered_in_two_steps_is_not_asked_again(large: Any) -> None:
    with served(completion(NO_CODE)) as server:
        keep(large, server.url, context=CONTEXT, most_output=MOST_OUTPUT)
        large.suggest("bar")
        assert (large.suggest("bar").resumed, server.asked) == (8, 8)


def test_a_dry_run_tells_of_the_two_steps_and_shows_the_second(large: Any) -> None:
    keep(large, "http://127.0.0.1:9/v1", context=CONTEXT, most_output=MOST_OUTPUT)
    shown = dry_run.dry_run(large.study, "bar")
    assert shown.narrowed is not None
    listed = re.findall(r"(?m)^id: ", "\n".join(one.content for one in shown.example_prompt.messages))
    assert shown.narrowed.codes == len(listed) < shown.narrowed.of
    assert shown.narrowed.by == "words-1"


def test_a_context_without_room_for_instructions_is_refused(bench: Any) -> None:
    with pytest.raises(BadInput, match="2,000 tokens more than the longest answer"):
        keep(bench, "http://127.0.0.1:9/v1", context=1_600, most_output=500)


def test_meaning_and_words_are_joined_and_every_code_has_a_place() -> None:
    codes = [offered_code(name, name) for name in ("harbour", "weather", "medicine", "kinship")]
    encoder = BagEncoder()
    ranked = ByMeaning(codes, encoder).rank("The medicines are handed out. It was a day like others.")
    assert ranked[0].name == "medicine"
    assert {code.id for code in ranked} == {code.id for code in codes}
    assert [code.name for code in ByWords(codes).rank("zzz")] == sorted(code.name for code in codes)
