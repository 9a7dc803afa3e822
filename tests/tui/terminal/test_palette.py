"""Whatever the theme, what is written on any screen can be read: its contrast is computed from what is drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from seat import Sit
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme
from themes import LEAST, WALKS, all_can_be_read, some_themes

from tui.terminal.palette import contrast, readable
from tui.terminal.themes import OWN

ALL: dict[str, Theme] = {**BUILTIN_THEMES, **{theme.name: theme for theme in OWN}}
PARTS = 7
"""Each page is looked at in one theme of so many; in all of them by `make soak`."""


@pytest.mark.asyncio
@pytest.mark.parametrize("blind", [False, True], ids=["shown", "blind"])
async def test_the_words_of_all_screens_can_be_read_in_themes_of_every_kind(
    make: Callable[..., Desk], sit: Sit, blind: bool
) -> None:
    desk = make(sizes=(20,), core="1" if blind else "0", arm="0")
    desk.suggest_everywhere(fitting=2, words="because she says so")
    async with sit(desk, size=(130, 40)) as seat:
        if not blind:
            await seat.press("2", "r", "1", "exclamation_mark")
        for place, walk in enumerate(WALKS):
            await all_can_be_read(seat, walk, some_themes(place + 3 * blind, PARTS))


@pytest.mark.parametrize("name", [name for name, theme in ALL.items() if not theme.ansi])
def test_the_variables_that_words_are_drawn_with_keep_their_contrast(name: str) -> None:
    theme = ALL[name]
    mended = readable({**theme.to_color_system().generate(), **theme.variables}, dark=theme.dark, ansi=False)
    color = {key: Color.parse(mended[key]) for key in mended if len(mended[key]) == 7 and mended[key][0] == "#"}
    for ground in ("background", "surface", "panel", "boost"):
        for ink in ("foreground", "text", "text-muted", "text-disabled", "accent", "warning", "error", "success"):
            assert contrast(color[ink], color[ground]) >= LEAST, (ink, ground)
    for ground in ("warning-muted", "accent-muted"):
        assert contrast(color["foreground"], color[ground]) >= LEAST, ground
    assert all(mended[key].startswith("#") and len(mended[key]) == 7 for key in ("boost", "warning-muted", "text"))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000"), Color.parse("#fff")) == 21
    assert contrast(Color.parse("#767676"), Color.parse("#fff")) == pytest.approx(4.54, abs=0.01)
