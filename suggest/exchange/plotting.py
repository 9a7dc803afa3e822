"""Plots of matrices: as files of their own, and as parts of a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.exchange.blocks import Block, Grid, Heading, Plot, Text
from suggest.exchange.heat import Heat, heat_by_document, heat_together
from suggest.exchange.heat_svg import drawn
from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice
from suggest.exchange.standing import standing
from suggest.printable import counted
from suggest.study.study import Study

PLOTS = ("documents", "together")
MOST_PAIRS = 15


def write_plot(study: Study, path: Path, options: OutOptions) -> Outcome:
    """One matrix (`options.table`: documents, the default, or together) as an SVG file.

    UsageError for the matrix of segments, which has a row for each; BadInput where there is nothing to draw yet.
    """
    if options.bom:
        raise UsageError("--bom means nothing for a plot. Leave it out.")
    if options.table not in (None, *PLOTS):
        raise UsageError("There is no plot of the matrix of segments. --table is documents or together.")
    with study.reading():
        documents, codes = standing(study, options)
        heat = heat_together(codes) if options.table == "together" else heat_by_document(documents)
        if not heat.rows or not heat.columns:
            raise BadInput("has no coding to draw yet.", file=options.name, advice="Code first, or look at --round.")
        path.write_text(drawn(heat, study.title, alone=True), encoding="utf-8", newline="\n")
        return Outcome({"codes": len(heat.rows), "columns": len(heat.columns)}, blind_notice(study, options))


def plot_blocks(study: Study, options: OutOptions) -> Iterator[Block]:
    """Both plots for a report, each with what it tells; none where there is nothing to draw."""
    documents, codes = standing(study, options)
    for heat in (heat_by_document(documents), heat_together(codes)):
        if heat.rows and heat.columns:
            yield Heading(2, heat.title)
            yield Plot(heat)
            if heat.mirrored:
                yield from _pairs(heat)


def _pairs(heat: Heat) -> Iterator[Block]:
    """The pairs of codes with most segments, as a table, whatever file it becomes."""
    found = [
        (cell, n, at)
        for n, row in enumerate(heat.cells)
        for at, cell in enumerate(row[:n])
        if cell
    ]  # fmt: skip
    rows = [
        (heat.rows[at].text, heat.rows[n].text, cell, heat.totals[at], heat.totals[n])
        for cell, n, at in sorted(found, key=lambda item: (-item[0], item[1:]))[:MOST_PAIRS]
    ]
    if rows:
        yield Text(f"The {counted(len(rows), 'pair')} with most segments:" if len(rows) < len(found) else "All pairs:")
        yield Grid(("Code", "and", "Both", "The first in all", "The second in all"), rows)
