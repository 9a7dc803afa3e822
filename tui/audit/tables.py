"""Tables of a report as lines of a terminal: columns where they fit, else a paragraph for each row."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from suggest.audit.blocks import Table
from suggest.printable import one_line
from tui.terminal.wrap import fill, fill_left

NARROWEST, GAP, ROOMY = 12, 2, 132
"""Words are cut to so many cells before the columns do not fit; the columns for pages come from this width on."""


def laid_out(table: Table, rows: Sequence[Sequence[str]], width: int) -> list[str] | None:
    """The head and these rows of a table, as lines of at most `width` cells; None where the columns do not fit."""
    kept = [i for i in range(len(table.heads)) if i not in table.wide or width >= ROOMY]
    heads = [one_line((table.short or table.heads)[i]) for i in kept]
    cells = [[one_line(row[i]) for i in kept] for row in rows]
    widths = [max([cell_len(head), *(cell_len(row[n]) for row in cells)]) for n, head in enumerate(heads)]
    words = [n for n, i in enumerate(kept) if i in table.left]
    while sum(widths) + GAP * (len(widths) - 1) > width and any(widths[n] > NARROWEST for n in words):
        widest = max(words, key=lambda n: widths[n])
        widths[widest] -= 1
    if sum(widths) + GAP * (len(widths) - 1) > width:
        return None
    lines = []
    for row in [heads, *cells]:
        shown = [
            fill(shortened(cell, widths[n]), widths[n]) if n in words else fill_left(cell, widths[n])
            for n, cell in enumerate(row)
        ]
        lines.append((" " * GAP).join(shown).rstrip())
    return lines


def as_paragraphs(table: Table, rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """(label, figures) of each row, for where the columns do not fit."""
    kept = [i for i in range(len(table.heads)) if i not in table.wide]
    heads = table.short or table.heads
    found = []
    for row in rows:
        label = ", ".join(row[i].rpartition(" > ")[2] for i in kept if i in table.left)
        found.append((f"{label}  ", " · ".join(f"{heads[i]} {row[i]}" for i in kept if i not in table.left)))
    return found


def shortened(words: str, width: int) -> str:
    """Words that fit a width. Of a path the last name stays; anything else is cut in its middle, so that both names of
    a pair are told."""
    if cell_len(words) <= width:
        return words
    words = words.rpartition(" > ")[2]
    if cell_len(words) <= width:
        return words
    head = (width - 1) // 2
    return f"{words[:head]}…{words[len(words) - (width - 1 - head) :]}"
