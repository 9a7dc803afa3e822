"""What can be done in the list."""

from __future__ import annotations

from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

LISTED, SELECTED = "listed", "selected"
"""When a command applies: with a list on screen, with lines of it selected."""
DECIDING, LOOKING = "Deciding", "Looking"

REGISTRY = registry(
    "by_code",
    Command("accept", ("a",), "accept the suggestion", DECIDING, LISTED, True, 1, "accept"),
    Command("edit", ("e",), "edit: another code in its place", DECIDING, LISTED, True, 2, "edit"),
    Command("reject", ("r",), "reject the suggestion", DECIDING, LISTED, True, 3, "reject"),
    Command("unsure", ("s",), "unsure about the suggestion", DECIDING, LISTED, True, 6, "unsure"),
    Command("select", ("v",), "select the line, or no longer", DECIDING, LISTED, False, 7, "select"),
    Command("unselect", ("V",), "select nothing", DECIDING, SELECTED),
    Command("bulk", ("B",), "decide what is selected, once it was listed", DECIDING, SELECTED, False, 4, "decide"),
    Command("undo", ("u",), "undo your last entry, where it lies in this list", DECIDING, LISTED, True, 8, "undo"),
    Command("redo", ("ctrl+r", "U"), "redo what was undone", DECIDING, LISTED, True),
    Command("open", ("enter",), "open the segment in the review", LOOKING, LISTED, False, 5, "open"),
    Command("code", ("c",), "another code", LOOKING, footer=9, short="code"),
    Command("next_code", ("greater_than_sign",), "the next code that is suggested", LOOKING),
    Command("previous_code", ("less_than_sign",), "the one before", LOOKING),
    Command("down", ("j", "down"), "the next line", LOOKING, LISTED),
    Command("up", ("k", "up"), "the line before", LOOKING, LISTED),
    Command("page_down", ("space", "pagedown"), "further down", LOOKING, LISTED),
    Command("page_up", ("b", "pageup"), "further up", LOOKING, LISTED),
    Command("first", ("home",), "the first line", LOOKING, LISTED),
    Command("last", ("end",), "the last line", LOOKING, LISTED),
    Command("definition", ("d",), "the code's definition in full", LOOKING, LISTED),
    states={SELECTED: frozenset({LISTED})},
)
