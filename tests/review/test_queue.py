"""The queue: orders, filters, what was put off, and that no suggestion of a blind segment can be read from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from desk import CODES, Desk
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.errors import UsageError
from suggest.review.queue import ORDERS, Queue
from suggest.study.codes import find_code, merge_codes, read_codes
from suggest.study.pending import progress
from suggest.study.rounds import block_start

Make = Callable[..., Desk]


def numbers(desk: Desk, segments: list[str]) -> list[int]:
    return [desk.number(segment) for segment in segments]


def blind(desk: Desk, coder: str = "anna") -> set[int]:
    return set(numbers(desk, desk.assigned("blind", coder) + desk.assigned("blind_then_shown", coder)))


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_holds_every_segment_once(make: Make, order: str) -> None:
    desk = make()
    desk.suggest_everywhere()
    assert sorted(desk.queue(order=order)) == numbers(desk, desk.ids())


def test_without_any_run_the_queue_is_as_long(make: Make) -> None:
    desk = make()
    assert {order: len(desk.queue(order=order)) for order in ORDERS} == dict.fromkeys(ORDERS, len(desk.ids()))


def test_the_order_of_the_document_is_the_order_of_the_talk(make: Make) -> None:
    desk = make()
    assert desk.queue() == numbers(desk, desk.ids())


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_listed_is_what_comes_when_each_is_completed_in_turn(make: Make, order: str) -> None:
    desk = make(sizes=(30, 25), arm="0.2")
    desk.suggest_everywhere()
    listed = desk.queue(order=order)
    names = dict(zip(numbers(desk, desk.ids()), desk.ids(), strict=True))
    met = []
    while (following := desk.queue(order=order, limit=1)) != []:
        met += following
        desk.done("complete", names[following[0]])
    assert met == listed


def test_the_most_uncertain_comes_first(desk: Desk) -> None:
    first, second, third = desk.ids()[10], desk.ids()[5], desk.ids()[30]
    leads = {first: 1_000, second: 90_000, third: 110_000}
    desk.suggest({segment: desk.candidates(lead=lead) for segment, lead in leads.items()})
    assert desk.queue(order="uncertain")[:3] == numbers(desk, [first, second, third])


def test_segments_without_a_suggestion_come_after_the_certain_ones(make: Make) -> None:
    desk = make(core="0", arm="0")
    chosen = desk.ids()[20]
    desk.suggest({chosen: desk.candidates(lead=500_000)})
    assert desk.queue(order="uncertain")[:2] == numbers(desk, [chosen, desk.ids()[0]])


def test_the_order_by_code_follows_the_tree_and_names_a_segment_once(make: Make) -> None:
    desk = make(core="0", arm="0")
    ids = desk.ids()
    desk.suggest(
        {
            ids[1]: desk.candidates("Doubts"),
            ids[9]: desk.candidates("Support/Trust", "Doubts", fitting=2),
            ids[5]: desk.candidates("Support/Trust"),
            ids[3]: desk.candidates("Setting", fitting=0),
        }
    )
    assert desk.queue(order="code")[:4] == numbers(desk, [ids[5], ids[9], ids[1], ids[0]])


def test_what_was_suggested_under_a_merged_code_is_found_under_its_heir(make: Make) -> None:
    desk = make(core="0", arm="0")
    ids = desk.ids()
    desk.suggest({ids[4]: desk.candidates("Doubts/Money"), ids[7]: desk.candidates("Support/Trust")})
    codes = read_codes(desk.study)
    merge_codes(desk.study, desk.anna, find_code(codes, "Money"), find_code(codes, "Trust"))
    assert desk.queue(code=desk.codes["Support/Trust"]) == numbers(desk, [ids[4], ids[7]])


def test_a_document_limits_every_order(make: Make) -> None:
    desk = make()
    desk.suggest_everywhere()
    inside = [s for s in desk.ids() if s.startswith(desk.documents[1])]
    for order in ORDERS:
        assert sorted(desk.queue(order=order, document=desk.documents[1])) == numbers(desk, inside)


def test_the_random_order_stays_until_something_is_done_and_differs_between_coders(desk: Desk) -> None:
    order = desk.queue(order="random")
    assert order == desk.queue(order="random") != sorted(order)
    assert order != desk.queue("ben", order="random")


def test_an_order_that_does_not_exist_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="document, uncertain, code, random"):
        Queue(desk.study, desk.anna, desk.round, "alphabet")


def test_what_is_put_off_comes_last_in_the_order_of_putting_off(desk: Desk) -> None:
    ids = desk.ids()
    for segment in (ids[3], ids[0], ids[8]):
        desk.done("skip", segment)
    for order in ORDERS:
        assert desk.queue(order=order)[-3:] == numbers(desk, [ids[3], ids[0], ids[8]])


def test_the_queue_is_never_empty_while_work_is_left(make: Make) -> None:
    desk = make(sizes=(12,))
    for segment in desk.ids():
        desk.done("skip", segment)
    names = dict(zip(numbers(desk, desk.ids()), desk.ids(), strict=True))
    for left in range(len(desk.ids()), 0, -1):
        assert progress(desk.study, desk.round.id, desk.anna).remaining == left
        desk.done("complete", names[desk.queue(limit=1, order="uncertain")[0]])
    assert desk.queue() == []


def test_segments_without_a_suggestion_are_sampled_and_blind_ones_are_all_there(make: Make) -> None:
    desk = make(sizes=(200, 200), unsuggested_share="0.25", arm="0.1")
    suggested = desk.ids()[::7]
    desk.suggest({segment: desk.candidates() for segment in suggested})
    found = set(desk.queue())
    assert found >= blind(desk) | set(numbers(desk, suggested))
    others = set(numbers(desk, desk.ids())) - blind(desk) - set(numbers(desk, suggested))
    assert 0.15 < len(found & others) / len(others) < 0.35
    for order in ORDERS:
        assert set(desk.queue(order=order)) == found


@pytest.mark.parametrize("order", ["uncertain", "code", "random"])
def test_blind_segments_come_at_a_steady_rate(make: Make, order: str) -> None:
    desk = make(sizes=(300, 300), arm="0.1")
    desk.suggest_everywhere()
    hidden = blind(desk)
    marks = [number in hidden for number in desk.queue(order=order)]
    share = sum(marks) / len(marks)
    for end in range(50, len(marks), 50):
        assert abs(sum(marks[:end]) - share * end) <= 13


def test_a_blind_block_is_served_in_one_piece(make: Make) -> None:
    desk = make(sizes=(300, 300), arm="0")
    desk.suggest_everywhere()
    served = [block_start(desk.study, desk.round, number) for number in desk.queue(order="random")]
    runs = [after for before, after in pairwise([None, *served]) if after is not None and after != before]
    assert max(Counter(runs).values()) == 1


def test_a_filter_by_code_keeps_the_rate_and_ends_with_the_code(make: Make) -> None:
    desk = make(sizes=(300, 300), arm="0")
    few = desk.assigned("shown")[:40]
    desk.suggest({segment: desk.candidates("Doubts") for segment in few})
    listed = desk.queue(code=desk.codes["Doubts"])
    hidden = blind(desk)
    assert [n for n in listed if n not in hidden] == numbers(desk, few)
    share = len(hidden) / len(desk.ids())
    assert abs(len(listed) - len(few) - share / (1 - share) * len(few)) <= 13


def answers(desk: Desk, segments: list[str], chosen: list[int]) -> None:
    """A suggestion of the chosen kind (0: none at all) for each segment."""
    kinds = {
        segment: desk.candidates(CODES[kind % 7], CODES[(kind + 1) % 7], fitting=kind % 3, lead=kind * 40_000)
        for segment, kind in zip(segments, chosen, strict=True)
        if kind
    }
    desk.suggest(kinds)


@settings(max_examples=15)
@given(st.data())
def test_no_order_and_no_filter_tells_what_is_suggested_for_a_blind_segment(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Two studies that differ only in the suggestions of blind segments serve the same segments in the same order."""
    from desk import make_desk

    kind = st.integers(0, 11)
    listed = []
    shown_kinds: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        for study in range(2):
            folder = tmp_path_factory.mktemp("pair")
            patch.setenv("SECONDCODER_HOME", str(folder / "home"))
            desk = make_desk(folder / "study.db", sizes=(26, 22), arm="0.15", unsuggested_share="0.5")
            hidden = desk.assigned("blind") + desk.assigned("blind_then_shown")
            open_ = desk.assigned("shown")
            if study == 0:
                shown_kinds = data.draw(st.lists(kind, min_size=len(open_), max_size=len(open_)))
            answers(desk, open_, shown_kinds)
            answers(desk, hidden, data.draw(st.lists(kind, min_size=len(hidden), max_size=len(hidden))))
            for segment in (open_[0], hidden[0], open_[3]):
                desk.done("skip", segment)
            for segment in (open_[1], hidden[1]):
                desk.done("complete", segment)
            modes = [{"order": order} for order in ORDERS]
            modes += [{"order": order, "code": desk.codes[name]} for order in ORDERS for name in ("Doubts", "Support")]
            modes += [{"order": order, "document": desk.documents[1]} for order in ORDERS]
            listed.append([desk.queue(**mode) for mode in modes])
            desk.study.close()
    assert listed[0] == listed[1]
