"""Every screen with text that means harm: literally, on lines of the screen's width, with columns that stand.

What the talk and the list look like is kept in `golden/`, without the application's own sentences, so that a change of
wording breaks nothing. `UPDATE_GOLDEN=1` draws them anew: look at the difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk
from hostile_words import LITERAL, make_hostile
from rich.cells import cell_len
from seat import Seat, Sit

from suggest.printable import printable
from tui.review.widgets.suggestions import Suggestions
from tui.review.widgets.talk import Talk
from tui.terminal.preferences import Preferences
from tui.terminal.table import Table

pytestmark = pytest.mark.asyncio
GOLDEN = Path(__file__).parent / "golden"
OVER = ("question_mark", "c", "d", "x", "m", "f", "O", "number_sign", "f12", "R")
"""Keys of the review that lay something over it."""
SCREENS = ("f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "slash", "t")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = make_hostile(tmp_path / "study.db")
    yield desk
    desk.study.close()


def drawn(seat: Seat) -> list[str]:
    """All lines of the screen on top as they go to the terminal."""
    strips = seat.app.screen._compositor.render_strips()
    return ["".join(piece.text for piece in strip) for strip in strips]


def sound(seat: Seat, size: tuple[int, int], where: str) -> None:
    """Nothing but text, as many lines as the screen has, each as wide as it; cells of a table under its head."""
    lines = drawn(seat)
    assert all(printable(line) == line and "\t" not in line and "\n" not in line for line in lines), where
    assert len(lines) == size[1], where
    assert {cell_len(line) for line in lines} == {size[0]}, where
    for table in seat.app.screen.query(Table):
        widths = [width for width in table._widths() if width]
        for row in table._rows:
            assert cell_len(table._cells(row)) == sum(widths) + len(widths) - 1, (where, row)


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "textual-dark"), ((160, 50), "textual-light")], ids=["80x24-dark", "160x50-light"]
)
async def test_every_screen_is_sound_whatever_the_words(
    hostile: Desk, sit: Sit, size: tuple[int, int], theme: str
) -> None:
    async with sit(hostile, size, preferences=Preferences(theme=theme, toured=True)) as seat:
        assert seat.app.theme == theme
        sound(seat, size, "review")
        for key in ("r", "u", "a", "o", "2", "3"):
            await seat.press(key)
            sound(seat, size, key)
        for key in OVER:
            await seat.press(key)
            sound(seat, size, key)
            await seat.press("escape")
            assert seat.top is seat.screen, key
        for key in SCREENS:
            await seat.press(key)
            sound(seat, size, key)
            for deeper in ("down", "f1"):
                await seat.press(deeper)
                sound(seat, size, f"{key} {deeper}")
            for _ in range(3):
                if seat.top is not seat.screen:
                    await seat.press("escape")
            assert seat.top is seat.screen, key
        seen = ""
        for _ in range(9):
            seen += " ".join(drawn(seat)).replace("▏", "").replace("▕", "")
            await seat.press("n")
            sound(seat, size, "n")
        assert [words for words in LITERAL if words not in seen] == []


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 24)], ids=["80x24", "160x50", "40x24"])
async def test_the_talk_and_the_list_look_as_they_did(hostile: Desk, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(hostile, size) as seat:
        await seat.press("a", "r", "j", "[")
        lines: list[str] = []
        for widget in (Talk, Suggestions):
            found = seat.screen.query_one(widget)
            shown = [found.render_line(y) for y in range(found.size.height)]
            lines += ["".join(piece.text for piece in strip).rstrip() for strip in shown]
        text = "\n".join(lines) + "\n"
    golden = GOLDEN / f"review-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
