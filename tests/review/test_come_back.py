"""Segments that come back to their coder: drawn by chance, blind, and without anything of the first answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from suggest.errors import BadInput, Refused
from suggest.review.changes import Change, effect
from suggest.review.filtering import Filter
from suggest.review.queue import Queue
from suggest.review.sight import Sight
from suggest.review.visible import code_counts, codings_in, examples, own_view
from suggest.review.visible_log import visible_page
from suggest.study.again import answered_twice, come_back
from suggest.study.applied import applied_together
from suggest.study.backup import backup
from suggest.study.carry import Answer
from suggest.study.coded import round_codings
from suggest.study.codes import Wording, find_code, read_codes, reword
from suggest.study.erase import Erasure, erase
from suggest.study.merge import merge
from suggest.study.overview import overview
from suggest.study.pending import progress
from suggest.study.people import ensure_coder
from suggest.study.rounds import assign, close_round, current_round, find_round, open_round, rounds
from suggest.study.settings import set_setting
from suggest.study.sources import FixedSources
from suggest.study.stale import stale
from suggest.study.study import Study
from suggest.study.training import lessons, log_head
from suggest.study.verify import verify

Make = Callable[..., Desk]
GAP = 5


@pytest.fixture
def back(make: Make) -> Desk:
    """A study in which whatever anna completed comes back after five more, and the first has."""
    desk = make(core="0", arm="0", stability="1", stability_gap=str(GAP))
    desk.suggest_everywhere()
    for segment in desk.ids()[: GAP + 1]:
        desk.apply(segment, "Support/Trust")
        desk.done("complete", segment)
    return desk


def again(desk: Desk) -> Any:
    return find_round(desk.study, "main, again")


def waiting(desk: Desk, coder: str = "anna") -> list[int]:
    return [*come_back(desk.study, ensure_coder(desk.study, coder))]


def test_nothing_comes_back_unless_the_study_wants_it(make: Make) -> None:
    desk = make(core="0", arm="0", stability_gap="1")
    for segment in desk.ids():
        desk.done("complete", segment)
    assert [item.name for item in rounds(desk.study)] == ["main"]


def test_a_segment_comes_back_after_so_many_others(make: Make) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap=str(GAP))
    for segment in desk.ids()[:GAP]:
        desk.done("complete", segment)
    assert waiting(desk) == []
    desk.done("complete", desk.ids()[GAP])
    assert waiting(desk) == [desk.number(desk.ids()[0])]
    assert desk.queue()[:2] == [desk.number(desk.ids()[0]), desk.number(desk.ids()[GAP + 1])]


def test_it_comes_by_chance_and_the_same_on_every_machine(make: Make) -> None:
    found = []
    for name in ("one.db", "two.db"):
        desk = make(name, core="0", arm="0", stability="0.25", stability_gap="1", sizes=(200, 200))
        for segment in desk.ids():
            desk.done("complete", segment)
            for number in waiting(desk):
                ids = {desk.number(id_): id_ for id_ in desk.ids()}
                desk.done("complete", ids[number])
        (held,) = answered_twice(desk.study, find_round(desk.study, "main"))
        found.append([item.number for item in held.answered])
    assert found[0] == found[1]
    assert 50 < len(found[0]) < 130  # of 356 by a quarter


def test_the_line_shows_neither_a_suggestion_nor_the_first_answer(back: Desk) -> None:
    line = back.line(back.ids()[0])
    assert (line["exposure"], line["set"], line["suggestions"], line["mine"]) == ("blind", None, [], [])
    assert (line["round"], line["again"], line["completed"]) == ("main, again", True, False)
    assert back.line(back.ids()[1])["mine"]
    assert not back.line(back.ids()[1])["again"]


def test_margin_examples_log_and_filters_hold_nothing_of_it_until_it_is_answered(back: Desk) -> None:
    first = back.ids()[0]
    back.done("memo", first, text="I was in doubt here")
    code, document = back.codes["Support/Trust"], back.documents[0]

    def seen() -> tuple[bool, ...]:
        sight = Sight(back.study, back.anna)
        number = back.number(first)
        entries, _ = visible_page(sight)
        told = {(entry.kind, entry.payload.get("segment") or entry.payload.get("subject")) for entry in entries}
        chosen = Queue(back.study, back.anna, current_round(back.study, back.anna), chosen=Filter(state="completed"))
        mine = Queue(
            back.study, back.anna, current_round(back.study, back.anna), chosen=Filter(mine=code, state="completed")
        )
        return (
            any(coding.segment == number for coding in codings_in(sight, document, 0, 10_000)),
            any(item.segment.number == number for item in examples(sight, code)),
            ("decided", first) in told and ("completed", first) in told,
            ("memo_written", first) in told,
            number in chosen.take(100),
            number in mine.take(100),
        )

    assert seen() == (False,) * 6
    assert back.number(first) not in back.queue(chosen=Filter(mine=code))
    back.done("complete", first)
    assert seen() == (True,) * 6


def test_no_count_holds_it_until_it_is_answered(back: Desk) -> None:
    def counted() -> tuple[int, int, int, dict[str, int]]:
        sight = Sight(back.study, back.anna)
        own, counts = own_view(sight), code_counts(sight)[back.codes["Support/Trust"]]
        return own.codings, counts.mine, counts.segments, own.decisions

    assert counted() == (GAP, GAP, GAP, {"add": GAP})
    back.done("complete", back.ids()[0])
    assert counted()[:3] == (GAP + 1,) * 3


def test_no_list_of_what_changed_or_stands_together_holds_it_until_it_is_answered(make: Make) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="1")
    first, second = desk.ids()[:2]
    for segment in (first, second):
        for name in ("Support/Trust", "Doubts"):
            desk.apply(segment, name)
        desk.done("complete", segment)
    code = desk.codes["Support/Trust"]
    assert applied_together(desk.study, desk.anna, code) == [(desk.codes["Doubts"], 1)]
    foreseen = effect(desk.study, desk.anna, Change("retire", code))
    assert foreseen.applied == 1
    reword(desk.study, desk.anna, find_code(read_codes(desk.study), code), Wording("Trust", "now else"), meaning=True)
    assert [unit.number for unit in stale(desk.study, coder=desk.anna)] == [desk.number(second)]
    assert len(stale(desk.study)) == 2
    desk.done("complete", first)
    assert applied_together(desk.study, desk.anna, code) == [(desk.codes["Doubts"], 2)]
    assert len(stale(desk.study, coder=desk.anna)) == 2


def test_no_suggestion_names_it_as_a_reason(back: Desk) -> None:
    first, other = back.ids()[0], back.ids()[GAP + 3]
    candidates = [candidate.__class__(**{**candidate.__dict__, "basis": (first,)}) for candidate in back.candidates()]
    back.suggest({other: candidates})
    assert all(item["basis"] == [] for item in back.line(other)["suggestions"])
    back.done("complete", first)
    assert any(item["basis"] == [first] for item in back.line(other)["suggestions"])


def test_the_second_answer_leaves_the_first_as_it_was(back: Desk) -> None:
    first, main = back.ids()[0], find_round(back.study, "main")
    before = round_codings(back.study, main.id, back.anna)
    taught = [*lessons(back.study, log_head(back.study))]
    back.apply(first, "Doubts")
    back.done("complete", first)
    assert round_codings(back.study, main.id, back.anna) == before
    assert back.study.db.execute("SELECT count(*) FROM coding WHERE round <> ?", (main.id,)).fetchone() == (0,)
    assert [*lessons(back.study, log_head(back.study))] == taught
    (held,) = answered_twice(back.study, main)
    (item,) = held.answered
    applied = [
        {code for code, answer in side.items() if answer is Answer.APPLIED} for side in (item.first, item.second)
    ]
    assert applied == [{back.codes["Support/Trust"]}, {back.codes["Doubts"]}]
    assert verify(back.study).ok


def test_the_first_answer_is_the_one_that_stood_when_the_second_was_begun(back: Desk) -> None:
    first, main = back.ids()[0], find_round(back.study, "main")
    back.done("complete", first)
    back.done("remove", first, code="Support > Trust")  # the coder saw the difference and made it go away
    (held,) = answered_twice(back.study, main)
    assert held.answered[0].first[back.codes["Support/Trust"]] is Answer.APPLIED
    assert held.answered[0].second[back.codes["Support/Trust"]] is Answer.NOT_APPLIED


def test_the_second_answer_is_the_one_that_was_completed_first(back: Desk) -> None:
    first, main = back.ids()[0], find_round(back.study, "main")
    back.apply(first, "Doubts")
    back.done("complete", first)
    back.done("undo")
    back.done("undo")
    back.apply(first, "Support/Trust")
    back.done("complete", first)
    (held,) = answered_twice(back.study, main)
    assert held.answered[0].second[back.codes["Doubts"]] is Answer.APPLIED
    assert held.answered[0].second[back.codes["Support/Trust"]] is Answer.NOT_APPLIED


def test_what_was_undone_before_the_second_answer_was_completed_is_no_part_of_it(back: Desk) -> None:
    first = back.ids()[0]
    back.apply(first, "Doubts")
    back.done("undo")
    back.apply(first, "Setting")
    back.done("complete", first)
    (held,) = answered_twice(back.study, find_round(back.study, "main"))
    applied = {code for code, answer in held.answered[0].second.items() if answer is Answer.APPLIED}
    assert applied == {back.codes["Setting"]}


def test_undo_that_was_redone_counts_for_nothing(back: Desk) -> None:
    other = back.ids()[1]
    back.done("undo")  # the completion of the sixth
    back.done("redo")
    first, main = back.ids()[0], find_round(back.study, "main")
    back.apply(first, "Doubts")
    back.done("undo")
    back.done("redo")
    back.done("complete", first)
    (held,) = answered_twice(back.study, main)
    assert held.answered[0].second[back.codes["Doubts"]] is Answer.APPLIED
    assert other not in {item.number for item in held.answered}


def test_undo_does_not_reach_the_first_answer_before_the_second(make: Make) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="1")
    one, two = desk.ids()[:2]
    desk.apply(one, "Doubts")
    desk.done("complete", one)
    desk.done("complete", two)
    desk.done("undo")
    assert desk.declined("undo") == "conflict"
    desk.done("complete", one)
    desk.done("undo")
    assert desk.number(one) in waiting(desk)


def test_what_is_put_off_comes_at_the_end(back: Desk) -> None:
    first = back.ids()[0]
    back.done("skip", first)
    assert back.queue()[-1] == back.number(first)
    assert back.number(first) not in back.queue()[:-1]


def test_counts_of_what_is_done_do_not_hold_second_answers(back: Desk) -> None:
    main = find_round(back.study, "main")
    before, told = progress(back.study, main.id, back.anna), overview(back.study)
    back.done("complete", back.ids()[0])
    assert progress(back.study, main.id, back.anna) == before
    assert (overview(back.study).completed, overview(back.study).remaining) == (told.completed, told.remaining)


def test_only_the_coders_own_segments_come_back(back: Desk) -> None:
    assert waiting(back, "ben") == []
    back.reviewer("ben")
    assert back.queue("ben")[0] == back.number(back.ids()[0])
    assert back.line(back.ids()[0], "ben")["round"] == "main"


def test_colleagues_do_not_see_second_answers_before_the_round_is_over(back: Desk) -> None:
    set_setting(back.study, back.anna, "peers", "shown")
    back.apply(back.ids()[0], "Doubts")
    back.done("complete", back.ids()[0])
    ben = ensure_coder(back.study, "ben")
    back.reviewer("ben")
    second = again(back).id

    def told() -> bool:
        entries, _ = visible_page(Sight(back.study, ben))
        return any(entry.payload.get("round") == second and entry.kind == "decided" for entry in entries)

    assert not told()
    close_round(back.study, back.anna, find_round(back.study, "main"))
    assert told()


def test_closing_a_round_ends_what_came_back(back: Desk) -> None:
    close_round(back.study, back.anna, find_round(back.study, "main"))
    assert again(back).state == "closed"
    assert waiting(back) == []
    (held,) = answered_twice(back.study, find_round(back.study, "main"))
    assert (held.came_back, held.answered) == (1, ())


def test_nobody_opens_assigns_or_audits_such_a_round_by_hand(back: Desk) -> None:
    from suggest.audit.reading import audited_rounds

    with pytest.raises(BadInput, match="no such purpose"):
        open_round(back.study, back.anna, "more", purpose="stability")
    with pytest.raises(Refused, match="second answers"):
        assign(back.study, back.anna, again(back), back.anna, None)
    with pytest.raises(BadInput, match="second answers"):
        audited_rounds(back.study, "main, again")
    assert audited_rounds(back.study, None)[0].name == "main"


def test_a_withdrawn_document_takes_both_answers_along(back: Desk) -> None:
    back.done("complete", back.ids()[0])
    back.done("complete", back.ids()[GAP + 1])
    assert waiting(back)
    erase(back.study, Erasure(back.documents[0], "document", ()), back.anna)
    assert waiting(back) == []
    (held,) = answered_twice(back.study, find_round(back.study, "main"))
    assert (held.came_back, held.answered) == (0, ())
    assert verify(back.study).ok


def test_a_code_whose_meaning_changed_in_between_is_missing_in_the_first_answer(back: Desk) -> None:
    first, code = back.ids()[0], back.codes["Support/Trust"]
    trust = find_code(read_codes(back.study), code)
    reword(back.study, back.anna, trust, Wording("Trust", "another meaning by now"), meaning=True)
    back.apply(first, "Support/Trust")
    back.done("complete", first)
    (held,) = answered_twice(back.study, find_round(back.study, "main"))
    assert held.answered[0].first[code] is Answer.STALE
    assert held.answered[0].second[code] is Answer.APPLIED
    reword(back.study, back.anna, trust, Wording("Trust", "a third meaning"), meaning=True)
    main = find_round(back.study, "main").id
    assert {unit.round for unit in stale(back.study) if unit.number == back.number(first)} == {main}


def test_two_copies_on_which_something_came_back_are_one_study_again(make: Make, tmp_path: Path) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap=str(GAP))
    for segment in desk.ids()[:GAP]:
        desk.done("complete", segment)
    backup(desk.study, tmp_path / "copy.db", desk.anna)
    with Study.open(tmp_path / "copy.db", write=True, sources=FixedSources(99)) as elsewhere:
        copy = Desk(elsewhere, desk.codes, desk.documents, desk.anna)
        copy.done("complete", copy.ids()[GAP])
        copy.apply(copy.ids()[0], "Doubts")
        copy.done("complete", copy.ids()[0])
    desk.done("complete", desk.ids()[GAP + 1])
    desk.done("complete", desk.ids()[GAP + 2])
    merge(desk.study, tmp_path / "copy.db", desk.anna)
    assert [item.name for item in rounds(desk.study)] == ["main", "main, again"]
    assert waiting(desk) == [desk.number(desk.ids()[1])]
    (held,) = answered_twice(desk.study, find_round(desk.study, "main"))
    assert [item.number for item in held.answered] == [desk.number(desk.ids()[0])]
    assert held.answered[0].second[desk.codes["Doubts"]] is Answer.APPLIED
    assert verify(desk.study).ok


@pytest.mark.parametrize("later", [True, False])
def test_a_round_closed_here_ends_what_comes_back_on_another_copy(make: Make, tmp_path: Path, later: bool) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap=str(GAP))
    for segment in desk.ids()[:GAP]:
        desk.done("complete", segment)
    backup(desk.study, tmp_path / "copy.db", desk.anna)
    sources = FixedSources(99)
    sources.time += 0 if later else 100_000
    if later:
        desk.study.sources.time += 100_000  # type: ignore[attr-defined]
    with Study.open(tmp_path / "copy.db", write=True, sources=sources) as elsewhere:
        copy = Desk(elsewhere, desk.codes, desk.documents, desk.anna)
        copy.done("complete", copy.ids()[GAP])
        assert again(copy).state == "open"
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    merge(desk.study, tmp_path / "copy.db", desk.anna)
    assert again(desk).state == "closed"
    assert waiting(desk) == []
    assert verify(desk.study).ok


def test_redo_does_not_reach_the_first_answer_of_what_came_back_on_another_copy(make: Make, tmp_path: Path) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap=str(GAP))
    for segment in desk.ids()[:GAP]:
        desk.done("complete", segment)
    backup(desk.study, tmp_path / "copy.db", desk.anna)
    with Study.open(tmp_path / "copy.db", write=True, sources=FixedSources(99)) as elsewhere:
        copy = Desk(elsewhere, desk.codes, desk.documents, desk.anna)
        copy.done("complete", copy.ids()[GAP])
    desk.study.sources.time += 100_000  # type: ignore[attr-defined]
    desk.apply(desk.ids()[0], "Doubts")
    desk.done("undo")
    merge(desk.study, tmp_path / "copy.db", desk.anna)
    assert waiting(desk) == [desk.number(desk.ids()[0])]
    assert desk.declined("redo") == "conflict"
    desk.done("complete", desk.ids()[0])
