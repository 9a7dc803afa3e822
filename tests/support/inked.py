"""A screen as text that can be kept and compared: its words, and below each line what they are drawn with, by name.

The names are those of the theme's colours, so that a screen reads the same in every theme.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.style import Style
from seat import Seat
from textual._ansi_theme import MONOKAI
from textual.app import App
from textual.color import Color
from textual.strip import Strip

from tui.terminal.lines import Lines
from tui.terminal.themes import DARK, LIGHT

INKS = {
    "foreground": "", "text": "", "text-muted": "soft", "accent": "accent", "primary": "bar", "warning": "warn",
    "panel-lighten-2": "line",
}  # fmt: skip
GROUNDS = {
    "background": "", "surface": "", "panel": "panel", "boost": "field", "warning-muted": "mark",
    "accent-muted": "span",
}  # fmt: skip
"""The variables by which a screen is drawn, the first of those that share a colour naming it. Whatever is none of them
is the cursor of a field, paper on ink."""


def inked(seat: Seat) -> str:
    """The screen on top, of a page over another only what is inside its frame; empty lines are counted.

    Of a screen that is not ours only the words: a theme has colours of its own for it. The theme has one name."""
    lines: list[str] = []
    names, ours = _Names(seat.app), seat.top.query(Lines)
    for empty, rows in groupby(_rows(seat), key=lambda row: not "".join(piece.text for piece in row).strip()):
        if empty and (count := len([*rows])) > 1:
            lines.append(f"   ({count} lines)")
            continue
        for row in [Strip([])] if empty else rows:
            words = f"| {''.join(piece.text for piece in row).rstrip()}".rstrip()
            lines += [words, *(names.of(row) if ours else [])]
    return "\n".join(lines).replace(LIGHT, f"{DARK} ") + "\n"


def _rows(seat: Seat) -> list[Strip]:
    strips = seat.top._compositor.render_strips()
    found = list(seat.top.query(".box"))
    if not found:
        return [*strips]
    box = found[0].region
    return [strip.crop(box.x, box.right) for strip in strips[box.y : box.bottom]]


class _Names:
    """What the styles of a theme are called."""

    def __init__(self, app: App[str | None]) -> None:
        given = app.theme_variables
        self._inks, self._grounds = (
            {Color.parse(given[name]).hex: told for name, told in reversed(names.items()) if name in given}
            for names in (INKS, GROUNDS)
        )

    def of(self, row: Strip) -> list[str]:
        """A line that says how many cells are drawn with what; none where all of it is plain."""
        runs = [(name, sum(cells for _, cells in same)) for name, same in groupby(self._cells(row), lambda run: run[0])]
        if runs and runs[-1][0] == "plain":
            runs.pop()
        return [f"   {' '.join(f'{cells}:{name}' for name, cells in runs)}"] if runs else []

    def _cells(self, row: Strip) -> Iterator[tuple[str, int]]:
        for piece in row:
            if piece.cell_length:
                yield self._name(piece.style or Style(), blank=not piece.text.strip()), piece.cell_length

    def _name(self, style: Style, *, blank: bool) -> str:
        ground = "" if style.bgcolor is None else Color(*style.bgcolor.get_truecolor(MONOKAI, foreground=False)).hex
        parts = [self._grounds.get(ground, "cursor")]
        if not blank:
            ink = "" if style.color is None else Color(*style.color.get_truecolor(MONOKAI)).hex
            parts += [self._inks.get(ink, "paper"), "bold" if style.bold else "", "under" if style.underline else ""]
        return ".".join(part for part in parts if part) or "plain"
