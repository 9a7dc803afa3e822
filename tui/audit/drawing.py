"""A section of the report as lines: paragraphs, tables in the order that was asked for, and plots in characters."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.audit.blocks import Bars, Section, Table, Text, interval, number
from suggest.audit.figures import Figure
from suggest.audit.plots import lowest, ticks
from suggest.printable import one_line
from tui.audit.tables import as_paragraphs, laid_out, shortened
from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.wrap import fill

DOT, LINE, LEFT, RIGHT, GRID, ZERO = "●", "─", "├", "┤", "┊", "│"
LABEL, VALUE, LEAST = 26, 22, 24
"""The cells of a plot's labels and of the figures beside it; with fewer than `LEAST` between, labels stand above."""
WIDEST = 60


@dataclass(frozen=True)
class Sorting:
    """By the column with this head, the largest first or the smallest."""

    head: str
    falling: bool = True


def section_lines(section: Section, width: int, sorting: Sorting | None = None) -> list[Line]:
    """All of a section for a width in cells."""
    lines: list[Line] = []
    for block in section.blocks:
        if lines:
            lines.append([("", "")])
        if isinstance(block, Text):
            lines += _text(block, width)
        elif isinstance(block, Table):
            lines += _table(block, width, sorting)
        elif isinstance(block, Bars):
            lines += bars_lines(block, width)
    return lines


def heads(section: Section) -> list[str]:
    """The columns that the section's tables can be put in order by."""
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return list(dict.fromkeys(head for table in tables for head in table.heads))


def _text(block: Text, width: int) -> list[Line]:
    style = {"warning": "warn", "note": "soft"}.get(block.kind, "")
    lines = paragraphs([("! " if block.kind == "warning" else "", one_line(block.words))], width, " ")
    return [[(text, style) for text, _ in line] for line in lines]


def _table(table: Table, width: int, sorting: Sorting | None) -> list[Line]:
    lines: list[Line] = []
    if table.caption:
        lines += [[(text, "soft") for text, _ in line] for line in paragraphs([("", table.caption)], width, " ")]
    rows = ordered(table, sorting)
    told = laid_out(table, rows, width - 2)
    if told is None:
        for part in as_paragraphs(table, rows):
            lines += paragraphs([part], width, " ")
        return lines
    return lines + [[(f" {line}", "strong" if n == 0 else "")] for n, line in enumerate(told)]


def ordered(table: Table, sorting: Sorting | None) -> list[tuple[str, ...]]:
    """The rows in the order asked for, where the table has that column; without a number they come last."""
    if sorting is None or sorting.head not in table.heads:
        return list(table.rows)
    column = table.heads.index(sorting.head)
    if column in table.left:
        return sorted(table.rows, key=lambda row: row[column].casefold(), reverse=not sorting.falling)
    told = [(row, value) for row in table.rows if (value := _number(row[column])) is not None]
    rest = [row for row in table.rows if _number(row[column]) is None]
    return [row for row, _ in sorted(told, key=lambda pair: pair[1], reverse=sorting.falling)] + rest


def _number(cell: str) -> float | None:
    """The number that a cell begins with."""
    try:
        return float(cell.split(" ")[0].replace("−", "-").replace(",", ""))
    except ValueError:
        return None


def bars_lines(bars: Bars, width: int) -> list[Line]:
    """Dots with lines for their intervals on one scale, and the figures in words beside each; what the data cannot
    carry has no dot, and the reason in its place."""
    lines: list[Line] = [[(f" {one_line(bars.caption)}", "soft")]]
    beside = width - LABEL - VALUE - 6
    cells = min(WIDEST, beside if beside >= LEAST else width - 3)
    stacked = beside < LEAST
    indent = " " if stacked else " " * (LABEL + 3)
    lines.append([(indent + _scale(bars, cells), "soft")])
    for label, figure in bars.rows:
        name = shortened(one_line(label), width - VALUE - 4 if stacked else LABEL)
        drawn, told = _drawn(bars, figure, cells), _words(figure)
        if stacked:
            lines += [[(f" {name}  ", ""), (told, "strong")], [(f" {drawn}", "key")]]
        else:
            lines.append([(f" {fill(name, LABEL)}  ", ""), (drawn, "key"), (f"  {told}", "")])
    return lines


def _at(bars: Bars, value: float, cells: int) -> int:
    low = lowest(bars)
    return max(0, min(cells - 1, round((value - low) / (bars.high - low) * (cells - 1))))


def _scale(bars: Bars, cells: int) -> str:
    """The numbers of the scale over their places, as many as there is room for."""
    found = [" "] * cells
    end = -2
    for tick in ticks(bars):
        words = f"{tick:.1f}".replace("-0.0", "0.0")
        begin = min(_at(bars, tick, cells), cells - len(words))
        if begin > end:
            found[begin : begin + len(words)] = words
            end = begin + len(words)
    return "".join(found)


def _drawn(bars: Bars, figure: Figure, cells: int) -> str:
    found = [" "] * cells
    for tick in ticks(bars):
        found[_at(bars, tick, cells)] = ZERO if tick == 0 else GRID
    if figure.value is None:
        return "".join(found)
    if figure.low is not None and figure.high is not None:
        low, high = _at(bars, figure.low, cells), _at(bars, figure.high, cells)
        found[low : high + 1] = LINE * (high + 1 - low)
        found[low], found[high] = LEFT, RIGHT
    found[_at(bars, figure.value, cells)] = DOT
    return "".join(found)


def _words(figure: Figure) -> str:
    return f"{number(figure.value)}  {interval(figure)}"
