"""docs/screens.md has a section for every screen, which lists exactly the keys of that screen's registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tui.terminal import places
from tui.terminal.places import PLACES
from tui.terminal.registry import key_text
from tui.terminal.study_screen import PROGRAM, StudyScreen
from tui.tree.again import AgainScreen

ROOT = Path(__file__).resolve().parents[3]
SCREENS: list[type[StudyScreen]] = [*(place.load() for place in PLACES), AgainScreen]
EVERYWHERE = {PROGRAM, places.GROUP}
"""What the beginning of the page says of all screens."""


def section(heading: str) -> str:
    """The text under a heading, up to the next of its rank."""
    text = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"docs/screens.md has no section '{heading}'"
    return found.group(1)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.REGISTRY.name)
def test_each_screen_has_a_section_with_exactly_its_keys(screen: type[StudyScreen]) -> None:
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|$", section(screen.HEADING), re.MULTILINE)
    registry = screen.REGISTRY
    assert rows == [row for group in registry.groups if group not in EVERYWHERE for row in registry.listed(group)]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_each_section_says_by_which_keys_one_comes_there(place: places.Place) -> None:
    letter = {"comma": ","}.get(place.letter, place.letter)
    assert f"`{key_text(place.key)}` or `{letter}`" in section(place.load().HEADING)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.REGISTRY.name)
def test_each_command_of_a_screen_has_a_handler_and_each_key_one_meaning(screen: type[StudyScreen]) -> None:
    registry = screen.REGISTRY
    assert len(registry.keymap()) == sum(len(command.keys) for command in registry.commands)
    for command in registry.commands:
        if not command.id.startswith(("to_", "digit_")):
            assert callable(getattr(screen, command.handler, None)), command.id
