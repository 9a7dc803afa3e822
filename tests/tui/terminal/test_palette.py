"""Whatever the theme, what is written on any screen can be read: its contrast is computed from what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from desk import Desk
from rich.segment import Segment as Piece
from rich.terminal_theme import DIMMED_MONOKAI, TerminalTheme
from seat import Seat, Sit
from textual._ansi_theme import ALABASTER, MONOKAI
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tui.terminal.palette import contrast, readable

LEAST = 4.5
DRAWN = set("─│╭╮╰╯▏▕▔▁▂▃▄▅▆▇█▌▐░ ")
"""Lines and bars, which carry no words."""
VGA = TerminalTheme(
    (0, 0, 0), (170, 170, 170),
    [(0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)],
)  # fmt: skip
PAPER = TerminalTheme((255, 255, 255), (0, 0, 0), [*VGA.ansi_colors._colors][:8])
PALETTES = {"ansi-dark": (MONOKAI, VGA, DIMMED_MONOKAI), "ansi-light": (ALABASTER, PAPER)}


def pieces(seat: Seat) -> Iterator[Piece]:
    """What is drawn of the screen on top; of a page that lies over another only what is inside of its frame."""
    found = list(seat.top.query(".box"))
    region = found[0].region if found else seat.top.region
    for y, strip in enumerate(seat.top._compositor.render_strips()):
        if region.y <= y < region.bottom:
            yield from strip.crop(region.x, region.right)


def unreadable(seat: Seat, theme: str) -> set[str]:
    """Words on screen whose contrast is too small, with it."""
    found = set()
    for piece in pieces(seat):
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


@pytest.mark.asyncio
@pytest.mark.parametrize("blind", [False, True], ids=["shown", "blind"])
async def test_all_words_of_all_screens_can_be_read_in_all_themes(
    make: Callable[..., Desk], sit: Sit, blind: bool
) -> None:
    desk = make(sizes=(20,), core="1" if blind else "0", arm="0")
    desk.suggest_everywhere(fitting=2, words="because she says so")
    walks = (("question_mark",), ("c", "s"), ("f9", "v"), ("f9", "v", "B"), ("slash",), ("slash", "x", "enter"))
    async with sit(desk, size=(130, 40)) as seat:
        if not blind:
            await seat.press("2", "r", "1", "exclamation_mark")
        for walk in ((), ("g",), *walks):
            await seat.press(*walk)
            for theme in BUILTIN_THEMES:
                seat.app.theme = theme
                await seat.pilot.pause()
                assert not unreadable(seat, theme), walk
            while seat.top is not seat.screen:
                await seat.press("escape")


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi])
def test_the_variables_that_words_are_drawn_with_keep_their_contrast(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    mended = readable({**theme.to_color_system().generate(), **theme.variables}, dark=theme.dark, ansi=False)
    color = {key: Color.parse(mended[key]) for key in mended if len(mended[key]) == 7 and mended[key][0] == "#"}
    for ground in ("background", "surface", "panel", "boost"):
        for ink in ("foreground", "text", "text-muted", "text-disabled", "accent", "warning", "error", "success"):
            assert contrast(color[ink], color[ground]) >= LEAST, (ink, ground)
    assert contrast(color["foreground"], color["warning-muted"]) >= LEAST
    assert all(mended[key].startswith("#") and len(mended[key]) == 7 for key in ("boost", "warning-muted", "text"))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000"), Color.parse("#fff")) == 21
    assert contrast(Color.parse("#767676"), Color.parse("#fff")) == pytest.approx(4.54, abs=0.01)
