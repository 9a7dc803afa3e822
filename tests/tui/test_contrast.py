"""Words can be read on what lies behind them: in dark and light themes, chosen lines too."""

from __future__ import annotations

import pytest
from desk import Desk
from rich.style import Style
from seat import Sit
from textual.color import Color

from tui.terminal.lines import Lines
from tui.terminal.table import Table

THEMES = (
    "second-coder-dark", "second-coder-light", "textual-dark", "textual-light", "nord", "solarized-light", "dracula",
    "catppuccin-latte",
)  # fmt: skip
LEAST = 3.0
"""The contrast ratio of WCAG for bold words of a terminal's size."""


def contrast(style: Style) -> float:
    """The ratio of WCAG between a style's colours."""
    assert style.color is not None and style.bgcolor is not None
    light = sorted((_luminance(Color.from_rich_color(c)) for c in (style.color, style.bgcolor)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


def _luminance(color: Color) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.asyncio
@pytest.mark.parametrize("theme", THEMES)
async def test_a_chosen_line_can_be_read(desk: Desk, sit: Sit, theme: str) -> None:
    async with sit(desk) as seat:
        seat.app.theme = theme
        await seat.pilot.pause()
        lines, table = seat.screen.query(Lines).first(), Table([])
        await seat.screen.mount(table)
        for widget, names in ((lines, ("lines--chosen",)), (table, ("table--cursor", "table--head"))):
            for name in names:
                style = widget.rich_style + widget.get_component_rich_style(name, partial=True)
                assert contrast(style) >= LEAST, (theme, name, style)
