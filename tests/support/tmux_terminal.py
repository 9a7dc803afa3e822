"""A real terminal without anybody at it: `secondcoder review` in tmux, driven by keys, read as text."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDCODER = Path(sys.executable).parent / "secondcoder"
PATIENCE = 20.0
"""Seconds until something that was to appear is missed: the machine may have other work."""
CALM, DEAD = 1.0, 4.0
"""Seconds until a screen is painted whole, and without any change after which a single key is taken to have been dead
and is pressed once more."""
PAINTED = 0.3
"""Verdict keys are dead for a moment after a segment has appeared, and a key pressed twice waits as long."""
CITE = re.compile(r"▌\s?(\S[^\n▌▐▏]*?\s\d+(?:–\d+)?)\s")


def has_tmux() -> bool:
    """Whether there is a tmux to drive."""
    return shutil.which("tmux") is not None


@dataclass(frozen=True)
class Terminal:
    """A tmux server of its own, by its socket, with one window."""

    socket: str

    def tmux(self, *arguments: str) -> str:
        """The output of a tmux command."""
        done = subprocess.run(
            ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout

    @property
    def text(self) -> str:
        """What is on screen."""
        return self.tmux("capture-pane", "-p")

    @property
    def cite(self) -> str:
        """The citation of the segment on screen, "" without one."""
        found = CITE.search(self.text.partition("\n")[2])
        return "" if found is None else found[1]

    def until(self, pattern: str) -> str:
        """Wait until a regular expression (a dot matches all) is found on the screen, and give that. AssertionError
        with the screen if it never is."""
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, text := self.text, re.DOTALL):
            assert time.monotonic() < end, f"never appeared: {pattern}\n{text}"
            time.sleep(0.03)
        return text

    def changed(self, before: str) -> str:
        """Wait until the screen is another one than before; the screen."""
        end = time.monotonic() + PATIENCE
        while (text := self.text) == before:
            assert time.monotonic() < end, f"nothing happened:\n{text}"
            time.sleep(0.03)
        return text

    def kill(self) -> None:
        """SIGKILL to the application, and wait until it is gone."""
        shell = self.tmux("list-panes", "-F", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        self.until("ENDED 137")

    def keys(self, *keys: str, shows: str = "") -> str:
        """Press keys one after another, then wait until the screen shows a regular expression. Escape has to change
        something, since a key that comes before it is read would be taken for one with alt."""
        for key in keys:
            before = self.text if key == "Escape" else ""
            self.tmux("send-keys", key)
            if key == "Escape":
                self.changed(before)
            time.sleep(PAINTED if key == "Escape" else 0.05)
        if shows and len(keys) == 1 and not self._within(shows, CALM):
            calm = self.text
            if not self._within(shows, DEAD) and self.text == calm:
                self.tmux("send-keys", keys[0])  # it came before segment or page was painted, and so meant nothing
        found = self.until(shows) if shows else self.text
        time.sleep(PAINTED)  # as long as somebody needs to see what came
        return found

    def _within(self, pattern: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if re.search(pattern, self.text, re.DOTALL):
                return True
            time.sleep(0.03)
        return False

    def type(self, words: str) -> None:
        """Type words, letter by letter, and see them on the screen."""
        time.sleep(PAINTED)
        for letter in words:
            self.tmux("send-keys", "-l", letter)
            time.sleep(0.01)
        self.until(re.escape(words))
        time.sleep(PAINTED)  # a key that comes with the last letter is part of what was typed

    def click(self, pattern: str) -> None:
        """Click on what a regular expression finds, on the first letter of its group if it has one."""
        x, y = self._place(pattern)
        self._mouse(f"<0;{x};{y}M", f"<0;{x};{y}m")

    def drag(self, pattern: str, cells: int) -> None:
        """Press the button there, and let it go so many cells further on."""
        x, y = self._place(pattern)
        self._mouse(f"<0;{x};{y}M", f"<32;{x + cells};{y}M", f"<0;{x + cells};{y}m")

    def _place(self, pattern: str) -> tuple[int, int]:
        for y, line in enumerate(self.text.splitlines(), start=1):
            if y > 1 and (found := re.search(pattern, line)):
                return found.start(1 if found.re.groups else 0) + 1, y
        raise AssertionError(f"not on the screen: {pattern}\n{self.text}")

    def _mouse(self, *reports: str) -> None:
        for report in reports:
            self.tmux("send-keys", "-l", f"\x1b[{report}")
            time.sleep(0.05)

    def go(self, cite: str) -> None:
        """To a segment of the review."""
        self.keys("g", shows="Go to")
        self.type(cite)
        self.keys("Enter", shows=rf"▌\s?{re.escape(cite)}\s")
        time.sleep(PAINTED)


@contextmanager
def review_in_terminal(study: Path, coder: str, size: tuple[int, int], *options: str) -> Iterator[Terminal]:
    """The review of a study in a terminal of that size, with its first screen painted; ended in any case."""
    terminal = Terminal(f"secondcoder-{os.getpid()}-{time.monotonic_ns()}")
    width, height = size
    home = os.environ["SECONDCODER_HOME"]
    command = (
        f"unset COLUMNS LINES; SECONDCODER_HOME='{home}' TERM=tmux-256color "
        f"'{SECONDCODER}' review '{study}' --coder {coder} {' '.join(options)}; echo ENDED $?; exec cat"
    )
    terminal.tmux("new-session", "-d", "-x", str(width), "-y", str(height), command)
    try:
        terminal.until(r"\? all|any key")
        time.sleep(PAINTED)
        yield terminal
    finally:
        terminal.tmux("kill-server")
        folder = Path(os.environ.get("TMUX_TMPDIR", "/tmp")) / f"tmux-{os.getuid()}"
        (folder / terminal.socket).unlink(missing_ok=True)  # tmux leaves it
