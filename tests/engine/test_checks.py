"""What a model says is stored only if it keeps to what it was asked."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.engine.checks import (
    MOST_BASIS,
    MOST_RATIONALE,
    MOST_RAW,
    MOST_SUGGESTIONS,
    Checked,
    Repairs,
    check_answer,
    check_failure,
    parse_chat_answer,
)
from suggest.models.interface import Answer, Candidate, Failure, FailureKind, Task, Turn, offered_code

CODES = (offered_code("joy", "Joy"), offered_code("fear", "Fear"))
HASH = "0" * 64
TASK = Task(
    "s1",
    "I was glad, “really” glad.",
    100,
    "R1",
    (Turn("s0", "I", "And then? Were you glad?", "prompt", 70), Turn("s00", "I", "no place known", "prompt")),
    (Turn("s2", "R2", "Not me, I was afraid.", "data", 130),),
)


def check(*candidates, raw=None):
    return check_answer(TASK, Answer("s1", candidates, HASH, raw), CODES)


def suggestion(**changes):
    return {"code": "joy", "evidence": "I was glad", "rationale": "It says so.", "confidence": 0.5, **changes}


def raw(*suggestions):
    return json.dumps({"suggestions": list(suggestions)})


def parse(text):
    return parse_chat_answer(TASK, text, HASH)


def test_a_clean_answer_passes_unchanged():
    candidate = Candidate("joy", True, 500_000, "rank", (100, 110), "exact", "because", ("s9",))
    assert check(candidate) == Checked(Answer("s1", (candidate,), HASH), Repairs())


def test_an_answer_in_which_nothing_fits_passes():
    assert check().answer.candidates == ()


def test_codes_that_were_not_offered_are_dropped_and_counted():
    checked = check(Candidate("rage", True), Candidate("joy", True), Candidate("", True))
    assert checked.answer.fitting == ("joy",)
    assert checked.repairs == Repairs(unknown_codes=2)


def test_a_code_named_twice_keeps_its_better_rank():
    checked = check(Candidate("joy", True, 9), Candidate("fear", True, 8), Candidate("joy", False, 7))
    assert [(one.code, one.confidence) for one in checked.answer.candidates] == [("joy", 9), ("fear", 8)]
    assert checked.repairs == Repairs(duplicates=1)


def test_a_long_rationale_is_cut():
    checked = check(Candidate("joy", True, rationale="x" * (MOST_RATIONALE + 1)))
    assert len(checked.answer.candidates[0].rationale) == MOST_RATIONALE
    assert checked.answer.candidates[0].rationale.endswith("…")
    assert checked.repairs == Repairs(cut=1)


def test_a_long_basis_is_cut():
    checked = check(Candidate("joy", True, basis=tuple(map(str, range(MOST_BASIS + 1)))))
    assert len(checked.answer.candidates[0].basis) == MOST_BASIS
    assert checked.repairs == Repairs(cut=1)


@pytest.mark.parametrize("confidence", [-1, 1_000_001])
def test_a_confidence_out_of_range_is_dropped(confidence):
    checked = check(Candidate("joy", True, confidence, "verbal"))
    assert checked.answer.candidates[0] == Candidate("joy", True)
    assert checked.repairs == Repairs(confidences_dropped=1)


def test_lone_surrogates_are_replaced_everywhere():
    checked = check(Candidate("joy", True, rationale="a\ud800b"), raw="\udfff{}")
    assert checked.answer.candidates[0].rationale == "a\ufffdb" and checked.answer.raw == "\ufffd{}"
    assert checked.repairs == Repairs(surrogates=2)


@pytest.mark.parametrize("evidence", [(100, 126), (70, 94), (90, 110), (120, 140), (130, 151)])
def test_evidence_may_lie_in_the_segment_and_run_into_its_neighbours(evidence):
    assert isinstance(check(Candidate("joy", True, evidence=evidence, evidence_state="exact")), Checked)


@pytest.mark.parametrize("evidence", [(0, 5), (95, 105), (100, 129), (110, 110), (110, 105), (150, 160)])
def test_evidence_outside_what_the_model_was_given_is_a_failure(evidence):
    failure = check(Candidate("joy", True, evidence=evidence, evidence_state="exact"), raw="{}")
    assert (failure.kind, failure.task_hash, failure.raw) == (FailureKind.INVALID_ANSWER, HASH, "{}")
    assert "evidence" in failure.detail


@pytest.mark.parametrize(("evidence", "state"), [(None, "exact"), ((100, 105), "none"), ((100, 105), "not_found")])
def test_a_state_that_contradicts_the_evidence_is_a_failure(evidence, state):
    assert isinstance(check(Candidate("joy", True, evidence=evidence, evidence_state=state)), Failure)


def test_a_failure_is_made_storable_and_told_its_task():
    failure = Failure("s1", FailureKind.REFUSAL, "no\ud800" + "x" * MOST_RATIONALE, raw="\udfff" * 3)
    checked = check_failure(failure, HASH)
    assert checked.detail.startswith("no\ufffdx") and len(checked.detail) == MOST_RATIONALE
    assert (checked.task_hash, checked.raw, checked.kind) == (HASH, "\ufffd" * 3, FailureKind.REFUSAL)
    assert check_failure(replace(failure, task_hash="1" * 64), HASH).task_hash == "1" * 64


def test_repairs_add_up():
    assert Repairs(1, 2, 3, 4, 5, 6) + Repairs(1, 1, 1, 1, 1, 1) == Repairs(2, 3, 4, 5, 6, 7)


def test_a_chat_answer_becomes_candidates_with_their_evidence_placed():
    answer = parse(raw(suggestion(), suggestion(code="fear", evidence='glad, "really" glad', confidence=0.25)))
    first, second = answer.candidates
    assert first == Candidate("joy", True, 500_000, "verbal", (100, 110), "exact", "It says so.")
    assert (second.confidence, second.evidence, second.evidence_state) == (250_000, (106, 125), "tolerant")
    assert answer.task_hash == HASH and json.loads(answer.raw)


def test_an_empty_list_is_the_answer_that_no_code_fits():
    answer = parse('{"suggestions": []}')
    assert isinstance(answer, Answer) and answer.fitting == ()


def test_suggestions_are_ranked_by_confidence_and_equals_stay_in_order():
    given = raw(*(suggestion(code=code, confidence=c) for code, c in [("a", 0.1), ("b", None), ("c", 0.9), ("d", 0.1)]))
    answer = parse(given)
    assert [one.code for one in answer.candidates] == ["c", "a", "d", "b"]
    assert answer.candidates[-1].confidence_method == "none"


def test_evidence_is_sought_in_the_segment_before_its_neighbours():
    assert parse(raw(suggestion(evidence="glad"))).candidates[0].evidence == (106, 110)
    assert parse(raw(suggestion(evidence="Were you glad?"))).candidates[0].evidence == (80, 94)
    assert parse(raw(suggestion(evidence="I was afraid"))).candidates[0].evidence == (138, 150)


def test_evidence_of_the_nearer_turn_goes_first():
    turns = tuple(Turn(f"t{n}", None, "same words", "data", 1000 * n) for n in range(3))
    answer = parse_chat_answer(Task("s", "x", 5000, before=turns), raw(suggestion(evidence="same words")), HASH)
    assert answer.candidates[0].evidence == (2000, 2010)


@pytest.mark.parametrize("quote", ["I was sad", "no place known"])
def test_evidence_that_stands_nowhere_is_kept_and_marked(quote):
    candidate = parse(raw(suggestion(evidence=quote))).candidates[0]
    assert (candidate.evidence, candidate.evidence_state) == (None, "not_found")
    assert check(candidate).repairs == Repairs(evidence_not_found=1)


def test_no_evidence_is_told_from_evidence_not_found():
    assert parse(raw(suggestion(evidence=" "))).candidates[0].evidence_state == "none"


@pytest.mark.parametrize("confidence", [85, -0.1, 1.01, 10**400])
def test_a_stated_confidence_out_of_range_is_not_guessed_at(confidence):
    answer = parse(raw(suggestion(confidence=confidence)))
    assert check(*answer.candidates).answer.candidates[0].confidence is None


def test_raw_control_characters_inside_strings_are_taken():
    text = raw(suggestion()).replace("It says so.", "It says\n\tso.")
    assert parse(text).candidates[0].rationale == "It says\n\tso."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("I think joy fits.", "not JSON"),
        ('{"suggestions": [', "not JSON"),
        ("```json\n{}\n```", "not JSON"),
        ('{"suggestions": []} and more', "not JSON"),
        ("[]", "one key"),
        ("null", "one key"),
        ("{}", "one key"),
        ('{"suggestions": [], "note": "x"}', "one key"),
        ('{"suggestions": {}}', "not a list"),
        ('{"suggestions": [], "suggestions": []}', "twice"),
        (raw("joy"), "suggestion 1 has not the keys"),
        (raw(suggestion(), {"code": "joy"}), "suggestion 2 has not the keys"),
        (raw(suggestion(extra=1)), "has not the keys"),
        (raw(suggestion(code=3)), '"code" of suggestion 1'),
        (raw(suggestion(evidence=None)), '"evidence" of suggestion 1'),
        (raw(suggestion(rationale=["x"])), '"rationale" of suggestion 1'),
        (raw(suggestion(confidence="high")), '"confidence" of suggestion 1'),
        (raw(suggestion(confidence=True)), '"confidence" of suggestion 1'),
        (raw(suggestion(confidence=float("nan"))), "NaN"),
        (raw(suggestion(confidence=float("inf"))), "Infinity"),
        pytest.param('{"suggestions": [' + "[" * 200_000, "not JSON", id="deep"),
        pytest.param('{"suggestions": ' + "9" * 5000 + "}", "not JSON", id="huge number"),
        pytest.param(raw(*[suggestion()] * (MOST_SUGGESTIONS + 1)), "more than 1000", id="many"),
        pytest.param("x" * (MOST_RAW + 1), "longer than", id="long"),
    ],
)
def test_what_is_not_the_schema_is_an_invalid_answer_with_its_reason(text, reason):
    failure = parse(text)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.segment, failure.task_hash) == (FailureKind.INVALID_ANSWER, "s1", HASH)
    assert reason in failure.detail
    assert failure.raw == text[:MOST_RAW]


def test_the_reason_quotes_nothing_of_the_answer():
    secret = "participantsname"
    for text in (secret, json.dumps({secret: 1}), raw({secret: secret}), raw(suggestion(confidence=secret))):
        assert secret not in parse(text).detail


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_an_answer_or_a_typed_failure(text):
    assert isinstance(parse(text), Failure)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(suggestion(), json_values)) | st.just(suggestion()), max_size=3))
def test_any_values_in_the_schema_give_something_that_can_be_stored(items):
    outcome = parse(raw(*items))
    checked = outcome if isinstance(outcome, Failure) else check_answer(TASK, outcome, CODES)
    stored = checked if isinstance(checked, Failure) else checked.answer
    assert stored.raw is not None
    stored.raw.encode("utf-8")
    if isinstance(checked, Checked):
        for one in checked.answer.candidates:
            assert one.code in ("joy", "fear") and one.fits
            one.rationale.encode("utf-8")
            assert one.confidence is None or 0 <= one.confidence <= 1_000_000
            assert check_answer(TASK, checked.answer, CODES) == replace(
                checked, repairs=Repairs(evidence_not_found=checked.repairs.evidence_not_found)
            )
