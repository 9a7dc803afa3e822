"""Reports as Word files, with Word's own styles for headings, quotes and tables, so that a template restyles them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suggest.exchange.blocks import Block, Grid, Heading, Items, Plot, Quoted
from suggest.printable import printable

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_docx(path: Path, title: str, blocks: Iterable[Block]) -> None:
    """A .docx through python-docx. Characters that Word cannot hold are made visible."""
    import docx

    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = printable(title)[:255], "", ""
    properties.created = properties.modified = _EPOCH
    document.add_heading(printable(title), 0)
    for block in blocks:
        _add(document, block)
    with path.open("wb") as stream:
        document.save(stream)


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(printable(block.text), min(max(block.level - 1, 1), 9))
    elif isinstance(block, Quoted):
        lines = [line for line in block.words.split("\n") if line.strip()]
        lines[-1] += f" ({block.cite})"
        for line in lines:
            document.add_paragraph(printable(line), style="Quote")
    elif isinstance(block, Items):
        for item in block.items:
            document.add_paragraph(printable(item), style="List Bullet")
    elif isinstance(block, Grid):
        _table(document, block)
    elif isinstance(block, Plot):
        document.add_paragraph(printable(block.elsewhere))
    else:
        run = document.add_paragraph().add_run(printable(block.text))
        run.bold = True if block.kind == "gap" else None
        run.italic = True if block.kind == "small" else None


def _table(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=1, cols=len(grid.head))
    table.style = "Light Grid"
    for cell, name in zip(table.rows[0].cells, grid.head, strict=True):
        cell.text = printable(name)
    for row in grid.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = "" if value is None else printable(str(value))
    document.add_paragraph()
