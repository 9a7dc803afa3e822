"""What can be done on the screen of the code tree, and on the list of what has to be read again."""

from __future__ import annotations

from tui.terminal.listing import MOVES, MOVING
from tui.terminal.registry import Command
from tui.terminal.study_screen import registry

TREE, SEGMENTS = "tree", "segments"
"""Which side has the cursor: the codes, or the segments of the chosen one."""

CHANGING, FILES = "Changing the tree", "Files"

REGISTRY = registry(
    "tree",
    Command("new", ("n",), "new code below the chosen one", CHANGING, TREE, footer=2, short="new"),
    Command("theme", ("N",), "new code at the top", CHANGING, TREE),
    Command("redefine", ("e",), "redefine: what the code means, when to use it, when not", CHANGING, TREE, footer=3,
            short="redefine"),
    Command("rename", ("r",), "rename the chosen code", CHANGING, TREE, footer=4, short="rename"),
    Command("move", ("m",), "move the chosen code, with all below it", CHANGING, TREE, footer=5, short="move"),
    Command("merge", ("g",), "merge the chosen code into another", CHANGING, TREE, footer=6, short="merge"),
    Command("split", ("s",), "split the chosen code into parts", CHANGING, TREE, footer=8, short="split"),
    Command("retire", ("z",), "retire the chosen code", CHANGING, TREE),
    Command("undo", ("u",), "undo your last entry, if it is a change of the tree", CHANGING, decides=True, footer=7,
            short="undo"),
    Command("redo", ("ctrl+r", "U"), "redo the change of the tree that was undone", CHANGING, decides=True),
    *MOVES,
    Command("unfold", ("right", "l"), "unfold, or to the first code below", MOVING, TREE),
    Command("fold", ("left", "h"), "fold, or to the code above", MOVING, TREE),
    Command("fold_all", ("o",), "fold everything, or unfold it", MOVING, TREE),
    Command("find", ("slash",), "find a code by its name, path or definition", MOVING, footer=9, short="find"),
    Command("across", ("tab",), "to the segments of the code, and back", MOVING),
    Command("enter", ("enter",), "the code's segments; on one of them, go to it in the review", MOVING, footer=1,
            short="segments"),
    Command("about", ("d",), "all about the code: its words, their history, what it stands with", MOVING),
    Command("proposals", ("p",), "codes that models propose, to be made, merged or dismissed", MOVING),
    Command("again", ("w",), "what you have to read again, segment by segment", MOVING, footer=10, short="again"),
    Command("take_in", ("I",), "bring in a codebook (.csv or .yaml)", FILES),
    Command("export", ("E",), "write the tree to a file (.csv or .yaml)", FILES),
)  # fmt: skip

AGAIN = registry(
    "again",
    *MOVES,
    Command("enter", ("enter",), "read it again in the review", MOVING, footer=1, short="read again"),
)
