"""A session of an analyst as a script of keys, with the entries that the log has to tell of it afterwards.

Each step waits until the screen acknowledges it: what was never acknowledged would be missed there, and what the screen
acknowledged and the log does not tell would be missed at the end.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tmux_terminal import PAINTED, SECONDCODER, Terminal, review_in_terminal

CODER = "walker"
NAME = "Zebra crossing"
OWN = rf"▸ . ?\+ {NAME}|▸ \d \+ {NAME}"
"""The line of a code of one's own, chosen."""
QUIET = frozenset({"opened", "joined", "queue_drawn", "coder_added", "revealed", "replica_started", "suggested",
                   "run_started", "run_ended", "checkpointed"})  # fmt: skip
"""Kinds that no key of the script asks for by itself."""


def secondcoder(*arguments: object) -> str:
    """What a command prints."""
    return subprocess.run(
        [str(SECONDCODER), *(str(argument) for argument in arguments)], capture_output=True, text=True, check=True
    ).stdout


def lines(*arguments: object) -> list[dict[str, Any]]:
    """The JSON Lines that a command prints."""
    return [json.loads(line) for line in secondcoder(*arguments, "--json").splitlines()]


@dataclass
class Places:
    """Citations of segments to work on: two with suggestions that fit, one blind and then shown, one blind."""

    rich: str
    shown: str
    then_shown: str | None
    blind: str | None
    code: str
    """The name of a code that is not suggested for `rich`."""


def places(study: Path) -> Places:
    """Looks through the whole queue, as the screen would show it."""
    queue = lines("queue", study, "--coder", CODER, "--limit", 400)
    shown = [item for item in queue if item["exposure"] == "shown"]

    def fitting(item: dict[str, Any]) -> int:
        return sum(suggestion["fits"] for suggestion in item["suggestions"])

    # Not the first of all, so that there is something to go to; short, so that Enter need not scroll.
    short = [item for item in shown[3:] if len(item["text"]) < 160 and "\n" not in item["text"]]
    rich = next(item for item in short if fitting(item) >= 2)
    other = next(item for item in short if fitting(item) >= 1 and item is not rich)
    suggested = {suggestion["code"] for suggestion in rich["suggestions"]}
    code = next(
        code
        for code in json.loads(secondcoder("codes", study, "show", "--json"))["codes"]
        if code["code"] not in suggested
    )
    by_exposure = {
        exposure: next((i["cite"] for i in queue if i["exposure"] == exposure and len(i["text"]) < 400), None)
        for exposure in ("blind_then_shown", "blind")
    }
    return Places(
        rich["cite"], other["cite"], by_exposure["blind_then_shown"], by_exposure["blind"], code["name"]
    )  # fmt: skip


