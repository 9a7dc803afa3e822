"""Draws the picture of the review that the README shows, or all screens, from the synthetic example study.

Run it from the root of the project: `.venv/bin/python -P tests/pictures.py`. The same study gives the same picture.
With a folder, `tests/pictures.py FOLDER [WIDTHxHEIGHT] [THEME]`, it draws every screen into that, for looking at.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "review.svg"
CITE = "ALM 11"
SIZE, USUAL = (140, 34), (80, 24)
WORKED = 46
"""So many segments are worked on before all screens are drawn."""


async def draw(study: Path) -> str:
    """A segment of the example with what the model suggests for it."""
    from seat import seated

    async with seated(opened(study), SIZE) as seat:
        await seat.press("g")
        await seat.type(CITE)
        await seat.press("enter", "o")
        return exported(seat)


async def draw_all(study: Path, folder: Path, size: tuple[int, int], theme: str) -> int:
    """Every screen, with some of the work done; how many there are."""
    from gallery import walk
    from seat import seated

    from tui.terminal.preferences import Preferences

    drawn = 0
    async with seated(worked(study), size, preferences=Preferences(theme=theme, toured=True)) as seat:
        async for shot in walk(seat):
            drawn += 1
            name = shot.name.replace(", ", "-").replace(" ", "_")
            (folder / f"{drawn:02d}-{name}.svg").write_text(exported(seat), encoding="utf-8")
    return drawn


def opened(path: Path) -> Any:
    """The study at a desk."""
    from desk import Desk

    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    study = Study.open(path, write=True)
    return Desk(study, {}, [], ensure_coder(study, "anna"))


def worked(path: Path) -> Any:
    """The same after a first hour: verdicts of all kinds, memos."""
    desk = opened(path)
    for n, segment in enumerate(desk.ids()[:WORKED]):
        fitting = [given for given in desk.line(segment)["suggestions"] if given["fits"]]
        if fitting:
            desk.act(("accept", "accept", "reject", "unsure")[n % 4], segment, suggestion=fitting[0]["id"])
        else:
            desk.act("no_code", segment)
        if n % 7 == 3:
            desk.act("memo", segment, text="Compare with what R2 says of being believed.")
        desk.act("complete", segment)
    return desk


def exported(seat: Any) -> str:
    """The screen as SVG; no reader of the picture asks another host for a font."""
    svg: str = seat.app.export_screenshot(title="Second Coder")
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg).replace("Fira Code", "monospace")


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home:
        os.environ["SECONDCODER_HOME"] = str(Path(home) / "home")
        from click.testing import CliRunner

        from tui.cli import main as secondcoder
        from tui.terminal.themes import DARK

        demo = ["demo", "--dir", str(Path(home) / "d"), "--no-review", *(["--with-reference"] if given else [])]
        made = CliRunner().invoke(secondcoder, [*demo, "--coder", "anna"])
        assert made.exit_code == 0, made.output
        study = Path(home) / "d" / "study.db"
        if not given:
            PICTURE.write_text(asyncio.run(draw(study)), encoding="utf-8")
            print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1024} KB")
            return
        folder = Path(given[0])
        folder.mkdir(parents=True, exist_ok=True)
        wide, _, high = (given[1] if len(given) > 1 else "x".join(map(str, USUAL))).partition("x")
        theme = given[2] if len(given) > 2 else DARK
        print(asyncio.run(draw_all(study, folder, (int(wide), int(high)), theme)), "screens")


if __name__ == "__main__":
    main()
