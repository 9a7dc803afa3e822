"""What can be done on the screen of the settings."""

from __future__ import annotations

from tui.terminal.listing import MOVES
from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

SETTING, YOURS = "setting", "yours"
"""When a command applies: on a setting of the study, on something of the user's own."""

SETTINGS = "Settings"

REGISTRY = registry(
    "settings",
    Command("enter", ("enter",), "change the chosen setting", SETTINGS, footer=1, short="change"),
    Command(
        "reset", ("backspace", "delete"), "back to the default", SETTINGS, SETTING, True, footer=2, short="default"
    ),
    *MOVES,
)
