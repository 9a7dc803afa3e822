"""What can be done where original and translation stand side by side."""

from __future__ import annotations

from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

PART = "part"
"""There is a part under the cursor."""

MOVING, CHECKING = "Moving", "Checking"

BESIDE = registry(
    "beside",
    Command("check", ("c",), "you have read both, and they say the same", CHECKING, PART, True, 1, "checked"),
    Command("query", ("a",), "ask about it; the question stays open until it is answered", CHECKING, PART, True, 2,
            "ask"),
    Command("answer", ("r",), "all questions about it are answered", CHECKING, PART, True, 3, "answered"),
    Command("draft", ("z",), "take your own check or question back", CHECKING, PART, True),
    Command("next_open", ("n",), "the next one that is not checked", MOVING, PART, footer=4, short="next open"),
    Command("review", ("enter",), "to this place in the review", MOVING, PART, footer=5, short="review"),
    Command("down", ("down", "j"), "the next paragraph; a long one is read on first", MOVING, PART),
    Command("up", ("up", "k"), "the paragraph before", MOVING, PART),
    Command("page_down", ("pagedown", "space"), "a page further down", MOVING, PART),
    Command("page_up", ("pageup", "b"), "a page further up", MOVING, PART),
    Command("first", ("home",), "the beginning", MOVING, PART),
    Command("last", ("end",), "the end", MOVING, PART),
    states={PART: frozenset()},
)  # fmt: skip
