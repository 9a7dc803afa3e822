"""A plot of a matrix as SVG: for a page, or as a file of its own that needs nothing else.

A count is told by its number or, where there is no room for numbers, by the size of a square; its colour only helps the
eye. The colours are one hue from light to dark, which every eye and a printer without colours keep apart. They stand at
each element, for programs that know no style sheets; those for dark screens are in the style sheet.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, cos, radians, sin, sqrt

from suggest.exchange.heat import Heat, Label
from suggest.exchange.refi.xml_out import legal
from suggest.printable import one_line

LIGHT = ("#d3e3f3", "#aecde8", "#7fb0db", "#4c8dc6", "#2169a8", "#08427d")
DARK = ("#1f3a52", "#28527a", "#32699b", "#4f90c8", "#83b6e2", "#c3ddf4")
INK, PAPER, QUIET, LINE = "#1b1f24", "#ffffff", "#59636e", "#d5dbe1"
_DARK_INK, _DARK_PAPER, _DARK_QUIET, _DARK_LINE = "#e6e9ec", "#14171a", "#a3adb7", "#3a4148"

NUMBERS = 26
"""With more columns than this, squares tell the counts."""
LONGEST, LONGEST_ABOVE = 36, 26
"""Names are cut to so many letters: beside rows, above columns."""
LETTER = 6.9
"""How wide a letter is taken to be, in pixels: wider than most, since the reader's font is not known."""
TILT = 60
MARGIN, LEAST = 16, 640


def drawn(heat: Heat, subject: str = "", *, alone: bool = False) -> str:
    """The plot. With `alone` it is a file of its own, with its title, what it is about, and what it tells."""
    return _Drawing(heat, subject, alone).svg()


def cut(text: str, most: int) -> str:
    """The text with an ellipsis where it has more than so many letters; a wide one (Chinese, say) counts as two."""
    if letters(text) <= most:
        return text
    held, size = "", 1
    for letter in text:
        size += letters(letter)
        if size > most:
            break
        held += letter
    return f"{held.rstrip()}…"


def letters(text: str) -> int:
    """How many letters wide a text is."""
    return sum(
        1 + (unicodedata.east_asian_width(letter) in "WF") - bool(unicodedata.combining(letter)) for letter in text
    )


def steps(most: int) -> list[int]:
    """The largest count of each shade, for counts up to `most`: at most six, finer for small counts."""
    return sorted({ceil(most * (n / len(LIGHT)) ** 2) for n in range(1, len(LIGHT) + 1)} - {0})


def shown(text: str) -> str:
    """Words as SVG can hold them."""
    return escape(legal(one_line(text)))


