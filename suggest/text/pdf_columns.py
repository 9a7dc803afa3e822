"""What stands beside what on a page of a PDF: columns, tables, names beside words, words that were spread out.

Only where letters stand is known. An order that these places do not tell is refused, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from suggest.errors import BadInput
from suggest.text.speakers import is_known

_WIDE = 20
"""So many characters on either side make words side by side a matter of columns, and not of a name and its words."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one height: from left to right edge, the height of their base and their size, in points from below;
    `bold` is how many characters at the start are bold."""

    words: str
    left: float
    right: float
    height: float
    size: float
    bold: int = 0


Row = list[Line]
"""What stands on one height, from left to right."""


def columns_of(lines: Sequence[Line], file: str, page: int) -> list[list[Line]]:
    """The lines of each column, left to right, or all lines; BadInput where lines stand side by side otherwise."""
    rows = by_height(lines)
    gutter, beside = _gutter(rows)
    parts = _parted(lines, gutter, beside, file, page) if beside else [[line for row in rows for line in row]]
    order = {id(line): n for n, line in enumerate(lines)}
    for part in parts:
        _check_cells(by_height(part), order, file, page)
    return parts


def rows_of(lines: Sequence[Line]) -> list[Line]:
    """One line for each height. What stands beside it is parted by a tab where most of the rows that reach so far begin
    something there, three at least, as in a table; else it is a line whose words were spread out."""
    rows = by_height(lines)
    tabs = _tabs(rows)
    joined = []
    for row in rows:
        first = row[0]
        words = first.words
        for line in row[1:]:
            words += ("\t" if _place(line) in tabs else " ") + line.words
        bold = first.bold if len(row) == 1 or first.bold < len(first.words) else len(first.words)
        joined.append(Line(words, first.left, row[-1].right, first.height, max(line.size for line in row), bold))
    return joined


def by_height(lines: Sequence[Line]) -> list[Row]:
    """Lines from top to bottom, those on one height together from left to right."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: -line.height):
        if rows and abs(rows[-1][0].height - line.height) < 0.4 * max(line.size, 1):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _gutter(rows: Sequence[Row]) -> tuple[float, list[Row]]:
    """Where words stand apart on three heights or more with so many words on either side, and the rows that do; no
    rows where a line of justified type only happens to have wide spaces there, as fewer than half of the rows do."""
    best: tuple[float, list[Row]] = (0.0, [])
    places = {
        round((left.right + right.left) / 2) for row in rows for left, right in pairwise(row) if left.right < right.left
    }
    for x in sorted(places):
        clear = [row for row in rows if _stands_apart(row, x)]
        if len(clear) > max(2, len(best[1])):
            top, bottom = clear[0][0].height, clear[-1][0].height
            crossed = sum(
                any(line.left < x < line.right for line in row) for row in rows if bottom <= row[0].height <= top
            )
            if crossed <= len(clear) or sum(_is_two_wide(row) for row in clear) > 2:
                best = (x, clear)
    return best


def _is_two_wide(row: Row) -> bool:
    """Whether two unbroken stretches of words stand there, as wide spaces in a line hardly ever leave them."""
    return len(row) == 2 and min(len(line.words) for line in row) >= _WIDE


def _stands_apart(row: Row, x: float) -> bool:
    if any(line.left < x < line.right for line in row):
        return False
    sides = ([line for line in row if line.right <= x], [line for line in row if line.left >= x])
    return all(len(" ".join(line.words for line in side)) >= _WIDE for side in sides)


def _parted(lines: Sequence[Line], gutter: float, beside: Sequence[Row], file: str, page: int) -> list[list[Line]]:
    """What stands above, left, right and below of a gutter."""
    left = [line for line in lines if line.right <= gutter]
    right = [line for line in lines if line.left >= gutter]
    across = [line for line in lines if line.left < gutter < line.right]
    top = max(line.height for row in beside for line in row)
    bottom = min(line.height for row in beside for line in row)
    if any(bottom < line.height < top for line in across):
        raise no_order(file, page)
    places = {id(line): n for n, line in enumerate(lines)}
    last_left = max(places[id(line)] for line in left)
    if any(places[id(line)] < last_left for line in right):
        # The file goes from left to right, row by row, so that these may be the cells of a table.
        raise no_order(file, page)
    if any(_gutter(by_height(part))[1] for part in (left, right)):
        raise no_order(file, page)
    above = [line for line in across if line.height >= top]
    below = [line for line in across if line.height <= bottom]
    parts = [above, left, right, below]
    return [sorted(part, key=lambda line: -line.height) for part in parts if part]


def _check_cells(rows: Sequence[Row], order: Mapping[int, int], file: str, page: int) -> None:
    """BadInput where cells of a table have several lines, so that rows of letters are none of its rows: a line stands
    between two lines of another cell, goes on below a cell that is neither the first nor the last of its row, or comes
    in the file's `order` (by id) before what stands to the right of the line above it."""
    tabs = _tabs(rows)
    for above, row, below in zip(rows, rows[1:], rows[2:], strict=False):
        for line in row:
            ends = [(a, b) for a in above for b in below if abs(a.left - b.left) < 0.5 * a.size]
            if any(_apart(a, line) and _apart(b, line) and _near(a, b) and _like(a, line) for a, b in ends):
                raise no_order(file, page)
    for row, below in pairwise(rows):
        if any(_goes_on_first(line, after, below, order) for line, after in pairwise(row)):
            raise no_order(file, page)
        middle = [line for line in row[1:-1] if _place(line) in tabs]
        goes_on = len(below) == 1 and row[0].height - below[0].height < 1.5 * below[0].size
        if goes_on and any(abs(line.left - below[0].left) < 0.3 * line.size for line in middle):
            raise no_order(file, page)


def _goes_on_first(line: Line, after: Line, below: Row, order: Mapping[int, int]) -> bool:
    """Whether the file goes on below a line before it writes what stands after it; names of speakers may stand so."""
    return any(
        abs(line.left - other.left) < 0.5 * line.size
        and line.height - other.height < 1.5 * max(line.size, 1)
        and order[id(line)] < order[id(other)] < order[id(after)]
        and not is_known(other.words.strip().rstrip(":"))
        for other in below
    )


def _apart(a: Line, b: Line) -> bool:
    return a.right <= b.left or b.right <= a.left


def _near(a: Line, b: Line) -> bool:
    """Whether two lines are as close as lines of one paragraph."""
    return a.height - b.height < 1.6 * max(a.size, b.size, 1)


def _like(a: Line, b: Line) -> bool:
    return 0.75 < a.size / max(b.size, 0.1) < 1.33


def _place(line: Line) -> int:
    return round(line.left / 2)


def _tabs(rows: Sequence[Row]) -> frozenset[int]:
    """The places (in steps of two points) at which cells begin."""
    several = [row for row in rows if len(row) > 1]
    places = Counter(_place(line) for row in several for line in row[1:])
    found = set()
    for place in places:
        times = sum(places[place + n] for n in (-1, 0, 1))
        reach = sum(row[0].left < 2 * place < row[-1].right for row in several)
        if times >= 3 and 2 * times > reach:
            found.add(place)
    return frozenset(found)


def no_order(file: str, page: int) -> BadInput:
    """The error for words whose order cannot be told."""
    return BadInput(
        "text stands side by side here, and in which order it is to be read cannot be told.",
        file=file,
        place=f"page {page}",
        advice="Save the document as .docx, .odt or .txt from the program that made it.",
    )
