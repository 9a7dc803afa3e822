"""Without colour nothing is lost: what a colour says is said by a sign, or by how the letters are set, as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from desk import Desk
from gallery import SHOTS, walk
from rich.segment import Segment as Piece
from rich.style import Style
from seat import Seat, Sit
from textual.strip import Strip

from tui.terminal.preferences import Preferences
from tui.terminal.themes import DARK, LIGHT

pytestmark = pytest.mark.asyncio
PLAIN = Style()


@pytest.fixture
def colourless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def strips(seat: Seat) -> list[Strip]:
    return seat.top._compositor.render_strips()


def pieces(seat: Seat) -> Iterator[Piece]:
    for strip in strips(seat):
        yield from strip


def coloured(style: Style | None) -> bool:
    colours = () if style is None else (style.color, style.bgcolor)
    return any(colour is not None and not colour.is_default for colour in colours)


def drawn(seat: Seat, words: str) -> Style:
    """How the first of these words on screen is drawn."""
    return next(piece.style or PLAIN for piece in pieces(seat) if words in piece.text)


def line(seat: Seat, words: str) -> str:
    return next(text for strip in strips(seat) if words in (text := "".join(piece.text for piece in strip)))


@pytest.mark.parametrize("theme", [DARK, LIGHT, "ansi-dark", "nord"])
async def test_no_screen_has_any_colour(make: Callable[..., Desk], sit: Sit, colourless: None, theme: str) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    desk.suggest_everywhere(fitting=2, words="because she says so")
    shots = tuple(shot for shot in SHOTS if "," not in shot.name)
    async with sit(desk, preferences=Preferences(theme=theme, toured=True)) as seat:
        async for shot in walk(seat, shots):
            assert not [piece for piece in pieces(seat) if coloured(piece.style)], shot.name


async def test_with_colour_the_same_screens_have_some(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        assert [piece for piece in pieces(seat) if coloured(piece.style)]


@pytest.mark.parametrize("how", ["NO_COLOR", "the terminal's own"])
async def test_what_is_chosen_marked_or_warned_of_is_seen(
    desk: Desk, sit: Sit, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    theme = "ansi-light"
    if how == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
        theme = DARK
    async with sit(desk, preferences=Preferences(theme=theme, toured=True)) as seat:
        assert drawn(seat, "Support").reverse and "▸ 1 · Support" in line(seat, "Support")
        assert not drawn(seat, "Support › Trust").reverse
        await seat.press("left_square_bracket")
        assert drawn(seat, "D0 turn 0").reverse and "▐D0 turn" in line(seat, "D0 turn 0")
        await seat.press("escape", "r")
        assert "✗" in line(seat, "  rejected")
        await seat.press("g")
        assert drawn(seat, "Go to").bold
        await seat.type("D9 9")
        if how == "NO_COLOR":
            assert seat.top.query_one("Input").get_component_rich_style("input--cursor").reverse
        await seat.press("enter")
        assert drawn(seat, seat.said.split()[0]).underline, "what could not be done"
        await seat.press("escape", "f3")
        assert drawn(seat, "D0").reverse and line(seat, "D0").startswith("▸")
        assert not drawn(seat, "░").reverse, "a bar is as long on the chosen line"
