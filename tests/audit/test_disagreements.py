"""Where coders differ, why, and what was settled; the consensus as a coder of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.audit.audit import Question, audit
from suggest.audit.disagreements import Disagreements, disagreements
from suggest.audit.disagreements_json import disagreements_json
from suggest.audit.reading import Choice
from suggest.errors import BadInput
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.people import ensure_coder
from suggest.study.segments import SegmentReader
from suggest.study.settling import settle, settlements
from suggest.study.verify import verify

Make = Callable[..., Desk]


def finish(desk: Desk, segment: str, *codes: str, coder: str = "anna") -> None:
    desk.line(segment, coder)
    for code in codes:
        desk.apply(segment, code, coder)
    desk.done("complete", segment, coder)


def kinds(found: Disagreements) -> dict[str, tuple[str, ...]]:
    return {item.segment.id: item.kinds for item in found.segments}


def test_each_kind_of_difference_is_told_apart(make: Make) -> None:
    desk = make(core="0", arm="0")
    same, missed, near, other, range_ = desk.ids()[:5]
    for segment, anna, ben in (
        (same, ["Doubts"], ["Doubts"]), (missed, ["Doubts"], []), (near, ["Support/Trust"], ["Support/Advice"]),
        (other, ["Support/Trust"], ["Doubts/Money"]),
    ):  # fmt: skip
        finish(desk, segment, *anna)
        finish(desk, segment, *ben, coder="ben")
    turn = SegmentReader(desk.study).get(range_)
    assert turn is not None
    for coder, end in (("anna", turn.start + 10), ("ben", turn.start + 20)):
        desk.line(range_, coder)
        desk.done("add", range_, coder, code=desk.codes["Doubts"], range=[turn.start, end])
        desk.done("complete", range_, coder)
    found = disagreements(desk.study)
    assert kinds(found) == {missed: ("missed",), near: ("near",), other: ("other",), range_: ("range",)}
    assert (found.compared, found.kinds) == (5, {"missed": 1, "other": 1, "near": 1, "range": 1})
    by_id = {item.segment.id: item for item in found.segments}
    assert by_id[range_].votes[0].overlap == 0.5
    assert 0 < by_id[near].distance < by_id[other].distance == 1
    pairs = {(p["a"]["path"], p["b"] and p["b"]["path"]) for p in disagreements_json(found)["code_pairs"]}  # type: ignore
    assert pairs == {("Support > Trust", "Support > Advice"), ("Support > Trust", "Doubts > Money"), ("Doubts", None)}


def test_what_only_one_coder_had_to_answer_is_no_disagreement(make: Make) -> None:
    desk = make(core="0", arm="0")
    segment = desk.ids()[0]
    finish(desk, segment)
    desk.codes.update(add_codes(desk.study, desk.anna, [NewCode("New", Wording("New"))]))
    finish(desk, segment, "New", coder="ben")
    assert disagreements(desk.study).segments == ()


def test_one_person_is_compared_with_the_model(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    segment = desk.ids()[0]
    finish(desk, segment, "Doubts")
    (item,) = disagreements(desk.study).segments
    assert {name: len(codes) for name, codes in item.codes.items()} == {"anna": 1, "model:lexical": 1}


def test_what_is_settled_is_a_coder_of_its_own_and_nothing_is_lost(make: Make) -> None:
    desk = make(core="0", arm="0")
    first, second = desk.ids()[:2]
    for segment in (first, second):
        finish(desk, segment, "Doubts")
        finish(desk, segment, "Setting", coder="ben")
    ben = ensure_coder(desk.study, "ben")
    settle(desk.study, desk.anna, desk.round, first, [desk.codes["Setting"]], [desk.anna, ben], "read again")
    settle(desk.study, desk.anna, desk.round, second, [], [desk.anna, ben])
    report = audit(desk.study, Question(Choice()))
    found = {(p.a.name, p.b.name): (p.pooled.both, p.pooled.only_a, p.pooled.only_b) for p in report.pairs}
    assert found["anna", "ben"] == (0, 2, 2)
    assert found["anna", "consensus"] == (0, 2, 1)
    assert found["ben", "consensus"] == (1, 1, 0)
    assert {p.exposure for p in report.pairs if p.with_consensus} == {"settled"}
    assert {p.b.name: p.independent for p in report.pairs} == {"ben": True, "consensus": False}
    held = settlements(desk.study, desk.round.id)[desk.number(first)]
    assert (held.reason, held.coders) == ("read again", (desk.anna, ben))
    assert "read again" not in "".join(str(row) for row in desk.study.db.execute("SELECT payload FROM log"))
    assert verify(desk.study).ok


def test_the_consensus_is_never_called_blind(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    blind, shown = desk.assigned("blind_then_shown")[0], desk.assigned("shown")[0]
    for segment in (blind, shown):
        finish(desk, segment, "Doubts")
        finish(desk, segment, "Setting", coder="ben")
        both = [desk.anna, ensure_coder(desk.study, "ben")]
        settle(desk.study, desk.anna, desk.round, segment, [desk.codes["Doubts"]], both)
    found = audit(desk.study, Question(Choice(coders=("anna", "ben", "model:lexical", "consensus"))))
    assert {p.exposure for p in found.pairs if p.with_consensus} == {"settled", "shown"}
    assert {p.exposure for p in found.pairs if not p.with_consensus} == {"blind", "shown"}
    assert {(m.reference.name, m.exposure, m.segments) for m in found.misses} == {
        ("anna", "blind", 1), ("ben", "blind", 1), ("consensus", "settled", 1),
    }  # fmt: skip
    assert all(rater.kind != "consensus" for group in found.groups for rater in group.raters)


def test_settling_again_replaces_and_reopening_takes_back(make: Make) -> None:
    desk = make(core="0", arm="0")
    segment, round_ = desk.ids()[0], desk.round
    with pytest.raises(BadInput, match="nothing was settled"):
        settle(desk.study, desk.anna, round_, segment, None, [])
    for codes in (["Doubts"], ["Setting"]):
        settle(desk.study, desk.anna, round_, segment, [desk.codes[code] for code in codes], [desk.anna])
    (held,) = settlements(desk.study, round_.id).values()
    assert held.codes == (desk.codes["Setting"],)
    settle(desk.study, desk.anna, round_, segment, None, [desk.anna])
    assert settlements(desk.study, round_.id) == {}
    entries = desk.entries()
    with pytest.raises(BadInput):
        settle(desk.study, desk.anna, round_, segment, ["knowhere"], [desk.anna])
    with pytest.raises(BadInput):
        settle(desk.study, desk.anna, round_, "nowhere.1", [], [desk.anna])
    assert desk.entries() == entries


def test_only_what_a_reader_may_know_is_compared(make: Make) -> None:
    desk = make(core="0", arm="0")
    first, second = desk.ids()[:2]
    for segment in (first, second):
        finish(desk, segment, "Doubts")
        finish(desk, segment, "Setting", coder="ben")
    hidden = desk.number(second)
    found = disagreements(desk.study, keep=lambda rater, number: rater.name == "anna" or number != hidden)
    assert [item.segment.id for item in found.segments] == [first]
