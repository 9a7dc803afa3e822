"""Telling how stable coders are: each person beside the same person, later."""

from __future__ import annotations

from suggest.audit.audit import Report
from suggest.audit.blocks import Block, Section, Table, Text, interval, number
from suggest.audit.tell_agreement import MOST_TABLES, path_of

WORDS = {"alone": "without suggestions", "shown": "with suggestions"}


def stability_told(report: Report) -> list[Section]:
    """Its sections, none where nothing was answered twice."""
    blocks: list[Block] = []
    if report.stabilities:
        blocks.append(
            Text(
                "Some of a person's own segments came back later, blind and without the first answer in sight. What "
                "was first answered with suggestions on screen differs also by what these did. No second answer "
                "counts in any other figure."
            )
        )
        blocks.append(_table(report))
    for item in report.stabilities[:MOST_TABLES]:
        rows = tuple(
            (path_of(report, code.code or 0), str(code.both), str(code.only_a), str(code.only_b), str(code.neither))
            for code in item.figures.codes if code.only_a or code.only_b
        )  # fmt: skip
        if rows:
            blocks.append(
                Table(
                    ("Code", "Both times", "First only", "Second only", "Neither"), rows, (0,),
                    ("code", "both", "first", "second", "neither"), (),
                    f"Codes that {item.rater.name} answered otherwise the second time "
                    f"(first answered {WORDS[item.first]}).", "stability",
                )
            )  # fmt: skip
    if report.material.not_looked:
        names = ", ".join(report.material.not_looked)
        blocks.append(Text(f"Not told yet, since who gave the answers sees them first: {names}.", "warning"))
    return [Section("stability", "Whether coders answer the same twice", tuple(blocks))] if blocks else []


def _table(report: Report) -> Table:
    return Table(
        ("Coder", "First answered", "Came back", "Answered twice", "Documents", "Changed", "Agreement",
         "Positive agreement", "Alpha", "95 % interval"),
        tuple(
            (item.rater.name, WORDS[item.first], str(item.came_back), str(item.figures.segments),
             str(item.figures.documents), str(item.changed), number(item.figures.pooled.agreement),
             number(item.figures.pooled.positive_agreement), number(item.figures.pooled.alpha.value),
             interval(item.figures.pooled.alpha))
            for item in report.stabilities
        ),
        (0, 1), ("coder", "first", "back", "twice", "docs", "changed", "agr", "pos", "alpha", "95 % interval"),
        (4, 7), "Each person's first answers beside their second ones; came back: in all, answered yet or not.",
        "stability",
    )  # fmt: skip
