"""A terminal behind a slow line: its answers come late and in pieces, and none of them is taken for a key."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessions import command, seated_study, stored
from terminal import SlowTerminal, words

from suggest.children import child_environment


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(("late", "gap", "split"), [(2.5, 0.0, 0), (1.0, 0.25, 4)], ids=["whole", "in pieces"])
def test_what_a_terminal_answers_late_presses_no_key(tmp_path: Path, late: float, gap: float, split: int) -> None:
    desk = seated_study(tmp_path)
    with SlowTerminal(command(desk.study.path), child_environment(), late=late, gap=gap, split=split) as terminal:
        terminal.shows(b"turn")
        terminal.quiet(0.3)
        painted = len(terminal.drawn)
        while not terminal.answered:
            assert terminal.read(0.5), "the review goes on"
        for _ in range(5):  # and not until it is quiet: the cursor of a line that was opened blinks for ever
            terminal.read(0.3)
        assert words(bytes(terminal.drawn[painted:])).strip() == "", "nothing on the screen has changed"
        terminal.press("0")
        terminal.until(lambda drawn: "0 no code fits" in words(drawn), painted)
        terminal.press("q")
        assert terminal.wait() == 0
    assert stored(desk, "anna") == (0, 1)
    desk.study.close()
