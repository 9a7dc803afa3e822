"""Which answers count in an audit: in scope, committed, by how they came about."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from desk import Desk

from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.material import CORE, SHOWN
from suggest.audit.reading import Choice
from suggest.audit.telling import warnings
from suggest.errors import BadInput
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.documents import get_document, set_consent, set_role
from suggest.study.imports import NewCoding, import_codings
from suggest.study.rounds import open_round
from suggest.study.runs import start_run, store_set
from suggest.study.segments import SegmentReader
from suggest.study.settings import set_setting
from suggest.study.suggestion_sets import set_of_suggestion
from suggest.study.units import ref_digest

Make = Callable[..., Desk]


def report(desk: Desk, **choice: object) -> Report:
    return audit(desk.study, Question(Choice(**choice)))  # type: ignore[arg-type]


def pooled(desk: Desk, a: str, b: str, exposure: str, **choice: object) -> tuple[int, int, int, int, int]:
    """(segments, both, only a, only b, neither) of a pair."""
    for pair in report(desk, **choice).pairs:
        if (pair.a.name, pair.b.name, pair.exposure) == (a, b, exposure):
            cell = pair.pooled
            return pair.segments, cell.both, cell.only_a, cell.only_b, cell.neither
    raise KeyError(f"{a} {b} {exposure}")


def finish(desk: Desk, segment: str, *codes: str, coder: str = "anna") -> None:
    """Open a segment, apply codes, complete it."""
    desk.line(segment, coder)
    for code in codes:
        desk.apply(segment, code, coder)
    desk.done("complete", segment, coder)


def test_the_blind_core_is_read_as_committed_and_not_as_revised(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    segment = desk.assigned("blind_then_shown")[0]
    finish(desk, segment, "Doubts")
    finish(desk, segment, "Doubts", coder="ben")
    assert pooled(desk, "anna", "ben", "blind")[:4] == (1, 1, 0, 0)
    shown = desk.line(segment)["suggestions"]
    desk.done("accept", segment, suggestion=shown[0]["id"])
    assert pooled(desk, "anna", "ben", "blind")[:4] == (1, 1, 0, 0)
    moved = {item.coder.name: (item.revealed, item.changed, item.toward, item.away) for item in report(desk).switches}
    assert moved == {"anna": (1, 1, 1, 0), "ben": (1, 0, 0, 0)}


def test_the_blind_answer_stands_after_the_completion_was_undone(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    segment = desk.assigned("blind_then_shown")[0]
    finish(desk, segment, "Doubts", coder="ben")
    finish(desk, segment, "Doubts")
    desk.done("undo")
    desk.done("undo")
    assert pooled(desk, "anna", "ben", "blind")[:4] == (1, 1, 0, 0)


def test_silence_in_a_completed_segment_is_no_and_an_unread_one_is_missing(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    first, second = desk.assigned("blind_then_shown")[:2]
    finish(desk, first)
    finish(desk, first, "Doubts", coder="ben")
    finish(desk, second, "Doubts")
    desk.line(second, "ben")
    desk.apply(second, "Doubts", "ben")
    assert pooled(desk, "anna", "ben", "blind") == (1, 0, 0, 1, 6)


def test_shown_and_blind_answers_are_never_put_together(make: Make) -> None:
    desk = make(core="0.3", arm="0.3")
    desk.suggest_everywhere()
    for segment in desk.ids():
        for coder in ("anna", "ben"):
            finish(desk, segment, coder=coder)
    found = {(pair.a.name, pair.b.name, pair.exposure): pair.segments for pair in report(desk).pairs}
    core = set(desk.assigned("blind_then_shown")) & set(desk.assigned("blind_then_shown", "ben"))
    core |= set(desk.assigned("blind"))
    shown = set(desk.assigned("shown")) & set(desk.assigned("shown", "ben"))
    scope = report(desk).scope
    assert found["anna", "ben", "blind"] == scope.core == scope.core_read
    assert found["anna", "ben", "shown"] == len(shown)
    mixed = len(desk.ids()) - scope.core - len(shown) - found.get(("anna", "ben", "arm"), 0)
    assert mixed > 0
    assert (
        found["anna", "model:lexical", "arm"]
        == len(desk.assigned("blind_then_shown")) + len(desk.assigned("blind")) - scope.core
    )


def test_without_any_suggestion_answers_are_unaided(make: Make) -> None:
    desk = make(core="0.2", arm="0")
    segment = desk.assigned("shown")[0]
    for coder in ("anna", "ben"):
        finish(desk, segment, "Doubts", coder=coder)
    assert pooled(desk, "anna", "ben", "unaided")[:2] == (1, 1)


def test_a_model_is_read_by_the_set_that_was_pinned_and_not_by_a_later_run(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    desk.suggest({segment: desk.candidates("Doubts", "Setting")})
    finish(desk, segment, "Doubts")
    desk.suggest({segment: desk.candidates("Setting", "Doubts")})
    assert pooled(desk, "anna", "model:lexical", "blind")[:4] == (1, 1, 0, 0)
    (pair,) = report(desk).pairs
    assert pair.later == 0


def test_a_model_that_was_asked_later_is_compared_and_said_to_be(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    finish(desk, segment, "Doubts")
    desk.suggest({segment: desk.candidates("Setting", "Doubts")})
    (pair,) = report(desk).pairs
    assert (pair.later, pair.pooled.only_a, pair.pooled.only_b) == (1, 1, 1)


def test_a_doubt_is_missing(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    segment = desk.ids()[0]
    suggestion = desk.line(segment)["suggestions"][0]["id"]
    desk.done("unsure", segment, suggestion=suggestion)
    desk.done("complete", segment)
    finish(desk, segment, coder="ben")
    assert pooled(desk, "anna", "ben", "shown") == (1, 0, 0, 0, 6)
    assert {read.rater.name: read.missing for read in report(desk).scope.read}["anna"] == {"unsure": 1}
    assert "1 answer is unsure. It counts as missing, not as disagreement." in warnings(report(desk))


def test_what_was_decided_in_bulk_is_missing(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    segment = desk.ids()[0]
    suggestion = desk.line(segment)["suggestions"][0]["id"]
    found = set_of_suggestion(desk.study, desk.number(segment), suggestion)
    assert found is not None
    turn = SegmentReader(desk.study).get(segment)
    assert turn is not None
    with desk.study.write(desk.anna) as writer:
        writer.append(
            "decided",
            {
                "round": desk.round.id, "coder": desk.anna, "segment": segment, "action": "accept",
                "set": found[0].hash,
                "rank": found[1], "code": found[0].candidates[found[1]].code, "range": [turn.start, turn.end],
                "reason": None, "ref": ref_digest(desk.study, "x"), "bulk": writer.new_id("b"),
            },
        )  # fmt: skip
    desk.done("complete", segment)
    finish(desk, segment, coder="ben")
    assert pooled(desk, "anna", "ben", "shown") == (1, 0, 0, 0, 6)


def test_only_data_segments_count_that_consent_lets_in(make: Make) -> None:
    desk = make(core="0", arm="0")
    first, second = desk.ids()[0], desk.ids()[-1]
    for segment in (first, second):
        finish(desk, segment, "Doubts")
        finish(desk, segment, "Doubts", coder="ben")
    assert pooled(desk, "anna", "ben", "unaided")[0] == 2
    set_role(desk.study, desk.anna, get_document(desk.study, desk.documents[0]), "other", ordinals=[0])
    assert pooled(desk, "anna", "ben", "unaided")[0] == 1
    set_consent(desk.study, desk.anna, get_document(desk.study, desk.documents[1]), None, "exclude", True)
    with pytest.raises(KeyError):
        pooled(desk, "anna", "ben", "unaided")


def test_a_code_that_came_later_is_missing(make: Make) -> None:
    desk = make(core="0", arm="0")
    segment = desk.ids()[0]
    finish(desk, segment, "Doubts")
    add_codes(desk.study, desk.anna, [NewCode("New", Wording("New"))])
    finish(desk, segment, "Doubts", coder="ben")
    assert pooled(desk, "anna", "ben", "unaided") == (1, 1, 0, 0, 6)
    by_code = {pair.exposure: pair.codes for pair in report(desk).pairs}["unaided"]
    assert by_code[-1].units == 0 and by_code[-1].alpha.undefined == "nobody answered it"


def imported(desk: Desk, name: str, **codes: list[tuple[str, str]]) -> None:
    """A round of codings made elsewhere: by coder, (segment, code); all segments read."""
    ordinals: dict[str, list[int]] = {document: [] for document in desk.documents}
    for segment in desk.ids():
        ordinals[segment.partition(".")[0]].append(int(segment.partition(".")[2]))
    new = [
        NewCoding(coder, segment.partition(".")[0], desk.codes[code], *[int(segment.partition(".")[2])] * 3)
        for coder, given in codes.items()
        for segment, code in given
    ]
    done = {(coder, document): numbers for coder in codes for document, numbers in ordinals.items()}
    import_codings(desk.study, desk.anna, name, new, done)


def test_imported_coders_stand_beside_those_of_the_round(make: Make) -> None:
    desk = make(core="0", arm="0")
    segment = desk.ids()[0]
    imported(desk, "elsewhere", cleo=[(segment, "Doubts")], dan=[])
    assert pooled(desk, "cleo", "dan", "blind") == (72, 0, 1, 0, 503)
    finish(desk, segment, "Doubts")
    assert pooled(desk, "anna", "cleo", "unaided")[:2] == (1, 1)
    assert {pair.a.name for pair in report(desk, round="elsewhere").pairs} == {"cleo"}


@pytest.mark.parametrize("read", [[0, 1], [0, 1, 2]])
def test_codings_brought_in_without_coverage_are_warned_of(make: Make, read: list[int]) -> None:
    desk = make(core="0", arm="0")
    document, doubts = desk.documents[0], desk.codes["Doubts"]
    new = [NewCoding(coder, document, doubts, at, at, at) for coder in ("cleo", "dan") for at in (0, 1)]
    import_codings(desk.study, desk.anna, "elsewhere", new, {(coder, document): read for coder in ("cleo", "dan")})
    found = report(desk)
    told = [words for words in warnings(found) if words.startswith("cleo, dan: ") and "agreement is too high" in words]
    assert len(told) == (read == [0, 1])
    assert as_json(found)["notes"] == told


def test_rounds_are_never_put_together(make: Make) -> None:
    desk = make(core="0", arm="0")
    segment = desk.ids()[0]
    finish(desk, segment, "Doubts")
    finish(desk, segment, "Setting", coder="ben")
    open_round(desk.study, desk.anna, "second")
    finish(desk, segment, "Doubts")
    finish(desk, segment, "Doubts", coder="ben")
    assert pooled(desk, "anna", "ben", "unaided")[:4] == (1, 1, 0, 0)
    assert pooled(desk, "anna", "ben", "unaided", round="main")[:4] == (1, 0, 1, 1)


def test_a_branch_and_chosen_coders(make: Make) -> None:
    desk = make(core="0", arm="0")
    segment = desk.ids()[0]
    for coder in ("anna", "ben", "cleo"):
        finish(desk, segment, "Doubts/Money", coder=coder)
    (pair,) = report(desk, coders=("ben", "cleo"), branch="Doubts").pairs
    assert (pair.a.name, pair.b.name, len(pair.codes), pair.pooled.both) == ("ben", "cleo", 2, 1)
    with pytest.raises(BadInput, match="no coder is called so"):
        report(desk, coders=("ben", "dora"))
    with pytest.raises(BadInput, match="has no answers in this round"):
        report(desk, coders=("ben", "lead"))


def test_nobody_has_coded(make: Make) -> None:
    desk = make()
    found = report(desk)
    assert (found.pairs, found.groups, found.scope.double) == ((), (), 0)


def test_what_ran_over_into_a_segment_after_its_reveal_is_not_in_its_blind_answer(make: Make) -> None:
    desk = make(core="0.9", arm="0")
    desk.suggest_everywhere()
    reader = SegmentReader(desk.study)
    blind = desk.assigned("blind_then_shown")
    first, second = next((a, b) for a, b in pairwise(blind) if desk.number(b) == desk.number(a) + 1)
    places = [reader.get(segment) for segment in (first, second)]
    assert places[0] is not None and places[1] is not None
    for coder, order in (("anna", (first, second)), ("ben", (second, first))):
        for segment in order:
            desk.line(segment, coder)
            if segment == second:
                over = [places[0].start, places[1].end]
                desk.done("add", segment, coder, code=desk.codes["Doubts"], range=over)
            desk.done("complete", segment, coder)
    found = {pair.exposure: pair.codes[3] for pair in report(desk).pairs if pair.b.name == "ben"}["blind"]
    assert (found.both, found.only_a, found.only_b) == (1, 0, 1)


def test_what_was_on_screen_in_an_earlier_round_is_not_blind_in_a_later_one(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    for shown in desk.ids()[:30]:
        desk.line(shown)
    set_setting(desk.study, desk.anna, "core", "0.6")
    open_round(desk.study, desk.anna, "second")
    desk.reviewers.clear()
    core = [*desk.assigned("blind_then_shown"), *desk.assigned("blind")]
    segment = next(s for s in core if s in desk.ids()[:30])
    finish(desk, segment)
    finish(desk, segment, coder="ben")
    exposures = {rater.name: int(rater.exposure.max()) for rater in report(desk).material.people}
    assert exposures == {"anna": SHOWN, "ben": CORE}


def test_what_a_model_was_asked_anew_is_no_candidate_of_what_it_said_before(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    segment = desk.assigned("blind_then_shown")[0]
    desk.suggest({segment: desk.candidates("Setting", "Doubts")})
    anew = start_run(
        desk.study, desk.anna, profile="lexical", identity="lexical 1", parameters={}, prompt=None, threshold=None,
        training=None, codes=(desk.codes["Doubts"],), segments=1,
    )  # fmt: skip
    with desk.study.write(desk.anna) as writer:
        store_set(writer, anew, segment, "1" * 64, [])
    finish(desk, segment, "Doubts")
    (found,) = report(desk).misses
    assert {code.code: (code.missed, code.listed) for code in found.codes if code.missed} == {3: (1, 0)}
