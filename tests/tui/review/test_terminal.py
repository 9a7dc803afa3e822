"""The review in a real terminal: ended at any moment, several at once, and keys that nobody meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessions import end_somewhere, review, seated_study, side_by_side, stored, whole


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))


def test_what_is_acknowledged_is_stored_however_the_session_ends(tmp_path: Path) -> None:
    end_somewhere(seated_study(tmp_path), 2, 5)


def test_analysts_side_by_side_lose_and_double_nothing(tmp_path: Path) -> None:
    side_by_side(seated_study(tmp_path), 2, 1.5)


def test_held_and_pasted_keys_and_keys_for_the_segment_before_decide_nothing(tmp_path: Path) -> None:
    desk = seated_study(tmp_path)
    with review(desk.study.path) as terminal:
        terminal.until(lambda drawn: b"turn" in drawn)
        terminal.quiet(0.4)
        terminal.press("\x1b[200~0\ra0r\r\x1b[201~")  # a paste, as terminals mark it
        terminal.quiet(0.3)
        assert stored(desk, "anna") == (0, 0)
        terminal.press("0\r0\r0\r0\r")  # one without the mark: of it the first key was pressed, for all one can know
        terminal.quiet(0.4)
        assert stored(desk, "anna") in ((0, 0), (0, 1))
        terminal.press("a")
        for _ in range(25):  # held down
            terminal.press("\r")
            terminal.read(0.033)
        terminal.quiet(0.4)
        assert stored(desk, "anna")[0] <= 1
        assert stored(desk, "anna")[1] <= 1
    whole(desk)
