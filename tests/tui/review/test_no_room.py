"""A session in a real terminal whose file cannot be written for a while; `make soak` fills a disk and waits in full."""

from __future__ import annotations

from pathlib import Path

import pytest
from no_room import keeps_and_goes_on, limited, locked, session
from terminal import words

from tui.terminal.session import SLOW


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))


def test_where_nothing_can_be_written_the_decision_is_kept_and_stored_once_it_can(tmp_path: Path) -> None:
    with session(tmp_path) as (desk, terminal):
        keeps_and_goes_on(desk, terminal, *limited(terminal), "make room")


def test_while_another_program_has_the_file_the_decision_is_kept(tmp_path: Path) -> None:
    with session(tmp_path, 2_500) as (desk, terminal):
        keeps_and_goes_on(desk, terminal, *locked(desk), "another program is writing")
    said = " ".join(words(bytes(terminal.drawn)).split())
    assert SLOW[:30] in said, "who waits is told before it is given up"
