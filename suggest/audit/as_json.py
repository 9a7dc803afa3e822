"""An audit as the JSON of `secondcoder audit --json`. What is undefined is null, with the reason beside it."""

from __future__ import annotations

from suggest.audit.audit import Part, Read, Report
from suggest.audit.confidence import FEW, NO_CONFIDENCE, Believed
from suggest.audit.differences import Difference
from suggest.audit.effects import Arm, Effect, Switches
from suggest.audit.groups import GroupFigures
from suggest.audit.json_parts import Json, figure, named_code, none, rounded
from suggest.audit.material import Material
from suggest.audit.misses import CodeMisses, Misses
from suggest.audit.more_json import more_json
from suggest.audit.pairs import CodeFigures, PairFigures, Whole
from suggest.audit.plan import Need, Plan
from suggest.audit.stability import Stability


def as_json(report: Report) -> Json:
    """The whole report."""
    material = report.material
    return {
        "study": material.title,
        "round": material.round.name,
        "purpose": material.round.purpose,
        "rounds": list(material.rounds),
        "log": {"entries": report.entries, "head": report.head},
        "scope": _scope(report),
        "notes": list(material.notes),
        "tree_distance": report.measures.name,
        "pairs": [_pair(material, pair) for pair in report.pairs],
        "groups": [_group(material, group) for group in report.groups],
        "differences": [_difference(item) for item in report.differences],
        "by": {"attribute": report.question.by, "parts": [_part(material, part) for part in report.parts]}
        if report.question.by
        else None,
        "misses": {"models": [_misses(material, item) for item in report.misses], **none(report.misses, NO_MISSES)},
        "exposure_effect": {
            "effects": [_effect(item) for item in report.effects],
            "switches": [_switches(item) for item in report.switches],
            **none(report.effects, NO_EFFECT),
        },
        "calibration": {
            "models": [_believed(item) for item in report.believed],
            **none(report.believed, NO_CONFIDENCE),
        },
        "stability": {
            "coders": [_stability(material, item) for item in report.stabilities],
            "not_looked": list(material.not_looked),
            **none(report.stabilities, NO_SECOND),
        },
        "plan": None
        if report.question.half_width is None
        else {
            "half_width": report.question.half_width,
            "pairs": [_plan(material, plan) for plan in report.plans],
            **none(report.plans, NO_PLAN),
        },
        **more_json(report),
        "acceptance": [
            {
                "coder": material.rater(item.coder).name,
                "model": material.rater(item.model).name,
                "decided": sum(item.actions.values()),
                **{action: item.actions.get(action, 0) for action in ("accept", "edit", "reject", "unsure")},
                "rate": rounded(item.actions.get("accept", 0) / total)
                if (total := sum(item.actions.values()))
                else None,
                "in_bulk": item.bulk,
            }
            for item in report.verdicts
        ],
    }


NO_SECOND = "no segment that came back was answered a second time, or its coder has not looked yet"
NO_PLAN = "no two people coded the same segments blind"
NO_MISSES = "no segment that a person coded blind or unaided has a model's answer"
NO_EFFECT = "no suggestions were pinned on both blind and shown segments"


def _scope(report: Report) -> Json:
    scope, material = report.scope, report.material
    return {
        "documents": scope.documents,
        "segments": scope.segments,
        "double_coded": scope.double,
        "core": {
            "segments": scope.core,
            "blocks": scope.blocks,
            "documents": scope.core_documents,
            "double_coded_blind": scope.core_read,
        },
        "coders": [_read(item) for item in scope.read],
        "codes": scope.codes,
        "tree_version": material.tree_version,
        "completed_under": {str(version): count for version, count in sorted(material.completed_under.items())},
    }


def _read(item: Read) -> Json:
    found: Json = {
        "coder": item.rater.name,
        "kind": item.rater.kind,
        "round": item.rater.round.name,
        "segments": item.segments,
        "documents": item.documents,
        "core": item.core,
        "missing": item.missing,
    }
    runs = {"runs": list(item.rater.runs), "runs_that_learned": list(item.rater.learned)}
    return {**found, **runs} if item.rater.kind == "model" else found


def _counts(item: CodeFigures) -> Json:
    found: Json = {
        "both": item.both,
        "only_a": item.only_a,
        "only_b": item.only_b,
        "neither": item.neither,
        "documents": item.documents,
        "speakers": item.speakers,
        "prevalence_a": rounded(item.prevalence_a),
        "prevalence_b": rounded(item.prevalence_b),
        "agreement": rounded(item.agreement),
        "positive_agreement": rounded(item.positive_agreement),
        **figure("alpha", item.alpha),
        **figure("kappa", item.kappa),
        **figure("ac1", item.ac1),
    }
    return {**found, "undefined": item.alpha.undefined} if item.alpha.undefined else found


def _whole(whole: Whole) -> Json:
    return {
        **figure("set_alpha", whole.masi),
        **figure("jaccard_alpha", whole.jaccard),
        **figure("tree_alpha", whole.tree),
        "levels": [{"depth": depth, **figure("alpha", item)} for depth, item in whole.levels],
    }


