"""What can be done on the runs screen."""

from __future__ import annotations

from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

LISTED, RUNNING = "listed", "running"

STARTING, LOOKING = "Starting", "Looking"

REGISTRY = registry(
    "runs",
    Command("start", ("n",), "start a run: which model, over what", STARTING, footer=1, short="new run"),
    Command("stop", ("c",), "stop what is going on; what was answered is kept", STARTING, RUNNING, footer=2,
            short="stop"),
    Command("facts", ("enter",), "all that is known of the run", LOOKING, footer=3, short="all of it"),
    Command("down", ("j", "down"), "the run before", LOOKING),
    Command("up", ("k", "up"), "the run after", LOOKING),
    Command("page_down", ("space", "pagedown"), "further down", LOOKING),
    Command("page_up", ("b", "pageup"), "further up", LOOKING),
    Command("first", ("home",), "the newest run", LOOKING),
    Command("last", ("end",), "the first run of all", LOOKING),
)  # fmt: skip