@dataclass
class Story:
    """What was done, in order: (kind, action or "")."""

    terminal: Terminal
    told: list[tuple[str, str]] = field(default_factory=list)

    def does(self, *keys: str, shows: str, tells: tuple[str, ...] = ()) -> None:
        """Press keys; the screen shows an expression, and the log will tell these entries ("kind", "kind/action")."""
        if keys == ("y",):  # the words may stand in the question, too
            shows = rf"\A(?!.*y \w+[^\n]* esc leave all).*{shows}"
        self.terminal.keys(*keys, shows=shows)
        self.told += [(kind, action) for kind, _, action in (entry.partition("/") for entry in tells)]

    def looks(self, *keys: str, shows: str) -> None:
        """Press keys that tell the log nothing."""
        self.does(*keys, shows=shows)

    def reshapes(self, key: str, *words: str, asks: str, then: str = "", shows: str, commit: str = "C-s") -> None:
        """A change of the tree: a key opens its form, each of the words goes in with Enter and the last with `commit`,
        the screen counts what it does to completed segments (`then`), and y makes it."""
        self.looks(key, shows=asks)
        for number, word in enumerate(words, 1):
            self.terminal.type(word)
            last = number == len(words)
            self.looks(commit if last else "Enter", shows=then if last else word)
        self.does("y", shows=shows, tells=("code_changed",))

    def down_to(self, line: str) -> None:
        """Lines down, one after another, until the screen shows an expression."""
        for _ in range(8):
            if re.search(line, self.terminal.text):
                return
            self.terminal.keys("j")
            time.sleep(0.1)
        raise AssertionError(self.terminal.text)

    # Chapters

    def deciding(self, at: Places) -> None:
        """Verdicts, reasons, undo and redo, codes of one's own, on one segment."""
        self.terminal.go(at.rich)
        self.does("a", shows=r"1 ✓ ", tells=("decided/accept",))
        self.does("r", shows="2 ✗ ", tells=("decided/reject",))
        self.looks("R", shows="Why not")
        self.terminal.type("too vague")
        self.does("Enter", shows="reason kept", tells=("decided/reject",))
        self.does("u", shows="undone: reject", tells=("reverted",))
        self.does("!", shows="⚑", tells=("flagged",))
        self.does("u", shows="undone: flag", tells=("reverted",))
        self.does("C-r", shows="done again: flag", tells=("reverted",))
        self.does("2", "s", shows=r"2 \? ", tells=("decided/unsure",))
        self.looks("1", "e", shows="Instead of")
        self.terminal.type(at.code)
        self.does("Enter", shows="1 ✎ ", tells=("decided/edit",))
        self.looks("c", shows="Add a code")
        self.terminal.type(at.code[:4])
        self.looks("Escape", shows=r"1 ✎ ")
        self.looks("i", shows="A new code")
        self.terminal.type(NAME)
        self.does("Enter", shows=f"a new code: {NAME}", tells=("code_changed", "decided/add"))
        self.does("m", shows="Memo on")
        self.terminal.type("look at this again")
        self.does("C-s", shows="1 memo", tells=("memo_written",))

    def ranges(self, at: Places) -> None:
        """By word, sentence and turn; a code laid on another range, taken away; a name masked."""
        self.terminal.go(at.shown)
        self.looks("[", shows="range: .* the end moves")
        self.looks("]", shows="range: ")
        self.looks("}", "{", shows="range: ")
        self.looks("Tab", "[", shows="the start moves")
        self.looks("Escape", shows=r"^(?!.*range: )")
        self.looks("v", shows="range: ")
        self.looks("J", shows="range: .*–")
        self.looks("K", "J", shows="range: .*–")
        self.looks("c", shows="Add a code")
        self.terminal.type(NAME)
        self.does("Enter", shows=r"\+ " + NAME, tells=("decided/add",))
        self.down_to(OWN)
        self.looks("v", shows="range: ")
        self.does("=", shows="the code lies on the range now", tells=("decided/add", "decided/remove"))
        self.down_to(OWN)
        self.does("BSpace", shows=rf"^(?!.*\+ {NAME})", tells=("decided/remove",))
        self.does("u", shows=r"\+ " + NAME, tells=("reverted",))

    def masking(self, at: Places) -> None:
        """Words of the talk go for good, which no undo brings back."""
        self.terminal.go(at.shown)
        self.looks("[", shows="range: ")
        time.sleep(PAINTED)
        self.looks("C-x", shows="Mask “")
        self.does("2", shows="masked in 1 place", tells=("text_corrected", "erased"))

    def looking(self, at: Places) -> None:
        """What only looks: nothing of it is in the log."""
        self.terminal.go(at.rich)
        self.looks("j", shows="▸")
        self.looks("k", "o", shows=r"weak|not seem to fit")
        self.looks("o", shows=r"not seem to fit")
        self.looks("d", shows="any key goes back|space page")
        self.looks("Escape", "x", shows="Examples of")
        self.looks("Escape", "?", shows="Deciding")
        self.looks("Space", "Escape", "F12", shows="Second Coder")
        self.looks("Escape", "#", shows="digits of blind segments")
        self.looks("Escape", "Space", "b", "/", shows="Type words")
        self.looks("Escape", "O", shows="In which order")
        self.looks("Escape", "f", shows="What do you want to see")
        self.looks("Escape", "C-p", shows="Search for commands")
        self.looks("Escape", shows=r"\? all")
        time.sleep(PAINTED)
        self.looks("t", shows="Transcript")
        self.looks("m", "?", shows="Moving")
        self.looks("Escape", "Escape", shows=rf"▌\s?{re.escape(at.rich)}\s")
        for key, heading in (("F2", "Code tree"), ("F3", "Documents"), ("F4", "completed, by coder"), ("F5", "Rounds"),
                             ("F6", "Runs"), ("F7", "Log"), ("F8", "core_opening"), ("F9", "By code")):  # fmt: skip
            self.looks(key, shows=heading)
            self.looks("?", shows=r"│ ↑↓ move|any key goes back")
            self.looks("Escape", "j", shows=heading)
        self.looks("Escape", shows=rf"▌\s?{re.escape(at.rich)}\s")

    def tree(self, at: Places) -> None:
        """A code made and retired, each shown first, and both taken back."""
        self.looks("F2", shows="Code tree")
        self.reshapes("N", "Lantern", asks="What it means", then="y make it", shows="Lantern +▕")
        self.reshapes("z", asks="y retire", shows="retired")
        self.does("u", shows="undone: .*Lantern", tells=("reverted",))
        self.looks("w", shows="read again")
        self.looks("Escape", "Escape", shows="▌")

    def settings(self, at: Places) -> None:
        """A reason to reject with, and its letter right after a reject."""
        self.looks("F8", shows="reject_reasons")
        self.looks(*("j" * 7), shows="▸reject_reasons")
        self.looks("Enter", shows="one a line")
        self.terminal.type("too broad")
        self.does("C-s", shows="reject_reasons = too broad", tells=("setting_changed",))
        self.looks("Escape", shows="▌")
        self.terminal.go(at.shown)
        self.does("r", shows=r"why\? (\w) too broad", tells=("decided/reject",))
        letter = re.search(r"why\? (\w) too broad", self.terminal.text)
        assert letter is not None
        self.does(letter[1], shows="reason: too broad", tells=("decided/reject",))

    def by_code(self, at: Places) -> None:
        """Verdicts in the list of one code, one by one and several at once."""
        self.terminal.go(at.shown)
        self.looks("F9", shows="By code.* open")
        time.sleep(PAINTED)
        self.looks("End", shows="▸.* open")
        self.does("a", shows="✓ accepted", tells=("decided/accept",))
        self.does("u", shows=r"^(?!.*✓ accepted)", tells=("reverted",))
        self.looks("Home", "v", "j", "v", shows="2 selected")
        self.looks("B", shows="reject all")
        time.sleep(PAINTED)
        self.does("r", shows=r"^(?!.*(selected|reject all))", tells=("decided/reject", "decided/reject"))
        self.looks("Escape", shows=r"▌")

    def later(self, at: Places) -> None:
        """A segment put off, a segment passed by, and back."""
        self.terminal.go(at.rich)
        self.does("w", shows=rf"^(?!.*▌\s?{re.escape(at.rich)}\s)", tells=("decided/skip",))
        here = self.terminal.cite
        self.looks("n", shows=rf"^(?!.*▌\s?{re.escape(here)}\s)")
        self.looks("p", shows=rf"▌\s?{re.escape(here)}\s")

    def done(self, at: Places) -> None:
        """A segment completed, with what stays open said to be not applied."""
        self.terminal.go(at.rich)
        self._commit(rf"^(?!.*▌\s?{re.escape(at.rich)}\s)")

    def undo_all(self) -> None:
        """Everything of the session that can be taken back."""
        for _ in range(300):
            time.sleep(PAINTED)  # the same key at once would be a held one, which decides nothing
            # Two changes of the tree in a row are told in the same words, so there may be nothing new to see.
            if "left to undo" in self.terminal.keys("u"):
                return
        raise AssertionError(self.terminal.text)

    def blind(self, at: Places) -> None:
        """One's own answer first; then the model's beside it, or never."""
        if at.then_shown is not None:
            self.terminal.go(at.then_shown)
            self.terminal.until("yours first, then the model's")
            self.does("1", shows=r"\+ .* yours", tells=("decided/add",))
            self._commit(r"Now the model's|as yours|no suggestion here")
            self.does("u", shows="undone: done|undone: complete", tells=("reverted",))
        if at.blind is not None:
            self.terminal.go(at.blind)
            self.terminal.until("the model's stay hidden")
            self.does("0", shows="0 no code fits", tells=("decided/no_code",))
            self._commit(rf"^(?!.*▌\s?{re.escape(at.blind)}\s)")

    def _commit(self, shows: str) -> None:
        """Enter; once more where it asks whether anything is missing."""
        self.terminal.keys("Enter")
        self.terminal.until(f"anything missing|{shows}")
        if "anything missing" in self.terminal.text:
            time.sleep(2 * PAINTED)
            self.terminal.keys("Enter")
        self.does(shows=shows, tells=("completed",))
        time.sleep(PAINTED)