def _pair(material: Material, pair: PairFigures) -> Json:
    whole = _whole(pair.whole)
    levels = whole.pop("levels")
    return {
        "a": pair.a.name,
        "b": pair.b.name,
        "exposure": pair.exposure,
        "independent": pair.independent,
        "segments": pair.segments,
        "documents": pair.documents,
        "later": pair.later,
        "codes": [{**named_code(material, item.code or 0), **_counts(item)} for item in pair.codes],
        "pooled": _counts(pair.pooled),
        "explicit": {
            "cells": pair.explicit.cells,
            "agreement": rounded(pair.explicit.agreement),
            **figure("alpha", pair.explicit.alpha),
        },
        "levels": levels,
        **whole,
    }


def _stability(material: Material, item: Stability) -> Json:
    pair = _pair(material, item.figures)
    return {
        "coder": item.rater.name,
        "first": item.first,
        "came_back": item.came_back,
        "changed": item.changed,
        **{key: pair[key] for key in ("segments", "documents", "codes", "pooled")},
    }


def _group(material: Material, group: GroupFigures) -> Json:
    whole = _whole(group.whole)
    levels = whole.pop("levels")
    return {
        "coders": [rater.name for rater in group.raters],
        "exposure": group.exposure,
        "segments": group.segments,
        "documents": group.documents,
        "agreement": rounded(group.agreement),
        "positive_agreement": rounded(group.positive_agreement),
        **figure("alpha", group.alpha),
        **figure("ac1", group.ac1),
        "codes": [{**named_code(material, column), **figure("alpha", item)} for column, item in group.codes],
        "levels": levels,
        **whole,
    }


def _difference(item: Difference) -> Json:
    return {
        "a": item.people[0].name,
        "b": item.people[1].name,
        "model": item.model.name,
        "exposure": "blind",
        "segments": item.segments,
        "documents": item.documents,
        **figure("human_human", item.human_human),
        **figure("human_model", item.human_model),
        **figure("difference", item.difference),
    }


def _part(material: Material, part: Part) -> Json:
    return {
        "value": part.value,
        "documents": part.documents,
        "pairs": [
            {key: value for key, value in _pair(material, pair).items() if key != "codes"} for pair in part.pairs
        ],
    }


def _misses(material: Material, item: Misses) -> Json:
    return {
        "model": item.model.name,
        "reference": item.reference.name,
        "exposure": item.exposure,
        "segments": item.segments,
        "documents": item.documents,
        "coded": item.coded,
        "coded_without_suggestion": item.silent,
        "pooled": _code_misses(material, item.pooled),
        "codes": [{**named_code(material, code.code or 0), **_code_misses(material, code)} for code in item.codes],
    }


def _code_misses(material: Material, item: CodeMisses) -> Json:
    return {
        "applied": item.applied,
        "found": item.found,
        "missed": item.missed,
        "listed_below_threshold": item.listed,
        "model_only": item.extra,
        **figure("recall", item.recall),
        **figure("recall_weighted", item.weighted),
        "missed_in": [material.segment(row) for row in item.places],
    }


def _arm(arm: Arm) -> Json:
    return {"segments": arm.segments, "suggested": arm.suggested, "taken": arm.taken, "own": arm.own}


def _effect(item: Effect) -> Json:
    return {
        "model": item.model.name,
        "against": item.against,
        "documents": item.documents,
        "blind": _arm(item.blind),
        "shown": _arm(item.shown),
        **figure("commission", item.commission),
        **figure("omission", item.omission),
    }


def _switches(item: Switches) -> Json:
    return {
        "coder": item.coder.name,
        "model": item.model.name,
        "revealed": item.revealed,
        "changed": item.changed,
        "toward_model": item.toward,
        "away_from_model": item.away,
    }


def _believed(item: Believed) -> Json:
    return {
        "model": item.model.name,
        "against": item.reference.name,
        "suggestions": item.suggestions,
        "segments": item.segments,
        "documents": item.documents,
        "methods": list(item.methods),
        "brier": rounded(item.calibration.brier),
        "ece": rounded(item.calibration.ece),
        "bins": [
            {
                "low": rounded(held.low),
                "high": rounded(held.high),
                "count": held.count,
                "confidence": rounded(held.confidence),
                "share_right": rounded(held.share),
                "share_right_ci": None
                if held.share_low is None
                else [rounded(held.share_low), rounded(held.share_high)],
                **({"share_right_ci_undefined": FEW} if held.count and held.share_low is None else {}),
            }
            for held in item.calibration.bins
        ],
        "aurc": rounded(item.aurc),
        "threshold": {
            "value": rounded(item.threshold.value),
            "target": item.threshold.target,
            "delta": item.threshold.delta,
            **({"undefined": item.threshold.undefined} if item.threshold.undefined else {}),
        },
    }


def _plan(material: Material, plan: Plan) -> Json:
    return {
        "a": plan.pair.a.name,
        "b": plan.pair.b.name,
        "segments": plan.pair.segments,
        "documents": plan.pair.documents,
        "pooled": _need(plan.pooled),
        "codes": [{**named_code(material, need.code or 0), **_need(need)} for need in plan.codes],
    }


def _need(need: Need) -> Json:
    found: Json = {
        "half_width": rounded(need.half_width),
        "documents_needed": need.documents,
        "segments_needed": need.segments,
    }
    return {**found, "reason": need.reason} if need.reason else found
