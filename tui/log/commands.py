"""What can be done on the log screen."""

from __future__ import annotations

from tui.terminal.registry import ALWAYS, Command
from tui.terminal.study_screen import registry

FILTERED, CHECKING, BOTH = "filtered", "checking", "both"

LOOKING, KEEPING = "Looking", "Keeping"

REGISTRY = registry(
    "log",
    Command("whole", ("enter",), "the whole entry", LOOKING, footer=2, short="all of it"),
    Command("follow", ("f",), "follow: new entries come as they are made", LOOKING, footer=3, short="follow"),
    Command("filter", ("k",), "only a kind, a coder, a segment", LOOKING, footer=4, short="filter"),
    Command("unfilter", ("K",), "everything again", LOOKING, FILTERED, footer=5, short="everything"),
    Command("down", ("j", "down"), "the next entry", LOOKING),
    Command("up", ("up",), "the entry before", LOOKING),
    Command("page_down", ("space", "pagedown"), "further down", LOOKING),
    Command("page_up", ("b", "pageup"), "further up", LOOKING),
    Command("first", ("home",), "the first entry of all", LOOKING),
    Command("last", ("end",), "the newest entry", LOOKING),
    Command("verify", ("V",), "verify: chain, content, and all that follows from them", KEEPING, ALWAYS, footer=6,
            short="verify"),
    Command("checkpoint", ("C",), "write a checkpoint for a second party to keep", KEEPING, footer=7,
            short="checkpoint"),
    Command("stop", ("c",), "stop verifying", KEEPING, CHECKING, footer=1, short="stop"),
    states={BOTH: frozenset({FILTERED, CHECKING})},
)  # fmt: skip
