"""docs/screens.md has a section for each of these screens, with exactly the keys of its registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tui.beside.screen import BesideScreen
from tui.documents.screen import DocumentsScreen
from tui.progress.screen import ProgressScreen
from tui.terminal.study_screen import StudyScreen
from tui.transcript.screen import TranscriptScreen

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "screens.md").read_text(encoding="utf-8")
EVERYWHERE = ("The program", "Other screens")
SCREENS: list[type[StudyScreen]] = [DocumentsScreen, TranscriptScreen, BesideScreen, ProgressScreen]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.HEADING)
def test_each_section_lists_exactly_the_keys_of_its_screen(screen: type[StudyScreen]) -> None:
    section = TEXT.partition(f"\n## {screen.HEADING}\n")[2].partition("\n## ")[0]
    registry = screen.REGISTRY
    listed = re.findall(r"^\| `(.+?)` \| (.+?) \|$", section, re.MULTILINE)
    assert listed == [row for group in registry.groups if group not in EVERYWHERE for row in registry.listed(group)]
    assert all(callable(getattr(screen, c.handler, None)) for c in registry.commands if not c.id.startswith("to_"))
