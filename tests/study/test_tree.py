"""The code tree under any changes, the carry rules one by one, and what one coder's acts amount to."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from suggest.study.carry import Answer, TreeChange, carried
from suggest.study.tree import CodeTree
from suggest.study.unit import Act, UnitState, reduce

A, B, C, D = (f"k{letter * 12}" for letter in "abcd")
W = "ab" * 32


def part(code: str, parent: str | None = None) -> dict[str, Any]:
    return {"code": code, "parent": parent, "wording": W}


def add(*codes: str, parent: str | None = None) -> dict[str, Any]:
    return {"op": "add", "codes": [part(code, parent) for code in codes]}


def some_changes(chance: Random, names: list[str], length: int) -> list[dict[str, Any]]:
    def pick() -> str:
        return chance.choice(names)

    found: list[dict[str, Any]] = []
    for _ in range(length):
        op = chance.choice(("add", "add", "rename", "define", "move", "move", "merge", "split", "retire"))
        match op:
            case "add":
                found.append({"op": op, "codes": [part(pick(), chance.choice([None, pick()])) for _ in range(2)]})
            case "rename" | "define":
                found.append({"op": op, "code": pick(), "wording": W})
            case "move":
                found.append({"op": op, "code": pick(), "parent": chance.choice([None, pick()])})
            case "merge":
                found.append({"op": op, "code": pick(), "into": pick()})
            case "split":
                found.append({"op": op, "code": pick(), "parts": [part(pick(), pick()), part(pick())]})
            case _:
                found.append({"op": op, "code": pick()})
    return found


@pytest.mark.parametrize("seed", range(200))
def test_any_changes_in_any_order_give_a_tree(seed: int) -> None:
    chance = Random(seed)
    changes = some_changes(chance, [f"k{n}" for n in range(7)], 30)
    tree = CodeTree()
    for number, change in enumerate(changes, 1):
        before = dict(tree.codes)
        took_effect = tree.apply(number, change)
        if not took_effect:
            assert tree.codes == before
        for code, node in tree.codes.items():
            assert len(tree.path(code)) <= len(tree.codes)  # ends, so there is no circle
            heir = tree.codes[tree.resolve(code)]
            assert heir.heir is None and (node.state == "merged") == (node.heir is not None)
        live = tree.live()
        assert sorted(n.code for n in live) == sorted(c for c, n in tree.codes.items() if n.state == "live")
        assert [node.n for node in tree.codes.values()] == list(range(len(tree.codes)))


def test_void_changes_leave_the_tree_as_it_was() -> None:
    tree = CodeTree.after([(1, add(A, B)), (2, add(C, parent=A)), (3, {"op": "retire", "code": D})])
    tree.apply(4, add(D))
    tree.apply(5, {"op": "retire", "code": D})
    before = dict(tree.codes)
    for change in (
        add(A),
        {"op": "move", "code": A, "parent": C},
        {"op": "move", "code": A, "parent": A},
        {"op": "move", "code": D, "parent": A},
        {"op": "move", "code": A, "parent": D},
        {"op": "move", "code": "knone", "parent": None},
        {"op": "merge", "code": A, "into": A},
        {"op": "merge", "code": D, "into": A},
        {"op": "merge", "code": A, "into": D},
        {"op": "split", "code": D, "parts": [part("kx"), part("ky")]},
        {"op": "split", "code": A, "parts": [part(B), part("ky")]},
        {"op": "retire", "code": D},
        {"op": "rename", "code": "knone", "wording": W},
    ):
        assert not tree.apply(6, change), change
        assert tree.codes == before


def test_two_moves_that_would_close_a_circle_leave_the_first() -> None:
    tree = CodeTree.after([(1, add(A, B))])
    assert tree.apply(2, {"op": "move", "code": A, "parent": B})
    assert not tree.apply(3, {"op": "move", "code": B, "parent": A})
    assert tree.path(A) == [B, A]


def test_rewording_a_retired_code_does_not_bring_it_back() -> None:
    tree = CodeTree.after([(1, add(A)), (2, {"op": "retire", "code": A})])
    assert tree.apply(3, {"op": "define", "code": A, "wording": "cd" * 32})
    assert (tree.codes[A].state, tree.codes[A].wording, tree.codes[A].defined) == ("retired", "cd" * 32, 3)


def test_what_is_merged_into_a_merged_code_comes_to_its_heir() -> None:
    tree = CodeTree.after([
        (1, add(A, B, C)), (2, {"op": "merge", "code": A, "into": B}), (3, {"op": "merge", "code": C, "into": A}),
    ])  # fmt: skip
    assert tree.resolve(A) == tree.resolve(C) == B


def test_children_of_a_merged_code_go_to_its_heir_and_of_a_split_one_a_floor_up() -> None:
    tree = CodeTree.after([(1, add(A, B)), (2, add(C, parent=A)), (3, {"op": "merge", "code": A, "into": B})])
    assert tree.path(C) == [B, C]
    tree.apply(4, {"op": "split", "code": B, "parts": [part("kx"), part("ky")]})
    assert tree.path(C) == [C]


# The carry rules: architecture.md, "Completion, and what silence means"


def answers_after(
    change: dict[str, Any], given: dict[str, Answer], *, live: bool = True, seen: bool = False
) -> dict[str, Answer]:
    history = [TreeChange(1, add(A, B), True, True), TreeChange(2, change, live, seen)]
    return carried(given, history)


YES, NO = Answer.APPLIED, Answer.NOT_APPLIED


def test_a_new_code_is_missing_on_all_that_was_completed_before() -> None:
    after = answers_after(add(C), {A: YES, B: NO})
    assert after == {A: YES, B: NO, C: Answer.NOT_IN_SCOPE} and after[C].missing


@pytest.mark.parametrize("before", [YES, NO, Answer.REJECTED, Answer.SHOWN_NOT_APPLIED])
def test_a_redefined_code_is_missing_until_it_is_read_again(before: Answer) -> None:
    after = answers_after({"op": "define", "code": A, "wording": W}, {A: before, B: NO})
    assert after == {A: Answer.STALE, B: NO} and after[A].missing


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (YES, YES, YES),
        (YES, NO, YES),
        (NO, YES, YES),
        (YES, Answer.UNSURE, YES),
        (NO, NO, NO),
        (NO, Answer.REJECTED, Answer.REJECTED),
        (NO, Answer.UNSURE, Answer.UNSURE),
        (Answer.NOT_IN_SCOPE, NO, Answer.NOT_IN_SCOPE),
        (Answer.STALE, NO, Answer.STALE),
    ],
)
def test_a_merged_code_is_positive_if_either_was_and_negative_only_if_both_were(
    one: Answer, other: Answer, joined: Answer
) -> None:
    assert answers_after({"op": "merge", "code": A, "into": B}, {A: one, B: other}) == {B: joined}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (YES, Answer.OPEN),
        (NO, NO),
        (Answer.REJECTED, Answer.REJECTED),
        (Answer.UNSURE, Answer.UNSURE),
        (Answer.NOT_IN_SCOPE, Answer.NOT_IN_SCOPE),
    ],
)
def test_a_split_passes_negatives_down_and_leaves_positives_open(before: Answer, after: Answer) -> None:
    change = {"op": "split", "code": A, "parts": [part(C), part(D)]}
    assert answers_after(change, {A: before, B: NO}) == {B: NO, C: after, D: after}
    assert Answer.OPEN.missing


@pytest.mark.parametrize("change", [{"op": "move", "code": A, "parent": B}, {"op": "rename", "code": A, "wording": W}])
@pytest.mark.parametrize(("live", "seen"), [(True, False), (True, True), (False, True), (False, False)])
def test_moved_and_renamed_codes_are_carried_also_when_that_is_undone(
    change: dict[str, Any], live: bool, seen: bool
) -> None:
    assert answers_after(change, {A: YES, B: NO}, live=live, seen=seen) == {A: YES, B: NO}


def test_a_retired_code_is_left_out() -> None:
    assert answers_after({"op": "retire", "code": A}, {A: YES, B: NO}) == {B: NO}


@pytest.mark.parametrize(
    "change",
    [
        {"op": "define", "code": A, "wording": W},
        {"op": "merge", "code": A, "into": B},
        {"op": "split", "code": A, "parts": [part(C), part(D)]},
    ],
)
def test_what_was_answered_under_a_change_that_was_undone_is_missing(change: dict[str, Any]) -> None:
    given = {B: YES} if change["op"] == "merge" else {C: YES, D: NO} if change["op"] == "split" else {A: YES}
    after = answers_after(change, given, live=False, seen=True)
    assert after[A] is Answer.STALE


def test_a_change_that_was_void_carries_nothing() -> None:
    history = [
        TreeChange(1, add(A, B), True, True),
        TreeChange(2, {"op": "retire", "code": B}, True, True),
        TreeChange(3, {"op": "merge", "code": B, "into": A}, True, False),
    ]
    assert carried({A: NO, B: YES}, history) == {A: NO}


def test_changes_follow_one_another() -> None:
    history = [
        TreeChange(1, add(A, B), True, True),
        TreeChange(2, {"op": "merge", "code": A, "into": B}, True, False),
        TreeChange(3, {"op": "split", "code": B, "parts": [part(C), part(D)]}, True, False),
        TreeChange(4, {"op": "define", "code": D, "wording": W}, True, False),
    ]
    assert carried({A: NO, B: NO}, history) == {C: NO, D: Answer.STALE}


# What one coder's acts amount to


def act(number: int, action: str, **given: Any) -> Act:
    defaults = {"code": A, "start": 0, "end": 9} if action in ("accept", "edit", "add") else {}
    return Act(number, "ab" * 8, number, action, **{**defaults, **given})


def standing(state: UnitState) -> list[tuple[str, int, int, str]]:
    return [(coding.code, coding.start, coding.end, coding.origin) for coding in state.codings]


def test_accepting_editing_and_adding_apply_codes() -> None:
    state = reduce([act(1, "accept", set="s", rank=0), act(2, "edit", set="s", rank=1, code=B), act(3, "add", code=C)])
    assert standing(state) == [(A, 0, 9, "accept"), (B, 0, 9, "edit"), (C, 0, 9, "add")]
    assert state.verdicts == {("s", 0): "accept", ("s", 1): "edit"}
    assert state.acts == 3


@pytest.mark.parametrize("later", ["reject", "unsure"])
def test_a_new_verdict_takes_the_coding_of_the_one_before(later: str) -> None:
    state = reduce([act(1, "accept", set="s", rank=0), act(2, later, set="s", rank=0)])
    assert standing(state) == [] and state.verdicts == {("s", 0): later}


def test_the_same_code_on_the_same_range_stands_once() -> None:
    assert len(reduce([act(1, "add"), act(2, "add"), act(3, "accept", set="s", rank=0)]).codings) == 1


def test_a_code_that_two_suggestions_gave_stands_while_one_of_them_is_accepted() -> None:
    told = [act(1, "accept", set="s", rank=0), act(2, "accept", set="t", rank=0), act(3, "reject", set="s", rank=0)]
    assert standing(reduce(told)) == [(A, 0, 9, "accept")]


def test_what_was_removed_can_be_accepted_again() -> None:
    told = [act(1, "accept", set="s", rank=0), act(2, "remove", code=A)]
    assert standing(reduce(told)) == [] and reduce(told).verdicts == {}
    assert standing(reduce([*told, act(3, "accept", set="s", rank=0)])) == [(A, 0, 9, "accept")]


def test_removing_with_a_range_takes_that_range_only() -> None:
    told = [act(1, "add"), act(2, "add", end=5), act(3, "remove", code=A, start=0, end=5)]
    assert standing(reduce(told)) == [(A, 0, 9, "add")]


def test_no_code_fits_holds_until_a_code_is_applied() -> None:
    assert reduce([act(1, "no_code")]).no_code
    assert not reduce([act(1, "no_code"), act(2, "add")]).no_code
    assert not reduce([act(1, "add"), act(2, "no_code")]).no_code


def test_skipping_puts_off_until_completed() -> None:
    assert reduce([act(1, "skip")]).later == 1
    assert reduce([act(1, "skip"), act(2, "complete")]).later is None
    assert reduce([act(1, "complete"), act(2, "skip")]).later is None


def test_flags_go_up_and_down() -> None:
    assert reduce([act(1, "flag")]).flagged
    assert not reduce([act(1, "flag"), act(2, "unflag")]).flagged


@pytest.mark.parametrize("seed", range(60))
def test_any_acts_in_any_order_give_a_state(seed: int) -> None:
    chance = Random(seed)
    actions = ("accept", "edit", "reject", "unsure", "add", "remove", "no_code", "keep", "skip", "complete", "flag")
    told = [
        act(
            n, chance.choice(actions), set=chance.choice((None, "s", "t")), rank=chance.choice((None, 0, 1)),
            code=chance.choice((None, A, B)), start=chance.choice((None, 0, 2)), end=chance.choice((None, 5, 9)),
        )
        for n in range(20)
    ]  # fmt: skip
    state = reduce(told)
    ranges = [(coding.code, coding.start, coding.end) for coding in state.codings]
    assert len(ranges) == len(set(ranges))
    assert not (state.no_code and state.codings)
    assert state.acts == 20
