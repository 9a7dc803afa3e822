"""What a coder hears of a change of the tree before it is made: their own answers, and nothing of colleagues'."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.errors import BadInput
from suggest.review import changes
from suggest.review.changes import Change, effect
from suggest.study.codes import Wording, read_codes
from suggest.study.segments import SegmentReader
from suggest.study.stale import stale


@pytest.fixture
def busy(make: Callable[..., Desk]) -> Desk:
    """anna: accepts Trust on the first, rejects it on the second, is unsure on the third, nothing on the fourth."""
    desk = make(sizes=(30,), core="0", arm="0")
    desk.suggest({segment: desk.candidates("Support/Trust", "Doubts") for segment in desk.ids()})
    for n, action in enumerate(("accept", "reject", "unsure")):
        segment = desk.ids()[n]
        desk.done(action, segment, suggestion=desk.line(segment)["suggestions"][0]["id"])
    for segment in desk.ids()[:4]:
        desk.done("complete", segment)
    return desk


def define(desk: Desk) -> Change:
    return Change("define", desk.codes["Support/Trust"], wordings=(Wording("Trust", "being relied upon"),))


def test_positives_and_negatives_are_counted_and_boundary_cases_named(busy: Desk) -> None:
    found = effect(busy.study, busy.anna, define(busy))
    assert (found.applied, found.positives, found.negatives, found.unsettled, found.again) == (1, 1, 2, 1, 4)
    assert found.characters == sum(len(busy.line(segment)["text"]) for segment in busy.ids()[:4])
    assert [(case.number, case.why) for case in found.cases] == [(2, "unsure"), (1, "rejected")]


def test_what_is_foreseen_is_what_the_change_makes_stale(busy: Desk) -> None:
    found = effect(busy.study, busy.anna, define(busy))
    assert changes.make(busy.study, busy.anna, define(busy)) == [busy.codes["Support/Trust"]]
    assert len(stale(busy.study, coder=busy.anna)) == found.again


def test_a_merge_tells_what_both_bear(busy: Desk) -> None:
    segment = busy.ids()[0]
    busy.done("accept", segment, suggestion=busy.line(segment)["suggestions"][1]["id"])
    found = effect(busy.study, busy.anna, Change("merge", busy.codes["Doubts/Money"], busy.codes["Doubts"]))
    assert (found.applied, found.heirs, found.both, found.again) == (0, 1, 0, 0)


@pytest.mark.parametrize("op", ["define", "split", "merge", "retire", "rename", "move", "add"])
def test_nothing_of_a_colleagues_codings_shows_in_it(make: Callable[..., Desk], op: str) -> None:
    seen = []
    for name in ("Support/Trust", "Setting/Place"):
        desk = make(f"{len(seen)}.db", sizes=(30,), core="0", arm="0")
        for segment in desk.ids()[:5]:
            place = SegmentReader(desk.study).get(segment)
            assert place is not None
            desk.done("add", segment, "bo", code=desk.codes[name], range=[place.start, place.end])
            desk.done("complete", segment, "bo")
        words = tuple(Wording(word, "other words") for word in ("Trust one", "Trust two")[: 2 if op == "split" else 1])
        into = {"merge": "Doubts", "move": "Doubts", "add": "Support/Trust"}.get(op)
        change = Change(op, desk.codes["Support/Trust"], into and desk.codes[into], words)
        seen.append(effect(desk.study, desk.anna, change))
    assert seen[0] == seen[1]
    assert seen[0].colleagues == ((("bo", 5),) if op in ("define", "add") else ())
    assert seen[0].hidden == (op == "split")


def test_what_cannot_be_made_is_refused_before_and_leaves_no_entry(busy: Desk) -> None:
    trust, support, doubts = (busy.codes[name] for name in ("Support/Trust", "Support", "Doubts"))
    before = busy.entries()
    for change in (
        Change("retire", support), Change("move", support, trust), Change("move", trust, support),
        Change("merge", trust, trust), Change("split", trust, wordings=(Wording("One"),)),
        Change("rename", trust, wordings=(Wording("Advice"),)), Change("rename", trust, wordings=(Wording("Trust"),)),
        Change("add", None, support, (Wording("Trust"),)), Change("add", None, support, (Wording(" "),)),
        Change("merge", "kaaaaaaaaaaaa", doubts),
    ):  # fmt: skip
        for do in (effect, changes.make):
            with pytest.raises(BadInput):
                do(busy.study, busy.anna, change)
    assert busy.entries() == before


def test_each_change_is_made(busy: Desk) -> None:
    study, anna = busy.study, busy.anna
    trust, support, doubts = (busy.codes[name] for name in ("Support/Trust", "Support", "Doubts"))
    (new,) = changes.make(study, anna, Change("add", None, trust, (Wording("Deep trust"),)))
    changes.make(study, anna, Change("rename", new, wordings=(Wording("Old trust"),)))
    changes.make(study, anna, Change("move", new, None))
    assert "Old trust" in [code.path_text for code in read_codes(study)]
    one, two = changes.make(study, anna, Change("split", new, wordings=(Wording("One"), Wording("Two"))))
    assert changes.make(study, anna, Change("merge", one, doubts)) == [doubts]
    assert changes.make(study, anna, Change("retire", two)) == []
    assert changes.make(study, anna, Change("retire", trust)) == [support]
    assert not {"One", "Two", "Old trust", "Support > Trust"} & {code.path_text for code in read_codes(study)}
