"""What lies between people and a model: misses, the effect of seeing, confidence, and what a plan needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.reading import Choice
from suggest.audit.telling import tell
from suggest.study.imports import NewCoding, import_codings
from suggest.study.runs import NewCandidate

Make = Callable[..., Desk]


def report(desk: Desk, **asked: float) -> Report:
    return audit(desk.study, Question(Choice(), **asked))  # type: ignore[arg-type]


def finish(desk: Desk, segment: str, *codes: str, coder: str = "anna") -> None:
    desk.line(segment, coder)
    for code in codes:
        desk.apply(segment, code, coder)
    desk.done("complete", segment, coder)


def test_what_a_model_missed_and_whether_it_had_listed_it(make: Make) -> None:
    desk = make(core="0.9", arm="0")
    found, listed, silent = (desk.assigned("blind_then_shown") + desk.assigned("blind"))[:3]
    desk.suggest(
        {
            found: desk.candidates("Doubts", "Setting"),
            listed: desk.candidates("Setting", "Doubts"),
            silent: desk.candidates("Setting", fitting=0),
        }
    )
    for segment in (found, listed, silent):
        finish(desk, segment, "Doubts")
    (missed,) = report(desk).misses
    assert (missed.coded, missed.silent, missed.exposure) == (3, 1, "blind")
    pooled = missed.pooled
    assert (pooled.applied, pooled.found, pooled.missed, pooled.listed, pooled.extra) == (3, 1, 2, 1, 1)
    assert pooled.recall.value == pytest.approx(1 / 3)
    named = as_json(report(desk))["misses"]["models"][0]["codes"]
    assert {tuple(code["missed_in"]) for code in named if code["missed"]} == {
        tuple(sorted((listed, silent), key=desk.number))
    }


def test_recall_is_weighted_by_the_chance_of_being_drawn(make: Make) -> None:
    desk = make(core="0.4", arm="0", sizes=(14, 40))
    desk.suggest_everywhere(fitting=1)
    core = [s for s in desk.ids() if s in {*desk.assigned("blind"), *desk.assigned("blind_then_shown")}]
    first = [s for s in core if s.startswith(desk.documents[0])]
    assert 0 < len(first) < len(core)
    for segment in core:
        finish(desk, segment, "Support" if segment in first else "Doubts")
    (missed,) = report(desk).misses
    weights = dict(
        zip(range(len(core)), report(desk).material.frame.weight[report(desk).material.frame.core], strict=True)
    )
    heavy = sum(weights[i] for i, s in enumerate(core) if s in first)
    assert missed.pooled.weighted.value == pytest.approx(heavy / sum(weights.values()))


def test_who_takes_over_what_is_shown_shows_in_the_effect(make: Make) -> None:
    desk = make(core="0", arm="0.5")
    desk.suggest_everywhere()
    for segment in desk.ids():
        line = desk.line(segment)
        if line["suggestions"]:
            desk.done("accept", segment, suggestion=line["suggestions"][0]["id"])
        else:
            desk.apply(segment, "Doubts")
        desk.done("complete", segment)
    effect = report(desk).effects[0]
    assert (effect.against, effect.commission.value, effect.omission.value) == ("arm", 1.0, -1.0)
    assert effect.blind.segments + effect.shown.segments == len(desk.ids())
    assert (effect.shown.taken, effect.shown.own, effect.blind.taken) == (effect.shown.segments, 0, 0)
    (told,) = as_json(report(desk))["acceptance"]
    assert (told["rate"], told["accept"]) == (1.0, effect.shown.segments)


def test_the_opening_which_is_always_shown_tells_nothing_of_an_effect(make: Make) -> None:
    desk = make(core="0", arm="0.5", core_opening="20", sizes=(40,))
    desk.suggest_everywhere()
    for segment in desk.ids():
        finish(desk, segment)
    effect = report(desk).effects[0]
    assert effect.blind.segments + effect.shown.segments == len(desk.ids()) - 20


def test_a_confidence_is_judged_by_blind_answers_alone(make: Make) -> None:
    desk = make(core="0.5", arm="0")
    blind, shown = desk.assigned("blind_then_shown")[0], desk.assigned("shown")[0]
    candidates = [
        NewCandidate(desk.codes["Doubts"], True, 900_000, "probability", None, "none", ""),
        NewCandidate(desk.codes["Setting"], False, 100_000, "probability", None, "none", ""),
        NewCandidate(desk.codes["Support"], False, None, "none", None, "none", ""),
    ]
    desk.suggest({blind: candidates, shown: candidates})
    finish(desk, blind, "Doubts")
    finish(desk, shown)
    (held,) = report(desk).believed
    assert (held.suggestions, held.segments, held.methods) == (2, 1, ("probability",))
    assert held.calibration.brier == pytest.approx(0.01)
    assert held.threshold.value is None


@pytest.mark.parametrize("documents", [9, 12])
def test_a_suggestion_counts_once_and_few_documents_tell_no_interval(make: Make, documents: int) -> None:
    desk = make(sizes=(6,) * documents, core="1", arm="0")
    candidates = [NewCandidate(desk.codes["Doubts"], True, 900_000, "probability", None, "none", "")]
    desk.suggest(dict.fromkeys(desk.ids(), candidates))
    for segment in desk.ids():
        finish(desk, segment, "Doubts")
    finish(desk, desk.ids()[0], coder="ben")
    found = as_json(report(desk))["calibration"]["models"]
    assert {item["against"]: item["suggestions"] for item in found} == {"anna": 6 * documents, "ben": 1}
    (bin_,) = [item for item in found[0]["bins"] if item["count"]]
    enough = documents >= 10
    assert (bin_["share_right_ci"] is not None, found[0]["threshold"]["value"] is not None) == (enough, enough)
    assert enough or found[0]["threshold"]["undefined"] == "fewer than 10 documents"
    words = str(tell(report(desk)))
    assert ("too few docs" in words and "fewer than 10 documents" in words) or enough


def test_without_blind_answers_a_confidence_is_not_judged(make: Make) -> None:
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    finish(desk, desk.ids()[0])
    found = as_json(report(desk))
    assert found["calibration"] == {
        "models": [],
        "undefined": "no suggestion with a confidence stands beside a blind answer",
    }


def half_alike(desk: Desk) -> None:
    """Two coders whose answers on Doubts differ from document to document, and one rare code."""
    new, done = [], {}
    for n, coder in enumerate(("cleo", "dan")):
        for d, document in enumerate(desk.documents):
            done[coder, document] = list(range(9))
            new += [
                NewCoding(coder, document, desk.codes["Doubts"], at, at, at)
                for at in range(8)
                if (at + n * (d % 4)) % 3
            ]
    new.append(NewCoding("dan", desk.documents[0], desk.codes["Setting"], 0, 0, 0))
    import_codings(desk.study, desk.anna, "elsewhere", new, done)


def test_a_plan_counts_documents_for_what_is_known_and_segments_for_what_is_rare(make: Make) -> None:
    desk = make(sizes=(9,) * 12)
    half_alike(desk)
    (plan,) = report(desk, half_width=0.05).plans
    by_code = {need.code: need for need in plan.codes}
    codes = {code.path_text: i for i, code in enumerate(report(desk).material.codes)}
    known, rare, unused = by_code[codes["Doubts"]], by_code[codes["Setting"]], by_code[codes["Support"]]
    assert known.documents is not None and known.documents > 12 and known.segments is None
    assert rare.documents is None and rare.segments is not None and rare.segments > 1000
    assert (unused.documents, unused.segments) == (None, None) and unused.reason
    assert (plan.pooled.documents or 0) > 12


def test_a_plan_never_asks_for_fewer_documents_than_an_interval_needs(make: Make) -> None:
    desk = make(sizes=(9,) * 8)
    half_alike(desk)
    (plan,) = report(desk, half_width=0.9).plans
    known = next(need for need in plan.codes if need.documents is not None)
    for need in (plan.pooled, known):
        assert (need.documents, need.half_width) == (10, None)
        assert need.reason == "too few documents (8 of at least 10)"