class _Drawing:
    """Where everything stands, and how it is written."""

    def __init__(self, heat: Heat, subject: str, alone: bool) -> None:
        self.heat, self.alone = heat, alone
        self.numbers = len(heat.columns) <= NUMBERS
        few = len(heat.columns) <= 12
        self.wide = (44 if few else 32) if self.numbers else 14
        self.high = (24 if len(heat.rows) <= 30 else 18) if self.numbers else 14
        self.steps = steps(heat.most)
        self.names = [cut(one_line(label.text), LONGEST) for label in heat.rows]
        self.above = [cut(one_line(label.text), LONGEST_ABOVE) for label in heat.columns]
        beside = max((self._beside(n) for n in range(len(heat.rows))), default=0)
        self.left = MARGIN + beside + 8
        self.right = self.left + self.wide * len(heat.columns)
        reach = max((_wide(name) for name in self.above), default=0)
        tilted = max(reach * cos(radians(TILT)), _wide(heat.total) + 8)
        self.width = max(LEAST, ceil(self.right + tilted + MARGIN))
        self.head = self._heading(subject) if alone else []
        self.top = ceil(MARGIN + 20 * len(self.head) + max(reach * sin(radians(TILT)), 24) + 18)
        self.bottom = self.top + self.high * len(heat.rows)
        self.height = self.bottom + 74

    def _beside(self, n: int) -> float:
        """How far a row's name reaches; those that others are set in below are bold."""
        return _wide(self.names[n]) * (1.12 if _leads(self.heat.rows, n) else 1) + 12 * self.heat.rows[n].depth

    def _heading(self, subject: str) -> list[str]:
        room = int((self.width - 2 * MARGIN) / LETTER)
        title = self.heat.title + (f": {one_line(subject)}" if subject else "")
        return [cut(title, int(room * 0.8)), *textwrap.wrap(" ".join(self.heat.told), room)]

    def svg(self) -> str:
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="heat" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-label="{shown(self.heat.title)}" '
            f'font-family="system-ui, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="12">',
            f"<desc>{shown(' '.join(self.heat.told))}</desc><style>{_style()}</style>",
            f'<rect class="p" width="100%" height="100%" fill="{PAPER}"/>',
            *self._head(),
            *self._lines(),
            *self._labels(),
            *(part for n in range(len(self.heat.rows)) for part in self._row(n)),
            *self._legend(),
            "</svg>",
        ]
        return "\n".join(parts) + ("\n" if self.alone else "")

    def _head(self) -> Iterator[str]:
        for n, line in enumerate(self.head):
            how = 'class="i" font-size="16" font-weight="600"' if n == 0 else 'class="q"'
            yield _text(MARGIN, MARGIN + 12 + 20 * n, line, how, INK if n == 0 else QUIET)

    def _lines(self) -> Iterator[str]:
        """The grid; every fifth line is stronger where squares stand for numbers, to lead the eye."""
        ends = ((len(self.heat.rows), self.high, True), (len(self.heat.columns), self.wide, False))
        for count, size, across in ends:
            for n in range(count + 1):
                at = (self.top if across else self.left) + size * n
                ends_at = (self.left, at, self.right, at) if across else (at, self.top, at, self.bottom)
                strong = not self.numbers and n % 5 == 0
                x1, y1, x2, y2 = (f"{value:.1f}" for value in ends_at)
                yield (
                    f'<line class="{"g" if strong else "l"}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" '
                    f'stroke="{"#9aa4ae" if strong else LINE}"/>'
                )

    def _labels(self) -> Iterator[str]:
        for n, (name, label) in enumerate(zip(self.names, self.heat.rows, strict=True)):
            y = self.top + self.high * (n + 0.5) + 4
            how = 'class="i"' + (' font-weight="600"' if _leads(self.heat.rows, n) else "")
            if self.heat.mirrored:
                yield _text(self.left - 8, y, name, f'{how} text-anchor="end"', INK, label.whole)
            else:
                yield _text(MARGIN + 12 * label.depth, y, name, how, INK, label.whole)
            yield _text(self.right + 8, y, f"{self.heat.totals[n]:,}", 'class="q"', QUIET)
        for n, (name, label) in enumerate(zip(self.above, self.heat.columns, strict=True)):
            x, y = self.left + self.wide * (n + 0.5) + 4, self.top - 7
            how = f'class="i" font-size="{12 if self.numbers else 10.5}" transform="rotate(-{TILT} {x:.1f} {y})"'
            yield _text(x, y, name, how, INK, label.whole)
        yield _text(self.right + 8, self.bottom + 14, self.heat.total, 'class="q"', QUIET)

    def _row(self, n: int) -> Iterator[str]:
        row = self.heat.rows[n]
        for at, (column, cell) in enumerate(zip(self.heat.columns, self.heat.cells[n], strict=True)):
            x, y = self.left + self.wide * at, self.top + self.high * n
            own = self.heat.mirrored and at == n
            if cell is None:
                said = f"{row.whole}, {column.whole}: not known"
                yield self._crossed(x, y, said)
            elif cell or self.numbers:
                joint = " and " if self.heat.mirrored else ", "
                where = row.whole if own else f"{row.whole}{joint}{column.whole}"
                yield from self._cell(x, y, cell, f"{where}: {cell:,}", own)

    def _crossed(self, x: float, y: float, said: str) -> str:
        return (
            f'<path class="x" d="M{x + 3:.1f} {y + self.high - 3}L{x + self.wide - 3:.1f} {y + 3}" stroke="{QUIET}" '
            f'stroke-width="1"><title>{shown(said)}</title></path>'
        )

    def _cell(self, x: float, y: float, cell: int, said: str, own: bool) -> Iterator[str]:
        title = f"<title>{shown(said)}</title>"
        if own:
            yield _rect(
                x + 1.5, y + 1.5, self.wide - 3, self.high - 3, 'class="o"', f'fill="none" stroke="{QUIET}"', title
            )
        elif cell and self.numbers:
            yield _rect(x + 0.5, y + 0.5, self.wide - 1, self.high - 1, f'class="s{self._shade(cell)}"',
                        f'fill="{LIGHT[self._shade(cell)]}"', title)  # fmt: skip
        elif cell:
            size = max(3.5, (self.wide - 2) * sqrt(cell / self.heat.most))
            x, y = x + (self.wide - size) / 2, y + (self.high - size) / 2
            yield _rect(x, y, size, size, f'class="s{self._shade(cell)}"',
                        f'fill="{LIGHT[self._shade(cell)]}" stroke="{QUIET}" stroke-width=".6"', title)  # fmt: skip
        if self.numbers:
            shade = self._shade(cell)
            dark = bool(cell) and not own and shade >= 4
            how = f'class="{"q" if own or not cell else f"n{shade}"}" text-anchor="middle" font-size="11"'
            colour = QUIET if own or not cell else PAPER if dark else INK
            yield _text(x + self.wide / 2, y + self.high / 2 + 4, f"{cell:,}", how, colour, said)

    def _shade(self, cell: int) -> int:
        """Which shade a count has, from 0; few steps are spread over the shades."""
        at = next((n for n, end in enumerate(self.steps) if cell <= end), len(self.steps) - 1)
        return at if len(self.steps) in (0, len(LIGHT)) else round((at + 1) * (len(LIGHT) - 1) / len(self.steps))

    def _legend(self) -> Iterator[str]:
        y = self.bottom + 34
        x: float = MARGIN
        yield _text(x, y + 12, "Segments:", 'class="q"', QUIET)
        x += 70
        for low, high in zip([1, *(end + 1 for end in self.steps)], self.steps, strict=False):
            words = f"{low:,}" if low == high else f"{low:,}–{high:,}"
            size = 14.0 if self.numbers else max(3.5, 12 * sqrt(high / self.heat.most))
            yield _rect(x + (14 - size) / 2, y + 1 + (14 - size) / 2, size, size, f'class="s{self._shade(high)}"',
                        f'fill="{LIGHT[self._shade(high)]}" stroke="{QUIET}" stroke-width=".6"', "")  # fmt: skip
            yield _text(x + 19, y + 12, words, 'class="q"', QUIET)
            x += 19 + _wide(words) + 12
        if not self.steps:
            yield _text(x, y + 12, "none", 'class="q"', QUIET)


