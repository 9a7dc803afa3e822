"""What the screen's process loads on the way to the first segment: no model, no web server, no file format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk

from suggest.children import child_environment

HEAVY = ("openai", "onnxruntime", "tokenizers", "numpy", "aiohttp", "textual_serve", "docx", "openpyxl", "tiktoken",
         "yaml", "sentencex", "pydantic", "httpx2", "hypothesis")  # fmt: skip

SCRIPT = """
import asyncio, sys
from pathlib import Path
from tui.commands.review import open_review
from tui.terminal.app import StudyApp

async def first_segment(app):
    async with app.run_test() as pilot:
        while app.review.hand.card is None:
            await asyncio.to_thread(app.session.wait)
            await pilot.pause()
        for key in sys.argv[2:]:
            await pilot.press(key)
            await asyncio.to_thread(app.session.wait)
            await pilot.pause()

StudyApp.run = lambda app: asyncio.run(first_segment(app))
open_review(Path(sys.argv[1]), "anna")
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded(desk: Desk, *keys: str) -> set[str]:
    """The packages that are loaded once the first segment is on screen and these keys were pressed."""
    shown = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, str(desk.study.path), *keys],
        capture_output=True, text=True, env=child_environment(), check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    return set(shown.stdout.split())


@pytest.mark.parametrize("keys", [(), ("a", "enter", "enter"), ("S",), ("L",)])
def test_the_screens_process_loads_nothing_heavy(desk: Desk, keys: tuple[str, ...]) -> None:
    assert loaded(desk, *keys) & set(HEAVY) == set()


def test_textual_is_loaded_so_the_test_sees_what_it_should(desk: Desk) -> None:
    assert {"textual", "suggest", "tui"} <= loaded(desk)
    assert Path(desk.study.path).exists()
