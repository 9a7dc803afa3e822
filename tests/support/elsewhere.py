"""Chapters of the scripted session on the screens beside the review: the tree, documents, rounds, runs, log, search."""

from __future__ import annotations

import re
import time

from story import Places, Story
from tmux_terminal import PAINTED

HOME = r"▌\s?\S"
"""The review again, with a segment on it."""


def reshaping(story: Story, at: Places) -> None:
    """Two codes made, then renamed, redefined, moved, split, merged and retired; what can be is taken back again."""
    story.looks("F2", shows="Code tree")
    for name in ("Lamp", "Beacon"):
        story.reshapes("N", name, asks="What it means", then="y make it", shows=rf"▸.?\s*{name}")
    story.reshapes("n", "Wick", asks="New code below Beacon", then="y make it", shows=r"▸.?\s*Wick")
    story.reshapes("r", " end", asks="Rename", then="y rename", shows=r"▸.?\s*Wick end")
    story.reshapes("e", "what burns", asks="Redefine", then="y redefine", shows="redefined")
    story.reshapes("m", "Lamp", asks="Move .* below", then="y move", shows="moved", commit="Enter")
    split = r"\A(?!.*y split).*split"
    story.reshapes("s", "Red: glows", "Blue: hot", asks="Parts", then="y split", shows=split)
    story.reshapes("g", "Beacon", asks="Merge .* into", then="y merge", shows="merged", commit="Enter")
    story.reshapes("z", asks="y retire", shows="retired")
    story.does("u", shows="undone: ", tells=("reverted",))
    story.does("C-r", shows="done again: ", tells=("reverted",))
    story.looks("/", shows="type to find")
    story.terminal.type("Lamp")
    story.looks("Enter", shows=r"▸.?\s*Lamp")
    story.looks("d", shows="any key goes back|space page")
    story.looks("Escape", "h", "l", "o", shows="Code tree")
    story.looks("o", "Tab", shows="⏎ review|No segment has this code")
    story.looks("Tab", "Escape", shows=HOME)


def documents(story: Story, at: Places) -> None:
    """An attribute, and consent set and lifted."""
    story.looks("F3", shows="Documents")
    story.looks("End", "e", shows="label and attributes")
    story.looks("BTab", shows="another")
    story.terminal.type("mood=calm")
    story.does("C-s", shows="^(?!.*label and attributes)", tells=("document_described",))
    story.looks("k", shows="local_only")
    story.does("Enter", shows="local_only is set", tells=("consent_set",))
    story.does("Enter", shows="local_only is lifted", tells=("consent_set",))
    story.looks("Escape", "Home", shows="Documents")
    story.looks("Escape", shows=HOME)


def correcting(story: Story, at: Places) -> None:
    """Words of a segment corrected, which no undo brings back: the earlier text stays a version."""
    story.terminal.go(at.shown)
    story.looks("t", shows=rf"Transcript.*▸{re.escape(at.shown)}")
    time.sleep(PAINTED)
    story.looks("x", shows="Correct ")
    story.terminal.type("Indeed, ")
    story.looks("C-s", shows="place of the text changes")
    story.looks("r", shows="Reason: ")
    story.does("Enter", shows="is corrected", tells=("text_corrected",))
    story.looks("Escape", shows=HOME)


def searching(story: Story, at: Places) -> None:
    """Words looked for, and from the hit into the review."""
    story.looks("/", shows="Type words|words")
    story.terminal.type("Indeed")
    story.looks("Enter", shows="1 found|found")
    time.sleep(PAINTED)
    story.looks("Enter", shows=rf"▌\s?{re.escape(at.shown)}\s")


def viewing(story: Story, at: Places) -> None:
    """What is seen, and in which order: only flagged segments, every order, and all of it again."""
    story.terminal.go(at.rich)
    story.does("!", shows="⚑", tells=("flagged",))
    story.looks("f", shows="What do you want to see")
    _state(story, "flagged")
    story.looks("n", shows="⚑|Nothing|left")
    story.looks("f", shows="What do you want to see")
    _state(story, "open")
    for digit, order in (("2", "uncertain"), ("3", "code"), ("4", "random"), ("1", "document")):
        story.looks("O", shows="In which order")
        story.looks(digit, shows=f"{order}|{HOME}")
        time.sleep(PAINTED)
    story.terminal.go(at.rich)
    story.does("!", shows="^(?!.*⚑ flagged)", tells=("flagged",))


