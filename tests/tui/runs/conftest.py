"""Errands whose child is a stand-in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.errands.errands import Errands

FAKE = Path(__file__).parents[2] / "support" / "fake_errand.py"


@pytest.fixture
def called(tmp_path: Path) -> Callable[[], list[str]]:
    """What the stand-ins were called with."""
    log = tmp_path / "called"
    return lambda: log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.fixture
def fake(tmp_path: Path) -> Callable[..., Errands]:
    """Makes errands on a study whose child behaves in a mode."""

    def make(mode: str, study: Path) -> Errands:
        return Errands(study, "anna", command=(sys.executable, str(FAKE), mode, str(tmp_path / "called")))

    return make
