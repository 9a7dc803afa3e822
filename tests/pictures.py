"""Draws the picture of the review that the README shows, from the synthetic example study.

Run it from the root of the project: `.venv/bin/python -P tests/pictures.py`. The same study gives the same picture.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "review.svg"
CITE = "ALM 11"
SIZE = (140, 34)


async def draw(study: Path) -> str:
    """A segment of the example with what the model suggests for it."""
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study
    from tui.review.bench import Bench
    from tui.review.choice import Choice
    from tui.terminal.app import StudyApp

    with Study.open(study, write=True) as opened:
        choice = Choice(ensure_coder(opened, "anna"), "anna")
    app = StudyApp(lambda: Bench(study, choice), lambda: Study.open(study))
    async with app.run_test(size=SIZE) as pilot:
        for key in ("", "g", *("space" if letter == " " else letter for letter in CITE), "enter", "o"):
            for _ in range(3):
                await asyncio.to_thread(app.session.wait)
                await pilot.pause()
            if key:
                await pilot.press(key)
        await pilot.pause()
        return app.export_screenshot(title="Second Coder")


def without_fonts(svg: str) -> str:
    """No reader of the picture asks another host for a font."""
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg).replace("Fira Code", "monospace")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SECONDCODER_HOME"] = str(Path(folder) / "home")
        from click.testing import CliRunner

        from tui.cli import main as secondcoder

        made = CliRunner().invoke(secondcoder, ["demo", "--dir", str(Path(folder) / "d"), "--no-review"])
        assert made.exit_code == 0, made.output
        PICTURE.write_text(without_fonts(asyncio.run(draw(Path(folder) / "d" / "study.db"))), encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
