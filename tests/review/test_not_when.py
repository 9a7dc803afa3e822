"""The outcome of a settled case in a code's "not when": one act with the settlement, and taken back with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.errors import BadInput, Refused
from suggest.study.codes import read_codes
from suggest.study.imports import NewCoding, import_codings
from suggest.study.not_when import NotWhen, still_blind, words_stand
from suggest.study.people import ensure_coder
from suggest.study.settling import restore, settle, settlements
from suggest.study.stale import stale
from suggest.study.verify import verify

Make = Callable[..., Desk]


@pytest.fixture
def desk(make: Make) -> Desk:
    desk = make(core="0", arm="0")
    for coder, code in (("anna", "Doubts"), ("ben", "Setting")):
        desk.line(desk.ids()[0], coder)
        desk.apply(desk.ids()[0], code, coder)
        desk.done("complete", desk.ids()[0], coder)
    return desk


def not_when(desk: Desk, code: str = "Doubts") -> str:
    held = next(item for item in read_codes(desk.study) if item.id == desk.codes[code])
    return held.wording.exclude


def settled(desk: Desk, words: NotWhen | None, actor: str | None = None) -> None:
    settle(
        desk.study, actor or desk.anna, desk.round, desk.ids()[0], [desk.codes["Setting"]], [desk.anna], not_when=words
    )


def test_the_words_stand_with_the_case_cited_and_linked_to_the_settlement(desk: Desk) -> None:
    settled(desk, NotWhen(desk.codes["Doubts"], " the place is meant "))
    assert not_when(desk) == "the place is meant (D0 1)"
    held = settlements(desk.study, desk.round.id)[desk.number(desk.ids()[0])]
    (change,) = held.defined
    kind = desk.study.db.execute("SELECT kind FROM log WHERE replica = ? AND seq = ?", change).fetchone()[0]
    assert (kind, words_stand(desk.study, held.defined)) == ("code_changed", True)
    settled(desk, NotWhen(desk.codes["Doubts"], "nor time"))
    assert not_when(desk) == "the place is meant (D0 1)\nnor time (D0 1)"
    assert verify(desk.study).ok


def test_only_another_meaning_has_to_be_read_again(desk: Desk) -> None:
    settled(desk, NotWhen(desk.codes["Doubts"], "said more clearly", meaning=False))
    assert not stale(desk.study)
    settled(desk, NotWhen(desk.codes["Doubts"], "something else"))
    assert {unit.coder for unit in stale(desk.study)} == {desk.anna, ensure_coder(desk.study, "ben")}


def test_taking_back_takes_both_back_and_redoing_brings_both_again(desk: Desk) -> None:
    number, segment = desk.number(desk.ids()[0]), desk.ids()[0]
    settled(desk, None)
    before = settlements(desk.study, desk.round.id)[number]
    settled(desk, NotWhen(desk.codes["Doubts"], "the place is meant"))
    after = settlements(desk.study, desk.round.id)[number]
    restore(desk.study, desk.anna, desk.round, segment, before)
    assert not_when(desk) == ""
    assert settlements(desk.study, desk.round.id)[number].codes == before.codes
    restore(desk.study, desk.anna, desk.round, segment, after)
    assert not_when(desk) == "the place is meant (D0 1)"
    settle(desk.study, desk.anna, desk.round, segment, None, [])
    assert (not_when(desk), settlements(desk.study, desk.round.id)) == ("", {})
    assert verify(desk.study).ok


def test_words_that_others_have_worked_on_with_stay(desk: Desk) -> None:
    settled(desk, NotWhen(desk.codes["Doubts"], "the place is meant"))
    desk.line(desk.ids()[1], "ben")
    desk.apply(desk.ids()[1], "Doubts", "ben")
    settle(desk.study, desk.anna, desk.round, desk.ids()[0], None, [])
    assert (not_when(desk), settlements(desk.study, desk.round.id)) == ("the place is meant (D0 1)", {})


def test_words_of_somebody_else_stay_when_the_settlement_is_taken_back(desk: Desk) -> None:
    settled(desk, NotWhen(desk.codes["Doubts"], "the place is meant"))
    settle(desk.study, ensure_coder(desk.study, "ben"), desk.round, desk.ids()[0], None, [])
    assert not_when(desk) == "the place is meant (D0 1)"


def test_nothing_is_written_for_all_while_somebody_is_still_blind_there(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    desk.line(segment)
    desk.done("complete", segment)
    desk.reviewer("ben")
    before = desk.entries()
    words = NotWhen(desk.codes["Doubts"], "the place is meant")
    with pytest.raises(Refused, match="ben has still to code"):
        settle(desk.study, desk.anna, desk.round, segment, [desk.codes["Setting"]], [desk.anna], not_when=words)
    assert desk.entries() == before
    desk.line(segment, "ben")
    desk.done("complete", segment, "ben")
    settle(desk.study, desk.anna, desk.round, segment, [desk.codes["Setting"]], [desk.anna], not_when=words)
    assert "the place is meant" in not_when(desk)


def test_without_words_or_code_nothing_is_stored(desk: Desk) -> None:
    before = desk.entries()
    with pytest.raises(BadInput, match="needs words"):
        settled(desk, NotWhen(desk.codes["Doubts"], "  "))
    with pytest.raises(BadInput, match="not in use"):
        settled(desk, NotWhen("kaaaaaaaaaaaa", "words"))
    assert desk.entries() == before


def test_whose_codings_were_only_brought_in_keeps_nobody_waiting(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    desk.line(segment)
    desk.done("complete", segment)
    document, _, ordinal = segment.partition(".")
    label = NewCoding("elsa", document, desk.codes["Doubts"], int(ordinal), int(ordinal), int(ordinal))
    import_codings(desk.study, desk.anna, "elsewhere", [label], {})
    assert still_blind(desk.study, desk.number(segment)) == []
