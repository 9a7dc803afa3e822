"""Reviews in real terminals: a hundred that are ended at any moment, and eight on one file for two minutes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessions import end_somewhere, seated_study, side_by_side


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))


def test_a_hundred_sessions_ended_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    end_somewhere(seated_study(tmp_path, 900), 100, 17)


@pytest.mark.parametrize("overlap", [0, 1])
def test_eight_analysts_for_two_minutes_lose_and_double_nothing(tmp_path: Path, overlap: int) -> None:
    side_by_side(seated_study(tmp_path, 4_000, overlap), 8, 120)
