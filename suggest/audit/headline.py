"""What an audit comes to before anything else: blind agreement with its interval, or how much of it is missing."""

from __future__ import annotations

from suggest.audit.audit import Report
from suggest.audit.blocks import interval, number, stands_on
from suggest.audit.figures import Figure
from suggest.audit.groups import GroupFigures
from suggest.audit.pairs import PairFigures
from suggest.audit.tell_agreement import group_name, pair_name
from suggest.printable import counted

MOST = 3
"""So many sentences with a figure, so that a headline stays one."""


def headline(report: Report) -> tuple[str, ...]:
    """Sentences: people with one another first, then with a model, then what of the blind core is missing."""
    blind = [pair for pair in report.pairs if pair.exposure == "blind" and not pair.with_consensus]
    groups = [group for group in report.groups if group.exposure == "blind" and len(group.raters) > 2]
    people = [pair for pair in blind if not _models(pair)]
    together = [group for group in groups if all(rater.kind == "person" for rater in group.raters)]
    found = [_group(group) for group in together] or [_pair(pair) for pair in people]
    found += [_pair(pair) for pair in blind if _models(pair)]
    left = len(found) - MOST
    found = [*found[:MOST], *([f"{left} more below."] if left > 0 else [])]
    if not found:
        found = ["Blind agreement cannot be told: no segment was answered blind by two."]
    return (*found, *_missing(report))


def _models(pair: PairFigures) -> bool:
    return "model" in (pair.a.kind, pair.b.kind)


def _pair(pair: PairFigures) -> str:
    return _sentence(pair_name(pair), pair.pooled.alpha, pair.segments, pair.documents)


def _group(group: GroupFigures) -> str:
    return _sentence(group_name(group), group.alpha, group.segments, group.documents)


def _sentence(who: str, alpha: Figure, segments: int, documents: int) -> str:
    ground = stands_on(segments, documents, joint="of")
    if alpha.value is None:
        return f"{who}, blind: alpha is undefined, {interval(alpha)}; {ground}."
    given = f"95 % interval {interval(alpha)}" if alpha.interval else f"no interval: {interval(alpha)}"
    return f"{who}, blind: alpha {number(alpha.value)} ({given}); {ground}."


def _missing(report: Report) -> list[str]:
    scope = report.scope
    left = scope.core - scope.core_read
    if not report.material.people:
        return ["Nobody has coded yet."]
    if not scope.core:
        blind = any(pair.exposure == "blind" for pair in report.pairs)
        return [f"This round has no blind core{': what counts as blind was coded elsewhere' if blind else ''}."]
    if left:
        still = "lacks" if left == 1 else "lack"
        return [f"{left:,} of the {counted(scope.core, 'segment')} of the blind core still {still} two blind answers."]
    return []