def _leads(rows: Sequence[Label], n: int) -> bool:
    """Whether others are set in below the row."""
    return n + 1 < len(rows) and rows[n + 1].depth > rows[n].depth


def _wide(text: str) -> float:
    return letters(text) * LETTER


def _text(x: float, y: float, words: str, how: str, colour: str, whole: str = "") -> str:
    title = f"<title>{shown(whole)}</title>" if whole else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" {how} fill="{colour}">{title}{shown(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, kind: str, how: str, title: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {kind} {how}>{title}</rect>'


def _style() -> str:
    """The colours for dark screens; on paper it stays light."""
    shades = "".join(
        f".heat .s{n}{{fill:{colour}}}.heat .n{n}{{fill:{_DARK_INK if n < 3 else _DARK_PAPER}}}"
        for n, colour in enumerate(DARK)
    )
    return (
        f"@media screen and (prefers-color-scheme:dark){{.heat .p{{fill:{_DARK_PAPER}}}.heat .i{{fill:{_DARK_INK}}}"
        f".heat .q{{fill:{_DARK_QUIET}}}.heat .l{{stroke:{_DARK_LINE}}}.heat .g{{stroke:#6b757f}}"
        f".heat .x,.heat .o{{stroke:{_DARK_QUIET}}}{shades}}}"
    )
