"""The one registry of what can be done in the review: keys, footer, help, palette and documentation come from it."""

from __future__ import annotations

from tui.terminal import places
from tui.terminal.registry import ALWAYS, Command, Registry

SEGMENT, SHOWN, BLIND = "segment", "shown", "blind"
"""When a command applies: with a segment on screen, with its suggestions visible, before they are."""

DECIDING, RANGES, SEGMENTS, LOOKING, PROGRAM = "Deciding", "Ranges", "Segments", "Looking", "The program"

COMMANDS: tuple[Command, ...] = (
    Command("accept", ("a",), "accept the chosen suggestion", DECIDING, SHOWN, True, 1, "accept"),
    Command("edit", ("e",), "edit: another code in the suggestion's place", DECIDING, SHOWN, True, 4, "edit"),
    Command("reject", ("r",), "reject the chosen suggestion; a reason may follow", DECIDING, SHOWN, True, 2, "reject"),
    Command("reason", ("R",), "type a reason for the reject just made", DECIDING, SHOWN, True),
    Command("unsure", ("s",), "unsure about the chosen suggestion", DECIDING, SHOWN, True),
    Command("add", ("c",), "add a code that nobody suggested", DECIDING, SEGMENT, True, 5, "code"),
    Command("in_vivo", ("i",), "make a new code in the participant's words", DECIDING, SEGMENT, True),
    Command("remove", ("delete", "backspace"), "take the chosen code of your own away", DECIDING, SEGMENT, True),
    Command("no_code", ("0",), "say that no code fits", DECIDING, SEGMENT, True, 6, "none fits"),
    Command("complete", ("enter",), "done with the segment: what is open is not applied", DECIDING, SEGMENT, True, 3,
            "done"),
    Command("memo", ("m",), "write a memo on the segment", DECIDING, SEGMENT, True, 8, "memo"),
    Command("flag", ("exclamation_mark",), "flag the segment, or take the flag away", DECIDING, SEGMENT, True),
    Command("mask", ("ctrl+x",), "mask a name: the range's words, for good", DECIDING, SEGMENT, True),
    Command("undo", ("u",), "undo your last entry, however far back", DECIDING, ALWAYS, True, 7, "undo"),
    Command("redo", ("ctrl+r", "U"), "redo what was undone", DECIDING, ALWAYS, True),
    Command("accept_and_complete", (), "accept the chosen suggestion, then what done does", DECIDING, SHOWN, True),
    Command("range_back", ("left_square_bracket",), "move the range's end back by a word", RANGES, SEGMENT),
    Command("range_on", ("right_square_bracket",), "move it on by a word", RANGES, SEGMENT),
    Command("range_back_sentence", ("left_curly_bracket",), "move it back by a sentence", RANGES, SEGMENT),
    Command("range_on_sentence", ("right_curly_bracket",), "move it on by a sentence", RANGES, SEGMENT),
    Command("range_other", ("tab",), "move the range's start instead, or its end again", RANGES, SEGMENT),
    Command("range_turns", ("v",), "begin a range over whole turns, or drop it", RANGES, SEGMENT),
    Command("range_turn_on", ("J",), "move the range on by a turn", RANGES, SEGMENT),
    Command("range_turn_back", ("K",), "move it back by a turn", RANGES, SEGMENT),
    Command("range_put", ("equals_sign",), "lay the chosen line's applied code on the range", RANGES, SEGMENT, True),
    Command("drop", ("escape",), "drop the range, or a decision that could not be stored", RANGES),
    Command("later", ("w",), "put the segment to the end of the queue", SEGMENTS, SEGMENT, True),
    Command("next", ("n",), "next segment, leaving this one as it is", SEGMENTS),
    Command("previous", ("p",), "the segment before", SEGMENTS),
    Command("go", ("g",), 'go to a citation such as "BU 51"', SEGMENTS),
    Command("search", ("slash",), "search the words of the transcripts", SEGMENTS),
    Command("filter", ("f",), "see only some: by document, speaker, code, state, words", SEGMENTS),
    Command("order", ("O",), "another order: document, uncertain, code, random", SEGMENTS),
    *(
        Command(f"digit_{n}", (str(n),), "choose a suggestion; in a blind segment, apply a code of the palette",
                LOOKING, SEGMENT)
        for n in range(1, 10)
    ),
    Command("down", ("j", "down"), "choose the next line", LOOKING, SEGMENT),
    Command("up", ("k", "up"), "choose the line before", LOOKING, SEGMENT),
    Command("unfold", ("o",), "show or hide what does not seem to fit", LOOKING, SHOWN),
    Command("definition", ("d",), "the chosen code's definition in full", LOOKING, SEGMENT),
    Command("examples", ("x",), "examples of the chosen code: yours, and of rounds that are over", LOOKING, SEGMENT),
    Command("transcript", ("t",), "the whole transcript, with codings in the margin", LOOKING, SEGMENT),
    Command("beside", ("l",), "the other language: original and translation side by side", LOOKING, SEGMENT),
    Command("page_down", ("space", "pagedown"), "further down in the talk", LOOKING, SEGMENT),
    Command("page_up", ("b", "pageup"), "further up in the talk", LOOKING, SEGMENT),
    Command("palette", ("number_sign",), "put codes of your own on the digits of blind segments", LOOKING),
    Command("help", ("question_mark", "f1"), "all keys", PROGRAM, footer=9, short="all"),
    Command("tour", ("f12",), "the first steps in five lines", PROGRAM),
    Command("quit", ("q",), "leave; everything is stored already", PROGRAM, footer=10, short="leave"),
    *places.commands(letters=True),
)  # fmt: skip

REVIEW = Registry("review", COMMANDS, {SHOWN: frozenset({SEGMENT}), BLIND: frozenset({SEGMENT})})
