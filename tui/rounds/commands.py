"""What can be done on the screen of the rounds."""

from __future__ import annotations

from tui.terminal.listing import MOVES
from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

ROUND, OPEN, CLOSED = "round", "open", "closed"
"""When a command applies: with a round chosen, with an open one, with a closed one."""

ROUNDS = "Rounds"

REGISTRY = registry(
    "rounds",
    Command("new", ("n",), "open a round", ROUNDS, footer=1, short="open a round"),
    Command("assign", ("a",), "assign documents or segments of the round to a coder", ROUNDS, OPEN, footer=2,
            short="assign"),
    Command("spread", ("s",), "divide the round's documents evenly among coders", ROUNDS, OPEN, footer=3,
            short="divide"),
    Command("join", ("t",), "take part in the round", ROUNDS, OPEN, footer=4, short="take part"),
    Command("close", ("c",), "close the round", ROUNDS, OPEN, footer=5, short="close"),
    Command("release", ("R",), "release the blind core of a closed round", ROUNDS, CLOSED, footer=6, short="release"),
    *MOVES,
    states={OPEN: frozenset({ROUND}), CLOSED: frozenset({ROUND})},
)  # fmt: skip
