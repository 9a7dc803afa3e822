"""Whatever a key stores can be stored without the screen: docs/deciding.md says how, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from suggest.review.requests import ACTIONS
from tui.beside.commands import BESIDE
from tui.cli import COMMANDS, main
from tui.review.commands import REVIEW
from tui.terminal.places import BY_ID
from tui.terminal.registry import Registry, keys_text
from tui.transcript.commands import TRANSCRIPT

DOCS = Path(__file__).resolve().parents[2] / "docs" / "deciding.md"
STORING = {"Deciding", "Changing the tree", "Files", "Changing", "Rounds", "Starting", "Keeping", "Settings",
           "Checking"}  # fmt: skip
"""Groups of commands that store something; `later` is the only one outside of them."""
NOT_STORED = {"select", "unselect"}


def registries() -> dict[str, Registry]:
    known = {"review": REVIEW, "transcript": TRANSCRIPT, "beside": BESIDE}
    return known | {id_.replace("_", " "): place.load().REGISTRY for id_, place in BY_ID.items()}


def rows() -> list[tuple[str, str, str]]:
    """(screen, keys, how) of the table."""
    section = DOCS.read_text(encoding="utf-8").partition("## Every key, without the screen")[2].partition("\n## ")[0]
    return re.findall(r"^\| ([a-z ]+) \| `(.+?)` \| (.+) \|$", section, re.MULTILINE)


def test_every_key_that_stores_something_is_in_the_table() -> None:
    wanted = {
        (screen, keys_text(command.keys))
        for screen, registry in registries().items()
        for command in registry.commands
        if (command.group in STORING or command.id == "later") and command.keys and command.id not in NOT_STORED
    }
    assert {(screen, keys) for screen, keys, _ in rows()} == wanted


@pytest.mark.parametrize(("screen", "keys", "how"), rows(), ids=lambda given: given if len(given) < 12 else "")
def test_what_takes_its_place_is_there(screen: str, keys: str, how: str) -> None:
    named = re.findall(r"`([^`]+)`", how)
    if " in `decide`" in how:
        assert {name for name in named if name.isidentifier()} - {"decide"} <= ACTIONS
        return
    program, command, *rest = named[0].split()
    assert (program, command in COMMANDS) == ("secondcoder", True)
    found = main.get_command(click.Context(main), command)
    if rest and command != "settings":  # which takes what to do as an argument
        assert isinstance(found, click.Group)
        assert rest[0] in found.commands
