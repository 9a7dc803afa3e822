"""Every screen of the terminal by name, and the keys that lead to it from the review: for golden files and pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from seat import Seat

from tui.errands.state import Kind


@dataclass(frozen=True)
class Shot:
    """A screen. `steps` are keys; one that begins with a colon is typed. What they changed in the review stays for the
    shots that follow. What stands before a comma in the name is the part of the terminal that it belongs to. `counts`:
    it is looked at once such an errand, which goes on beside, has ended."""

    name: str
    steps: tuple[str, ...] = ()
    counts: Kind | None = None


class Over(Shot):
    """A page over a screen: it looks alike wherever there is room for it."""


SHOTS: tuple[Shot, ...] = (
    Shot("review"),
    Shot("review, accepted", ("a",)),
    Shot("review, rejected", ("j", "r")),
    Over("reason", ("R",)),
    Shot("review, undone", ("u",)),
    Shot("review, range by words", ("left_square_bracket", "left_square_bracket")),
    Shot("review, range over turns", ("v", "J")),
    Over("mask", ("ctrl+x",)),
    Shot("review, no code fits", ("escape", "0",)),
    Shot("review, asked", ("enter",)),
    Shot("review, the next one", ("enter",)),
    Over("finder", ("c",)),
    Over("finder, typed", ("c", ":tra")),
    Over("finder, a new name", ("c", ":quite new")),
    Over("edit", ("e",)),
    Over("name", ("i",)),
    Over("memo", ("m", ":look at this again")),
    Over("definition", ("d",)),
    Over("examples", ("x",)),
    Over("go to", ("g",)),
    Over("filter", ("f",)),
    Over("order", ("O",)),
    Over("digits", ("number_sign",)),
    Over("help", ("question_mark",)),
    Over("help, further down", ("question_mark", "space", "space")),
    Over("tour", ("f12",)),
    Shot("palette", ("ctrl+p",)),
    Shot("search", ("slash", ":day", "enter")),
    Shot("search, empty", ("slash",)),
    Shot("transcript", ("t",)),
    Shot("transcript, coding", ("t", "m")),
    Over("transcript, correct", ("t", "x")),
    Shot("transcript, find", ("t", "slash", ":day", "enter")),
    Over("transcript, role", ("t", "o")),
    Shot("tree", ("f2",)),
    Shot("tree, segments", ("f2", "j", "tab")),
    Over("tree, new", ("f2", "n")),
    Over("tree, redefine", ("f2", "j", "e")),
    Over("tree, redefine told", ("f2", "j", "e", ":new ", "tab", ":x", "ctrl+s")),
    Over("tree, rename", ("f2", "j", "r")),
    Over("tree, move", ("f2", "j", "m")),
    Over("tree, merge", ("f2", "j", "g", "enter")),
    Over("tree, split", ("f2", "j", "s")),
    Over("tree, retire", ("f2", "j", "z")),
    Over("tree, about", ("f2", "j", "d")),
    Shot("tree, again", ("f2", "w")),
    Shot("documents", ("f3",)),
    Over("documents, attributes", ("f3", "e")),
    Over("documents, consent", ("f3", "k")),
    Over("documents, roles", ("f3", "o")),
    Over("documents, add", ("f3", "n")),
    Over("documents, withdraw", ("f3", "w")),
    Shot("progress", ("f4",)),
    Shot("progress, pace", ("f4", "y")),
    Shot("rounds", ("f5",)),
    Over("rounds, open", ("f5", "n")),
    Over("rounds, assign", ("f5", "a")),
    Over("rounds, divide", ("f5", "s")),
    Over("rounds, close", ("f5", "c")),
    Shot("runs", ("f6",)),
    Over("runs, facts", ("f6", "enter")),
    Over("runs, start", ("f6", "n")),
    Shot("log", ("f7",)),
    Over("log, entry", ("f7", "enter")),
    Over("log, filter", ("f7", "k")),
    Shot("settings", ("f8",)),
    Over("settings, change", ("f8", "enter")),
    Over("settings, list", ("f8", *"jjjjjjj", "enter")),
    Shot("by code", ("f9",)),
    Shot("by code, selected", ("f9", "v", "j", "v")),
    Over("by code, bulk", ("f9", "v", "j", "v", "B")),
    Over("by code, codes", ("f9", "c")),
    Over("by code, help", ("f9", "question_mark")),
    Shot("disagreements", ("f10",)),
    Shot("proposals", ("ctrl+n",)),
    Shot("review, memo and flag", ("exclamation_mark",)),
    Shot("review, unfolded", ("p", "o")),
)  # fmt: skip

BLIND_SHOTS = (
    Shot("blind", ("n",)),
    Shot("blind, a code of one's own", ("1",)),
    Shot("blind, committed and revealed", ("enter", "enter")),
    Shot("blind, taken over", ("a",)),
    Shot("blind, the next one", ("enter",)),
    Shot("blind, no code fits", ("0",)),
    Shot("blind, by code", ("f9",)),
    Shot("blind, transcript", ("t",)),
    Shot("blind, audit", ("f11",)),
    Shot("end", ("n", *("0", "enter", "enter") * 11)),
    Shot("end, filter", ("f",)),
)
"""Of a study all of which is blind, to the end of its queue."""
AUDIT_SHOTS = (
    Shot("audit", ("f11",), counts="audit"),
    *(Shot(f"audit, section {n}", ("f11", *"n" * (n - 1))) for n in range(2, 11)),
    Shot("audit, further down", ("f11", *"nn", "space")),
    Shot("audit, sorted", ("f11", *"nn", "s", "enter")),
    Over("audit, sections", ("f11", "enter")),
    Over("audit, asked", ("f11", "o")),
    Over("audit, written", ("f11", "e")),
    Over("audit, help", ("f11", "question_mark")),
)
"""Of a study that people have coded, with what counts beside."""
EMPTY_SHOTS = (
    Shot("empty"),
    *(Shot(f"empty, {key}", (key,)) for key in ("f2", "f3", "f4", "f5", "f6", "f9", "slash", "c", "question_mark")),
)
"""Of a study that holds nothing."""


async def walk(seat: Seat, shots: tuple[Shot, ...] = SHOTS) -> AsyncIterator[Shot]:
    """Goes to one screen after the other, and back to the review each time."""
    for shot in shots:
        for step in shot.steps:
            if step.startswith(":"):
                await seat.type(step[1:])
                await seat.settle()
            else:
                await seat.press(step)
        if shot.counts:
            await seat.errand(shot.counts)
        yield shot
        for _ in range(6):
            if seat.top is seat.screen:
                break
            await seat.press("escape")
        assert seat.top is seat.screen, shot.name
