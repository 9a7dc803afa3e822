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
    from tui.audit.tables import as_paragraphs, laid_out

    click.echo()
    if table.caption:
        click.echo(textwrap.fill(one_line(table.caption), width))
    lines = laid_out(table, table.rows, width)
    if lines is None:
        lines = [textwrap.fill(one_line(f"{label}{told}"), width) for label, told in as_paragraphs(table, table.rows)]
    for line in lines:
        click.echo(line)
