"""The commands that `demo` tells its user can be typed as they stand."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tui.commands import demo


def test_the_program_is_named_by_its_path_where_its_name_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / ".venv" / "bin" / "secondcoder")])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert demo._program() == ".venv/bin/secondcoder"


def test_the_program_is_named_by_its_name_where_that_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert demo._program() == "secondcoder"
