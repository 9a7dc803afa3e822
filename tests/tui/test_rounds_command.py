"""`rounds`: what its user is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tui.cli import main


def test_a_second_open_round_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    study, runner = str(tmp_path / "s.db"), CliRunner()
    assert runner.invoke(main, ["new", study, "--coder", "anna"]).exit_code == 0
    second = runner.invoke(main, ["rounds", study, "open", "two", "--coder", "anna"])
    assert "main, two" in second.stderr
    for name in ("main", "two"):
        assert runner.invoke(main, ["rounds", study, "close", name, "--coder", "anna"]).exit_code == 0
    assert "Open rounds now" not in runner.invoke(main, ["rounds", study, "open", "three", "--coder", "anna"]).stderr
