"""What can be done on the screen of proposed codes."""

from __future__ import annotations

from tui.terminal.listing import MOVES, MOVING
from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

SETTLING = "Settling a proposal, with all that is joined to it"

REGISTRY = registry(
    "proposals",
    Command("make", ("a",), "make a code of it, in words of your own", SETTLING, footer=1, short="make"),
    Command("merge", ("g",), "merge it: a code of the tree covers it", SETTLING, footer=2, short="merge"),
    Command("dismiss", ("z",), "dismiss it, with a reason if you like", SETTLING, footer=3, short="dismiss"),
    Command("undo", ("u",), "undo your last entry, if it settled a proposal or changed the tree", SETTLING, footer=5,
            short="undo"),
    Command("redo", ("ctrl+r", "U"), "redo what was undone", SETTLING),
    *MOVES,
    Command("enter", ("enter",), "the segments that speak for it; on one of them, go to it in the review", MOVING,
            footer=4, short="segments"),
)  # fmt: skip

SUPPORTS = registry(
    "supports",
    *MOVES,
    Command("enter", ("enter",), "go to it in the review", MOVING, footer=1, short="go to"),
)
