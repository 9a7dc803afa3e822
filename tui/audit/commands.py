"""What can be done on the screen of the audit."""

from __future__ import annotations

from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

SHOWN, COUNTING, BOTH = "shown", "counting", "both"
"""When a command applies: with figures on screen, while they are counted, and both."""

FIGURES, MOVING = "Figures", "Moving"

REGISTRY = registry(
    "audit",
    Command("next", ("n", "right", "l"), "the next section", MOVING, SHOWN, footer=1, short="next section"),
    Command("previous", ("p", "left", "h"), "the section before", MOVING, SHOWN),
    Command("choose", ("enter",), "choose a section from a list", MOVING, SHOWN),
    Command("down", ("j", "down"), "a line further down", MOVING, SHOWN),
    Command("up", ("k", "up"), "a line further up", MOVING, SHOWN),
    Command("page_down", ("space", "pagedown"), "a page further", MOVING, SHOWN),
    Command("page_up", ("b", "pageup"), "a page back", MOVING, SHOWN),
    Command("first", ("home",), "to the beginning of the section", MOVING, SHOWN),
    Command("last", ("end",), "to its end", MOVING, SHOWN),
    Command("ask", ("o",), "another question: round, coders, branch, attribute, plan", FIGURES, footer=2,
            short="question"),
    Command("sort", ("s",), "put the section's tables in order by a column; again turns it round", FIGURES, SHOWN,
            footer=3, short="sort"),
    Command("export", ("e",), "write it to a file: .html, .md or .json", FIGURES, SHOWN, footer=4, short="to a file"),
    Command("again", ("r",), "count again, from the study as it is now", FIGURES, footer=5, short="again"),
    Command("stop", ("x",), "stop counting", FIGURES, COUNTING, footer=1, short="stop"),
    states={BOTH: frozenset({SHOWN, COUNTING})},
)  # fmt: skip
