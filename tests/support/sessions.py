"""Reviews in real terminals: what a scripted session acknowledges on screen is compared with what is in the study."""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

from desk import Desk, make_desk
from terminal import FRAME, Terminal, words

from suggest.children import child_environment
from suggest.study.claims import LEASE
from suggest.study.people import coders
from suggest.study.study import Study
from suggest.study.verify import verify
from tui.terminal.preferences import Preferences, write_preferences

PROGRAM = (sys.executable, "-P", "-c", "from tui.cli import main; main()")
PAUSE = 0.22
"""Seconds between two keys: more than a newly painted segment takes no decision for."""
_COUNT = re.compile(r"(\d+)/(\d+) ")


def seated_study(folder: Path, segments: int = 60, overlap: int = 0) -> Desk:
    """A study in which everything is shown, with suggestions everywhere; whoever sits down has seen the tour. The
    user's folder (SECONDCODER_HOME) is to be the test's own."""
    write_preferences(Preferences(toured=True))
    settings = {"core": "0", "arm": "0", "learn_every": "0", "overlap": str(overlap)}
    desk = make_desk(folder / "study.db", sizes=(segments,), **settings)
    desk.suggest_everywhere(fitting=2)
    return desk


def review(study: Path, coder: str = "anna", columns: int = 80, lines: int = 24) -> Terminal:
    """The review of a study file, in a terminal of its own."""
    return Terminal(command(study, coder), child_environment(), columns, lines)


def command(study: Path, coder: str = "anna") -> list[str]:
    """What starts the review of a study file."""
    return [*PROGRAM, "review", str(study), "--coder", coder]


def shown(terminal: Terminal) -> tuple[int, int]:
    """What the whole frames so far acknowledge: how many segments are completed, and how many have a decision."""
    completed = decided = 0
    for frame in bytes(terminal.drawn).split(FRAME)[:-1]:
        said = words(frame)
        if found := _COUNT.findall(said):
            done = int(found[-1][0])
            completed = max(completed, done)
            decided = max(decided, done + ("0 no code fits" in said))
    return completed, decided


def stored(desk: Desk, coder: str) -> tuple[int, int]:
    """How many segments the coder has completed, and on how many a decision stands."""
    with Study.open(desk.study.path) as study:
        who = next((one.id for one in coders(study) if one.name == coder), "")
        (completed,) = study.db.execute(
            "SELECT count(*) FROM unit WHERE coder = ? AND completed IS NOT NULL", (who,)
        ).fetchone()
        (decided,) = study.db.execute(
            "SELECT count(DISTINCT segment) FROM act WHERE coder = ? AND live = 1", (who,)
        ).fetchone()
    return completed, decided


def work(terminal: Terminal, seconds: float) -> None:
    """Say of one segment after the other that no code fits, and complete it, for so long or until all are done."""
    end, keys = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        terminal.press("\r" if keys % 2 else "0")
        keys += 1
        pause = time.monotonic() + PAUSE
        while (left := min(pause, end) - time.monotonic()) > 0:
            if not terminal.read(left):
                return


def end_somewhere(desk: Desk, times: int, seed: int) -> None:
    """End sessions at moments drawn by lot, by SIGKILL and by closing the terminal in turn. What each has acknowledged
    is stored, the file is whole, and no claim outlasts its lease."""
    chance = random.Random(seed)
    for n in range(times):
        with review(desk.study.path) as terminal:
            terminal.until(lambda drawn: b"turn" in drawn)
            work(terminal, chance.uniform(0.2, 2.0))
            if n % 2:
                terminal.hang_up()
                terminal.wait(10)
            else:
                terminal.kill()
        completed, decided = shown(terminal)
        held = stored(desk, "anna")
        assert held[0] >= completed, (n, completed, held)
        assert held[1] >= decided, (n, decided, held)
        with Study.open(desk.study.path) as study:
            claims = [until for (until,) in study.db.execute("SELECT until FROM local_claim")]
        assert all(until <= time.time() + LEASE for until in claims)
    whole(desk)


def side_by_side(desk: Desk, analysts: int, seconds: float) -> None:
    """So many analysts at work at once, each in a terminal: no error is shown, and all that is shown is stored."""
    terminals: list[Terminal] = []
    try:
        for n in range(analysts):  # in turn: what a program asks of its terminal at the start is answered at once
            terminals.append(review(desk.study.path, f"coder{n}"))
            terminals[-1].until(lambda drawn: b"turn" in drawn, seconds=60)
            terminals[-1].quiet(PAUSE)
        end, keys = time.monotonic() + seconds, 0
        while time.monotonic() < end or not all(shown(terminal)[0] for terminal in terminals):
            for terminal in terminals:
                terminal.press("\r" if keys % 2 else "0")
            keys += 1
            for terminal in terminals:
                terminal.quiet(PAUSE)
        for terminal in terminals:
            terminal.quiet(1)
            terminal.press("q")
            assert terminal.wait() == 0
    finally:
        for terminal in terminals:
            terminal.__exit__(None, None, None)
    for n, terminal in enumerate(terminals):
        said = words(bytes(terminal.drawn))
        assert not re.search(r"Not stored|fault in Second Coder|Traceback|locked", said), said[-3000:]
        assert all(a >= b for a, b in zip(stored(desk, f"coder{n}"), shown(terminal), strict=True)), n
    whole(desk)


def whole(desk: Desk) -> None:
    """The study verifies, and nobody completed a segment twice."""
    with Study.open(desk.study.path) as study:
        verdict = verify(study)
        assert verdict.ok, verdict.first_bad
        doubled = study.db.execute(
            "SELECT count(*) FROM act WHERE live = 1 AND action = 'complete' GROUP BY coder, segment, round "
            "HAVING count(*) > 1"
        ).fetchall()
    assert not doubled
