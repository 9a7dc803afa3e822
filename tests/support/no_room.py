"""A file that cannot be written in the middle of a session in a real terminal: what the screen says, and what comes of
the decision that was pending."""

from __future__ import annotations

import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desk import Desk
from sessions import seated_study, stored, whole
from terminal import Terminal, words

from suggest.children import child_environment

REFUSED = b"Not stored: "


def patient(milliseconds: int) -> str:
    """The program, giving another one's lock so long."""
    return f"from suggest.study import connect; connect.BUSY_MS = {milliseconds}; from tui.cli import main; main()"


def sat_down(desk: Desk, program: str) -> Terminal:
    """A review whose first segment is painted."""
    terminal = Terminal(
        [sys.executable, "-P", "-c", program, "review", str(desk.study.path), "--coder", "anna"], child_environment()
    )
    terminal.until(lambda drawn: b"turn" in drawn)
    terminal.quiet(0.4)
    return terminal


def keeps_and_goes_on(desk: Desk, terminal: Terminal, fails: Callable[[], None], ends: Callable[[], None], why: str,
                      seconds: float = 30.0) -> None:  # fmt: skip
    """A decision meets the fault: it is said, and nothing of it stored; once the fault is over Enter stores it, once.
    Then the same with the completion of the segment, given up with escape. Keys come as slowly as people press them."""
    fails()
    terminal.quiet(0.4)
    since = len(terminal.drawn)
    terminal.press("0")
    terminal.until(lambda drawn: REFUSED in drawn, since, seconds)
    said = " ".join(words(bytes(terminal.drawn[since:])).split())
    assert why in said, said[-600:]
    assert "tries again" in said
    terminal.quiet(0.4)
    since = len(terminal.drawn)
    terminal.press("r")
    terminal.until(lambda drawn: "not stored yet" in words(drawn), since)
    assert stored(desk, "anna") == (0, 0), "what is not on disk has not happened"
    ends()
    terminal.quiet(0.4)
    since = len(terminal.drawn)
    terminal.press("\r")
    terminal.until(lambda drawn: "0 no code fits" in words(drawn), since)
    assert stored(desk, "anna") == (0, 1)
    fails()
    terminal.quiet(0.4)
    since = len(terminal.drawn)
    terminal.press("\r")
    terminal.quiet(0.4)  # where suggestions are open, the first Enter asks
    terminal.press("\r")
    terminal.until(lambda drawn: REFUSED in drawn, since, seconds)
    assert stored(desk, "anna") == (0, 1), "the segment stays until its completion is on disk"
    terminal.quiet(0.4)
    since = len(terminal.drawn)
    terminal.press("\x1b")
    terminal.until(lambda drawn: "nothing of it was stored" in words(drawn), since)
    ends()
    terminal.quiet(0.4)
    terminal.press("q")
    assert terminal.wait() == 0
    assert stored(desk, "anna") == (0, 1)
    whole(desk)


def limited(terminal: Terminal) -> tuple[Callable[[], None], Callable[[], None]]:
    """A limit for the size of files, which nothing of the program keeps to; and no limit again."""
    most = resource.RLIM_INFINITY

    def limit(size: int) -> None:
        resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, (size, most))

    return lambda: limit(1), lambda: limit(most)


def locked(desk: Desk) -> tuple[Callable[[], None], Callable[[], None]]:
    """Another connection that holds the file, and lets it go."""
    other = sqlite3.connect(desk.study.path, isolation_level=None)
    return lambda: other.execute("BEGIN IMMEDIATE") and None, lambda: other.execute("ROLLBACK") and None


def filled(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """A file that takes all room of its disk, and makes room again."""
    filler = folder / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 512):
                    pass
            except OSError:
                pass

    return fill, filler.unlink


@contextmanager
def session(folder: Path, milliseconds: int = 15_000) -> Iterator[tuple[Desk, Terminal]]:
    """A study in a folder, and its review."""
    desk = seated_study(folder)
    with sat_down(desk, patient(milliseconds)) as terminal:
        yield desk, terminal
    desk.study.close()


def on_a_small_disk(folder: Path) -> None:
    """The fault of a disk that is really full. SECONDCODER_HOME is to be elsewhere."""
    with session(folder) as (desk, terminal):
        keeps_and_goes_on(desk, terminal, *filled(folder), "room")
