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
print(*sorted({name.partition(".")[0] for name in sys.modules} | {*sys.modules}))
"""


def loaded(desk: Desk, *keys: str) -> set[str]:
    """The packages and modules that are loaded once the first segment is on screen and these keys were pressed."""
    shown = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, str(desk.study.path), *keys],
        capture_output=True, text=True, env=child_environment(), check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    return set(shown.stdout.split())


LATER = ("regex", "textual.widgets._text_area", "textual.widgets._markdown", "suggest.text.stops", "sqlite_utils")
"""What some keys need, and the first segment does not."""


def test_the_first_segment_waits_for_nothing_that_only_some_keys_need(desk: Desk) -> None:
    assert loaded(desk) & set(LATER) == set()
    assert {"regex", "textual.widgets._text_area"} <= loaded(desk, "left_square_bracket", "escape", "m")


@pytest.mark.parametrize("keys", [(), ("a", "enter", "enter"), ("S",), ("L",)])
def test_the_screens_process_loads_nothing_heavy(desk: Desk, keys: tuple[str, ...]) -> None:
    assert loaded(desk, *keys) & set(HEAVY) == set()


def test_textual_is_loaded_so_the_test_sees_what_it_should(desk: Desk) -> None:
    assert {"textual", "suggest", "tui"} <= loaded(desk)
    assert Path(desk.study.path).exists()