def entries(study: Path, after: int) -> list[tuple[str, str]]:
    """(kind, action) of the entries after the first so many, without those that no key asks for."""
    told = lines("log", study)[after:]
    return [(e["kind"], e["payload"].get("action") or "") for e in told if e["kind"] not in QUIET]


CHAPTERS = (Story.deciding, Story.ranges, Story.masking, Story.settings, Story.later, Story.by_code, Story.tree,
            Story.blind, Story.done, Story.looking)  # fmt: skip


def play(study: Path, size: tuple[int, int], chapters: Sequence[Callable[[Story, Places], None]] = CHAPTERS) -> None:
    """The chapters, a kill and a resume, a quit and a resume at the place, undo of all; then the log tells the same."""
    at = places(study)
    before = len(lines("log", study))
    with review_in_terminal(study, CODER, size) as terminal:
        story = Story(terminal)
        for chapter in chapters:
            chapter(story, at)
        terminal.go(at.shown)
        story.does("!", shows="⚑", tells=("flagged",))
        terminal.kill()
    with review_in_terminal(study, CODER, size) as terminal:
        story.terminal = terminal
        here = terminal.cite
        story._commit(rf"^(?!.*▌\s?{re.escape(here)}\s)")
        here = terminal.cite
        story.looks("q", shows="ENDED 0")
    assert entries(study, before) == story.told
    with review_in_terminal(study, CODER, size) as terminal:
        assert terminal.cite == here, "the review goes on where it was"
        story.terminal = terminal
        story.undo_all()
        story.looks("q", shows="ENDED 0")
    told = entries(study, before)
    assert told[: len(story.told)] == story.told
    assert {kind for kind, _ in told[len(story.told) :]} == {"reverted"}
    status = json.loads(secondcoder("status", study, "--json"))
    assert status["completed"][CODER] == 0
    assert not any(status["decisions"].values()), status["decisions"]
    secondcoder("verify", study)
