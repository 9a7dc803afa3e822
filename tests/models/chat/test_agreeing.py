"""What several answers to one question come to."""

from __future__ import annotations

from suggest.models.chat.agreeing import agreed
from suggest.models.interface import Answer, Candidate, Task

TASK = Task("s1", "we trust them, and they us", 100)


def sample(*named: tuple[str, tuple[int, int] | None, str]) -> Answer:
    return Answer("s1", tuple(
        Candidate(code, True, 900_000, "verbal", evidence, "exact" if evidence else "not_found", words)
        for code, evidence, words in named
    ), "h")  # fmt: skip


def test_codes_are_ranked_by_how_many_named_them_and_then_by_how_early() -> None:
    found = agreed(TASK, [sample(("b", None, ""), ("a", None, "")), sample(("a", None, ""), ("c", None, "")),
                          sample(("b", None, ""))], "h")  # fmt: skip
    assert [(one.code, one.votes, one.fits) for one in found.candidates] == [
        ("b", (2, 3), True), ("a", (2, 3), True), ("c", (1, 3), False)
    ]  # fmt: skip


def test_a_code_named_twice_in_one_answer_counts_once() -> None:
    found = agreed(TASK, [sample(("a", None, "first"), ("a", None, "again")), sample()], "h")
    assert [(one.votes, one.rationale, one.fits) for one in found.candidates] == [((1, 2), "first", False)]


def test_evidence_is_where_most_answers_point_and_the_rationale_goes_with_it() -> None:
    found = agreed(TASK, [sample(("a", (100, 102), "one")), sample(("a", (103, 108), "two")),
                          sample(("a", None, "three")), sample(("a", (103, 108), "four"))], "h")  # fmt: skip
    (one,) = found.candidates
    assert (one.evidence, one.evidence_state, one.rationale, one.votes) == ((103, 108), "exact", "two", (4, 4))


def test_no_code_in_any_of_them_is_an_answer_without_candidates() -> None:
    assert agreed(TASK, [sample(), sample()], "h").candidates == ()
