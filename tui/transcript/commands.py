"""What can be done in a transcript."""

from __future__ import annotations

from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

TURN = "turn"
"""There is a turn under the cursor."""

MOVING, LOOKING, CHANGING = "Moving", "Looking", "Changing"

TRANSCRIPT = registry(
    "transcript",
    Command("review", ("enter",), "to this segment in the review", MOVING, TURN, footer=1, short="review"),
    Command("down", ("down", "j"), "the next turn; a long one is read on first", MOVING, TURN),
    Command("up", ("up", "k"), "the turn before", MOVING, TURN),
    Command("page_down", ("pagedown", "space"), "a page further down", MOVING, TURN),
    Command("page_up", ("pageup", "b"), "a page further up", MOVING, TURN),
    Command("first", ("home",), "the beginning", MOVING, TURN),
    Command("last", ("end",), "the end", MOVING, TURN),
    Command("go", ("g",), "go to a paragraph", MOVING, TURN, footer=3, short="go to"),
    Command("find", ("slash",), "find words in this transcript", LOOKING, TURN, footer=2, short="find"),
    Command("find_next", ("n",), "the next place where they stand", LOOKING, TURN),
    Command("find_previous", ("N",), "the place before", LOOKING, TURN),
    Command("mark", ("m",), "the next coding: code, coder and words", LOOKING, TURN, footer=4, short="coding"),
    Command("mark_back", ("M",), "the coding before", LOOKING, TURN),
    Command("beside", ("l",), "the other language: original and translation side by side", LOOKING, TURN),
    Command("correct", ("x",), "correct the words of this segment", CHANGING, TURN, footer=5, short="correct"),
    Command("role", ("o",), "make this segment data, prompt or other", CHANGING, TURN, footer=6, short="role"),
    states={TURN: frozenset()},
)  # fmt: skip
