"""A terminal that answers only when the review is there already: none of it is taken for a key. With real seconds
between the pieces: tests/soak."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessions import command, seated_study, stored
from terminal import Terminal

from suggest.children import child_environment


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))


class Silent(Terminal):
    """A terminal that keeps its answers until it is told to give them."""

    def asked(self, answer: bytes) -> None:
        """Not yet."""
        self.kept = getattr(self, "kept", b"") + answer


def test_what_a_terminal_answers_late_presses_no_key(tmp_path: Path) -> None:
    desk = seated_study(tmp_path)
    with Silent(command(desk.study.path), child_environment()) as terminal:
        terminal.shows(b"turn")
        terminal.shows(b"\x1b[?2048$p")
        since = len(terminal.drawn)
        assert terminal.kept.count(b"c") >= 2, "it was asked for the theme, and by the driver"
        terminal.press(terminal.kept)
        terminal.press("L")  # a terminal's bytes come in order: where a finder or a field were open, it would be typed
        terminal.until(lambda drawn: b"Log" in drawn, since)
        terminal.press("\x11")
        assert terminal.wait() == 0
    assert stored(desk, "anna") == (0, 0)
    desk.study.close()
