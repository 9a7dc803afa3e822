"""The review in a terminal, from key press to painted frame: small and large studies, little and much completed.

Usage: bench_review.py FOLDER [segments [large [keys]]] (default 120 segments reviewed of each study; 1,000,000). The
studies are made in FOLDER where they are not there yet (some minutes and gigabytes), and reviewed as copies. A key is
timed until the whole frame that acknowledges it was read from the pseudo-terminal; the decision is on disk by then. The
same is done first with an application that changes as much on screen without any study: the floor. "0" says that no
code fits, "⏎" completes the segment and brings the next one. Memory is the screen's process, at its most.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import studies
from terminal import Terminal, words

from suggest.study.study import Study
from suggest.study.verify import verify
from tui.terminal.preferences import Preferences, write_preferences

PROGRAM = (sys.executable, "-c", "from tui.cli import main; main()")
PAUSE = 0.25
"""Seconds between two keys: more than a newly painted segment takes no decision for."""
AGAIN = 0.9
"""Seconds before the same key is pressed again on purpose, so that it is not taken for a held one."""
_COUNT = re.compile(r"(\d+)/\d+ ")


@dataclass
class Times:
    """Milliseconds from key to frame, by key; seconds to the first segment; megabytes."""

    start: float = 0.0
    memory: float = 0.0
    keys: dict[str, list[float]] = field(default_factory=lambda: {"0": [], "⏎": []})

    def told(self, floor: Times | None) -> str:
        parts = [f"{self.start:5.2f} s"]
        for key, taken in self.keys.items():
            middle, high = _middle(taken), _high(taken)
            above = ""
            if floor is not None:
                above = f" (+{middle - _middle(floor.keys[key]):.0f}/+{high - _high(floor.keys[key]):.0f})"
            parts.append(f"{key} {middle:5.1f} / {high:5.1f}{above} ms")
        return "   ".join([*parts, f"{self.memory:4.0f} MB"])


def _middle(taken: list[float]) -> float:
    return statistics.median(taken)


def _high(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.99)]


def count_of(drawn: bytes) -> int | None:
    """How many segments are completed, by the last header that was drawn."""
    found = _COUNT.findall(words(drawn))
    return int(found[-1]) if found else None


def reviewed(command: list[str], segments: int) -> Times:
    """Review that many segments, and leave."""
    times = Times()
    began = time.perf_counter()
    with Terminal(command, {**os.environ, "COLUMNS": "", "LINES": ""}) as terminal:
        times.start = terminal.until(lambda drawn: b"In place" in drawn) - began
        terminal.quiet(0.5)
        watched = psutil.Process(terminal.pid)
        done = count_of(bytes(terminal.drawn)) or 0
        for _ in range(segments):
            for key, sent in (("0", "0"), ("⏎", "\r")):
                terminal.quiet(PAUSE)
                times.keys[key].append(_timed(terminal, sent, done))
            if count_of(bytes(terminal.drawn[-20_000:])) == done:  # "anything missing?" is asked of some
                terminal.quiet(AGAIN)
                _timed(terminal, "\r", done)
            done += 1
            assert count_of(bytes(terminal.drawn[-20_000:])) == done
            times.memory = max(times.memory, watched.memory_info().rss / 2**20)
        terminal.press("q")
        assert terminal.wait() == 0
    return times


def _timed(terminal: Terminal, key: str, done: int) -> float:
    """Milliseconds until the frame that a key leads to. After "⏎" that is the next segment, or the question."""
    since, began = len(terminal.drawn), time.perf_counter()
    terminal.press(key)

    def there(drawn: bytes) -> bool:
        said = words(drawn)
        return count_of(drawn) == done + 1 or "missing?" in said if key == "\r" else "no code fits" in said

    while True:
        try:
            return (terminal.until(there, since, seconds=3.0) - began) * 1000
        except TimeoutError:  # the guard took it for a key that nobody meant: on a busy machine it came too early
            began = time.perf_counter()
            terminal.press(key)


@contextmanager
def running(study: Path) -> Iterator[None]:
    """A run that suggests for the whole study meanwhile."""
    arguments = [*PROGRAM, "suggest", str(study), "--profile", "lexical", "--redo", "--coder", "other"]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(5)
        try:
            assert process.poll() is None, "the run has ended already"
            yield
            assert process.poll() is None, "the run has ended already"
        finally:
            process.terminate()


def acts(path: Path) -> int:
    """How many acts are in the study."""
    with Study.open(path) as study:
        return int(study.db.execute("SELECT count(*) FROM log WHERE kind IN ('decided', 'completed')").fetchone()[0])


def made(folder: Path, segments: int, completed: int, decided: int) -> Path:
    """A study of that size with a suggestion set for each segment; `bench` has completed, or decided on, so many."""
    path = folder / f"{segments}-{completed}-{decided}.db"
    if not path.exists():
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        if completed or decided:
            shutil.copy(made(folder, segments, 0, 0), half)
            with Study.open(half, write=True) as study:
                studies.fill(study, completed or decided, complete=bool(completed))
        else:
            with studies.make_study(half, segments, core="0", arm="0") as study:
                studies.suggest_for_all(study)
        half.rename(path)
    return path


def main(folder: Path, segments: int, large: int, small: int = 1_000) -> None:
    folder.mkdir(exist_ok=True)
    os.environ["SECONDCODER_HOME"] = str(folder / "home")
    write_preferences(Preferences(toured=True))
    kinds = [
        (f"{small:,} segments", small, 0, 0, False),
        (f"{large:,} segments", large, 0, 0, False),
        (f"{large:,}, {large // 10:,} completed", large, large // 10, 0, False),
        (f"{large:,}, {large - 1000:,} completed", large, large - 1_000, 0, False),
        (f"{large:,}, with a run going on", large, 0, 0, True),
    ]
    paths = [made(folder, size, completed, decided) for _, size, completed, decided, _ in kinds]
    copy = folder / "reviewed.db"
    print(f"{'':<34} first segment; from key to frame: median / 99th percentile (above the floor); memory", flush=True)
    floor = reviewed([sys.executable, str(Path(__file__).parent / "floor_app.py")], segments)
    print(f"{'floor: Textual without a study':<34} {floor.told(None)}", flush=True)
    for (name, *_, run), path in zip(kinds, paths, strict=True):
        for old in folder.glob(f"{copy.name}*"):
            old.unlink()
        shutil.copy(path, copy)
        before = acts(copy)
        os.sync()
        command = [*PROGRAM, "review", str(copy), "--coder", "bench"]
        if run:
            with running(copy):
                times = reviewed(command, segments)
        else:
            times = reviewed(command, segments)
        assert acts(copy) - before == 2 * segments, "a decision that was shown is not on disk"
        print(f"{name:<34} {times.told(floor)}", flush=True)


def check(path: Path) -> None:
    """Verify a study and say how long it took."""
    with Study.open(path) as study:
        start = time.perf_counter()
        verdict = verify(study)
    found = "ok" if verdict.ok else verdict.first_bad
    print(f"verify: {found}, {verdict.entries:,} entries, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    if sys.argv[1] == "verify":
        check(Path(sys.argv[2]))
    else:
        given = [int(value.replace(",", "")) for value in sys.argv[2:]]
        main(Path(sys.argv[1]), *given, *(120, 1_000_000)[len(given) :])
