"""The headline: blind agreement with its interval, or how many segments of the blind core are missing."""

from __future__ import annotations

from collections.abc import Callable

from desk import Desk

from suggest.audit.audit import audit
from suggest.audit.blocks import Text, stands_on
from suggest.audit.headline import headline
from suggest.audit.telling import scope_told

Make = Callable[..., Desk]


def finish(desk: Desk, segments: list[str], *coders: str) -> None:
    for number, segment in enumerate(segments):
        for coder in coders:
            desk.line(segment, coder)
            if (number + len(coder)) % 3:
                desk.apply(segment, "Doubts", coder)
            desk.done("complete", segment, coder)


def test_without_two_blind_answers_it_says_how_many_are_missing(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    core = desk.assigned("blind_then_shown") + desk.assigned("blind")
    assert headline(audit(desk.study)) == (
        "Blind agreement cannot be told: no segment was answered blind by two.", "Nobody has coded yet.",
    )  # fmt: skip
    finish(desk, core[:5], "anna")
    finish(desk, core[:3], "ben")
    found = headline(audit(desk.study))
    assert found[0].startswith("anna – ben, blind: alpha ") and "3 segments of 1 document." in found[0]
    assert found[-1] == f"{len(core) - 3} of the {len(core)} segments of the blind core still lack two blind answers."


def test_one_is_one_and_many_are_many(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    core = desk.assigned("blind_then_shown") + desk.assigned("blind")
    finish(desk, core[:-1], "anna", "ben")
    made = audit(desk.study)
    assert headline(made)[-1] == f"1 of the {len(core)} segments of the blind core still lacks two blind answers."
    said = " ".join(block.words for block in scope_told(made)[0].blocks if isinstance(block, Text))
    assert f" Blind core: {len(core)} segments in " in said and f" of 2 documents, {len(core) - 1} of them " in said
    assert stands_on(1200, 1, "block", "of") == "1,200 blocks of 1 document"


def test_an_undefined_alpha_has_its_reason_and_a_small_study_no_interval(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    core = desk.assigned("blind_then_shown") + desk.assigned("blind")
    finish(desk, core, "anna", "ben")
    assert "(no interval: too few docs)" in headline(audit(desk.study))[0]
    other = make(core="0.5", arm="0")
    for segment in other.assigned("blind_then_shown")[:2]:
        for coder in ("anna", "ben"):
            other.line(segment, coder)
            other.done("complete", segment, coder)
    assert "alpha is undefined, no variation" in headline(audit(other.study))[0]


def test_who_answered_nothing_blind_is_not_named_among_those_who_did(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    core = desk.assigned("blind_then_shown") + desk.assigned("blind")
    finish(desk, core, "anna", "ben")
    finish(desk, desk.assigned("shown")[:3], "cl")
    made = audit(desk.study)
    assert {rater.name for rater in made.material.people} == {"anna", "ben", "cl"}
    assert headline(made)[0].startswith("anna – ben, blind: alpha ")
    blind = [group for group in made.groups if group.exposure == "blind"]
    assert not any(rater.name == "cl" for group in blind for rater in group.raters)


def test_three_people_are_told_together(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    core = desk.assigned("blind_then_shown") + desk.assigned("blind")
    finish(desk, core, "anna", "benno", "cl")
    assert headline(audit(desk.study))[0].startswith("anna, benno, cl, blind: alpha ")
