"""An audit on a terminal: sections, paragraphs wrapped, tables that fit 80 columns."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from suggest.printable import one_line

if TYPE_CHECKING:
    from suggest.audit.audit import Report
    from suggest.audit.blocks import Section, Table, Text

NARROWEST = 12


def show_report(report: Report) -> None:
    """All sections of an audit on standard output."""
    from suggest.audit.telling import tell

    show_sections(f"Audit of {report.material.title}", tell(report))


def show_sections(title: str, sections: Sequence[Section]) -> None:
    """Sections of text and tables; what can only be drawn is left out."""
    from suggest.audit.blocks import Table, Text

    width = max(60, min(shutil.get_terminal_size((80, 24)).columns, 160))
    click.echo(one_line(title))
    for section in sections:
        click.echo()
        click.echo(one_line(section.title).upper())
        for block in section.blocks:
            if isinstance(block, Text):
                _paragraph(block, width)
            elif isinstance(block, Table):
                _table(block, width)


def _paragraph(text: Text, width: int) -> None:
    first = "! " if text.kind == "warning" else ""
    rest = "  " if text.kind == "warning" else ""
    click.echo(textwrap.fill(one_line(text.words), width, initial_indent=first, subsequent_indent=rest))


def _table(table: Table, width: int) -> None:
    """The first columns give way where it is too wide: their words are cut in the middle."""
    kept = [i for i in range(len(table.heads)) if i not in table.wide or width >= 132]
    heads = [one_line((table.short or table.heads)[i]) for i in kept]
    rows = [[one_line(row[i]) for i in kept] for row in table.rows]
    widths = [max([len(head), *(len(row[n]) for row in rows)]) for n, head in enumerate(heads)]
    words = [n for n, i in enumerate(kept) if i in table.left]
    while sum(widths) + 2 * (len(widths) - 1) > width and any(widths[n] > NARROWEST for n in words):
        widest = max(words, key=lambda n: widths[n])
        widths[widest] -= 1
    click.echo()
    if table.caption:
        click.echo(textwrap.fill(one_line(table.caption), width))
    for row in [heads, *rows]:
        cells = [
            shortened(cell, widths[n]).ljust(widths[n]) if n in words else cell.rjust(widths[n])
            for n, cell in enumerate(row)
        ]
        click.echo("  ".join(cells).rstrip())


def shortened(words: str, width: int) -> str:
    """Words that fit a width. Of a path the last name stays; anything else is cut in its middle, so that both names of
    a pair are told."""
    if len(words) <= width:
        return words
    words = words.rpartition(" > ")[2]
    if len(words) <= width:
        return words
    head = (width - 1) // 2
    return f"{words[:head]}…{words[len(words) - (width - 1 - head) :]}"
