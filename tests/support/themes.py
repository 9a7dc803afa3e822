"""Walks over the terminal's screens in many themes: what is written can be read in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.segment import Segment as Piece
from rich.terminal_theme import DIMMED_MONOKAI, TerminalTheme
from seat import Seat
from textual._ansi_theme import ALABASTER, MONOKAI
from textual.color import Color

from tui.terminal.look import known_themes
from tui.terminal.palette import contrast
from tui.terminal.themes import DARK, LIGHT

LEAST = 4.5
DRAWN = set("─│╭╮╰╯▏▕▔▁▂▃▄▅▆▇█▌▐░ ")
"""Lines and bars, which carry no words."""
VGA = TerminalTheme(
    (0, 0, 0), (170, 170, 170),
    [(0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)],
)  # fmt: skip
PAPER = TerminalTheme((255, 255, 255), (0, 0, 0), [*VGA.ansi_colors._colors][:8])
PALETTES = {"ansi-dark": (MONOKAI, VGA, DIMMED_MONOKAI), "ansi-light": (ALABASTER, PAPER)}
WALKS = (
    (), ("left_square_bracket",), ("g",), ("question_mark",), ("c", "s"), ("f9", "v"), ("f9", "v", "B"), ("slash",),
    ("slash", "x", "enter"),
)  # fmt: skip


async def all_can_be_read(seat: Seat, walk: Sequence[str], themes: Sequence[str]) -> None:
    """On the screen to which these keys lead all words have enough contrast; then back to the review."""
    await seat.press(*walk)
    for theme in themes:
        seat.app.theme = theme
        await seat.pilot.pause()
        assert not _unreadable(seat, theme), walk
    while seat.top is not seat.screen:
        await seat.press("escape")


def some_themes(place: int, of: int) -> list[str]:
    """One part in `of` of all themes, our own and those that take the terminal's own colours always among them."""
    always = (*PALETTES, DARK, LIGHT)
    return [name for n, name in enumerate(known_themes()) if n % of == place % of or name in always]


def _pieces(seat: Seat) -> Iterator[Piece]:
    """What is drawn of the screen on top; of a page that lies over another only what is inside of its frame."""
    found = list(seat.top.query(".box"))
    region = found[0].region if found else seat.top.region
    for y, strip in enumerate(seat.top._compositor.render_strips()):
        if region.y <= y < region.bottom:
            yield from strip.crop(region.x, region.right)


def _unreadable(seat: Seat, theme: str) -> set[str]:
    """Words on screen whose contrast is too small, with it."""
    found = set()
    for piece in _pieces(seat):
        style, text = piece.style, piece.text.strip()
        if style is None or not set(text) - DRAWN:
            continue
        assert not style.dim, text
        assert style.color is not None
        assert style.bgcolor is not None
        for palette in PALETTES.get(theme, (MONOKAI,)):
            ink = style.color.get_truecolor(palette, foreground=True)
            ground = style.bgcolor.get_truecolor(palette, foreground=False)
            least = contrast(Color(*ink), Color(*ground))
            if least < LEAST:
                found.add(f"{theme} {least:.2f} {text[:40]!r}")
    return found
