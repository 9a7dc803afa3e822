"""Studies to review, made in a folder of each test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, make_desk

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeDesk]:
    """Makes studies in a folder of the test's own and closes them at its end."""
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    made: list[Desk] = []

    def build(name: str = "study.db", **given: Any) -> Desk:
        made.append(make_desk(tmp_path / name, **given))
        return made[-1]

    yield build
    for desk in made:
        desk.study.close()


@pytest.fixture
def desk(make: MakeDesk) -> Desk:
    """A study without a blind segment, and one suggestion set for each segment."""
    desk = make(core="0", arm="0")
    desk.suggest_everywhere()
    return desk
