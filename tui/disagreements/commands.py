"""What can be done on the screen of the disagreements."""

from __future__ import annotations

from tui.terminal.listing import MOVES
from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

LIST, CASE = "list", "case"
"""When a command applies: with a segment in the list, and with that segment in full on screen."""

SETTLING, LOOKING = "Settling", "Looking"

REGISTRY = registry(
    "disagreements",
    *(
        Command(f"digit_{n}", (str(n),), "settle on what the coder in this column said", SETTLING, CASE,
                footer=2 if n == 1 else 0, short="on theirs")
        for n in range(1, 10)
    ),
    Command("all", ("a",), "settle on the codes of all people together", SETTLING, CASE, footer=3, short="on all"),
    Command("no_code", ("0",), "settle on no code", SETTLING, CASE, footer=4, short="no code"),
    Command("other", ("c",), "settle on codes of your choice", SETTLING, CASE, footer=5, short="codes"),
    Command("reopen", ("z",), "take back what was settled", SETTLING, LIST),
    Command("undo", ("u",), "undo what you settled last on this screen", SETTLING, footer=6, short="undo"),
    Command("redo", ("ctrl+r", "U"), "redo it", SETTLING),
    Command("enter", ("enter",), "the segment in full; then on to the next that is open", LOOKING, LIST, footer=1,
            short="open, next"),
    Command("marks", ("tab",), "mark the words that the next coder meant", LOOKING, CASE),
    Command("read_on", ("J",), "further down in the segment", LOOKING, CASE),
    Command("read_back", ("K",), "further up in it", LOOKING, CASE),
    Command("filter", ("f",), "only a kind, a code, two codes, a document, or what is open", LOOKING, footer=7,
            short="only"),
    Command("everything", ("E",), "everything again", LOOKING),
    Command("order", ("o",), "in the order of the talk, or the farthest apart first", LOOKING),
    Command("hide", ("h",), "letters in the place of people's names, or names again", LOOKING, footer=8, short="names"),
    Command("models", ("M",), "compare models with people too, or people alone", LOOKING),
    Command("round", ("R",), "another round", LOOKING),
    Command("transcript", ("t",), "the transcript, at this segment", LOOKING, LIST),
    Command("review", ("g",), "go to the segment in the review", LOOKING, LIST),
    *MOVES,
    states={CASE: frozenset({LIST})},
)  # fmt: skip
