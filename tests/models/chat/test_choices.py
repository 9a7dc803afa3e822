"""The probability of a code's choice is read off the tokens of an answer, or absent: never guessed, never 0."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from endpoint_server import completion, served
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.engine.checks import parse_chat_answer
from suggest.models.chat.calls import Token
from suggest.models.chat.choices import choices, weighed
from suggest.models.chat.endpoint import Endpoint
from suggest.models.interface import Answer, Task

from .conftest import chat, outcomes, tasks

CODES = ("kaab", "kacd", "kxyz")


def answer(*codes: str) -> str:
    named = [{"code": code, "evidence": 'he said "code": "kxyz"', "rationale": "", "confidence": 0.5} for code in codes]
    return json.dumps({"suggestions": named})


def tokens(text: str, **others: dict[str, float]) -> list[Token]:
    """The text in tokens of one character or, for those named, whole, with the probabilities of what else might have
    stood there."""
    found, at = [], 0
    while at < len(text):
        name = next((name for name in others if text.startswith(name, at) and text[at - 1] == '"'
                     and text[:at].endswith('"code": "')), None)  # fmt: skip
        if name is None:
            found.append(Token(text[at].encode(), -0.2))
            at += 1
        else:
            weights = others[name]
            told = tuple((other.encode(), math.log(chance)) for other, chance in weights.items())
            found.append(Token(name.encode(), math.log(weights[name]), told))
            at += len(name)
    return found


def chance(text: str, given: list[Token]) -> list[int | None]:
    return [found for _, found in choices(text, given, CODES)]


def test_it_is_the_share_of_all_that_leads_to_codes_on_offer() -> None:
    text = answer("kaab")
    assert chance(text, tokens(text, kaab={"kaab": 0.3, "kxyz": 0.1, "none": 0.5, "ka": 0.05})) == [750_000]


def test_the_tokens_of_a_code_count_together_and_what_follows_from_the_others_is_sure() -> None:
    text = answer("kaab")
    given = tokens(text)
    place = next(n for n in range(len(given)) if b"".join(one.text for one in given[:n]).endswith(b'"code": "'))
    alternatives = [{"k": 1.0, '"': 1e-9}, {"a": 0.6, "x": 0.3}, {"a": 0.2, "c": 0.6}]
    for step, weights in enumerate(alternatives):
        first = next(iter(weights))
        told = tuple((other.encode(), math.log(weight)) for other, weight in weights.items())
        given[place + step] = Token(first.encode(), math.log(weights[first]), told)
    assert chance(text, given) == [round(1_000_000 * (2 / 3) * (1 / 4))]


def test_a_token_may_begin_before_the_code_and_end_after_it() -> None:
    text = answer("kxyz")
    head, tail = text.split('"kxyz"', 1)
    told = ((b' "kxyz",', math.log(0.5)), (b' "kaab"', math.log(0.25)), (b' "kacd', math.log(0.25)))
    given = [Token(head[:-1].encode(), 0.0), Token(b' "kxyz",', math.log(0.5), told), Token(tail[1:].encode(), 0.0)]
    assert chance(text, given) == [500_000]


UNLIKELY = {"kaab": 0.001, "none": 0.5, "nothing": 0.4}
"""A grammar took something unlikely: what else it left is not told."""
FLAT = {"kaab": 0.1, "what": 0.09, "that": 0.09}
"""Other codes may be as likely as the last that is told."""


@pytest.mark.parametrize("weights", [UNLIKELY, FLAT])
def test_what_is_not_told_is_not_taken_for_nothing(weights: dict[str, float]) -> None:
    text = answer("kaab")
    assert chance(text, tokens(text, kaab=weights)) == [None]


def test_without_alternatives_or_with_the_tokens_of_something_else_it_is_absent() -> None:
    text = answer("kaab", "kxyz")
    assert chance(text, tokens(text)) == [None, None]
    assert chance(text, []) == [None, None]
    assert chance(text, tokens(answer("kxyz"), kxyz={"kxyz": 0.9, "kaab": 0.1, "kacd": 0.01})) == [None, None]


def test_words_inside_a_string_are_no_code() -> None:
    assert [code for code, _ in choices(answer("kaab"), [], CODES)] == ["kaab"]


def test_codes_stay_in_the_order_in_which_they_were_named_and_one_that_is_not_told_has_none() -> None:
    text = answer("kaab", "kxyz")
    given = tokens(text, kxyz={"kxyz": 0.9, "kaab": 0.1, "kacd": 0.001})
    read = parse_chat_answer(Task("s", "words", 0), text, "h")
    assert isinstance(read, Answer)
    found = weighed(read, given, CODES).candidates
    assert [(one.code, one.confidence_method) for one in found] == [("kaab", "none"), ("kxyz", "probability")]
    assert found[0].confidence is None
    assert found[1].confidence is not None and 890_000 < found[1].confidence < 900_000


ANY = st.binary(max_size=6) | st.sampled_from([b"k", b"ka", b"kaab", b"cd", b'"', b'"code": "', b"kxyz", b"\xff"])
WEIGHTS = st.floats(-1e6, 0)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.tuples(ANY, WEIGHTS, st.lists(st.tuples(ANY, WEIGHTS), max_size=4)), max_size=30))
def test_whatever_an_endpoint_tells_it_is_a_probability_or_absent(told: list[Any]) -> None:
    given = [Token(text, weight, tuple(others)) for text, weight, others in told]
    content = b"".join(token.text for token in given).decode("utf-8", "replace")
    for text in (content, answer("kaab", "kxyz")):
        assert all(chance is None or 0 <= chance <= 1_000_000 for _, chance in choices(text, given, CODES))


@pytest.mark.asyncio
async def test_an_endpoint_that_gives_them_is_asked_for_them_and_others_are_not() -> None:
    text = json.dumps({"suggestions": [{"code": "c1", "evidence": "", "rationale": "", "confidence": 0.2}]})
    head, tail = text.split("c1", 1)
    told: dict[str, Any] = {"content": [
        {"token": head, "logprob": -0.1},
        {"token": "c1", "logprob": math.log(0.6), "top_logprobs": [{"token": "c1", "logprob": math.log(0.6)},
                                                                  {"token": "c2", "logprob": math.log(0.2)}]},
        {"token": tail, "logprob": -0.1}, {"token": "</s>", "logprob": 0},
    ]}  # fmt: skip
    with served(completion(text, choice={"logprobs": told})) as server:
        (weighed_,) = await outcomes(chat(Endpoint(server.url, "m", logprobs=True)), tasks(1))
        (plain,) = await outcomes(chat(Endpoint(server.url, "m")), tasks(1))
        assert (server.bodies[0]["logprobs"], server.bodies[0]["top_logprobs"]) == (True, 10)
        assert server.bodies[1].keys().isdisjoint({"logprobs", "top_logprobs"})
    assert isinstance(weighed_, Answer) and isinstance(plain, Answer)
    assert [(one.confidence, one.confidence_method) for one in weighed_.candidates] == [(750_000, "probability")]
    assert [(one.confidence, one.confidence_method) for one in plain.candidates] == [(200_000, "verbal")]
    assert weighed_.task_hash != plain.task_hash


@pytest.mark.asyncio
async def test_where_they_do_not_come_the_confidence_is_absent_and_not_the_models_words() -> None:
    text = json.dumps({"suggestions": [{"code": "c1", "evidence": "", "rationale": "", "confidence": 0.2}]})
    with served(completion(text)) as server:
        (found,) = await outcomes(chat(Endpoint(server.url, "m", logprobs=True)), tasks(1))
    assert isinstance(found, Answer)
    assert [(one.confidence, one.confidence_method) for one in found.candidates] == [(None, "none")]
