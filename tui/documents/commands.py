"""What can be done on the screen of the documents."""

from __future__ import annotations

from tui.terminal.registry import ALWAYS, Command
from tui.terminal.study_screen import registry

HELD = "held"
"""There is a document under the cursor."""

LOOKING, CHANGING = "Looking", "Changing"

DOCUMENTS = registry(
    "documents",
    Command("transcript", ("enter", "t"), "the transcript, with codings in the margin", LOOKING, HELD, footer=1,
            short="transcript"),
    Command("down", ("down",), "the next document", LOOKING, HELD),
    Command("up", ("up",), "the document before", LOOKING, HELD),
    Command("page_down", ("pagedown", "space"), "a page further down", LOOKING, HELD),
    Command("page_up", ("pageup", "b"), "a page further up", LOOKING, HELD),
    Command("first", ("home",), "the first document", LOOKING, HELD),
    Command("last", ("end",), "the last document", LOOKING, HELD),
    Command("attributes", ("e",), "label and attributes: site, language, date ...", CHANGING, HELD, footer=2,
            short="attributes"),
    Command("consent", ("k",), "consent of the document and of its speakers", CHANGING, HELD, footer=3,
            short="consent"),
    Command("roles", ("o",), "what is coded and what is context, by speaker or paragraph", CHANGING, HELD, footer=4,
            short="roles"),
    Command("correct", ("x",), "correct the text: opens the transcript, where x corrects a segment", CHANGING, HELD,
            footer=6, short="correct"),
    Command("add", ("n",), "add a document, after a look at what would come in", CHANGING, ALWAYS, footer=5,
            short="new"),
    Command("withdraw", ("w",), "withdraw the document or what one speaker said", CHANGING, HELD, footer=7,
            short="withdraw"),
    states={HELD: frozenset()},
)  # fmt: skip