def _state(story: Story, wanted: str) -> None:
    for _ in range(4):
        story.terminal.keys("Tab")
    for _ in range(12):
        story.terminal.keys("BSpace")
    story.terminal.type(wanted)
    story.looks("C-s", shows="^(?!.*What do you want to see)")
    time.sleep(PAINTED)


def pointing(story: Story, at: Places) -> None:
    """The mouse chooses a line, presses a key of the footer, and draws a range."""
    story.terminal.go(at.rich)
    story.terminal.click(r"  (2) · ")
    story.looks(shows="▸ 2 · ")
    story.terminal.click("memo" if "memo" in story.terminal.text.splitlines()[-1] else r"\? all")
    story.looks(shows="Memo on|Deciding")
    story.looks("Escape", shows=HOME)
    story.terminal.drag(r"▌.*?\d  +\S+  +\S+\s.*?\b(\w{4,})", 3)  # in what is said, not in the speaker's name
    story.looks(shows="range: ")
    story.looks("Escape", shows=r"^(?!.*range: )")


def rounds(story: Story, at: Places) -> None:
    """A round for a colleague opened, assigned, divided and closed, and its core released."""
    story.looks("F5", shows="Rounds")
    story.looks("n", shows="Open a round")
    story.terminal.type("second")
    story.looks("Tab", "Tab", shows="Coders")
    story.terminal.type("guest")
    story.looks("C-s", shows="y open it")
    story.does("y", shows="round second is open", tells=("round_opened",))
    story.looks("Home", shows="▸")
    story.down_to("▸second")
    story.looks("a", shows="Assign in the round second")
    story.terminal.type("guest")
    story.looks("C-s", shows="y assign it")
    story.does("y", shows="guest", tells=("round_assigned",))
    story.looks("c", shows="Close the round second")
    story.does("y", shows="second is closed", tells=("round_closed",))
    story.looks("Escape", shows=HOME)


def running(story: Story, at: Places) -> None:
    """A run counted, begun and stopped: what it answered stays."""
    story.looks("F6", shows="Runs")
    story.looks("n", shows="Start a run")
    story.looks("3", "Enter", shows="y start it")
    story.looks("y", shows="has begun|counting|suggesting|%|done")
    story.terminal.keys("c")
    story.looks("Enter", shows="Model: ")
    story.looks("Escape", "Escape", shows=HOME)


def keeping(story: Story, at: Places) -> None:
    """The log followed, narrowed, and verified; a checkpoint for a second party."""
    story.looks("F7", shows="Log")
    story.looks("f", shows="follow")
    story.looks("k", shows="Only ")
    story.terminal.type("decided")
    story.looks("Enter", shows="decided")
    story.looks("K", "V", shows="Verified: ")
    story.looks("C", shows="heckpoint")
    story.looks("Escape", "Escape", shows=HOME)
    story.looks("F4", shows="completed, by coder")
    story.looks("y", shows="your pace")
    story.looks("d", shows="Documents")
    story.looks("Escape", shows=HOME)


def withdrawing(story: Story, at: Places) -> None:
    """One speaker of the last document withdrawn, for good: asked for a reason, and twice for the label."""
    story.looks("F3", shows="Documents")
    story.looks("End", shows="Documents")
    found = re.search(r"▸(\S+)", story.terminal.text)
    assert found is not None
    story.looks("w", shows="withdraw")
    story.looks("Down", "Enter", shows="type the label")
    story.terminal.type("they asked")
    story.looks("Tab", shows="reason")
    story.terminal.type(found[1])
    time.sleep(2 * PAINTED)  # the label stands on the screen already, so that seeing it says nothing
    story.looks("C-s", shows="once more")
    story.terminal.type(found[1])
    time.sleep(2 * PAINTED)
    story.does("Enter", shows="masked|withdrawn|gone", tells=("text_corrected", "erased"))
    time.sleep(PAINTED)
    story.looks("Escape", shows="^(?!.*╰)")
    story.looks("Escape", shows=HOME)


BEFORE, AFTER = (
    (pointing, viewing),
    (reshaping, documents, correcting, searching, rounds, running, keeping, withdrawing),
)
"""What comes before the chapters of the review, while its segments are untouched, and what comes after them."""
