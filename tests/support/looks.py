"""How screens look, compared with how they looked: sound lines, and words and styles as golden files keep them."""

from __future__ import annotations

import os
from pathlib import Path

from desk import Desk
from gallery import SHOTS, Over, Shot, walk
from inked import inked
from rich.cells import cell_len
from seat import Seat, Sit

from suggest.printable import printable
from suggest.study.sources import FixedSources
from tui.errands.errands import Errands
from tui.terminal.preferences import Preferences
from tui.terminal.table import Table

GOLDEN = Path(__file__).parents[1] / "tui" / "golden"
WIDE = 120


def shots_for(size: tuple[int, int], shots: tuple[Shot, ...] = SHOTS) -> tuple[Shot, ...]:
    """Every screen; where there is much room not the pages over them, which look as they do where there is enough."""
    return tuple(shot for shot in shots if size[0] < WIDE or not isinstance(shot, Over))


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


async def looks_as_it_did(
    sit: Sit, desk: Desk, size: tuple[int, int], theme: str, shots: tuple[Shot, ...], errands: Errands | None = None
) -> None:
    """Each screen is sound, and drawn as it is kept for this size. `errands`: what goes on beside."""
    found: dict[str, list[str]] = {}
    before, of = list[str](), ""
    given = {"preferences": Preferences(theme=theme, toured=True), "sources": FixedSources(11, 1_767_400_000.0)}
    async with sit(desk, size, errands=errands, **given) as seat:
        assert seat.app.theme == theme
        async for shot in walk(seat, shots):
            sound(seat, size, shot.name)
            lines = inked(seat).splitlines()
            part = shot.name.partition(",")[0].replace(" ", "-")
            found.setdefault(part, []).extend([f"== {shot.name}", *since(before if part == of else [], lines)])
            before, of = lines, part
    folder = GOLDEN / f"{size[0]}x{size[1]}"
    if os.environ.get("UPDATE_GOLDEN"):
        folder.mkdir(parents=True, exist_ok=True)
        for part, lines in found.items():
            (folder / f"{part}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for part, lines in found.items():
        assert lines == (folder / f"{part}.txt").read_text(encoding="utf-8").splitlines(), part


def since(before: list[str], lines: list[str]) -> list[str]:
    """The lines of a screen, but for those at its top and its foot that the screen before it had as well."""
    most = min(len(before), len(lines))
    top = next((i for i in range(most) if before[i] != lines[i]), most)
    foot = next((i for i in range(most - top) if before[-1 - i] != lines[-1 - i]), most - top)
    middle = lines[top : len(lines) - foot]
    return [
        *([f"   ({top} lines as above)"] if top > 1 else lines[:top]),
        *middle,
        *([f"   ({foot} lines as above)"] if foot > 1 else lines[len(lines) - foot :]),
    ]
