"""The program as another program calls it: a command and its arguments, what it printed, how it ended; as anna."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tui.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own data; named in a module's `__all__`, every test of it has one."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SECONDCODER_HOME", str(folder))
    monkeypatch.setenv("SECONDCODER_CODER", "anna")
    return folder


def call(*arguments: object, expect: int = 0, given: str | None = None) -> Result:
    """Run `secondcoder` to its end, with `given` on its standard input; it has to end with this exit code."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)
    assert result.exit_code == expect, result.output
    return result


def told(*arguments: object, given: str | None = None) -> Any:
    """What a command prints with --json."""
    return json.loads(call(*arguments, "--json", given=given).stdout)
