"""The JSON of what an audit says of models beyond agreement: standing in for people, how often codes occur, runs
compared."""

from __future__ import annotations

from suggest.audit.alternative import AlternativeTest
from suggest.audit.audit import Report
from suggest.audit.comparing import Comparison, Versus
from suggest.audit.json_parts import Json, figure, named_code, none, rounded
from suggest.audit.material import Material, ScoredRun
from suggest.audit.occurrence import CodeOccurrence, Occurrence
from suggest.audit.standing_in import FEWEST_PEOPLE, StandIn

NO_TEST = f"fewer than {FEWEST_PEOPLE} people coded blind beside a model"
NO_OCCURRENCE = "no model answered anything"
NOTHING_COMPARED = "no runs were named to compare"
NO_COMPARISON = "no person answered what both runs did, blind or unaided"


def more_json(report: Report) -> Json:
    """Its keys of the whole report."""
    material = report.material
    asked = bool(material.compared)
    return {
        "alternative_test": {
            "models": [_stand_in(material, item) for item in report.stand_ins],
            **none(report.stand_ins, NO_TEST),
        },
        "prevalence": {
            "models": [_occurrence(material, item) for item in report.occurrences],
            **none(report.occurrences, NO_OCCURRENCE),
        },
        "looks": {
            "open": report.looking.open,
            "before": len(report.looking.looks),
            "segments": report.looking.segments,
            "documents": report.looking.documents,
            "pairs": [
                {
                    "a": item.pair.a.name,
                    "b": item.pair.b.name,
                    "planned_documents": item.planned,
                    **figure("alpha_at_any_look", item.alpha),
                }
                for item in report.looking.figures
            ],
        },
        "comparison": {
            "runs": [_run(item) for item in material.compared],
            "pairs": [_comparison(material, item) for item in report.comparisons],
            **none(report.comparisons, NO_COMPARISON if asked else NOTHING_COMPARED),
        },
    }


def _stand_in(material: Material, item: StandIn) -> Json:
    return {
        "model": item.model.name,
        "coders": [person.name for person in item.people],
        "exposure": "blind",
        "segments": item.segments,
        "documents": item.documents,
        "epsilon": item.epsilon,
        "whole": _test(item.whole, item),
        "codes": [
            {
                **named_code(material, code.code),
                "applied": code.applied,
                "guarded": _test(code.guarded, item),
                "published": _test(code.published, item),
            }
            for code in item.codes
        ],
    }


def _test(test: AlternativeTest, item: StandIn) -> Json:
    found: Json = {
        "guard": test.guard,
        "omega": rounded(test.omega),
        "rho": rounded(test.rho),
        "passed": test.passed,
        "annotators": [
            {
                "coder": item.people[one.position].name,
                "model_nearer": one.better,
                "equal": one.ties,
                "coder_nearer": one.worse,
                "p": rounded(one.p),
                "held_its_own": one.rejected if one.p is not None else None,
            }
            for one in test.annotators
        ],
    }
    return {**found, "undefined": test.undefined} if test.undefined else found


def _run(item: ScoredRun) -> Json:
    run = item.run
    return {
        "name": item.rater.name,
        "run": run.number,
        "identity": run.identity,
        "prompt": run.prompt,
        "tree_version": run.tree_version,
        "learned": run.learned,
        "after_core_was_released": run.after_release,
        "left_out_of_core": run.tainted,
    }


def _occurrence(material: Material, item: Occurrence) -> Json:
    found: Json = {
        "model": item.run.rater.name.rpartition("#")[0],
        "run": item.run.number,
        "people": item.people,
        "segments": item.segments,
        "documents": item.documents,
        "coded_blind": item.coded,
        "documents_left_out": item.left_out,
        "codes": [{**named_code(material, code.code), **_code_occurrence(code)} for code in item.codes],
    }
    return {**found, "undefined": item.undefined} if item.undefined else found


def _code_occurrence(item: CodeOccurrence) -> Json:
    return {
        "applied": item.applied,
        "model": rounded(item.model),
        **figure("people", item.people),
        **figure("design_based", item.by_design),
        **figure("prediction_powered", item.powered),
        "weight": rounded(item.weight),
    }


def _comparison(material: Material, item: Comparison) -> Json:
    return {
        "first": item.first.rater.name,
        "second": item.second.rater.name,
        "reference": item.reference.name,
        "exposure": item.exposure,
        "segments": item.segments,
        "documents": item.documents,
        "unlike": item.unlike,
        "pooled": _versus(item.pooled),
        "codes": [{**named_code(material, code.code or 0), **_versus(code)} for code in item.codes],
    }


def _versus(item: Versus) -> Json:
    found: Json = {
        "applied": item.applied,
        "answers": item.answers,
        "only_first_right": item.only_first,
        "only_second_right": item.only_second,
    }
    for name, three in (("alpha", item.alpha), ("positive_agreement", item.positive)):
        for part, held in zip(("first", "second", "difference"), three, strict=True):
            found.update(figure(f"{name}_{part}", held))
    return found
