"""Telling what lies between people and a model beyond agreement: what it missed, what seeing it does, what was
accepted."""

from __future__ import annotations

from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Table, Text, brief, interval, number, rate, share, stands_on
from suggest.audit.tell_agreement import MOST_TABLES, path_of
from suggest.printable import counted


def misses_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    if not report.misses:
        return []
    blocks: list[Block] = [
        Table(
            ("Model", "Against", "Coded", "Applied", "Found", "Missed", "Among its candidates", "Model only",
             "Recall", "95 % interval", "Weighted recall"),
            tuple(
                (item.model.name, f"{item.reference.name}, {item.exposure}", str(item.coded), str(item.pooled.applied),
                 str(item.pooled.found), str(item.pooled.missed), str(item.pooled.listed), str(item.pooled.extra),
                 number(item.pooled.recall.value), interval(item.pooled.recall), number(item.pooled.weighted.value))
                for item in report.misses
            ),
            (0, 1), ("model", "against", "coded", "appl", "found", "miss", "cand", "only m", "recall", "95 % interval",
                     "weighted"),
            (2, 4, 10), "Codes that a person applied without having seen a suggestion.", "misses",
        )
    ]  # fmt: skip
    for item in report.misses[:MOST_TABLES]:
        rows = tuple(
            (path_of(report, code.code or 0), str(code.applied), str(code.found), str(code.missed), str(code.listed),
             str(code.extra), number(code.recall.value), interval(code.recall))
            for code in item.codes if code.missed
        )  # fmt: skip
        if rows:
            blocks.append(
                Table(
                    ("Code", "Applied", "Found", "Missed", "Among its candidates", "Model only", "Recall",
                     "95 % interval"),
                    rows, (0,), ("code", "appl", "found", "miss", "cand", "only m", "recall", "95 % interval"), (),
                    f"What {item.model.name} missed of {item.reference.name}'s codes ({item.exposure}). For "
                    f"{item.silent:,} of {counted(item.coded, 'coded segment')} it had no code at all.", "misses",
                )
            )  # fmt: skip
    return [Section("misses", "What the model missed", tuple(blocks))]


def effects_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    if not report.effects and not report.switches:
        return []
    blocks: list[Block] = []
    for item in report.effects:
        rows = (
            ("suggestions taken over", share(item.blind.taken, item.blind.suggested),
             share(item.shown.taken, item.shown.suggested), number(item.commission.value), interval(item.commission)),
            ("own codes a segment", rate(item.blind.own, item.blind.segments),
             rate(item.shown.own, item.shown.segments), number(item.omission.value), interval(item.omission)),
        )  # fmt: skip
        blocks.append(
            Table(
                ("What", "Blind", "Shown", "Shown less blind", "95 % interval"), rows, (0,),
                ("", "blind", "shown", "effect", "95 % interval"), (),
                f"{item.model.name}, as drawn: {counted(item.shown.segments, 'segment')} shown, "
                f"{item.blind.segments:,} blind ({item.against}), {counted(item.documents, 'document')}.", "effect",
            )
        )  # fmt: skip
    if report.switches:
        blocks.append(
            Table(
                ("Coder", "Model", "Revealed", "Changed", "Toward the model", "Away from it"),
                tuple(
                    (item.coder.name, item.model.name, str(item.revealed), str(item.changed), str(item.toward),
                     str(item.away))
                    for item in report.switches
                ),
                (0, 1), ("coder", "model", "revealed", "changed", "toward", "away"), (),
                "What changed when suggestions came up after a blind answer.", "effect",
            )
        )  # fmt: skip
    return [Section("effect", "What seeing suggestions does", tuple(blocks))]


def acceptance_told(report: Report) -> list[Section]:
    """Its sections, none where there is nothing to tell."""
    if not report.verdicts:
        return []
    rows = []
    for item in report.verdicts:
        total = sum(item.actions.values())
        counts = (str(item.actions.get(action, 0)) for action in ("accept", "edit", "reject", "unsure"))
        names = (report.material.rater(id_).name for id_ in (item.coder, item.model))
        rows.append((*names, *counts, share(item.actions.get("accept", 0), total), str(item.bulk)))
    return [
        Section("acceptance", "Acceptance rate", (
            Text("How often a suggestion was taken as it was. It says nothing of agreement: who accepts has seen it."),
            Table(("Coder", "Model", "Accepted", "Edited", "Rejected", "Unsure", "Acceptance rate", "In bulk, besides"),
                  tuple(rows), (0, 1), ("coder", "model", "acc", "edit", "rej", "unsure", "rate", "in bulk"),
                  how="acceptance"),
        ))
    ]  # fmt: skip


def believed_told(report: Report) -> list[Section]:
    """Its sections, none where no confidence stands beside a blind answer."""
    blocks: list[Block] = []
    for item in report.believed:
        rows = tuple(
            (f"{held.low:.1f} to {held.high:.1f}", str(held.count), number(held.confidence), number(held.share),
             "too few docs" if held.share_low is None else f"{number(held.share_low)} to {number(held.share_high)}")
            for held in item.calibration.bins if held.count
        )  # fmt: skip
        limit = item.threshold
        allowed = f"{limit.target * 100:g} %"
        blocks += [
            Table(
                ("Confidence", "Suggestions", "Mean confidence", "Share right", "95 % interval"), rows, (0,),
                ("confidence", "n", "mean", "right", "95 % interval"), (),
                f"{item.model.name}: {counted(item.suggestions, 'suggestion')} on "
                f"{stands_on(item.segments, item.documents, joint='of')}, beside what {item.reference.name} coded "
                f"blind. Brier {number(item.calibration.brier)}, "
                f"calibration error {number(item.calibration.ece)}.", "calibration",
            ),
            Text(
                f"From {limit.value:.2f} on at most {allowed} are wrong, with 95 % certainty."
                if limit.value is not None
                else f"No threshold can be named above which at most {allowed} are wrong: {limit.undefined}."
            ),
        ]  # fmt: skip
    return [Section("calibration", "Whether its confidence can be believed", tuple(blocks))] if blocks else []


def plans_told(report: Report) -> list[Section]:
    """Its sections, none where no plan was asked for."""
    if report.question.half_width is None:
        return []
    wanted = report.question.half_width
    blocks: list[Block] = []
    for plan in report.plans[:MOST_TABLES]:
        rows = [
            ("all codes together" if need.code is None else path_of(report, need.code), number(need.half_width),
             "–" if need.documents is None else str(need.documents),
             "–" if need.segments is None else str(need.segments), brief(need.reason or ""))
            for need in (plan.pooled, *plan.codes)
        ]  # fmt: skip
        blocks.append(
            Table(
                ("Code", "Half-width now", "Documents needed", "Segments needed", "Why no more can be told"),
                tuple(rows), (0, 4), ("code", "now", "docs", "segm", "why"), (),
                f"{plan.pair.a.name} – {plan.pair.b.name} share "
                f"{stands_on(plan.pair.segments, plan.pair.documents, 'blind segment')}. So many in all "
                f"give alpha within {wanted:g} either way.", "plan",
            )
        )  # fmt: skip
    if not blocks:
        blocks.append(Text("No two people coded the same segments blind, so there is nothing to plan from.", "warning"))
    return [Section("plan", "How much more to code", tuple(blocks))]
